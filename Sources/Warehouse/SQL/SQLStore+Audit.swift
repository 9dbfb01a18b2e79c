import Foundation
public import NearEarth

/// What the batch rules ask, and what they found.
extension SQLStore {
    /// What the batch rules ask about staged batches.
    public func auditFacts(_ batches: [Batch]) async throws(StoreError) -> [AuditFacts] {
        try await database.write { session in
            let records = try Self.records(of: batches, session)
            for batch in batches {
                guard let record = records[batch], record.state != .planned, record.state != .landed, record.staged != nil else {
                    throw StoreError.notReady(batch: batch.name, needs: "transform")
                }
            }
            try bringInStaged(records, session)
            return try facts(batches, KnownBodies(batches, session), IncomingRows(session), session)
        }
    }

    /// The same for batches whose rows have come in.
    func facts(_ batches: [Batch], _ bodies: KnownBodies, _ incoming: IncomingRows, _ session: any SQLSession) throws -> [AuditFacts] {
        let windows = batches.compactMap(\.window)
        let published = try incoming.areNews ? [:] : Self.publishedPerDay(windows, session)
        let usual = try UsualVolume(around: windows, session)
        return try batches.map { batch in
            guard let record = bodies.records[batch] else { throw StoreError.notReady(batch: batch.name, needs: "transform") }
            let rows = incoming.perDay[batch.name] ?? [:]
            let keys = incoming.repeated[batch.name] ?? []
            let total = rows.values.reduce(0, +)
            var facts = AuditFacts(
                batch: batch, record: record, days: bodies.days[batch.name] ?? [], stagedRows: total,
                distinctKeys: total - keys.reduce(0) { $0 + $1.times - 1 },
                duplicates: keys.prefix(10).map { "\($0.key) (\($0.times) times)" }, outsideWindow: 0, publishedRows: 0, usualPerDay: nil, usualDays: 0,
                rejectedByRule: bodies.rejectedByRule[batch.name] ?? [:])
            guard let window = batch.window else { return facts }
            facts.outsideWindow = rows.reduce(0) { $0 + (window.contains($1.key) ? 0 : $1.value) }
            facts.publishedRows = window.days.reduce(0) { $0 + (published[$1] ?? 0) }
            (facts.usualPerDay, facts.usualDays) = usual.perDay(around: window)
            return facts
        }
    }

    /// Records what the rules found.
    public func recordAudit(_ results: [Batch: [QualityResult]], by run: RunID) async throws(StoreError) {
        try await database.write { session in
            try Self.requireLeases(Array(results.keys), run, session)
            try record(results, by: run, session)
            try pass(results.keys.filter { !(results[$0]?.isRefusal ?? true) }, by: run, session)
        }
    }

    /// The same inside a transaction, which goes on with those that passed. Nothing is recorded yet of those that are `new`.
    func record(_ results: [Batch: [QualityResult]], new: Set<Batch> = [], by run: RunID, _ session: any SQLSession) throws {
        let moment = SQLValue.timestamp(now())
        let known = results.keys.filter { !new.contains($0) }
        if !known.isEmpty {
            let these = Self.isOneOf(known)
            try session.execute("DELETE FROM perigee_quality WHERE run_id = ? AND \(these.sql)", [.integer(run)] + these.values)
        }
        try session.load(
            "perigee_quality", ["run_id", "batch", "rule_name", "severity", "passed", "checked", "failed", "detail", "recorded_at"],
            // In the key's order, which is that of the batches' names and the rules'.
            results.sorted { $0.key.name < $1.key.name }.lazy.flatMap { batch, results in
                results.lazy.map { result in
                    [
                        .integer(run), .text(batch.name), .text(result.rule), .text(result.severity.rawValue), .bool(result.passed),
                        .int(result.checked), .int(result.failed), .text(String(result.detail.prefix(1000))), moment,
                    ]
                }
            })
        for (batch, results) in results where results.isRefusal {
            let error = results.filter { !$0.passed && $0.severity == .batch }.map { "\($0.rule): \($0.detail)" }.joined(separator: "; ")
            try session.execute(
                "UPDATE perigee_batches SET state = 'refused', run_id = ?, error = ?, updated_at = ? WHERE batch = ?",
                [.integer(run), .text(error), moment, .text(batch.name)])
        }
    }

