import Foundation
import GRDB
import NearEarth
import PerigeeTesting
import Testing

/// The pages of `perigee serve`, as people and their browsers meet them.
@Suite(.serialized)
struct DashboardTests {
    private static let today = CalendarDate(epochMilliseconds: Int64(Date().timeIntervalSince1970 * 1000))

    /// A store with the days around today, made up, and a lookup of the object that comes nearest.
    private static let current = Task {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        _ = try await place.json(
            "run", "--from", "\(today.adding(days: -30))", "--to", "\(today.adding(days: 60))")
        let next = try await place.json("next", "--within", "20", "--limit", "1").list("approaches")[0]
        let id: String = try next["approach.id"]
        _ = try await place.json("lookup", id)
        return (place: place, service: service, id: id)
    }

    /// A store with 2020: the real year, where `../shared` is there.
    private static let year = Task {
        let replay = try await Replay(limit: 1_000_000)
        let place = try Workplace(service: replay.baseURL)
        _ = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        return (place: place, replay: replay)
    }

    private func current() async throws -> (place: Workplace, server: APIServer, id: String) {
        let current = try await Self.current.value
        return (current.place, try await APIServer(current.place), current.id)
    }

    // MARK: In a browser

    private static let pages = [
        "/", "/?zoom=week", "/?zoom=year", "/?zoom=all", "/changes", "/runs", "/quality", "/schedule", "/objects",
        "/sign-in",
    ]

