import Charts
import Foundation
import HTTPTypes
import NIOCore

/// The pages for people, with what they load and what their forms ask for.
enum Pages {
    static let routes =
        [
            SkyPage.page, SkyPage.picture, SkyPage.csv, FindPage.page, ObjectPage.page, ObjectPage.picture,
            ChangesPage.page,
            RunsPage.list,
            RunsPage.one, RunsPage.log, QuarantinePage.list, QuarantinePage.page, QualityPage.page, QualityPage.rule,
            SchedulePage.page,
            Evidence.page,
            SignIn.page,
            SignIn.signIn,
            SignIn.signOut,
        ] + Tables.all + Actions.all + Assets.routes

    /// Those that are made once after each publication.
    static let prepared = [
        (SkyPage.page, ""), (RunsPage.list, ""), (QualityPage.page, ""),
        (SkyPage.page, "zoom=all"), (SkyPage.page, "zoom=year"), (ChangesPage.page, ""),
    ]
}

/// Why there is no page.
enum ProblemPage {
    static func answer(_ problem: Problem, _ overview: Overview?, _ viewer: Viewer) -> Answer {
        let what =
            switch problem.status {
            case .notFound: "There is no such page."
            case .badRequest: "That can’t be shown so."
            case .forbidden, .unauthorized: "That is not allowed."
            case .serviceUnavailable, .tooManyRequests: "Not now."
            default: "That did not work."
            }
        let words = problem.detail.prefix(1).uppercased() + problem.detail.dropFirst()
        let content: Markup = """
            <p class="eyebrow">\(problem.status.code) \(problem.status.reasonPhrase)\(problem.parameter.map { ", parameter \($0)" } ?? "")</p>\
            <h1>\(what)</h1><p class="lede">\(words).</p><p class="actions"><a class="button" href="/">To the start page</a></p>
            """
        var answer = Page(title: what, content: content).answer(overview, viewer, now: Date())
        answer.status = problem.status
        answer.headers.append(contentsOf: problem.headers)
        answer.headers[.cacheControl] = "no-store"
        return answer
    }
}
