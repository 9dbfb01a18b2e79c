import Foundation

/// The private Spark cluster that `scripts/test` has started (`scripts/services start spark`): two workers, and a
/// Connect server that asks for a token and ends each stream after a second.
public struct SparkCluster: Sendable {
    /// `sc://HOST:PORT`.
    public let url: String
    /// File with the token.
    public let tokenFile: String
    /// Base URLs of the application's UI and the master's.
    public let ui: String
    /// The master's UI.
    public let masterUI: String
    /// Its folder: logs, event logs (`events`), process ids (`pids`).
    public let folder: String

    /// A cluster from its parts.
    public init(url: String, tokenFile: String, ui: String, masterUI: String, folder: String) {
        self.url = url
        self.tokenFile = tokenFile
        self.ui = ui
        self.masterUI = masterUI
        self.folder = folder
    }

    /// The cluster, where there is one.
    public static let shared: SparkCluster? = {
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) -> String? { environment["PERIGEE_TEST_SPARK_\(name)"] }
        guard let url = variable("URL"), let token = variable("TOKEN_FILE"), let ui = variable("UI"),
            let master = variable("MASTER_UI"),
            let folder = variable("FOLDER")
        else { return nil }
        return SparkCluster(url: url, tokenFile: token, ui: ui, masterUI: master, folder: folder)
    }()

    /// What a skipped test says.
    public static let notice = "no Spark cluster was started: run the tests with scripts/test"

    /// The token.
    public func token() throws -> String {
        try String(contentsOfFile: tokenFile, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// The process that has this name in `pids`: `connect`, `worker-1`, ...
    public func process(_ name: String) throws -> Int32 {
        guard let text = try? String(contentsOfFile: "\(folder)/pids/\(name)", encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .newlines))
        else {
            throw Failure(message: "Spark has no process \(name)")
        }
        return pid
    }

    /// The processes below one, the executors of a worker.
    public static func children(of pid: Int32) -> [Int32] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        let others = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        let all = others.reduce(into: Set(text.split(separator: " ").compactMap { Int32($0) })) { found, thread in
            let more = (try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)) ?? ""
            found.formUnion(more.split(separator: " ").compactMap { Int32($0) })
        }
        return all.sorted()
    }

    /// How many of the application's SQL executions are in this state and mention a text in their plan.
    public func jobs(_ state: String, whoseText text: String) async throws -> Int {
        let applications =
            try JSONSerialization.jsonObject(with: try await Web.get("\(ui)/api/v1/applications").body)
            as? [[String: Any]]
        guard let id = applications?.first?["id"] as? String else { return 0 }
        let answer = try await Web.get("\(ui)/api/v1/applications/\(id)/sql?details=false&length=1000")
        let all = try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
        return all.count { ($0["status"] as? String)?.lowercased() == state && "\($0)".contains(text) }
    }

    /// Tasks that run now, on all executors.
    public func activeTasks() async throws -> Int {
        try await executorList().reduce(0) { $0 + (($1["activeTasks"] as? Int) ?? 0) }
    }

    /// Executors alive, the driver not counted.
    public func executors() async throws -> Int {
        try await executorList().count { ($0["id"] as? String) != "driver" && ($0["isActive"] as? Bool) == true }
    }

    private func executorList() async throws -> [[String: Any]] {
        let applications =
            try JSONSerialization.jsonObject(with: try await Web.get("\(ui)/api/v1/applications").body)
            as? [[String: Any]]
        guard let id = applications?.first?["id"] as? String else { return [] }
        return try JSONSerialization.jsonObject(
            with: try await Web.get("\(ui)/api/v1/applications/\(id)/executors").body) as? [[String: Any]] ?? []
    }
}
