public import Foundation

/// NASA after it has changed its mind: a service in front of another one, whose feeds, lookups and pages say what the
/// other's say but for the test's revisions. All other digits stay as they are.
public final class RevisedService: Sendable {
    /// The base URL for `--api-url`.
    public let baseURL: String
    private let folder: TemporaryFolder
    private let process: Started

    /// Starts it in front of `service`, a base URL, with these revisions.
    public init(of service: String, _ revisions: Revision...) async throws {
        folder = try TemporaryFolder()
        try Self.script.write(toFile: folder("revised.py"), atomically: true, encoding: .utf8)
        process = try Python.serve(folder("revised.py"), [service])
        baseURL = try await process.firstLine()
        try await set(revisions)
    }

    /// From now on these revisions hold, and no earlier ones; without any, the service says what the other one says.
    public func revise(_ revisions: Revision...) async throws { try await set(revisions) }

    /// The same, of a list.
    public func revise(_ revisions: [Revision]) async throws { try await set(revisions) }

    private func set(_ revisions: [Revision]) async throws {
        let texts = revisions.map(\.json).joined(separator: ",")
        let (status, body) = try await Web.request("POST", root + "/_revise", body: Data("[\(texts)]".utf8))
        guard status == 200 else { throw Failure(message: "can't revise: \(String(decoding: body, as: UTF8.self))") }
    }

    /// What it was asked since the start: paths with their queries, without `/neo/rest/v1`, in order.
    public func asked() async throws -> [String] {
        let (_, body) = try await Web.get(root + "/_asked")
        return try JSONSerialization.jsonObject(with: body) as? [String] ?? []
    }

    /// The body of a window, asked for by other means than ours.
    public func feed(_ from: String, _ to: String) async throws -> Data {
        let (status, body) = try await Web.get(
            "\(baseURL)/feed?start_date=\(from)&end_date=\(to)", headers: ["X-Api-Key": "ANOTHER_KEY"])
        guard status == 200 else { throw Failure(message: "status \(status) for \(from)..\(to)") }
        return body
    }

    private var root: String { baseURL.replacingOccurrences(of: "/neo/rest/v1", with: "") }

    private static let script = #"""
        import calendar, datetime as dt, email.utils, json, re, sys, threading, time, urllib.error, urllib.request
        from decimal import Decimal
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        TARGET = sys.argv[1]
        LOCK, ASKED, STATE = threading.Lock(), [], {"revisions": []}
        MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
        MARK = "digits:"


        def read(text):
            # Numbers stay the digits they are.
            return json.loads(text, parse_float=lambda t: MARK + t, parse_int=lambda t: MARK + t)


        def write(value):
            text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
            return re.sub('"' + MARK + '([^"]*)"', r"\1", text).encode()


        def decimal(value, places=9):
            return format(Decimal(value).quantize(Decimal(1).scaleb(-places)), "f")


        def spk(one):
            return one.get("id") or one.get("neo_reference_id")


        def moved(approach, at):
            approach["close_approach_date"] = at.strftime("%Y-%m-%d")
            approach["close_approach_date_full"] = at.strftime("%Y-") + MONTHS[at.month - 1] + at.strftime("-%d %H:%M")
            approach["epoch_date_close_approach"] = MARK + str(calendar.timegm(at.timetuple()) * 1000 + at.microsecond // 1000)


        def concerns(r, approach):
            return r.get("day") in (None, approach["close_approach_date"]) and r.get("body") in (None, approach["orbiting_body"])


        def revise_approach(r, approach):
            kind = r["kind"]
            if kind == "distance":
                au = Decimal(r["au"])
                approach["miss_distance"].update(
                    astronomical=r["au"], lunar=decimal(au * 389), kilometers=decimal(au * 149597870), miles=decimal(au * 92955806))
            elif kind == "speed":
                speed = Decimal(r["kps"])
                approach["relative_velocity"].update(
                    kilometers_per_second=r["kps"], kilometers_per_hour=decimal(speed * 3600), miles_per_hour=decimal(speed * Decimal("2236.9")))
            elif kind == "later":
                epoch = int(approach["epoch_date_close_approach"].removeprefix(MARK)) + r["milliseconds"]
                moved(approach, dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=epoch))
            elif kind == "approach":
                put(approach, r["path"], read(r["value"]))


