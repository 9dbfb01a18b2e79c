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
            #expect(
                try await place.json("status", "--store", "sqlite:\(home("neo.sqlite"))")["content_hash"] == expected)
        }
        #expect(try await replay.stats()["feed"] == 2)
        // A refused key ends the extract task, and with it the run.
        let refused = try await airflow.run(
            ["dags", "test", "nasa_neo_pipeline", "-c", #"{"start_date": "2020-03-03", "end_date": "2020-03-10"}"#],
            home: home.path,
            environment: environment.merging(["NASA_API_KEY": "INVALID", "PERIGEE_AIRFLOW_RETRIES": "0"]) { $1 })
        #expect(refused.status == 1)
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
        "`airflow dags test`: a raw object that is put into S3 is waited for and published",
        .enabled(if: Shared.isAvailable && !TestS3.all.isEmpty, "\(TestS3.notice)"))
    func raw() async throws {
        let s3 = try #require(TestS3.all.first)
        let (replay, airflow, home) = (try await Replay(), try await airflow(), try TemporaryFolder())
        try await replay.feed("2020-02-03", "2020-02-10").write(to: URL(fileURLWithPath: home("body.json")))
        let prefix = s3.newPrefix()
        let key = prefix.replacingOccurrences(of: "s3://\(s3.bucket)/", with: "") + "/body.json"
        #expect(try await airflow.run(["db", "migrate"], home: home.path).status == 0)
        let process = Task {
            try await airflow.run(
                ["dags", "test", "nasa_neo_s3", "-c", #"{"raw": "\#(prefix)/body.json"}"#], home: home.path,
                environment: s3.environment().merging([
                    "AWS_ENDPOINT_URL": s3.endpoint, "PERIGEE_STORE": "sqlite:\(home("neo.sqlite"))",
                    "PERIGEE_LANDING": home("landing"),
                    "PERIGEE_AIRFLOW_POKE_INTERVAL": "1",
                ]) { $1 })
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
        let days = ["start_date": "2020-02-03", "end_date": "2020-02-10"]

        #expect(try await rest.run("nasa_neo_pipeline", "first", days) == "success")
        let instances = try await rest.ask("GET", "/dags/nasa_neo_pipeline/dagRuns/first/taskInstances").list(
            "task_instances")
        let tries = Dictionary(
            uniqueKeysWithValues: try instances.map { (try $0["task_id"] as String, try $0["try_number"] as Int) })
        #expect(tries == ["create_table": 1, "extract": 2, "process": 1, "audit": 1, "load": 1, "quality": 1])
        let failed = try await rest.log("nasa_neo_pipeline", "first", "extract", 1)
        #expect(failed.contains("no usable answer after 1 attempt"), "\(failed)")
        #expect(try await rest.log("nasa_neo_pipeline", "first", "extract", 2).contains("extract done"))
        #expect(try await rest.log("nasa_neo_pipeline", "first", "load", 1).contains("Published."))
        let result = try await rest.ask(
            "GET", "/dags/nasa_neo_pipeline/dagRuns/first/taskInstances/load/xcomEntries/return_value?deserialize=true")
        #expect(try result["value.rows.inserted"] == 135, "\(result.object)")

        let place = try Workplace(environment: credentials.merging(["PERIGEE_STORE": store]) { $1 })
        let hash = try await place.contentHash()
        #expect(try await rest.run("nasa_neo_pipeline", "second", days) == "success")
        #expect(try await place.contentHash() == hash)
        let direct = try Workplace(service: replay.baseURL)
        _ = try await direct.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try await direct.contentHash() == hash)

        // The days after, transformed by the cluster's executors, which write them into the server's staging table.
        if let cluster {
            let more = ["start_date": "2020-02-11", "end_date": "2020-02-17", "engine": "spark"]
            #expect(try await rest.run("nasa_neo_pipeline", "cluster", more) == "success")
            let log = try await rest.log("nasa_neo_pipeline", "cluster", "process", 1)
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
        #expect(try await rest.ask("GET", "/assets/events").list("asset_events").count >= 2)

        // Neither secret is in a log, nor in what Airflow keeps of a task's rendered values.
        for task in ["extract", "load"] {
            let instance = try await rest.ask("GET", "/dags/nasa_neo_pipeline/dagRuns/first/taskInstances/\(task)")
            let text = "\(instance.object)" + (try await rest.log("nasa_neo_pipeline", "first", task, 1))
            #expect(text.contains("PERIGEE_STORE") && !text.contains(secret) && !text.contains(key))
        }
    }
}
