import Foundation
import PerigeeTesting
import Testing

/// The DAGs on real Airflow.
@Suite(.serialized, .enabled("\(Airflow.notice)") { try await Airflow.current.value != nil })
struct AirflowTests {
    private static let tasks = ["create_table", "extract", "process", "audit", "load", "quality"]

    private func airflow() async throws -> Airflow { try #require(try await Airflow.current.value) }

    @Test("The four DAGs import without errors, their tasks in order, on Airflow 3.3 and 2.10")
    func imports() async throws {
        for airflow in [try await Airflow.current.value, try await Airflow.older.value].compactMap(\.self) {
            let home = try TemporaryFolder()
            let (dags, errors) = try await airflow.dags(home: home.path)
            #expect(errors == [])
            #expect(
                dags == [
                    "nasa_neo_pipeline": Self.tasks, "nasa_neo_dev": Self.tasks, "nasa_neo_verify": ["doctor"],
                    "nasa_neo_s3": ["wait", "process"],
                ])
        }
    }

    @Test(
        "`airflow dags test`: the pipeline publishes what `perigee run` does; twice the same dates leave the same hash",
        .enabled(if: Shared.isAvailable))
    func quick() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let expected = try await place.contentHash()
        let (airflow, home) = (try await airflow(), try TemporaryFolder())
        #expect(try await airflow.run(["db", "migrate"], home: home.path).status == 0)
        let environment = [
            "PERIGEE_API_URL": replay.baseURL, "PERIGEE_STORE": "sqlite:\(home("neo.sqlite"))",
            "PERIGEE_LANDING": home("landing"),
        ]
        let days = #"{"start_date": "2020-02-03", "end_date": "2020-02-10"}"#
        for _ in 0..<2 {
            let outcome = try await airflow.run(
                ["dags", "test", "nasa_neo_pipeline", "-c", days], home: home.path, environment: environment)
            #expect(outcome.status == 0, "\(outcome.output.suffix(3000))\(outcome.errors.suffix(3000))")
            let published = try Workplace(environment: ["PERIGEE_STORE": "sqlite:\(home("neo.sqlite"))"])
            #expect(try await published.contentHash() == expected)
        }
        #expect(try await replay.stats()["feed"] == 2)
        // A refused key ends the extract task, and with it the run.
        let refused = try await airflow.run(
            ["dags", "test", "nasa_neo_pipeline", "-c", #"{"start_date": "2020-03-03", "end_date": "2020-03-10"}"#],
            home: home.path,
            environment: environment.merging(["NASA_API_KEY": "INVALID"]) { $1 })
        #expect(refused.status == 1 && (refused.output + refused.errors).contains("No retry: access was refused."))
    }

