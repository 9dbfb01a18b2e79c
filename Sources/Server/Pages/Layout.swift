import Charts
import Foundation
import HTTPTypes
import NIOCore
import NearEarth
import Pipeline
import Support
import Warehouse

/// What a page is made with: the request, the store, and what every page shows.
struct PageContext: Sendable {
    let call: Call
    let viewer: Viewer
    let overview: Overview

    var store: Store { call.store }
    var arguments: Arguments { call.arguments }
    var now: Date { overview.now }
    /// Now on NASA's clock, milliseconds since 1970 (TDB).
    var dynamicalNow: Int64 { Timestamp.milliseconds(now) + Units.millisecondsTDBAheadOfUTC }
    /// Today on NASA's clock.
    var today: CalendarDate { CalendarDate(epochMilliseconds: dynamicalNow) }
    /// This year, which dates need not say.
    var year: Int { today.components.year }
}

/// The sections of the header.
enum Section: String, CaseIterable {
    case sky, changes, runs, quality, schedule

    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    var path: String { self == .sky ? "/" : "/\(rawValue)" }
}

/// A page: its head, the frame around its content, and the words about the store as a whole.
struct Page {
    var title: String
    var section: Section?
    var content: Markup
    /// What the search field holds.
    var query = ""
    /// Whether it is to be looked at again while something runs.
    var isLive = false

    func answer(_ context: PageContext) -> Answer {
        answer(context.viewer.mayRead ? context.overview : nil, context.viewer, now: context.now)
    }

    /// The same where the store may not be reached.
    func answer(_ overview: Overview?, _ viewer: Viewer, now: Date) -> Answer {
        Answer(ByteBuffer(string: html(overview, viewer, now).text), "text/html; charset=utf-8")
    }

