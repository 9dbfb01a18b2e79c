import Charts
import Foundation
import HTTPTypes
import NIOCore
import NearEarth
import Pipeline
import Scheduling
import Warehouse

/// What ran, what failed and why: days by state, runs, one run in full, and the quarantine.
struct RunsPage {
    static let list = Route.page(
        "/runs",
        [
            Parameter(name: "before", kind: .count(1...Int(Int32.max)), meaning: "Runs before this one."),
            Parameter(name: "year", kind: .count(1900...2200), meaning: "The year of the days."),
        ]
    ) { context in try await RunsPage(context, run: nil).page.answer(context) }

    static let one = Route.page(
        "/runs/{run}",
        [
            Parameter(name: "run", kind: .count(1...Int(Int32.max)), meaning: "The run's number.", place: .path),
            Parameter(name: "log", kind: .word(["all"]), meaning: "More of the log."),
        ]
    ) { context in
        let number = RunID(context.arguments.count("run") ?? 0)
        guard let run = try await context.store.run(number) else {
            throw Problem(.notFound, "there is no run \(number)", parameter: "run")
        }
        return try await RunsPage(context, run: run).page.answer(context)
    }

    /// The whole log of a run as text.
    static let log = Route.page(
        "/runs/{run}/log.txt",
        [Parameter(name: "run", kind: .count(1...Int(Int32.max)), meaning: "The run's number.", place: .path)]
    ) { context in
        let number = RunID(context.arguments.count("run") ?? 0)
        let lines = try await context.store.log(of: number).map { line in
            [Timestamp.text(line.at), line.level, line.stage ?? "-", line.batch ?? "-", line.message]
                .joined(separator: "  ") + "\n"
        }
        guard !lines.isEmpty else { throw Problem(.notFound, "there is no log of a run \(number)", parameter: "run") }
        return Answer(ByteBuffer(string: lines.joined()), "text/plain; charset=utf-8")
    }

    private let context: PageContext
    /// The run that is shown in full.
    private let run: RunRecord?
    private let isOne: Bool
    private let runs: [RunRecord]
    private let days: [DayState]
    private let batches: [BatchRecord]
    private let log: [LogLine]
    private let rules: [QualityResult]
    private let quarantine: [QuarantineEntry]
    /// Whether the quarantine still tells which records this run held back: what a later run held back again is that
    /// run's.
    private let hasItsRecords: Bool
    private let years: DateWindow?

    private static let listed = 10
    /// Windows of a run, and lines of its log, that a page shows.
    private static let (mostBatches, mostLines, linesAtFirst) = (60, 2000, 40)
    /// Bytes of its log.
    private static let roomForLog = 90_000

    init(_ context: PageContext, run asked: RunRecord?) async throws {
        self.context = context
        let store = context.store
        let before = context.arguments.count("before").map(RunID.init) ?? .max
        isOne = asked != nil
        // A run's own page lists no others.
        runs = asked == nil ? try await store.runs(limit: Self.listed + 1, before: before) : []
        // Where none is asked for: the newest that went wrong and that nothing has mended, else the newest.
        let troubled = context.overview.refusals.map(\.run).max()
        var shown = asked
        if shown == nil {
            shown = context.overview.running ?? context.overview.failures.first?.run
            if shown == nil, let troubled { shown = try await store.run(troubled) }
            shown = shown ?? runs.first
        }
        run = shown
        years = context.overview.covered
        let year = context.arguments.count("year") ?? context.year
        // The whole year; of this one as far as is asked ahead.
        let first = CalendarDate(year: year, month: 1, day: 1) ?? context.today
        let last =
            year == context.year
            ? context.today.adding(days: Overview.ahead) : CalendarDate(year: year, month: 12, day: 31) ?? context.today
        days = asked == nil ? try await store.days(DateWindow(from: first, to: max(first, last))) : []
        if let shown {
            batches = try await store.batches(run: shown.id, limit: Self.mostBatches)
            log = try await store.log(of: shown.id, last: Self.mostLines)
            // A run that has ended is judged for good.
            let server = context.call.server
            rules =
                shown.finishedAt == nil
                ? try await store.qualitySums(run: shown.id)
                : try await server.ruleSums.value(shown.id, of: 0) { try await store.qualitySums(run: shown.id) }
        } else {
            (batches, log, rules) = ([], [], [])
        }
        let held = shown.map { $0.quarantined } ?? 0
        let own = QuarantineFilter(includesResolved: true, run: shown?.id)
        hasItsRecords = held == 0 ? true : try await store.quarantineCount(own) == held
        quarantine = try await store.quarantine(limit: QuarantinePage.listed)
    }

