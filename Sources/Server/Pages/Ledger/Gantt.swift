import Charts
import Foundation
import NearEarth
import Pipeline
import Warehouse

/// A run's windows as rows, its stages as bars over the seconds.
struct Gantt {
    /// What the log says of a stage of a batch.
    private struct Bar {
        var stage: String
        var start, end: Double
        var isFailure: Bool
        /// What stands beside it.
        var note: String?
    }

    let run: RunRecord
    let batches: [BatchRecord]
    let log: [LogLine]
    let year: Int

    private static let row = 26.0
    private static let most = 60
    static let stages = ["extract", "transform", "audit", "publish"]

    /// The bars of these batches.
    private func bars(of batches: Set<String>) -> [String: [Bar]] {
        var bars: [String: [Bar]] = [:]
        for line in log {
            guard let batch = line.batch, let stage = line.stage, batches.contains(batch) else { continue }
            let end = line.at.timeIntervalSince(run.startedAt)
            if line.message.hasPrefix("\(stage) done"), let seconds = Self.seconds(line.message) {
                bars[batch, default: []].append(Bar(stage: stage, start: end - seconds, end: end, isFailure: false))
            } else if line.message.hasPrefix("Request failed.") {
                let cause = Self.value(of: "cause", line.message)?.prefix { $0 != ":" }.prefix(40) ?? "failed"
                bars[batch, default: []].append(
                    Bar(stage: stage, start: end - 0.001, end: end, isFailure: true, note: "\(cause), asked again"))
            } else if line.message.hasPrefix("\(stage) failed") {
                bars[batch, default: []].append(
                    Bar(stage: stage, start: end - 0.001, end: end, isFailure: true, note: "\(stage) failed"))
            }
        }
        return bars
    }

    /// `extract done seconds=0.04`: the number behind the sign.
    private static func seconds(_ message: String) -> Double? {
        value(of: "seconds", message).flatMap { Double($0) }
    }

    /// What stands behind `name=` in a line of the log, to its end.
    private static func value(of name: String, _ message: String) -> Substring? {
        message.range(of: "\(name)=").map { message[$0.upperBound...] }
    }

