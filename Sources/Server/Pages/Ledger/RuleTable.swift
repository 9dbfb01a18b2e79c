import Charts
import Pipeline
import Warehouse

/// What rules found in a run.
enum RuleTable {
    /// As a table. Broken records lead to those that the quarantine has of a run, where it tells which.
    static func html(_ rules: [QualityResult], of run: RunID?) -> Markup {
        let rows = rules.sorted { (!$0.passed ? 0 : 1, $0.rule) < (!$1.passed ? 0 : 1, $1.rule) }.map {
            rule -> Markup in
            let result: Markup =
                rule.passed
                ? #"<span class="chip ok">\#(Icon.check)Passed</span>"#
                : rule.severity == .warning
                    ? #"<span class="chip warn">\#(Icon.mark)Warning</span>"#
                    : #"<span class="chip bad">\#(Icon.cross)Failed</span>"#
            return """
                <tr><td class="r1"><code>\(rule.rule)</code></td><td class="r3">\(rule.severity.rawValue)</td><td class="n d720">\(Words.count(rule.checked))</td><td class="n r4">\(failed(rule, run))<span class="hidden"> failed</span></td>\
                <td class="r2">\(result)</td><td class="r5 second">\(rule.detail)</td></tr>
                """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Table of rules"><table class="fold"><thead><tr><th scope="col">Rule</th><th scope="col">Severity</th><th scope="col" class="n">Checked</th><th scope="col" class="n">Failed</th><th scope="col">Result</th><th scope="col">Found</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>
            """
    }

    /// How often a rule was broken: records lead to the quarantine; of windows, what was found stands beside it.
    private static func failed(_ rule: QualityResult, _ run: RunID?) -> Markup {
        guard let run, rule.severity == .record else { return "\(Words.count(rule.failed))" }
        return Controls.number(rule.failed, "/quarantine?all=true&rule=\(rule.rule)&run=\(run)")
    }
}
