import Foundation
public import NearEarth

/// Lists of approaches, in pieces.
extension Store {
    /// A page of a list: from its beginning or behind a cursor, its rows written in a form. `query.limit` is the page's.
    public func page(of query: ApproachQuery, after cursor: ApproachCursor? = nil, as form: ApproachForm)
        async throws(StoreError) -> Result<ApproachPage, ApproachListError>
    {
        try await database.read { session in
            do {
                return .success(try ApproachReader(query, cursor, form, session).page())
            } catch let error as ApproachListError {
                return .failure(error)
            }
        }
    }
}

/// Takes bytes; false where nobody wants more.
public typealias ByteSink = @Sendable ([UInt8]) -> Bool

extension Store {
    /// Writes a whole list of one publication, a piece at a time. By date no transaction stays open while it is written,
    /// and memory holds one piece. Returns how many rows were written.
    public func write(_ query: ApproachQuery, as form: ApproachForm, to sink: @escaping ByteSink)
        async throws -> Int
    {
        guard query.order == .date, query.id == nil else {
            return try await database.read { try ApproachReader(query, nil, form, $0).write(to: sink) }
        }
        var rest = query.limit ?? .max
        var (cursor, count) = (ApproachCursor?.none, 0)
        repeat {
            var piece = query
            piece.limit = min(rest, ApproachReader.piece)
            let page = try await page(of: piece, after: cursor, as: form).get()
            guard sink(page.bytes) else { break }
            (count, rest, cursor) = (count + page.count, rest - page.count, page.next)
        } while cursor != nil && rest > 0
        return count
    }

    /// How many published approaches a query is of, whatever its limit. Not as of an earlier moment.
    public func count(_ query: ApproachQuery) async throws(StoreError) -> Int {
        let (condition, values) = Self.condition(query)
        return try await database.read { session in
            var count = 0
            try session.query("SELECT COUNT(*) AS approaches FROM nasa_neo_data\(condition)", values) {
                count = try $0["approaches"]
            }
            return count
        }
    }
}

/// Reads one page, inside a transaction.
struct ApproachReader {
    private let query: ApproachQuery
    private let cursor: ApproachCursor?
    private let form: ApproachForm
    private let session: any SQLSession
    private let publication: Publication
    private let limit: Int
    /// Where the evidence is cut; nil where the tables themselves are the answer.
    private let cut: Cut?

    /// Rows that are read at a time for a list of any length.
    static let piece = 5000
    /// Bytes that are written at a time, at least.
    private static let pieceBytes = 1 << 16

    /// How many days a fold is of at most, beside those of one object.
    private static let daysInSight = 366
    /// How many days are read at first; twice as many each time.
    private static let firstDays = 31

    init(_ query: ApproachQuery, _ cursor: ApproachCursor?, _ form: ApproachForm, _ session: any SQLSession) throws {
        (self.query, self.cursor, self.form, self.session) = (query, cursor, form, session)
        var publication = try Publication(session)
        var cut = query.asOf
        if let cursor {
            let signature = publication.signature(of: query.identity + cursor.plain)
            guard cursor.publication <= publication.number, cursor.signature == signature else {
                throw ApproachListError.unknownCursor
            }
            if cursor.publication < publication.number {
                // Another publication came in between: the list goes on as of its own.
                guard cursor.publication >= publication.rewritten else { throw ApproachListError.outdated }
                publication.number = cursor.publication
                let published = min(cut?.published ?? .distantFuture, publication.date)
                cut = Cut(published: published, said: cut?.said)
            }
        }
        (self.publication, self.cut) = (publication, cut)
        limit = query.limit ?? .max
    }

    func page() throws -> ApproachPage {
        if query.order == .date { return try byDate() }
        return try cut == nil ? sorted() : sortedFold()
    }

    /// All of it, a piece at a time: how many rows were written.
    func write(to sink: ByteSink) throws -> Int {
        var (bytes, count) = ([UInt8](), 0)
        func add(_ append: (inout [UInt8]) -> Void) -> Bool {
            append(&bytes)
            count += 1
            guard bytes.count >= Self.pieceBytes else { return count < limit }
            defer { bytes.removeAll(keepingCapacity: true) }
            return sink(bytes) && count < limit
        }
        if cut == nil, query.order != .date {
            let rest = "ORDER BY \(query.order.sorting(session.dialect).clause)"
            try scan(query, "", [], rest) { _, texts in add { form.append(texts, to: &$0) } }
        } else if cut == nil {
            let page = try byDate()
            (bytes, count) = (page.bytes, page.count)
        } else {
            for row in try folded() where !add({ bytes in row.withTexts { form.append($0, to: &bytes) } }) { break }
        }
        _ = sink(bytes)
        return count
    }