    private var isLive: Bool { context.overview.running != nil }

    var page: Page {
        Page(
            title: run.map { isOne ? "Run \($0.id)" : "Runs" } ?? "Runs", section: .runs,
            content: """
                <p class="eyebrow">\(isOne ? #"<a href="/runs">Runs</a> / Run \#(run?.id ?? 0)"# as Markup : eyebrow)</p><h1>\(headline)</h1>
                \(trouble)
                \(isOne ? .none : calendar)
                <div class="grid more-space">\(isOne ? .none : #"<section class="c5" aria-labelledby="runs">\#(runsTable)</section>"# as Markup)\
                \(run == nil ? .none : #"<section class="\#(isOne ? "c12" : "c7")" aria-labelledby="run">\#(detail)</section>"# as Markup)</div>
                \(windows)\(ruleTable)\(quarantineTable)
                """, isLive: isLive)
    }

    // MARK: In words

    private var eyebrow: Markup {
        guard let first = context.overview.runs.last, let newest = context.overview.runs.first else {
            return "No run yet."
        }
        let next = context.overview.nextTurn.map { next -> Markup in
            " Next run at \(Zone.utc(next, year: context.year)) UTC, \(Clock.toGo(next, context.now))."
        }
        let count = context.overview.runs.count
        return
            "\(count < 100 ? Words.count(count, "run") : "The last 100 runs") since \(Words.day(CalendarDate(epochMilliseconds: Timestamp.milliseconds(first.startedAt)), year: context.year)), the newest is <a href=\"/runs/\(newest.id)\">run \(newest.id)</a>.\(next)"
    }

    /// Windows of the run that is shown that no newer answer has mended.
    private var openRefusals: [Refusal] {
        guard let run else { return [] }
        return context.overview.refusals.filter { $0.run == run.id }
    }

    private var headline: Markup {
        guard let run else { return "Nothing ran yet." }
        let what = run.from.flatMap { from in run.to.map { Words.range(from, $0, year: context.year) } }
        switch run.status {
        case .running where context.overview.running?.id == run.id:
            return
                "Run \(run.id) is under way: \(run.published + run.skipped) of \(Words.count(run.planned, "window"))."
        case .running: return "Run \(run.id) was broken off: its process is gone."
        case .failed: return "Run \(run.id) failed\(what.map { ": \($0)" } ?? "")."
        case .partial:
            let open = openRefusals
            let days =
                open.count == 1
                ? open[0].batch.window.map { ": \(Words.range($0.from, $0.to, year: context.year))" } : nil
            if open.isEmpty {
                return
                    "Run \(run.id) left \(Words.count(run.failed, "window")) unpublished; newer answers have mended that."
            }
            return "Run \(run.id) left \(Words.count(run.failed, "window")) unpublished\(days ?? "")."
        case .succeeded:
            if !isOne, context.overview.refusals.isEmpty {
                return run.published == 0
                    ? "Run \(run.id) found everything up to date." : "Run \(run.id) published what it asked for."
            }
            return "Run \(run.id) succeeded\(what.map { ": \($0)" } ?? "")."
        }
    }

    // MARK: Cause and next step

