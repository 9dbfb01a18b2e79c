"""What a store has to hold, worked out from the answers alone: a plain reading of docs/guarantees.md that shares no code with Perigee.

An observation is an answer of the service: what was asked, its stamp (the service's clock, ours, the body's SHA-256) and its body. The
published ones, one after the other in the order of their stamps, say for each approach: this row, gone, or nothing.
"""
import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal

CSV_NUMBERS = {3, 5, 6, 8, 9}  # H, the diameters, km/s, km


def number(text):
    return None if text is None else Decimal(str(text)).normalize()


def plain(value):
    """A decimal without exponent and without zeros at its ends."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@dataclass
class Said:
    """What a body says. A row is a tuple of its facts; numbers are Decimals."""
    kind: str
    days: set = field(default_factory=set)
    objects: set = field(default_factory=set)
    rows: dict = field(default_factory=dict)
    orbits: dict = field(default_factory=dict)
    unreadable: set = field(default_factory=set)
    anonymous: bool = False
    rejected: list = field(default_factory=list)  # (rule, day) of each entry of the quarantine
    listed: int = 0
    records: int = 0
    bad_records: int = 0
    element_count: int = None
    subject: object = None

    def speaks(self, key):
        return (key[1] == "Earth" and key[2] in self.days) if self.kind == "feed" else key[0] in self.objects

    def may_hide(self, key):
        return self.anonymous or key[0] in self.unreadable


def read(body):
    doc = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    listing = doc.get("near_earth_objects")
    if isinstance(listing, dict):
        said = Said("feed", days=set(listing), element_count=int(doc["element_count"]))
        groups = list(listing.items())
    elif isinstance(listing, list):
        said = Said("page", subject=int(doc["page"]["number"]))
        groups = [(None, listing)]
    else:
        said = Said("lookup", subject=doc["id"])
        groups = [(None, [doc])]
    for day, objects in groups:
        for one in objects:
            said.listed += 1
            identity = one.get("id") or one.get("neo_reference_id")
            rule = None
            if identity is None:
                rule = "identity"
            elif isinstance(one["absolute_magnitude_h"], str):
                rule = "field-type"
            elif any(ord(c) < 32 for c in one["name"]):
                rule = "control-characters"
            said.records += max(1, len(one["close_approach_data"])) if rule else len(one["close_approach_data"])
            if rule:
                said.bad_records += max(1, len(one["close_approach_data"]))
                said.rejected.append((rule, day))
                if identity is None:
                    said.anonymous = True
                else:
                    said.unreadable.add(identity)
                continue
            if day is None:
                said.objects.add(identity)
                orbit = one.get("orbital_data")
                if orbit and Decimal(orbit["eccentricity"]) < 0:
                    said.rejected.append(("field-range", None))
                    said.records, said.bad_records = said.records + 1, said.bad_records + 1
                elif orbit:
                    said.orbits[identity] = (one["name"], number(orbit["eccentricity"]), orbit["orbit_id"])
            km = one["estimated_diameter"]["kilometers"]
            for approach in one["close_approach_data"]:
                key = (identity, approach["orbiting_body"], approach["close_approach_date"])
                said.rows[key] = (
                    identity, identity, one["name"], number(one["absolute_magnitude_h"]), one["is_potentially_hazardous_asteroid"],
                    number(km["estimated_diameter_max"]), number(km["estimated_diameter_min"]), approach["close_approach_date_full"],
                    number(approach["relative_velocity"]["kilometers_per_second"]), number(approach["miss_distance"]["kilometers"]), key[1], key[2],
                    one["is_sentry_object"], int(approach["epoch_date_close_approach"]), number(approach["miss_distance"]["astronomical"]))
    return said


@dataclass
class Observation:
    batch: str  # "feed A..B", "lookup ID", "browse N"
    service: str
    received: str
    sha256: str
    said: Said

    @property
    def stamp(self):
        return (self.service, self.received, self.sha256)

    @property
    def asked(self):
        return self.batch.split(" ", 1)[1]

    def is_refused_for_itself(self):
        """Whether the answer is refused whatever is published: it is of another question, lies about its count, or is mostly unreadable."""
        if self.said.bad_records > 5 and self.said.bad_records * 10 > self.said.records:
            return True
        if self.said.kind == "feed":
            first, last = self.asked.split("..")
            return self.said.element_count != self.said.listed or any(not first <= day <= last for day in self.said.days)
        return str(self.said.subject) != self.asked


def versions(observations):
    """The versions of each approach, and of each orbit: [row, since, last, end, kind], end and kind None for what holds now."""
    approaches, orbits, fed = {}, {}, {}

    def state(timeline, key, row, observation):
        known = timeline.setdefault(key, [])
        live = known[-1] if known and known[-1][3] is None else None
        if live and live[0] == row:
            live[2] = observation
            return
        if live:
            live[3], live[4] = observation, "revised"
        known.append([row, observation, observation, None, None])

    for observation in sorted(observations, key=lambda o: o.stamp):
        said = observation.said
        for key, known in approaches.items():
            if key in said.rows or not said.speaks(key) or said.may_hide(key) or known[-1][3] is not None:
                continue
            if said.kind != "feed" or key in fed:
                known[-1][3], known[-1][4] = observation, "retired"
        for key, row in said.rows.items():
            if said.kind == "feed":
                fed.setdefault(key, observation)
            state(approaches, key, row, observation)
        for id, orbit in said.orbits.items():
            state(orbits, id, orbit, observation)
    return approaches, orbits, fed


def live(observations):
    approaches, _, fed = versions(observations)
    return {key: known[-1] for key, known in approaches.items() if known[-1][3] is None}, fed


def takes_back(published, observation):
    """How many published approaches the observation is about, and how many of them would go."""
    before, fed = live(published)
    about = [key for key in before if observation.said.speaks(key) and (observation.said.kind != "feed" or key in fed)]
    after, _ = live([o for o in published if o is not observation] + [observation])
    return len(about), sum(key not in after for key in about)


def content_hash(observations):
    def text(value, index):
        if value is None:
            return ""
        if isinstance(value, bool):
            return "True" if value else "False"
        if isinstance(value, Decimal):
            return plain(value)
        value = str(value)
        return '"' + value.replace('"', '""') + '"' if any(c in value for c in ',"\r\n') else value

    digest = hashlib.sha256()
    rows, _ = live(observations)
    for key in sorted(rows, key=lambda k: (k[2], k[0], k[1])):
        digest.update((",".join(text(value, i) for i, value in enumerate(rows[key][0])) + "\n").encode())
    for id, known in sorted(versions(observations)[1].items()):
        name, eccentricity, orbit_id = known[-1][0]
        # Columns of an orbit, of which the service fills some: its name, orbit_id, eccentricity, and an inclination of 5 degrees.
        columns = [id, name, None, orbit_id] + [None] * 13 + [plain(eccentricity), None, "5"] + [None] * 8
        digest.update(("\t".join("\\N" if c is None else c.replace("\\", "\\\\").replace("\t", "\\t") for c in columns) + "\n").encode())
    return digest.hexdigest()
