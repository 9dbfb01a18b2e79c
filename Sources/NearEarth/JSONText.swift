import Foundation

/// Values as one line of JSON: keys in snake case and sorted, instants ISO 8601, absent values left out.
package enum JSONText {
    /// The line, without its end.
    package static func line(_ value: some Encodable) -> String {
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

    /// The line of an object, and in it, at its end, members that are JSON already.
    package static func line(_ object: some Encodable, adding members: KeyValuePairs<String, [UInt8]>) -> [UInt8] {
        var line = Array(line(object).utf8.dropLast())
        for (name, value) in members {
            if line.count > 1 { line.append(UInt8(ascii: ",")) }
            line += Array("\"\(name)\":".utf8) + value
        }
        return line + [UInt8(ascii: "}")]
    }

    /// A list of what is JSON already.
    package static func list(_ elements: some Sequence<[UInt8]>) -> [UInt8] {
        Array("[".utf8) + elements.joined(separator: [UInt8(ascii: ",")]) + Array("]".utf8)
    }
}
