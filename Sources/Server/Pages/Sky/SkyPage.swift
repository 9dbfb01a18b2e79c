import Charts
import Foundation
import HTTPTypes
import NIOCore
import NearEarth
import Support
import Warehouse

/// The start page: what is coming, how close, how large.
struct SkyPage {
    static let page = Route.page("/", SkyView.parameters) { context in
        try await SkyPage(context).page.answer(context)
    }

    static let picture = Route.page("/sky.svg", SkyView.parameters) { context in
        let page = try await SkyPage(context)
        return .picture(page.picture.file, "perigee-sky-\(page.range.from)-\(page.range.to)")
    }

    /// The table as it is filtered and sorted, all of it; digits are in the API.
    static let csv = Route.page("/sky.csv", SkyView.parameters) { context in
        let page = try await SkyPage(context)
        let columns = [
            "id", "name", "observation_date", "epoch_ms", "miss_distance_km", "miss_distance_ld", "velocity_kps",
            "diameter_m_min", "diameter_m_max", "absolute_magnitude_h", "is_potentially_hazardous_asteroid",
            "is_sentry_object", "first_seen",
        ]
        return Tables.csv(
            columns,
            page.listed.map { row in
                [
                    row.id, row.name, "\(row.date)", row.epoch.map(String.init) ?? "", "\(row.kilometers)",
                    "\(row.lunarDistances)", "\(row.speed)", row.diameter.map { "\($0.least)" } ?? "",
                    row.diameter.map { "\($0.most)" } ?? "", row.magnitude.map { "\($0)" } ?? "",
                    "\(row.isHazardous)", "\(row.isSentry)", Timestamp.iso8601(row.firstSeen),
                ]
            }, "perigee-approaches")
    }

    let context: PageContext
    let view: SkyView
    let range: DateWindow
    /// What the picture has.
    let scene: SkyScene
    /// What is to come in the next 60 days, whatever the picture shows.
    private let coming: [SkyRow]
    /// What the table has, before it is cut.
    let listed: [SkyRow]
    private let days: [DayState]

    /// Marks of a picture, at most: what is beyond is counted by cells. Where nearly all are beyond, fewer.
    private static let (mostMarks, fewMarks) = (1000, 800)
    /// Up to so many days most approaches are drawn.
    private static let manyDays = 120
    /// A table is of this many days at most: beyond, CSV and the API have all of it.
    private static let mostDays = 400

    init(_ context: PageContext) async throws {
        self.context = context
        let view = try SkyView(context.arguments)
        let today = context.today
        let range = view.range(today: today, covered: context.overview.known)
        (self.view, self.range) = (view, range)
        let server = context.call.server
        let (store, number) = (context.store, context.overview.publication.number)
        let ahead = DateWindow(from: today, to: today.adding(days: Overview.ahead))
        // The table is about the days of the picture; of very many, about those around today.
        let tableDays =
            range.dayCount <= Self.mostDays
            ? range
            : DateWindow(from: today.adding(days: -Self.mostDays / 2), to: today.adding(days: Self.mostDays / 2))
        self.tableDays = tableDays
        let most = range.dayCount <= Self.manyDays ? Self.mostMarks : Self.fewMarks
        async let next = server.rows(SkyRead(days: ahead), of: number, store)
        async let rows = server.rows(SkyRead(days: tableDays, within: view.within), of: number, store)
        async let drawn = server.scenes.value(range, of: number) { try await store.scene(range, rows: most) }
        async let answered = server.answers.value(range, of: number) { try await store.answers(of: range) }
        let moment = Double(context.dynamicalNow) / 86_400_000
        coming = try await next.filter { $0.day >= moment }
        scene = try await drawn
        time = view.time ?? (range.to < today || range.from > today.adding(days: Overview.ahead) ? .all : .coming)
        listed = view.select(
            try await rows, time, now: context.dynamicalNow, newSince: context.now.addingTimeInterval(-86_400))
        // What was refused changes without a publication.
        days = try await answered.marking(context.overview.refusals)
    }

    let tableDays: DateWindow
    /// Which approaches the table has.
    let time: SkyView.Time
    private var newSince: Date { context.now.addingTimeInterval(-86_400) }