    private var trouble: Markup {
        guard let run else {
            return """
                <p class="lede">A run asks NASA for days of close approaches and publishes what passes the rules.</p>
                <p class="more">\(SkyPage.command(context, context.today.adding(days: -Overview.behind), context.today.adding(days: Overview.ahead)))</p>
                """
        }
        let refusals = openRefusals
        if let refusal = refusals.first { return refused(refusal, others: refusals.count - 1) }
        let isBroken = run.status == .running && !run.isAlive(context.now)
        guard isBroken || run.status == .failed || run.status == .partial,
            isBroken || run.error != nil || run.exitCode ?? 0 != 0
        else {
            return .none
        }
        // All that was asked for: what has not begun has failed, too; what is published is not asked for twice.
        let (from, to) = (run.from, run.to)
        let isMended =
            run.status == .partial
            ? run.id < (context.overview.lastGood?.id ?? 0)
            : run.from != nil && !context.overview.failures.contains { $0.run?.id == run.id }
        let turn = from.flatMap { from in to.flatMap { nextTurn(about: DateWindow(from: from, to: $0)) } }
        let cause = isBroken ? "Its process is gone" : Self.cause(run.exitCode)
        let why =
            isBroken
            ? "It was last seen at \(Zone.utc(run.heartbeatAt, year: context.year)) UTC."
            : run.error ?? "Its log says more."
        // What was asked for wrongly is not mended by asking again.
        let again: Markup =
            run.exitCode == 64
            ? .none
            : """
            \(lookedUp.map { SkyPage.command(context, "lookup \($0)") })\(from.flatMap { from in to.map { SkyPage.command(context, from, $0) } })\
            <div class="actions">\(from.flatMap { from in to.map { Actions.trigger(context, from, $0, "Ask NASA again") } })\
            \(Evidence.kept(run.error, #" class="button""#))</div>
            """
        return """
            <div class="panel bad"><div><h2>\(cause)</h2><p>\(why)</p>\
            <p>What was published before stays\(isMended ? "; later runs have succeeded" : "").</p></div>\
            <div><h3>Next step</h3><p>\(isBroken ? "The same command goes on where it was." : Self.advice(run.exitCode))\
            \(turn.map { " The turn at \(Zone.utc($0, year: context.year)) UTC tries by itself." } ?? "")</p>\(again)</div></div>
            """
    }

    /// The object that a lookup was of.
    private var lookedUp: String? {
        guard let run, run.command == "lookup" else { return nil }
        let texts = batches.map(\.batch) + log.compactMap(\.batch) + [run.error ?? ""]
        return texts.lazy.compactMap { $0.firstMatch(of: /\blookup ([0-9]{1,20})\b/) }.first.map { String($0.output.1) }
    }

    /// The next turn of the schedule, if it asks about these days.
    private func nextTurn(about days: DateWindow) -> Date? {
        guard let turn = context.overview.nextTurn, let definition = context.overview.schedule?.definition else {
            return nil
        }
        let day = CalendarDate(epochMilliseconds: Timestamp.milliseconds(turn))
        let asked = DateWindow(
            from: day.adding(days: -definition.lookBack), to: day.adding(days: definition.ahead))
        return days.from >= asked.from && days.to <= asked.to ? turn : nil
    }

    private func refused(_ refusal: Refusal, others: Int) -> Markup {
        let window = refusal.batch.window
        let rule = Gantt.rule(refusal.reason)
        let batch = batches.first { $0.batch == refusal.batch.name }
        let command = window.map { SkyPage.command(context, $0.from, $0.to, " --refresh") } ?? .none
        let next =
            window.flatMap { nextTurn(about: $0) }.map {
                ", or wait: the turn at \(Zone.utc($0, year: context.year)) UTC does it by itself"
            } ?? ""
        let further: Markup =
            others == 0
            ? .none
            : "<p><a href=\"#windows\">\(Words.count(others, "further window")) \(others == 1 ? "was" : "were") refused</a>.</p>"
        return """
            <div class="panel bad"><div><h2>Refused by the audit\(rule.map { " rule \($0)" } ?? "")</h2><p>\(refusal.reason)</p>\
            <p>Nothing was changed: readers still see what was published before.\(batch?.listed.map { " NASA’s answer lists \(Words.count($0, "approach", "approaches"))." } ?? "")</p>\(further)</div>\
            <div><h3>Next step</h3><p>Ask NASA again now\(next). If it is refused again, \(Self.isAcceptable(refusal) ? "read the raw body before you accept what it takes back (<code>--accept-removals</code>)" : "look at the raw body: an answer that contradicts itself can’t be accepted, only a better one mends it" as Markup).</p>\(command)\
            <div class="actions">\(window.map { Actions.trigger(context, $0.from, $0.to, "Ask NASA again") })\
            <a class="button" href="/evidence/\(refusal.file)">Raw body</a></div></div></div>
            """
    }

