import Foundation
import NearEarth

/// An engine's rows as `nasa_neo_data` has them, in the form that the database takes, for windows that may be all news.
struct NewsRows: Sendable {
    let rows: BulkRows
    /// How many each batch has.
    let counts: [Batch: Int]

    /// Nil where a row is of a day that is not its window's, or a key may be there twice: such rows have to be compared.
    init?(_ group: [StagedBatch], by run: RunID, at moment: Date, _ dialect: SQLDialect) {
        let isPlain = group.allSatisfy { staged in
            staged.rowsInStaging == nil && !staged.rows.mayRepeat && staged.rows.perDay.keys.allSatisfy { staged.batch.window?.contains($0) ?? false }
        }
        guard isPlain else { return nil }
        var tails: [[UInt8]] = []
        var lines: [Line] = []
        for (index, staged) in group.enumerated() {
            let received = staged.landed.receivedAt
            let tail = [Timestamp.text(moment), "\(staged.batch.day(received: received))", Timestamp.text(received), "\(run)"]
            tails.append(Array(("\t" + tail.joined(separator: "\t") + "\n").utf8))
            lines += staged.rows.lines.map { Line(order: dialect.wantsKeyOrder ? Self.order(staged.rows.text[$0]) : 0, batch: index, range: $0) }
        }
        if dialect.wantsKeyOrder { lines.sort { ($0.order, $0.batch, $0.range.lowerBound) < ($1.order, $1.batch, $1.range.lowerBound) } }
        var text: [UInt8] = []
        text.reserveCapacity(group.reduce(0) { $0 + $1.rows.text.count + $1.rows.count * 80 })
        for line in lines {
            text += group[line.batch].rows.text[line.range]
            text += tails[line.batch]
        }
        rows = dialect.bulk(text, Schema.factColumns + Schema.bookkeepingColumns)
        counts = Dictionary(group.map { ($0.batch, $0.rows.count) }, uniquingKeysWith: +)
    }

    private struct Line {
        let order: UInt64
        let batch: Int
        let range: Range<Int>
    }

    /// A number that sorts as the key's first column does: the SPK-ID's first eight bytes.
    private static func order(_ line: ArraySlice<UInt8>) -> UInt64 {
        var order: UInt64 = 0
        var count = 0
        for byte in line.prefix(8) {
            guard byte != 0x09 else { break }
            order = order << 8 | UInt64(byte)
            count += 1
        }
        return order << (8 * UInt64(8 - count))
    }
}