    // MARK: The page

    var page: Page {
        Page(
            title: "Close approaches", section: .sky,
            content: """
                \(top)
                <section aria-labelledby="picture">\(pictureHead)\(legend)\(emptyPanel)\(picture.html)\(caption)</section>
                \(cards)
                \(table)
                """)
    }

    /// The object of the headline: the next within the Moon's distance, else the next within 20.
    private var headliner: SkyRow? {
        coming.first { $0.lunarDistances <= 1 } ?? coming.first { $0.lunarDistances <= 20 }
    }

    private var prefix: String {
        if context.overview.isSimulated { return "Simulated: " }
        if case .stale(let since) = context.overview.state {
            return
                "As of \(Words.day(CalendarDate(epochMilliseconds: Timestamp.milliseconds(since)), year: context.year)): "
        }
        return ""
    }

    private var top: Markup {
        let (day, _) = view.zone.show(context.dynamicalNow)
        return """
            <div class="grid"><div class="c8"><p class="eyebrow" data-clock>\(Words.weekday(day)), \(Words.day(day))\(answered)</p>\
            \(headline)</div>\(unknownAhead.count > Overview.ahead ? .none : counts)</div>
            """
    }

    /// How old NASA's answer about today is.
    private var answered: Markup {
        switch context.overview.state {
        case .fresh(let since), .stale(let since): " · NASA’s answer about today: \(Clock.age(since, context.now))"
        default: .none
        }
    }

    /// Days ahead that nothing is published of, or whose newest answer was refused.
    private var unknownAhead: [CalendarDate] {
        context.overview.days.filter { $0.date >= context.today && $0.saidAt == nil }.map(\.date)
    }

    private var headline: Markup {
        guard context.overview.covered != nil else {
            return """
                <h1>Nothing here yet.</h1><p class="lede">\(context.overview.lastGood == nil
                ? "This store is empty. Once NASA has answered, the coming approaches of asteroids stand here: how close, how large, how fast."
                : "NASA lists no approach on the days that were asked for so far.")</p>
                """
        }
        guard let next = headliner else {
            let isKnown = unknownAhead.isEmpty
            return """
                <h1>\(prefix)\(isKnown ? "Nothing passes within 20 lunar distances in the next 60 days." : "The coming days are not in this store yet.")</h1>
                <p class="lede">\(isKnown
                ? "NASA lists no such approach of a known object. Small ones are mostly found within days of their pass."
                : "Of the \(Overview.ahead + 1) days to \(Words.day(context.today.adding(days: Overview.ahead), year: context.year)), \(Words.count(unknownAhead.count)) are missing. Ask NASA for them:")</p>
                \(isKnown ? .none : Self.command(context, context.today, context.today.adding(days: Overview.ahead)))
                """
        }
        let name = SkyPicture.shortName(next.name)
        let distance = next.lunarDistances
        let (day, time) = next.epoch.map(view.zone.show) ?? (next.date, "")
        let isSoon = next.day - Double(context.dynamicalNow) / 86_400_000 < 6
        let when = isSoon ? Words.weekday(day) : Words.day(day, year: context.year)
        let apart = distance < 1 ? ", closer than the Moon" : ""
        // Days before it, and its own, that nobody asked for may hold another one.
        let isSure = !unknownAhead.contains { $0 <= next.date }
        return """
            <h1>\(prefix)\(isSure ? "Next" : "Next in this store"): <a href="\(view.objectURL(next.id))">\(name)</a> passes at \(view.unit.spelledOut(next.kilometers)) on \(when)\(apart).</h1>
            <p class="lede">\(sizeWords(next)) and passes \(DistanceUnit.kilometers.withUnit(next.kilometers)) from Earth’s center on \
            \(Words.day(day, year: context.year))\(time.isEmpty ? "" : " at \(time) \(view.zone.label)"). \(isSure ? before(next) : .none)\
            \(unknownAhead.isEmpty ? .none : #" Of the \#(Overview.ahead + 1) days to \#(Words.day(context.today.adding(days: Overview.ahead), year: context.year)), <a href="/runs">\#(Words.count(unknownAhead.count)) are missing</a> here."#)</p>
            """
    }

