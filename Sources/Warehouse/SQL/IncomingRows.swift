import NearEarth

/// What the batch rules ask about rows on their way in: how many each day has, and which keys a batch has more than once.
struct IncomingRows {
    private(set) var perDay: [String: [CalendarDate: Int]] = [:]
    private(set) var repeated: [String: [(key: String, times: Int)]] = [:]

    /// Whether nothing else is published for their days.
    private(set) var areNews = false

    /// Of rows that an engine has made and that are all news.
    init(news group: [StagedBatch]) {
        areNews = true
        for staged in group { perDay[staged.batch.name] = staged.rows.perDay }
    }

    /// Of rows that the database has.
    init(_ session: any SQLSession) throws {
        try session.query("SELECT batch, observation_date, COUNT(*) FROM \(SQLStore.incoming) GROUP BY batch, observation_date", []) { row in
            if let batch = row[0].string, let day = row[1].calendarDate { perDay[batch, default: [:]][day] = row[2].int ?? 0 }
        }
        try session.query(
            """
            SELECT id, orbiting_body, observation_date, batch, COUNT(*) FROM \(SQLStore.incoming)
            GROUP BY id, orbiting_body, observation_date, batch HAVING COUNT(*) > 1 ORDER BY id, orbiting_body, observation_date
            """, []
        ) { row in
            let key = "\(row[0].string ?? "") \(row[1].string ?? "") \(row[2].string ?? "")"
            repeated[row[3].string ?? "", default: []].append((key, row[4].int ?? 0))
        }
    }
}