    /// Whether a person may accept it: where all that it did was to take back too much.
    private static func isAcceptable(_ refusal: Refusal) -> Bool {
        BatchRule.allCases.filter { $0.severity == .batch && refusal.reason.contains("\($0.rawValue): ") } == [
            .volumeDrop
        ]
    }

    /// What an exit code stands for (docs/troubleshooting.md).
    private static func cause(_ code: Int?) -> String {
        switch code {
        case 64: "It was asked for something that can’t be"
        case 65: "What NASA said was refused"
        case 69: "Something it needs could not be reached"
        case 73, 74: "A file could not be written"
        case 75: "It gave up for now"
        case 77: "It was not let in"
        case 130: "It was interrupted"
        default: "It failed"
        }
    }

    private static func advice(_ code: Int?) -> String {
        switch code {
        case 64: "The message says what to change; asking again changes nothing."
        case 77: "Check the API key (perigee doctor), then ask again."
        case 75: "The quota or another run was in the way. Ask again later."
        case 69: "See with perigee doctor what can’t be reached, then ask again."
        default: "Ask again; what is published already is not asked for twice."
        }
    }

    // MARK: Days

    private var calendar: Markup {
        guard let first = days.first?.date, let last = days.last?.date else { return .none }
        let year = first.components.year
        let earlier: Markup =
            (years?.from.components.year ?? year) < year
            ? #"<a href="/runs?year=\#(year - 1)" rel="prev">← \#(year - 1)</a>"# : .none
        let later: Markup =
            (years?.to.components.year ?? year) > year || year < context.year
            ? #"<a href="/runs?year=\#(year + 1)" rel="next">\#(year + 1) →</a>"# : .none
        return """
            <section aria-labelledby="days"><div class="head"><h2 id="days">Days by state</h2>\
            <span class="note">\(Words.day(first)) to \(Words.day(last)): each square is a day of approaches</span><div class="tools">\(earlier)\(later)\
            <a href="/days.csv?from=\("\(first)")&amp;to=\("\(last)")">CSV</a></div></div>\(DayCalendar(days: days, now: context.now, today: context.today).html)</section>
            """
    }

    // MARK: Runs

    private var runsTable: Markup {
        let rows = runs.prefix(Self.listed).map { item -> Markup in
            let isAlive = item.isAlive(context.now)
            let windows =
                item.published + item.skipped == item.planned
                ? Words.count(item.planned)
                : "\(Words.count(item.published + item.skipped)) of \(Words.count(item.planned))"
            return """
                <tr\(item.id == run?.id ? #" class="on""# as Markup : .none)><td class="r1"><a href="/runs/\(item.id)">\(item.id)</a></td>\
                <td class="r3">\(Zone.utc(item.startedAt, year: context.year))<br><span class="quiet">\(item.command)</span></td><td class="n d720"><a href="/runs/\(item.id)#windows">\(windows)</a></td>\
                <td class="n d720">\(Controls.changes(item.inserted, item.id, "added"))</td><td class="n d720">\(Controls.changes(item.revised, item.id, "revised"))</td><td class="r2">\(Chip.of(item.status, isAlive: isAlive))</td></tr>
                """
        }
        let older: Markup =
            runs.count > Self.listed
            ? #"<p class="more"><a class="button" href="/runs?before=\#(runs[Self.listed - 1].id)">Older runs</a></p>"#
            : .none
        return """
            <div class="head"><h2 id="runs">Runs</h2><div class="tools"><a href="/runs.csv">CSV</a></div></div>\
            \(runs.isEmpty ? #"<p class="second">None yet.</p>"# as Markup : """
            <div class="scroll"><table class="inset fold"><thead><tr><th scope="col">Run</th><th scope="col">Started, UTC</th><th scope="col" class="n">Windows</th><th scope="col" class="n">Added</th>\
            <th scope="col" class="n">Revised</th><th scope="col">State</th></tr></thead><tbody>\(Array(rows))</tbody></table></div>\(older)
            """)
            """
    }