    private func html(_ overview: Overview?, _ viewer: Viewer, _ now: Date) -> Markup {
        let isSimulated = overview?.isSimulated ?? false
        let prefix = isSimulated ? "Simulated: " : ""
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(prefix)\(title) · Perigee</title>\
            <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">\
            <link rel="icon" href="\(Assets.icon.path)" type="image/svg+xml"><link rel="stylesheet" href="\(Assets.style.path)">\
            <script src="\(Assets.script.path)" defer></script>\(refresh)</head>
            <body>
            <a class="skip" href="#content">Skip to content</a>
            <header class="top"><div class="in">
            <a class="brand" href="/">\(Icon.logo)Perigee</a>
            <nav class="nav" aria-label="Pages">\(Section.allCases.map(link))</nav>
            <form class="find" role="search" action="/objects">\(Icon.search)<input type="search" name="q" value="\(query)" placeholder="Find an object" aria-label="Find an object by name, designation or SPK-ID" maxlength="100"></form>
            \(overview.map(Self.state))
            </div></header>
            <main class="in" id="content"\(isLive ? #" data-live="1""# as Markup : .none)>
            \(overview.map(Self.banners))\(content)
            </main>
            <footer class="foot"><span>Data: NASA NeoWs\(isSimulated ? ", simulated" : "")</span>\
            \(overview.map { "<span>Store: \($0.location)</span>" as Markup })<span data-clock>Looked at \(Zone.utc(now, year: nil)) UTC</span>\
            <span class="links">\(Self.account(viewer))<a href="/api/v1/">API</a></span></footer>
            </body></html>

            """
    }

    /// Without a script, the browser loads a page of something under way again by itself.
    private var refresh: Markup {
        isLive ? #"<noscript><meta http-equiv="refresh" content="5"></noscript>"# : .none
    }

    private func link(_ item: Section) -> Markup {
        #"<a href="\#(item.path)"\#(item == section ? #" aria-current="page""# as Markup : .none)>\#(item.title)</a>"#
    }

    private static func account(_ viewer: Viewer) -> Markup {
        guard viewer.changesTakeToken else { return .none }
        guard let name = viewer.tokenName else { return #"<a href="/sign-in">Sign in with a token</a>"# }
        return """
            <form method="post" action="/sign-out"><input type="hidden" name="key" value="\(viewer.formKey)">\
            <button class="chip">Sign out (token \(name))</button></form>
            """
    }

    // MARK: How the store stands

    private static func state(_ overview: Overview) -> Markup {
        let now = overview.now
        func item(_ glyph: String, _ shape: Markup, _ word: String, _ rest: Markup) -> Markup {
            """
            <a href="/runs"><svg class="glyph \(glyph)" viewBox="0 0 10 10" aria-hidden="true">\(shape)</svg><b>\(word)</b>\
            <span class="age">\(rest)</span></a>
            """
        }
        let main: Markup =
            switch overview.state {
            case .empty:
                item(
                    "empty", #"<circle cx="5" cy="5" r="4"/>"#, "Empty",
                    overview.runs.isEmpty ? "no run yet" : "nothing is listed")
            case .elsewhere:
                item(
                    "stale", #"<path d="M1 1h8v8H1z"/>"#, "Not current",
                    overview.answerAhead == nil ? "today is missing" : "two clocks differ")
            case .failing(let runs):
                item(
                    "failing", #"<path d="M5 0l5 5-5 5-5-5z"/>"#, "Failing",
                    "\(!overview.isFailingNow ? Words.count(runs, "earlier run") : runs == 1 ? "the last run" : "\(runs) runs")"
                )
            case .stale(let since):
                item("stale", #"<path d="M1 1h8v8H1z"/>"#, "Stale", Clock.age(since, now))
            case .fresh(let since):
                item("fresh", #"<circle cx="5" cy="5" r="4"/>"#, "Fresh", Clock.age(since, now))
            }
        let refused = overview.refusals.count
        let chip: Markup =
            refused == 0
            ? .none
            : #"<a class="chip bad" href="/runs">\#(Icon.cross)\#(Words.count(refused, "window")) refused</a>"#
        let running: Markup =
            overview.running.map { run in
                """
                <a class="chip busy" href="/runs/\(run.id)">\(Icon.ring)Running \(run.published + run.skipped) of \(Words.count(run.planned, "window"))</a>
                """
            } ?? .none
        return #"<div class="state">\#(main)\#(running)\#(chip)</div>"#
    }

    private static func banners(_ overview: Overview) -> Markup {
        var banners = Markup.none
        if overview.isSimulated {
            banners += """
                <div class="banner sim"><span><b>Simulated data</b> This store was filled by <code>perigee simulate</code>. No object here \
                is real.</span></div>
                """
        }
        switch overview.state {
        case .stale(let since):
            let paused = overview.schedule?.paused == true
            let why: Markup =
                paused
                ? "The schedule is paused."
                : overview.schedule == nil ? "No schedule runs." : "The schedule’s turn has not come to an end."
            banners += """
                <div class="banner warn"><span><b>Stale since \(Zone.utc(since, year: nil)) UTC</b> \(why) What was found since then is \
                missing.</span><span class="links"><a href="/schedule">\(paused ? "Resume the schedule" : "To the schedule")</a></span></div>
                """
        case .failing(let count):
            if let failure = overview.failures.first { banners += banner(failure, of: count, overview) }
        case .empty:
            // A lookup says nothing of the days, but of a store that has nothing else it is all there is to say.
            guard let run = overview.runs.first, run.status == .failed else { break }
            banners += """
                <div class="banner bad"><span><b>The last run failed</b> \(run.error ?? "See its log for why.")</span>\
                <span class="links"><a href="/runs/\(run.id)">Run \(run.id): cause and next step</a></span></div>
                """
        case .elsewhere:
            guard let said = overview.answerAhead else { break }
            banners += """
                <div class="banner warn"><span><b>Two clocks differ</b> NASA’s newest answer about today is of \(Zone.utc(said, year: nil)) UTC; this \
                machine’s clock says \(Zone.utc(overview.now, year: nil)) UTC. Set the one that is wrong: ages and what is to come follow \
                this machine’s.</span></div>
                """
        default: break
        }
        return banners
    }

    /// What failed last, and where its cause and the next step stand.
    private static func banner(_ failure: Failure, of count: Int, _ overview: Overview) -> Markup {
        let next = overview.nextTurn.map { " Next try at \(Zone.utc($0, year: nil)) UTC." } ?? ""
        let what = failure.run == nil ? "turn" : "run"
        let words =
            overview.isFailingNow
            ? "The last \(what) failed\(count == 1 ? "" : ", like \(Words.count(count - 1)) before it")"
            : count == 1
                ? "A \(what) failed, and its days are not mended"
                : "\(Words.count(count)) runs failed, and their days are not mended"
        let step: Markup =
            failure.run.map { #"<a href="/runs/\#($0.id)">Run \#($0.id): cause and next step</a>"# }
            ?? #"<a href="/schedule">Cause and next step</a>"#
        return """
            <div class="banner bad"><span><b>\(words)</b> \(failure.error ?? "See its log for why.") What was published stays.\(next)</span>\
            <span class="links">\(step)</span></div>
            """
    }
}

/// Parts that depend on the clock: a script keeps them true between two loads.
enum Clock {
    static func age(_ date: Date, _ now: Date) -> Markup {
        span(date, Words.ago(now.timeIntervalSince(date)))
    }

    /// The time to go to an instant on NASA's clock.
    static func toGo(_ epoch: Int64, _ now: Date) -> Markup {
        toGo(Timestamp.date(milliseconds: epoch - Units.millisecondsTDBAheadOfUTC), now)
    }

    /// The time to go to an instant of ours.
    static func toGo(_ date: Date, _ now: Date) -> Markup {
        let seconds = date.timeIntervalSince(now)
        return span(date, seconds >= 0 ? "in \(Words.span(seconds))" : Words.ago(seconds))
    }

    private static func span(_ date: Date, _ words: String) -> Markup {
        #"<time datetime="\#(Timestamp.iso8601(date))" data-age>\#(words)</time>"#
    }
}

/// Small drawings.
enum Icon {
    static let logo: Markup = """
        <svg viewBox="0 0 24 24" aria-hidden="true"><path class="orbit" d="M3.2 16.8C1 13.6 4.6 8.2 10.4 5.3c5.8-2.9 11-2 11.4 1.4.4 \
        3.4-3.6 8-9 10.6-4.2 2-7.9 1.9-9.6-.5z"/><circle class="body" cx="8.3" cy="13.7" r="3"/></svg>
        """
    static let search: Markup = """
        <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14.5 14.5"/></svg>
        """
    static let cross: Markup = #"<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M2 2l6 6M8 2l-6 6"/></svg>"#
    static let check: Markup = #"<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1.5 5.5L4 8l4.5-6"/></svg>"#
    static let mark: Markup = #"<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M5 1v5M5 8v1.5"/></svg>"#
    static let ring: Markup = #"<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="3.5"/></svg>"#
    static let target: Markup = """
        <svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4"/><circle cx="5" cy="5" r="1"/></svg>
        """
    static let diamond: Markup =
        #"<svg viewBox="0 0 10 10" aria-hidden="true"><path class="new" d="M5 1.5L8.5 5 5 8.5 1.5 5z"/></svg>"#
}

/// Marks behind a name, and the state of a run.
enum Chip {
    static let new: Markup = #"<span class="chip">\#(Icon.diamond)New</span>"#
    static let hazardous: Markup = #"<span class="chip">\#(Icon.target)Hazardous</span>"#
    static let sentry: Markup = #"<span class="chip">Sentry</span>"#

    static func of(_ status: RunStatus, isAlive: Bool) -> Markup {
        switch status {
        case .succeeded: #"<span class="chip ok">\#(Icon.check)Succeeded</span>"#
        case .partial: #"<span class="chip bad">\#(Icon.mark)Partial</span>"#
        case .failed: #"<span class="chip bad">\#(Icon.cross)Failed</span>"#
        case .running where isAlive: #"<span class="chip busy">\#(Icon.ring)Running</span>"#
        case .running: #"<span class="chip warn">\#(Icon.mark)Broken off</span>"#
        }
    }

    static func of(_ state: SlotState) -> Markup {
        switch state {
        case .waiting: #"<span class="chip">\#(Icon.ring)Waiting</span>"#
        case .running: #"<span class="chip busy">\#(Icon.ring)Running</span>"#
        case .succeeded: #"<span class="chip ok">\#(Icon.check)Succeeded</span>"#
        case .failed: #"<span class="chip bad">\#(Icon.cross)Failed</span>"#
        case .skipped: #"<span class="chip warn">\#(Icon.mark)Skipped</span>"#
        }
    }
}
