import Charts
import Foundation
import HTTPTypes
import NearEarth
import Warehouse

/// What NASA added, revised and took back since a moment.
struct ChangesPage {
    private static let kinds = ApproachChange.Kind.allCases
    private static let distances = [1.0, 5, 20]
    private static let shifts = [0.1, 1, 10]
    private static let spans = [("1d", "1 day"), ("7d", "7 days"), ("30d", "30 days")]
    private static let usualRows = 10
    private static let mostRows = 60
    /// Rows of answers whose changes a page compares at most.
    private static let mostCompared = 30_000

    /// What is compared.
    enum Span: Hashable, Sendable {
        /// Whatever was published after a moment (milliseconds since 1970).
        case since(Int64)
        /// What a run published.
        case run(RunID)
    }

    static let page = Route.page(
        "/changes",
        [
            Parameter(
                name: "since", kind: .moment(mayBeRelative: true), meaning: "A run, a day, an instant, or so long ago."),
            Parameter(name: "kind", kind: .word(["all"] + kinds.map(\.rawValue)), meaning: "Of this kind."),
            Parameter(
                name: "within", kind: .text(pattern: "any|[0-9]{1,6}(\\.[0-9]{1,6})?", longest: 13),
                meaning: "Within so many lunar distances, before or after."),
            Parameter(
                name: "shift", kind: .text(pattern: "any|[0-9]{1,6}(\\.[0-9]{1,6})?", longest: 13),
                meaning: "Moved by so many lunar distances or more."),
            .ofRun,
            Parameter(name: "rows", kind: .count(1...mostRows), meaning: "Rows of each table."),
        ], isHeavy: { $0["since"] != nil || $0["run"] != nil }
    ) { context in try await ChangesPage(context).page.answer(context) }

    private let context: PageContext
    private let since: Date
    /// As it was asked for.
    private let asked: String
    /// The run whose changes are shown; nil for those of all.
    private let run: RunRecord?
    private let kind: ApproachChange.Kind?
    private let within, shift: Double?
    private let rows: Int
    /// Nil where there are too many to compare.
    private let list: ChangesInView?
    private let compared: Int

    init(_ context: PageContext) async throws {
        self.context = context
        let arguments = context.arguments
        asked = arguments["since"] ?? "7d"
        run = try await context.call.run()
        if let run {
            since = run.startedAt
        } else {
            since = try await context.call.date(of: Moment(asked) ?? .ago(7 * 86_400), "since")
        }
        kind = arguments["kind"].flatMap(ApproachChange.Kind.init)
        within = arguments["within"].flatMap(Double.init)
        shift = arguments["shift"].flatMap(Double.init)
        rows = arguments.count("rows") ?? Self.usualRows
        let (store, since, until) = (context.store, since, run?.finishedAt)
        compared = try await store.rowsAnswered(after: since, upTo: until ?? .distantFuture)
        guard compared <= Self.mostCompared else {
            list = nil
            return
        }
        // What was published since is the same for each moment up to the first publication of it.
        let first = try await store.firstPublication(after: since)
        let span = run.map { Span.run($0.id) } ?? .since(first.map(Timestamp.milliseconds) ?? 0)
        let ofRun = ChangeFilter(run: run?.id)
        let all = try await context.call.server.changes.value(span, of: context.overview.publication.number) {
            ChangesInView(try await store.changes(after: since, upTo: until).changes.filter(ofRun.includes))
        }
        let isFiltered = kind != nil || within != nil || shift != nil
        list =
            isFiltered
            ? all.filtered(ChangeFilter(kinds: kind.map { [$0] } ?? [], within: within, minShift: shift)) : all
    }