    private var detail: Markup {
        guard let run else { return .none }
        let length = (run.finishedAt ?? run.heartbeatAt).timeIntervalSince(run.startedAt)
        let isAlive = run.isAlive(context.now)
        let facts: [Markup?] = [
            "\(Words.work(length))",
            #"<a href="/runs/\#(run.id)?log=all#log">\#(Words.count(run.requests, "request"))</a>"#,
            run.remaining.map { "\(Words.count($0)) left this hour" },
            run.waitedMs > 0 ? "\(Words.work(Double(run.waitedMs) / 1000)) waited" : nil,
        ]
        let bar: Markup =
            run.status == .running && isAlive && run.planned > 0
            ? """
            <p class="second">\(Words.count(run.published + run.skipped)) of \(Words.count(run.planned)) windows</p><svg class="bar" height="4" role="progressbar" aria-valuenow="\(run.published + run.skipped)" aria-valuemin="0" \
            aria-valuemax="\(run.planned)" aria-label="Windows done"><rect height="4" width="\(Double(run.published + run.skipped) / Double(run.planned) * 100)%"/></svg>
            """ : .none
        return """
            <div class="head"><h2 id="run">Run \(run.id)</h2>\(Chip.of(run.status, isAlive: isAlive))<span class="note">\(facts.compactMap(\.self).joined(", "))</span></div>
            <p class="second more-bottom">\(run.command)\(run.from.flatMap { from in run.to.map { ", \(Words.range(from, $0, year: context.year))" } } ?? ""), engine \(run.engine): \(Controls.changes(run.inserted, run.id, "added")) added, \
            \(Controls.changes(run.revised, run.id, "revised")) revised, \(Controls.changes(run.retired, run.id, "retired")) retired, \
            \(Controls.number(run.unchanged, "/runs/\(run.id)#windows")) unchanged, \(hasItsRecords ? Controls.number(run.quarantined, "/quarantine?all=true&run=\(run.id)") : "\(Words.count(run.quarantined))") in quarantine\
            \(run.exitCode.map { ", exit code \($0)" } ?? ""). \(run.finishedAt == nil ? .none : #"<a href="/changes?since=\#(URLText.escaped(Timestamp.iso8601(run.startedAt)))">What changed since it began</a>"# as Markup)</p>\(bar)
            \(Gantt(run: run, batches: batches, log: log, year: context.year).html)
            \(logSection(run))
            """
    }

