public import Foundation
public import NearEarth

/// An approach as pictures and tables for people show it: rounded by the store, where CSV and JSON have NASA's digits.
public struct SkyRow: Sendable, Hashable {
    /// SPK-ID.
    public var id: String
    /// Name or designation.
    public var name: String
    /// The day (TDB).
    public var date: CalendarDate
    /// Its instant, milliseconds since 1970 (TDB); nil where NASA states the day alone.
    public var epoch: Int64?
    /// Nominal distance from the body's center (km).
    public var kilometers: Double
    /// Speed relative to the body (km/s).
    public var speed: Double
    /// Absolute magnitude H; nil where JPL has none.
    public var magnitude: Double?
    /// Smallest and largest diameter (m); nil without H.
    public var diameter: (least: Double, most: Double)? {
        guard let least = leastDiameter, let most = mostDiameter else { return nil }
        return (least, most)
    }
    private var leastDiameter, mostDiameter: Double?
    /// Potentially hazardous: of the orbit.
    public var isHazardous: Bool
    /// On JPL's Sentry list.
    public var isSentry: Bool
    /// When an answer first had it.
    public var firstSeen: Date
    /// When its day was first answered for; nil for what no feed listed.
    public var dayFirstSeen: Date?

    /// The distance in NeoWs's lunar distances.
    public var lunarDistances: Double { kilometers / Units.kilometersPerLunarDistance }
    /// The middle of its sizes, as areas go (m): √(least · most).
    public var meanDiameter: Double? { diameter.map { ($0.least * $0.most).squareRoot() } }
    /// Its place in time, days since 1970; the middle of the day where NASA states the day alone.
    public var day: Double { epoch.map { Double($0) / 86_400_000 } ?? Double(date.daysSinceEpoch) + 0.5 }

    /// Whether an earlier answer about its day did not have it.
    public func isNew(since moment: Date) -> Bool {
        firstSeen > moment && dayFirstSeen.map { $0 < firstSeen } ?? false
    }

    /// A row from its parts; diameters in km, as NASA states them.
    public init(
        id: String, name: String, date: CalendarDate, epoch: Int64?, kilometers: Double, speed: Double,
        magnitude: Double?, diameter: (least: Double?, most: Double?), isHazardous: Bool, isSentry: Bool,
        firstSeen: Date, dayFirstSeen: Date? = nil
    ) {
        (self.id, self.name, self.date, self.epoch) = (id, name, date, epoch)
        (self.kilometers, self.speed, self.magnitude) = (kilometers, speed, magnitude)
        leastDiameter = diameter.least.map { $0 * 1000 }
        mostDiameter = diameter.most.map { $0 * 1000 }
        (self.isHazardous, self.isSentry) = (isHazardous, isSentry)
        (self.firstSeen, self.dayFirstSeen) = (firstSeen, dayFirstSeen)
    }

    fileprivate init(_ row: SQLRow, _ firstAnswers: [CalendarDate: Date]) throws(StoreError) {
        id = try row["id"]
        name = try row["name"]
        date = try row["observation_date"]
        epoch = try row["epoch_ms"]
        kilometers = try row["miss_distance_km"]
        speed = try row["velocity_kps"]
        magnitude = try row["absolute_magnitude_h"]
        leastDiameter = try (row["estimated_diameter_km_min"] as Double?).map { $0 * 1000 }
        mostDiameter = try (row["estimated_diameter_km_max"] as Double?).map { $0 * 1000 }
        isHazardous = try row["is_potentially_hazardous_asteroid"]
        isSentry = try row["is_sentry_object"] ?? false
        firstSeen = try row["first_seen"]
        dayFirstSeen = firstAnswers[date]
    }

    fileprivate static let columns = """
        id, name, observation_date, epoch_ms, miss_distance_km, velocity_kps, absolute_magnitude_h, estimated_diameter_km_min,
        estimated_diameter_km_max, is_potentially_hazardous_asteroid, is_sentry_object, first_seen
        """
}

/// A day, and what the store has of it.
public struct DayState: Sendable {
    /// The day.
    public var date: CalendarDate
    /// When NASA gave the newest answer that is published of it; nil where none is.
    public var saidAt: Date?
    /// The newest answer of its days that the audit refused, where nothing newer is published.
    public var refusal: Refusal?
    /// How many approaches the newest answer lists.
    public var listed = 0
}

