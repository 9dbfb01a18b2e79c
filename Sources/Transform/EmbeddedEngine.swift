public import NearEarth
public import NeoWs

/// The embedded engine: a body in, what it says out, in one pass and without a tree.
public struct EmbeddedEngine {
    /// The engine's name in the ledger.
    public static let name = "embedded"

    /// What a caller wants of each approach.
    public enum Output: Sendable {
        /// CSV lines alone: nothing is allocated for a record.
        case csv
        /// CSV lines, rows for a store and the objects' orbits.
        case rows
    }

    /// What came of a body.
    public struct Result: Sendable {
        /// What the body said of itself.
        public var summary: ScanSummary
        /// CSV lines with their line ends, no header.
        public var csv: [UInt8]
        /// What it says of approaches; without rows, objects and orbits where only CSV was asked for.
        public var statement: Statement

        /// The rows as approaches.
        public var approaches: [CloseApproach] { statement.rows.approaches }
    }

    /// Transforms one body.
    public static func transform(_ buffer: borrowing BodyBuffer, output: Output = .rows) throws(ScanError) -> Result {
        try buffer.withBytes { body throws(ScanError) in
            var sink = RecordSink(body: body, output: output)
            let summary = try BodyScanner.scan(body, into: &sink)
            var statement = sink.statement
            statement.kind = summary.shape
            statement.spkID = summary.spkID
            statement.days = summary.days
            statement.page = summary.pageNumber
            statement.elementCount = summary.elementCount
            statement.listed = summary.objects
            return Result(summary: summary, csv: sink.csv, statement: statement)
        }
    }
}
