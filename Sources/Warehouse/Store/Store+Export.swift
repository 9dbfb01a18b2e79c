public import NearEarth

/// A body that published rows come from, and which of its rows those are.
public struct PublishedBody: Sendable {
    /// The name of its raw file in the landing zone.
    public var file: String
    /// SHA-256 of that file.
    public var sha256: String
    /// The earliest day of its published rows.
    public var firstDay: CalendarDate
    /// How many of its rows are published.
    public var rows: Int
    /// The keys of these; nil where they are all of its rows.
    public var keys: [ApproachKey]?
}

extension Store {
    /// The same behind a cut: the bodies that the rows came from that were published then.
    public func publishedBodies(asOf cut: Cut) async throws(StoreError) -> [PublishedBody] {
        try await database.read { session in
            var keys: [Int64: [ApproachKey]] = [:]
            for days in try Self.days(session) {
                let scope = try Scope(allOn: days, session)
                for key in scope.approaches.keys {
                    let versions = scope.versions(of: key, where: cut.includes)
                    if let live = Stored(versions: versions).live { keys[live.since.id, default: []].append(key) }
                }
            }
            let sql = """
                SELECT o.observation_id, o.sha256, o.staged, (SELECT n.raw_file FROM perigee_observations n
                WHERE n.batch = o.batch AND n.sha256 = o.sha256 ORDER BY n.revision DESC LIMIT 1) AS raw_file
                FROM perigee_observations o WHERE o.observation_id IN (*marks*)
                """
            // The last items may stand in a statement more than once.
            var bodies: [Int64: PublishedBody] = [:]
            for row in try session.rows(sql, matching: keys.keys) {
                let id: Int64 = try row["observation_id"]
                guard let own = keys[id]?.sorted(), let first = own.first else { continue }
                let staged: Int? = try row["staged"]
                bodies[id] = PublishedBody(
                    file: try row["raw_file"], sha256: try row["sha256"], firstDay: first.date, rows: own.count,
                    keys: own.count == staged ? nil : own)
            }
            return bodies.values.sorted { ($0.firstDay, $0.file) < ($1.firstDay, $1.file) }
        }
    }

    /// The bodies that the published rows come from, by day: together they say each approach that is published, and
    /// each once. Of files with the same bytes, the one that was landed last: it is whole where an earlier one was
    /// damaged since.
    public func publishedBodies() async throws(StoreError) -> [PublishedBody] {
        try await database.read { session in
            let sql = """
                SELECT o.observation_id, o.sha256, o.staged, d.live, d.first_day,
                (SELECT n.raw_file FROM perigee_observations n WHERE n.batch = o.batch AND n.sha256 = o.sha256
                ORDER BY n.revision DESC LIMIT 1) AS raw_file FROM perigee_observations o JOIN
                (SELECT observation_id, COUNT(*) AS live, MIN(observation_date) AS first_day FROM nasa_neo_data GROUP BY observation_id) d
                ON d.observation_id = o.observation_id ORDER BY d.first_day, o.observation_id
                """
            return try session.rows(sql).map { row in
                let (live, staged): (Int, Int?) = (try row["live"], try row["staged"])
                var body = PublishedBody(
                    file: try row["raw_file"], sha256: try row["sha256"], firstDay: try row["first_day"], rows: live)
                guard live != staged else { return body }
                let keys = "SELECT id, orbiting_body, observation_date FROM nasa_neo_data WHERE observation_id = ?"
                body.keys = try session.rows(keys, try row["observation_id"] as Int64).map(ApproachRow.key)
                return body
            }
        }
    }
}