/// An answer that the audit refused.
public struct Refusal: Sendable {
    /// The batch.
    public var batch: Batch
    /// The run that asked.
    public var run: RunID
    /// When NASA gave it.
    public var saidAt: Date
    /// The landed file of its body.
    public var file: String
    /// What was found.
    public var reason: String
    /// The days of which nothing newer is published.
    public var days: [CalendarDate]
}

/// How many approaches there are in a week and a band of distance.
public struct SkyCell: Sendable, Hashable {
    /// The first day of the span.
    public var day: Int
    /// The band of distance, from 0: eighths of a decade above 1 LD.
    public var band: Int
}

/// What is to be drawn of a span of days.
public struct SkyScene: Sendable {
    /// The nearest approaches, by time.
    public var rows: [SkyRow] = []
    /// The others, counted.
    public var cells: [SkyCell: Int] = [:]
    /// Days that a cell spans.
    public var cellDays = 7
    /// All of them.
    public var count = 0
    /// Those within 20 LD.
    public var near = 0
}

extension Store {
    /// The approaches to a body in a range of days, by time; those within a distance (km), if one is given.
    public func sky(_ range: DateWindow, body: String = "Earth", within kilometers: Double? = nil)
        async throws(StoreError) -> [SkyRow]
    {
        try await database.read { try $0.sky(range, body, within: kilometers) }
    }

    /// What is to be drawn of a span: the nearest ones as rows, at most so many, and the others counted by span of days
    /// and band of distance. They are counted before they are read: nearest first needs only two columns.
    public func scene(_ range: DateWindow, body: String = "Earth", rows limit: Int) async throws(StoreError) -> SkyScene
    {
        try await database.read { session in
            var places: [(day: Int, kilometers: Double)] = []
            let sql = """
                SELECT observation_date, miss_distance_km FROM nasa_neo_data
                WHERE observation_date >= ? AND observation_date <= ? AND orbiting_body = ?
                """
            try session.query(sql, [range.from.sql, range.to.sql, body.sql]) { row in
                let date: CalendarDate = try row["observation_date"]
                places.append((date.daysSinceEpoch, try row["miss_distance_km"]))
            }
            let distances = places.map(\.kilometers).sorted()
            let farthest = distances.isEmpty ? 0 : distances[min(limit, distances.count) - 1]
            var scene = SkyScene()
            scene.rows = Array(try session.sky(range, body, within: farthest).prefix(limit))
            scene.count = places.count
            scene.near = places.count { $0.kilometers <= SkyScene.near }
            scene.cellDays = max(7, range.dayCount / 150)
            for place in places where place.kilometers > farthest { scene.count(place.day, place.kilometers) }
            return scene
        }
    }

    /// What the store has of each day of a range.
    public func days(_ range: DateWindow) async throws(StoreError) -> [DayState] {
        try await database.read { session in
            try session.answers(of: range).marking(try session.refusals(of: range))
        }
    }

    /// The same without what was refused: it changes with publications alone.
    public func answers(of range: DateWindow) async throws(StoreError) -> [DayState] {
        try await database.read { try $0.answers(of: range) }
    }

    /// Whether published answers list every day of a range.
    public func isAnswered(_ range: DateWindow) async throws(StoreError) -> Bool {
        try await database.read { session in
            let sql = """
                SELECT COUNT(DISTINCT observation_date) AS days FROM perigee_days WHERE observation_date >= ? AND observation_date <= ?
                """
            return try session.first(sql, range.from, range.to)?["days"] == range.dayCount
        }
    }

    /// The last runs about days, the newest first, however many lookups came since.
    public func runsOfDays(limit: Int) async throws(StoreError) -> [RunRecord] {
        try await database.read { session in
            let sql = "SELECT * FROM perigee_runs WHERE range_from IS NOT NULL ORDER BY run_id DESC LIMIT \(limit)"
            return try session.rows(sql).map(RunRecord.init)
        }
    }

    /// The first publication after a moment; nil where there is none. What changed since any moment before it and after
    /// the one before is the same.
    public func firstPublication(after moment: Date) async throws(StoreError) -> Date? {
        try await database.read { session in
            // Databases differ in how far back their calendars go.
            let moment = max(moment, Date(timeIntervalSince1970: 0))
            let sql = "SELECT MIN(published_at) AS at FROM perigee_observations WHERE published_at > ?"
            return try session.first(sql, moment)?["at"]
        }
    }

    /// Answers that the audit refused and that no newer one has superseded, about days of a range.
    public func refusals(of range: DateWindow) async throws(StoreError) -> [Refusal] {
        try await database.read { try $0.refusals(of: range) }
    }

