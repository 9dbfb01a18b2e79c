import Charts
import Foundation
import HTTPTypes
import Landing
import NIOCore
import NearEarth

/// Raw bodies of the landing zone, as NASA sent them, and answers that were none.
enum Evidence {
    static let page = Route.page(
        "/evidence/{file}",
        [
            Parameter(
                name: "file",
                kind: .text(
                    pattern: "nasa_neo_(raw_[A-Za-z0-9_.-]{1,100}\\.json|refused_[A-Za-z0-9_.-]{1,100}\\.body)",
                    longest: 130),
                meaning: "A landed body's file.", place: .path)
        ]
    ) { context in
        let file = context.arguments["file"] ?? ""
        guard let landing = context.call.landing else {
            throw Problem(.notFound, "this server was started without a landing zone")
        }
        do {
            // What is no answer of NeoWs's may be anything: it is shown as the text that it is.
            let isRefused = file.hasSuffix(".body")
            guard let body = try await isRefused ? landing.refusedBody(file) : landing.body(file) else {
                throw Problem(.notFound, "the landing zone has no \(file)")
            }
            var answer = Answer(
                ByteBuffer(bytes: body), isRefused ? "text/plain; charset=utf-8" : "application/json")
            answer.headers[.contentDisposition] = #"inline; filename="\#(file)""#
            return answer
        } catch let error as LandingError {
            throw Problem(.serviceUnavailable, "the body can't be shown: \(error)")
        }
    }

    /// A link to the answer that an error's words say is kept; nil where they name none.
    static func kept(_ error: String?, _ kind: Markup = .none) -> Markup? {
        error?.firstMatch(of: /nasa_neo_refused_[A-Za-z0-9_.-]+\.body/).map { found in
            #"<a\#(kind) href="/evidence/\#(String(found.output))">Answer as it came</a>"#
        }
    }

    /// A link to a body; nothing where the ledger has no file of it.
    static func link(_ file: String?, _ words: String = "Raw body") -> Markup {
        guard let file, !file.isEmpty else { return #"<span class="quiet">not kept</span>"# }
        return #"<a href="/evidence/\#(file)">\#(words)</a>"#
    }
}
