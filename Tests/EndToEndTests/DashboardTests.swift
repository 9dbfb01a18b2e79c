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
        // The most that a page can show.
        let long = "rows=80&unit=km&sort=size&time=all&within=any&tz=America/Argentina/ComodRivadavia"
        for page in pages + ["/runs/1?log=all", "/?\(long)", "/?zoom=year&\(long)"] {
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
        let listed = try #require(text.firstMatch(of: /12 of <a[^>]*>([0-9]+)</)).output.1
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
        let kilometers: Double = try nearest["miss_distance_km"]
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
        within seconds: Int = 20, _ look: () async throws -> String, is wanted: (String) -> Bool
    ) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
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

    // MARK: What went wrong

    @Test("A turn that failed before a run began is on every page; its cause and the next step are one click away")
    func failedTurn() async throws {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        _ = try await place.json("run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))")
        // Nothing listens there.
        let server = try await APIServer(place, ["--engine", "spark", "--spark", "sc://127.0.0.1:1"])
        let start = try await Self.until(within: 90) {
            try await server.page("/").text
        } is: {
            $0.contains("<b>Failing</b>")
        }
        #expect(start.contains("The last turn failed"))
        #expect(start.contains("Spark at sc://127.0.0.1:1"))
        #expect(start.contains(#"<a href="/schedule">Cause and next step</a>"#))
        let schedule = try await server.page("/schedule").text
        #expect(schedule.contains("failed before a run began"))
        #expect(schedule.contains("perigee doctor"))
        #expect(schedule.contains("Ask NASA again"))
    }

    @Test("A failure stays until its own days are good: a hundred lookups and a good run about others do not hide it")
    func failureStays() async throws {
        let (first, second) = (try Program.simulator(), try Program.simulator())
        let place = try Workplace(service: try await first.firstLine())
        _ = try await place.json("run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))")
        first.signal(SIGKILL)
        _ = await first.outcome()
        let failed = try await place.perigee(
            "run", "--from", "2021-01-01", "--to", "2021-01-08", "--attempts", "1")
        #expect(failed.status == 69)
        let other = try await second.firstLine()
        _ = try await place.json("run", "--from", "2021-03-01", "--to", "2021-03-08", service: other)
        try Self.write(
            place,
            """
            INSERT INTO perigee_runs (command, engine, status, service, host, pid, process_started, started_at, heartbeat_at, finished_at,
            planned, published, skipped, failed, inserted, revised, retired, unchanged, quarantined, requests, waited_ms)
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 101)
            SELECT 'lookup', engine, 'succeeded', service, host, pid, process_started, started_at, heartbeat_at, finished_at,
            1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0 FROM perigee_runs, n WHERE run_id = 3
            """)
        let server = try await APIServer(place)
        let text = try await server.page("/").text
        #expect(text.contains("<b>Failing</b>"))
        #expect(text.contains("A run failed, and its days are not mended"))
        #expect(text.contains(#"<a href="/runs/2">Run 2: cause and next step</a>"#))
        _ = try await place.json("run", "--from", "2021-01-01", "--to", "2021-01-08", service: other)
        let mended = try await Self.until {
            try await server.page("/").text
        } is: {
            !$0.contains("<b>Failing</b>")
        }
        #expect(mended.contains("<b>Fresh</b>"))
    }

    @Test(
        "A refused window keeps the store failing while others succeed; where years are shown it is marked, like stale days"
    )
    func refusedStays() async throws {
        let service = try Program.simulator()
        let revised = try await RevisedService(of: try await service.firstLine())
        let place = try Workplace(service: revised.baseURL)
        let today = Self.today
        _ = try await place.json("run", "--from", "\(today.adding(days: -500))", "--to", "\(today.adding(days: 7))")
        try await revised.revise(.elementCount(100_000))
        let (from, to) = (today.adding(days: 100), today.adding(days: 107))
        let refused = try await place.perigee("run", "--from", "\(from)", "--to", "\(to)")
        #expect(refused.status == 65)
        try await revised.revise()
        _ = try await place.json("run", "--from", "\(today)", "--to", "\(today.adding(days: 7))", "--refresh")
        // Days to come that were asked for long ago.
        try Self.write(
            place, "UPDATE perigee_days SET seen_at = '2020-01-01 00:00:00.000' WHERE observation_date > '\(today)'")
        let server = try await APIServer(place)
        let all = try await server.page("/?zoom=all").text
        #expect(all.contains("<b>Failing</b>"))
        #expect(all.contains("refused; nothing published"))
        #expect(all.contains(#"fill="url(#hatch-bad)""#))
        #expect(all.contains(#"fill="url(#hatch)""#))
        #expect(all.contains("data of Jan 1, 2020"))
        let run = try await server.page("/runs/2").text
        #expect(run.contains("Refused by the audit rule element-count"))
        // Nobody can accept that.
        #expect(!run.contains("--accept-removals"))
        #expect(run.contains("contradicts itself"))
    }

    @Test(
        "A failed lookup has its command, on an empty store the start page leads there; an answer that was none can be read"
    )
    func failedLookup() async throws {
        let service = try Program.simulator()
        let nonsense = try await Proxy(
            to: try await service.firstLine(), edit: #"return 200, headers, b"<h1>Tea</h1>, not NEOs""#)
        let place = try Workplace(service: nonsense.baseURL)
        let failed = try await place.perigee("lookup", "2000433", "--attempts", "1")
        #expect(failed.status != 0)
        let server = try await APIServer(place)
        let start = try await server.page("/").text
        #expect(start.contains("<b>Empty</b>"))
        #expect(start.contains("The last run failed"))
        #expect(start.contains(#"<a href="/runs/1">Run 1: cause and next step</a>"#))
        let run = try await server.page("/runs/1").text
        #expect(run.contains("perigee lookup 2000433<"))
        let link = try #require(run.firstMatch(of: /href="(\/evidence\/nasa_neo_refused_[^"]+\.body)"/)).output.1
        let answer = try await server.page(String(link))
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
        #expect(answer.text == "<h1>Tea</h1>, not NEOs")
        // A run that planned something and has no window left says what.
        try Self.write(place, "DELETE FROM perigee_batches")
        #expect(try await server.page("/runs/1?log=all").text.contains("It planned 1 answer"))
    }

    @Test("A run whose process is gone is no longer running as soon as its lease ends, within the minute")
    func endOfLease() async throws {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        _ = try await place.json("run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))")
        let server = try await APIServer(place)
        // Not across a minute, which makes every page anew.
        let second = Int(Date().timeIntervalSince1970) % 60
        if second > 40 { try await Task.sleep(for: .seconds(62 - second)) }
        let heartbeat = Timestamp.text(Date().addingTimeInterval(-54))
        try Self.write(
            place,
            "UPDATE perigee_runs SET status = 'running', finished_at = NULL, heartbeat_at = '\(heartbeat)' WHERE run_id = 1"
        )
        let running = try await Self.until {
            try await server.page("/runs/1").text
        } is: {
            $0.contains("Run 1 is under way")
        }
        #expect(running.contains("Run 1 is under way"))
        let ended = try await Self.until(within: 9) {
            try await server.page("/runs/1").text
        } is: {
            $0.contains("was broken off")
        }
        #expect(ended.contains("Run 1 was broken off"))
    }

    @Test("An answer by a clock that is ahead of ours is not fresh: the page says that two clocks differ")
    func clocks() async throws {
        let service = try Program.simulator()
        let revised = try await RevisedService(of: try await service.firstLine())
        try await revised.revise(.clock(seconds: 6 * 365 * 86_400))
        let place = try Workplace(service: revised.baseURL)
        _ = try await place.json("run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))")
        let text = try await APIServer(place).page("/").text
        #expect(!text.contains("<b>Fresh</b>"))
        #expect(text.contains("Two clocks differ"))
    }

    // MARK: What is compared, and how much is shown

    @Test("The headline of the changes compares the value that holds now with the first one, whatever came between")
    func netChange() async throws {
        let service = try Program.simulator()
        let revised = try await RevisedService(of: try await service.firstLine())
        let place = try Workplace(service: revised.baseURL)
        let day = Self.today.adding(days: 1)
        let object = try await Self.object(of: service, on: day)
        func ask(_ lunarDistances: Double) async throws {
            try await revised.revise(.distance(object, on: "\(day)", au: "\(lunarDistances / 389)"))
            _ = try await place.json(
                "run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 7))", "--refresh")
        }
        for distance in [6.21, 1.86, 3.10] { try await ask(distance) }
        let server = try await APIServer(place)
        let moved = try await server.page("/changes?since=1").text
        #expect(moved.contains("pass is now 3.10 lunar distances out, not 6.21."))
        try await ask(6.21)
        let swung = try await Self.until {
            try await server.page("/changes?since=1").text
        } is: {
            !$0.contains("moved the most")
        }
        #expect(!swung.contains("moved the most"))
        #expect(swung.contains("revised 3"))
    }

    @Test("A run's numbers lead to what they are made of: its changes alone, its records in quarantine, its windows")
    func numbersLead() async throws {
        let service = try Program.simulator(["--fault", "badrecord@1"])
        let revised = try await RevisedService(of: try await service.firstLine())
        let place = try Workplace(service: revised.baseURL)
        let day = Self.today.adding(days: 3)
        let object = try await Self.object(of: service, on: day)
        let (from, to) = ("\(Self.today)", "\(Self.today.adding(days: 7))")
        _ = try await place.json("run", "--from", from, "--to", to)
        try await revised.revise(.distance(object, on: "\(day)", au: "0.0123"))
        _ = try await place.json("run", "--from", from, "--to", to, "--refresh")
        let server = try await APIServer(place)
        /// Where a number of a run's page leads to, and what it says.
        func follow(_ run: Int, _ pattern: Regex<(Substring, Substring, Substring)>) async throws -> (
            number: String, text: String
        ) {
            let page = try await server.page("/runs/\(run)").text
            let found = try #require(page.firstMatch(of: pattern)).output
            let url = found.1.prefix { $0 != "#" }.replacingOccurrences(of: "&amp;", with: "&")
            return (String(found.2), try await server.page(url).text)
        }
        // The newest first.
        let runs = try await place.json("runs").list("runs").reversed()
        for (run, record) in zip(1..., runs) where try record["inserted"] > 0 {
            let added = try await follow(run, /<a href="([^"]+)">([0-9,]+)<\/a> added/)
            #expect(added.number == "\(try record["inserted"] as Int)")
            #expect(added.text.contains("<b>\(added.number)</b> added"))
        }
        let moved = try await follow(2, /<a href="([^"]+)">([0-9,]+)<\/a> revised/)
        #expect(moved.number == "1")
        #expect(moved.text.contains("<b>1</b> revised"))
        #expect(moved.text.contains("/objects/\(object)\""))
        // The second answer has the same bad record: it is held back once, and found twice.
        for run in 1...2 {
            let held = try await follow(run, /<a href="([^"]+)">([0-9,]+)<\/a> in quarantine/)
            #expect(held.text.matches(of: /<td class="r1"><a href="\/quarantine\/[0-9]+">/).count == Int(held.number))
        }
        let broken = try await follow(
            1, /<a href="(\/quarantine[^"]+)">([0-9,]+)<\/a><span class="hidden"> failed/)
        #expect(broken.text.matches(of: /<td class="r1"><a href="\/quarantine\/[0-9]+">/).count == Int(broken.number))
        let listed = try await follow(2, /<td class="n d720"><a href="(\/evidence[^"]+)">([0-9,]+)<\/a>/)
        #expect(listed.text.contains(/"element_count" ?: ?(?<count>[0-9]+)/))
        #expect(listed.text.contains(": \(listed.number),") || listed.text.contains(":\(listed.number),"))
        // Run 2 has worked on the window of run 1 since.
        #expect(
            try await server.page("/runs/1").text.contains(/id="windows".{1,200}at the run that worked on it last/))
        #expect(try await server.page("/changes?run=9").status == 404)
        let csv = try await server.page("/changes.csv?run=2&kind=revised").text
        #expect(csv.split(separator: "\r\n").count == 2)
    }

    @Test("Where the day of the next pass was not asked for itself, the headline says of what it is the next")
    func headlineOfUnknownDay() async throws {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        _ = try await place.json("run", "--from", "\(Self.today)", "--to", "\(Self.today.adding(days: 60))")
        let ahead = try await place.json("next", "--within", "20", "--days", "60", "--limit", "1000").list("approaches")
        let first = try ahead.firstIndex { (try $0["miss_distance_ld"] as Double) <= 1 } ?? 0
        let day: String = try ahead[first]["approach.observation_date"]
        try Self.write(place, "DELETE FROM perigee_days WHERE observation_date = '\(day)'")
        #expect(try await APIServer(place).page("/").text.contains("<h1>Simulated: Next in this store: "))
    }

    @Test("Days by state have the whole year, in the calendar and in its CSV")
    func wholeYear() async throws {
        let (place, replay) = try await Self.year.value
        defer { withExtendedLifetime(replay) {} }
        let server = try await APIServer(place)
        let text = try await server.page("/runs?year=2020").text
        #expect(text.contains("January 1, 2020 to December 31, 2020"))
        #expect(text.matches(of: /<g><title>2020-/).count == 366)
        let csv = try #require(text.firstMatch(of: /href="(\/days\.csv[^"]+)"/)).output.1
        let days = try await server.page(csv.replacingOccurrences(of: "&amp;", with: "&")).text
        #expect(days.contains("2020-01-01,published"))
        #expect(days.split(whereSeparator: \.isNewline).count == 367)
        let year = Self.today.components.year
        #expect(try await server.page("/runs").text.contains("<title>\(year)-01-01:"))
    }

    @Test("An object's many passes come a page at a time, and all of them")
    func manyPasses() async throws {
        let service = try Program.simulator()
        let many = try await Proxy(
            to: try await service.firstLine(),
            edit: """
                import calendar, datetime
                one = json.loads(body)
                passes = []
                for number in range(420):
                    at = datetime.datetime(1900, 1, 3, 5) + datetime.timedelta(days=170 * number)
                    passes.append({**one["close_approach_data"][0], "orbiting_body": "Earth", "close_approach_date": at.strftime("%Y-%m-%d"),
                        "close_approach_date_full": at.strftime("%Y-%b-%d %H:%M"), "epoch_date_close_approach": calendar.timegm(at.timetuple()) * 1000})
                one["close_approach_data"] = passes
                return status, headers, json.dumps(one).encode()
                """)
        let place = try Workplace(service: many.baseURL)
        let object = try await Self.object(of: service, on: Self.today)
        _ = try await place.json("lookup", object)
        let server = try await APIServer(place)
        var (next, seen, pages) = (Optional("/objects/\(object)?all=true"), Set<String>(), 0)
        while let path = next, pages < 10 {
            let text = try await server.page(path).text
            #expect(text.utf8.count < 200_000, "\(path)")
            let days = text.matches(of: #/<td class="r1 nowrap"><a href="[^"]*pass=([0-9-]+)/#).map { "\($0.output.1)" }
            #expect(seen.isDisjoint(with: days))
            seen.formUnion(days)
            pages += 1
            let later = text.firstMatch(of: ##/<a class="button" href="([^"#]+)#table">Later/##)
            next = later.map { $0.output.1.replacingOccurrences(of: "&amp;", with: "&") }
        }
        #expect(seen.count == 420)
        #expect(pages == 4)
    }

    @Test("Links to objects keep the unit and the zone")
    func linksKeep() async throws {
        let (_, server, _) = try await current()
        let text = try await server.page("/?unit=km&tz=Europe/Berlin").text
        let links = text.matches(of: /href="(\/objects\/[^"]*)"/).map(\.output.1)
        #expect(links.count > 20)
        #expect(links.allSatisfy { $0.hasSuffix("?unit=km&amp;tz=Europe/Berlin") })
    }

    @Test("A page asks for 400 windows at most and names the command for more; what waits already is not queued again")
    func boundedRequests() async throws {
        let service = try Program.simulator()
        let place = try Workplace(service: try await service.firstLine())
        let server = try await APIServer(place, ["--ahead", "0"])
        let page = try await server.page("/schedule").text
        let key = String(try #require(page.firstMatch(of: /name="key" value="([0-9a-f]+)"/)).output.1)
        for (action, command) in [("trigger", "perigee run --from 1950"), ("backfill", "perigee backfill --from 1950")]
        {
            let refused = try await server.form(
                "/schedule/\(action)", ["key": key, "from": "1950-01-01", "to": "2020-12-31"])
            #expect(refused.status == 409)
            #expect(refused.text.contains("3,242 windows"))
            #expect(refused.text.contains(command))
        }
        _ = try await Self.until {
            try await server.page("/schedule").text
        } is: {
            $0.contains("Succeeded")
        }
        // Another server is at a turn.
        try Self.write(
            place,
            "UPDATE perigee_slots SET state = 'running', host = 'elsewhere', heartbeat_at = '\(Timestamp.text(Date()))'"
        )
        for _ in 0..<3 {
            let asked = try await server.form(
                "/schedule/trigger", ["key": key, "from": "2020-02-03", "to": "2020-02-10"])
            #expect(asked.status == 200)
        }
        #expect(try place.count("SELECT COUNT(*) FROM perigee_slots WHERE state = 'waiting'") == 1)
    }

    // MARK: In the hand

    /// Has Chromium do the steps of a script, with the pages' root as `root`; what it prints.
    private static func browse(_ root: String, _ script: String) async throws -> String {
        let start = """
            import sys
            from playwright.sync_api import sync_playwright
            root = sys.argv[1]
            playwright = sync_playwright().start()
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])

            """
        let end = "\nbrowser.close()\nplaywright.stop()\n"
        let outcome = try await Started(
            executable: TestS3.python, arguments: ["-c", start + script + end, root], folder: NSTemporaryDirectory(),
            environment: [:]
        ).outcome()
        #expect(outcome.status == 0, "\(outcome.errors.suffix(1000))")
        return outcome.output
    }

    @Test(
        "A pointer on a mark means that mark: with a script for hover, click and touch, without one for a click",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func marks() async throws {
        let (_, server, id) = try await current()
        let wrong = try await Self.browse(
            server.root,
            """
            MARKS = '''() => [...document.querySelectorAll(".chart svg a")].map((a) => {
                const box = a.querySelector(".m, .u").getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2, a.getAttribute("href")];
            })'''
            UNDER = '([x, y]) => document.elementFromPoint(x, y)?.closest("a")?.getAttribute("href")'
            KEEP = '''() => document.addEventListener("click", (event) => {
                const link = event.target.closest(".chart a");
                if (event.defaultPrevented || !link) return;
                event.preventDefault();
                window.went = link.getAttribute("href");
            })'''
            for path in ["/", "/?zoom=week", "/?zoom=year", "/objects/\(id)"]:
                for width, touch, script in [(390, True, True), (390, False, False), (1440, False, True), (1440, False, False)]:
                    context = browser.new_context(viewport={"width": width, "height": 900}, has_touch=touch, java_script_enabled=script)
                    page = context.new_page()
                    page.goto(root + path)
                    page.evaluate('document.querySelector(".chart").scrollIntoView()')
                    if script:
                        page.evaluate(KEEP)
                    marks = page.evaluate(MARKS)
                    assert marks, path
                    for x, y, href in marks:
                        # What lies on each other can't be told apart by anybody.
                        apart = sorted(((x - a) ** 2 + (y - b) ** 2) ** .5 for a, b, other in marks)
                        if len(apart) > 1 and apart[1] < 5 or not (0 < x < width and 0 < y < 890):
                            continue
                        if not script:
                            got = page.evaluate(UNDER, [x, y])
                        elif touch:
                            page.touchscreen.tap(x, y)
                            page.touchscreen.tap(x, y)
                            got = page.evaluate("window.went")
                        else:
                            page.mouse.move(x, y)
                            assert page.locator(".tip").is_visible()
                            page.mouse.click(x, y)
                            got = page.evaluate("window.went")
                        if got != href:
                            print(path, width, touch, script, href, got)
                    context.close()
            """)
        #expect(wrong == "")
    }

    @Test(
        "An open page looks again by the minute, keeps scroll, focus and what was typed; Back shows the URL's filter",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func openPages() async throws {
        let (_, server, _) = try await current()
        let said = try await Self.browse(
            server.root,
            """
            page = browser.new_page()
            page.add_init_script("{ const now = Date.now.bind(Date); window.ahead = 0; Date.now = () => now() + window.ahead; }")
            answers = []
            page.on("response", lambda answer: answers.append(answer.status))
            page.goto(root + "/")
            # From now on the server says something else.
            later = page.request.get(root + "/").text().replace("<h1>", "<h1>Later. ")
            page.route(root + "/", lambda route: route.fulfill(body=later, content_type="text/html"))
            page.evaluate("window.scrollTo(0, 1200)")
            page.locator("td a").nth(2).focus()
            place = page.evaluate("[scrollY, document.activeElement.href]")
            page.evaluate("window.ahead += 60000")
            page.locator("h1", has_text="Later. ").wait_for(timeout=10000)
            print(place == page.evaluate("[scrollY, document.activeElement.href]"))
            page.unroute(root + "/")
            # A page that is the same is not sent again.
            same = False
            for attempt in range(4):
                page.evaluate("window.ahead += 60000")
                page.wait_for_timeout(2500)
                same = same or answers[-1] == 304
            print(same)
            # What somebody types stays.
            page.goto(root + "/changes")
            page.fill("input[name=since]", "12")
            page.evaluate("document.activeElement.blur(); window.ahead += 60000")
            page.wait_for_timeout(2500)
            print(page.input_value("input[name=since]"))
            # Back.
            page.goto(root + "/")
            page.select_option("select[name=within]", "5")
            page.wait_for_url("**within=5*")
            page.go_back()
            page.wait_for_timeout(500)
            print(page.input_value("select[name=within]"))
            """)
        #expect(said == "True\nTrue\n12\n20\n")
    }

    @Test(
        "Print is dark on light, without what can't be pressed on paper; signing in fits 320 pixels",
        .enabled(if: Browser.isAvailable, "there is no chromium-headless-shell (Debian)"))
    func printed() async throws {
        let (_, server, _) = try await current()
        let said = try await Self.browse(
            server.root,
            """
            page = browser.new_page(color_scheme="dark")
            # A number that leads to a CSV stays: it is a number on paper, too.
            CONTROLS = "button, input, select, .button, a[href*='.csv']:not(.note *), a[rel]"
            for path in ["/", "/changes", "/runs", "/schedule"]:
                page.goto(root + path)
                page.emulate_media(media="print", color_scheme="dark")
                print(page.evaluate("getComputedStyle(document.body).color"))
                print(page.locator(CONTROLS).locator("visible=true").count())
                page.emulate_media(media="screen", color_scheme="dark")
            narrow = browser.new_page(viewport={"width": 320, "height": 700})
            narrow.goto(root + "/sign-in")
            print(narrow.evaluate("document.documentElement.scrollWidth"))
            """)
        #expect(said == String(repeating: "rgb(19, 23, 34)\n0\n", count: 4) + "320\n")
    }

    /// Changes a store as no command would.
    private static func write(_ place: Workplace, _ sql: String) throws {
        let queue = try DatabaseQueue(path: place.folder(Workplace.store))
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
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