    private func sizeWords(_ row: SkyRow) -> String {
        guard let mean = row.meanDiameter, let range = row.diameter else { return "Its size is unknown. It" }
        return "It is \(Words.across(range)) across, about as long as \(Words.comparison(mean)),"
    }

    private func before(_ row: SkyRow) -> Markup {
        let earlier = coming.filter { $0.day < row.day && $0.lunarDistances <= 20 }
        guard let first = earlier.first, row.lunarDistances <= 1 else { return .none }
        let count = earlier.count == 1 ? "One other passes" : "\(Words.count(earlier.count)) others pass"
        return """
            \(count) farther out before it, \(earlier.count == 1 ? "" : "starting with ")<a href="\(view.objectURL(first.id))">\(SkyPicture.shortName(first.name))</a> \
            \(first.epoch.map { Clock.toGo($0, context.now) }).
            """
    }

    private var counts: Markup {
        let near = coming.filter { $0.lunarDistances <= 20 }
        func item(_ count: Int, _ words: String, _ change: (inout SkyView) -> Void) -> Markup {
            var usual = SkyView()
            (usual.unit, usual.zone) = (view.unit, view.zone)
            return
                #"<li><a href="\#(usual.url(anchor: "#table", change))"><b>\#(Words.count(count))\#(unknownAhead.isEmpty ? "" : "+")</b> \#(words)</a></li>"#
        }
        return """
            <ul class="counts c3" aria-label="Coming in 60 days">\(item(near.count, "coming within 20 LD") { _ in })\
            \(item(near.count { $0.lunarDistances < 1 }, "closer than the Moon") { $0.within = 1 })\
            \(item(near.count(where: \.isHazardous), "potentially hazardous") { $0.hazardousOnly = true })\
            \(item(near.count { $0.isNew(since: newSince) }, "new since yesterday") { $0.newOnly = true })</ul>
            """
    }

    // MARK: The picture

    private var pictureHead: Markup {
        let day = view.at ?? context.today
        let step = view.zoom == .week ? 7 : view.zoom == .month ? 30 : view.zoom == .quarter ? 90 : 365
        let moves: Markup =
            view.zoom == .all
            ? .none
            : """
            <a href="\(view.url { $0.at = day.adding(days: -step) })" rel="prev">← Earlier</a>\
            \(view.at == nil ? .none : #"<a href="\#(view.url { $0.at = nil })">Today</a>"# as Markup)\
            <a href="\(view.url { $0.at = day.adding(days: step) })" rel="next">Later →</a>
            """
        return """
            <div class="head"><h2 id="picture">Close approaches, \(Words.range(range.from, range.to, year: context.year))</h2>\
            <span class="note">\(all(scene.count, within: nil)), of them \(all(scene.near, within: 20)) within 20 LD</span>\
            <div class="tools">\(moves)\(Controls.pick("How much time", SkyView.Zoom.allCases.map { zoom in
                (zoom.label, view.url { $0.zoom = zoom }, zoom == view.zoom)
            }))\(Controls.units(view.unit) { unit in view.url { $0.unit = unit } })</div></div>
            """
    }

    /// How many approaches the picture has, which leads to the table of them.
    private func all(_ count: Int, within: Double?) -> Markup {
        // The table is of fewer days than the picture of all: then the approaches themselves.
        guard tableDays == range else {
            let values = [("from", "\(range.from)"), ("to", "\(range.to)"), ("body", "Earth")]
            let bound = within.map { [("within", Coordinate.text($0))] } ?? []
            return Controls.number(count, URLText.url("/api/v1/approaches", values + bound + [("format", "csv")]))
        }
        return Controls.number(count, view.url(anchor: "#table") { ($0.time, $0.within) = (.all, within) })
    }