    @Test("`airflow dags test`: the development DAG needs nothing but the program, also on Airflow 2.10")
    func development() async throws {
        for airflow in [try await Airflow.current.value, try await Airflow.older.value].compactMap(\.self) {
            let home = try TemporaryFolder()
            #expect(try await airflow.run(["db", "migrate"], home: home.path).status == 0)
            let outcome = try await airflow.run(
                ["dags", "test", "nasa_neo_dev", "-c", #"{"start_date": "2020-02-03", "end_date": "2020-02-10"}"#],
                home: home.path,
                environment: ["PERIGEE_DEV_FOLDER": home("dev")])
            #expect(outcome.status == 0, "\(outcome.output.suffix(3000))\(outcome.errors.suffix(3000))")
            let status = try await Program.run(
                ["status", "--json", "--store", "sqlite:\(home("dev/perigee.sqlite"))"], in: home.path
            ).json()
            #expect((status["summary"] as? [String: Any])?["origin"] as? String == "simulated")
        }
    }

    @Test(
        "A parameter that the DAG does not know ends the run before anything is done, and the failure callback is called; also on Airflow 2.10"
    )
    func unknownParameter() async throws {
        for airflow in [try await Airflow.current.value, try await Airflow.older.value].compactMap(\.self) {
            let home = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: home("config"), withIntermediateDirectories: true)
            let callback = """
                def note(context):
                    with open("\(home("noted"))", "a") as file:
                        print(context["ti"].task_id, context["exception"], file=file)
                """
            try callback.write(toFile: home("config/alerts.py"), atomically: true, encoding: .utf8)
            let environment = ["PERIGEE_DEV_FOLDER": home("dev"), "PERIGEE_AIRFLOW_ON_FAILURE": "alerts.note"]
            try await airflow.setUp(home: home.path)
            for (dag, task) in [("nasa_neo_dev", "create_table"), ("nasa_neo_s3", "wait")] {
                let outcome = try await airflow.run(
                    ["dags", "test", dag, "-c", #"{"end_dat": "2020-02-10"}"#], home: home.path,
                    environment: environment)
                #expect(outcome.status == 1)
                let noted = try String(contentsOfFile: home("noted"), encoding: .utf8).split(separator: "\n")
                let message = "\(task) \(dag) has no parameter 'end_dat'"
                #expect(noted.last?.hasPrefix(message) == true, "\(noted) \(outcome.output.suffix(3000))")
                if dag == "nasa_neo_dev" {
                    #expect(noted.count == 1 && noted[0].contains("did you mean 'end_date'?"), "\(noted)")
                }
            }
            #expect(!FileManager.default.fileExists(atPath: home("dev")))
            // A callback that is not there is found when the DAGs are read, not when it is needed.
            let wrong = ["PYTHONPATH": home("config"), "PERIGEE_AIRFLOW_ON_FAILURE": "alerts.nobody"]
            let (dags, errors) = try await airflow.dags(home: home.path, environment: wrong)
            #expect(dags.isEmpty && errors.count == 4)
            #expect(errors.allSatisfy { $0.contains("PERIGEE_AIRFLOW_ON_FAILURE is 'alerts.nobody'") }, "\(errors)")
        }
    }

    @Test("`airflow dags test`: what the doctor found is text, and a store that no other task would find is refused")
    func doctor() async throws {
        let (airflow, home) = (try await airflow(), try TemporaryFolder())
        try await airflow.setUp(home: home.path)
        func look(_ settings: [String: String]) async throws -> (status: Int32, text: String) {
            let outcome = try await airflow.run(
                ["dags", "test", "nasa_neo_verify"], home: home.path, environment: settings)
            return (outcome.status, outcome.output + outcome.errors)
        }
        let nowhere = try await look([:])
        #expect(nowhere.status == 1 && nowhere.text.contains("PERIGEE_STORE is not set"), "\(nowhere)")
        let away = try await look([
            "PERIGEE_STORE": "sqlite:\(home("neo.sqlite"))", "PERIGEE_LANDING": home("landing"),
            "PERIGEE_API_URL": "http://127.0.0.1:1/neo/rest/v1", "PERIGEE_ATTEMPTS": "1",
        ])
        #expect(
            away.status == 1 && away.text.contains(/error.*failed +api +.*no usable answer.*next: check/), "\(away)")
        #expect(away.text.contains(/info.*ok +store +/) && !away.text.contains("perigee.doctor/1\""), "\(away)")
    }

