import Foundation
import PerigeeTesting
import Testing

/// Option > environment > `.env` > configuration file > default.
struct PrecedenceTests {
    @Test("The store is the one that the strongest source names")
    func store() async throws {
        let replay = try await Replay()
        // Each source is taken away in turn; the next one then has its say.
        for weakest in 0..<5 {
            let place = try Workplace(service: replay.baseURL)
            var arguments = ["run", "--from", "2020-02-03", "--to", "2020-02-04"]
            var environment = place.environment
            if weakest < 1 { arguments += ["--store", "sqlite:option.sqlite"] }
            if weakest < 2 { environment["PERIGEE_STORE"] = "sqlite:environment.sqlite" }
            if weakest < 3 {
                try "PERIGEE_STORE=sqlite:dotenv.sqlite\n".write(
                    toFile: place.folder(".env"), atomically: true, encoding: .utf8)
            }
            if weakest < 4 {
                try #"{"store": "sqlite:file.sqlite"}"#.write(
                    toFile: place.folder("perigee.json"), atomically: true, encoding: .utf8)
            }
            let run = try await Program.run(arguments, in: place.folder.path, environment: environment)
            #expect(run.status == 0, "\(run.errors)")
            let expected = [
                "option.sqlite", "environment.sqlite", "dotenv.sqlite", "file.sqlite", "data/perigee.sqlite",
            ][weakest]
            #expect(try place.folder.files().filter { $0.hasSuffix(".sqlite") } == [expected])
        }
    }

    @Test("The configuration file is the one that is named: by the option, by the environment, or perigee.json")
    func file() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        for name in ["one", "two", "perigee"] {
            try #"{"store": "sqlite:\#(name).sqlite", "concurrency": 2}"#.write(
                toFile: place.folder("\(name).json"), atomically: true, encoding: .utf8)
        }
        let week = ["run", "--from", "2020-02-03", "--to", "2020-02-04"]
        let runs = [
            (["--config", "one.json"], ["PERIGEE_CONFIG": "two.json"], "one.sqlite"),
            ([], ["PERIGEE_CONFIG": "two.json"], "two.sqlite"),
            ([], [:], "perigee.sqlite"),
        ]
        for (options, environment, expected) in runs {
            let before = Set(try place.folder.files())
            let run = try await Program.run(
                week + options, in: place.folder.path, environment: place.environment.merging(environment) { $1 })
            #expect(run.status == 0, "\(run.errors)")
            #expect(Set(try place.folder.files()).subtracting(before).filter { $0.hasSuffix(".sqlite") } == [expected])
        }
    }

    @Test("The key of the environment goes before the one of .env, and a key before a key's file")
    func key() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        try "NASA_API_KEY=INVALID\n".write(toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        try "INVALID\n".write(toFile: place.folder("key"), atomically: true, encoding: .utf8)
        #expect(try await place.perigee("run").status == 77)
        #expect(try await place.perigee("run", environment: ["NASA_API_KEY": "GOOD_KEY"]).status == 0)
        try FileManager.default.removeItem(atPath: place.folder(".env"))
        #expect(try await place.perigee("run", "--refresh", environment: ["NASA_API_KEY_FILE": "key"]).status == 77)
        #expect(
            try await place.perigee(
                "run", "--refresh", environment: ["NASA_API_KEY_FILE": "key", "NASA_API_KEY": "GOOD_KEY"]
            ).status == 0)
    }
}
