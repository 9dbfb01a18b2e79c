import Foundation
import NearEarth

/// What the batch rules ask, and what they found.
extension Store {
    /// What the batch rules find in batches' statements, each batch's own in the order of their stamps: one that is
    /// accepted counts for those behind it. What was judged before stays as it was judged. `accepts` tells whether a
    /// person accepts what the rules refuse.
    public func audit(
        _ group: [[StatementToAudit]], accepts: @escaping @Sendable ([QualityResult]) -> Bool,
        rules: @escaping @Sendable (AuditFacts) -> [QualityResult]
    ) async throws(StoreError) -> [[[QualityResult]]] {
        let incoming = group.map { $0.map { Incoming($0.observation, $0.statement) } }
        return try await database.read { session in
            let usual = try UsualVolume(around: group.joined().compactMap(\.observation.batch.window), session)
            let open = zip(group, incoming).filter { $0.0.contains(where: \.asksWhatIsPublished) }.flatMap(\.1)
            let scope = open.isEmpty ? nil : try Scope(of: open, session)
            return zip(group, incoming).map { statements, incoming in
                var scope = scope
                return zip(statements, incoming).enumerated().map { index, pair in
                    let (item, incoming) = pair
                    var facts = AuditFacts(observation: item.observation, statement: item.statement)
                    if let window = item.observation.batch.window {
                        (facts.usualPerDay, facts.usualDays) = usual.perDay(around: window)
                    }
                    facts.earlierRefusal = item.refusedTakingBack
                    if item.asksWhatIsPublished, let scope { facts.compare(incoming, scope) }
                    let results = rules(facts)
                    if index + 1 < statements.count,
                        item.judgment?.isAccepted ?? (!results.isRefusal || accepts(results))
                    {
                        scope?.publish(incoming)
                    }
                    return results
                }
            }
        }
    }

    /// Records what was said of observations.
    func recordVerdicts(_ items: [JudgedStatement], by run: RunID, _ session: any SQLSession) throws {
        try session.upsert(
            "perigee_verdicts",
            items.map { item in
                let verdict = item.judgment.verdict
                return [
                    "observation_id": item.observation.id, "rules": verdict.rules, "accepted": verdict.isAccepted,
                    "acceptable": verdict.isAcceptable, "findings": verdict.findings.joined(separator: "\n"),
                    "recorded_at": verdict.recordedAt, "run_id": run,
                ]
            })
        try session.upsert(
            "perigee_acceptances",
            items.compactMap { item in
                item.judgment.acceptance.map {
                    [
                        "observation_id": item.observation.id, "host": $0.host, "recorded_at": $0.recordedAt,
                        "run_id": run,
                    ]
                }
            })
        let newest = Dictionary(items.map { ($0.observation.batch.name, $0.results) }, uniquingKeysWith: { $1 })
        let moment = now()
        if let first = newest.keys.min(), let last = newest.keys.max() {
            // Between them, so that a server without statistics does not read all that the run has.
            try session.execute(
                "DELETE FROM perigee_quality WHERE run_id = ? AND batch BETWEEN ? AND ? AND batch IN (*marks*)",
                run, first, last, matching: newest.keys)
        }
        try session.append(
            to: "perigee_quality",
            // In the key's order.
            newest.sorted { $0.key < $1.key }.flatMap { batch, results in
                results.map { result -> SQLFields in
                    [
                        "run_id": run, "batch": batch, "rule_name": result.rule, "severity": result.severity,
                        "passed": result.passed, "checked": result.checked, "failed": result.failed,
                        "detail": String(result.detail.prefix(1000)), "recorded_at": moment,
                    ]
                }
            })
    }

    /// What the rules found in a run.
    public func quality(run: RunID) async throws(StoreError) -> [QualityRecord] {
        try await database.read { session in
            let sql = "SELECT * FROM perigee_quality WHERE run_id = ? ORDER BY batch, rule_name"
            return try session.rows(sql, run).map { try QualityRecord(batch: $0["batch"], result: QualityResult($0)) }
        }
    }