    // MARK: By date

    private func byDate() throws -> ApproachPage {
        var days = DayRows(limit: limit, after: cursor, form)
        if query.id != nil {
            try read(query.from ?? .distantPast, query.to ?? .distantFuture, &days)
        } else if var start = try max(query.from, cursor?.key.date) ?? bound("MIN"),
            let end = try query.to ?? bound("MAX")
        {
            var count = Self.firstDays
            while start <= end, !days.isFull {
                let last = min(start.adding(days: count - 1), end)
                try read(start, last, &days)
                start = last.adding(days: 1)
                count = cut == nil ? count * 2 : min(count * 2, Self.daysInSight)
            }
        }
        days.endDay()
        return page(days.bytes, days.count, next: days.next)
    }

    private func read(_ from: CalendarDate, _ to: CalendarDate, _ days: inout DayRows) throws {
        guard cut == nil else { return try fold(from, to).forEach { days.add($0) } }
        var query = query
        (query.from, query.to) = (from, to)
        try scan(query, "", [], "ORDER BY observation_date") { key, texts in
            days.add(key, texts)
            return !days.isFull
        }
    }

    /// The first or last day that the store has anything of.
    private func bound(_ function: String) throws -> CalendarDate? {
        var days: [CalendarDate] = []
        for table in cut == nil ? ["nasa_neo_data"] : ["nasa_neo_data", "nasa_neo_history"] {
            let row = try session.first("SELECT \(function)(observation_date) AS day FROM \(table)")
            days += [try row?["day"] as CalendarDate?].compactMap(\.self)
        }
        return function == "MIN" ? days.min() : days.max()
    }

    // MARK: In another order

    private func sorted() throws -> ApproachPage {
        let order = query.order.sorting(session.dialect)
        var (condition, values) = ("", [SQLValue]())
        if let key = cursor?.key {
            let sql =
                "SELECT \(order.column) AS value FROM nasa_neo_data WHERE id = ? AND orbiting_body = ? AND observation_date = ?"
            guard let row = try session.first(sql, key.id, key.orbitingBody, key.date) else {
                throw ApproachListError.unknownCursor
            }
            let value = try (row["value"] as String?).map { order.isNumber ? SQLValue.decimal($0) : .text($0) }
            (condition, values) = order.behind(value, key)
        }
        var (bytes, count) = ([UInt8](), 0)
        var next: ApproachCursor?
        var last: ApproachKey?
        let rest = "ORDER BY \(order.clause)\(limit == .max ? "" : " LIMIT \(limit + 1)")"
        try scan(query, condition, values, rest) { key, texts in
            guard count < limit else {
                next = last.map { cursor(at: $0, nil) }
                return false
            }
            form.append(texts, to: &bytes)
            (count, last) = (count + 1, key())
            return true
        }
        return page(bytes, count, next: next)
    }

    private func sortedFold() throws -> ApproachPage {
        let from = query.from ?? .distantPast
        let to = query.to ?? .distantFuture
        guard query.id != nil || to.daysSinceEpoch - from.daysSinceEpoch < Self.daysInSight else {
            throw ApproachListError.tooWide(days: Self.daysInSight)
        }
        let rows = try query.order.sort(fold(from, to))
        var start = 0
        if let key = cursor?.key {
            guard let place = rows.firstIndex(where: { $0.key == key }) else { throw ApproachListError.unknownCursor }
            start = place + 1
        }
        let wanted = rows[start...].prefix(limit)
        var bytes: [UInt8] = []
        for row in wanted { row.withTexts { form.append($0, to: &bytes) } }
        let next = wanted.endIndex < rows.endIndex ? wanted.last.map { cursor(at: $0.key, nil) } : nil
        return page(bytes, wanted.count, next: next)
    }

