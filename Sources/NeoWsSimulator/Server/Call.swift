import Hummingbird

/// A request, read as the gateway and NeoWs read it.
struct Call {
    /// The HTTP method, in capitals.
    let method: String
    /// The path, with NeoWs's prefix.
    let path: String
    /// What follows the prefix, step by step; empty where the prefix is missing.
    let steps: [String]
    /// The API key; the header goes before the query. Nil where none came or an empty one.
    let key: String?
    private let parameters: [(name: String, value: String)]

    init(_ request: Request) {
        method = request.method.rawValue
        path = request.uri.path
        let prefix = Simulator.pathPrefix + "/"
        steps =
            path.hasPrefix(prefix)
            ? path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init) : []
        parameters = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let keys = [request.headers.value(of: "X-Api-Key"), parameters.last { $0.name == "api_key" }?.value]
        key = keys.compactMap(\.self).first { !$0.isEmpty }
    }

    /// The last value of a query parameter.
    func query(_ name: String) -> String? {
        parameters.last { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Whether the key could have ended in somebody's log.
    var hasKeyInQuery: Bool { query("api_key") != nil }

    /// The key that NeoWs puts into its links: the query's, which it sees; a header's stays with the gateway.
    var echoedKey: String { query("api_key") ?? "DEMO_KEY" }

    /// The name under which the request is counted.
    var endpoint: String {
        switch steps.first {
        case "feed": "feed"
        case "neo": "neo"
        default: "other"
        }
    }

    /// The answer to what NeoWs does not have.
    var notFound: Answer { refused(404, "NOT_FOUND", "No message available") }

    /// A refusal by NeoWs, which repeats the request without the key.
    func refused(_ status: Int, _ httpError: String, _ message: String) -> Answer {
        let query = parameters.filter { $0.name != "api_key" }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let behindGateway = path.hasPrefix("/neo/") ? String(path.dropFirst("/neo".count)) : path
        return .application(
            status, httpError, message, request: query.isEmpty ? behindGateway : "\(behindGateway)?\(query)")
    }
}
