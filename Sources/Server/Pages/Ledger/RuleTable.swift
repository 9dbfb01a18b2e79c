import Charts
import Pipeline
import Warehouse

/// What rules found in a run.
enum RuleTable {
    static func html(_ rules: [QualityResult], of run: RunID) -> Markup {
        let rows = rules.sorted { (!$0.passed ? 0 : 1, $0.rule) < (!$1.passed ? 0 : 1, $1.rule) }.map {
            rule -> Markup in
            let result: Markup =
                rule.passed
                ? #"<span class="chip ok">\#(Icon.check)Passed</span>"#
                : rule.severity == .warning
                    ? #"<span class="chip warn">\#(Icon.mark)Warning</span>"#
                    : #"<span class="chip bad">\#(Icon.cross)Failed</span>"#
            return """
                <tr><td class="r1"><code>\(rule.rule)</code></td><td class="r3">\(rule.severity.rawValue)</td><td class="n d720">\(Controls.number(rule.checked, "/runs/\(run)#windows"))</td><td class="n r4">\(Controls.number(rule.failed, failures(rule.rule, rule.severity, run)))<span class="hidden"> failed</span></td>\
                <td class="r2">\(result)</td><td class="r5 second">\(rule.detail)</td></tr>
                """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Table of rules"><table class="fold"><thead><tr><th scope="col">Rule</th><th scope="col">Severity</th><th scope="col" class="n">Checked</th><th scope="col" class="n">Failed</th><th scope="col">Result</th><th scope="col">Found</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>
            """
    }

    /// Where what broke a rule in a run is: records are in the quarantine, the rest is about windows.
    static func failures(_ rule: String, _ severity: Severity, _ run: RunID) -> String {
        severity == .record ? "/quarantine?all=true&rule=\(rule)&run=\(run)" : "/runs/\(run)#windows"
    }
}
