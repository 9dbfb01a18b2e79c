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
    private let parameters: Parameters

    init(_ request: Request) {
        method = request.method.rawValue
        path = request.uri.path
        let prefix = Simulator.pathPrefix + "/"
        steps =
            path.hasPrefix(prefix)
            ? path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init) : []
        parameters = request.uri.queryParameters
        let keys = [request.headers.value(of: "X-Api-Key"), parameters.getAll("api_key").last]
        key = keys.compactMap(\.self).first { !$0.isEmpty }
    }

    /// The last value of a query parameter that is not empty.
    func query(_ name: String) -> String? {
        parameters.getAll(name).last { !$0.isEmpty }
    }

    /// The key that the query has, and that could have ended in somebody's log.
    var keyInQuery: String? { query("api_key") }

    /// The answer to what NeoWs does not have.
    var notFound: Answer { refused(404, "NOT_FOUND", "No message available") }

    /// A refusal by NeoWs, in its envelope, which repeats the request without the key and without `/neo`: NeoWs, behind
    /// the gateway, sees neither.
    func refused(_ status: Int, _ httpError: String, _ message: String) -> Answer {
        let query = parameters.filter { $0.key != "api_key" }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        let behindGateway = path.hasPrefix("/neo/") ? path.dropFirst("/neo".count) : path[...]
        let request = "http://api.nasa.gov\(behindGateway)\(query.isEmpty ? "" : "?\(query)")"
        let json = #"""
            {"code":\#(status),"http_error":"\#(httpError)","error_message":"\#(message.jsonEscaped)",\#
            "request":"\#(request.jsonEscaped)"}
            """#
        return Answer(status, json.utf8)
    }
}