        def put(target, path, value):
            for step in path[:-1]:
                target = target[step]
            if value is None:
                target.pop(path[-1], None)
            else:
                target[path[-1]] = value


        def revise(one, in_feed):
            """The object revised; None where a feed no longer lists it."""
            for r in STATE["revisions"]:
                if r.get("id") != spk(one):
                    continue
                if r["kind"] == "gone":
                    one["close_approach_data"] = [a for a in one["close_approach_data"] if not concerns(r, a)]
                elif r["kind"] == "magnitude":
                    h = float(r["h"])
                    one["absolute_magnitude_h"] = MARK + r["h"]
                    least = 1329 / 0.25 ** 0.5 * 10 ** (-h / 5)
                    for unit, factor in (("kilometers", 1), ("meters", 1000), ("miles", 0.621371), ("feet", 3280.84)):
                        if unit in one["estimated_diameter"]:
                            one["estimated_diameter"][unit] = {
                                "estimated_diameter_min": MARK + "%.10f" % (least * factor), "estimated_diameter_max": MARK + "%.10f" % (least * factor * 5 ** 0.5)}
                elif r["kind"] == "object":
                    put(one, r["path"], read(r["value"]))
                else:
                    for approach in one["close_approach_data"]:
                        if concerns(r, approach):
                            revise_approach(r, approach)
            return None if in_feed and not one["close_approach_data"] else one


        def feed(body):
            days = body["near_earth_objects"]
            was_honest = body["element_count"] == MARK + str(sum(map(len, days.values())))
            listed = [(day, one) for day in days for one in days[day]]
            for day in days:
                days[day] = []
            for day, one in listed:
                keeps = one.get("close_approach_data") or None
                one = revise(one, keeps is not None)
                if one is None:
                    continue
                # An approach that was moved to another day is listed there, if the feed has that day.
                day = one["close_approach_data"][0]["close_approach_date"] if keeps else day
                if day in days:
                    days[day].append(one)
            for r in STATE["revisions"]:
                if r["kind"] == "added" and r["day"] in days:
                    days[r["day"]].append(read(r["object"]))
                elif r["kind"] == "unlisted":
                    days.pop(r["day"], None)
                elif r["kind"] == "empty":
                    for day in days:
                        days[day] = []
            if was_honest:
                body["element_count"] = MARK + str(sum(map(len, days.values())))
            for r in STATE["revisions"]:
                if r["kind"] == "count":
                    body["element_count"] = MARK + str(r["count"])


        def revised(body):
            listing = body.get("near_earth_objects")
            if isinstance(listing, dict):
                feed(body)
            elif isinstance(listing, list):
                for one in listing:
                    revise(one, False)
            elif "close_approach_data" in body:
                revise(body, False)
                if any(r["kind"] == "empty" for r in STATE["revisions"]):
                    body["close_approach_data"] = []
            return body


        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def send(self, status, headers, body):
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def do_POST(self):
                with LOCK:
                    STATE["revisions"] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send(200, {}, b"{}")

