import Charts
import Foundation
import HTTPTypes
import NIOCore
import NearEarth
import Warehouse

/// One object: its approaches through the centuries, what NASA said of each, and its orbit.
struct ObjectPage {
    private static let parameters: [Parameter] = [
        Parameter(name: "id", kind: .text(pattern: "[0-9]{1,20}", longest: 20), meaning: "SPK-ID.", place: .path),
        .unit, .zone,
        Parameter(
            name: "body", kind: .text(pattern: "[A-Za-z0-9 ]{1,50}", longest: 50), meaning: "The body passed."),
        Parameter(name: "pass", kind: .day, meaning: "The pass whose versions are shown, by its day."),
        Parameter(name: "all", kind: .flag, meaning: "All passes in the table, a page at a time."),
        Parameter(name: "after", kind: .day, meaning: "Those after this day."),
    ]

    static let page = Route.page("/objects/{id}", parameters) { context in
        try await ObjectPage(context).page.answer(context)
    }

    static let picture = Route.page("/objects/{id}/approaches.svg", parameters) { context in
        let page = try await ObjectPage(context)
        return .picture(page.picture.file, "perigee-\(page.object.id)")
    }

    private let context: PageContext
    private let object: ObjectHistory
    private let unit: DistanceUnit
    private let zone: Zone
    private let body: String
    private let bodies: [String]
    /// Passes of the body that are published, with their row.
    private let passes: [(pass: ObjectHistory.Pass, row: SkyRow)]

    /// Rows of the table: around now, and of a page of all.
    private static let (usualRows, mostRows) = (10, 120)

    init(_ context: PageContext) async throws {
        self.context = context
        let id = context.arguments["id"] ?? ""
        guard let object = try await context.store.object(id) else {
            throw Problem(
                .notFound,
                "this store knows no object \(id); `perigee lookup \(ObjectName.spkID(ofNumber: id) ?? id)` asks NASA for it",
                parameter: "id")
        }
        self.object = object
        unit = context.arguments.unit
        zone = try context.arguments.zone()
        let published = object.approaches.filter(\.isPublished)
        let others = Set(published.map(\.key.orbitingBody)).subtracting(["Earth"]).sorted()
        let hasEarth = published.contains { $0.key.orbitingBody == "Earth" }
        bodies = (hasEarth ? ["Earth"] : []) + others
        let body = context.arguments["body"].map { OrbitingBody.name($0) } ?? bodies.first ?? "Earth"
        self.body = body
        let rows = published.filter { $0.key.orbitingBody == body }.compactMap {
            pass -> (pass: ObjectHistory.Pass, row: SkyRow)? in
            guard let version = pass.versions.last,
                let row = SkyRow(version.approach, firstSeen: pass.versions[0].since.saidAt)
            else { return nil }
            return (pass, row)
        }
        passes = rows.sorted { $0.row.day < $1.row.day }
    }

    private var now: Double { Double(context.dynamicalNow) / 86_400_000 }
    private var name: String { SkyPicture.shortName(object.name) }
    private var next: (pass: ObjectHistory.Pass, row: SkyRow)? { passes.first { $0.row.day >= now } }

    private func url(
        unit: DistanceUnit? = nil, body: String? = nil, pass: CalendarDate? = nil, all: Bool = false,
        after: CalendarDate? = nil, path: String = "", anchor: String = ""
    ) -> String {
        var values: [(name: String, value: String)] = []
        let (unit, body) = (unit ?? self.unit, body ?? self.body)
        if unit != .lunar { values.append(("unit", unit.rawValue)) }
        if let zone = zone.identifier { values.append(("tz", zone)) }
        if body != "Earth" { values.append(("body", body)) }
        if let pass { values.append(("pass", "\(pass)")) }
        if all { values.append(("all", "true")) }
        if let after { values.append(("after", "\(after)")) }
        return URLText.url("/objects/\(object.id)\(path)", values) + anchor
    }

    /// The start page in the same unit and zone.
    private var sky: String {
        var view = SkyView()
        (view.unit, view.zone) = (unit, zone)
        return view.url()
    }

    var page: Page {
        Page(
            title: name, section: .sky,
            content: """
                <p class="eyebrow"><a href="\(sky)">Sky</a> / Object \(object.id)</p><div class="grid"><div class="c8"><h1>\(name)</h1>\(lede)</div></div>
                \(strip)
                \(pictureSection)
                <div class="grid more-space"><section class="c7" aria-labelledby="versions">\(versions)</section>\
                <section class="c5" aria-labelledby="orbit">\(orbit)</section></div>
                <div class="grid more-space"><section class="c7" aria-labelledby="table">\(table)</section>\
                \(object.orbit == nil ? .none : #"<section class="c5" aria-labelledby="elements">\#(elements)</section>"# as Markup)</div>
                """)
    }

