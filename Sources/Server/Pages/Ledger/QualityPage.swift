import Charts
import Foundation
import HTTPTypes
import NearEarth
import Scheduling
import Warehouse

/// How good the data is: rules over time, freshness, coverage, and the quota.
struct QualityPage {
    static let page = Route.page("/quality", []) { context in try await QualityPage(context).page.answer(context) }

    private let context: PageContext
    private let rules: [RuleHistory]
    private let coverage: [YearCoverage]
    private let summary: StatusAnswer
    private static let runsInSight = 30

    init(_ context: PageContext) async throws {
        self.context = context
        // What has been judged changes with a run's end.
        let last = context.overview.runs.first { $0.finishedAt != nil }?.id ?? 0
        rules = try await context.call.server.ruleHistory.value(0, of: last) {
            try await context.store.ruleHistory(runs: Self.runsInSight)
        }
        coverage = try await context.call.server.coverage.value(0, of: context.overview.publication.number) {
            try await context.store.coverageByYear()
        }
        summary = try await context.call.server.status(context.store)
    }

    private var ahead: [DayState] { context.overview.days.filter { $0.date >= context.today } }
    private var missing: Int { context.overview.days.count { $0.saidAt == nil } }

    var page: Page {
        Page(
            title: "Quality", section: .quality,
            content: """
                <p class="eyebrow">Last publication \(context.overview.publication.number == 0 ? "never" : Zone.utc(context.overview.publication.date, year: context.year) + " UTC")</p>
                <h1>\(headline)</h1>\(facts)
                <section aria-labelledby="rules"><div class="head"><h2 id="rules">Rules over time</h2><span class="note">the last \(Words.count(runs.count, "run")), oldest at the left; a bar is what failed</span></div>\(ruleTable)</section>
                <div class="grid more-space"><section class="c7" aria-labelledby="coverage">\(coverageTable)</section><section class="c5" aria-labelledby="quota">\(quota)</section></div>
                """)
    }

    private var runs: [RunID] { Set(rules.flatMap { $0.failed.keys }).sorted() }

    private var headline: Markup {
        guard context.overview.covered != nil else { return "Nothing here yet." }
        let refused = context.overview.refusals.count
        var parts: [String] = []
        if missing > 0 {
            parts.append("\(Words.count(missing, "day")) of the picture’s \(context.overview.days.count) missing")
        }
        if refused > 0 { parts.append("\(Words.count(refused, "window")) refused") }
        if context.overview.openQuarantine > 0 {
            parts.append("\(Words.count(context.overview.openQuarantine, "record")) in quarantine")
        }
        guard !parts.isEmpty else { return "Every day of the picture is published, and nothing is held back." }
        return "\(parts.joined(separator: ", ").prefix(1).uppercased() + parts.joined(separator: ", ").dropFirst())."
    }

    private var facts: Markup {
        func item(_ count: Int, _ words: String, _ url: String) -> Markup {
            #"<div><dt>\#(words)</dt><dd><a href="\#(url)">\#(Words.count(count))</a></dd></div>"#
        }
        let held = summary.summary
        let window = context.overview.days.first.flatMap { first in
            context.overview.days.last.map { (first.date, $0.date) }
        }
        let days = window.map { "/days.csv?from=\($0)&to=\($1)" } ?? "/runs#days"
        return """
            <dl class="strip">\(item(held.approaches, "Approaches", "/api/v1/approaches?format=csv"))\(item(held.objects, "Objects", "/objects"))\
            \(item(held.revisions + held.retired, "Earlier versions", "/changes?since=30d"))\(item(held.orbits, "Orbits", "/api/v1/status"))\
            \(item(context.overview.openQuarantine, "In quarantine", "/quarantine"))\(item(missing, "Days missing of \(context.overview.days.count)", days))</dl>
            """
    }