    /// The first and the last day that a published answer of the feed lists; where there is none, of anything published.
    public func daysCovered() async throws(StoreError) -> DateWindow? {
        try await database.read { session in
            // One by one: each is then a look at an end of the index.
            func bound(_ function: String, _ table: String) throws -> CalendarDate? {
                try session.first("SELECT \(function)(observation_date) AS day FROM \(table)")?["day"]
            }
            guard let anything = try bound("MIN", "nasa_neo_data") else { return nil }
            if let first = try bound("MIN", "perigee_days"), let last = try bound("MAX", "perigee_days") {
                return DateWindow(from: first, to: last)
            }
            return DateWindow(from: anything, to: try bound("MAX", "nasa_neo_data") ?? anything)
        }
    }

    /// `nasa`, `simulated`, or nil while the store is empty.
    public func origin() async throws(StoreError) -> String? {
        try await database.read { try $0.first("SELECT setting FROM perigee_meta WHERE name = 'origin'")?["setting"] }
    }

    /// How many violations are open in the quarantine.
    public func openQuarantine() async throws(StoreError) -> Int {
        try await database.read { try $0.count("nasa_neo_quarantine WHERE status = 'open'") }
    }

    /// Every object, by SPK-ID, with the name that it has.
    public func names() async throws(StoreError) -> [(id: String, name: String)] {
        try await database.read { session in
            var names: [String: String] = [:]
            let sql = "SELECT DISTINCT id, name FROM nasa_neo_data UNION SELECT id, name FROM nasa_neo_orbits"
            try session.query(sql, []) { row in names[try row["id"]] = try row["name"] }
            return names.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }
}

extension SkyScene {
    /// 20 LD in km: about 0.05 au, which the field calls close.
    public static let near = 20 * Units.kilometersPerLunarDistance

    fileprivate mutating func count(_ day: Int, _ kilometers: Double) {
        let band = Self.band(kilometers / Units.kilometersPerLunarDistance)
        // Floor, also before 1970.
        let start = (day - ((day % cellDays) + cellDays) % cellDays)
        cells[SkyCell(day: start, band: band), default: 0] += 1
    }

    /// The band of a distance (LD): eighths of a decade.
    static func band(_ lunarDistances: Double) -> Int {
        Int((log10(max(lunarDistances, 0.001)) * 8).rounded(.down))
    }

    /// The distances (LD) that a band lies between.
    public static func bounds(_ band: Int) -> (nearest: Double, farthest: Double) {
        (pow(10, Double(band) / 8), pow(10, Double(band + 1) / 8))
    }
}

extension [DayState] {
    /// The same days, with the newest refusal of each that there is one of.
    public func marking(_ refusals: [Refusal]) -> [DayState] {
        var newest: [CalendarDate: Refusal] = [:]
        for refusal in refusals.sorted(by: { $0.saidAt < $1.saidAt }) {
            for day in refusal.days { newest[day] = refusal }
        }
        return map { day in
            var day = day
            day.refusal = newest[day.date]
            return day
        }
    }
}

extension SQLSession {
    /// The approaches to a body in a range of days, by time.
    fileprivate func sky(_ range: DateWindow, _ body: String, within kilometers: Double?) throws -> [SkyRow] {
        // First answers by day, then rows: a join would look each row's day up.
        let firsts = try firstAnswers(range)
        let sql = """
            SELECT \(SkyRow.columns) FROM nasa_neo_data
            WHERE observation_date >= ? AND observation_date <= ? AND orbiting_body = ?\(kilometers == nil ? "" : " AND miss_distance_km <= ?")
            """
        var rows: [SkyRow] = []
        let values = [range.from.sql, range.to.sql, body.sql] + (kilometers.map { [SQLValue.real($0)] } ?? [])
        try query(sql, values) { rows.append(try SkyRow($0, firsts)) }
        return rows.sorted { ($0.day, $0.id) < ($1.day, $1.id) }
    }

    /// What published answers say of each day of a range.
    fileprivate func answers(of range: DateWindow) throws -> [DayState] {
        let newest = try newestAnswers(range)
        return range.days.map { DayState(date: $0, saidAt: newest[$0]?.saidAt, listed: newest[$0]?.listed ?? 0) }
    }

    /// When each day was first answered for.
    fileprivate func firstAnswers(_ range: DateWindow) throws -> [CalendarDate: Date] {
        let sql = """
            SELECT observation_date, MIN(seen_at) AS seen_at FROM perigee_days WHERE observation_date >= ? AND observation_date <= ?
            GROUP BY observation_date
            """
        var firsts: [CalendarDate: Date] = [:]
        for row in try rows(sql, range.from, range.to) { firsts[try row["observation_date"]] = try row["seen_at"] }
        return firsts
    }

