import Foundation
import GRDB
import PerigeeTesting
import Testing

/// `--engine spark` on the private cluster, seen through `perigee` alone.
@Suite(.serialized, .enabled(if: SparkCluster.shared != nil, "\(SparkCluster.notice)"))
struct SparkTests {
    /// Where rows go: a file, or an empty database of a server.
    static let stores: [TestServer?] = [nil] + TestServer.all

    static func environment(_ cluster: SparkCluster) -> [String: String] {
        [
            "PERIGEE_ENGINE": "spark", "PERIGEE_SPARK": cluster.url, "PERIGEE_SPARK_TOKEN_FILE": cluster.tokenFile,
            // The workers are on this machine.
            "PERIGEE_SPARK_PROGRAM": Program.path,
        ]
    }

    static func place(_ server: TestServer?, _ service: String, _ cluster: SparkCluster) async throws -> Workplace {
        guard let server else { return try Workplace(service: service, environment: environment(cluster)) }
        let (url, more) = try await server.makeDatabase()
        return try Workplace(
            service: service,
            environment: environment(cluster).merging(more) { $1 }.merging(["PERIGEE_STORE": url]) { $1 })
    }

    @Test(
        "A year through the cluster is the embedded engine's, and its password is nowhere to be seen", arguments: stores
    )
    func year(server: TestServer?) async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try await Self.place(server, replay.baseURL, cluster)
        let report = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(try report["rows.inserted"] == (try await Replay.year.count))
        #expect(try report["requests.sent"] == 46)
        #expect(try report["windows.published"] == 46)
        #expect(try await place.contentHash() == (try await UndisturbedYear.shared.contentHash))
        #expect(try await place.json("status", "--hash")["last_run.engine"] == "spark")
        let landing = place.folder(Workplace.landing)
        let files = try FileManager.default.contentsOfDirectory(atPath: landing)
        #expect(
            files.count { $0.hasPrefix("nasa_neo_processed_") && $0.hasSuffix(".csv") } == 46
                && !files.contains { $0.hasSuffix(".tmp") })
        let embedded = try Workplace(service: replay.baseURL)
        _ = try await embedded.json("run", "--from", "2020-02-02", "--to", "2020-02-09")
        let processed = "\(Workplace.landing)/nasa_neo_processed_2020-02-09.csv"
        #expect(try place.bytes(processed) == (try embedded.bytes(processed)))
        let again = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(try again["windows.skipped"] == 46)
        if let server {
            try await Self.expectUnseen(try String(contentsOfFile: server.passwordFile, encoding: .utf8), cluster)
        }
    }

    /// Neither in the application's pages nor in its event log.
    static func expectUnseen(_ password: String, _ cluster: SparkCluster) async throws {
        let secret = password.trimmingCharacters(in: .newlines)
        for page in ["connect/", "SQL/", "environment/", "jobs/", "api/v1/applications"] {
            let body = String(decoding: try await Web.get("\(cluster.ui)/\(page)").body, as: UTF8.self)
            #expect(!body.isEmpty && !body.contains(secret), "\(page)")
        }
        let applications =
            try JSONSerialization.jsonObject(with: try await Web.get("\(cluster.ui)/api/v1/applications").body)
            as? [[String: Any]]
        let id = try #require(applications?.first?["id"] as? String)
        let plans = String(
            decoding: try await Web.get(
                "\(cluster.ui)/api/v1/applications/\(id)/sql?details=true&planDescription=true&length=5000"
            ).body, as: UTF8.self)
        #expect(plans.contains("perigee' executor") && !plans.contains(secret))
        var (seen, saysPlans) = (0, false)
        let walk = FileManager.default.enumerator(atPath: cluster.folder + "/events")
        while let name = walk?.nextObject() as? String {
            guard let log = FileManager.default.contents(atPath: "\(cluster.folder)/events/\(name)"), !log.isEmpty
            else { continue }
            seen += log.count
            // The log can be read: what is not in it is not only packed away.
            if log.range(of: Data("perigee' executor".utf8)) != nil { saysPlans = true }
            #expect(log.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
        #expect(seen > 100_000 && saysPlans)
    }

    @Test("Records that break rules are healed by a second look, as with the embedded engine")
    func quarantine() async throws {
        let cluster = try #require(SparkCluster.shared)
        // The third of the three windows is spoilt, and the second look at it is not.
        let replay = try await Replay(faults: ["badrecord@3"])
        let place = try await Self.place(nil, replay.baseURL, cluster)
        let report = try await place.json("backfill", "--from", "2020-02-01", "--to", "2020-02-24")
        #expect(try report["status"] == "succeeded")
        #expect(try report["requests.sent"] == 4)
        #expect(try await place.json("status", "--hash")["summary.open_quarantine"] == 0)
        let embedded = try Workplace(service: replay.baseURL)
        _ = try await embedded.json("backfill", "--from", "2020-02-01", "--to", "2020-02-24")
        #expect(try await place.contentHash() == (try await embedded.contentHash()))
    }

    @Test("What is wrong with the cluster's address is said, with its code and without the token")
    func wrongAddresses() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(
            service: replay.baseURL, environment: ["PERIGEE_ENGINE": "spark", "PERIGEE_SPARK": cluster.url])
        let refused = try await place.perigee(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", environment: ["PERIGEE_SPARK_TOKEN": "wrongword"])
        #expect(refused.status == 77 && !refused.errors.contains("wrongword") && refused.errors.contains("token"))
        let nobody = try await place.perigee(
            "run", "--from", "2020-02-03", "--to", "2020-02-10", "--spark", "sc://127.0.0.1:1")
        #expect(nobody.status == 69 && nobody.errors.contains("sc://127.0.0.1:1"))
        let exposed = try await place.perigee("run", "--spark", "\(cluster.url)/;token=wrongword")
        #expect(
            exposed.status == 64 && !exposed.errors.contains("wrongword")
                && exposed.errors.contains("PERIGEE_SPARK_TOKEN"))
        #expect(!FileManager.default.fileExists(atPath: place.folder(Workplace.store)))
    }

    /// A file system of the program's own stands where the executors see an empty folder.
    @Test(
        "A landing folder that the executors don't see is said to be that, and nothing is published",
        .enabled(if: getuid() == 0, "mounting needs root"))
    func unseen() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        let landing = place.folder("unseen")
        try FileManager.default.createDirectory(atPath: landing, withIntermediateDirectories: true)
        let mount = [
            "-m", "sh", "-ec", #"mount -t tmpfs none "$0"; touch "$0/other"; exec "$@""#, landing, Program.path,
        ]
        func alone(_ arguments: String...) async throws -> Program.Outcome {
            let all = mount + arguments + ["--store", "sqlite:\(place.folder("seen.sqlite"))", "--landing", landing]
            return await
                (try Started(
                    executable: "/usr/bin/unshare", arguments: all, folder: place.folder.path,
                    environment: Self.environment(cluster).merging(["PERIGEE_API_URL": replay.baseURL]) { $1 }))
                .outcome()
        }
        let outcome = try await alone("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(
            outcome.status == 74 && outcome.errors.contains("executors can't read the landed bodies"),
            "\(outcome.errors)")
        #expect(outcome.errors.contains("mount the landing folder at the same path"))
        let doctor = try await alone("doctor")
        #expect(doctor.status == 74 && doctor.output.contains("failed  executors"), "\(doctor.output)")
        let status = try await place.json("status", "--hash", "--store", "sqlite:\(place.folder("seen.sqlite"))")
        #expect(try status["summary.approaches"] == 0)
    }

    @Test("How far the cluster was is in the run's log")
    func progress() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        let run: Int = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-03-31")["run"]
        let log = try await place.perigee("logs", "\(run)").output
        #expect(log.contains("Spark began. ui=\(cluster.ui)"), "\(log)")
        let last = try #require(log.split(separator: "\n").last { $0.contains("Spark progress.") })
        let numbers = last.split(separator: " ").reduce(into: [String: Int]()) { found, word in
            let parts = word.split(separator: "=")
            if parts.count == 2 { found[String(parts[0])] = Int(parts[1]) }
        }
        let (done, all) = (try #require(numbers["tasks_done"]), try #require(numbers["tasks"]))
        #expect(done > 0 && done == all, "\(last)")
    }

    @Test("The doctor looks at the cluster")
    func doctor() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        let outcome = try await place.perigee("doctor")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("Spark 4.3.0, UI at \(cluster.ui)"), "\(outcome.output)")
        #expect(outcome.output.contains("ran on 2 executors, which see "), "\(outcome.output)")
        let master = try await place.perigee("doctor", environment: ["PERIGEE_SPARK_MASTER_UI": cluster.masterUI])
        #expect(master.status == 0 && master.output.contains("2 workers alive, "), "\(master.output)")
        let none = try await place.perigee("doctor", environment: ["PERIGEE_SPARK_MASTER_UI": "http://127.0.0.1:1"])
        #expect(none.status == 69 && none.output.contains("failed  workers"), "\(none.output)")
    }

    @Test("A program that no worker has installed is sent to the cluster")
    func sent() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(
            service: replay.baseURL,
            environment: Self.environment(cluster).merging(["PERIGEE_SPARK_PROGRAM": ""]) { $1 })
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let embedded = try Workplace(service: replay.baseURL)
        _ = try await embedded.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(try await place.contentHash() == (try await embedded.contentHash()))
    }

    @Test("A program that the workers do not have where it is said to be stops the run, and says where it looked")
    func absent() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(
            service: replay.baseURL,
            environment: Self.environment(cluster).merging(["PERIGEE_SPARK_PROGRAM": "/nowhere/perigee"]) { $1 })
        let outcome = try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(outcome.status == 69 && outcome.errors.contains("can't start /nowhere/perigee"), "\(outcome.errors)")
        #expect(outcome.errors.contains("PERIGEE_SPARK_PROGRAM"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.folder(Workplace.store)))
    }

    @Test("Bodies in S3 are read by the executors, and no page or log of Spark's has the key", arguments: TestS3.all)
    func bucket(service: TestS3) async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let environment = Self.environment(cluster).merging(service.environment()) { $1 }.merging([
            "PERIGEE_LANDING": service.newPrefix()
        ]) { $1 }
        let place = try Workplace(service: replay.baseURL, environment: environment)
        let report = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(try report["windows.published"] == 46)
        #expect(try await place.contentHash() == (try await UndisturbedYear.shared.contentHash))
        for secret in try service.secrets() { try await Self.expectUnseen(secret, cluster) }
    }

    @Test("A body that was changed after it was landed is an error, and nothing of it is published")
    func changed() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        #expect(try await place.perigee("extract", "--from", "2020-02-01", "--to", "2020-02-24").status == 0)
        let file = "\(Workplace.landing)/nasa_neo_raw_2020-02-16.json"
        var bytes = try place.bytes(file)
        let digit = try #require(bytes.lastIndex(of: UInt8(ascii: "7")))
        bytes[digit] = UInt8(ascii: "8")
        try Data(bytes).write(to: URL(fileURLWithPath: place.folder(file)))
        let outcome = try await place.perigee("backfill", "--from", "2020-02-01", "--to", "2020-02-24")
        #expect(
            outcome.status == 65 && outcome.errors.contains("nasa_neo_raw_2020-02-16.json"),
            "\(outcome.status) \(outcome.errors)")
        #expect(
            try place.count(
                "SELECT COUNT(*) FROM nasa_neo_data WHERE observation_date BETWEEN '2020-02-09' AND '2020-02-16'") == 0)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE observation_date > '2020-02-16'") > 50)
    }

    @Test("A landed body that is lost is its own batch's failure, as with the embedded engine")
    func lost() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        #expect(try await place.perigee("extract", "--from", "2020-02-01", "--to", "2020-02-24").status == 0)
        try FileManager.default.removeItem(atPath: place.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-16.json"))
        let outcome = try await place.perigee("backfill", "--from", "2020-02-01", "--to", "2020-02-24")
        #expect(
            outcome.status == 65 && outcome.errors.contains("nasa_neo_raw_2020-02-16.json"),
            "\(outcome.status) \(outcome.errors)")
        #expect(!outcome.errors.contains("executors can't read"), "\(outcome.errors)")
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE observation_date > '2020-02-16'") > 50)
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data WHERE observation_date < '2020-02-09'") > 50)
    }

    /// The loader of the worker's own system refuses it: the program wants a GNU C library that is yet to be written.
    @Test(
        "A program that does not fit the workers' system is an error before anything is asked for, and the doctor says so"
    )
    func misfit() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let folder = try TemporaryFolder()
        var program = try Data(contentsOf: URL(fileURLWithPath: Program.path))
        let version = try #require(program.range(of: Data("GLIBC_2.34\u{0}".utf8)))
        program.replaceSubrange(version, with: Data("GLIBC_2.94\u{0}".utf8))
        try program.write(to: URL(fileURLWithPath: folder("perigee.new")))
        // An ELF file for another processor (e_machine 183: AArch64).
        program[program.startIndex + 18] = 183
        try program.write(to: URL(fileURLWithPath: folder("other.new")))
        for name in ["perigee", "other"] {
            // By another process: a program that this one has had open for writing may be so in a child of its as well.
            let copy = try Started(
                executable: "/usr/bin/install", arguments: ["-m", "755", folder("\(name).new"), folder(name)],
                folder: folder.path, environment: [:])
            #expect(await copy.outcome().status == 0)
            let work = try Workplace(
                service: replay.baseURL,
                environment: Self.environment(cluster).merging(["PERIGEE_SPARK_PROGRAM": folder(name)]) { $1 })
            let outcome = try await work.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
            #expect(outcome.status == 69 && outcome.errors.contains("does not run on the workers"), "\(outcome.errors)")
            #expect(
                !FileManager.default.fileExists(
                    atPath: work.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-10.json")))
            let doctor = try await work.perigee("doctor")
            #expect(doctor.status == 69 && doctor.output.contains("failed  executors"), "\(doctor.output)")
        }
    }

    @Test("The Parquet dataset has each published approach once, a folder a year, and appears whole or not at all")
    func parquet() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let service = try await RevisedService(of: replay.baseURL)
        let place = try Workplace(service: service.baseURL, environment: Self.environment(cluster))
        func published() throws -> [String] {
            let sql = """
                SELECT id || ' ' || orbiting_body || ' ' || observation_date || ' ' || name || ' ' || is_potentially_hazardous_asteroid || ' ' ||
                IFNULL(epoch_ms, 'NULL') AS facts, miss_distance_km FROM nasa_neo_data
                """
            return try place.rows(sql).map { row in
                let (facts, kilometers): (String, Double) = (row["facts"], row["miss_distance_km"])
                return "\(facts) \(kilometers)"
            }.sorted()
        }
        _ = try await place.json("backfill", "--from", "2019-12-28", "--to", "2020-02-24")
        let earlier = try published()
        // The second time it is asked for, the week has a revised row and one less.
        let week = try await Replay.week.rows.map { (id: $0[0], day: $0[11]) }.filter { $0.day > "2020-02-04" }
        let (revised, gone) = (try #require(week.min { $0.id < $1.id }), try #require(week.max { $0.id < $1.id }))
        try await service.revise(.distance(revised.id, on: revised.day, au: "0.1234567891"), .gone(gone.id))
        _ = try await place.json("run", "--from", "2020-02-05", "--to", "2020-02-12")
        _ = try await place.json("lookup", revised.id)
        let report = try await place.json("export", "--output", "approaches.parquet")
        #expect(try report["rows"] == (try place.count("SELECT COUNT(*) FROM nasa_neo_data")))
        let rows = try await Self.parquet(place.folder("approaches.parquet"))
        #expect(try rows == published())
        // As of the first run, from the same evidence.
        #expect(try await place.json("export", "--output", "earlier.parquet", "--as-of", "1")["rows"] == earlier.count)
        #expect(try await Self.parquet(place.folder("earlier.parquet")) == earlier)
        #expect(Set(earlier).subtracting(rows).count == 2)
        // What is there stays as it is, whatever it is.
        for taken in ["approaches.parquet", Workplace.landing, Workplace.store] {
            let refused = try await place.perigee("export", "--output", taken)
            #expect(refused.status == 64 && refused.errors.contains("is there already"), "\(refused.errors)")
        }
        #expect(try await Self.parquet(place.folder("approaches.parquet")) == rows)
    }

    @Test("A body that was changed since it was landed stops the export, and asking NASA for its days again mends it")
    func changedBeforeExport() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let file = place.folder("\(Workplace.landing)/nasa_neo_raw_2020-02-10.json")
        let body = try String(contentsOfFile: file, encoding: .utf8)
        try body.replacingOccurrences(of: "\"element_count\":", with: "\"element_count\": ").write(
            toFile: file, atomically: true, encoding: .utf8)
        // Spark does not always read the program's last words: then it is Spark's failure, and never a success.
        var refused = try await place.perigee("export", "--output", "new")
        for _ in 0..<5 where refused.status == 69 { refused = try await place.perigee("export", "--output", "new") }
        #expect(refused.status == 65 && refused.errors.contains("was changed since it was landed"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.folder("new")))
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh")
        let report = try await place.json("export", "--output", "new")
        #expect(try report["rows"] == (try place.count("SELECT COUNT(*) FROM nasa_neo_data")))
    }

    @Test("A place that can't be written to is said to be that, and nothing is left behind")
    func wrongOutputs() async throws {
        let cluster = try #require(SparkCluster.shared)
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: Self.environment(cluster))
        let empty = try await place.perigee("export", "--output", "new")
        #expect(empty.status == 64 && empty.errors.contains("there is no store"), "\(empty.errors)")
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let elsewhere = try await place.perigee("export", "--output", "new", "--landing", "elsewhere")
        #expect(
            elsewhere.status == 64 && elsewhere.errors.contains("no landing folder at elsewhere"), "\(elsewhere.errors)"
        )
        for (output, status, advice) in [
            ("/proc/nothing/new", 74, "that the workers can write to"), ("s3://bucket/new", 64, "s3a://"),
            ("s3a://key:secret@bucket/new", 64, "credentials"),
        ] {
            let refused = try await place.perigee("export", "--output", output)
            #expect(refused.status == Int32(status) && refused.errors.contains(advice), "\(refused.errors)")
        }
        let absent = try await place.perigee(
            "export", "--output", "new", environment: ["PERIGEE_SPARK_PROGRAM": "/nowhere/perigee"])
        #expect(absent.status == 69 && absent.errors.contains("/nowhere/perigee"), "\(absent.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted() == ["data"])
    }

    /// A dataset's rows as pyarrow reads them.
    private static func parquet(_ folder: String) async throws -> [String] {
        let script = """
            import sys, pyarrow.dataset
            rows = pyarrow.dataset.dataset(sys.argv[1], format="parquet", partitioning="hive").to_table().to_pylist()
            assert all(row["year"] == row["observation_date"].year for row in rows)
            print("\\n".join(sorted("%s %s %s %s %d %s %r" % (r["id"], r["orbiting_body"], r["observation_date"], r["name"],
                r["is_potentially_hazardous_asteroid"], "NULL" if r["epoch_ms"] is None else r["epoch_ms"], r["miss_distance_km"]) for r in rows)))
            """
        let read = try Started(
            executable: TestS3.python, arguments: ["-c", script, folder], folder: NSTemporaryDirectory(),
            environment: [:])
        let outcome = await read.outcome()
        guard outcome.status == 0 else { throw Failure(message: "pyarrow: \(outcome.errors)") }
        return outcome.output.split(separator: "\n").map(String.init)
    }
}
