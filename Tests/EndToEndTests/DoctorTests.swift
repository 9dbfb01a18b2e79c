import Foundation
import PerigeeTesting
import Testing

/// What `perigee doctor` finds is what a run would meet.
struct DoctorTests {
    /// The findings by subject.
    private func findings(_ answer: Answer) throws -> [String: Answer] {
        Dictionary(uniqueKeysWithValues: try answer.list("findings").map { (try $0["subject"], $0) })
    }

    @Test("Where a run would go through, every finding is fine, and nothing is made")
    func healthy() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: ["NASA_API_KEY": "SECRETKEY1234"])
        let answer = try await place.json("doctor")
        let found = try findings(answer)
        #expect(Set(found.keys) == ["api", "key", "quota", "clock", "landing", "space", "store"])
        let worse = try found.filter { try $0.value["verdict"] != "ok" }
        // That a service makes its data up is worth a warning.
        #expect(Array(worse.keys) == (Replay.isSimulated ? ["api"] : []), "\(answer.object)")
        #expect(try (found["quota"]?["detail"] ?? "") == "999 requests left this hour")
        #expect(try place.folder.files().isEmpty)

        try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let later = try findings(try await place.json("doctor"))
        for subject in ["store", "schema", "rights"] { #expect(try later[subject]?["verdict"] == "ok", "\(subject)") }
        let text = try await place.perigee("doctor")
        #expect(text.status == 0)
        #expect(text.output.contains("SQLite 3"))
        #expect(!(text.output + text.errors).contains("SECRETKEY1234"))
    }

    @Test("Not a byte of a store changes, and no file is made beside it; also where it is empty, or open elsewhere")
    func untouched() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
        try Data().write(to: URL(fileURLWithPath: place.folder("empty.sqlite")))
        // With the moments of folders, in which a file that comes and goes shows.
        func state() throws -> [String: String] {
            let folders = ["", "data", Workplace.landing]
            return Dictionary(
                uniqueKeysWithValues: try (folders + place.folder.files()).map { name in
                    let path = name.isEmpty ? place.folder.path : place.folder(name)
                    let attributes = try FileManager.default.attributesOfItem(atPath: path)
                    let moment = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                    let bytes = folders.contains(name) ? Data() : try place.bytes(name)
                    return (name, "\(moment) \(bytes.hashValue)")
                })
        }
        let before = try state()
        for store in [Workplace.store, "empty.sqlite"] {
            #expect(try await place.perigee("doctor", "--store", "sqlite:\(store)").status == 0, "\(store)")
        }
        // Where the landing folder is still to be made, the one above it is looked at.
        #expect(try await place.perigee("doctor", "--landing", "data/other/landing").status == 0)
        let after = try state()
        #expect(after == before)
        let server = try place.start("serve", "--no-schedule", "--listen", "127.0.0.1:0")
        _ = try await server.firstLine()
        #expect(try await place.perigee("doctor").status == 0)
        server.signal(SIGTERM)
        _ = await server.outcome()
        #expect(try await place.perigee("doctor", "--store", "sqlite:absent.sqlite").status == 0)
        #expect(try !place.folder.files().contains("absent.sqlite"))
    }

    @Test(
        "A refused key, an unreachable service, a landing that is not a folder: the worst one's code, and all of them named"
    )
    func troubles() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let refused = try findings(try await place.json("doctor", status: 77, environment: ["NASA_API_KEY": "INVALID"]))
        #expect(try refused["key"]?["exit_code"] == 77)
        let away = try findings(try await place.json("doctor", status: 69, service: "http://127.0.0.1:9/neo/rest/v1"))
        #expect(try away["api"]?["exit_code"] == 69)
        #expect(try away["landing"]?["verdict"] == "ok")
        try Data("x".utf8).write(to: URL(fileURLWithPath: place.folder("file")))
        let both = try findings(
            try await place.json("doctor", "--landing", "file", status: 74, service: "http://127.0.0.1:9/neo/rest/v1"))
        #expect(try both["landing"]?["exit_code"] == 74)
        #expect(try both["api"]?["exit_code"] == 69)
        let unknown = try findings(try await place.json("doctor", "--store", "oracle:x", status: 64))
        #expect(try unknown["store"]?["exit_code"] == 64)
    }

    @Test("A clock that is hours off is found out")
    func clock() async throws {
        let replay = try await Replay()
        let late = try await Proxy(
            to: replay.baseURL, edit: "headers['Date'] = 'Sun, 06 Nov 1994 08:49:37 GMT'\nreturn status, headers, body")
        let found = try findings(try await Workplace(service: late.baseURL).json("doctor", status: 64))
        #expect(try found["clock"]?["verdict"] == "failed")
    }

    @Test("A spent quota is not a failure of the key")
    func quota() async throws {
        let replay = try await Replay(limit: 1)
        let place = try Workplace(service: replay.baseURL)
        #expect(try findings(try await place.json("doctor"))["quota"]?["verdict"] == "warning")
        #expect(try findings(try await place.json("doctor", status: 75))["quota"]?["exit_code"] == 75)
    }
}

/// The same on servers.
@Suite(.serialized, .enabled(if: !TestServer.all.isEmpty, "\(TestServer.notice)"))
struct DoctorServerTests {
    @Test(
        "Version, schema and rights of a server; a right that is missing is found before a run meets it",
        arguments: TestServer.all)
    func rights(server: TestServer) async throws {
        let replay = try await Replay()
        let (url, environment) = try await server.makeDatabase()
        let place = try Workplace(
            service: replay.baseURL, environment: environment.merging(["PERIGEE_STORE": url]) { $1 })
        try await place.perigee("migrate")
        let healthy = try await place.json("doctor").list("findings")
        let details = try healthy.filter { try ["store", "schema", "rights"].contains($0["subject"] as String) }.map {
            try $0["verdict"] as String
        }
        #expect(details == ["ok", "ok", "ok"])
        let away = try await place.perigee(
            "doctor", "--store", "\(server.url.prefix { $0 != ":" })://perigee@127.0.0.1:1/neo")
        #expect(away.status == 69, "\(away.output)")
        #expect(away.output.contains("failed  store"), "\(away.output)")
        guard server.name == "postgres" else { return }
        let name = try #require(URLComponents(string: url)?.path.dropFirst())
        try await server.ask("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        let readOnly = try await place.perigee("doctor")
        #expect([74, 77].contains(readOnly.status), "\(readOnly.output)")
        #expect(readOnly.output.contains("read-only"), "\(readOnly.output)")
    }
}
