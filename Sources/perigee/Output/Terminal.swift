import Foundation
import NearEarth
import Support
import Synchronization
import SystemPackage

/// Standard output and standard error.
enum Terminal {
    /// Whether standard error is a terminal.
    static var errorIsTerminal: Bool { isatty(FileDescriptor.standardError.rawValue) == 1 }

    /// Whether standard output is a terminal.
    static var outputIsTerminal: Bool { isatty(FileDescriptor.standardOutput.rawValue) == 1 }

    /// Whether a progress line stands on the terminal, behind which nothing may be written.
    private static let isLineOpen = Mutex(false)
    private static let style = Mutex((color: Screen.ColorChoice.auto, isQuiet: false))

    /// How standard error is written from now on: with color or not, with warnings or not.
    static func use(_ color: Screen.ColorChoice, isQuiet: Bool) { style.withLock { $0 = (color, isQuiet) } }

    /// Prints to standard output.
    static func print(_ text: String) { write(text + "\n") }

    /// Prints to standard error.
    static func note(_ text: String) { write(text + "\n", to: .standardError) }

    /// Tells of something that a person should know, and that is no error: on standard error, unless they want to hear
    /// nothing.
    static func warn(_ message: String, next: String? = nil) {
        guard !style.withLock(\.isQuiet) else { return }
        complain("warning", .warning, message, next)
    }

    /// Reports an error: for people on standard error; with `json` also as the line that scripts read.
    static func error(_ error: any UserError, json: Bool = false) {
        complain("error", .bad, "\(error)", error.nextStep)
        guard json else { return }
        let detail = ErrorOutput.Detail(message: "\(error)", nextStep: error.nextStep, exitCode: error.exitStatus)
        print(JSONText.line(ErrorOutput(error: detail)))
    }

    private static func complain(_ word: String, _ tone: Screen.Tone, _ message: String, _ next: String?) {
        let screen = Screen(.standardError, color: style.withLock(\.color))
        // A message may have lines, and names in it what a terminal must not get.
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map {
            PlainText.visible(String($0))
        }
        note(
            "perigee: \(screen.text("\(word):", tone)) \(lines.joined(separator: "\n"))"
                + (next.map { "\n  \(screen.text("next:", .heading)) \($0)" } ?? ""))
    }

    /// Shows a line on the terminal that the next one replaces; whatever else is written takes its place.
    static func progress(_ text: String) {
        isLineOpen.withLock { isOpen in
            isOpen = true
            put("\r\u{1B}[K" + text, .standardError)
        }
    }

    /// Ends the progress line where one stands: it stays, or it goes.
    static func endProgress(keepingLine: Bool = false) {
        isLineOpen.withLock { isOpen in
            if isOpen { put(keepingLine ? "\n" : "\r\u{1B}[K", .standardError) }
            isOpen = false
        }
    }

    /// Writes text as it is. A reader that has gone away is not an error of ours.
    static func write(_ text: String, to descriptor: FileDescriptor = .standardOutput) {
        endProgress()
        put(text, descriptor)
    }

    /// Writes bytes to standard output; false where its reader has gone away.
    static func write(_ bytes: [UInt8]) -> Bool {
        endProgress()
        return (try? FileDescriptor.standardOutput.writeAll(bytes)) != nil
    }

    private static func put(_ text: String, _ descriptor: FileDescriptor) {
        _ = try? descriptor.writeAll(text.utf8)
    }
}
