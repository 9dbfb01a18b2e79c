import Foundation
import NearEarth
import Support

/// Values as one line of JSON: keys sorted, instants ISO 8601, absent values left out.
enum JSONText {
    /// The line, without its end.
    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom(Timestamp.encode)
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            // Every value printed is made of texts, numbers and dates, which JSON can hold.
            return "{\"schema\":\"perigee.error/1\"}"
        }
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
