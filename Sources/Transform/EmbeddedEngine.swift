public import NearEarth
public import NeoWs

/// The embedded engine: a body in, its rows, its CSV lines and its rejects out, in one pass and without a tree.
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
        /// The same as rows; empty where only CSV was asked for.
        public var rows: ApproachRows
        /// Each object's orbit, where the body has it (lookup and catalogue).
        public var orbits: [ObjectOrbit]
        /// Records that broke a rule.
        public var rejected: [RejectedRecord]
        /// How many records, objects without approaches not counted, were held against the rules.
        public var records: Int
        /// How many distinct records were rejected.
        public var rejectedRecords: Int

        /// The rows as approaches.
        public var approaches: [CloseApproach] { rows.approaches }
    }

    /// Transforms one body.
    public static func transform(_ buffer: borrowing BodyBuffer, output: Output = .rows) throws(ScanError) -> Result {
        try buffer.withBytes { body throws(ScanError) in
            var sink = RecordSink(body: body, output: output)
            let summary = try BodyScanner.scan(body, into: &sink)
            return Result(
                summary: summary, csv: sink.csv, rows: sink.rows, orbits: sink.orbits, rejected: sink.rejected,
                records: sink.records, rejectedRecords: sink.rejectedRecords)
        }
    }
}
