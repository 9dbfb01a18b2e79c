/// The texts of an Arrow IPC stream with one column of strings, as Spark answers a query: a message with the schema,
/// then messages with rows.
/// https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
public struct ArrowTexts {
    private let bytes: [UInt8]
    private var at = 0

    /// Hands each row's text on, nil for NULL. What is not such a stream is an error.
    public static func read(_ bytes: [UInt8], _ row: (ArraySlice<UInt8>?) throws -> Void) throws {
        var stream = ArrowTexts(bytes: bytes)
        while let message = try stream.message() {
            guard try message.table.byte(1) == recordBatch else { continue }
            try stream.rows(message.table.table(2), body: message.body, row)
        }
    }

    /// `MessageHeader.RecordBatch` of Arrow's Message.fbs.
    private static let recordBatch: UInt8 = 3

    /// The next message's header and where its body begins; nil at the stream's end.
    private mutating func message() throws -> (table: FlatTable, body: Int)? {
        guard at < bytes.count else { return nil }
        // A continuation mark, the header's length, the header, the body: both at multiples of 8.
        guard try bytes.integer(UInt32.self, at: at) == .max else {
            throw SparkError.unreadable("no Arrow message where one begins")
        }
        let length = Int(try bytes.integer(Int32.self, at: at + 4))
        guard length > 0 else { return nil }
        let header = FlatTable(bytes: bytes, at: at + 8 + Int(try bytes.integer(UInt32.self, at: at + 8)))
        let (body, size) = (at + 8 + length, Int(try header.long(3)))
        guard size >= 0, size <= bytes.count - body else {
            throw SparkError.unreadable("an Arrow message that breaks off")
        }
        at = body + size
        return (header, body)
    }

    /// The rows of a record batch: their number, then for the column whether each is there, where each begins, and all
    /// of them.
    private func rows(_ batch: FlatTable, body: Int, _ row: (ArraySlice<UInt8>?) throws -> Void) throws {
        guard try !batch.has(3) else { throw SparkError.unreadable("compressed Arrow rows") }
        let (buffers, count) = (try batch.vector(2), try batch.long(0))
        guard buffers.count == 3, count >= 0 else { throw SparkError.unreadable("other columns than one of strings") }
        func start(_ buffer: Int) throws -> (at: Int, length: Int) {
            let entry = buffers.at + buffer * 16
            let (offset, length) = (
                Int(try bytes.integer(Int64.self, at: entry)), Int(try bytes.integer(Int64.self, at: entry + 8))
            )
            guard offset >= 0, length >= 0, length <= bytes.count, offset <= bytes.count,
                body + offset + length <= bytes.count
            else {
                throw SparkError.unreadable("an Arrow buffer beyond its message")
            }
            return (body + offset, length)
        }
        let (validity, offsets, texts) = (try start(0), try start(1), try start(2))
        for index in 0..<Int(count) {
            let isThere =
                try validity.length == 0
                || bytes.integer(UInt8.self, at: validity.at + index / 8) & (1 << (index % 8)) != 0
            let from = Int(try bytes.integer(Int32.self, at: offsets.at + index * 4))
            let to = Int(try bytes.integer(Int32.self, at: offsets.at + index * 4 + 4))
            guard 0 <= from, from <= to, to <= texts.length else {
                throw SparkError.unreadable("an Arrow text beyond its buffer")
            }
            try row(isThere ? bytes[texts.at + from..<texts.at + to] : nil)
        }
    }
}

/// A table of FlatBuffers: its fields by their numbers, through the table of offsets that it points to.
/// https://flatbuffers.dev/internals/
private struct FlatTable {
    let bytes: [UInt8]
    let at: Int

    /// Where a field is; nil where the table does not have it.
    private func field(_ number: Int) throws -> Int? {
        let offsets = at - Int(try bytes.integer(Int32.self, at: at))
        guard 4 + number * 2 < Int(try bytes.integer(UInt16.self, at: offsets)) else { return nil }
        let offset = Int(try bytes.integer(UInt16.self, at: offsets + 4 + number * 2))
        return offset == 0 ? nil : at + offset
    }

    func has(_ number: Int) throws -> Bool { try field(number) != nil }

    func byte(_ number: Int) throws -> UInt8 { try field(number).map { try bytes.integer(UInt8.self, at: $0) } ?? 0 }

    func long(_ number: Int) throws -> Int64 { try field(number).map { try bytes.integer(Int64.self, at: $0) } ?? 0 }

    func table(_ number: Int) throws -> FlatTable {
        guard let field = try field(number) else { throw SparkError.unreadable("an Arrow message without a header") }
        return FlatTable(bytes: bytes, at: field + Int(try bytes.integer(UInt32.self, at: field)))
    }

    /// A vector's first entry and its length.
    func vector(_ number: Int) throws -> (at: Int, count: Int) {
        guard let field = try field(number) else { return (0, 0) }
        let start = field + Int(try bytes.integer(UInt32.self, at: field))
        return (start + 4, Int(try bytes.integer(UInt32.self, at: start)))
    }
}

extension [UInt8] {
    /// A little-endian number; an error where it is not all there.
    fileprivate func integer<Number: FixedWidthInteger>(_ type: Number.Type, at start: Int) throws -> Number {
        let size = Number.bitWidth / 8
        guard start >= 0, start <= count - size else { throw SparkError.unreadable("an Arrow message that breaks off") }
        return self[start..<start + size].reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}
