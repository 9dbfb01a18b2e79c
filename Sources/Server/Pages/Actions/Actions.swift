import Charts
import Foundation
import HTTPTypes
import NearEarth
import Pipeline
import Warehouse

/// What can be asked for from a page: the same as by the API and the command. Each answer leads back to a page that shows
/// what came of it.
enum Actions {
    static let all = [trigger, backfill, pause, resume, replay]

    /// Windows that a page asks for at a time: more than that is seldom meant, and takes most of an hour's quota.
    private static let mostWindows = 400

    private static let trigger = asking(.trigger, "/schedule/trigger")
    private static let backfill = asking(.backfill, "/schedule/backfill")

    private static func asking(_ task: SlotTask, _ path: String) -> Route {
        .action(path, ["from", "to"]) { call, values in
            guard let from = values["from"].flatMap(Parameter.day), let to = values["to"].flatMap(Parameter.day) else {
                throw Problem(
                    .badRequest, "from and to have to be days from 1900 to 2200, YYYY-MM-DD", parameter: "from")
            }
            try await requireSchedule(call)
            let windows = from <= to ? DateWindow(from: from, to: to).windows().count : 0
            guard windows <= mostWindows else {
                let command =
                    task == .backfill ? "backfill --from \(from) --to \(to)" : "run --from \(from) --to \(to) --refresh"
                throw Problem(
                    .conflict,
                    "these days are \(Words.count(windows)) windows, a request of NASA each; a page asks for \(mostWindows) at most: `perigee \(command)` asks for all of them",
                    parameter: "from")
            }
            try await ScheduleRoutes.ask(task, from, to, call.store)
        }
    }

    private static let pause = Route.action("/schedule/pause", []) { call, _ in
        try await requireSchedule(call)
        _ = try await call.store.setPaused(Scheduler.only, true)
    }

    private static let resume = Route.action("/schedule/resume", []) { call, _ in
        try await requireSchedule(call)
        _ = try await call.store.setPaused(Scheduler.only, false)
    }

    private static let replay = Route.action("/quarantine/replay", []) { call, _ in
        try await requireSchedule(call)
        try await ScheduleRoutes.askForReplay(call.store)
    }

    private static func requireSchedule(_ call: Call) async throws {
        guard try await call.store.schedule(Scheduler.only) != nil else {
            throw Problem(.notFound, "there is no schedule: a `perigee serve` without --no-schedule makes it")
        }
    }

    // MARK: Forms

    /// Asks NASA for days anew.
    static func trigger(_ context: PageContext, _ from: CalendarDate, _ to: CalendarDate, _ words: String) -> Markup {
        form(
            context, "/schedule/trigger", words, isPrimary: true,
            #"<input type="hidden" name="from" value="\#("\(from)")"><input type="hidden" name="to" value="\#("\(to)")">"#
        )
    }

    /// Asks for days of one's own.
    static func days(_ context: PageContext, _ path: String, _ words: String, from: CalendarDate, to: CalendarDate)
        -> Markup
    {
        form(
            context, path, words, isPrimary: true,
            """
            <label>First day <input type="date" name="from" value="\("\(from)")" min="1900-01-01" max="2200-12-31" required></label>\
            <label>Last day <input type="date" name="to" value="\("\(to)")" min="1900-01-01" max="2200-12-31" required></label>
            """)
    }

    static func pause(_ context: PageContext, isPaused: Bool) -> Markup {
        form(
            context, isPaused ? "/schedule/resume" : "/schedule/pause", isPaused ? "Resume" : "Pause",
            isPrimary: isPaused, .none)
    }

    static func replay(_ context: PageContext) -> Markup {
        form(context, "/quarantine/replay", "Replay the open records", isPrimary: false, .none)
    }

    /// A form with one button. Where nobody could carry it out, or without a token where one is needed, it says so.
    private static func form(_ context: PageContext, _ path: String, _ words: String, isPrimary: Bool, _ fields: Markup)
        -> Markup
    {
        guard context.overview.schedule != nil else {
            return #"<p class="reason">No schedule runs: start <code>perigee serve</code>, or use the command.</p>"#
        }
        let viewer = context.viewer
        guard viewer.mayChange else {
            let why: Markup =
                viewer.tokenName == nil
                ? #"<a href="/sign-in">Sign in with a token</a> to do this."#
                : "The token \(viewer.tokenName ?? "") may only read."
            return #"<div><button type="button" disabled>\#(words)</button><p class="reason">\#(why)</p></div>"#
        }
        return """
            <form class="form" method="post" action="\(path)"><input type="hidden" name="key" value="\(viewer.formKey)">\(fields)<button type="submit"\(isPrimary ? #" class="primary""# as Markup : .none)>\(words)</button></form>
            """
    }
}

/// Signing in: a token for a session of this browser's.
enum SignIn {
    static let page = Route.page("/sign-in", [next], isOpen: true) { context in
        form(context.viewer, next: context.arguments["next"] ?? "/").answer(context)
    }

    private static let next = Parameter(
        name: "next", kind: .text(pattern: "/(?!/)[\\x21-\\x7E&&[^\\\\]]{0,300}", longest: 300),
        meaning: "Where to go then.")

    private static func form(_ viewer: Viewer, next: String, problem: String? = nil) -> Page {
        let refusal: Markup =
            problem.map { #"<p class="banner bad" role="alert"><span><b>That did not work</b> \#($0)</span></p>"# }
            ?? .none
        return Page(
            title: "Sign in",
            content: """
                \(refusal)<h1>Sign in with a token.</h1><p class="lede">A token lets this browser change things for twelve hours, or read, where the server asks for one. \
                <code>perigee token create NAME --scope write</code> makes one and shows it once.</p>
                <form class="form actions" method="post" action="/sign-in"><input type="hidden" name="key" value="\(viewer.formKey)"><input type="hidden" name="next" value="\(next)">\
                <label>Token <input type="password" name="token" size="40" required autocomplete="current-password" maxlength="200"></label><button class="primary">Sign in</button></form>
                """)
    }

    static let signIn = Route.action("/sign-in", ["token", "next"], isOpen: true) { call, values in
        let token = values["token"] ?? ""
        let next = values["next"].flatMap { SignIn.next.allows($0) ? $0 : nil } ?? "/"
        guard try await call.server.token(token, call.store) != nil else {
            let problem = "The store does not know this token; perigee token list shows which there are."
            var answer = form(call.viewer, next: next, problem: problem).answer(nil, call.viewer, now: call.now)
            answer.status = .unauthorized
            return answer
        }
        let session = call.server.sessions.begin(token, now: call.now)
        var answer = Answer.redirect(next)
        answer.headers[.setCookie] =
            "\(Sessions.cookie)=\(session); Path=/; HttpOnly; SameSite=Strict\(call.isSecure ? "; Secure" : "")"
        return answer
    }

    static let signOut = Route.action("/sign-out", []) { call, _ in
        if let session = call.viewer.session { call.server.sessions.end(session) }
        var answer = Answer.redirect("/")
        answer.headers[.setCookie] = "\(Sessions.cookie)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        return answer
    }
}
