import NearEarth

/// Changes as CSV: what a change is, the approach's columns as they are since, and those that differ as they
/// were.
package enum ChangeLines {
    private static let columns = ApproachColumn.export.map(\.name)

    package static let header = line(
        ["kind", "run", "published_at", "said_at", "file", "sha256"] + columns + columns.map { "old_\($0)" })

    package static func line(_ change: ChangeDetails) -> String {
        let instants = [change.publishedAt, change.saidAt].map(Timestamp.iso8601)
        return line(
            [change.kind.rawValue, "\(change.run)"] + instants + [change.file, change.sha256]
                + columns.map { change.columns[$0] ?? "" } + columns.map { change.differences[$0]?.old ?? "" })
    }

    private static func line(_ fields: [String]) -> String {
        fields.map(CSVRecord.field).joined(separator: ",") + "\r\n"
    }
}
