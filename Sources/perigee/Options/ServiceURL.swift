import Foundation
import NeoWs
import Support

/// The service's base URL on the command line.
enum ServiceURL {
    /// The URL, or an error that says what is wrong with it; `name` is where it stands.
    static func checked(_ text: String, _ name: String) throws -> String {
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
            let host = url.host, !host.isEmpty
        else {
            throw CommandFailure(
                .usage, "\(name) \(NeoWsClient.redacted(text)) is not an http or https URL",
                next: "give a base URL like https://api.nasa.gov/neo/rest/v1")
        }
        guard url.query == nil, url.fragment == nil else {
            throw CommandFailure(
                .usage, "\(name) must not have a query", next: "the key goes into NASA_API_KEY, never into a URL")
        }
        return text
    }

    /// Whether a URL is of NASA's own service, however it is spelled.
    static func isNASAs(_ text: String) -> Bool {
        let host = URLComponents(string: text)?.host?.lowercased() ?? ""
        return host == "api.nasa.gov" || host == "api.nasa.gov."
    }
}
