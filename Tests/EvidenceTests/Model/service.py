"""A NeoWs whose sky changes its mind, on a clock of its own, and that now and then answers wrongly."""
import datetime as dt
import hashlib
import json
import random
import re
import socket
import threading
import time
from decimal import Decimal
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

AU, LUNAR, HOUR = Decimal(149597870), Decimal(389), Decimal(3600)
FIRST_DAY = dt.date(2024, 3, 1)
DAYS = 16
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Sky:
    """A few objects and their approaches."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.clock = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)
        self.objects = {str(3700001 + n): self.object(n) for n in range(self.random.randint(3, 8))}
        self.bodies = {}  # by SHA-256: every body that was ever sent
        self.sent = []  # (path, SHA-256, Date or None) of every answer with a body
        self.dated = True
        self.faults = 0.0
        self.lock = threading.Lock()

    def object(self, n):
        r = self.random
        return {
            "name": f"(2020 A{chr(65 + n)}{n})", "h": Decimal(r.randint(180, 290)) / 10, "pha": r.random() < 0.2, "sentry": False,
            "orbit": {"orbit_id": str(r.randint(1, 9)), "eccentricity": Decimal(r.randint(1, 9)) / 10} if r.random() < 0.7 else None,
            "approaches": [self.approach() for _ in range(r.randint(1, 4))],
        }

    def approach(self):
        r = self.random
        return {
            "day": r.randrange(DAYS), "second": r.randrange(86400), "au": Decimal(r.randint(10, 6000)) / 10000, "kps": Decimal(r.randint(30, 400)) / 10,
            "body": r.choices(["Earth", "Venus", "Mars"], [8, 1, 1])[0],
        }

    def revise(self):
        """NASA changes its mind about something."""
        r = self.random
        for _ in range(r.randint(1, 3)):
            one = r.choice(list(self.objects.values()))
            what = r.randrange(10)
            if what == 0 and one["approaches"]:
                one["approaches"].remove(r.choice(one["approaches"]))
            elif what in (1, 2):
                one["approaches"].append(self.approach())
            elif what == 3:
                one["h"] += Decimal("0.1")
            elif what == 4:
                one["pha"] = not one["pha"]
            elif what == 5:
                one["orbit"] = {"orbit_id": str(r.randint(1, 9)), "eccentricity": Decimal(r.randint(1, 9)) / 10} if r.random() < 0.8 else None
            elif what == 6:
                one["name"] = one["name"].rstrip(")") + ', "x")' if len(one["name"]) < 30 else one["name"]
            elif one["approaches"]:
                approach = r.choice(one["approaches"])
                if what == 7:
                    approach["second"] = (approach["second"] + 30) % 86400  # the full date, to the minute, may stay
                elif what == 8:
                    approach["day"] = (approach["day"] + r.choice([-1, 1])) % DAYS
                else:
                    approach["au"] = Decimal(r.randint(10, 6000)) / 10000

    # Bodies

    def digits(self, value, places):
        """A number as NASA may write it today: with more or fewer zeros."""
        text = format(value.quantize(Decimal(1).scaleb(-places)), "f")
        return text + "0" * self.random.choice([0, 0, 0, 2])

    def record(self, id, one, approaches, spoil=None):
        # H is binary by then, as in NASA's own bodies.
        smallest = 1329 / 0.25 ** 0.5 * 10 ** (-float(one["h"]) / 5)
        largest = 1329 / 0.05 ** 0.5 * 10 ** (-float(one["h"]) / 5)
        record = {
            "id": id, "neo_reference_id": id, "name": one["name"], "absolute_magnitude_h": float(one["h"]),
            "estimated_diameter": {"kilometers": {"estimated_diameter_min": round(smallest, 10), "estimated_diameter_max": round(largest, 10)}},
            "is_potentially_hazardous_asteroid": one["pha"], "is_sentry_object": one["sentry"], "close_approach_data": [],
        }
        for a in approaches:
            at = dt.datetime.combine(FIRST_DAY + dt.timedelta(a["day"]), dt.time()) + dt.timedelta(seconds=a["second"])
            record["close_approach_data"].append({
                "close_approach_date": at.strftime("%Y-%m-%d"), "close_approach_date_full": at.strftime(f"%Y-{MONTHS[at.month - 1]}-%d %H:%M"),
                "epoch_date_close_approach": int((at - dt.datetime(1970, 1, 1)).total_seconds()) * 1000,
                "relative_velocity": {"kilometers_per_second": self.digits(a["kps"], 4), "kilometers_per_hour": self.digits(a["kps"] * HOUR, 4)},
                "miss_distance": {"astronomical": self.digits(a["au"], 6), "lunar": self.digits(a["au"] * LUNAR, 6),
                                  "kilometers": self.digits(a["au"] * AU, 6)},
                "orbiting_body": a["body"],
            })
        if spoil == "named":
            record["absolute_magnitude_h"] = "bright"
        elif spoil == "anonymous":
            del record["id"], record["neo_reference_id"]
        elif spoil == "control":
            record["name"] += "\x00"
        return record

    def unique(self, approaches):
        """NASA never lists an object twice on one day for one body."""
        seen = {}
        for a in approaches:
            seen.setdefault((a["day"], a["body"]), a)
        return list(seen.values())

    def spoil(self):
        return self.random.choice(["named", "anonymous", "control"]) if self.random.random() < self.faults * 0.15 else None

    def detailed(self, id, one):
        record = self.record(id, one, self.unique(one["approaches"]), self.spoil())
        if one["orbit"]:
            eccentricity = -one["orbit"]["eccentricity"] if self.random.random() < self.faults * 0.2 else one["orbit"]["eccentricity"]
            record["orbital_data"] = {"orbit_id": one["orbit"]["orbit_id"], "eccentricity": self.digits(eccentricity, 3), "inclination": "5.0"}
        return record

    def feed(self, start, end):
        r = self.random
        days = {}
        day = dt.date.fromisoformat(start)
        while day <= dt.date.fromisoformat(end):
            index = (day - FIRST_DAY).days
            days[day.isoformat()] = [
                self.record(id, one, [a], self.spoil()) for id, one in self.objects.items() for a in self.unique(one["approaches"])
                if a["day"] == index and a["body"] == "Earth" and a["au"] <= Decimal("0.5")]
            day += dt.timedelta(1)
        fault = r.random() / max(self.faults, 1e-9)
        if fault < 0.10 and len(days) > 1:
            del days[r.choice(list(days))]
        elif fault < 0.15:
            days = {day: [] for day in days}
        elif fault < 0.18:
            days["2031-01-01"] = []
        order = list(days)
        r.shuffle(order)
        count = sum(map(len, days.values())) + (1 if 0.18 < fault < 0.24 else 0)
        return {"element_count": count, "near_earth_objects": {day: days[day] for day in order}}

    def lookup(self, id):
        if id not in self.objects:
            return None
        fault = self.random.random() / max(self.faults, 1e-9)
        if fault < 0.12:
            id = self.random.choice(list(self.objects))  # another one's, maybe
        body = self.detailed(id, self.objects[id])
        if 0.12 < fault < 0.2:
            body["close_approach_data"] = []
        if "id" not in body or isinstance(body["absolute_magnitude_h"], str) or "\x00" in body["name"]:
            body = self.record(id, self.objects[id], self.unique(self.objects[id]["approaches"]))
        return body

    def page(self, number):
        ids = sorted(self.objects)[number * 3:number * 3 + 3]
        wrong = self.random.random() < self.faults * 0.1
        return {
            "page": {"size": 3, "total_elements": len(self.objects), "total_pages": 3, "number": number + (1 if wrong else 0)},
            "near_earth_objects": [self.detailed(id, self.objects[id]) for id in ids],
        }

    # HTTP

    def answer(self, path, query):
        with self.lock:
            self.clock += dt.timedelta(seconds=self.random.choice([0, 1, 1, 60, 3600]))
            if path == "/feed":
                document = self.feed(query["start_date"][0], query["end_date"][0])
            elif path == "/neo/browse":
                document = self.page(int(query["page"][0]))
            else:
                document = self.lookup(path.split("/")[-1])
            if document is None:
                return 404, b'{"code":404,"http_error":"NOT_FOUND","error_message":"No message available","request":"x"}', self.clock
            body = json.dumps(document).encode()
            sha256 = self.keep(body)
            date = self.clock if self.dated else None
            self.sent.append((path, sha256, date))
            return 200, body, date

    def keep(self, body):
        sha256 = hashlib.sha256(body).hexdigest()
        self.bodies[sha256] = body
        return sha256

    def serve(self):
        sky, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                url = urlparse(self.path)
                status, body, clock = sky.answer(re.sub("^/neo/rest/v1", "", url.path), parse_qs(url.query))
                self.send_response_only(status)
                if clock:
                    self.send_header("Date", format_datetime(clock, usegmt=True))
                self.send_header("Content-Type", "application/json")
                self.send_header("X-RateLimit-Limit", "1000")
                self.send_header("X-RateLimit-Remaining", "900")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # who asked was killed

        class Server(ThreadingHTTPServer):
            open = 0  # connections that are accepted and not closed

            def process_request(self, request, client_address):
                with lock:
                    self.open += 1
                super().process_request(request, client_address)

            def process_request_thread(self, request, client_address):
                try:
                    super().process_request_thread(request, client_address)
                finally:
                    with lock:
                        self.open -= 1

            def settle(self):
                """Waits until everything is answered that was asked before: connections are accepted in their order."""
                with socket.create_connection(self.server_address, timeout=60) as last:
                    last.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
                    last.recv(1)
                while self.open:
                    time.sleep(0.005)

            def handle_error(self, request, client_address):
                pass  # who asked was killed

        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server, f"http://127.0.0.1:{server.server_port}/neo/rest/v1"