    private var ruleTable: Markup {
        guard !rules.isEmpty else { return #"<p class="second">No run has judged anything yet.</p>"# }
        let runs = runs
        let rows = rules.sorted { ($0.total > 0 ? 0 : 1, $0.rule) < ($1.total > 0 ? 0 : 1, $1.rule) }.map {
            rule -> Markup in
            let most = Double(max(1, rule.failed.values.max() ?? 1))
            let width = 100.0 / Double(max(10, runs.count))
            let bars = runs.enumerated().map { index, run -> Markup in
                guard let failed = rule.failed[run] else { return .none }
                let height = failed == 0 ? 2 : max(4, 18 * (Double(failed) / most).squareRoot())
                return
                    #"<rect\#(failed > 0 ? #" class="on""# as Markup : .none) x="\#(Double(index) * width)%" width="\#(width * 0.8)%" y="\#(20 - height)" height="\#(height)"/>"#
            }
            let last = rule.failed.filter { $0.value > 0 }.keys.max()
            return """
                <tr><td class="r1"><code>\(rule.rule)</code></td><td class="r3">\(rule.severity.rawValue)</td><td class="n d720">\(Controls.number(rule.totalChecked, "/quality/\(rule.rule)"))</td><td class="n r2">\(Controls.number(rule.total, "/quality/\(rule.rule)"))<span class="hidden"> failed</span></td>\
                <td class="d720"><svg class="bars mini" height="20" role="img" aria-label="\(rule.rule) failed \(rule.total) times in \(runs.count) runs">\(bars)</svg></td>\
                <td class="r4">\(last.map { #"<a href="/runs/\#($0)">run \#($0)</a>"# as Markup } ?? "never")</td></tr>
                """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Table of rules"><table class="fold"><thead><tr><th scope="col">Rule</th><th scope="col">Severity</th><th scope="col" class="n">Checked</th><th scope="col" class="n">Failed</th><th scope="col">By run</th><th scope="col">Last failed</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    /// What a rule found in each of the runs that the page is about.
    static let rule = Route.page(
        "/quality/{rule}",
        [
            Parameter(
                name: "rule", kind: .text(pattern: "[a-z][a-z-]{0,60}", longest: 61), meaning: "The rule.", place: .path
            )
        ]
    ) { context in
        let name = context.arguments["rule"] ?? ""
        let quality = try await QualityPage(context)
        guard let rule = quality.rules.first(where: { $0.rule == name }) else {
            throw Problem(
                .notFound, "the last \(runsInSight) runs held nothing against a rule \(name)", parameter: "rule")
        }
        let rows = rule.failed.keys.sorted(by: >).map { run -> Markup in
            """
            <tr><td class="r1"><a href="/runs/\(run)#rules">Run \(run)</a></td><td class="n r3">\(Words.count(rule.checked[run] ?? 0))<span class="hidden"> checked</span></td>\
            <td class="n r2">\(Words.count(rule.failed[run] ?? 0))<span class="hidden"> failed</span></td></tr>
            """
        }
        return Page(
            title: "Rule \(name)", section: .quality,
            content: """
                <p class="eyebrow"><a href="/quality">Quality</a> / Rules / \(name)</p>\
                <h1>\(name) failed \(Words.count(rule.total, "time")) in \(Words.count(rule.failed.count, "run")).</h1>
                <p class="lede">Of \(Words.count(rule.totalChecked, "item")) that it was held against. A run that meets the same record again counts it again.</p>
                <section aria-labelledby="runs"><div class="head"><h2 id="runs">By run</h2></div><div class="scroll"><table class="fold"><thead><tr><th scope="col">Run</th><th scope="col" class="n">Checked</th><th scope="col" class="n">Failed</th></tr></thead>\
                <tbody>\(rows)</tbody></table></div></section>
                """
        ).answer(context)
    }

    private var coverageTable: Markup {
        let rows = coverage.reversed().map { year -> Markup in
            let days = year.daysOfYear
            return """
                <tr><td class="r1"><a href="/runs?year=\(year.year)">\(year.year)</a></td><td class="n r2"><a href="/runs?year=\(year.year)#days">\(Words.count(year.days)) of \(days)</a></td><td class="d720"><svg class="bar" height="4" aria-hidden="true"><rect height="4" width="\(Double(year.days) / Double(days) * 100)%"/></svg></td>\
                <td class="n r4">\(Controls.number(year.listed, "/days.csv?from=\(year.year)-01-01&to=\(year.year)-12-31"))<span class="hidden"> listed</span></td></tr>
                """
        }
        return """
            <div class="head"><h2 id="coverage">Coverage</h2><span class="note">days that a published answer lists</span><div class="tools"><a href="/schedule#backfill">Back-fill</a></div></div>
            \(coverage.isEmpty ? #"<p class="second">No day yet.</p>"# as Markup : """
            <div class="scroll tall" tabindex="0" role="region" aria-label="Table of years"><table class="fold"><thead><tr><th scope="col">Year</th><th scope="col" class="n">Days</th><th scope="col"><span class="hidden">Share</span></th><th scope="col" class="n">Approaches</th></tr></thead><tbody>\(Array(rows))</tbody></table></div>
            """)
            """
    }

    private var quota: Markup {
        let hour = context.overview.runs.filter { context.now.timeIntervalSince($0.startedAt) < 3600 }
        let left = context.overview.runs.first { $0.remaining != nil }
        let day = context.overview.runs.filter { context.now.timeIntervalSince($0.startedAt) < 86_400 }
        let waited = day.reduce(0) { $0 + $1.waitedMs }
        return """
            <div class="head"><h2 id="quota">Quota</h2><span class="note">NASA allows a key 1,000 requests an hour</span></div><dl class="elements">\
            <dt>Requests of runs of the last hour</dt><dd class="sym"></dd><dd>\(Controls.number(hour.reduce(0) { $0 + $1.requests }, "/runs.csv"))</dd>\
            <dt>Of the last 24 hours</dt><dd class="sym"></dd><dd>\(Controls.number(day.reduce(0) { $0 + $1.requests }, "/runs.csv"))</dd>\
            <dt>Left, as NASA said last\(left.map { #" (<a href="/runs/\#($0.id)">run \#($0.id)</a>)"# as Markup })</dt><dd class="sym"></dd><dd>\(left?.remaining.map { Words.count($0) } ?? "unknown")</dd>\
            <dt>Waited for it in 24 hours</dt><dd class="sym"></dd><dd>\(waited == 0 ? "not at all" : Words.work(Double(waited) / 1000))</dd></dl>
            """
    }
}