            def do_GET(self):
                if self.path == "/_asked":
                    return self.send(200, {"Content-Type": "application/json"}, json.dumps(ASKED).encode())
                with LOCK:
                    path = self.path.replace("/neo/rest/v1", "", 1)
                    ASKED.append(path)
                    revisions = STATE["revisions"]
                    for r in revisions:
                        if r["kind"] == "instead" and re.match(re.escape(r["path"]) + r"(\?|$)", path):
                            path = r["other"]
                    key = self.headers.get("X-Api-Key", "")
                    request = urllib.request.Request(TARGET + path, headers={"X-Api-Key": key} if key else {})
                    try:
                        with urllib.request.urlopen(request) as answer:
                            status, headers, body = answer.status, answer.headers, answer.read()
                    except urllib.error.HTTPError as error:
                        status, headers, body = error.code, error.headers, error.read()
                    kept = {k: v for k, v in headers.items() if k.lower().startswith("x-") or k.lower() in ("content-type", "retry-after")}
                    if status == 200 and revisions:
                        body = write(revised(read(body)))
                    shift = sum(r["seconds"] for r in revisions if r["kind"] == "clock")
                    kept["Date"] = email.utils.formatdate(time.time() + shift, usegmt=True)
                    for r in revisions:
                        if r["kind"] == "date":
                            kept["Date"] = r["date"]
                self.send(status, kept, body)


        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(f"http://127.0.0.1:{server.server_port}/neo/rest/v1", flush=True)
        server.serve_forever()
        """#
}

/// What NASA says otherwise than before. A revision of an object holds for feeds, lookups and pages alike.
public struct Revision: Sendable {
    /// The revision as its server reads it.
    fileprivate let json: String

    private init(_ kind: String, _ values: [String: Value]) {
        let members = values.merging(["kind": .text(kind)]) { $1 }.sorted { $0.key < $1.key }
        json = "{" + members.map { "\(Value.text($0.key).json):\($0.value.json)" }.joined(separator: ",") + "}"
    }

    private enum Value {
        case text(String?)
        case number(Int)
        case path([String])

        var json: String {
            switch self {
            case .text(nil): "null"
            case .text(let text?):
                (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
            case .number(let number): "\(number)"
            case .path(let steps): "[" + steps.map { Value.text($0).json }.joined(separator: ",") + "]"
            }
        }
    }

    // MARK: An object's approaches; all of them where no day or body is named

    /// They are not listed any more.
    public static func gone(_ id: String, on day: String? = nil, to body: String? = nil) -> Revision {
        Revision("gone", ["id": .text(id), "day": .text(day), "body": .text(body)])
    }

    /// They have another distance, in every unit.
    public static func distance(_ id: String, on day: String? = nil, au: String) -> Revision {
        Revision("distance", ["id": .text(id), "day": .text(day), "au": .text(au)])
    }

    /// They have another speed, in every unit.
    public static func speed(_ id: String, on day: String? = nil, kilometersPerSecond: String) -> Revision {
        Revision("speed", ["id": .text(id), "day": .text(day), "kps": .text(kilometersPerSecond)])
    }

    /// They happen later, or earlier; on another day, a feed lists them there.
    public static func later(_ id: String, on day: String? = nil, milliseconds: Int) -> Revision {
        Revision("later", ["id": .text(id), "day": .text(day), "milliseconds": .number(milliseconds)])
    }

    /// A value of theirs is another one: `path` leads to it, `json` is the value, `null` takes it away.
    public static func approach(_ id: String, on day: String? = nil, _ path: String..., json: String) -> Revision {
        Revision("approach", ["id": .text(id), "day": .text(day), "path": .path(path), "value": .text(json)])
    }

    // MARK: An object

    /// It has another H, with the diameters that belong to it.
    public static func magnitude(_ id: String, _ h: String) -> Revision {
        Revision("magnitude", ["id": .text(id), "h": .text(h)])
    }

    /// A value of its own is another one: `path` leads to it, `json` is the value, `null` takes it away.
    public static func object(_ id: String, _ path: String..., json: String) -> Revision {
        Revision("object", ["id": .text(id), "path": .path(path), "value": .text(json)])
    }

    /// Feeds with this day list this object on it too; `Sample.object` writes one.
    public static func added(_ object: String, on day: String) -> Revision {
        Revision("added", ["object": .text(object), "day": .text(day)])
    }

    // MARK: An answer

    /// Feeds do not list this day.
    public static func unlisted(_ day: String) -> Revision { Revision("unlisted", ["day": .text(day)]) }

    /// Feeds list their days without any object, lookups their object without any approach.
    public static let empty = Revision("empty", [:])

    /// Feeds say that they list so many objects.
    public static func elementCount(_ count: Int) -> Revision { Revision("count", ["count": .number(count)]) }

    /// A request is answered as if it were another one: `/neo/3000001` as `/neo/3000002`. `path` is without its query.
    public static func answer(_ path: String, as other: String) -> Revision {
        Revision("instead", ["path": .text(path), "other": .text(other)])
    }

    /// The service's clock is ahead by so many seconds, or, where negative, behind.
    public static func clock(seconds: Int) -> Revision { Revision("clock", ["seconds": .number(seconds)]) }

    /// The service's clock stands at this `Date`: `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func date(_ date: String) -> Revision { Revision("date", ["date": .text(date)]) }
}