    @Test(
        "In Chromium, light and dark, on a phone and on a desk: axe finds nothing, all is reached by keyboard, nothing else is loaded",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func currentInBrowser() async throws {
        let (_, server, id) = try await current()
        let pages = Self.pages + ["/objects/\(id)", "/runs/1", "/objects?q=SIM", "/nothing-here"]
        // The page of what is not there says so, with its status.
        let found = try await Browser.problems(server.root, pages).filter { !$0.hasSuffix("status 404") }
        #expect(found == [])
    }

    @Test(
        "The same of the year 2020, and of an empty store",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func yearAndEmptyInBrowser() async throws {
        let (place, _) = try await Self.year.value
        let server = try await APIServer(place)
        let lone = try await Replay.loneApproach[0]
        let about = "at=2020-08-14"
        let found = try await Browser.problems(
            server.root,
            [
                "/", "/?\(about)", "/?\(about)&zoom=year&unit=km",
                "/?\(about)&zoom=month&tz=Europe/Berlin&time=all&within=any",
                "/?zoom=all", "/changes", "/changes?since=1", "/runs", "/runs?year=2020", "/runs/1", "/quality",
                "/schedule",
                "/objects/\(lone)",
            ])
        #expect(found == [])
        let empty = try Workplace()
        _ = try await empty.perigee("migrate")
        let nothing = try await APIServer(empty)
        let foundOnEmpty = try await Browser.problems(nothing.root, Self.pages)
        #expect(foundOnEmpty == [])
    }

    @Test(
        "The same of 399,075 approaches, and each page is 200 KB at most",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func manyInBrowser() async throws {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        // About 5,200 a year.
        _ = try await place.json("backfill", "--from", "1968-01-01", "--to", "2045-12-31", "--concurrency", "8")
        #expect(try place.count("SELECT COUNT(*) FROM nasa_neo_data") > 390_000)
        let server = try await APIServer(place)
        let some = try place.rows("SELECT id FROM nasa_neo_data WHERE observation_date = '\(Self.today)'")[0]
        let pages = Self.pages + ["/objects/\(some["id"] as String)", "/runs/1"]
        for page in pages {
            let (status, _, text) = try await server.page(page)
            #expect(status == 200, "\(page)")
            #expect(text.utf8.count < 200_000, "\(page)")
        }
        let found = try await Browser.problems(server.root, pages)
        #expect(found == [])
    }

    // MARK: What is said

    @Test("The start page says what the data says: the next pass, its distance, the counts, the closest")
    func headline() async throws {
        let (place, server, id) = try await current()
        let text = try await server.page("/").text
        let last = "\(Self.today.adding(days: 60))"
        let ahead = try await place.json("next", "--within", "20", "--days", "61", "--limit", "1000").list("approaches")
        let next = try ahead.filter { approach in
            let day: String = try approach["approach.observation_date"]
            return day <= last
        }
        let distances = try next.map { try $0["miss_distance_ld"] as Double }
        // The next inside the Moon's distance, else the next within 20.
        let first = next[distances.firstIndex { $0 <= 1 } ?? 0]
        #expect(text.contains("/objects/\(try first["approach.id"] as String)"))
        let headline = try #require(text.firstMatch(of: /<h1>(.*?)<\/h1>/)).output.1
        #expect(headline.hasPrefix("Simulated: Next:"))
        let isNear = distances.contains { $0 <= 1 }
        #expect(headline.contains("closer than the Moon") == isNear)
        let counts = text.matches(of: /<b>([0-9,]+)<\/b> (coming within 20 LD|closer than the Moon)/).map {
            $0.output.1
        }
        #expect(counts == ["\(next.count)", "\(distances.count { $0 < 1 })"])
        #expect(text.contains("Simulated data"))
        let listed = try #require(text.firstMatch(of: /12 of ([0-9]+)/)).output.1
        #expect(listed == "\(next.count)")
        #expect(try await server.page("/objects/\(id)").text.contains("Orbit beside Earth’s"))
    }

    @Test("Distances, times and units are NASA's own, converted as the reader asks: in km, in au, in a zone")
    func unitsAndZones() async throws {
        let (place, replay) = try await Self.year.value
        defer { withExtendedLifetime(replay) {} }
        let server = try await APIServer(place)
        // The nearest of a week, whatever serves it.
        let nearest = try await place.json(
            "approaches", "--from", "2020-08-10", "--to", "2020-08-19", "--sort", "distance", "--limit", "1"
        ).list("approaches")[0]
        let kilometers = try #require(Double(try nearest["miss_distance_km"] as String))
        let epoch: Int = try nearest["epoch_ms"]
        let path = "/?at=2020-08-14&zoom=month&time=all&within=any&sort=distance"
        func row(_ more: String) async throws -> String {
            let text = try await server.page(path + more).text
            let body = try #require(text.firstMatch(of: /<tbody>(.*?)<\/tr>/.dotMatchesNewlines())).output.1
            return String(body)
        }
        let lunar = kilometers / Units.kilometersPerLunarDistance
        func shown(_ row: String) throws -> Double {
            let cell = try #require(row.firstMatch(of: /data-unit="[^"]*">([0-9.,]+)</)).output.1
            return try #require(Double(cell.replacingOccurrences(of: ",", with: "")))
        }
        // Three digits of it.
        let ours = try await shown(row(""))
        #expect(abs(ours - lunar) <= 0.005 * lunar)
        let inKilometers = try await shown(row("&unit=km"))
        #expect(abs(inKilometers - kilometers) <= 0.005 * kilometers)
        let inUnits = try await shown(row("&unit=au"))
        #expect(abs(inUnits * Units.kilometersPerAU - kilometers) <= 0.005 * kilometers)
        // TDB is 69.184 s ahead of UTC; Berlin is 2 hours ahead in August, Kolkata 5 and a half.
        for (zone, seconds) in [("UTC", 0.0), ("Europe/Berlin", 7200), ("Asia/Kolkata", 19_800)] {
            let instant = (Double(epoch) / 1000 - 69.184 + seconds) / 60
            let minute = Int(instant.rounded()) % 1440
            let clock = "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
            #expect(try await row("&tz=\(zone)").contains(">\(clock)<"), "\(zone)")
        }
        #expect(try await server.page(path + "&tz=Mars/Olympus").status == 400)
    }

    @Test(
        "Days that are missing, refused or stale are marked in the picture; a refused window stands beside Fresh, and one click tells why"
    )
    func gaps() async throws {
        let service = try Program.simulator()
        let revised = try await RevisedService(of: try await service.firstLine())
        let place = try Workplace(service: revised.baseURL)
        let today = Self.today
        _ = try await place.json("run", "--from", "\(today.adding(days: -8))", "--to", "\(today.adding(days: 7))")
        // Of 16 days one half answers emptily: that would take back all of it.
        let gone = try place.rows(
            "SELECT DISTINCT id FROM nasa_neo_data WHERE observation_date >= '\(today)'"
        ).map { $0["id"] as String }
        try await revised.revise(gone.map { .gone($0) })
        let outcome = try await place.perigee(
            "run", "--from", "\(today)", "--to", "\(today.adding(days: 7))", "--refresh")
        #expect(outcome.status == 65)
        let server = try await APIServer(place)
        let start = try await server.page("/").text
        #expect(start.contains("1 window refused"))
        #expect(start.contains("url(#hatch-bad)"))
        #expect(start.contains("refused; data of"))
        #expect(start.contains("url(#hatch-none)"))
        #expect(start.contains("not asked for"))
        #expect(start.contains("are missing</a> here"))
        // Also where years are shown at once, and of a day far away.
        _ = try await place.json("run", "--from", "\(today.adding(days: 3000))", "--to", "\(today.adding(days: 3001))")
        let all = try await Self.until {
            try await server.page("/?zoom=all").text
        } is: {
            $0.contains("url(#hatch-none)")
        }
        #expect(all.contains("not asked for"))
        let runs = try await server.page("/runs").text
        #expect(runs.contains("Refused by the audit rule volume-drop"))
        #expect(runs.contains("perigee run --from \(today) --to \(today.adding(days: 7)) --refresh"))
        #expect(runs.contains("Run 2 failed") || runs.contains("Run 2 left"))
        // The body that was refused can be read, byte for byte.
        let file = try #require(runs.firstMatch(of: /href="\/evidence\/([^"]+)">Raw body<\/a><\/div>/)).output.1
        let body = try await server.page("/evidence/\(file)")
        #expect(body.status == 200)
        #expect(Data(body.text.utf8) == (try place.bytes("\(Workplace.landing)/\(file)")))
        for path in [
            "/evidence/..%2Fperigee.sqlite", "/evidence/nasa_neo_raw_1999-01-01.json",
            "/evidence/nasa_neo_verdict_1.json",
        ] {
            #expect([400, 404].contains(try await server.page(path).status), "\(path)")
        }
        // One click from the start page.
        if Browser.isAvailable {
            let failed = try await Browser.walk(
                server.root,
                [
                    ["goto": "/"], ["click": "a.chip.bad"],
                    ["expect": ["h2", "Refused by the audit rule volume-drop"]],
                    ["expect": ["h3", "Next step"]], ["url": "/runs"],
                ])
            #expect(failed == nil)
        }
        // Accepted by nobody and answered anew, it is mended.
        try await revised.revise()
        _ = try await place.json("run", "--from", "\(today)", "--to", "\(today.adding(days: 7))", "--refresh")
        let mended = try await Self.until {
            try await server.page("/").text
        } is: {
            !$0.contains("window refused")
        }
        #expect(!mended.contains("hatch-bad)\""))
        #expect(mended.contains("not asked for"))
    }

    @Test(
        "A failure is on every page with its cause and the run; an empty store says what to do; a name can't be a tag")
    func failuresAndNames() async throws {
        let empty = try Workplace()
        _ = try await empty.perigee("migrate")
        let nothing = try await APIServer(empty)
        let start = try await nothing.page("/").text
        #expect(start.contains("Nothing here yet"))
        #expect(
            start.contains("perigee run --from \(Self.today.adding(days: -30)) --to \(Self.today.adding(days: 60))<"))
        #expect(start.contains("<b>Empty</b>"))

        let service = try Program.simulator()
        let revised = try await RevisedService(of: try await service.firstLine())
        let place = try Workplace(service: revised.baseURL)
        let name = #"(<script>alert('1')</script> "X" & Y)"#
        let object = try await Self.object(of: service, on: Self.today.adding(days: 1))
        try await revised.revise(
            .object(object, "name", json: #""\#(name.replacingOccurrences(of: "\"", with: "\\\""))""#))
        _ = try await place.json("run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))")
        let server = try await APIServer(place)
        for path in [
            "/?within=any&rows=60", "/objects/\(object)", "/changes?rows=60", "/objects?q=%3Cscript%3E",
            "/?zoom=week&within=any&rows=60&sort=name", "/sky.svg", "/objects/\(object)/approaches.svg",
        ] {
            let page = try await server.page(path)
            #expect(page.status == 200, "\(path)")
            #expect(!page.text.contains("<script>alert"), "\(path)")
        }
        #expect(try await server.page("/objects/\(object)").text.contains("&lt;script&gt;alert(&#39;1&#39;)"))
        // Nothing answers any more.
        service.signal(SIGKILL)
        _ = await service.outcome()
        let failed = try await place.perigee(
            "run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))", "--refresh", "--attempts", "1")
        #expect(failed.status == 69)
        let text = try await Self.until {
            try await server.page("/changes").text
        } is: {
            $0.contains("The last run failed")
        }
        #expect(text.contains("<b>Failing</b>"))
        #expect(text.contains(#"<a href="/runs/2">Run 2: cause and next step</a>"#))
        let run = try await server.page("/runs/2").text
        #expect(run.contains("Something it needs could not be reached"))
        #expect(run.contains("perigee doctor"))
    }

    /// Looks again until it is so.
    private static func until(
        _ look: () async throws -> String, is wanted: (String) -> Bool
    ) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let text = try await look()
            if wanted(text) || ContinuousClock.now > deadline { return text }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// An object that passes on a day.
    private static func object(of service: Started, on day: CalendarDate) async throws -> String {
        let url = "\(try await service.firstLine())/feed?start_date=\(day)&end_date=\(day)"
        let body = try NeoWsBody(try await Web.get(url, headers: ["X-Api-Key": "ANOTHER_KEY"]).body)
        return try #require(body.rows.first)[0]
    }

    // MARK: Finding

    @Test(
        "The search finds an object by its name, designation, number and SPK-ID, without a script; what is unknown gets a lookup command"
    )
    func finding() async throws {
        let (place, replay) = try await Self.year.value
        defer { withExtendedLifetime(replay) {} }
        let server = try await APIServer(place)
        let rows = try place.rows("SELECT DISTINCT id, name FROM nasa_neo_data WHERE name LIKE '%(20%' LIMIT 3")
        for row in rows {
            let (id, name): (String, String) = (row["id"], row["name"])
            for words in [id, name, name.trimmingCharacters(in: CharacterSet(charactersIn: "()")).lowercased()] {
                let query = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let text = try await server.page("/objects?q=\(query)").text
                // A single find leads on to the object; of several it is listed.
                #expect(text.contains("/objects/\(id)\"") || text.contains("Object \(id)"), "\(words)")
            }
        }
        let unknown = try await server.page("/objects?q=4000000").text
        #expect(unknown.contains("perigee lookup 4000000"))
        #expect(try await server.page("/objects/4000000").status == 404)
        #expect(try await server.page("/objects?q=%3Cb%3E%25%00").status == 400)
    }

    @Test("Every link of every page leads to a page, to the third click")
    func links() async throws {
        let (_, server, id) = try await current()
        var seen: Set<String> = []
        var waiting = ["/", "/changes", "/runs", "/quality", "/schedule", "/objects/\(id)"]
        var kinds: [String: Int] = [:]
        for _ in 0..<3 {
            var next: [String] = []
            for path in waiting where seen.insert(path).inserted && seen.count < 400 {
                let (status, headers, text) = try await server.page(path)
                #expect(status == 200, "\(path)")
                guard headers["content-type"]?.hasPrefix("text/html") == true, !path.hasPrefix("/api/") else {
                    continue
                }
                for piece in text.components(separatedBy: "=\"/").dropFirst() {
                    let link =
                        "/" + piece.prefix { $0 != "\"" && $0 != "#" }.replacingOccurrences(of: "&amp;", with: "&")
                    // One object's page, one run's and one body is like another.
                    let kind = link.filter { !$0.isNumber }
                    kinds[kind, default: 0] += 1
                    if kinds[kind] ?? 0 <= 3 { next.append(link) }
                }
            }
            waiting = next
        }
        #expect(seen.count > 60)
    }

    // MARK: Safe and fast

    @Test("Pages forbid what they don't need, set no cookie, and are sent again only where something changed")
    func headers() async throws {
        let (_, server, _) = try await current()
        for path in ["/", "/changes", "/runs", "/nothing", "/sky.svg", "/?zoom=nonsense"] {
            let (_, headers, text) = try await server.page(path)
            let policy = try #require(headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(headers["x-frame-options"] == "DENY")
            #expect(headers["set-cookie"] == nil)
            #expect(headers["access-control-allow-origin"] == nil)
            #expect(headers["x-content-type-options"] == "nosniff")
            if !path.hasSuffix("svg") {
                #expect(!text.contains(" style=\""))
                #expect(!text.contains("<style"))
                #expect(text.matches(of: /<script/).count == 1)
            }
        }
        // Until the minute is over.
        var isSame = false
        for _ in 0..<3 where !isSame {
            let tag = try #require(try await server.page("/").headers["etag"])
            isSame = try await server.page("/", headers: ["If-None-Match": tag]).status == 304
        }
        #expect(isSame)
        let asset = try #require(try await server.page("/").text.firstMatch(of: /href="(\/assets\/style[^"]+)"/)).output
            .1
        #expect(try await server.page(String(asset)).headers["cache-control"] == "public, max-age=31536000, immutable")
    }

    @Test(
        "Wrong parameters get a page that names them",
        arguments: [
            "/?zoom=decade", "/?at=2020-13-01", "/?tz=Nowhere", "/?rows=0", "/?within=-1", "/?unit=furlong", "/?x=1",
            "/?zoom=week&zoom=year",
            "/changes?since=yesterday", "/runs?year=1", "/objects?q=%07", "/quarantine/x",
            "/days.csv?from=2020-02-02&to=2020-01-01",
            "/sign-in?next=//evil.example", "/sign-in?next=https://evil.example",
        ])
    func wrongParameters(_ path: String) async throws {
        let (_, server, _) = try await current()
        let (status, headers, text) = try await server.page(path)
        #expect([400, 409].contains(status))
        #expect(headers["content-type"]?.hasPrefix("text/html") == true)
        #expect(text.contains("parameter"))
    }

    // MARK: Doing

    @Test(
        "From a page, with a token: pause, resume, trigger, back-fill and replay do what the commands do, and their progress shows by itself",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func actions() async throws {
        // One answer has a bad record; each takes a while, so that progress can be seen.
        let service = try Program.simulator(["--fault", "badrecord@2"])
        let slow = try await Proxy(
            to: try await service.firstLine(), edit: "time.sleep(1)\nreturn status, headers, body")
        let place = try Workplace(service: slow.baseURL)
        _ = try await place.perigee("migrate")
        let token: String = try await place.json("token", "create", "robot", "--scope", "write")["token"]
        let reader: String = try await place.json("token", "create", "reader", "--scope", "read")["token"]
        let server = try await APIServer(
            place, ["--listen", "0.0.0.0:0", "--ahead", "0", "--rate-limit", "0"])
        let root = "http://127.0.0.1:\(server.port)"
        // Anybody reads; a button says what it takes.
        let page = String(decoding: try await Web.get(root + "/schedule").body, as: UTF8.self)
        #expect(page.contains("Sign in with a token"))
        #expect(page.contains("disabled"))
        let signIn: [[String: Any]] = [
            ["goto": "/sign-in?next=/schedule"], ["fill": ["input[name=token]", ["env": "TOKEN"]]],
            ["click": "main button.primary"],
        ]
        let wrong = try await Browser.walk(
            root, signIn + [["expect": ["[role=alert]", "does not know this token"]], ["status": 401]],
            environment: ["TOKEN": "perigee_wrong"])
        #expect(wrong == nil)
        let onlyReads = try await Browser.walk(
            root, signIn + [["url": "/schedule"], ["expect": ["main", "may only read"]]], environment: ["TOKEN": reader]
        )
        #expect(onlyReads == nil)
        let (from, to) = ("2021-01-01", "2021-03-04")
        let steps: [[String: Any]] =
            signIn + [
                ["url": "/schedule"], ["click": "form[action='/schedule/pause'] button"], ["expect": ["h1", "paused"]],
                ["click": "form[action='/schedule/resume'] button"], ["expect": ["h1", "NASA is asked"]],
                ["fill": ["form[action='/schedule/backfill'] input[name=from]", from]],
                ["fill": ["form[action='/schedule/backfill'] input[name=to]", to]],
                ["click": "form[action='/schedule/backfill'] button"],
                // Without a reload: the page looks again by itself.
                ["expect": ["td", "of 8 windows"], "within": 30], ["expect": [".state", "Running"]],
                ["expect": ["tr:has-text('back-fill')", "Succeeded"], "within": 60],
            ]
        let filling = try await Browser.walk(root, steps, environment: ["TOKEN": token])
        #expect(filling == nil)
        let runs = try await place.json("runs").list("runs")
        let filled = try #require(try runs.first { try $0["command"] as String == "backfill" })
        #expect(try filled["from"] == from)
        #expect(try filled["to"] == to)
        #expect(try await place.json("quality", "--from", from, "--to", to)["missing_days"] as [String] == [])
        // A replay of what is in quarantine, and a trigger of days of one's own.
        let open = try await place.json("quarantine", "list").list("entries").count
        let again: [[String: Any]] =
            signIn + [["url": "/schedule"]]
            + (open > 0
                ? [
                    ["goto": "/runs"], ["click": "form[action='/quarantine/replay'] button"], ["url": "/schedule"],
                    ["expect": ["tr:has-text('replay')", "Succeeded"], "within": 60],
                ] : [])
            + [
                ["fill": ["form[action='/schedule/trigger'] input[name=from]", "2021-01-01"]],
                ["fill": ["form[action='/schedule/trigger'] input[name=to]", "2021-01-08"]],
                ["click": "form[action='/schedule/trigger'] button"],
                ["expect": ["tr:has-text('asked for by hand')", "Succeeded"], "within": 60],
                ["click": "form[action='/sign-out'] button"], ["expect": ["footer", "Sign in with a token"]],
            ]
        let others = try await Browser.walk(root, again, environment: ["TOKEN": token])
        #expect(others == nil)
        let later = try await place.json("runs").list("runs")
        #expect(try later.contains { try $0["command"] as String == "trigger" })
        #expect(try later.contains { try $0["command"] as String == "replay" } == (open > 0))
        // Without a script all of it is there as well.
        #expect(
            try await Browser.walk(
                root,
                signIn + [
                    ["url": "/schedule"], ["click": "form[action='/schedule/pause'] button"],
                    ["expect": ["h1", "paused"]],
                ],
                script: false, environment: ["TOKEN": token]) == nil)
        #expect(try await place.json("schedule", "show")["paused"] == true)
        for secret in [token, reader] {
            #expect(!server.process.output.contains(secret))
            #expect(!server.process.errors.contains(secret))
        }
    }

    @Test("A form of another site, or with another key, changes nothing; a revoked token's session ends")
    func foreignForms() async throws {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        let server = try await APIServer(place, ["--ahead", "0"])
        let page = try await server.page("/schedule").text
        let key = String(try #require(page.firstMatch(of: /name="key" value="([0-9a-f]+)"/)).output.1)
        #expect(try await server.form("/schedule/pause", [:]).status == 403)
        #expect(try await server.form("/schedule/pause", ["key": "0123456789abcdef"]).status == 403)
        for headers in [
            ["Origin": "http://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
            ["Sec-Fetch-Site": "same-site"],
            ["Host": "evil.example"], ["Host": "127.evil.example"],
        ] {
            #expect(
                try await server.form("/schedule/pause", ["key": key], headers: headers).status == 403, "\(headers)")
        }
        #expect(try await server.form("/schedule/pause", ["key": key, "x": "1"]).status == 400)
        #expect(
            try await server.form("/schedule/pause", ["key": key], headers: ["Content-Type": "text/plain"]).status
                == 415)
        for days in [["from": "2020-01-01"], ["from": "2020-02-01", "to": "2020-01-01"], ["from": "x", "to": "y"]] {
            let status = try await server.form("/schedule/trigger", days.merging(["key": key]) { $1 }).status
            #expect([400, 409].contains(status))
        }
        #expect(try await place.json("schedule", "show")["paused"] == false)
        #expect(try await server.form("/quarantine/replay", ["key": key]).status == 409)
        let own = ["Origin": "http://127.0.0.1:\(server.port)", "Sec-Fetch-Site": "same-origin"]
        // The page that follows shows what was done, at once.
        let paused = try await server.form("/schedule/pause", ["key": key], headers: own)
        #expect(paused.status == 200)
        #expect(paused.text.contains("The schedule is paused."))
        let resumed = try await server.form("/schedule/resume", ["key": key], headers: own)
        #expect(resumed.text.contains("NASA is asked"))
        _ = try await server.form("/schedule/pause", ["key": key], headers: own)
        #expect(try await place.json("schedule", "show")["paused"] == true)

        // A session is a token's: it ends with it, and its cookie is for this site's own requests alone.
        let token: String = try await place.json("token", "create", "robot", "--scope", "write")["token"]
        let closed = try await APIServer(place, ["--no-schedule", "--reading-takes-token"])
        // Who may not read is told nothing of the store, not even by an error.
        for path in ["/sign-in", "/nothing", "/sign-in?next=x"] {
            let text = try await closed.page(path).text
            #expect(!text.contains("sqlite:"))
            #expect(!text.contains("class=\"state\""))
        }
        let script = """
            import http.client, os, sys, urllib.parse
            def ask(method, path, body=None, headers={}):
                c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
                c.request(method, path, body, headers)
                r = c.getresponse()
                return r.status, dict((k.lower(), v) for k, v in r.getheaders()), r.read().decode()
            status, headers, _ = ask("GET", "/runs?year=2020")
            print(status, headers["location"])
            page = ask("GET", "/sign-in")[2]
            key = page.split('name="key" value="')[1].split('"')[0]
            form = urllib.parse.urlencode({"key": key, "next": "/runs", "token": os.environ["TOKEN"]})
            status, headers, _ = ask("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
            cookie = headers["set-cookie"]
            print(status, headers["location"], all(w in cookie for w in ["HttpOnly", "SameSite=Strict", "Path=/"]), os.environ["TOKEN"] in cookie)
            print(ask("GET", "/runs", None, {"Cookie": cookie.split(";")[0]})[0])
            sys.stdout.flush()
            sys.stdin.readline()
            print(ask("GET", "/runs", None, {"Cookie": cookie.split(";")[0]})[0])
            """
        let client = try Started(
            executable: "/bin/sh",
            arguments: [
                "-c", #"(while [ ! -e go ]; do sleep 0.1; done; echo) | exec python3 -c "$0" "$1""#, script,
                "\(closed.port)",
            ],
            folder: place.folder.path, environment: ["TOKEN": token])
        let begun = try await Self.until {
            client.output
        } is: {
            $0.split(separator: "\n").count == 3
        }
        #expect(begun == "303 /sign-in?next=/runs%3Fyear%3D2020\n303 /runs True False\n200\n")
        _ = try await place.json("token", "revoke", "robot")
        try await Task.sleep(for: .seconds(1))
        try Data().write(to: URL(fileURLWithPath: place.folder("go")))
        #expect(await client.outcome().output.hasSuffix("200\n303\n"))
    }
}