    private func url(_ change: (inout [String: String]) -> Void) -> String {
        var values: [String: String] = [:]
        if asked != "7d" { values["since"] = asked }
        if let run { values["run"] = "\(run.id)" }
        if let kind { values["kind"] = kind.rawValue }
        if let within { values["within"] = Coordinate.text(within) }
        if let shift { values["shift"] = Coordinate.text(shift) }
        if rows != Self.usualRows { values["rows"] = "\(rows)" }
        change(&values)
        return URLText.url("/changes", values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    var page: Page {
        let list = list ?? ChangesInView([])
        let (revised, added, retired) = (list.revised, list.added, list.retired)
        return Page(
            title: "Changes", section: .changes,
            content: """
                <p class="eyebrow">\(run.map { #"By <a href="/runs/\#($0.id)">run \#($0.id)</a> of"# as Markup } ?? "Since") \(Zone.utc(since, year: context.year)) UTC</p><h1>\(headline(list))</h1>
                <p class="lede">NASA redetermines orbits as new observations come in. Nothing is lost: every earlier value is kept with the run and the \
                answer that brought it.\(beginning)</p>
                <div class="head controls">\(spanPicker)\(runPicker)<div class="tools">\(filters)\(csvLink)</div></div>
                \(self.list == nil ? ofRun + tooMany : "\(counts(revised, added, retired))\(revisedTable(revised))\(addedTable(added))\(retiredTable(retired))")
                """)
    }

    private func headline(_ all: ChangesInView) -> Markup {
        let prefix = context.overview.isSimulated ? "Simulated: " : ""
        if list == nil {
            let when = run.map { "while run \($0.id) was under way" } ?? "since then"
            return "\(prefix)Too much was published \(when) to compare on a page."
        }
        if all.revised.isEmpty, all.added.isEmpty, all.retired.isEmpty {
            return context.overview.covered == nil ? "Nothing here yet." : "\(prefix)Nothing that matches changed."
        }
        // From the first value to the one that holds now, whatever came between.
        if let most = all.moves.first, let (old, new) = most.distances {
            let pass = most.approach
            let month = Words.day(pass.observationDate).split(separator: " ").first.map(String.init) ?? ""
            return """
                \(prefix)<a href="/objects/\(pass.id)">\(SkyPicture.shortName(pass.name))</a> moved the most: its \(month) pass is now \
                \(DistanceUnit.lunar.text(new)) lunar distances out, not \(DistanceUnit.lunar.text(old)).
                """
        }
        return
            "\(prefix)NASA added \(Words.count(all.added.count, "approach", "approaches")), revised \(Words.count(all.revised.count)) and took back \(Words.count(all.retired.count))."
    }

    /// What a store was first filled with, and what a back-fill brought, is new here as well.
    private var beginning: Markup {
        let filled = context.overview.runs.filter {
            $0.startedAt >= since && $0.inserted > 0 && $0.command == "backfill"
        }
        var words: [String] = []
        if let first = context.overview.runs.last, context.overview.runs.count < 100, first.startedAt >= since {
            words.append("the store begins with run \(first.id) of \(Zone.utc(first.startedAt, year: nil)) UTC")
        }
        if let run = filled.first { words.append("run \(run.id) was a back-fill") }
        return words.isEmpty ? .none : " Added means new in this store: \(words.joined(separator: ", and "))."
    }

    // MARK: Controls

    private var spanPicker: Markup {
        let lastRun = context.overview.runs.first { $0.status != .running && $0.inserted + $0.revised + $0.retired > 0 }
        let before = lastRun.map { "\(Timestamp.iso8601($0.startedAt))" }
        func since(_ span: String) -> String {
            url { ($0["since"], $0["run"]) = (span, nil) }
        }
        var items = Self.spans.map { span, words in (words, since(span), run == nil && asked == span) }
        if let before { items.insert(("Last run", since(before), run == nil && asked == before), at: 0) }
        return Controls.pick("Since when", items)
    }

    /// A run or a day of one's own.
    private var runPicker: Markup {
        """
        <form class="filters" action="/changes" autocomplete="off"><label class="filter">A run or day <input name="since" size="10" placeholder="12 or 2020-08-07" aria-label="Since a run or a day"></label>\
        <button>Show</button></form>
        """
    }

    private var filters: Markup {
        func select(_ name: String, _ label: String, _ own: String?, _ options: [(String, String)]) -> Markup {
            let all =
                own.map { own in options.contains { $0.0 == own } ? options : options + [(own, "\(own) LD")] }
                ?? options
            let choices = all.map { value, words -> Markup in
                #"<option value="\#(value)"\#(value == own ? " selected" as Markup : .none)>\#(words)</option>"#
            }
            return
                #"<label class="filter\#(own == nil ? "" : " set")">\#(label) <select name="\#(name)">\#(choices)</select></label>"#
        }
        return """
            <form class="filters" action="/changes" autocomplete="off" data-auto>\(run.map { #"<input type="hidden" name="run" value="\#($0.id)">"# as Markup } ?? #"<input type="hidden" name="since" value="\#(asked)">"#)\
            \(select("kind", "Kind", kind?.rawValue, [("all", "all")] + Self.kinds.map { ($0.rawValue, $0.rawValue) }))\
            \(select("within", "Within", within.map { Coordinate.text($0) }, [("any", "any distance")] + Self.distances.map { (Coordinate.text($0), "\(Coordinate.text($0)) LD") }))\
            \(select("shift", "Moved at least", shift.map { Coordinate.text($0) }, [("any", "any")] + Self.shifts.map { (Coordinate.text($0), "\(Coordinate.text($0)) LD") }))\
            <button type="submit" data-script-only>Apply</button></form>
            """
    }

    /// Of more than this the table has no CSV either.
    private var csvLink: Markup {
        compared <= Tables.mostCompared ? #"<a href="\#(csv)">CSV</a>"# : .none
    }

    private var csv: String {
        var values = run.map { [("run", "\($0.id)")] } ?? [("since", asked)]
        if let kind { values.append(("kind", kind.rawValue)) }
        if let within { values.append(("within", Coordinate.text(within))) }
        if let shift { values.append(("min_shift", Coordinate.text(shift))) }
        return URLText.url("/changes.csv", values)
    }

    /// What a run did, where its changes are too many to compare.
    private var ofRun: Markup {
        run.map { run in
            """
            <section class="grid" aria-label="How much changed">\(count(run.inserted, "added", nil, \.inserted))\(count(run.revised, "revised", nil, \.revised))\
            \(count(run.retired, "retired", nil, \.retired))</section>
            """
        } ?? .none
    }

    private var tooMany: Markup {
        """
        <section class="stack"><p class="second">\(Words.count(compared)) rows were published \(run == nil ? "since then" : "while this run was under way"), more than the \(Words.count(Self.mostCompared)) that a page compares. \
        Take a shorter time or a later run, one <a href="/objects">object</a>, or the command:</p>
        <p><code class="command" tabindex="0">perigee changes \(run.map { "--run \($0.id)" } ?? "--since \(asked)") --csv</code></p></section>
        """
    }

    // MARK: Counts

    private func counts(_ revised: [ApproachChange], _ added: [ApproachChange], _ retired: [ApproachChange]) -> Markup {
        """
        <section class="grid" aria-label="How much changed">\(count(added.count, "added", "added", \.inserted))\(count(revised.count, "revised", "revised", \.revised))\
        \(count(retired.count, "retired", "retired", \.retired))</section>
        """
    }

    /// How many, and by day of the run that published them, over 30 days.
    private func count(_ number: Int, _ words: String, _ anchor: String?, _ figure: KeyPath<RunRecord, Int>) -> Markup {
        let today = CalendarDate(epochMilliseconds: Timestamp.milliseconds(context.now)).daysSinceEpoch
        var sums = Array(repeating: 0, count: 31)
        for run in context.overview.runs {
            let age = today - CalendarDate(epochMilliseconds: Timestamp.milliseconds(run.startedAt)).daysSinceEpoch
            if (0...30).contains(age) { sums[30 - age] += run[keyPath: figure] }
        }
        let most = max(1, sums.max() ?? 1)
        let sinceDay = today - CalendarDate(epochMilliseconds: Timestamp.milliseconds(since)).daysSinceEpoch
        let bars = sums.enumerated().map { index, sum -> Markup in
            guard sum > 0 else { return .none }
            let height = max(2, 30 * (Double(sum) / Double(most)).squareRoot())
            return
                #"<rect\#(30 - index <= sinceDay ? #" class="on""# as Markup : .none) x="\#(Double(index) * 100 / 31)%" width="2.6%" y="\#(32 - height)" height="\#(height)"/>"#
        }
        let first = CalendarDate(daysSinceEpoch: today - 30)
        let shown: Markup = "<b>\(Words.count(number))</b> \(words)"
        let what: Markup = anchor.map { "<a href=\"#\($0)\">\(shown)</a>" } ?? shown
        return """
            <div class="c4 change-count"><p>\(what)</p>\
            <svg class="bars" height="34" width="100%" role="img" aria-label="Rows \(words) a day by runs of the last 30 days, at most \(sums.max() ?? 0)">\(bars)\
            <line class="g" x2="100%" y1="33" y2="33"/></svg><p class="axis-names" aria-hidden="true"><span>\(Words.short(first, year: context.year))</span><span>\(Words.short(CalendarDate(daysSinceEpoch: today), year: context.year))</span></p></div>
            """
    }

    // MARK: Tables

    private func when(_ approach: CloseApproach) -> Markup {
        guard let epoch = approach.epochMilliseconds else {
            return "\(Words.weekdayAndDay(approach.observationDate, year: context.year))"
        }
        let (day, time) = Zone.dynamical.show(epoch)
        return #"\#(Words.weekdayAndDay(day, year: context.year)) <span class="quiet">\#(time)</span>"#
    }

    private func name(_ change: ChangeDetails) -> Markup {
        #"<a href="/objects/\#(change.id)">\#(SkyPicture.shortName(change.name))</a>"#
    }

    private func more(_ count: Int) -> Markup {
        guard count > rows else { return .none }
        guard rows < Self.mostRows else {
            return
                #"<p class="more second">\#(Words.count(count - rows)) more are in the <a href="\#(csv)">CSV</a>.</p>"#
        }
        return
            #"<p class="more"><a class="button" href="\#(url { $0["rows"] = "\(Self.mostRows)" })">Show \#(Words.count(min(Self.mostRows, count) - rows)) more</a></p>"#
    }

    private func section(
        _ id: String, _ title: String, _ note: Markup, _ heads: [(String, String)], _ lines: [Markup], of count: Int
    ) -> Markup {
        guard count > 0 else { return .none }
        return """
            <section aria-labelledby="\(id)"><div class="head"><h2 id="\(id)">\(title)</h2><span class="note">\(note)</span></div>
            <div class="scroll"><table class="fold"><thead><tr>\(heads.map { words, kind -> Markup in #"<th scope="col" class="\#(kind)">\#(words)</th>"# })</tr></thead>\
            <tbody>\(lines)</tbody></table></div>\(more(count))</section>
            """
    }

    private func revisedTable(_ changes: [ApproachChange]) -> Markup {
        let lines = changes.prefix(rows).map { item -> Markup in
            let change = ChangeDetails(item)
            let (old, new) = item.distances ?? (.nan, change.approach.missDistance)
            let unit = DistanceUnit.lunar
            let lunar = 1 / Units.kilometersPerLunarDistance
            let speed = Double(change.approach.velocityKilometersPerSecond) ?? 0
            let moved = change.shift?.missDistanceKm ?? 0
            let minutes = change.shift?.minutes ?? 0
            let ratio = item.ratio ?? 1
            let isFarther = moved > 0
            let how =
                moved == 0
                ? "unchanged"
                : ratio < 1.05
                    ? (isFarther ? "farther" : "closer")
                    : "\(Words.significant(ratio))× \(isFarther ? "farther" : "closer")"
            return """
                <tr><td class="r1">\(name(change)) \(flags(change))</td><td class="nowrap r3">\(when(change.approach))</td>\
                <td class="n r2">\(old.isNaN ? "" : "\(unit.distinct(from: new)(old)) → ")<b>\(unit.distinct(from: old.isNaN ? new : old)(new)) LD</b></td>\
                <td class="d960 d720">\(MiniAxis.move(from: old.isNaN ? nil : old * lunar, to: new * lunar, kind: "s\(SpeedStep.of(speed)) m"))</td>\
                <td class="n r4">\(how)</td><td class="n d1340 d720">\(Self.signed(moved / Units.kilometersPerLunarDistance)) LD</td>\
                <td class="n d960 d720">\(minutes == 0 ? "same time" : "\(Words.span(minutes * 60)) \(minutes > 0 ? "later" : "earlier")")</td>\
                <td class="n d720"><a href="/runs/\(change.run)">\(change.run)</a></td><td class="d1200 d720">\(Evidence.link(change.file))</td></tr>
                """
        }
        return section(
            "revised", "Revised", "old ○ to new ●, largest ratio first",
            [
                ("Object", ""), ("Closest, TDB", ""), ("Distance, old → new", "n"), ("To 230 LD, Moon marked", "d960"),
                ("How", "n"),
                ("Move", "n d1340"), ("Time", "n d960"), ("Run", "n"), ("Evidence", "d1200"),
            ], Array(lines), of: changes.count)
    }

    /// Three digits and a sign.
    private static func signed(_ value: Double) -> String { "\(value > 0 ? "+" : "")\(Words.significant(value))" }

    /// Flags that flipped, a move from a day to another, and what else differs where the distance does not.
    private func flags(_ change: ChangeDetails) -> Markup {
        var chips = Markup.none
        func flipped(_ column: String, _ on: String, _ off: String) {
            guard let difference = change.differences[column] else { return }
            let isOn = difference.new == "1" || difference.new == "True"
            chips += #"<span class="chip">\#(isOn ? on : off)</span>"#
        }
        flipped("is_potentially_hazardous_asteroid", "Now hazardous", "No longer hazardous")
        flipped("is_sentry_object", "Now on Sentry", "No longer on Sentry")
        if change.kind == .moved, let old = change.differences["observation_date"]?.old {
            chips += #"<span class="chip">From \#(old)</span>"#
        }
        if change.differences["name"] != nil { chips += #"<span class="chip">Renamed</span>"# }
        return chips
    }

    private func addedTable(_ changes: [ApproachChange]) -> Markup {
        let lines = changes.prefix(rows).map(ChangeDetails.init).compactMap { change -> Markup? in
            guard let row = SkyRow(change.approach, firstSeen: change.saidAt) else { return nil }
            return """
                <tr><td class="r1">\(name(change)) \(row.isHazardous ? Chip.hazardous : .none)\(change.kind == .returned ? #"<span class="chip">Returned</span>"# as Markup : .none)</td>\
                <td class="nowrap r3">\(when(change.approach))</td><td class="n r2 unit" data-unit=" LD">\(DistanceUnit.lunar.text(row.kilometers))</td><td class="d960 d720">\(MiniAxis.html(row, to: 230))</td>\
                <td class="n r4">\(Words.diameter(row.diameter))</td><td class="n d720">\(Words.decimal(row.speed))</td><td class="d1200 d720 quiet">\(Zone.utc(change.saidAt, year: context.year)) UTC</td>\
                <td class="n d720"><a href="/runs/\(change.run)">\(change.run)</a></td></tr>
                """
        }
        return section(
            "added", "Added", "closest first",
            [
                ("Object", ""), ("Closest, TDB", ""), ("LD", "n"), ("To 230 LD, Moon marked", "d960"),
                ("Diameter", "n"), ("km/s", "n"),
                ("First seen here", "d1200"), ("Run", "n"),
            ], Array(lines), of: changes.count)
    }

    private func retiredTable(_ changes: [ApproachChange]) -> Markup {
        let lines = changes.prefix(rows).map(ChangeDetails.init).map { change -> Markup in
            """
            <tr><td class="gone r1">\(name(change))</td><td class="nowrap r3">\(when(change.approach))</td><td class="n gone r2 unit" data-unit=" LD">\(DistanceUnit.lunar.text(change.approach.missDistance))</td>\
            <td class="r5">\(Zone.utc(change.saidAt, year: context.year)) UTC: \(Words.short(change.approach.observationDate, year: context.year)) no longer lists it</td>\
            <td class="d720">\(Evidence.link(change.file))</td><td class="n d720"><a href="/runs/\(change.run)">\(change.run)</a></td></tr>
            """
        }
        return section(
            "retired", "Retired", "last known values",
            [("Object", ""), ("Was closest, TDB", ""), ("LD", "n"), ("Why", ""), ("Evidence", ""), ("Run", "n")],
            Array(lines), of: changes.count)
    }
}
