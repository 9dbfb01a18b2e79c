import Foundation
import PerigeeTesting
import Testing

/// The HTTP API of `perigee serve`, as its clients meet it.
@Suite(.serialized)
struct APITests {
    /// A store with a week of 2020, for the tests that only read.
    private static let week = Task {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        return place
    }

    /// That store with a server of the test's own.
    private func week() async throws -> (place: Workplace, server: APIServer) {
        let place = try await Self.week.value
        return (place, try await APIServer(place))
    }

    private func lines(_ data: Data) -> [String] {
        String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    // MARK: The data

    @Test("What the API lists is what the command lists, as JSON, NDJSON and CSV, each digit of it")
    func sameAsTheCommand() async throws {
        let (place, server) = try await week()
        let expected = try await place.approaches().map {
            "\($0["id"]?.text ?? "") \($0["observation_date"]?.text ?? "") \($0["miss_distance_km"]?.text ?? "")"
        }.sorted()
        #expect(expected.count > 50)
        var pages: [String] = []
        var path = "/approaches?limit=17"
        while true {
            let (_, _, body) = try await server.answer("GET", path)
            let text = String(decoding: body, as: UTF8.self)
            pages += text.matches(
                of: /"id":"(\d+)".*?"miss_distance_km":([^,]+),.*?"observation_date":"([^"]+)"/
            ).map { "\($0.output.1) \($0.output.3) \($0.output.2)" }
            let page = Answer(try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any]))
            guard let next = page.object["next"] as? String else { break }
            path = "/approaches?limit=17&cursor=\(next)"
        }
        #expect(pages.sorted() == expected)
        let fields = "fields=id,observation_date,miss_distance_km"
        let rows = try lines(await server.answer("GET", "/approaches?format=ndjson&\(fields)").body)
        #expect(
            rows.map {
                String(
                    $0.replacing(/.*"id":"(\d+)","miss_distance_km":(.*),"observation_date":"(.*)"}/) {
                        "\($0.output.1) \($0.output.3) \($0.output.2)"
                    })
            }.sorted() == expected)
        let csv = try await server.answer("GET", "/approaches?format=csv&\(fields)")
        #expect(csv.headers["content-type"] == "text/csv; charset=utf-8")
        let parsed = String(decoding: csv.body, as: UTF8.self).components(separatedBy: "\r\n").dropLast()
        #expect(parsed.first == "id,miss_distance_km,observation_date")
        #expect(
            parsed.dropFirst().map { line in
                let parts = line.split(separator: ",")
                return "\(parts[0]) \(parts[2]) \(parts[1])"
            }.sorted() == expected)
    }

    @Test("A cursor goes on with its own list alone, and a body is known in any case and by its full name")
    func cursorsAndNames() async throws {
        let (_, server) = try await week()
        let next: String = try await server.json("/approaches?sort=distance&limit=5")["next"]
        #expect(try await server.answer("GET", "/approaches?sort=distance&limit=7&cursor=\(next)").status == 200)
        for other in ["", "&sort=size", "&sort=distance&hazardous=true", "&sort=distance&from=2020-02-04"] {
            #expect(try await server.answer("GET", "/approaches?limit=5\(other)&cursor=\(next)").status == 404)
        }
        let all: Int = try await server.json("/approaches?limit=10000")["count"]
        #expect(try await server.json("/approaches?limit=10000&body=earth")["count"] == all)
        #expect(try await server.json("/approaches?limit=10000&body=Jupiter")["count"] == 0)
        // One that is altered is of no list.
        let byDate: String = try await server.json("/approaches?limit=5")["next"]
        let data = try #require(
            Data(base64Encoded: byDate.padding(toLength: (byDate.count + 3) / 4 * 4, withPad: "=", startingAt: 0)))
        let plain = String(decoding: data, as: UTF8.self)
        for altered in [
            plain.replacing("2020-02-0", with: "2020-01-0"), plain.replacing(" Earth", with: " Mars"),
            "1 1 1904-01-01  1 Earth",
        ] {
            let text = Data(altered.utf8).base64EncodedString().replacing("=", with: "")
            #expect(altered != plain)
            #expect(try await server.answer("GET", "/approaches?limit=5&cursor=\(text)").status == 404)
        }
    }

    @Test(
        "What HTTP asks for besides: HEAD of a stream, HTTP/1.0, a client that waits for 100, a tag of another target")
    func protocols() async throws {
        let (_, server) = try await week()
        let script = """
            import socket, sys
            port = int(sys.argv[1])
            def ask(raw, more=b""):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
                    s.sendall(raw)
                    answer = b""
                    if more:
                        answer = s.recv(65536)
                        s.sendall(more)
                    while True:
                        piece = s.recv(65536)
                        if not piece:
                            return answer
                        answer += piece
            stream = b"/api/v1/approaches?format=csv&limit=3&fields=id"
            old = ask(b"GET " + stream + b" HTTP/1.0\\r\\n\\r\\n").partition(b"\\r\\n\\r\\n")
            print(b"chunked" not in old[0].lower() and b" 505 " in old[0] and b"HTTP/1.1" in old[2])
            whole = ask(b"GET /api/v1/approaches?limit=3 HTTP/1.0\\r\\n\\r\\n").partition(b"\\r\\n\\r\\n")
            print(b" 200 " in whole[0] and b"content-length" in whole[0].lower() and whole[2].startswith(b"{"))
            close = b"Connection: close\\r\\n\\r\\n"
            path = b"GET /api/v1/approaches?limit=1"
            print(all(b" 400 " in ask(head + close).partition(b"\\r\\n")[0] for head in [
                path + b" HTTP/1.1\\r\\n", path + b" HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n",
                b"GET http://x/api/v1/status HTTP/1.1\\r\\nHost: x\\r\\n"]))
            head = ask(b"HEAD " + stream + b" HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n").partition(b"\\r\\n\\r\\n")
            print(b"content-length" not in head[0].lower() and head[2] == b"")
            waits = ask(b"POST /api/v1/schedule/pause HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nContent-Type: application/json\\r\\n"
                b"Content-Length: 2\\r\\nExpect: 100-continue\\r\\nConnection: close\\r\\n\\r\\n", b"{}")
            print(waits.startswith(b"HTTP/1.1 100 ") and b"HTTP/1.1 404 " in waits)
            """
        let outcome = await
            (try Started(
                executable: "/usr/bin/env", arguments: ["python3", "-c", script, "\(server.port)"],
                folder: NSTemporaryDirectory(), environment: [:])).outcome()
        #expect(outcome.output == "True\nTrue\nTrue\nTrue\nTrue\n", "\(outcome.errors)")
        let tag = try #require(try await server.answer("GET", "/approaches?limit=1").headers["etag"])
        #expect(try await server.answer("GET", "/approaches?limit=1", headers: ["If-None-Match": tag]).status == 304)
        #expect(try await server.answer("GET", "/approaches?limit=2", headers: ["If-None-Match": tag]).status == 200)
        #expect(try await server.answer("GET", "/objects/1", headers: ["If-None-Match": tag]).status == 404)
        #expect(try await server.json("/next?days=3").list("approaches").isEmpty)
        let missing: [String] = try await server.json("/next?days=3")["missing_days"]
        #expect(missing.count == 4)
    }

    @Test("Filters, orders and fields are those of the command")
    func filters() async throws {
        let (place, server) = try await week()
        for (path, arguments) in [
            ("hazardous=true", ["--hazardous"]), ("within=10", ["--within", "10"]),
            ("from=2020-02-05&to=2020-02-06", ["--from", "2020-02-05", "--to", "2020-02-06"]),
            ("sort=distance", ["--sort", "distance"]), ("sort=size", ["--sort", "size"]),
            ("sort=magnitude&hazardous=true", ["--sort", "magnitude", "--hazardous"]),
            ("body=Venus", ["--body", "Venus"]),
        ] {
            let outcome = try await Program.run(
                ["approaches", "--json"] + arguments, in: place.folder.path, environment: place.environment)
            let expected = try Answer(outcome.json()).list("approaches").map { try $0["id"] as String }
            let found = try await server.json("/approaches?limit=10000&\(path)").list("approaches").map {
                try $0["id"] as String
            }
            if path.hasPrefix("sort") { #expect(found == expected) } else { #expect(Set(found) == Set(expected)) }
            #expect(found.count == expected.count)
        }
        let one = try await server.json("/approaches?limit=1&fields=name,last_seen,run").list("approaches")[0]
        #expect(Set(one.object.keys) == ["name", "last_seen", "run"])
    }

    @Test("An object with its versions, what changed, runs, quality and status agree with the commands")
    func ledger() async throws {
        let (place, server) = try await week()
        let id: String = try await server.json("/approaches?limit=1").list("approaches")[0]["id"]
        let object = try await server.json("/objects/\(id)")
        let version = try object.list("approaches")[0].list("versions")[0]
        #expect(try version["approach.id"] == id)
        #expect(try (version["since.file"] as String).hasPrefix("nasa_neo_raw_"))
        #expect(try await server.answer("GET", "/objects/1").status == 404)
        let changes = try await server.json("/changes?since=1h")
        #expect(try await place.json("changes", "--since", "1h").list("changes").count == changes["count"])
        #expect(try await server.json("/runs").list("runs").count == 1)
        let run = try await server.json("/runs/1")
        #expect(try run["run.status"] == "succeeded")
        #expect(try !run.list("quality").isEmpty)
        #expect(try await server.json("/quality?from=2020-02-03&to=2020-02-10")["is_complete"] == true)
        #expect(try await server.json("/quality?from=2020-02-03&to=2020-02-11")["missing_days"] == ["2020-02-11"])
        #expect(try await server.json("/quarantine")["count"] == 0)
        let status = try await server.json("/status")
        let counted: Int = try await place.json("status", "--hash")["summary.approaches"]
        #expect(try status["summary.approaches"] == counted)
        #expect(try await server.answer("GET", "/schedule").status == 404)
    }

    @Test(
        "Whatever is published meanwhile, the pages of a list are of one publication, and a new list is of the newest")
    func onePublication() async throws {
        let replay = try await Replay(limit: 1_000_000)
        let revised = try await RevisedService(of: replay.baseURL)
        let place = try Workplace(service: revised.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let server = try await APIServer(place)
        let rows = try await place.json("approaches").list("approaches")
        let digits = try await place.approaches()
        func whole(_ query: String) async throws -> [String] {
            try lines(await server.answer("GET", "/approaches?format=ndjson&\(query)").body)
        }
        for round in 0..<6 {
            let before = try await whole("")
            var found: [String] = []
            var publications = Set<Int>()
            var path = "/approaches?limit=\(before.count / 3)"
            while true {
                let (_, _, body) = try await server.answer("GET", path)
                let page = Answer(try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any]))
                publications.insert(try page["publication.number"])
                let text = String(decoding: body, as: UTF8.self)
                let list = try #require(text.firstRange(of: "\"approaches\":["))
                found += text[list.upperBound...].dropLast(3).replacing("},{", with: "}\n{").split(separator: "\n")
                    .map(String.init)
                guard let next = page.object["next"] as? String else { break }
                path = "/approaches?limit=\(before.count / 3)&cursor=\(next)"
                // Distances move between two pages.
                let moved = rows[(round * 7 + publications.count) % rows.count]
                try await revised.revise(
                    .distance(
                        try moved["id"], on: try moved["observation_date"],
                        au: "0.0\(100 + round * 10 + found.count % 10)"))
                #expect(
                    try await place.perigee("run", "--from", "2020-02-03", "--to", "2020-02-10", "--refresh").status
                        == 0)
            }
            #expect(publications.count == 1)
            #expect(found == before)
            #expect(try await whole("") != before)
        }
        let first = try await place.json("runs").list("runs").map { try $0["id"] as Int }.min() ?? 0
        let earliest = try await whole("as_of=\(first)&fields=id,miss_distance_km")
        #expect(
            try earliest.sorted()
                == digits.map {
                    #"{"id":"\#($0["id"]?.text ?? "")","miss_distance_km":\#($0["miss_distance_km"]?.text ?? "")}"#
                }
                .sorted())
    }

    // MARK: HTTP

    @Test("An ETag costs the caller nothing until something is published; then there is another one")
    func conditional() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-05")
        let server = try await APIServer(place)
        let path = "/approaches?from=2020-02-03&to=2020-02-10&limit=1000"
        // The tests' client asks for gzip where nobody says otherwise, and unpacks it.
        let plain = ["Accept-Encoding": "identity"]
        let first = try await server.answer("GET", path, headers: plain)
        let tag = try #require(first.headers["etag"])
        for given in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let again = try await server.answer("GET", path, headers: plain.merging(["If-None-Match": given]) { $1 })
            #expect(again.status == 304)
            #expect(again.headers["etag"] == tag)
            #expect(again.body.isEmpty)
        }
        #expect(
            try await server.answer("GET", path, headers: plain.merging(["If-None-Match": "\"x\""]) { $1 }).status
                == 200)
        let zipped = try await server.answer("GET", path, headers: ["Accept-Encoding": "gzip"])
        #expect(zipped.headers["content-encoding"] == "gzip")
        #expect(zipped.headers["etag"] != tag)
        #expect(zipped.body == first.body)
        let zippedTag = try #require(zipped.headers["etag"])
        #expect(try await server.answer("GET", path, headers: ["If-None-Match": zippedTag]).status == 304)
        let head = try await server.answer("HEAD", path, headers: plain)
        #expect(head.headers["content-length"] == "\(first.body.count)")
        #expect(head.body.isEmpty)
        // The date is the end of its second, told once that is over for certain.
        try await Task.sleep(for: .seconds(2.1))
        let modified = try #require(try await server.answer("GET", path, headers: plain).headers["last-modified"])
        #expect(
            try await server.answer("GET", path, headers: plain.merging(["If-Modified-Since": modified]) { $1 }).status
                == 304)

        _ = try await place.json("run", "--from", "2020-02-06", "--to", "2020-02-10")
        let deadline = ContinuousClock.now + .seconds(20)
        while try await server.answer("GET", path, headers: plain.merging(["If-None-Match": tag]) { $1 }).status == 304
        {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(50))
        }
        let later = try await server.answer("GET", path, headers: plain.merging(["If-None-Match": tag]) { $1 })
        #expect(later.status == 200)
        #expect(later.headers["etag"] != tag)
        #expect(later.body.count > first.body.count)
        #expect(
            try await server.answer("GET", path, headers: plain.merging(["If-Modified-Since": modified]) { $1 }).status
                == 200)
        // What depends on the clock has no tag.
        #expect(try await server.answer("GET", "/next").headers["etag"] == nil)
        #expect(try await server.answer("GET", "/changes?since=7d").headers["etag"] == nil)
    }

    @Test("A streamed body comes back from gzip as it is without")
    func gzippedStream() async throws {
        let (_, server) = try await week()
        let plain = try await server.answer("GET", "/approaches?format=ndjson")
        let script = """
            import sys, urllib.request, gzip
            request = urllib.request.Request(sys.argv[1], headers={"Accept-Encoding": "gzip"})
            with urllib.request.urlopen(request) as answer:
                assert answer.headers["Content-Encoding"] == "gzip"
                sys.stdout.buffer.write(gzip.decompress(answer.read()))
            """
        let outcome = await
            (try Started(
                executable: "/usr/bin/env",
                arguments: ["python3", "-c", script, server.base + "/approaches?format=ndjson"],
                folder: NSTemporaryDirectory(), environment: [:])).outcome()
        #expect(outcome.output == String(decoding: plain.body, as: UTF8.self))
    }

    @Test(
        "A wrong request gets a problem that names the parameter",
        arguments: [
            ("/approaches?from=2020-02-30", 400, "from"), ("/approaches?limit=0", 400, "limit"),
            ("/approaches?limit=1&limit=2", 400, "limit"), ("/approaches?sort=id;DROP%20TABLE", 400, "sort"),
            ("/approaches?colour=red", 400, "colour"), ("/approaches?object=1'--", 400, "object"),
            ("/approaches?body=%FF", 400, nil), ("/approaches?body=%00", 400, nil),
            ("/approaches?within=NaN", 400, "within"), ("/approaches?within=-1", 400, "within"),
            ("/approaches?fields=id,secret", 400, "fields"), ("/approaches?cursor=AAAA", 404, "cursor"),
            ("/approaches?cursor=..%2F..", 400, "cursor"), ("/approaches?as_of=99", 404, "as_of"),
            ("/approaches?as_of=soon", 400, "as_of"), ("/approaches?as_of=7d", 400, "as_of"),
            ("/approaches?from=2020-02-02&to=2020-02-01", 409, "from"),
            ("/approaches?format=ndjson&sort=distance", 409, "sort"), ("/runs/x", 400, "run"),
            ("/runs/99999999999999999999", 400, "run"), ("/objects/..%2F..%2Fetc%2Fpasswd", 400, "id"),
            ("/nothing", 404, nil), ("/../../etc/passwd", 404, nil), ("/runs/1/2", 404, nil),
        ] as [(String, Int, String?)])
    func problems(_ path: String, _ status: Int, _ parameter: String?) async throws {
        let (_, server) = try await week()
        let answer = try await server.answer("GET", path)
        #expect(answer.status == status)
        #expect(answer.headers["content-type"] == "application/problem+json")
        let problem = Answer(try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]))
        #expect(try problem["status"] == status)
        #expect(problem.object["parameter"] as? String == parameter)
    }

    @Test("Methods, sizes and bytes that are no HTTP are refused, and the next client is served")
    func hostile() async throws {
        let (_, server) = try await week()
        #expect(try await server.answer("DELETE", "/runs").status == 405)
        #expect(try await server.answer("DELETE", "/runs").headers["allow"] == "GET, HEAD")
        #expect(try await server.answer("GET", "/schedule/pause").status == 405)
        #expect(try await server.answer("GET", "/approaches?body=\(String(repeating: "a", count: 9000))").status == 414)
        let script = """
            import socket, sys
            port = int(sys.argv[1])
            def ask(raw):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
                    try:
                        s.sendall(raw)
                        s.shutdown(socket.SHUT_WR)
                    except OSError:
                        pass
                    answer = b""
                    while True:
                        try:
                            piece = s.recv(65536)
                        except OSError:
                            break
                        if not piece:
                            break
                        answer += piece
                    return answer[9:12].decode() or "closed"
            path = b"GET /api/v1/status HTTP/1.1\\r\\nHost: x\\r\\n"
            print(ask(b"\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xfc\\x03\\x03" + bytes(300)))
            print(ask(b"GET / nonsense\\r\\n\\r\\n"))
            print(ask(path + b"X: " + b"a" * 200000 + b"\\r\\n\\r\\n"))
            print(ask(path + b"".join(b"X%d: a\\r\\n" % i for i in range(5000)) + b"\\r\\n"))
            print(ask(path + b"Content-Length: -1\\r\\n\\r\\n"))
            print(ask(path + b"Content-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n"))
            print(ask(b"GET /api/v1/approaches?body=\\xff\\xfe HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"))
            print(ask(path + b"\\r\\n"))
            """
        let outcome = await
            (try Started(
                executable: "/usr/bin/env", arguments: ["python3", "-c", script, "\(server.port)"],
                folder: NSTemporaryDirectory(), environment: [:])).outcome()
        let statuses = outcome.output.split(separator: "\n").map(String.init)
        #expect(statuses.count == 8)
        #expect(statuses.last == "200")
        for status in statuses.dropLast() { #expect(status == "closed" || status.hasPrefix("4"), "\(statuses)") }
        #expect(try await server.answer("GET", "/status").status == 200)
    }

    @Test("A client that sends more than the rate gets 429 with a time to wait")
    func rate() async throws {
        let place = try await Self.week.value
        let server = try await APIServer(place, ["--no-schedule", "--rate-limit", "2"])
        var refused: (status: Int, headers: [String: String], body: Data)?
        for _ in 0..<20 where refused == nil {
            let answer = try await server.answer("GET", "/runs")
            if answer.status == 429 { refused = answer }
        }
        #expect(refused?.headers["retry-after"] == "1")
        try await Task.sleep(for: .seconds(1.5))
        #expect(try await server.answer("GET", "/runs").status == 200)
    }

    // MARK: Who may what

    @Test("Tokens: what they allow, that they are kept as digests, and that a revoked one is of no use")
    func tokens() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-05")
        let (read, write): (String, String) = (
            try await place.json("token", "create", "reader")["token"],
            try await place.json("token", "create", "robot", "--scope", "write")["token"]
        )
        let server = try await APIServer(place, ["--reading-takes-token", "--ahead", "0"])
        func status(_ method: String, _ path: String, _ token: String?) async throws -> Int {
            var headers = ["Content-Type": "application/json"]
            if let token { headers["Authorization"] = "Bearer \(token)" }
            return try await server.answer(method, path, headers: headers, body: method == "POST" ? "{}" : nil).status
        }
        #expect(try await status("GET", "/status", nil) == 401)
        #expect(try await status("GET", "/status", "perigee_0") == 401)
        // One that was made this moment is known.
        for name in ["a", "b", "c"] {
            let token: String = try await place.json("token", "create", name)["token"]
            #expect(try await status("GET", "/status", token) == 200)
            _ = try await place.json("token", "revoke", name)
        }
        #expect(try await status("GET", "/status", read) == 200)
        #expect(try await status("GET", "/status", write) == 200)
        #expect(try await status("POST", "/schedule/pause", nil) == 401)
        #expect(try await status("POST", "/schedule/pause", read) == 403)
        #expect(try await place.json("schedule", "show")["paused"] == false)
        #expect(try await status("POST", "/schedule/pause", write) == 200)
        #expect(try await place.json("schedule", "show")["paused"] == true)
        #expect(try await status("POST", "/schedule/resume", write) == 200)
        #expect(try await place.json("schedule", "show")["paused"] == false)
        for file in try place.folder.files() {
            let bytes = try place.bytes(file)
            #expect(bytes.firstRange(of: Data(read.utf8)) == nil)
        }
        _ = try await place.json("token", "revoke", "robot")
        let deadline = ContinuousClock.now + .seconds(20)
        while try await status("GET", "/status", write) != 401 { try #require(ContinuousClock.now < deadline) }
        #expect(try await place.json("token", "list").list("tokens").map { try $0["name"] as String } == ["reader"])
    }

    @Test("Without a token a change is taken from a program on this machine alone, and from no page in a browser")
    func changes() async throws {
        let replay = try await Replay()
        let place = try Workplace(service: replay.baseURL)
        let server = try await APIServer(place, ["--ahead", "0"])
        let json = ["Content-Type": "application/json"]
        #expect(try await server.answer("POST", "/schedule/pause", body: "{}").status == 415)
        #expect(
            try await server.answer("POST", "/schedule/pause", headers: ["Content-Type": "text/plain"], body: "{}")
                .status
                == 415)
        let elsewhere = json.merging(["Host": "evil.example"]) { $1 }
        #expect(try await server.answer("POST", "/schedule/pause", headers: elsewhere, body: "{}").status == 403)
        for (host, origin) in [
            ("127.evil.example", nil), ("127.0.0.1.nip.io", nil), ("localhost.evil.example", nil),
            ("127.0.0.1:\(server.port)", "http://evil.example"), ("127.0.0.1:\(server.port)", "null"),
        ] {
            var headers = json
            headers["Host"] = host
            headers["Origin"] = origin
            #expect(try await server.answer("POST", "/schedule/pause", headers: headers, body: "{}").status == 403)
        }
        let own = json.merging(["Origin": "http://127.0.0.1:\(server.port)"]) { $1 }
        #expect(try await server.answer("POST", "/schedule/resume", headers: own, body: "{}").status == 200)
        let asked = try await server.answer("OPTIONS", "/schedule/pause", headers: ["Origin": "http://evil.example"])
        #expect(asked.headers["access-control-allow-methods"] == nil)
        #expect(asked.headers["access-control-allow-headers"] == nil)
        #expect(try await server.answer("POST", "/schedule/pause", headers: json, body: "[]").status == 400)
        let large = String(repeating: " ", count: 10_000)
        #expect(try await server.answer("POST", "/schedule/pause", headers: json, body: large).status == 413)
        let triggered = try await server.answer(
            "POST", "/schedule/trigger", headers: json, body: #"{"from":"2020-02-03","to":"2020-02-04"}"#)
        #expect(triggered.status == 202)
        let deadline = ContinuousClock.now + .seconds(60)
        while try await place.perigee("quality", "--from", "2020-02-03", "--to", "2020-02-04").status != 0 {
            try #require(ContinuousClock.now < deadline)
        }
        let filled = try await server.answer(
            "POST", "/schedule/backfill", headers: json, body: #"{"from":"2020-03-01","to":"2020-03-04"}"#)
        #expect(filled.status == 202)
        while try await place.perigee("quality", "--from", "2020-03-01", "--to", "2020-03-04").status != 0 {
            try #require(ContinuousClock.now < deadline)
        }
        // Media types are compared as such, and names of hosts whole.
        for type in ["application/jsonx", "application/json, text/plain", "text/json"] {
            #expect(
                try await server.answer("POST", "/schedule/pause", headers: ["Content-Type": type], body: "{}").status
                    == 415)
        }
        let upper = ["Content-Type": "APPLICATION/JSON; charset=utf-8"]
        #expect(try await server.answer("POST", "/schedule/resume", headers: upper, body: "{}").status == 200)
        for origin in ["http://evil.com http://127.0.0.1:\(server.port)", "https://127.0.0.1:\(server.port)", "null"] {
            let headers = json.merging(["Origin": origin]) { $1 }
            #expect(try await server.answer("POST", "/schedule/pause", headers: headers, body: "{}").status == 403)
        }
        // Exactly those days, without a look-back.
        let run = try #require(
            try await place.json("runs").list("runs").first { try $0["command"] as String == "trigger" })
        #expect(try run["from"] == "2020-02-03")
        #expect(try run["to"] == "2020-02-04")
    }

    @Test("HTTPS with the user's certificate")
    func tls() async throws {
        let place = try await Self.week.value
        let folder = try TemporaryFolder()
        let made = await
            (try Started(
                executable: "/bin/sh",
                arguments: [
                    "-ec",
                    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem",
                ], folder: folder.path, environment: [:])).outcome()
        try #require(made.status == 0)
        let server = try await APIServer(
            place, ["--no-schedule", "--tls-certificate", folder("cert.pem"), "--tls-key", folder("key.pem")])
        #expect(server.base.hasPrefix("https://"))
        let script = """
            import ssl, sys, urllib.request
            print(urllib.request.urlopen(sys.argv[1], context=ssl.create_default_context(cafile=sys.argv[2])).status)
            """
        let asked = await
            (try Started(
                executable: "/usr/bin/env",
                arguments: ["python3", "-c", script, server.base + "/status", folder("cert.pem")], folder: folder.path,
                environment: [:])).outcome()
        #expect(asked.output == "200\n")
        let wrong = try await place.perigee(
            "serve", "--no-schedule", "--listen", "127.0.0.1:0", "--tls-certificate", "/nonexistent", "--tls-key", "/x")
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("/nonexistent"))
        let made2 = await
            (try Started(
                executable: "/bin/sh", arguments: ["-ec", "openssl genrsa -out other.pem 2048"], folder: folder.path,
                environment: [:])).outcome()
        try #require(made2.status == 0)
        let unfit = try await place.perigee(
            "serve", "--no-schedule", "--listen", "127.0.0.1:0", "--tls-certificate", folder("cert.pem"), "--tls-key",
            folder("other.pem"))
        #expect(unfit.status == 64)
        #expect(unfit.errors.contains("can't be used for HTTPS"))
    }

    // MARK: Coming and going

    @Test(
        "A store whose file is moved away is not served on; it is back with its file, and another file ends the server")
    func moved() async throws {
        let place = try Workplace()
        let week = try await Self.week.value
        _ = try await place.json(
            "run", "--raw", week.folder("\(Workplace.landing)"), "--store", "sqlite:a.sqlite", "--landing", "a")
        let server = try await APIServer(place, ["--no-schedule", "--store", "sqlite:a.sqlite"])
        func becomes(_ status: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(10)
            while try await server.answer("GET", "/approaches?limit=1").status != status {
                try #require(ContinuousClock.now < deadline)
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        try await becomes(200)
        let files = FileManager.default
        try files.moveItem(atPath: place.folder("a.sqlite"), toPath: place.folder("away.sqlite"))
        try await becomes(503)
        try files.moveItem(atPath: place.folder("away.sqlite"), toPath: place.folder("a.sqlite"))
        try await becomes(200)
        _ = try await place.perigee("migrate", "--store", "sqlite:b.sqlite")
        try files.moveItem(atPath: place.folder("a.sqlite"), toPath: place.folder("away.sqlite"))
        try files.moveItem(atPath: place.folder("b.sqlite"), toPath: place.folder("a.sqlite"))
        let outcome = await server.process.outcome()
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("another file was put in the place"))
    }

    @Test(
        "SIGTERM: an answer under way is finished, and then nothing listens; after kill -9 another one serves at once")
    func stopping() async throws {
        let place = try await Self.week.value
        let server = try await APIServer(place)
        let expected = try await server.answer("GET", "/approaches?format=ndjson").body
        // A client that takes its time, with a buffer that holds little of the answer.
        let script = """
            import socket, sys, time
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.connect(("127.0.0.1", int(sys.argv[1])))
            s.sendall(b"GET /api/v1/approaches?format=ndjson HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
            got = s.recv(100)
            open(sys.argv[2], "w").close()
            time.sleep(2)
            while True:
                piece = s.recv(4096)
                if not piece:
                    break
                got += piece
            body = got.split(b"\\r\\n\\r\\n", 1)[1]
            sys.stdout.buffer.write(body)
            """
        let folder = try TemporaryFolder()
        let client = try Started(
            executable: "/usr/bin/env", arguments: ["python3", "-c", script, "\(server.port)", folder("begun")],
            folder: folder.path, environment: [:])
        let deadline = ContinuousClock.now + .seconds(30)
        while !FileManager.default.fileExists(atPath: folder("begun")) {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(20))
        }
        server.process.signal(SIGTERM)
        let received = await client.outcome().output
        // Chunks: the sizes between the lines are not of it.
        #expect(received.contains(String(decoding: expected.suffix(60), as: UTF8.self)))
        #expect(received.hasSuffix("0\r\n\r\n"))
        #expect(await server.process.outcome().status == 0)
        await #expect(throws: (any Error).self) { try await server.answer("GET", "/status") }

        let killed = try await APIServer(place)
        killed.process.signal(SIGKILL)
        _ = await killed.process.outcome()
        let again = try await APIServer(place, ["--no-schedule", "--listen", "127.0.0.1:\(killed.port)"])
        #expect(again.port == killed.port)
        #expect(try await again.answer("GET", "/status").status == 200)
        let second = try await place.perigee("serve", "--no-schedule", "--listen", "127.0.0.1:\(again.port)")
        #expect(second.status == 69)
        #expect(second.errors.contains("127.0.0.1:\(again.port)"))
    }

    @Test("Restarted again and again under load, clients see errors only while nothing listens, and no half answer")
    func restarts() async throws {
        let place = try await Self.week.value
        var server = try await APIServer(place)
        let (port, expected) = (server.port, try await server.answer("GET", "/approaches?limit=10000").body.count)
        // Each line: when a request ended, and how: whole, cut (a body that is not whole), or failed.
        let script = """
            import socket, sys, threading, time
            port, expected, until = int(sys.argv[1]), int(sys.argv[2]), time.time() + float(sys.argv[3])
            def ask():
                answer = b""
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
                        s.sendall(b"GET /api/v1/approaches?limit=10000 HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
                        while True:
                            piece = s.recv(65536)
                            if not piece:
                                break
                            answer += piece
                except OSError:
                    pass
                body = answer.partition(b"\\r\\n\\r\\n")[2]
                return "whole" if len(body) == expected else "cut" if answer else "failed"
            def work():
                while time.time() < until:
                    how = ask()
                    print(f"{time.time():.3f} {how}", flush=True)
                    if how != "whole":
                        time.sleep(0.02)
            threads = [threading.Thread(target=work) for _ in range(4)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            """
        let client = try Started(
            executable: "/usr/bin/env", arguments: ["python3", "-c", script, "\(port)", "\(expected)", "12"],
            folder: place.folder.path, environment: [:])
        var outages: [(from: Double, to: Double, isGraceful: Bool)] = []
        for signal in [SIGTERM, SIGKILL, SIGHUP, SIGTERM] {
            try await Task.sleep(for: .seconds(1.5))
            let from = Date().timeIntervalSince1970
            server.process.signal(signal)
            _ = await server.process.outcome()
            server = try await APIServer(place, ["--no-schedule", "--listen", "127.0.0.1:\(port)"])
            // Known to listen a moment after it does.
            outages.append((from, Date().timeIntervalSince1970, signal != SIGKILL))
        }
        let lines = await client.outcome().output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.count { $0[1] == "whole" } > 50)
        for line in lines where line[1] != "whole" {
            let at = try #require(Double(line[0]))
            let outage = outages.first { $0.from - 0.002 <= at && at <= $0.to + 0.1 }
            #expect(outage != nil, "\(line) \(outages)")
            if line[1] == "cut" { #expect(outage?.isGraceful == false, "\(line) \(outages)") }
        }
    }

    // MARK: The document

    @Test("schemathesis finds no answer that the OpenAPI document does not allow, and no error of the server's")
    func document() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let program = root.appendingPathComponent(".venv/bin/schemathesis").standardizedFileURL.path
        try #require(FileManager.default.isExecutableFile(atPath: program), "scripts/services start moto makes .venv")
        let replay = try await Replay(limit: 1_000_000)
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        let server = try await APIServer(place, ["--ahead", "0"])
        let outcome = await
            (try Started(
                executable: program,
                arguments: [
                    "run", server.base + "/openapi.json", "--checks", "all", "--max-examples", "15", "--seed", "1",
                    "--continue-on-failure",
                ], folder: place.folder.path, environment: [:])).outcome()
        #expect(outcome.status == 0, "\(outcome.output.suffix(4000))")
        let page = try await server.answer("GET", "/")
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        let html = String(decoding: page.body, as: UTF8.self)
        let paths: [String: Any] = try await server.json("/openapi.json")["paths"]
        #expect(paths.count > 10)
        for path in paths.keys { #expect(html.contains("/api/v1\(path)")) }
    }
}
