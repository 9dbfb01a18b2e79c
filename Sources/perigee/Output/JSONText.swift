import Foundation
import NearEarth
import Support

extension JSONText {
    /// Prints the line of an object, and in it, under a key of its own, a list of any length: an element at a time.
    static func print(_ object: some Encodable, _ key: String, _ elements: some Sequence<some Encodable>) {
        Terminal.write("{\"\(key)\":[")
        var piece = ""
        for (index, element) in elements.enumerated() {
            piece += (index == 0 ? "" : ",") + line(element)
            guard piece.utf8.count > 50_000 else { continue }
            Terminal.write(piece)
            piece = ""
        }
        // Behind the brace that opens it.
        Terminal.print(piece + "]," + line(object).dropFirst())
    }
}

extension ExitStatus: Encodable {}

/// What `--json` prints when a command could not begin.
struct ErrorOutput: Encodable {
    var schema = "perigee.error/1"
    var error: Detail

    struct Detail: Encodable {
        var message: String
        var nextStep: String
        var exitCode: ExitStatus
    }
}
