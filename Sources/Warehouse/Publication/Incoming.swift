import Foundation
import NearEarth

/// A statement on its way into the store, with the observation that made it.
final class Incoming: Sendable {
    let observation: LoggedObservation
    let statement: Statement
    /// Where the statement has which approach.
    let rows: [ApproachKey: Int]
    private let days: Set<CalendarDate>
    private let objects: Set<String>
    /// Whether it is published, and today's rules refuse it: it says nothing any more.
    let isWithdrawn: Bool

    init(_ said: Observation, _ statement: Statement, isWithdrawn: Bool = false) {
        self.statement = statement
        self.isWithdrawn = isWithdrawn
        rows =
            isWithdrawn ? [:] : Dictionary(statement.rows.keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
        let unreadable = statement.unreadable
        observation = LoggedObservation(
            said, id: said.id, unreadable: unreadable,
            listed: unreadable.isEmpty ? [] : Set(statement.rows.keys.filter { unreadable.mayHold($0.id) }))
        days = Set(statement.days.map(\.date))
        objects = Set(statement.objects)
    }

    /// Whether the statement is about an approach: on a day that a feed lists, or of an object that is shown.
    func speaks(of key: ApproachKey) -> Bool {
        observation.isFeed ? key.orbitingBody == Self.feedBody && days.contains(key.date) : objects.contains(key.id)
    }

    /// The feed lists approaches to this body alone.
    static let feedBody = "Earth"

    /// What it says of an approach.
    func says(of key: ApproachKey) -> Saying<ApproachRow> {
        guard !isWithdrawn else { return .nothing }
        if let row = rows[key] { return .row(.listed(self, row)) }
        return !speaks(of: key) || observation.unreadable.mayHold(key.id) ? .nothing : .gone
    }
}

extension LoggedObservation {
    /// What `perigee_days` and `perigee_objects` have of it.
    var fields: SQLFields { ["observation_id": id, "seen_at": seenAt, "is_clean": unreadable.isEmpty] }

    /// The form in which the log keeps what could not be read; nil for nothing. First the SPK-IDs, or `*`; then, a line
    /// each, the approaches of those objects that are listed all the same.
    var unreadableText: String? {
        guard !unreadable.isEmpty else { return nil }
        let first = unreadable.hasAnonymous ? "*" : unreadable.ids.sorted().joined(separator: " ")
        return ([first] + listed.sorted().map { "\($0.id)\t\($0.orbitingBody)\t\($0.date)" }).joined(separator: "\n")
    }

    /// The observation of a row of `perigee_observations`.
    convenience init(_ row: SQLRow) throws(StoreError) {
        var unreadable = Statement.Unreadable()
        var listed: Set<ApproachKey> = []
        if let text: String = try row["unreadable"] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            unreadable.hasAnonymous = lines[0] == "*"
            if lines[0] != "*" { unreadable.ids = Set(lines[0].split(separator: " ").map(String.init)) }
            for line in lines.dropFirst() {
                let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
                guard parts.count == 3, let date = CalendarDate(parts[2]) else {
                    throw .unreadable("\(line) in unreadable")
                }
                listed.insert(ApproachKey(id: String(parts[0]), orbitingBody: String(parts[1]), date: date))
            }
        }
        var published: (at: Date, by: RunID)?
        if let run: RunID = try row["published_run"] { published = (try row["published_at"], run) }
        self.init(
            try Observation(row), id: try row["observation_id"], unreadable: unreadable, listed: listed,
            published: published)
    }
}

extension Observation {
    /// What the log has of it.
    var fields: SQLFields {
        [
            "observation_id": id, "batch": batch, "service_at": Timestamp.date(milliseconds: stamp.service),
            "received_at": Timestamp.date(milliseconds: stamp.received), "sha256": stamp.sha256, "raw_file": file,
            "revision": revision, "raw_bytes": bytes, "service": String(service.prefix(300)),
            "request_id": String(requestID.prefix(100)), "simulated": isSimulated,
        ]
    }

    /// The observation of a row of `perigee_observations`.
    init(_ row: SQLRow) throws(StoreError) {
        let stamp = try Stamp(
            service: Timestamp.milliseconds(row["service_at"]), received: Timestamp.milliseconds(row["received_at"]),
            sha256: row["sha256"])
        try self.init(
            batch: row["batch"], stamp: stamp, file: row["raw_file"], revision: row["revision"],
            bytes: row["raw_bytes"], requestID: row["request_id"], service: row["service"],
            isSimulated: row["simulated"])
    }
}

extension SQLSession {
    /// The published observations that list each of these days, in the order of their stamps.
    func published(on days: Set<CalendarDate>) throws -> [CalendarDate: [LoggedObservation]] {
        try published("perigee_days", "observation_date", days)
    }

    /// The published observations that show each of these objects.
    func published(showing objects: some Collection<String>) throws -> [String: [LoggedObservation]] {
        try published("perigee_objects", "id", objects)
    }

    private func published<Key: Hashable & SQLConvertible>(
        _ table: String, _ column: String, _ keys: some Collection<Key>
    ) throws -> [Key: [LoggedObservation]] {
        var found: [Key: [LoggedObservation]] = [:]
        let sql = """
            SELECT o.*, x.\(column) AS spoken_of FROM \(table) x JOIN perigee_observations o ON o.observation_id = x.observation_id
            WHERE x.\(column) IN (*marks*)
            """
        for row in try rows(sql, matching: keys) {
            found[try row["spoken_of"], default: []].append(try LoggedObservation(row))
        }
        return found.mapValues { $0.sorted(by: <) }
    }
}