    private func pass(_ batches: [Batch], by run: RunID, _ session: any SQLSession) throws {
        guard !batches.isEmpty else { return }
        let these = Self.isOneOf(batches)
        try session.execute(
            "UPDATE perigee_batches SET state = 'audited', run_id = ?, error = NULL, updated_at = ? WHERE \(these.sql)",
            [.integer(run), .timestamp(now())] + these.values)
    }

    /// What the rules found in a run.
    public func quality(run: RunID) async throws(StoreError) -> [QualityRecord] {
        try await database.read { session in
            var found: [QualityRecord] = []
            try session.query(
                "SELECT run_id, batch, rule_name, severity, passed, checked, failed, detail FROM perigee_quality WHERE run_id = ? ORDER BY batch, rule_name",
                [.integer(run)]
            ) { row in
                found.append(
                    QualityRecord(
                        run: row[0].int64 ?? 0, batch: row[1].string ?? "",
                        result: QualityResult(
                            rule: row[2].string ?? "", severity: row[3].string.flatMap(Severity.init) ?? .batch, passed: row[4].boolean ?? false,
                            checked: row[5].int ?? 0, failed: row[6].int ?? 0, detail: row[7].string ?? "")))
            }
            return found
        }
    }

    // MARK: Questions, each once for all batches

    /// Rows that are published from feeds, by day.
    private static func publishedPerDay(_ windows: [DateWindow], _ session: any SQLSession) throws -> [CalendarDate: Int] {
        guard let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return [:] }
        var found: [CalendarDate: Int] = [:]
        try session.query(
            """
            SELECT observation_date, COUNT(*) FROM nasa_neo_data WHERE observation_date >= ? AND observation_date <= ? AND source = 'feed'
            GROUP BY observation_date
            """, [.date(first), .date(last)]
        ) { row in if let day = row[0].calendarDate { found[day] = row[1].int ?? 0 } }
        return found
    }
}

extension [QualityResult] {
    /// Whether one of them keeps the batch from being published.
    public var isRefusal: Bool { contains { !$0.passed && $0.severity == .batch } }
}

/// How much the days around a window list. A year either side: the volume follows the surveys' progress over decades, not within a year.
private struct UsualVolume {
    private static let reach = 365
    /// The days that are published, in order, and the running sum of what they list, one element longer.
    private var days: [CalendarDate] = []
    private var sums = [0]

    init(around windows: [DateWindow], _ session: any SQLSession) throws {
        guard let first = windows.map(\.from).min(), let last = windows.map(\.to).max() else { return }
        try session.query(
            "SELECT observation_date, listed FROM perigee_days WHERE observation_date >= ? AND observation_date <= ? ORDER BY observation_date",
            [.date(first.adding(days: -Self.reach)), .date(last.adding(days: Self.reach))]
        ) { row in
            guard let day = row[0].calendarDate else { return }
            days.append(day)
            sums.append((sums.last ?? 0) + (row[1].int ?? 0))
        }
    }

    /// The mean of the days around a window but for its own, and how many these are.
    func perDay(around window: DateWindow) -> (Double?, Int) {
        let around = slice(window.from.adding(days: -Self.reach), window.to.adding(days: Self.reach))
        let own = slice(window.from, window.to)
        let count = around.count - own.count
        let sum = sums[around.upperBound] - sums[around.lowerBound] - sums[own.upperBound] + sums[own.lowerBound]
        return count > 0 ? (Double(sum) / Double(count), count) : (nil, 0)
    }

    private func slice(_ from: CalendarDate, _ to: CalendarDate) -> Range<Int> {
        index(of: from)..<max(index(of: from), index(of: to.adding(days: 1)))
    }

    /// Where the first day not before this one stands.
    private func index(of day: CalendarDate) -> Int {
        var (low, high) = (0, days.count)
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