    /// All of a list as of an earlier moment, in its order.
    func folded() throws -> [FoldedApproach] {
        var rows: [FoldedApproach] = []
        if query.id != nil {
            rows = try fold(query.from ?? .distantPast, query.to ?? .distantFuture)
        } else if var start = try query.from ?? bound("MIN"), let end = try query.to ?? bound("MAX") {
            while start <= end {
                let last = min(start.adding(days: Self.daysInSight - 1), end)
                rows += try fold(start, last)
                start = last.adding(days: 1)
            }
        }
        return Array((query.order == .date ? rows : query.order.sort(rows)).prefix(limit))
    }

    // MARK: Rows

    /// What the tables have, in the order that `rest` says.
    private func scan(
        _ query: ApproachQuery, _ further: String, _ furtherValues: [SQLValue], _ rest: String,
        _ row: (_ key: () -> ApproachKey, ApproachTexts) throws -> Bool
    ) throws {
        let (condition, values) = Store.condition(query, and: further, furtherValues)
        func instant(_ column: String) -> String { session.dialect.instantText(column) }
        let lastSeen =
            form.fields.contains(.lastSeen)
            ? instant(
                """
                \(session.dialect.greatest)(d.seen_at, COALESCE((SELECT MAX(x.seen_at) FROM perigee_days x
                WHERE x.observation_date = d.observation_date AND x.is_clean AND d.source = 'feed' AND d.orbiting_body = '\(Incoming.feedBody)'), d.seen_at),
                COALESCE((SELECT MAX(y.seen_at) FROM perigee_objects y WHERE y.id = d.id AND y.is_clean), d.seen_at))
                """) : "NULL"
        let run =
            form.fields.contains(.run)
            ? "(SELECT o.published_run FROM perigee_observations o WHERE o.observation_id = d.observation_id)" : "NULL"
        let sql = """
            SELECT source_record, epoch_ms, miss_distance_au_digits, \(instant("d.first_seen")), source, \(lastSeen), \(run),
            id, orbiting_body, observation_date FROM nasa_neo_data d\(condition) \(rest)
            """
        try session.scan(sql, values) { texts in
            guard let record = texts[0] else { throw StoreError.unreadable("a row without its record") }
            func number(_ text: UnsafeRawBufferPointer?) -> Int64? {
                text.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
            }
            func text(_ place: Int) -> String {
                String(decoding: texts[place] ?? .init(start: nil, count: 0), as: UTF8.self)
            }
            let found = ApproachTexts(
                record: record, epoch: number(texts[1]), missDistanceAU: texts[2], firstSeen: texts[3],
                lastSeen: texts[5], source: texts[4], run: number(texts[6]))
            return try row(
                {
                    ApproachKey(id: text(7), orbitingBody: text(8), date: CalendarDate(text(9)) ?? .distantPast)
                }, found)
        }
    }

    /// What the fold has of some days, or of an object: the rows that are wanted, by date.
    private func fold(_ from: CalendarDate, _ to: CalendarDate) throws -> [FoldedApproach] {
        guard let cut else { return [] }
        let scope =
            try query.id.map { try Scope(days: [], objects: [$0], session) }
            ?? Scope(allOn: Set(DateWindow(from: from, to: to).days), session)
        var rows: [FoldedApproach] = []
        for key in scope.approaches.keys where from <= key.date && key.date <= to && query.id ?? key.id == key.id {
            let versions = scope.versions(of: key, where: cut.includes)
            guard let live = Stored(versions: versions).live else { continue }
            let approach = try CloseApproach(stored: live.row.facts)
            guard query.includes(approach) else { continue }
            let isListed = scope.isListedByFeed(key, where: cut.includes)
            rows.append(
                FoldedApproach(
                    key: key, approach: approach, firstSeen: versions.first?.since.seenAt ?? live.since.seenAt,
                    lastSeen: live.last.seenAt, source: isListed ? .feed : .lookup, run: live.since.published?.by))
        }
        return rows.sorted { ($0.key.date, $0.order, $0.key) < ($1.key.date, $1.order, $1.key) }
    }

    private func page(_ bytes: [UInt8], _ count: Int, next: ApproachCursor?) -> ApproachPage {
        var next = next
        next?.publication = publication.number
        if let plain = next?.plain { next?.signature = publication.signature(of: query.identity + plain) }
        return ApproachPage(bytes: bytes, count: count, publication: publication, next: next)
    }

    private func cursor(at key: ApproachKey, _ epoch: Int64?) -> ApproachCursor {
        ApproachCursor(publication: publication.number, key: key, epoch: epoch)
    }
}

