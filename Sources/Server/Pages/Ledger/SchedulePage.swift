import Charts
import Foundation
import NearEarth
import Pipeline
import Scheduling
import Warehouse

/// The schedule: its next turns, and what one can ask for by hand.
enum SchedulePage {
    static let page = Route.page("/schedule", []) { context in
        guard let schedule = context.overview.schedule else {
            return Page(
                title: "Schedule", section: .schedule,
                content: """
                    <h1>No schedule runs.</h1><p class="lede">This store is filled by hand. A server with a schedule asks NASA by itself, and carries out what is asked for here.</p>
                    <p class="more"><code class="command" tabindex="0">perigee serve</code></p>
                    """
            ).answer(context)
        }
        let open = schedule.slots.contains { $0.state == .running || $0.state == .waiting }
        return Page(
            title: "Schedule", section: .schedule, content: content(schedule, context),
            isLive: open || context.overview.running != nil
        ).answer(context)
    }

    private static func content(_ schedule: ScheduleSummary, _ context: PageContext) -> Markup {
        let next =
            schedule.next.map { "the next turn is at \(Zone.utc($0, year: context.year)) UTC" } ?? "no turn is ahead"
        let headline: Markup =
            schedule.paused ? "The schedule is paused." : "NASA is asked \(schedule.definition.text); \(next)."
        return """
            <p class="eyebrow">Since \(Zone.utc(schedule.start, year: nil)) UTC</p><h1>\(headline)</h1>\(trouble(context))
            <p class="lede">A turn asks for its days, the \(schedule.definition.lookBack) days before them and \(schedule.definition.ahead) days ahead. \
            \(schedule.paused ? "While it rests, only what is asked for by hand runs." : "")</p>
            <div class="actions">\(Actions.pause(context, isPaused: schedule.paused))</div>
            <div class="grid more-space"><section class="c6" aria-labelledby="trigger"><div class="head"><h2 id="trigger">Ask NASA now</h2></div><p class="second more-bottom">New answers for these days, whatever is here already.</p>\
            \(Actions.days(context, "/schedule/trigger", "Ask NASA", from: context.today.adding(days: -7), to: context.today.adding(days: Overview.ahead)))</section>\
            <section class="c6" aria-labelledby="backfill"><div class="head"><h2 id="backfill">Back-fill</h2></div><p class="second more-bottom">What is missing of these days. A year is 46 requests.</p>\
            \(Actions.days(context, "/schedule/backfill", "Back-fill", from: backfill(context).from, to: backfill(context).to))</section></div>
            <section aria-labelledby="next"><div class="head"><h2 id="next">Next turns</h2></div>\(turns(schedule, context))</section>
            <section aria-labelledby="slots"><div class="head"><h2 id="slots">Turns and requests</h2><span class="note">the last \(schedule.slots.count)</span></div>\(slots(schedule, context))</section>
            """
    }

    /// Why the newest turn came to nothing before a run began, which has a page of its own, and what to do.
    private static func trouble(_ context: PageContext) -> Markup {
        guard let failure = context.overview.failures.first, failure.run == nil else { return .none }
        return """
            <div class="panel bad"><div><h2>The turn of \(Zone.utc(failure.at, year: context.year)) UTC failed before a run began</h2>\
            <p>\(failure.error ?? "The server’s log says why.")</p><p>What was published before stays.</p></div>\
            <div><h3>Next step</h3><p>See with <code>perigee doctor</code> what is missing: the server asks with the options that it was \
            started with.\(context.overview.nextTurn.map { " The turn at \(Zone.utc($0, year: context.year)) UTC tries by itself." } ?? "")</p>\
            \(SkyPage.command(context, failure.days.from, failure.days.to))\
            <div class="actions">\(Actions.trigger(context, failure.days.from, failure.days.to, "Ask NASA again"))</div></div></div>
            """
    }

    /// The year up to yesterday.
    private static func backfill(_ context: PageContext) -> DateWindow {
        DateWindow(from: context.today.adding(days: -365), to: context.today.adding(days: -1))
    }

    private static func turns(_ schedule: ScheduleSummary, _ context: PageContext) -> Markup {
        guard !schedule.paused, var turn = schedule.next,
            let recurrence = try? schedule.definition.recurrence(from: schedule.start)
        else { return #"<p class="second">None while it is paused.</p>"# }
        var turns = [turn]
        while turns.count < 5, let next = recurrence.next(after: turn) {
            turns.append(next)
            turn = next
        }
        let items = turns.map { turn -> Markup in
            #"<li><b>\#(Zone.utc(turn, year: context.year))</b> UTC <span class="quiet">\#(Clock.toGo(turn, context.now))</span></li>"#
        }
        return #"<ul class="keys">\#(items)</ul>"#
    }

    private static func slots(_ schedule: ScheduleSummary, _ context: PageContext) -> Markup {
        guard !schedule.slots.isEmpty else { return #"<p class="second">None yet.</p>"# }
        let rows = schedule.slots.map { slot -> Markup in
            let task =
                switch slot.task {
                case .turn: "turn"
                case .trigger: "asked for by hand"
                case .backfill: "back-fill"
                case .replay: "replay"
                }
            let run = slot.run ?? (slot.state == .running ? context.overview.running?.id : nil)
            return """
                <tr><td class="r1 nowrap">\(Zone.utc(slot.due, year: context.year))</td><td class="r3">\(task)</td><td class="r4 nowrap">\(Words.range(slot.from, slot.to, year: context.year))</td>\
                <td class="r2">\(Chip.of(slot.state)) \(slot.state == .running ? progress(context) : .none)</td><td class="n d720">\(run.map { #"<a href="/runs/\#($0)">\#($0)</a>"# as Markup } ?? "")</td><td class="n d720">\(slot.attempts)</td><td class="r5 second">\(slot.error ?? "")</td></tr>
                """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Table of turns"><table class="fold"><thead><tr><th scope="col">Due, UTC</th><th scope="col">What</th><th scope="col">Days</th><th scope="col">State</th><th scope="col" class="n">Run</th><th scope="col" class="n">Attempts</th><th scope="col">What went wrong</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private static func progress(_ context: PageContext) -> Markup {
        guard let run = context.overview.running, run.planned > 0 else { return .none }
        let done = run.published + run.skipped
        return """
            \(done) of \(Words.count(run.planned, "window")) <svg class="bar" height="4" role="progressbar" aria-valuenow="\(done)" aria-valuemin="0" aria-valuemax="\(run.planned)" aria-label="Windows done"><rect height="4" width="\(Double(done) / Double(run.planned) * 100)%"/></svg>
            """
    }
}