    /// The newest published answer about each day: when NASA gave it, and how many approaches it lists.
    fileprivate func newestAnswers(_ range: DateWindow? = nil) throws -> [CalendarDate: (saidAt: Date, listed: Int)] {
        let condition = range == nil ? "" : " WHERE observation_date >= ? AND observation_date <= ?"
        var newest: [CalendarDate: (saidAt: Date, listed: Int)] = [:]
        let values = range.map { [$0.from.sql, $0.to.sql] } ?? []
        try query("SELECT observation_date, seen_at, listed FROM perigee_days\(condition)", values) { row in
            let (date, saidAt): (CalendarDate, Date) = (try row["observation_date"], try row["seen_at"])
            if newest[date].map({ $0.saidAt < saidAt }) ?? true { newest[date] = (saidAt, try row["listed"]) }
        }
        return newest
    }

    /// Refusals about days of a range of which nothing newer is published.
    func refusals(of range: DateWindow) throws -> [Refusal] {
        let sql = """
            SELECT o.* FROM perigee_observations o JOIN perigee_batches b ON b.batch = o.batch
            WHERE o.state = 'refused' AND b.window_from <= ? AND b.window_to >= ?
            """
        let answers = try rows(sql, range.to, range.from).map { row in
            (batch: try row["batch"] as Batch, observation: try LoggedObservation(row), row: row)
        }
        let days = Set(answers.flatMap { $0.batch.window?.days ?? [] })
        let newest = try published(on: days).compactMapValues(\.last)
        return try answers.compactMap { batch, observation, row in
            let open = (batch.window?.days ?? []).filter { day in
                range.contains(day) && newest[day].map { $0 < observation } ?? true
            }
            guard !open.isEmpty else { return nil }
            return try Refusal(
                batch: batch, run: row["run_id"], saidAt: row["service_at"], file: row["raw_file"],
                reason: row["error"] ?? "", days: open)
        }
    }
}

/// What a rule found in each of the last runs.
public struct RuleHistory: Sendable {
    /// The rule.
    public var rule: String
    /// How bad its failure is.
    public var severity: Severity
    /// Items checked, by run.
    public var checked: [RunID: Int] = [:]
    /// How many of them failed, by run.
    public var failed: [RunID: Int] = [:]

    /// How many failed in all of them.
    public var total: Int { failed.values.reduce(0, +) }
    /// How many items were checked in all of them.
    public var totalChecked: Int { checked.values.reduce(0, +) }
}

/// What is published of a year.
public struct YearCoverage: Sendable {
    /// The year.
    public var year: Int
    /// Days that a published answer lists.
    public var days: Int
    /// Approaches to Earth that they list.
    public var listed: Int

    /// How many days it has.
    public var daysOfYear: Int { 337 + CalendarDate.days(inMonth: 2, of: year) }
}

extension Store {
    /// What the rules found in the last runs that judged anything.
    public func ruleHistory(runs limit: Int) async throws(StoreError) -> [RuleHistory] {
        try await database.read { session in
            let last = try session.rows(
                "SELECT DISTINCT run_id FROM perigee_quality ORDER BY run_id DESC LIMIT \(limit)")
            guard let oldest: RunID = try last.last?["run_id"] else { return [] }
            let sql = """
                SELECT rule_name, severity, run_id, SUM(checked) AS checked, SUM(failed) AS failed FROM perigee_quality WHERE run_id >= ?
                GROUP BY rule_name, severity, run_id
                """
            var rules: [String: RuleHistory] = [:]
            for row in try session.rows(sql, oldest) {
                let name: String = try row["rule_name"]
                var rule = try rules[name] ?? RuleHistory(rule: name, severity: row["severity"])
                rule.checked[try row["run_id"], default: 0] += try row["checked"]
                rule.failed[try row["run_id"], default: 0] += try row["failed"]
                rules[name] = rule
            }
            return rules.values.sorted { $0.rule < $1.rule }
        }
    }

    /// What is published of each year that there is anything of.
    public func coverageByYear() async throws(StoreError) -> [YearCoverage] {
        try await database.read { session in
            let newest = try session.newestAnswers()
            var years: [Int: YearCoverage] = [:]
            for (date, day) in newest {
                let year = date.components.year
                years[year, default: YearCoverage(year: year, days: 0, listed: 0)].days += 1
                years[year]?.listed += day.listed
            }
            return years.values.sorted { $0.year < $1.year }
        }
    }
}