/// An approach as of an earlier moment.
struct FoldedApproach {
    let key: ApproachKey
    let approach: CloseApproach
    let firstSeen: String
    let lastSeen: String
    let source: Batch.Source
    let run: RunID?

    /// Its place in its day.
    var order: Int64 { approach.epochMilliseconds ?? .min }

    /// Lends it as bytes.
    func withTexts(_ body: (ApproachTexts) -> Void) {
        withBytes(of: [approach.record, approach.missDistanceAU, firstSeen, lastSeen, source.rawValue]) { texts in
            guard let record = texts[0] else { return }
            body(
                ApproachTexts(
                    record: record, epoch: approach.epochMilliseconds, missDistanceAU: texts[1], firstSeen: texts[2],
                    lastSeen: texts[3], source: texts[4], run: run))
        }
    }
}

/// Rows that come day by day, each day's in no order: written by instant, SPK-ID and body, up to a limit.
private struct DayRows {
    private let limit: Int
    private let cursor: ApproachCursor?
    private let form: ApproachForm
    /// What is written, and the last row of it.
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var last: Row?
    /// Where the list goes on; nil while no further row is known.
    private(set) var next: ApproachCursor?
    /// The day that rows are coming of, and where they lie in `dayBytes`.
    private var day: CalendarDate?
    private var rows: [Row] = []
    private var dayBytes: [UInt8] = []

    private struct Row {
        let key: ApproachKey
        let epoch: Int64?
        let bytes: Range<Int>

        static func < (left: Row, right: Row) -> Bool {
            (left.epoch ?? .min, left.key) < (right.epoch ?? .min, right.key)
        }
    }

    init(limit: Int, after cursor: ApproachCursor?, _ form: ApproachForm) {
        (self.limit, self.cursor, self.form) = (limit, cursor, form)
    }

    var isFull: Bool { next != nil }

    mutating func add(_ key: () -> ApproachKey, _ texts: ApproachTexts) { add(key(), texts) }

    mutating func add(_ approach: FoldedApproach) { approach.withTexts { add(approach.key, $0) } }

    private mutating func add(_ key: ApproachKey, _ texts: ApproachTexts) {
        if key.date != day {
            endDay()
            day = key.date
        }
        guard !isFull else { return }
        let start = dayBytes.count
        form.append(texts, to: &dayBytes)
        rows.append(Row(key: key, epoch: texts.epoch, bytes: start..<dayBytes.count))
    }

    /// Writes the day's rows.
    mutating func endDay() {
        defer {
            rows.removeAll(keepingCapacity: true)
            dayBytes.removeAll(keepingCapacity: true)
        }
        rows.sort(by: <)
        for row in rows where !isFull {
            if let cursor, row.key.date == cursor.key.date,
                (row.epoch ?? .min, row.key) <= (cursor.epoch ?? .min, cursor.key)
            {
                continue
            }
            guard count < limit else {
                next = last.map { ApproachCursor(publication: 0, key: $0.key, epoch: $0.epoch) }
                return
            }
            bytes += dayBytes[row.bytes]
            (count, last) = (count + 1, row)
        }
    }
}

extension Scope {
    /// Whether a feed that counts has listed an approach.
    fileprivate func isListedByFeed(_ key: ApproachKey, where counts: (LoggedObservation) -> Bool) -> Bool {
        sayings(of: key).contains { saying in
            if case .row = saying.says { saying.by.isFeed && counts(saying.by) } else { false }
        }
    }
}

extension ApproachQuery {
    /// What tells a list from others, whatever its pages' size.
    fileprivate var identity: String {
        let moments = [asOf?.published, asOf?.said].map { $0.map { "\(Timestamp.milliseconds($0))" } ?? "" }
        let parts = [
            from.map { "\($0)" } ?? "", to.map { "\($0)" } ?? "", "\(hazardousOnly)", "\(sentryOnly)",
            withinLunarDistances.map { "\($0)" } ?? "", id ?? "", orbitingBody ?? "", order.rawValue,
        ]
        return (parts + moments).map(CSVRecord.field).joined(separator: ",") + "\n"
    }