    /// The same summed over the run's batches: a result for each rule, with one batch's words for what it found.
    public func qualitySums(run: RunID) async throws(StoreError) -> [QualityResult] {
        try await database.read { session in
            let sql = """
                SELECT rule_name, severity, CASE WHEN SUM(failed) = 0 THEN 1 ELSE 0 END AS passed, SUM(checked) AS checked,
                SUM(failed) AS failed, COALESCE(MIN(CASE WHEN failed > 0 THEN detail END), '') AS detail,
                SUM(CASE WHEN failed > 0 THEN 1 ELSE 0 END) AS batches
                FROM perigee_quality WHERE run_id = ? GROUP BY rule_name, severity ORDER BY rule_name
                """
            return try session.rows(sql, run).map { row in
                var result = try QualityResult(row)
                let batches: Int = try row["batches"]
                if batches > 1 { result.detail += " (one of \(batches) batches)" }
                return result
            }
        }
    }
}

extension QualityResult {
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        try self.init(
            rule: row["rule_name"], severity: row["severity"], passed: row["passed"], checked: row["checked"],
            failed: row["failed"], detail: row["detail"])
    }
}

extension [QualityResult] {
    /// Whether one of them keeps the batch from being published.
    public var isRefusal: Bool { contains { !$0.passed && $0.severity == .batch } }
}

extension StatementToAudit {
    /// What was said before of what it takes back, under these rules or earlier ones; nil where that was not asked.
    private var said: Judgment? { judgment ?? earlier.flatMap { $0.isAccepted || $0.verdict.isAcceptable ? $0 : nil } }

    /// Whether it has to be held against what is published: that is asked once, and the answer is evidence from then
    /// on.
    fileprivate var asksWhatIsPublished: Bool { said == nil }

    /// Why it was refused before for what it takes back.
    fileprivate var refusedTakingBack: String? {
        said.flatMap { $0.isAccepted || !$0.verdict.isAcceptable ? nil : $0.verdict.findings.joined(separator: "; ") }
    }
}

extension AuditFacts {
    /// Counts what is published of what a statement speaks of, and what would go.
    fileprivate mutating func compare(_ incoming: Incoming, _ scope: Scope) {
        for key in scope.keys(of: [incoming]).sorted() where incoming.speaks(of: key) {
            guard let stored = scope.approaches[key], stored.live != nil,
                !incoming.observation.isFeed || stored.firstFeed != nil
            else { continue }
            publishedRows += 1
            guard scope.versions(of: key, adding: [incoming]).live == nil else { continue }
            takenBack += 1
            if examples.count < 10 { examples.append("\(key)") }
        }
    }
}

/// How much the days around a window list. A year either side: the volume follows the surveys' progress over decades,
/// not within a year.
private struct UsualVolume {
    private static let reach = 365
    /// How many objects each day lists from `start` on, days since 1970; nil where none is published.
    private var listed: [Int?] = []
    private var start = 0

    init(around windows: [DateWindow], _ session: any SQLSession) throws {
        guard let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return }
        let (from, to) = (first.adding(days: -Self.reach), last.adding(days: Self.reach))
        start = from.daysSinceEpoch
        listed = Array(repeating: nil, count: to.daysSinceEpoch - start + 1)
        // Of the observations of a day, the newest.
        let sql = """
            SELECT observation_date, listed FROM perigee_days WHERE observation_date >= ? AND observation_date <= ?
            ORDER BY observation_date, seen_at
            """
        for row in try session.rows(sql, from, to) {
            listed[(try row["observation_date"] as CalendarDate).daysSinceEpoch - start] = try row["listed"]
        }
    }

    /// Listed per day within a year around a window, the window itself left out, and over how many days; nil where
    /// there are none.
    func perDay(around window: DateWindow) -> (Double?, Int) {
        let (from, to) = (window.from.daysSinceEpoch - start, window.to.daysSinceEpoch - start)
        let known = (listed[from - Self.reach..<from] + listed[to + 1...to + Self.reach]).compactMap(\.self)
        return known.isEmpty ? (nil, 0) : (Double(known.reduce(0, +)) / Double(known.count), known.count)
    }
}
