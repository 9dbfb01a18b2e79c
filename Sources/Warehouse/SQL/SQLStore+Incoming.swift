import NearEarth

/// The rows that a transaction is about, in a temporary table: on their way into staging, through the audit, into the data.
extension SQLStore {
    static let incoming = Schema.incoming.name

    /// An empty table for them.
    func openIncoming(_ session: any SQLSession) throws {
        for statement in database.dialect.temporary(Schema.incoming) { try session.execute(statement) }
    }

    /// Rows that an engine has made.
    func bringIn(_ group: [StagedBatch], _ session: any SQLSession) throws {
        try openIncoming(session)
        var text: [UInt8] = []
        text.reserveCapacity(group.reduce(0) { $0 + $1.rows.text.count + $1.rows.count * 80 })
        for staged in group {
            let received = staged.landed.receivedAt
            var head: [UInt8] = []
            DelimitedText.append([staged.batch.name, "\(staged.batch.day(received: received))", Timestamp.text(received)], to: &head)
            head[head.count - 1] = 0x09
            for line in staged.rows.lines {
                text += head
                text += staged.rows.text[line]
                text.append(0x0A)
            }
        }
        try session.load(Self.incoming, database.dialect.bulk(text, Schema.incoming.columns))
        for staged in group { if let count = staged.rowsInStaging { try bringInStaged(staged, rows: count, session) } }
    }

    /// Rows that were staged before.
    func bringInStaged(_ records: [Batch: BatchRecord], _ session: any SQLSession) throws {
        try openIncoming(session)
        for (batch, record) in records {
            guard let received = record.receivedAt else { continue }
            let columns = (["batch"] + Schema.facts).joined(separator: ", ")
            try session.execute(
                "INSERT INTO \(Self.incoming) (\(columns), batch_date, seen_at) SELECT \(columns), ?, ? FROM perigee_staging WHERE batch = ?",
                [.date(batch.day(received: received)), .timestamp(received), .text(batch.name)])
        }
    }

    /// Keeps the rows of these batches in the staging table, in place of what it has of them.
    func keepStaged(_ batches: [Batch], _ session: any SQLSession) throws {
        guard !batches.isEmpty else { return }
        let these = Self.isOneOf(batches)
        let columns = (["batch"] + Schema.facts).joined(separator: ", ")
        try session.execute("DELETE FROM perigee_staging WHERE \(these.sql)", these.values)
        try session.execute(
            "INSERT INTO perigee_staging (\(columns)) SELECT \(columns) FROM \(Self.incoming) WHERE \(these.sql)", these.values)
    }
}
