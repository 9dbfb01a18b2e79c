import Foundation
import NearEarth

/// What the batch rules ask, and what they found.
extension Store {
    /// What the batch rules find in batches' statements, each batch's own in the order of their stamps: one that is accepted counts for
    /// those behind it. What was judged before stays as it was judged. `accepts` tells whether a person accepts what the rules refuse.
    public func audit(
        _ group: [[StatementToAudit]], accepts: @escaping @Sendable ([QualityResult]) -> Bool,
        rules: @escaping @Sendable (AuditFacts) -> [QualityResult]
    ) async throws(StoreError) -> [[[QualityResult]]] {
        try await database.read { session in
            let usual = try UsualVolume(around: group.joined().compactMap(\.observation.batch.window), session)
            let open = group.filter { $0.contains(where: \.asksWhatIsPublished) }
            let scope = open.isEmpty ? nil : try Scope(of: open.joined().map { Incoming($0.observation, $0.statement) }, session)
            return group.map { statements in
                var scope = scope
                return statements.enumerated().map { index, item in
                    var facts = AuditFacts(observation: item.observation, statement: item.statement)
                    if let window = item.observation.batch.window { (facts.usualPerDay, facts.usualDays) = usual.perDay(around: window) }
                    facts.earlierRefusal = item.refusedTakingBack
                    let incoming = Incoming(item.observation, item.statement)
                    if item.asksWhatIsPublished, let scope { facts.compare(incoming, scope) }
                    let results = rules(facts)
                    if index + 1 < statements.count, item.judgment?.isAccepted ?? (!results.isRefusal || accepts(results)) { scope?.publish(incoming) }
                    return results
                }
            }
        }
    }

    /// Records what was said of observations.
    func recordVerdicts(_ items: [JudgedStatement], by run: RunID, _ session: any SQLSession) throws {
        try upsert(
            "perigee_verdicts", key: ["observation_id", "rules"],
            columns: ["observation_id", "rules", "accepted", "acceptable", "findings", "recorded_at", "run_id"],
            items.map { item in
                let verdict = item.judgment.verdict
                return [
                    .integer(item.observation.id), .int(verdict.rules), .bool(verdict.isAccepted), .bool(verdict.isAcceptable),
                    .text(verdict.findings.joined(separator: "\n")), .timestamp(verdict.recordedAt), .integer(run),
                ]
            }, session)
        try upsert(
            "perigee_acceptances", key: ["observation_id"], columns: ["observation_id", "host", "recorded_at", "run_id"],
            items.compactMap { item in
                item.judgment.acceptance.map { [.integer(item.observation.id), .text($0.host), .timestamp($0.recordedAt), .integer(run)] }
            }, session)
        let newest = Dictionary(items.map { ($0.observation.batch.name, $0.results) }, uniquingKeysWith: { $1 })
        let moment = Timestamp.text(now())
        try session.delete(from: "perigee_quality", ["run_id", "batch"], newest.keys.map { [.integer(run), .text($0)] })
        try session.append(
            to: "perigee_quality", ["run_id", "batch", "rule_name", "severity", "passed", "checked", "failed", "detail", "recorded_at"],
            // In the key's order.
            newest.sorted { $0.key < $1.key }.lazy.flatMap { batch, results in
                results.lazy.map { result in
                    [
                        "\(run)", batch, result.rule, result.severity.rawValue, result.passed ? "1" : "0", "\(result.checked)", "\(result.failed)",
                        String(result.detail.prefix(1000)), moment,
                    ]
                }
            })
    }

    /// What the rules found in a run.
    public func quality(run: RunID) async throws(StoreError) -> [QualityRecord] {
        try await database.read { session in
            let columns = "run_id, batch, rule_name, severity, passed, checked, failed, detail"
            let sql = "SELECT \(columns) FROM perigee_quality WHERE run_id = ? ORDER BY batch, rule_name"
            return try session.rows(sql, [.integer(run)]).map { row in
                QualityRecord(
                    run: try row.int64("run_id"), batch: try row.text("batch"),
                    result: QualityResult(
                        rule: try row.text("rule_name"), severity: try row.word("severity"), passed: try row.bool("passed"), checked: try row.int("checked"),
                        failed: try row.int("failed"), detail: try row.text("detail")))
            }
        }
    }
}

extension [QualityResult] {
    /// Whether one of them keeps the batch from being published.
    public var isRefusal: Bool { contains { !$0.passed && $0.severity == .batch } }
}

extension StatementToAudit {
    /// What was said before of what it takes back, under these rules or earlier ones; nil where that was not asked.
    private var said: Judgment? { judgment ?? earlier.flatMap { $0.isAccepted || $0.verdict.isAcceptable ? $0 : nil } }

    /// Whether it has to be held against what is published: that is asked once, and the answer is evidence from then on.
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
            guard let stored = scope.approaches[key], stored.isLive, !incoming.observation.isFeed || stored.firstFeed != nil else { continue }
            publishedRows += 1
            guard !scope.versions(of: key, adding: [incoming]).isLive else { continue }
            takenBack += 1
            if examples.count < 10 { examples.append("\(key)") }
        }
    }
}

extension Stored {
    /// Whether one of its versions holds now.
    var isLive: Bool { versions.last.map { $0.end == nil } ?? false }
}

/// How much the days around a window list. A year either side: the volume follows the surveys' progress over decades, not within a year.
private struct UsualVolume {
    private static let reach = 365
    /// The days that are published, in order, and the running sum of what they list, one element longer.
    private var days: [CalendarDate] = []
    private var sums = [0]

    init(around windows: [DateWindow], _ session: any SQLSession) throws {
        guard let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return }
        var listed: [CalendarDate: Int] = [:]
        // Of the observations of a day, the newest.
        try session.query(
            "SELECT observation_date, listed FROM perigee_days WHERE observation_date >= ? AND observation_date <= ? ORDER BY observation_date, seen_at",
            [.date(first.adding(days: -Self.reach)), .date(last.adding(days: Self.reach))]
        ) { listed[try $0.day("observation_date")] = try $0.int("listed") }
        for (day, count) in listed.sorted(by: { $0.key < $1.key }) {
            days.append(day)
            sums.append(sums[sums.count - 1] + count)
        }
    }

    /// Listed per day within a year around a window, the window itself left out, and over how many days; nil where there are none.
    func perDay(around window: DateWindow) -> (Double?, Int) {
        let before = range(window.from.adding(days: -Self.reach), window.from.adding(days: -1))
        let after = range(window.to.adding(days: 1), window.to.adding(days: Self.reach))
        let count = before.count + after.count
        guard count > 0 else { return (nil, 0) }
        let listed = [before, after].reduce(0) { $0 + sums[$1.upperBound] - sums[$1.lowerBound] }
        return (Double(listed) / Double(count), count)
    }

    private func range(_ from: CalendarDate, _ to: CalendarDate) -> Range<Int> { position(of: from)..<position(of: to.adding(days: 1)) }

    /// How many days lie before one.
    private func position(of day: CalendarDate) -> Int {
        var (low, high) = (0, days.count)
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
