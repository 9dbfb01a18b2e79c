import Charts
import Foundation
import NearEarth
import Warehouse

/// What of the sky is shown, and how: all of it stands in the URL.
struct SkyView: Sendable {
    /// How much time the picture spans.
    enum Zoom: String, CaseIterable {
        case week, month, quarter, year, all

        var label: String {
            switch self {
            case .week: "Week"
            case .month: "Month"
            case .quarter: "90 days"
            case .year: "Year"
            case .all: "All"
            }
        }

        /// Days before and behind the day that it is about.
        var span: (behind: Int, ahead: Int) {
            switch self {
            case .week: (2, 5)
            case .month: (10, 21)
            case .quarter: (Overview.behind, Overview.ahead)
            case .year: (122, 243)
            case .all: (0, 0)
            }
        }
    }

    /// What the table shows.
    enum Time: String, CaseIterable {
        case coming, passed, all
    }

    /// Columns that the table can be sorted by.
    enum Sort: String, CaseIterable {
        case time, distance, size, speed, magnitude, name
    }

    var zoom = Zoom.quarter
    /// The day that it is about; nil for today.
    var at: CalendarDate?
    var unit = DistanceUnit.lunar
    var zone = Zone.dynamical
    /// Nil for the usual: what is coming, or all where the picture shows no such days.
    var time: Time?
    /// At most so many lunar distances away; nil for any.
    var within: Double? = 20
    /// At least so many meters across; nil for any.
    var size: Int?
    /// At least so fast (km/s); nil for any.
    var speed: Int?
    var hazardousOnly = false
    var newOnly = false
    var sentryOnly = false
    var sort = Sort.time
    var descending = false
    /// How many rows the table has.
    var rows = SkyView.usualRows

    static let usualRows = 12
    static let mostRows = 80
    /// What can be chosen.
    static let distances = [1.0, 5, 20, 100]
    static let sizes = [30, 140, 1000]
    static let speeds = [10, 15, 20]

    static let parameters: [Parameter] = [
        Parameter(name: "zoom", kind: .word(Zoom.allCases.map(\.rawValue)), meaning: "How much time is shown."),
        Parameter(name: "at", kind: .day, meaning: "The day that it is about."),
        .unit, .zone,
        Parameter(name: "time", kind: .word(Time.allCases.map(\.rawValue)), meaning: "Which the table has."),
        Parameter(
            name: "within", kind: .text(pattern: "any|[0-9]{1,6}(\\.[0-9]{1,6})?", longest: 13),
            meaning: "At most so many lunar distances."),
        Parameter(name: "size", kind: .count(0...1_000_000), meaning: "At least so many meters."),
        Parameter(name: "speed", kind: .count(0...1000), meaning: "At least so many km/s."),
        Parameter(name: "hazardous", kind: .flag, meaning: "Potentially hazardous ones."),
        Parameter(name: "new", kind: .flag, meaning: "New since yesterday."),
        Parameter(name: "sentry", kind: .flag, meaning: "On JPL's Sentry list."),
        Parameter(name: "sort", kind: .word(Sort.allCases.map(\.rawValue)), meaning: "Order of the table."),
        Parameter(name: "descending", kind: .flag, meaning: "The other way round."),
        Parameter(name: "rows", kind: .count(1...mostRows), meaning: "Rows of the table."),
    ]

    init() {}

    init(_ arguments: Arguments) throws(Problem) {
        zoom = arguments["zoom"].flatMap(Zoom.init) ?? zoom
        at = arguments.day("at")
        unit = arguments.unit
        zone = try arguments.zone()
        time = arguments["time"].flatMap(Time.init)
        if let text = arguments["within"] { within = text == "any" ? nil : Double(text) }
        size = arguments.count("size").flatMap { $0 == 0 ? nil : $0 }
        speed = arguments.count("speed").flatMap { $0 == 0 ? nil : $0 }
        hazardousOnly = arguments.flag("hazardous")
        newOnly = arguments.flag("new")
        sentryOnly = arguments.flag("sentry")
        sort = arguments["sort"].flatMap(Sort.init) ?? sort
        descending = arguments.flag("descending")
        rows = arguments.count("rows") ?? rows
    }

