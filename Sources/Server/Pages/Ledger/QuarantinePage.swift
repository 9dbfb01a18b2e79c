import Charts
import Foundation
import HTTPTypes
import NearEarth
import Warehouse

/// Records that broke a rule: a list of them, and each with the rule, the value, and the record as it stands in the
/// body.
enum QuarantinePage {
    /// Entries of a list.
    static let listed = 50

    static let list = Route.page(
        "/quarantine",
        [
            Parameter(name: "all", kind: .flag, meaning: "The resolved ones too."),
            Parameter(name: "rule", kind: .text(pattern: "[a-z][a-z-]{0,60}", longest: 61), meaning: "Of this rule."),
            .ofRun,
            Parameter(
                name: "window", kind: .text(pattern: "[a-z]{1,10} [0-9. -]{1,40}", longest: 51),
                meaning: "Of this window, by its name."),
            Parameter(name: "before", kind: .count(1...Int(Int32.max)), meaning: "Entries before this one."),
        ]
    ) { context in
        let (rule, run, isAll) = (
            context.arguments["rule"], try await context.call.run(), context.arguments.flag("all")
        )
        let window = context.arguments["window"]
        let filter = QuarantineFilter(includesResolved: isAll, rule: rule, run: run?.id, batch: window)
        let count = try await context.store.quarantineCount(filter)
        let found = try await context.store.quarantine(
            filter, before: context.arguments.count("before").map(Int64.init), limit: listed + 1)
        func url(_ change: (inout [(String, String)]) -> Void) -> String {
            var values: [(String, String)] = []
            if isAll { values.append(("all", "true")) }
            if let rule { values.append(("rule", rule)) }
            if let run { values.append(("run", "\(run.id)")) }
            if let window { values.append(("window", window)) }
            change(&values)
            return URLText.url("/quarantine", values)
        }
        let about: Markup = """
            \(rule.map { ", rule <code>\($0)</code>" as Markup })\(run.map { #", <a href="/runs/\#($0.id)">run \#($0.id)</a>"# as Markup })\(window.map { ", \($0)" as Markup })
            """
        let older: Markup =
            found.count > listed
            ? #"<p class="more"><a class="button" href="\#(url { $0.append(("before", "\(found[listed - 1].id)")) })">Older entries</a></p>"#
            : .none
        let states = [
            ("Open", url { $0.removeAll { $0.0 == "all" } }, !isAll),
            ("All", url { $0 = [("all", "true")] + $0.filter { $0.0 != "all" } }, isAll),
        ]
        return Page(
            title: "Quarantine", section: .runs,
            content: """
                <p class="eyebrow"><a href="/runs">Runs</a> / Quarantine\(about)</p>\
                <h1>\(isAll ? "\(Words.count(count, "record")) found, held back or resolved since." : "\(Words.count(count, "record")) held back.")</h1>
                <p class="lede">A record that breaks a rule is kept here with its value and is not published. A replay after an update of the rules, or a later answer, resolves it.</p>
                <section aria-labelledby="entries"><div class="head"><h2 id="entries">Entries</h2><div class="tools">\(Controls.pick("Which entries", states))</div></div>\
                \(found.isEmpty ? #"<p class="second">None.</p>"# as Markup : table(Array(found.prefix(listed))))\(older)</section>
                <div class="actions">\(context.overview.openQuarantine > 0 ? Actions.replay(context) : .none)</div>
                """
        ).answer(context)
    }

    static func table(_ entries: [QuarantineEntry]) -> Markup {
        let rows = entries.map { entry -> Markup in
            """
            <tr><td class="r1"><a href="/quarantine/\(entry.id)">\(entry.id)</a>\(entry.status == "open" ? .none : #" <span class="quiet">\#(entry.status)</span>"# as Markup)</td><td class="r2"><code>\(entry.rule)</code></td><td class="r5"><code>\(entry.path)</code></td><td class="r3"><code>\(entry.value.isEmpty ? "absent" : String(entry.value.prefix(60)))</code></td>\
            <td class="d720">\(entry.spkID.map { #"<a href="/objects/\#($0)">\#($0)</a>"# as Markup } ?? "none")</td><td class="n d720"><a href="/runs/\(entry.run)">\(entry.run)</a></td><td class="r4">\(Evidence.link(entry.rawFile))</td></tr>
            """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Table of records"><table class="fold"><thead><tr><th scope="col">Entry</th><th scope="col">Rule</th><th scope="col">Path</th><th scope="col">Value</th><th scope="col">Object</th><th scope="col" class="n">Run</th><th scope="col">Evidence</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>
            """
    }

    static let page = Route.page(
        "/quarantine/{id}",
        [Parameter(name: "id", kind: .count(1...Int(Int32.max)), meaning: "The entry's number.", place: .path)]
    ) { context in
        let number = Int64(context.arguments.count("id") ?? 0)
        guard let entry = try await context.store.quarantineEntry(number) else {
            throw Problem(.notFound, "there is no entry \(number) in the quarantine", parameter: "id")
        }
        let resolved: Markup =
            entry.status == "open"
            ? "It is open: the record is not published."
            : #"It was resolved\#(entry.resolvedRun.map { #" by <a href="/runs/\#($0)">run \#($0)</a>"# as Markup })."#
        return Page(
            title: "Quarantine entry \(entry.id)", section: .runs,
            content: """
                <p class="eyebrow"><a href="/runs">Runs</a> / <a href="/quarantine">Quarantine</a> / Entry \(entry.id)</p><h1>A record broke the rule \(entry.rule).</h1>
                <p class="lede">\(entry.reason) \(resolved)</p>
                <dl class="strip"><div><dt>Rule</dt><dd>\(entry.rule)</dd></div><div><dt>Value</dt><dd>\(entry.value.isEmpty ? "absent" : String(entry.value.prefix(80)))</dd></div>\
                <div><dt>Object</dt><dd>\(entry.spkID.map { #"<a href="/objects/\#($0)">\#($0)</a>"# as Markup } ?? "none")</dd></div><div><dt>Window</dt><dd>\(entry.batch)</dd></div>\
                <div><dt>Run</dt><dd><a href="/runs/\(entry.run)">\(entry.run)</a></dd></div><div><dt>Evidence</dt><dd>\(Evidence.link(entry.rawFile))</dd></div></dl>
                <section aria-labelledby="record"><div class="head"><h2 id="record">The record as NASA sent it</h2><span class="note"><code>\(entry.path)</code></span></div>
                <pre class="log" tabindex="0" role="region" aria-label="The record">\(entry.record)</pre></section>
                <div class="actions">\(entry.status == "open" ? Actions.replay(context) : .none)</div>
                """
        ).answer(context)
    }
}
