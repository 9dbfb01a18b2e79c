import Foundation
import PerigeeTesting
import Testing

/// The API key is in no file, log, output or database page, whatever the server does with it.
struct SecretTests {
    private static let key = "SECRETKEY123"

    @Test(
        "However the key is given, and with faults on the way, it is nowhere but in the request",
        arguments: ["variable", "file", ".env", ".env file"])
    func wherever(source: String) async throws {
        let replay = try await Replay(faults: ["500html@5", "truncate@7", "garbage@9", "badrecord@4", "429@13"])
        // A server that insists on the key, and puts it everywhere: into links, names, error messages and headers.
        let talkative = try await Proxy(
            to: replay.baseURL,
            edit: """
                if key != "\(Self.key)":
                    return 403, headers, b'{"error":{"code":"API_KEY_INVALID","message":"wrong key"}}'
                headers["X-Api-Umbrella-Request-Id"] = "request-of-" + key
                if number == 2:
                    return 500, headers, ("<h1>Error for " + key + "</h1>").encode()
                if number == 5:
                    return 200, {**headers, "Content-Type": "text/" + key}, ("{" + key).encode()
                if number == 8:
                    return 200, headers, ('{"element_count":"' + key + '"}').encode()
                if number == 11:
                    return 503, headers, ('{"error":{"code":"' + key + '","message":"' + key + '"}}').encode()
                if number == 14:
                    return 200, headers, ('{"error":{"code":"OUT","message":"' + key + '"}}').encode()
                body = body.replace(b"api_key=DEMO_KEY", b"api_key=" + key.encode())
                return status, headers, body.replace(b'"name":"', b'"name":"' + key.encode() + b" ", 3)
                """)
        let place = try Workplace(service: talkative.baseURL)
        // The key's own file lies elsewhere.
        let elsewhere = try TemporaryFolder()
        try (Self.key + "\n").write(toFile: elsewhere("key"), atomically: true, encoding: .utf8)
        var environment: [String: String] = [:]
        switch source {
        case "variable": environment["NASA_API_KEY"] = Self.key
        case "file": environment["NASA_API_KEY_FILE"] = elsewhere("key")
        case ".env":
            try "NASA_API_KEY=\(Self.key)\n".write(toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        default:
            try "NASA_API_KEY_FILE=\(elsewhere("key"))\n".write(
                toFile: place.folder(".env"), atomically: true, encoding: .utf8)
        }
        // Killed, so that the write-ahead log stays behind; then gone through again, in text and in JSON, down to the
        // finest log.
        let killed = try place.start(
            "backfill", "--from", "2020-01-01", "--to", "2020-04-30", "--log-level", "trace", environment: environment)
        try await KillTests.until {
            try place.count("SELECT COUNT(*) FROM nasa_neo_observations WHERE state = 'published'") >= 4
        }
        killed.signal(SIGKILL)
        var outcomes = [await killed.outcome()]
        try expectNoKey(in: place, except: ".env")
        for arguments in [["--json"], [], ["--refresh"]] {
            outcomes.append(
                try await Program.run(
                    ["backfill", "--from", "2020-01-01", "--to", "2020-04-30", "--log-level", "trace"] + arguments,
                    in: place.folder.path,
                    environment: place.environment.merging(environment) { $1 }))
        }
        outcomes.append(try await place.perigee("lookup", "2099942", "--log-level", "debug", environment: environment))
        outcomes.append(try await place.perigee("approaches", "--csv"))
        outcomes.append(try await place.perigee("runs", "--json"))
        outcomes.append(try await place.perigee("quarantine", "list", "--all", "--json"))
        outcomes.append(try await place.perigee("show", "2", "--json"))
        for outcome in outcomes {
            #expect(!outcome.output.contains(Self.key))
            #expect(!outcome.errors.contains(Self.key))
        }
        // The runs did get through with it, and did meet the faults.
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") > 1000)
        #expect(try !place.landed("nasa_neo_refused_").isEmpty)
        #expect(outcomes.contains { $0.errors.contains("REDACTED") })
        try expectNoKey(in: place, except: ".env")
    }

    @Test("Errors that end a run do not repeat the key", arguments: [400, 401, 403, 404, 301, 418, 500])
    func errors(status: Int) async throws {
        let replay = try await Replay()
        let talkative = try await Proxy(
            to: replay.baseURL,
            edit: """
                headers["Location"] = "http://127.0.0.1:1/?api_key=" + key
                return \(status), headers, ('{"code":\(status),"http_error":"' + key + '","error_message":"no ' + key + '","request":"/feed?api_key=' + key + '"}').encode()
                """)
        let place = try Workplace(service: talkative.baseURL, environment: ["NASA_API_KEY": Self.key])
        let run = try await place.perigee("run", "--attempts", "2", "--log-level", "trace", "--json")
        #expect(run.status == [400: 64, 404: 64, 401: 77, 403: 77][status, default: 69])
        #expect(run.errors.contains("no REDACTED"))
        #expect(!(run.output + run.errors).contains(Self.key))
        let text = try await place.perigee("status")
        #expect(!(text.output + text.errors).contains(Self.key))
        try expectNoKey(in: place)
    }

    @Test("A key that can't be one is not printed either")
    func badKey() async throws {
        let place = try Workplace()
        let run = try await place.perigee("run", environment: ["NASA_API_KEY": Self.key + "\u{7}x"])
        #expect(run.status == 64)
        #expect(!(run.output + run.errors).contains(Self.key))
        let url = try await place.perigee("run", "--api-url", "http://127.0.0.1:9/neo?api_key=\(Self.key)")
        #expect(url.status == 64)
        #expect(!(url.output + url.errors).contains(Self.key))
        let user = try await place.perigee(
            "run", "--attempts", "1", "--api-url", "http://someone:\(Self.key)@127.0.0.1:9/neo")
        #expect(!(user.output + user.errors).contains(Self.key))
        try expectNoKey(in: place)
    }

    private func expectNoKey(
        in place: Workplace, except allowed: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let needle = Data(Self.key.utf8)
        let leaks = try place.folder.files().filter { try $0 != allowed && place.bytes($0).range(of: needle) != nil }
        #expect(leaks == [], sourceLocation: sourceLocation)
    }
}