    /// What stands in the URL: whatever is not as usual.
    var values: [(name: String, value: String)] {
        let usual = SkyView()
        var values: [(String, String)] = []
        func add(_ name: String, _ value: String, unless isUsual: Bool) { if !isUsual { values.append((name, value)) } }
        add("zoom", zoom.rawValue, unless: zoom == usual.zoom)
        add("at", at.map { "\($0)" } ?? "", unless: at == nil)
        add("unit", unit.rawValue, unless: unit == usual.unit)
        add("tz", zone.identifier ?? "", unless: zone.identifier == nil)
        add("time", time?.rawValue ?? "", unless: time == nil)
        add("within", within.map { Coordinate.text($0) } ?? "any", unless: within == usual.within)
        add("size", size.map(String.init) ?? "", unless: size == nil)
        add("speed", speed.map(String.init) ?? "", unless: speed == nil)
        add("hazardous", "true", unless: !hazardousOnly)
        add("new", "true", unless: !newOnly)
        add("sentry", "true", unless: !sentryOnly)
        add("sort", sort.rawValue, unless: sort == usual.sort)
        add("descending", "true", unless: !descending)
        add("rows", "\(rows)", unless: rows == usual.rows)
        return values
    }

    /// The URL of this view, or of one that differs.
    func url(_ path: String = "/", anchor: String = "", _ change: (inout SkyView) -> Void = { _ in }) -> String {
        var view = self
        change(&view)
        return URLText.url(path, view.values) + anchor
    }

    /// An object's page, in the same unit and zone.
    func objectURL(_ id: String) -> String {
        URLText.url(
            "/objects/\(id)",
            (unit == .lunar ? [] : [("unit", unit.rawValue)]) + (zone.identifier.map { [("tz", $0)] } ?? []))
    }

    /// The days that the picture shows; `all` as far as there is anything.
    func range(today: CalendarDate, covered: DateWindow?) -> DateWindow {
        let day = at ?? today
        guard zoom == .all else {
            return DateWindow(from: day.adding(days: -zoom.span.behind), to: day.adding(days: zoom.span.ahead))
        }
        return covered ?? DateWindow(from: day.adding(days: -Overview.behind), to: day.adding(days: Overview.ahead))
    }

    /// The rows of the table, before they are cut.
    func select(_ rows: [SkyRow], _ time: Time, now: Int64, newSince: Date) -> [SkyRow] {
        let moment = Double(now) / 86_400_000
        let found = rows.filter { row in
            switch time {
            case .coming where row.day < moment: return false
            case .passed where row.day >= moment: return false
            default: break
            }
            if let within, row.lunarDistances > within { return false }
            if let size, (row.diameter?.most ?? 0) < Double(size) { return false }
            if let speed, row.speed < Double(speed) { return false }
            if hazardousOnly, !row.isHazardous { return false }
            if newOnly, !row.isNew(since: newSince) { return false }
            return !sentryOnly || row.isSentry
        }
        // What has passed: the latest first.
        let ascending = sorted(found)
        return (descending != (time == .passed && sort == .time)) ? ascending.reversed() : ascending
    }

    private func sorted(_ rows: [SkyRow]) -> [SkyRow] {
        switch sort {
        case .time: rows
        case .distance: rows.sorted { ($0.kilometers, $0.id) < ($1.kilometers, $1.id) }
        // The largest and the fastest first; those of unknown size last.
        case .size: rows.sorted { ($0.meanDiameter ?? 0, $1.id) > ($1.meanDiameter ?? 0, $0.id) }
        case .speed: rows.sorted { ($0.speed, $1.id) > ($1.speed, $0.id) }
        case .magnitude: rows.sorted { ($0.magnitude ?? 99, $0.id) < ($1.magnitude ?? 99, $1.id) }
        case .name: rows.sorted { ($0.name, $0.day) < ($1.name, $1.day) }
        }
    }
}

/// URLs of our own.
enum URLText {
    /// A path with a query.
    static func url(_ path: String, _ values: [(name: String, value: String)]) -> String {
        guard !values.isEmpty else { return path }
        return path + "?" + values.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
    }

    /// Percent-encoded for a query (RFC 3986: unreserved characters stay).
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ":"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%\(digits.count < 2 ? "0" : "")\(digits)"
            }
        }
        return escaped
    }
}