    // MARK: In words

    private var lede: Markup {
        let size: Markup =
            newest.flatMap { row in
                row.meanDiameter.map { mean in
                    "It is \(Words.across(row.diameter)) across, about as long as \(Words.comparison(mean))."
                }
            } ?? "Its size is unknown."
        guard let next else {
            let last = passes.last.map { pass -> Markup in
                "It passed \(body) on \(Words.day(zone.shown(pass.row).day)), at \(unit.withUnit(pass.row.kilometers)). "
            }
            return """
                <p class="lede">No pass of \(body) is listed ahead. \(last)\(size)\(object.orbit == nil ? lookupHint : .none)</p>
                """
        }
        let (day, _) = zone.shown(next.row)
        return """
            <p class="lede">Passes \(body) on \(Words.weekday(day)), \(Words.day(day, year: context.year)), at <strong>\(unit.spelledOut(next.row.kilometers))</strong>\
            \(next.row.epoch.map { ", \(Clock.toGo($0, context.now))" as Markup }). \(size) \(revision(next.pass))\(object.orbit == nil ? lookupHint : .none)</p>
            """
    }

    private var lookupHint: Markup {
        " The feed alone was asked so far: <code>perigee lookup \(object.id)</code> brings its orbit and all its passes."
    }

    private func revision(_ pass: ObjectHistory.Pass) -> Markup {
        guard pass.versions.count > 1, let last = pass.versions.last,
            let old = pass.versions[pass.versions.count - 2].approach.lunarDistances,
            let new = last.approach.lunarDistances, abs(old - new) > 0.005
        else { return .none }
        let day = CalendarDate(epochMilliseconds: Timestamp.milliseconds(last.since.saidAt))
        return """
            NASA’s answer of \(Words.day(day, year: context.year)) moved this pass from \(Words.significant(old)) to \(Words.significant(new)) lunar distances.
            """
    }

    /// The object as it was said last.
    private var newest: SkyRow? {
        object.approaches.flatMap(\.versions).max { $0.last.saidAt < $1.last.saidAt }.flatMap {
            SkyRow($0.approach, firstSeen: $0.since.saidAt)
        }
    }