    @Test("deploy/airflow/setup names AWS variables that can't be used, and changes nothing then")
    func setupRefusals() async throws {
        let (airflow, home) = (try await airflow(), try TemporaryFolder())
        try "[default]\nrole_arn = arn:aws:iam::1:role/x\n"
            .write(toFile: home("aws"), atomically: true, encoding: .utf8)
        let cases: [([String: String], String)] = [
            (["AWS_ACCESS_KEY_ID": "AKIAHALF"], "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together"),
            (["AWS_PROFILE": "nobody", "AWS_SHARED_CREDENTIALS_FILE": home("aws")], "there is no profile nobody"),
            (["AWS_CONFIG_FILE": home("aws")], "the profile default has role_arn"),
            (["NASA_API_KEY_FILE": home("nothing")], "NASA_API_KEY_FILE names \(home("nothing"))"),
        ]
        for (settings, words) in cases {
            let outcome = try await Airflow.command(
                "\(Airflow.root)/deploy/airflow/setup", [airflow.program],
                ["AIRFLOW_HOME": home.path, "HOME": home.path].merging(settings) { $1 })
            #expect(outcome.status == 64 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(try home.files() == ["aws"])
    }

    @Test(
        "`airflow dags test`: a raw object that is put into S3 is waited for and published, with what setup has made alone",
        .enabled(if: Shared.isAvailable && !TestS3.all.isEmpty, "\(TestS3.notice)"))
    func raw() async throws {
        let s3 = try #require(TestS3.all.first)
        let (replay, airflow, home) = (try await Replay(), try await airflow(), try TemporaryFolder())
        try await replay.feed("2020-02-03", "2020-02-10").write(to: URL(fileURLWithPath: home("body.json")))
        let prefix = s3.newPrefix()
        let key = prefix.replacingOccurrences(of: "s3://\(s3.bucket)/", with: "") + "/body.json"
        let settings = ["PERIGEE_STORE": "sqlite:\(home("neo.sqlite"))", "PERIGEE_LANDING": "\(prefix)/landing"]
        try await airflow.setUp(home: home.path, s3.environment().merging(settings) { $1 })
        let process = Task {
            try await airflow.run(
                ["dags", "test", "nasa_neo_s3", "-c", #"{"raw": "\#(prefix)/body.json"}"#], home: home.path,
                environment: ["PERIGEE_AIRFLOW_POKE_INTERVAL": "1"])
        }
        // Long enough for the sensor to have looked in vain.
        try await Task.sleep(for: .seconds(8))
        _ = try await s3.boto3(
            #"s3.upload_file(sys.argv[1], sys.argv[2], sys.argv[3])"#, home("body.json"), s3.bucket, key)
        let outcome = try await process.value
        #expect(outcome.status == 0, "\(outcome.output.suffix(4000))\(outcome.errors.suffix(2000))")
        let status = try await Program.run(
            ["status", "--json", "--store", "sqlite:\(home("neo.sqlite"))"], in: home.path
        ).json()
        #expect((status["summary"] as? [String: Any])?["approaches"] as? Int == 135)
        for secret in try s3.secrets().dropFirst() { #expect(!(outcome.output + outcome.errors).contains(secret)) }
    }
}

/// The same with every process of a real installation: PostgreSQL metadata, LocalExecutor, the REST API; the store is
/// on a server.
@Suite(
    .serialized, .enabled("\(Airflow.notice)") { try await Airflow.current.value != nil },
    .enabled(
        if: Shared.isAvailable && AirflowServer.folder != nil && TestServer.all.contains { $0.name != "postgres" },
        "\(TestServer.notice)"))
struct AirflowServerTests {
    @Test(
        "Triggered by REST the pipeline publishes; a fault is retried and heals; logs show the stage's own lines; twice leaves the same hash"
    )
    func pipeline() async throws {
        let airflow = try #require(try await Airflow.current.value)
        let server = try #require(
            TestServer.all.first { $0.name == "mariadb" } ?? TestServer.all.first { $0.name == "mysql" })
        let (store, credentials) = try await server.makeDatabase()
        let replay = try await Replay()
        // The first answer for these days fails, and the program is told to give up at once: the retry is Airflow's. (A
        // DAG that is woken up starts a run for the days of its own schedule besides.)
        let faulty = try await Proxy(
            to: replay.baseURL,
            edit: """
                if "2020-02-03" in path and not STATE.setdefault("failed", False):
                    STATE["failed"] = True
                    return 503, headers, b""
                return status, headers, body
                """)
        let landing = try TemporaryFolder()
        let secret = try String(contentsOfFile: server.passwordFile, encoding: .utf8).trimmingCharacters(in: .newlines)
        let key = "KEYOFTHEAIRFLOWTEST12345"
        let cluster = SparkCluster.shared
        var settings = [
            "PERIGEE_STORE": store, "PERIGEE_LANDING": landing.path, "PERIGEE_API_URL": faulty.baseURL,
            "PERIGEE_ATTEMPTS": "1", "NASA_API_KEY": key,
        ].merging(credentials) { $1 }
        if let cluster {
            settings.merge(["PERIGEE_SPARK": cluster.url, "PERIGEE_SPARK_TOKEN_FILE": cluster.tokenFile]) { $1 }
        }
        let rest = try await AirflowServer.start(settings, airflow: airflow)
        try await rest.unpause("nasa_neo_pipeline")
        #expect(try await rest.ask("GET", "/importErrors")["total_entries"] == 0)
        let days: [String: Any] = ["start_date": "2020-02-03", "end_date": "2020-02-10"]

        #expect(try await rest.run("nasa_neo_pipeline", "first", days) == "success")
        let tries = try await rest.tries("nasa_neo_pipeline", "first")
        #expect(tries == ["create_table": 1, "extract": 2, "process": 1, "audit": 1, "load": 1, "quality": 1])
        let failed = try await rest.log("nasa_neo_pipeline", "first", "extract", 1)
        #expect(failed.contains(/error: perigee: error: .*no usable answer after 1 attempt/), "\(failed)")
        #expect(failed.contains("error:   next: ") && failed.contains("error: perigee extract ended with exit code 69"))
        let healed = try await rest.log("nasa_neo_pipeline", "first", "extract", 2)
        #expect(healed.contains(/info: .*extract done/) && healed.contains(/info: requests: .*1 sent/), "\(healed)")
        #expect(try await rest.log("nasa_neo_pipeline", "first", "load").contains(/info: .*Published\./))
        let result = try await rest.value("nasa_neo_pipeline", "first", "load")
        #expect(try result["value.rows.inserted"] == 135, "\(result.object)")
        let rows = try await rest.value("nasa_neo_pipeline", "first", "load", "rows")
        #expect(try rows["value.inserted"] == 135, "\(rows.object)")

        let place = try Workplace(environment: credentials.merging(["PERIGEE_STORE": store]) { $1 })
        let hash = try await place.contentHash()
        #expect(try await rest.run("nasa_neo_pipeline", "second", days) == "success")
        #expect(try await place.contentHash() == hash)
        let direct = try Workplace(service: replay.baseURL)
        _ = try await direct.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try await direct.contentHash() == hash)

        // A warning of Perigee's is one of Airflow's.
        let manifest = landing("nasa_neo_raw_2020-02-10.manifest.json")
        try "{".write(toFile: manifest, atomically: true, encoding: .utf8)
        #expect(try await rest.run("nasa_neo_pipeline", "again", days.merging(["refresh": true]) { $1 }) == "success")
        let warned = try await rest.log("nasa_neo_pipeline", "again", "extract")
        #expect(warned.contains(/warning: .*A manifest can't be read, asking again\./), "\(warned)")

        // The days after, transformed by the cluster's executors, which write them into the server's staging table.
        if let cluster {
            let more = ["start_date": "2020-02-11", "end_date": "2020-02-17", "engine": "spark"]
            #expect(try await rest.run("nasa_neo_pipeline", "cluster", more) == "success")
            let log = try await rest.log("nasa_neo_pipeline", "cluster", "process")
            #expect(log.contains("Spark began.") && log.contains(cluster.ui), "\(log)")
            _ = try await direct.json("run", "--from", "2020-02-11", "--to", "2020-02-17")
            let both = try await direct.contentHash()
            #expect(try await place.contentHash() == both && both != hash)
            #expect(try await rest.run("nasa_neo_pipeline", "cluster-again", more) == "success")
            #expect(try await place.contentHash() == both)
        }

        // The doctor's DAG, and the asset that the load has told of.
        try await rest.unpause("nasa_neo_verify")
        #expect(try await rest.run("nasa_neo_verify", "look", [:]) == "success")
        let look = try await rest.log("nasa_neo_verify", "look", "doctor")
        #expect(look.contains(/info: ok +store +/) && !look.contains("perigee.doctor/1"), "\(look)")
        let events = try await rest.ask("GET", "/assets/events").list("asset_events")
        let first = try #require(events.first { $0.object["source_run_id"] as? String == "first" })
        #expect(try first["extra.rows.inserted"] == 135 && first["extra.from"] == "2020-02-03", "\(first.object)")
        #expect(try first["extra.windows.published"] == 1 && first["extra.requests.sent"] == 0, "\(first.object)")

        // Neither secret is in a log, nor in what Airflow keeps of a task's rendered values, nor in its result.
        for task in ["extract", "load"] {
            let instance = try await rest.ask("GET", "/dags/nasa_neo_pipeline/dagRuns/first/taskInstances/\(task)")
            let text =
                "\(instance.object) \(try await rest.value("nasa_neo_pipeline", "first", task).object)"
                + (try await rest.log("nasa_neo_pipeline", "first", task))
            #expect(text.contains("--from") && text.contains("2020-02-03"))
            #expect(!text.contains(secret) && !text.contains(key))
        }
    }

    @Test("What no retry heals ends after one try: a wrong password, a parameter that is misspelled, no program")
    func hopeless() async throws {
        let airflow = try #require(try await Airflow.current.value)
        let server = try #require(
            TestServer.all.first { $0.name == "mariadb" } ?? TestServer.all.first { $0.name == "mysql" })
        let (store, credentials) = try await server.makeDatabase()
        let (replay, landing) = (try await Replay(), try TemporaryFolder())
        let settings = [
            "PERIGEE_STORE": store, "PERIGEE_LANDING": landing.path, "PERIGEE_API_URL": replay.baseURL,
            "NASA_API_KEY": "KEYOFTHEAIRFLOWTEST12345",
        ]
        let days = ["start_date": "2020-02-03", "end_date": "2020-02-10"]
        let once = ["create_table": 1, "extract": 0, "process": 0, "audit": 0, "load": 0, "quality": 0]

        let password = ["PERIGEE_STORE_PASSWORD": "not-the-password"]
        let rest = try await AirflowServer.start(settings.merging(password) { $1 }, airflow: airflow)
        try await rest.unpause("nasa_neo_pipeline")
        #expect(try await rest.run("nasa_neo_pipeline", "password", days) == "failed")
        #expect(try await rest.tries("nasa_neo_pipeline", "password") == once)
        let refused = try await rest.log("nasa_neo_pipeline", "password", "create_table")
        #expect(refused.contains(/error: perigee: error: .*refused access/), "\(refused)")
        #expect(refused.contains(/ended with exit code 77.*No retry: access was refused/), "\(refused)")
        #expect(!refused.contains("not-the-password"))

        _ = try await AirflowServer.start(settings.merging(credentials) { $1 }, airflow: airflow)
        #expect(try await rest.run("nasa_neo_pipeline", "misspelled", ["start": "2020-02-03"]) == "failed")
        #expect(try await rest.tries("nasa_neo_pipeline", "misspelled") == once)
        let unknown = try await rest.log("nasa_neo_pipeline", "misspelled", "create_table")
        #expect(unknown.contains("has no parameter 'start' (did you mean 'start_date'?)"), "\(unknown)")

        try await rest.set("perigee_program", landing("perigee"))
        #expect(try await rest.run("nasa_neo_pipeline", "lost", days) == "failed")
        #expect(try await rest.tries("nasa_neo_pipeline", "lost") == once)
        let lost = try await rest.log("nasa_neo_pipeline", "lost", "create_table")
        #expect(lost.contains("can't start \(landing("perigee"))") && lost.contains("perigee_program"), "\(lost)")
        try await rest.set("perigee_program", Program.path)
        #expect(try await rest.run("nasa_neo_pipeline", "mended", days) == "success")
    }

    @Test(
        "A raw object in S3 is published by a worker that knows of S3 by setup alone",
        .enabled(if: !TestS3.all.isEmpty, "\(TestS3.notice)"))
    func object() async throws {
        let airflow = try #require(try await Airflow.current.value)
        let s3 = try #require(TestS3.all.first)
        let (replay, home, prefix) = (try await Replay(), try TemporaryFolder(), s3.newPrefix())
        try await replay.feed("2020-02-03", "2020-02-10").write(to: URL(fileURLWithPath: home("body.json")))
        let key = prefix.replacingOccurrences(of: "s3://\(s3.bucket)/", with: "") + "/body.json"
        _ = try await s3.boto3(
            #"s3.upload_file(sys.argv[1], sys.argv[2], sys.argv[3])"#, home("body.json"), s3.bucket, key)
        let settings = ["PERIGEE_STORE": "sqlite:\(home("neo.sqlite"))", "PERIGEE_LANDING": "\(prefix)/landing"]
        let rest = try await AirflowServer.start(s3.environment().merging(settings) { $1 }, airflow: airflow)
        try await rest.unpause("nasa_neo_s3")
        #expect(try await rest.run("nasa_neo_s3", "object", ["raw": "\(prefix)/body.json"]) == "success")
        #expect(try await rest.value("nasa_neo_s3", "object", "process", "rows")["value.inserted"] == 135)
        let events = try await rest.ask("GET", "/assets/events").list("asset_events")
        let event = try #require(events.first { $0.object["source_run_id"] as? String == "object" })
        #expect(try event["extra.rows.inserted"] == 135, "\(event.object)")
        for task in ["wait", "process"] {
            let instance = try await rest.ask("GET", "/dags/nasa_neo_s3/dagRuns/object/taskInstances/\(task)")
            let text = "\(instance.object)" + (try await rest.log("nasa_neo_s3", "object", task))
            for secret in try s3.secrets().dropFirst() { #expect(!text.contains(secret)) }
        }
    }
}