    /// What stands in place of windows that are none of this run's, or not any more.
    static func nothing(of run: RunRecord) -> Markup {
        guard run.planned > 0 else { return #"<p class="second">It had nothing to ask for.</p>"# }
        let became =
            run.published + run.skipped + run.failed == 0
            ? "none of them was begun" : "each stands at the run that worked on it last"
        return
            #"<p class="second">It planned \#(Words.count(run.planned, run.from == nil ? "answer" : "window")); \#(became).</p>"#
    }

    private static func title(_ batch: BatchRecord, _ year: Int) -> String {
        guard let from = batch.from, let to = batch.to else { return batch.batch }
        return Words.range(from, to, year: year)
    }

    var html: Markup {
        // The first ones by time; those that are refused or failed always.
        let sorted = batches.sorted {
            ($0.from?.daysSinceEpoch ?? 0, $0.batch) < ($1.from?.daysSinceEpoch ?? 0, $1.batch)
        }
        let troubled = sorted.filter { $0.state == .refused || $0.error != nil }
        let names = Set((troubled + sorted).prefix(Self.most).map(\.batch))
        let rows = sorted.filter { names.contains($0.batch) }
        guard !rows.isEmpty else { return Self.nothing(of: run) }
        let bars = bars(of: names)
        let length = max(
            0.05, (run.finishedAt ?? run.heartbeatAt).timeIntervalSince(run.startedAt),
            bars.values.flatMap { $0.map(\.end) }.max() ?? 0)
        let step = Self.step(length)
        let height = 24 + Self.row * Double(rows.count)
        func x(_ seconds: Double) -> Double { seconds / length * 100 }
        let grid = stride(from: 0, through: length, by: step).enumerated().map { index, second -> Markup in
            #"<g\#(index % 3 == 0 ? .none : #" class="odd""# as Markup)><line class="g" x1="\#(x(second))%" x2="\#(x(second))%" y1="20" y2="\#(height)"/><text class="\#(second == 0 ? "" : x(second) > 95 ? "end" : "mid")" x="\#(x(second))%" y="12">\#(Self.label(second, step))</text></g>"#
        }
        let lines = rows.enumerated().map { index, batch -> Markup in
            let y = 24 + Self.row * Double(index)
            let isBad = batch.state == .refused || batch.error != nil
            var line: Markup =
                isBad ? #"<rect class="row-bad" x="-140" y="\#(y)" width="3000" height="\#(Self.row)"/>"# : .none
            let own = (bars[batch.batch] ?? []).sorted { $0.start < $1.start }
            if let first = own.first, let last = own.last, own.contains(where: \.isFailure) {
                line +=
                    #"<line class="wait" x1="\#(x(first.start))%" x2="\#(x(last.end))%" y1="\#(y + 13)" y2="\#(y + 13)"/>"#
            }
            for bar in own {
                let kind = bar.isFailure ? "failed" : bar.stage
                line +=
                    #"<svg x="\#(x(max(0, bar.start)))%" overflow="visible"><rect class="\#(kind)" y="\#(y + 7)" width="\#(bar.isFailure ? 4 : 3)" height="12" rx="1.5"/></svg><rect class="\#(kind)" x="\#(x(max(0, bar.start)))%" y="\#(y + 7)" width="\#(max(0, x(bar.end) - x(max(0, bar.start))))%" height="12" rx="1.5"/>"#
            }
            let end = own.map(\.end).max() ?? 0
            var note = own.last { $0.note != nil }?.note
            if batch.error != nil { note = "failed" }
            if batch.state == .refused { note = batch.error.flatMap(Self.rule) ?? "refused" }
            if let note {
                let place = x(end)
                let isRight = place > 70
                let cross: Markup = isBad ? #"<path class="stop" d="M6 \#(y + 9)l8 8m0-8l-8 8"/>"# : .none
                line +=
                    #"<svg x="\#(place)%" overflow="visible">\#(cross)<text class="\#(isBad ? "why" : "what")\#(isRight ? " end" : "")" x="\#(isRight ? -10 : isBad ? 20 : 10)" y="\#(y + 17)">\#(note)</text></svg>"#
            }
            return line
        }
        let titles = rows.enumerated().map { index, batch -> Markup in
            #"<text class="what" x="0" y="\#(24 + Self.row * Double(index) + 17)">\#(Self.title(batch, year))</text>"#
        }
        let figures = rows.enumerated().map { index, batch -> Markup in
            #"<text class="figure" x="100%" y="\#(24 + Self.row * Double(index) + 17)">\#(batch.listed.map { Words.count($0) } ?? "")</text>"#
        }
        let rest =
            batches.count > rows.count
            ? #"<p class="caption">\#(Words.count(batches.count - rows.count)) further windows are not drawn.</p>"#
                as Markup : .none
        let legend = Self.stages.map { stage -> Markup in
            #"<span><svg width="12" height="12" class="gantt" aria-hidden="true"><rect class="\#(stage)" width="12" height="12" rx="2"/></svg>\#(stage)</span>"#
        }
        return """
            <div class="legend">\(legend)<span><svg width="12" height="12" class="gantt" aria-hidden="true"><rect class="failed" width="12" height="12" rx="2"/></svg>failed</span></div>
            <div class="chart gantt gantt-grid"><svg width="100%" height="\(height)" aria-hidden="true">\(titles)</svg>\
            <svg height="\(height)" role="img" aria-label="Stages of \(rows.count) windows over \(Words.work(length)); the table of windows lists the same">\(grid)\(lines)</svg>\
            <svg width="100%" height="\(height)" aria-hidden="true"><text class="figure" x="100%" y="12">Rows</text>\(figures)</svg></div>\(rest)
            """
    }

    /// The rule that an audit's words begin with.
    static func rule(_ error: String) -> String? {
        error.firstMatch(of: /\b([a-z]+-[a-z]+(?:-[a-z]+)*)\b/).map { String($0.output.1) }
    }

    private static func step(_ length: Double) -> Double {
        let magnitude = pow(10, floor(log10(length / 5)))
        return [1.0, 2, 5, 10].map { $0 * magnitude }.first { length / $0 <= 6 } ?? magnitude * 10
    }

    private static func label(_ seconds: Double, _ step: Double) -> String {
        if step < 1, seconds > 0 { return "\(Int((seconds * 1000).rounded())) ms" }
        if step >= 60 { return "\(Int(seconds / 60)) min" }
        return "\(Int(seconds)) s"
    }
}