    private var strip: Markup {
        let row = newest
        let first = object.approaches.flatMap(\.versions).map(\.since.saidAt).min()
        func item(_ name: String, _ value: Markup) -> Markup { "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }
        let sentry = object.approaches.flatMap(\.versions).max { $0.last.saidAt < $1.last.saidAt }?.approach
            .isSentryObject
        return """
            <dl class="strip">\(item("SPK-ID", "\(object.id)"))\(item("Diameter, from H", "\(Words.diameter(row?.diameter))"))\
            \(item("Absolute magnitude H", "\(row?.magnitude.map(Words.decimal) ?? "unknown")"))\
            \(item("Potentially hazardous", row?.isHazardous == true ? "Yes" : row == nil ? "unknown" : "No"))\
            \(item("Sentry list", sentry.map { $0 ? "Yes" : "No" } ?? "unknown"))\
            \(item("First seen in this store", "\(first.map { Words.short(CalendarDate(epochMilliseconds: Timestamp.milliseconds($0))) } ?? "unknown")"))</dl>
            <p class="actions">\(context.overview.isSimulated ? .none : Self.elsewhere(object.id))<a class="button" href="/api/v1/objects/\(object.id)">JSON</a></p>
            """
    }

    /// What JPL has of it.
    private static func elsewhere(_ id: String) -> Markup {
        """
        <a class="button" href="https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr=\(id)">JPL Small-Body Database ↗</a>\
        <a class="button" href="https://ssd.jpl.nasa.gov/tools/orbit_viewer.html#/?sstr=\(id)">Orbit viewer ↗</a>
        """
    }

    // MARK: Passes

    var picture: ScatterPicture {
        let years = passes.map { $0.row.date.components.year } + [context.year]
        let (first, last) = ((years.min() ?? 1900) / 10 * 10, ((years.max() ?? 2100) / 10 + 1) * 10)
        return ScatterPicture(
            rows: passes.map(\.row), first: first, last: last, unit: unit, now: now, selected: next?.row,
            body: body, title: "Passes of \(body) by \(name), \(first) to \(last)",
            link: { url(pass: $0.date, anchor: "#versions") })
    }

    private var pictureSection: Markup {
        guard !passes.isEmpty else {
            return #"<section><p class="second">No pass of \#(body) is published.</p></section>"#
        }
        let picker: Markup =
            bodies.count > 1
            ? Controls.pick("Body", bodies.map { (Self.full($0), url(body: $0), $0 == body) }) : .none
        return """
            <section aria-labelledby="picture"><div class="head"><h2 id="picture">Approaches, \(Words.range(passes[0].row.date, passes[passes.count - 1].row.date, year: nil))</h2>\
            <span class="note">\(Words.count(passes.count)) to \(Self.full(body))</span><div class="tools">\(picker)\(Controls.units(unit) { url(unit: $0) })</div></div>
            <div class="legend">\(SpeedStep.legend)</div>\(picture.html)\
            <p class="caption">Distances are nominal, from the center of \(Self.full(body)), on a log scale. <a href="\(url(path: "/approaches.svg"))">Picture as SVG</a></p></section>
            """
    }

    /// NeoWs cuts names to five letters.
    static func full(_ body: String) -> String {
        ["Merc": "Mercury", "Juptr": "Jupiter", "Satrn": "Saturn", "Urnus": "Uranus", "Neptn": "Neptune"][body] ?? body
    }

    private var table: Markup {
        guard !passes.isEmpty else { return .none }
        let showsAll = context.arguments.flag("all")
        let nextIndex = passes.firstIndex { $0.row.day >= now } ?? passes.count
        let length = showsAll ? Self.mostRows : Self.usualRows
        let start =
            showsAll
            ? context.arguments.day("after").map { day in passes.firstIndex { $0.row.date > day } ?? passes.count } ?? 0
            : max(0, min(nextIndex - length / 2, passes.count - length))
        let shown = passes[start..<min(passes.count, start + length)]
        let rows = shown.map { pass, row -> Markup in
            let (day, time) = zone.shown(row)
            return """
                <tr><td class="r1 nowrap"><a href="\(url(pass: row.date, anchor: "#versions"))">\(Words.short(day))</a> <span class="quiet">\(time)</span></td>\
                <td class="n r2 unit" data-unit=" \(unit.label)">\(unit.text(row.kilometers))</td><td class="d960 d720">\(MiniAxis.html(row, to: 230, isShared: true))</td>\
                <td class="n r4">\(Words.decimal(row.speed))<span class="hidden"> km/s</span></td><td class="n r3 d720">\(pass.versions.count)</td></tr>
                """
        }
        func link(_ words: String, from first: Int) -> Markup {
            let after = first > 0 ? passes[first - 1].row.date : nil
            return #"<a class="button" href="\#(url(all: true, after: after, anchor: "#table"))">\#(words)</a> "#
        }
        let more: Markup =
            shown.count == passes.count
            ? .none
            : !showsAll
                ? #"<p class="more">\#(link("Show all \(Words.count(passes.count))", from: 0))</p>"#
                : """
                <p class="more">\(start > 0 ? link("← Earlier", from: max(0, start - length)) : .none)\
                \(start + length < passes.count ? link("Later →", from: start + length) : .none)</p>
                """
        let heading = showsAll || shown.count == passes.count ? "Passes" : "Passes around now"
        let place =
            shown.count < passes.count && !shown.isEmpty
            ? "\(Words.count(start + 1)) to \(Words.count(shown.endIndex)) of \(Words.count(passes.count)), " : ""
        return """
            <div class="head"><h2 id="table">\(heading)</h2><span class="note">\(place)times in \(zone.label)</span>\
            <div class="tools"><a href="\(URLText.url("/api/v1/approaches", [("object", object.id), ("body", body), ("format", "csv")]))">CSV</a></div></div>
            \(MiniAxis.shared(to: 230))<div class="scroll"><table class="fold"><thead><tr><th scope="col">Closest</th><th scope="col" class="n">\(unit.label)</th>\
            <th scope="col" class="d960">To 230 LD, Moon’s distance marked</th><th scope="col" class="n">km/s</th><th scope="col" class="n">Versions</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>\(more)
            """
    }

    // MARK: Versions

    private var versions: Markup {
        let asked = context.arguments.day("pass")
        let all = object.approaches.filter { $0.key.orbitingBody == body }
        // The one that is asked for; else the next; else the one that changed most often; else the last.
        let pass =
            all.first { $0.key.date == asked } ?? next?.pass ?? all.filter { $0.versions.count > 1 }.last ?? all.last
        guard let pass, let last = pass.versions.last else {
            return #"<div class="head"><h2 id="versions">Versions</h2></div><p class="second">No pass is known.</p>"#
        }
        let count = pass.versions.count
        let words =
            count == 1
            ? "NASA’s answer has not changed." : "NASA’s answer changed \(count == 2 ? "once" : "\(count - 1) times")."
        let ended: Markup =
            last.ended.map { ended in
                #"<p class="banner warn"><span><b>Retired</b> NASA’s answer of \#(Zone.utc(ended.by.saidAt, year: context.year)) UTC no longer lists it.</span><span class="links">\#(Evidence.link(ended.by.file))</span></p>"#
            } ?? .none
        let list = pass.versions.enumerated().reversed().map { index, version -> Markup in
            let before = index > 0 ? pass.versions[index - 1].approach : nil
            return """
                <li\(index == count - 1 && last.ended == nil ? #" class="on""# as Markup : .none)><b>Version \(index + 1)</b> <span class="quiet">\
                \(Zone.utc(version.since.saidAt, year: context.year)) UTC\(version.since.run.map { #", <a href="/runs/\#($0)">run \#($0)</a>"# as Markup })\
                \(index == 0 ? ": first seen here" : "")</span> \(Evidence.link(version.since.file))\(facts(version.approach, before))</li>
                """
        }
        return """
            <div class="head"><h2 id="versions">Versions of the pass of \(Words.day(pass.key.date))</h2></div><p class="second more-bottom">\(words) Times are TDB.</p>\
            \(ended)<ol class="versions">\(list)</ol>
            """
    }

    private func facts(_ approach: CloseApproach, _ before: CloseApproach?) -> Markup {
        func line(_ name: String, _ old: String?, _ new: String, _ how: String) -> Markup {
            let changed = old != nil && old != new
            return """
                <dt>\(name)</dt><dd class="was">\(changed ? old ?? "" : "")</dd><dd class="is">\(new)</dd><dd class="how second">\(changed ? how : "")</dd>
                """
        }
        let (new, old) = (approach.missDistance, before?.missDistance)
        let moved = old.map { new - $0 } ?? 0
        let (time, oldTime) = (Self.instant(approach), before.map(Self.instant))
        let minutes = zip2(approach.epochMilliseconds, before?.epochMilliseconds).map { Double($0 - $1) / 1000 } ?? 0
        let (speed, oldSpeed) = (approach.velocityKilometersPerSecond, before?.velocityKilometersPerSecond)
        let faster = zip2(Double(speed), oldSpeed.flatMap(Double.init)).map { $0 - $1 } ?? 0
        return """
            <dl>\(line("Distance", old.map(unit.distinct(from: new)), "\(unit.distinct(from: old ?? new)(new)) \(unit.label)",
                "\(unit.withUnit(abs(moved))) \(moved > 0 ? "farther" : "closer")"))\
            \(line("Closest", oldTime, time, "\(Words.span(minutes)) \(minutes > 0 ? "later" : "earlier")"))\
            \(line("Speed", oldSpeed.map { "\(Self.places($0))" }, "\(Self.places(speed)) km/s", "\(Words.significant(abs(faster))) km/s \(faster > 0 ? "faster" : "slower")"))\
            \(line("H", before.map { $0.absoluteMagnitude ?? "unknown" }, approach.absoluteMagnitude ?? "unknown", ""))</dl>
            """
    }

    private func zip2<One, Two>(_ one: One?, _ two: Two?) -> (One, Two)? {
        guard let one, let two else { return nil }
        return (one, two)
    }

    private static func places(_ digits: String) -> String { Double(digits).map { Decimals.text($0, 2) } ?? digits }

    private static func instant(_ approach: CloseApproach) -> String {
        guard let epoch = approach.epochMilliseconds else { return Words.short(approach.observationDate) }
        let (day, time) = Zone.dynamical.show(epoch)
        return "\(Words.short(day, year: day.components.year)) \(time)"
    }

    // MARK: Orbit

    private var orbit: Markup {
        let head: Markup = #"<div class="head"><h2 id="orbit">Orbit beside Earth’s</h2></div>"#
        guard let orbit = object.orbit else {
            return head + """
                <p class="second">No lookup has brought its orbit yet.</p><p class="more"><code class="command" tabindex="0">perigee lookup \(object.id)</code></p>
                """
        }
        guard let picture = OrbitPicture(orbit, name: name, now: context.now) else {
            return head + #"<p class="second">Its elements are not those of an ellipse, or not whole.</p>"#
        }
        return head + """
            <div class="chart" data-clock>\(picture.html)</div><ul class="keys"><li><svg viewBox="0 0 14 14" aria-hidden="true"><path class="orbit-earth" d="M0 7h14"/></svg>Earth</li>\
            <li><svg viewBox="0 0 14 14" aria-hidden="true"><path class="orbit-above" d="M0 7h14"/></svg>\(name), above Earth’s plane</li>\
            <li><svg viewBox="0 0 14 14" aria-hidden="true"><path class="orbit-below" d="M0 7h14"/></svg>below it</li></ul>\
            <p class="caption">Both as they are on \(Words.day(context.today)); the small circle is the perihelion. Two-body motion from the elements below, for the eye alone.</p>
            """
    }

    private var elements: Markup {
        guard let orbit = object.orbit else { return .none }
        let wanted: [(String, String, String, String)] = [
            ("Semi-major axis", "a", "semi_major_axis", " au"), ("Eccentricity", "e", "eccentricity", ""),
            ("Inclination", "i", "inclination", "°"), ("Ascending node", "Ω", "ascending_node_longitude", "°"),
            ("Argument of perihelion", "ω", "perihelion_argument", "°"), ("Mean anomaly", "M", "mean_anomaly", "°"),
            ("Perihelion distance", "q", "perihelion_distance", " au"),
            ("Aphelion distance", "Q", "aphelion_distance", " au"),
            ("Period", "P", "orbital_period", " days"),
            ("Minimum orbit intersection", "MOID", "minimum_orbit_intersection", " au"),
        ]
        let rows = wanted.map { name, symbol, column, unit -> Markup in
            let value = orbit.elements[column].map { "\(Self.shortened($0))\(unit)" } ?? "unknown"
            return #"<dt>\#(name)</dt><dd class="sym">\#(symbol)</dd><dd>\#(value)</dd>"#
        }
        let kind = orbit.elements["orbit_class_description"].map {
            "\(orbit.elements["orbit_class_type"] ?? "") — \($0)"
        }
        return """
            <div class="head"><h2 id="elements">Orbital elements</h2><span class="note">Epoch JD \(orbit.elements["epoch_osculation"] ?? "unknown")</span></div>
            <dl class="elements">\(rows)</dl>\(kind.map { #"<p class="caption">\#($0)</p>"# as Markup })
            """
    }

    /// Six decimals; the API has all of them.
    private static func shortened(_ digits: String) -> String {
        guard let dot = digits.firstIndex(of: "."), digits.distance(from: dot, to: digits.endIndex) > 7 else {
            return digits
        }
        return Double(digits).map { Decimals.text($0, 6) } ?? digits
    }
}

extension SkyRow {
    /// The row that an approach is; nil where its numbers can't be read.
    init?(_ approach: CloseApproach, firstSeen: Date) {
        guard let kilometers = Double(approach.missDistanceKilometers),
            let speed = Double(approach.velocityKilometersPerSecond)
        else { return nil }
        self.init(
            id: approach.id, name: approach.name, date: approach.observationDate, epoch: approach.epochMilliseconds,
            kilometers: kilometers, speed: speed, magnitude: approach.absoluteMagnitude.flatMap(Double.init),
            diameter: (
                approach.diameterMinKilometers.flatMap(Double.init), approach.diameterMaxKilometers.flatMap(Double.init)
            ), isHazardous: approach.isPotentiallyHazardous, isSentry: approach.isSentryObject ?? false,
            firstSeen: firstSeen)
    }
}

extension Zone {
    /// The day and time of an approach; its day alone where NASA states no time.
    func shown(_ row: SkyRow) -> (day: CalendarDate, time: String) { row.epoch.map(show) ?? (row.date, "") }
}

extension CloseApproach {
    /// Its distance in km, as a number.
    var missDistance: Double { Double(missDistanceKilometers) ?? .nan }
}

extension DistanceUnit {
    /// A distance in so many digits that it does not look like another one that it is not equal to.
    func distinct(from other: Double) -> (Double) -> String {
        { kilometers in
            let (own, theirs) = (text(kilometers), text(other))
            guard own == theirs, kilometers != other else { return own }
            for places in 3...12 {
                let texts = [kilometers, other].map { Decimals.text(value($0), places) }
                if texts[0] != texts[1] { return texts[0] }
            }
            return Decimals.text(value(kilometers), 12)
        }
    }
}