    private func logSection(_ run: RunRecord) -> Markup {
        let all = context.arguments["log"] == "all"
        let made = log.suffix(all ? Self.mostLines : Self.linesAtFirst).map { line -> Markup in
            let about = [line.stage, line.batch.map { $0.replacing("feed ", with: "") }].compactMap(\.self).joined(
                separator: "  ")
            return
                #"<span class="\#(line.level)">\#(Timestamp.text(line.at).dropFirst(11).description) \#(about.isEmpty ? "" : "\(about)  ")\#(line.message)\#n</span>"#
        }
        // The last ones that have room: of lines of any length a page is short.
        var room = Self.roomForLog
        let lines = Array(
            made.reversed().prefix { line in
                room -= line.text.utf8.count
                return room >= 0
            }.reversed())
        guard !lines.isEmpty else { return #"<p class="second more">It has no log.</p>"# }
        let isWhole = lines.count == log.count && log.count < Self.mostLines
        let more: Markup =
            !all && !isWhole
            ? #"<a href="/runs/\#(run.id)?log=all#log">More lines</a>"# : .none
        let note = !isWhole ? "the last \(Words.count(lines.count, "line"))" : Words.count(lines.count, "line")
        return """
            <div class="head more"><h3 id="log">Log</h3><span class="note">\(note)</span><div class="tools">\(more)<a href="/runs/\(run.id)/log.txt">All as text</a><a href="#rules">Audit results</a></div></div>\
            <pre class="log" tabindex="0" role="region" aria-label="Log of run \(run.id)">\(lines)</pre>
            """
    }

    private var windows: Markup {
        guard let run else { return .none }
        guard !batches.isEmpty else {
            return
                #"<section aria-labelledby="windows"><div class="head"><h2 id="windows">Windows</h2></div>\#(Gantt.nothing(of: run))</section>"#
        }
        let rows = batches.sorted {
            ($0.from?.daysSinceEpoch ?? 0, $0.batch) < ($1.from?.daysSinceEpoch ?? 0, $1.batch)
        }.map { batch -> Markup in
            let isBad = batch.state == .refused || batch.error != nil
            // What an earlier run published is that run's.
            let isOwn = batch.publishedRun == run.id
            func changed(_ value: Int?, _ what: String) -> Markup? {
                isOwn ? value.map { Controls.changes($0, run.id, what) } : nil
            }
            let answer = batch.rawFile.map { "/evidence/\($0)" } ?? "/runs/\(run.id)#windows"
            let isJudged = isOwn || batch.state == .refused
            let listed = isJudged ? batch.listed.map { Controls.number($0, answer) } : nil
            let held = URLText.url("/quarantine", [("all", "true"), ("run", "\(run.id)"), ("window", batch.batch)])
            let rejected = isJudged ? batch.rejected.map { Controls.number($0, held) } : nil
            let state: Markup =
                batch.state == .published && !isOwn
                ? #"published by <a href="/runs/\#(batch.publishedRun ?? 0)">run \#(batch.publishedRun ?? 0)</a>"#
                : "\(batch.state.rawValue)"
            return """
                <tr><td class="r1">\(batch.batch)</td><td class="r2">\(isBad ? #"<span class="chip bad">\#(Icon.cross)\#(batch.state.rawValue)</span>"# as Markup : state)</td>\
                <td class="n d720">\(listed)</td><td class="n d720">\(changed(batch.inserted, "added"))</td><td class="n d720">\(changed(batch.revised, "revised"))</td><td class="n d720">\(changed(batch.retired, "retired"))</td>\
                <td class="n d1200 d720">\(isOwn ? batch.unchanged.map { Words.count($0) } ?? "" : "")</td><td class="n d720">\(rejected)</td><td class="r3">\(Evidence.kept(batch.error) ?? Evidence.link(batch.rawFile))</td><td class="r5 second">\(batch.error ?? "")</td></tr>
                """
        }
        return """
            <section aria-labelledby="windows"><div class="head"><h2 id="windows">Windows</h2><span class="note">\(Words.count(batches.count))\(batches.count == Self.mostBatches ? " of \(Words.count(run.planned)): those that stopped, then those worked on last" : batches.count < run.planned ? " of \(Words.count(run.planned)): each stands at the run that worked on it last" : "")</span></div>
            <div class="scroll" tabindex="0" role="region" aria-label="Table of windows"><table class="fold"><thead><tr><th scope="col">Window</th><th scope="col">State</th><th scope="col" class="n">Listed</th><th scope="col" class="n">Added</th><th scope="col" class="n">Revised</th>\
            <th scope="col" class="n">Retired</th><th scope="col" class="n d1200">Unchanged</th><th scope="col" class="n">Quarantined</th><th scope="col">Evidence</th><th scope="col">Why it stopped</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    private var ruleTable: Markup {
        guard let run, !rules.isEmpty else { return .none }
        return """
            <section aria-labelledby="rules"><div class="head"><h2 id="rules">Audit results</h2><span class="note">\(Words.count(rules.count(where: \.passed))) of \(rules.count) rules found nothing</span>\
            <div class="tools"><a href="/quality">Rules over time</a></div></div>\(RuleTable.html(rules, of: hasItsRecords ? run.id : nil))</section>
            """
    }

    private var quarantineTable: Markup {
        guard !quarantine.isEmpty else { return .none }
        let open = Controls.number(context.overview.openQuarantine, "/quarantine")
        return """
            <section aria-labelledby="quarantine"><div class="head"><h2 id="quarantine">Records in quarantine</h2><span class="note">\(open) open</span></div>
            \(QuarantinePage.table(quarantine))<div class="actions">\(Actions.replay(context))</div></section>
            """
    }
}
