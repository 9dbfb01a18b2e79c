import Crypto
import Foundation
import NearEarth

/// Writes an archive's lines, and at last the checksum over them.
final class ArchiveWriter {
    /// What a line of the archive may hold.
    enum Item: Encodable {
        case number(Int)
        case text(String)
        case list([Item])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            case .list(let value): try container.encode(value)
            }
        }
    }

    private let file: FileHandle
    private var hash = SHA256()
    private var pending: [UInt8] = []

    init(file: FileHandle) {
        self.file = file
    }

    /// Writes an object.
    func line(_ object: [String: Item]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        append(Array(try encoder.encode(object)))
        try flushIfDue()
    }

    /// Writes a row: a JSON array of texts and nulls, made by hand because there are many.
    func row(_ texts: [String?]) throws {
        pending.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { pending.append(UInt8(ascii: ",")) }
            guard let text else {
                pending += "null".utf8
                continue
            }
            pending.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): pending += [UInt8(ascii: "\\"), byte]
                case 0..<0x20: pending += "\\u00\(Hexadecimal.text([byte]))".utf8
                default: pending.append(byte)
                }
            }
            pending.append(UInt8(ascii: "\""))
        }
        append([UInt8(ascii: "]")])
        try flushIfDue()
    }

    /// Writes the last line.
    func finish() throws {
        try flush()
        append(Array("{\"sha256\":\"\(Hexadecimal.text(hash.finalize()))\"}".utf8))
        try flush()
    }

    private func append(_ bytes: [UInt8]) {
        pending += bytes
        pending.append(0x0A)
    }

    private func flushIfDue() throws {
        if pending.count > 1 << 18 { try flush() }
    }

    private func flush() throws {
        hash.update(data: pending)
        try file.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }
}
