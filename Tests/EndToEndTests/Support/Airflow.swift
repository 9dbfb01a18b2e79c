import Foundation
import PerigeeTesting

/// Real Airflow, as `deploy/airflow/install` puts it into a folder that all tests share.
struct Airflow: Sendable {
    /// The repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        .standardizedFileURL.path
    /// What a skipped test says.
    static let notice = "Airflow is not available here: it needs Python 3.10 to 3.12 and PyPI (deploy/airflow/install)"

    /// `airflow` itself.
    let program: String

    /// Airflow 3.3, and 2.10 for what has to work there too; nil where it is not available.
    static let current = Task { try await install("3.3") }
    static let older = Task { try await install("2.10") }

    private static func install(_ version: String) async throws -> Airflow? {
        let outcome = try await command("\(root)/deploy/airflow/install", [version], [:])
        if outcome.status == 77 { return nil }
        guard outcome.status == 0, let program = outcome.output.split(separator: "\n").last else {
            throw Failure(message: outcome.errors)
        }
        return Airflow(program: String(program))
    }

    /// Runs a program with the home folder of whoever runs the tests.
    static func command(_ executable: String, _ arguments: [String], _ environment: [String: String]) async throws
        -> Program.Outcome
    {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
        let process = try Started(
            executable: executable, arguments: arguments, folder: NSTemporaryDirectory(),
            environment: ["HOME": home].merging(environment) { $1 })
        return await process.outcome()
    }

    /// Runs `airflow`, its data in `home`.
    func run(_ arguments: [String], home: String, environment: [String: String] = [:]) async throws -> Program.Outcome {
        let fixed = [
            "AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": "\(Self.root)/dags",
            "PERIGEE_PROGRAM": Program.path, "PERIGEE_AIRFLOW_RETRY_DELAY": "1",
        ]
        return try await Self.command(program, arguments, fixed.merging(environment) { $1 })
    }

    /// Has `deploy/airflow/setup` make the database in `home`, with these settings.
    func setUp(home: String, _ settings: [String: String] = [:]) async throws {
        let outcome = try await Self.command(
            "\(Self.root)/deploy/airflow/setup", [program],
            ["AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"].merging(settings) { $1 })
        guard outcome.status == 0 else { throw Failure(message: "setup: \(outcome.output)\(outcome.errors)") }
    }

    /// The DAGs as this version reads them, each with its tasks in their order, and what could not be imported.
    func dags(home: String, environment: [String: String] = [:]) async throws -> (
        dags: [String: [String]], errors: [String]
    ) {
        let script = """
            import json, sys
            folder = "\(Self.root)/dags"
            sys.path.append(folder)
            try:
                from airflow.dag_processing.dagbag import DagBag
            except ImportError:
                from airflow.models.dagbag import DagBag
            bag = DagBag(folder)
            print(json.dumps({"dags": {i: [t.task_id for t in d.topological_sort()] for i, d in bag.dags.items()}, "errors": list(bag.import_errors.values())}))
            """
        let outcome = try await Self.command(
            program.replacingOccurrences(of: "/bin/airflow", with: "/bin/python"), ["-c", script],
            ["AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"].merging(environment) { $1 })
        struct Found: Decodable {
            var dags: [String: [String]]
            var errors: [String]
        }
        guard let line = outcome.output.split(separator: "\n").last,
            let found = try? JSONDecoder().decode(Found.self, from: Data(line.utf8))
        else {
            throw Failure(message: "\(outcome.output)\(outcome.errors)")
        }
        return (found.dags, found.errors)
    }
}

/// An Airflow with all its processes, started by `scripts/services`, asked through its REST API.
struct AirflowServer: Sendable {
    let url: String
    let environment: [String: String]
    private let token: String

    /// Whether `scripts/test` runs, which also stops what is started here.
    static let folder = ProcessInfo.processInfo.environment["PERIGEE_TEST_SERVICES"]