    private var legend: Markup {
        func circle(_ kind: Markup, _ ring: Bool = false) -> Markup {
            """
            <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle class="\(kind)" cx="9" cy="9" r="4.5"/>\
            \(ring ? #"<circle class="ring" cx="9" cy="9" r="7.5"/>"# as Markup : .none)</svg>
            """
        }
        let sizes = [10.0, 50, 200, 600].map { size -> Markup in
            let radius = min(22, max(3, 0.9 * size.squareRoot()))
            let box = 2 * radius + 2
            return """
                <span class="pair"><svg width="\(box)" height="\(box)" viewBox="0 0 \(box) \(box)" aria-hidden="true"><circle class="old" cx="\(radius + 1)" cy="\(radius + 1)" r="\(radius)"/></svg>\
                \(Int(size)) m\(size == 600 ? "+" : "")</span>
                """
        }
        let hasPassed = scene.rows.contains { $0.day < Double(context.dynamicalNow) / 86_400_000 }
        return """
            <div class="legend">\(SpeedStep.legend)<span>Diameter \(sizes)</span>\
            \(hasPassed ? "<span>\(circle("s1 m p"))passed</span>" as Markup : .none)<span>\(circle("s1 m"))coming</span>\
            <span>\(circle("s1 m", true))potentially hazardous</span>\
            \(scene.rows.contains { $0.isNew(since: newSince) } ? #"<span><svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><path class="new" d="M5 1.5L8.5 5 5 8.5 1.5 5z"/></svg>new since yesterday</span>"# as Markup : .none)\
            \(scene.cells.isEmpty ? .none : #"<span><svg width="12" height="12" aria-hidden="true"><rect class="cell" width="12" height="12" fill-opacity=".4"/></svg>many farther ones, counted</span>"# as Markup)</div>
            """
    }

    var picture: SkyPicture {
        let isLong = view.zoom == .year || view.zoom == .all
        let headliner = headliner?.id
        let (from, to) = (Words.day(range.from), Words.day(range.to))
        return SkyPicture(
            range: range, unit: view.unit, zone: view.zone, now: Double(context.dynamicalNow) / 86_400_000,
            marks: scene.rows.map { row in
                SkyPicture.Mark(
                    row: row, isNew: row.isNew(since: newSince),
                    isSelected: row.id == headliner && row.day >= Double(context.dynamicalNow) / 86_400_000)
            },
            cells: scene.cells, cellDays: scene.cellDays, gaps: gaps, isSimulated: context.overview.isSimulated,
            year: isLong ? nil : context.year, title: "Close approaches from \(from) to \(to)",
            description: """
                Time across, distance from Earth’s center upward on a log scale, circle size by diameter, color by speed. The table below lists \
                the same approaches.
                """, link: { view.objectURL($0.id) })
    }

    /// A picture has so many gaps at most: of more, those that were refused, then the longest.
    private static let mostGaps = 200

    /// Days in a row of the same kind, where that is not a good one.
    private var gaps: [SkyPicture.Gap] {
        var gaps: [(gap: SkyPicture.Gap, said: DateWindow?)] = []
        for day in days {
            let kind = day.kind(now: context.now)
            guard kind == .missing || kind == .stale || kind == .refused else { continue }
            let said = day.saidAt.map { CalendarDate(epochMilliseconds: Timestamp.milliseconds($0)) }
            if let (last, lastSaid) = gaps.last, last.kind == kind, last.isUnknown == (said == nil),
                last.days.to.adding(days: 1) == day.date
            {
                gaps[gaps.count - 1].gap.days = DateWindow(from: last.days.from, to: day.date)
                if let said, let lastSaid {
                    gaps[gaps.count - 1].said = DateWindow(from: min(lastSaid.from, said), to: max(lastSaid.to, said))
                }
                continue
            }
            gaps.append(
                (
                    SkyPicture.Gap(
                        days: DateWindow(from: day.date, to: day.date), kind: kind, isUnknown: said == nil, note: ""),
                    said.map { DateWindow(from: $0, to: $0) }
                ))
        }
        let shown = gaps.sorted {
            ($0.gap.kind == .refused ? 0 : 1, $1.gap.days.dayCount) < (
                $1.gap.kind == .refused ? 0 : 1, $0.gap.days.dayCount
            )
        }
        return shown.prefix(Self.mostGaps).map { gap, said in
            var gap = gap
            let data = said.map { "data of \(Words.range($0.from, $0.to, year: context.year))" }
            gap.note =
                switch gap.kind {
                case .missing: "not asked for"
                case .refused: "refused; \(data ?? "nothing published")"
                default: data ?? ""
                }
            return gap
        }
    }