    /// Whether an approach is wanted, apart from its day: what `condition` asks of a table.
    fileprivate func includes(_ approach: CloseApproach) -> Bool {
        if hazardousOnly, !approach.isPotentiallyHazardous { return false }
        if sentryOnly, approach.isSentryObject != true { return false }
        if let id, approach.id != id { return false }
        if let orbitingBody, approach.orbitingBody != orbitingBody { return false }
        guard let withinLunarDistances else { return true }
        let kilometers = Double(approach.missDistanceKilometers) ?? .infinity
        return kilometers <= withinLunarDistances * Units.kilometersPerLunarDistance
    }
}

extension ApproachQuery.Order {
    /// What an order means to a table: `isNullable` values that are missing come last, and what is equal is in the order
    /// of day, SPK-ID and body.
    func sorting(_ dialect: SQLDialect) -> ApproachSorting {
        switch self {
        case .date: ApproachSorting(column: "observation_date", isNumber: false)
        case .distance: ApproachSorting(column: "miss_distance_km")
        case .velocity: ApproachSorting(column: "velocity_kps", isDescending: true)
        case .size: ApproachSorting(column: "estimated_diameter_km_max", isDescending: true, isNullable: true)
        case .magnitude: ApproachSorting(column: "absolute_magnitude_h", isNullable: true)
        case .name: ApproachSorting(column: dialect.byBytes("name"), isNumber: false)
        }
    }

    /// The same order for rows in memory.
    fileprivate func sort(_ rows: [FoldedApproach]) -> [FoldedApproach] {
        func value(_ row: FoldedApproach) -> Double {
            switch self {
            case .date, .name: 0
            case .distance: Double(row.approach.missDistanceKilometers) ?? .infinity
            case .velocity: -(Double(row.approach.velocityKilometersPerSecond) ?? 0)
            case .size: row.approach.diameterMaxKilometers.flatMap(Double.init).map { -$0 } ?? .infinity
            case .magnitude: row.approach.absoluteMagnitude.flatMap(Double.init) ?? .infinity
            }
        }
        return rows.map { (value: value($0), row: $0) }.sorted { one, other in
            if one.value != other.value { return one.value < other.value }
            let (name, otherName) = (one.row.approach.name.utf8, other.row.approach.name.utf8)
            // As bytes, as the databases have them: Swift's own order of texts is that of their normal forms.
            if self == .name, !name.elementsEqual(otherName) { return name.lexicographicallyPrecedes(otherName) }
            return one.row.key < other.row.key
        }.map(\.row)
    }
}

/// An order of `nasa_neo_data`.
struct ApproachSorting {
    var column: String
    var isNumber = true
    var isDescending = false
    var isNullable = false

    /// NULLs sort first in one database and last in another.
    private var nullsLast: String { "CASE WHEN \(column) IS NULL THEN 1 ELSE 0 END" }

    /// What stands behind ORDER BY.
    var clause: String {
        (isNullable ? "\(nullsLast), " : "")
            + "\(column)\(isDescending ? " DESC" : ""), observation_date, id, orbiting_body"
    }

    /// The condition for what comes behind a row.
    func behind(_ value: SQLValue?, _ key: ApproachKey) -> (String, [SQLValue]) {
        let tie = "(observation_date > ? OR (observation_date = ? AND (id > ? OR (id = ? AND orbiting_body > ?))))"
        let tieValues = [key.date.sql, key.date.sql, key.id.sql, key.id.sql, key.orbitingBody.sql]
        guard let value else { return ("(\(column) IS NULL AND \(tie))", tieValues) }
        let nulls = isNullable ? " OR \(column) IS NULL" : ""
        return (
            "(\(column) \(isDescending ? "<" : ">") ? OR (\(column) = ? AND \(tie))\(nulls))",
            [value, value] + tieValues
        )
    }
}

/// The greater of two, one of which may be missing.
private func max(_ left: CalendarDate?, _ right: CalendarDate?) -> CalendarDate? {
    guard let left, let right else { return left ?? right }
    return Swift.max(left, right)
}

extension CalendarDate {
    /// Days beyond all that a calendar in use has.
    fileprivate static var distantPast: CalendarDate {
        CalendarDate(year: 1, month: 1, day: 1) ?? .init(daysSinceEpoch: 0)
    }
    fileprivate static var distantFuture: CalendarDate {
        CalendarDate(year: 9999, month: 12, day: 31) ?? .init(daysSinceEpoch: 0)
    }
}
