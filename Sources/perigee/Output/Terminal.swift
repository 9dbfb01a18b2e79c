import Foundation
import Pipeline
import Support

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Standard output and standard error.
enum Terminal {
    /// Prints to standard output.
    static func print(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Prints to standard error.
    static func note(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Replaces the current line of standard error, which is a terminal.
    static func replaceLine(_ text: String) {
        write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    /// Whether standard error is a terminal.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Reports an error: for people on standard error; with `--json` also as the line that scripts read.
    static func error(_ error: any UserError, json: Bool) {
        note("perigee: error: \(error)\n  next: \(error.nextStep)")
        if json {
            print(
                JSONText.line(
                    ErrorOutput(
                        error: .init(
                            message: "\(error)", nextStep: error.nextStep, exitCode: Int(error.exitStatus.rawValue)))))
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { posixWrite(descriptor, $0) }
            if count < 0 && errno == EINTR { continue }
            // A reader that has gone away is not an error of ours.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