    private var emptyPanel: Markup {
        guard context.overview.covered == nil else { return .none }
        return """
            <div class="nothing"><h3>Nothing here yet</h3><p>Ask NASA for the last 30 and the coming 60 days: 12 requests, a few seconds.</p>\
            \(Self.command(context, context.today.adding(days: -Overview.behind), context.today.adding(days: Overview.ahead)))\
            <p>No key? <a href="https://api.nasa.gov/">Get one free</a>, or look around with simulated data: <code>perigee simulate</code> in another terminal, and <code>--api-url</code> with the URL that it prints.</p></div>
            """
    }

    static func command(_ context: PageContext, _ from: CalendarDate, _ to: CalendarDate, _ more: String = "") -> Markup
    {
        command(context, "run --from \(from) --to \(to)\(more)")
    }

    /// A command about this store.
    static func command(_ context: PageContext, _ words: String) -> Markup {
        let location = context.overview.location
        let store = location == "sqlite:data/perigee.sqlite" ? "" : " --store \(location)"
        return #"<code class="command" tabindex="0">perigee \#(words)\#(store)</code>"#
    }

    private var caption: Markup {
        """
        <p class="caption">\(context.overview.isSimulated ? "Simulated. " : "")Distances are nominal, from Earth’s center, on a log scale; 1 lunar distance (LD) is \
        384,570 km. Beyond 20 LD circles are half size. “Potentially hazardous” describes an orbit, not a pass. \
        <a href="\(view.url("/sky.svg"))">Picture as SVG</a> <a href="\(dataURL)">Data as CSV</a></p>
        """
    }

    /// The approaches of the picture from the API, with NASA's digits.
    private var dataURL: String {
        URLText.url(
            "/api/v1/approaches",
            [("from", "\(range.from)"), ("to", "\(range.to)"), ("body", "Earth")]
                + (view.hazardousOnly ? [("hazardous", "true")] : []) + (view.sentryOnly ? [("sentry", "true")] : [])
                + [("format", "csv")])
    }

    // MARK: The closest

    private var cards: Markup {
        let closest = coming.sorted { ($0.kilometers, $0.id) < ($1.kilometers, $1.id) }.prefix(4)
        guard !closest.isEmpty else { return .none }
        return """
            <section aria-labelledby="closest"><div class="head"><h2 id="closest">Closest in the next 60 days</h2></div>
            <div class="cards">\(closest.map(card))</div></section>
            """
    }

    private func card(_ row: SkyRow) -> Markup {
        """
        <article class="card"><div class="row"><h3><a href="\(view.objectURL(row.id))">\(SkyPicture.shortName(row.name))</a></h3>\(chips(row))\
        <span class="quiet">\(row.epoch.map { Clock.toGo($0, context.now) })</span></div>\
        <p class="big">\(view.unit.text(row.kilometers)) <small>\(view.unit == .lunar ? "lunar distances" : view.unit.label)</small></p>\
        \(MiniAxis.html(row, to: max(20, row.lunarDistances)))<p class="axis-names" aria-hidden="true"><span>Earth</span><span class="moon">Moon</span><span>20 LD</span></p>\
        <dl><dt>When</dt><dd>\(when(row))</dd><dt>Size</dt><dd>\(Words.diameter(row.diameter))</dd><dt>Speed</dt><dd>\(Words.decimal(row.speed)) km/s</dd></dl></article>
        """
    }

    private func when(_ row: SkyRow) -> String {
        guard let epoch = row.epoch else { return Words.weekdayAndDay(row.date, year: context.year) }
        let (day, time) = view.zone.show(epoch)
        return "\(Words.weekdayAndDay(day, year: context.year)), \(time) \(view.zone.label)"
    }

    func chips(_ row: SkyRow) -> Markup {
        (row.isNew(since: newSince) ? Chip.new : .none) + (row.isHazardous ? Chip.hazardous : .none)
            + (row.isSentry ? Chip.sentry : .none)
    }
}
