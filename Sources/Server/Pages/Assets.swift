import Crypto
import Foundation
import HTTPTypes
import NIOCore
import NearEarth

/// Files of the pages, a part of the program. Their paths carry their digests: a browser keeps them for good.
struct Asset: Sendable {
    let path: String
    let bytes: [UInt8]
    let contentType: String

    init(_ name: String, _ type: String, _ bytes: [UInt8], _ contentType: String) {
        let digest = Hexadecimal.text(SHA256.hash(data: bytes).prefix(6))
        (path, self.bytes, self.contentType) = ("/assets/\(name)-\(digest).\(type)", bytes, contentType)
    }

    fileprivate var route: Route {
        Route(
            method: .get, path: path, summary: "A file of the pages.", audience: .people, isOpen: true,
            handle: { _ in
                var answer = Answer(ByteBuffer(bytes: bytes), contentType)
                answer.headers[.cacheControl] = "public, max-age=31536000, immutable"
                return answer
            })
    }
}

enum Assets {
    static let style = Asset("style", "css", PackageResources.style_css, "text/css; charset=utf-8")
    static let script = Asset("dashboard", "js", PackageResources.dashboard_js, "text/javascript; charset=utf-8")
    static let icon = Asset("icon", "svg", PackageResources.icon_svg, "image/svg+xml")

    static let routes = [style, script, icon].map(\.route)

    /// What a page may load and do: its own files, and nothing else.
    static let policy = [
        "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ].joined(separator: "; ")
}
