import Crypto
import Foundation
import HTTPTypes

/// The OpenAPI document as a page: made from the same routes, without a script.
enum DocumentPage {
    static let styleDigest = Data(SHA256.hash(data: Array(style.utf8))).base64EncodedString()

    static let html = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Perigee: HTTP API</title><style>\(style)</style></head><body><main>
        <h1>Perigee: HTTP API</h1>
        <p>NASA's close approaches of near-Earth objects. The same for programs: <a href="\(Responder.prefix)/openapi.json">openapi.json</a>.</p>
        \(API.work.map(section).joined(separator: "\n"))
        </main></body></html>
        """

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1b1f24;background:#fff}main{max-width:56rem;margin:2rem auto;padding:0 1rem}
        h2{font-size:1.1rem;margin:2rem 0 .3rem}code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}
        td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-top:1px solid #d5dae1}a{color:#0b5cad}
        @media(prefers-color-scheme:dark){body{color:#e6e9ed;background:#14171b}td,th{border-color:#333a44}a{color:#7db7f5}}
        """

    private static func section(_ route: Route) -> String {
        let path = "\(Responder.prefix)\(route.path)"
        let rows = route.parameters.map { parameter in
            "<tr><td><code>\(escaped(parameter.name))</code></td><td>\(escaped(parameter.meaning)) <small>\(escaped(parameter.wanted)).</small></td></tr>"
        }
        let table = rows.isEmpty ? "" : "<table><tr><th>Parameter</th><th>Meaning</th></tr>\(rows.joined())</table>"
        return "<h2><code>\(route.method.rawValue) \(escaped(path))</code></h2><p>\(escaped(route.summary))</p>\(table)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
