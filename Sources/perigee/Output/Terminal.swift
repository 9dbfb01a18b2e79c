import Foundation
import NearEarth
import Support
import SystemPackage

/// Standard output and standard error.
enum Terminal {
    /// Prints to standard output.
    static func print(_ text: String) { write(text + "\n") }

    /// Prints to standard error.
    static func note(_ text: String) { write(text + "\n", to: .standardError) }

    /// Replaces the current line of standard error, which is a terminal.
    static func replaceLine(_ text: String) { write("\r\u{1B}[K" + text, to: .standardError) }

    /// Whether standard error is a terminal.
    static var errorIsTerminal: Bool { isatty(FileDescriptor.standardError.rawValue) == 1 }

    /// Reports an error: for people on standard error; with `json` also as the line that scripts read.
    static func error(_ error: any UserError, json: Bool = false) {
        note("perigee: error: \(error)\n  next: \(error.nextStep)")
        guard json else { return }
        let detail = ErrorOutput.Detail(message: "\(error)", nextStep: error.nextStep, exitCode: error.exitStatus)
        print(JSONText.line(ErrorOutput(error: detail)))
    }

    /// A reader that has gone away is not an error of ours.
    static func write(_ text: String, to descriptor: FileDescriptor = .standardOutput) {
        _ = try? descriptor.writeAll(text.utf8)
    }
}