    /// Starts it, with these variables for `deploy/airflow/setup`.
    static func start(_ settings: [String: String], airflow: Airflow) async throws -> AirflowServer {
        let folder = folder ?? ""
        let started = try await Airflow.command(
            "\(Airflow.root)/scripts/services", ["start", "airflow", "--dir", folder], ["PERIGEE_BIN": Program.path])
        guard started.status == 0 else { throw Failure(message: "Airflow did not start: \(started.errors)") }
        let lines = try String(contentsOfFile: "\(folder)/airflow/environment", encoding: .utf8).split(separator: "\n")
        let environment = Dictionary(
            uniqueKeysWithValues: lines.compactMap { line in
                line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            })
        let home = environment["AIRFLOW_HOME"] ?? ""
        try await airflow.setUp(home: home, environment.merging(settings) { $1 })
        let url = "http://127.0.0.1:\(environment["AIRFLOW__API__PORT"] ?? "")"
        let password = try String(contentsOfFile: "\(folder)/airflow/admin-password", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        let (status, body) = try await Web.request(
            "POST", url + "/auth/token", headers: ["Content-Type": "application/json"],
            body: JSONSerialization.data(withJSONObject: ["username": "admin", "password": password]))
        guard status < 300,
            let token = (try JSONSerialization.jsonObject(with: body) as? [String: Any])?["access_token"] as? String
        else {
            throw Failure(message: "no token: \(status)")
        }
        return AirflowServer(url: url, environment: environment, token: token)
    }

    /// The answer to a request of the REST API.
    func ask(
        _ method: String = "GET", _ path: String, _ body: [String: Any]? = nil, accept: String = "application/json"
    ) async throws -> Answer {
        let (status, bytes) = try await Web.request(
            method, url + "/api/v2" + path,
            headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json", "Accept": accept],
            body: try body.map { try JSONSerialization.data(withJSONObject: $0) })
        guard status < 300, let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
            throw Failure(message: "\(method) \(path): \(status) \(String(decoding: bytes, as: UTF8.self).prefix(500))")
        }
        return Answer(object)
    }

    /// Waits until the DAGs are there and wakes one up.
    func unpause(_ dag: String) async throws {
        for _ in 0..<120 {
            if (try? await ask("PATCH", "/dags/\(dag)", ["is_paused": false])) != nil { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw Failure(message: "\(dag) did not appear")
    }

    /// Triggers a run and waits for its end: its state.
    func run(_ dag: String, _ id: String, _ conf: [String: Any]) async throws -> String {
        _ = try await ask("POST", "/dags/\(dag)/dagRuns", ["dag_run_id": id, "logical_date": NSNull(), "conf": conf])
        for _ in 0..<360 {
            let state: String = try await ask("GET", "/dags/\(dag)/dagRuns/\(id)")["state"]
            if ["success", "failed"].contains(state) { return state }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw Failure(message: "\(dag) \(id) did not end")
    }

    /// Gives an Airflow variable that is there another value.
    func set(_ variable: String, _ value: String) async throws {
        _ = try await ask("PATCH", "/variables/\(variable)", ["key": variable, "value": value])
    }

    /// How often each task of a run was tried; 0 for one that never began.
    func tries(_ dag: String, _ run: String) async throws -> [String: Int] {
        let instances = try await ask("GET", "/dags/\(dag)/dagRuns/\(run)/taskInstances").list("task_instances")
        return Dictionary(uniqueKeysWithValues: try instances.map { (try $0["task_id"], try $0["try_number"]) })
    }

    /// An XCom of a task.
    func value(_ dag: String, _ run: String, _ task: String, _ key: String = "return_value") async throws -> Answer {
        try await ask(
            "GET", "/dags/\(dag)/dagRuns/\(run)/taskInstances/\(task)/xcomEntries/\(key)?deserialize=true")
    }

    /// The lines of a task's log, of one of its tries, each with its level in front. An exception's text is a line, too.
    func log(_ dag: String, _ run: String, _ task: String, _ attempt: Int = 1) async throws -> String {
        let answer = try await ask(
            "GET", "/dags/\(dag)/dagRuns/\(run)/taskInstances/\(task)/logs/\(attempt)?full_content=true")
        return try answer.list("content").flatMap { line in
            let level = line.object["level"] as? String ?? ""
            let exceptions = line.object["error_detail"] as? [[String: Any]] ?? []
            let texts = [line.object["event"]] + exceptions.map { $0["exc_value"] }
            return texts.compactMap { $0 as? String }.map { "\(level): \($0)" }
        }.joined(separator: "\n")
    }
}
