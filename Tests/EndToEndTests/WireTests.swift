import Foundation
import PerigeeTesting
import Testing

/// What goes over the wire: gzip is asked for and understood, and the key travels in a header alone.
struct WireTests {
    @Test("The key is sent as X-Api-Key and never in a query")
    func keyInHeader() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL, environment: ["NASA_API_KEY": "SECRETKEY123"])
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        _ = try await place.json("lookup", Replay.loneApproach[0])
        _ = try await place.json("browse")
        #expect(try await replay.stats() == ["feed": 1, "neo": 2])
    }

    @Test("A server that speaks nothing but gzip, and insists on NASA's headers, is understood")
    func gzip() async throws {
        let replay = try await Replay()
        let strict = try await Proxy(
            to: replay.baseURL,
            edit: """
                problems = [
                    "gzip" not in asked.get("Accept-Encoding", ""), "json" not in asked.get("Accept", ""),
                    not asked.get("User-Agent", "").startswith("perigee/"), asked.get("Authorization"), "api_key" in path, key != "GOOD_KEY",
                ]
                if any(problems):
                    return 400, headers, json.dumps({"code": 400, "http_error": "BAD_REQUEST", "error_message": str(problems)}).encode()
                return status, {**headers, "Content-Encoding": "gzip"}, gzip.compress(body)
                """)
        let place = try Workplace(service: strict.baseURL, environment: ["NASA_API_KEY": "GOOD_KEY"])
        let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let week = try await Replay.week
        #expect(try run["rows.inserted"] == week.count)
        #expect(try place.records() == week.lines.sorted())
    }

    @Test("An archive that unpacks to more than a body may have is refused, not unpacked to the end")
    func bomb() async throws {
        let replay = try await Replay()
        let bomb = try await Proxy(
            to: replay.baseURL,
            edit: #"return status, {**headers, "Content-Encoding": "gzip"}, gzip.compress(b" " * (200 << 20))"#)
        let place = try Workplace(service: bomb.baseURL)
        let run = try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10", "--attempts", "2")
        #expect(run.status == 65 || run.status == 69, "\(run.status) \(run.errors)")
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") == 0)
    }

    @Test("A redirect is not followed: the key would go with it")
    func redirect() async throws {
        let replay = try await Replay()
        let elsewhere = try await Replay()
        let moved = try await Proxy(
            to: replay.baseURL, edit: #"return 302, {**headers, "Location": "\#(elsewhere.baseURL)" + path}, b"""#)
        let place = try Workplace(service: moved.baseURL, environment: ["NASA_API_KEY": "SECRETKEY123"])
        let run = try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10")
        #expect(run.status == 69)
        #expect(try await elsewhere.stats() == [:])
    }
}
