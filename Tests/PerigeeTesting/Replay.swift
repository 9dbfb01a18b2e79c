public import Foundation

/// A service to test against, with approaches for every day: `neows-replay` of `../shared`, whose code is not ours and
/// whose approaches of 2020 are real, or where that is away `perigee simulate`. Both have the same faults and options.
/// What they serve differs: a test takes what it expects from the bodies.
public final class Replay: Sendable {
    /// The base URL for `--api-url`.
    public let baseURL: String
    private let process: Started

    /// Starts the server on a free port with faults such as `500html@3`, and with options such as `--retry-after`.
    public init(faults: [String] = [], limit: Int = 1000, options: [String] = []) async throws {
        let arguments = ["--port", "0", "--limit", "\(limit)"] + faults.flatMap { ["--fault", $0] } + options
        process =
            Shared.isAvailable
            ? try Python.serve("\(Shared.folder)/neows/neows-replay", arguments)
            : try Program.serve(["simulate"] + arguments)
        baseURL = try await process.firstLine()
        guard baseURL.hasPrefix("http://127.0.0.1:") else { throw Failure(message: "the service said \(baseURL)") }
    }

    /// Whether what it serves is made up: it says so in each answer, and names begin with SIM.
    public static var isSimulated: Bool { !Shared.isAvailable }

    /// How many requests of each kind came in.
    public func stats() async throws -> [String: Int] {
        let (_, body) = try await Web.get(root + "/_stats")
        return try JSONSerialization.jsonObject(with: body) as? [String: Int] ?? [:]
    }

    /// Clears counters and limits.
    public func reset() async throws {
        _ = try await Web.request("POST", root + "/_reset")
    }

    /// The body of a window, asked for by other means than ours. It counts as a request, and faults hit it.
    public func feed(_ from: String, _ to: String) async throws -> Data {
        let (status, body) = try await Web.get(
            "\(baseURL)/feed?start_date=\(from)&end_date=\(to)", headers: ["X-Api-Key": "ANOTHER_KEY"])
        guard status == 200 else { throw Failure(message: "status \(status) for \(from)..\(to)") }
        return body
    }

    private var root: String { baseURL.replacingOccurrences(of: "/neo/rest/v1", with: "") }

    // MARK: What every one of them serves

    private static let honest = Task { try await Replay(limit: 1_000_000) }
    private static let wholeYear = Task { try await served("2020-01-01", "2020-12-31") }
    private static let oneWeek = Task { try await served("2020-02-03", "2020-02-10") }

    /// What a service without faults serves of a range of dates, read by other means than ours.
    public static func served(_ from: String, _ to: String) async throws -> NeoWsBody {
        var body = NeoWsBody()
        for window in try ranges(from, to) {
            body.append(try NeoWsBody(try await honest.value.feed(window.0, window.1)))
        }
        return body
    }

    /// What is served of 2020-02-03 to 2020-02-10.
    public static var week: NeoWsBody { get async throws { try await oneWeek.value } }

    /// What is served of 2020.
    public static var year: NeoWsBody { get async throws { try await wholeYear.value } }

    /// An approach of the week by an object that comes by once in 2020, as its values in the processed CSV's order.
    public static var loneApproach: [String] {
        get async throws {
            let all = try await year.rows.map { $0[0] }
            let times = Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
            guard let lone = try await week.rows.filter({ times[$0[0]] == 1 }).min(by: { $0[0] < $1[0] }) else {
                throw Failure(message: "none is alone")
            }
            return lone
        }
    }

    /// The range cut into pieces of eight days, which one request each can answer.
    private static func ranges(_ from: String, _ to: String) throws -> [(String, String)] {
        let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
        let (first, last) = (try Date(from, strategy: style), try Date(to, strategy: style))
        return stride(from: first, through: last, by: 8 * 86_400).map {
            ($0.formatted(style), min(last, $0 + 7 * 86_400).formatted(style))
        }
    }
}

extension Program {
    /// The simulator on a free port, also where `../shared` is there: its days go on to today and beyond. Its first
    /// line is the base URL.
    public static func simulator(_ options: [String] = []) throws -> Started {
        try serve(["simulate", "--port", "0", "--limit", "1000000"] + options)
    }

    /// Runs `perigee` as a server until the returned value goes, or the test's process: it ends with its standard
    /// input.
    fileprivate static func serve(_ arguments: [String]) throws -> Started {
        let script = #"exec 3<&0; (cat <&3; kill $$) >/dev/null 2>&1 & exec "$@" </dev/null 3<&-"#
        return try Started(
            executable: "/bin/sh", arguments: ["-c", script, "serve", path] + arguments, folder: NSTemporaryDirectory(),
            environment: [:], isHeld: true)
    }
}
