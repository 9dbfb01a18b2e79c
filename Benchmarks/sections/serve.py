"""Approaches over HTTP: one week a request, ours beside Datasette and ROAPI on the same store; then answers without a body, and all rows."""

import datetime
import http.client
import itertools
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import corpus
import sides
import wrk
from databases import Server
from measure import Figures, Program, ProgramFailed, Run, Spread, ratios
from measure import run as run_once
from replay import Replay
from section import Section, Table
from servers import Request
from settings import Settings
from sides import Side, Week

ROUNDS, EXPORT_ROUNDS = 5, 3
SECONDS = 5
"""Of one run of wrk."""
WEEKS = 50_000
"""Requests that wrk has at hand for a run; after the last come the same again."""
TAGGED = 1_000
"""Weeks whose entity tags are asked for before."""
CHECKED = 10
"""Weeks that all servers must answer alike before anything is measured."""
HEAD = 2_000
"""Bytes that an answer of 304 stays below."""
SIMULATED = ("1950-01-01", "2029-12-31")
MEMORY_STEP, MEMORY_LIMIT = 10, 3_600
"""Seconds of one run of wrk, and of all together, while memory is watched."""
OURS = "perigee, SQLite"

Requests = Callable[[Side, int], Iterator[Request]]
"""What a server is asked in a round, which is also the seed."""


@dataclass(frozen=True)
class Served:
    """What wrk saw of a server, round by round."""

    name: str
    loads: list[wrk.Load]
    peak_rss_mb: float
    """The server's, since its start."""
    ratios: list[float]
    """Our requests a second over its own, in each round; none for ours."""

    def row(self) -> list[str]:
        """The line of the table."""
        rate, times = Spread.of([load.rate for load in self.loads]), Spread.of(self.ratios) if self.ratios else None
        return [
            self.name,
            *(f"{value:,.0f}" for value in (rate.median, rate.min, rate.max)),
            f"{Spread.of([load.mean_ms for load in self.loads]).median:.2f}",
            f"{Spread.of([load.p99_ms for load in self.loads]).median:.2f}",
            f"{Spread.of([load.bytes / load.requests for load in self.loads]).median / 1000:.1f}",
            f"{self.peak_rss_mb:.1f}",
            f"{times.median:.2f} ({times.min:.2f} - {times.max:.2f})" if times else "",
        ]

    def record(self) -> dict[str, object]:
        """The figures for the JSON file."""
        return {
            "server": self.name,
            "requests_per_second": asdict(Spread.of([load.rate for load in self.loads])),
            "mean_ms": asdict(Spread.of([load.mean_ms for load in self.loads])),
            "p99_ms": asdict(Spread.of([load.p99_ms for load in self.loads])),
            "peak_rss_mb": self.peak_rss_mb,
            "ratio_of": OURS if self.ratios else None,
            "ratio": asdict(Spread.of(self.ratios)) if self.ratios else None,
            "runs": [asdict(load) for load in self.loads],
        }


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Fills one store, starts all servers on it, has them answer alike, then measures."""
    section = Section("serve", "serve: approaches over HTTP")
    if settings.binary is None or wrk.version() is None or shutil.which("curl") is None:
        section.notes.append("SKIPPED: needs the binary, wrk and curl (apt-get install wrk curl)")
        return section
    logs = settings.work / "serve"
    logs.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.work) as scratch, ExitStack() as databases:
        home = Path(scratch)
        store = fill(settings, section, home)
        days = count_days(store)
        section.title += f" ({sum(days.values()):,} on {len(days):,} days)"
        compared = list(choose(settings, versions, section, store, logs, databases))
        ours = [side for side in compared if side.name.startswith("perigee")]
        with ExitStack() as running:
            for side in compared:
                running.enter_context(side.server)
            check(section, compared, days)
            measure_weeks(settings, section, compared, days, home)
            measure_unchanged(settings, section, ours, days, home)
            measure_pages(settings, section, [side for side in compared if side.pages], home)
        if "export" not in settings.skipped:
            measure_export(settings, section, [side for side in compared if side.export], sum(days.values()), home)
        if settings.requests and ours:
            watch_memory(settings.requests, section, ours[0], days, home)
    section.notes.append(f"load: {wrk.version()}, {' '.join(wrk.OPTIONS)} -d{SECONDS}s, on the same cores; a random week each request")
    section.notes.append("ms: medians of the rounds; KB: an answer, headers included; peak RSS and CPU are those of the server")
    return section


def fill(settings: Settings, section: Section, home: Path) -> Path:
    """A SQLite store with the corpus in it, or with simulated approaches where there is none."""
    print("  filling the store", file=sys.stderr, flush=True)
    store, log = home / "store.sqlite", settings.work / "stderr.txt"
    into = ["--landing", str(home / "landing"), "--store", f"sqlite:{store}", "--json"]
    bodies = corpus.locate(settings)
    if bodies:
        command = [str(settings.binary), "run", "--raw", str(bodies.folder), *into]
        run_once(Program("landing", lambda: command), log)
        rows = sum(count_days(store).values())
        if bodies.approaches not in (None, rows):
            section.failures.append(f"the store has {rows:,} rows, not {bodies.approaches:,}")
    else:
        first, last = SIMULATED
        with Replay(str(settings.binary), "simulate") as simulator:
            command = [str(settings.binary), "backfill", "--from", first, "--to", last, "--api-url", simulator.url, *into]
            run_once(Program("backfill", lambda: command, None, {"NASA_API_KEY": "BENCHKEY"}), log)
        section.notes.append("no make-corpus: the approaches are those of `perigee simulate`")
    shutil.rmtree(home / "landing")
    return store


def count_days(store: Path) -> dict[str, int]:
    """How many approaches each day has; days without any are left out."""
    connection = sqlite3.connect(store)
    try:
        return dict(connection.execute("SELECT observation_date, COUNT(*) FROM nasa_neo_data GROUP BY 1 ORDER BY 1"))
    finally:
        connection.close()


def random_weeks(days: dict[str, int], seed: int, count: int) -> Iterator[Week]:
    """Seven days each, from a random day on that has approaches: the same weeks for the same seed."""
    for first in random.Random(seed).choices(list(days), k=count):
        yield first, (datetime.date.fromisoformat(first) + datetime.timedelta(days=6)).isoformat()


def choose(settings: Settings, versions: dict[str, str | None], section: Section, store: Path, logs: Path, databases: ExitStack) -> Iterator[Side]:
    """Ours first, then the peers. Notes what is skipped."""
    if "perigee" in settings.skipped:
        section.notes.append("SKIPPED perigee, as asked; the peers are timed alone")
    else:
        yield sides.perigee(OURS, str(settings.binary), f"sqlite:{store}", logs, {})
        if "postgres" in settings.skipped:
            section.notes.append("SKIPPED postgres, as asked")
        elif (server := postgres(settings, store, databases)) is None:
            section.notes.append("SKIPPED postgres: scripts/services or psql can't be had here")
        else:
            yield sides.perigee("perigee, PostgreSQL", str(settings.binary), server[0], logs, server[1])
    for name, side in {"datasette": sides.datasette, "roapi": sides.roapi}.items():
        if name in settings.skipped:
            section.notes.append(f"SKIPPED {name}, as asked")
        elif versions.get(name):
            yield side(store, logs)
        else:
            section.notes.append(f"SKIPPED {name}: not installed; pip install -r Benchmarks/requirements.txt")


def postgres(settings: Settings, store: Path, databases: ExitStack) -> tuple[str, dict[str, str]] | None:
    """URL and environment of a copy of the store in a private server, until `databases` is closed; nothing where that is not available."""
    server = Server.start("postgres", store.parent / "servers", databases)
    if server is None or not server.has_client():
        return None
    print("  copying the store to PostgreSQL", file=sys.stderr, flush=True)
    url = server.fresh("perigee")
    copy = [str(settings.binary), "copy", "--from", f"sqlite:{store}", "--to", url, "--json"]
    run_once(Program("copy", lambda: copy, None, server.environment), settings.work / "stderr.txt")
    # Now, and not by itself in the middle of a round.
    server.ask("VACUUM ANALYZE", server.stores["perigee"], as_admin=True)
    return url, server.environment


def check(section: Section, compared: list[Side], days: dict[str, int]) -> None:
    """Whether all servers give as many rows for some weeks as the store has: a program that does not has failed, and nothing is measured."""
    columns: dict[str, int] = {}
    for first, last in random_weeks(days, 0, CHECKED):
        expected = sum(count for day, count in days.items() if first <= day <= last)
        for side in compared:
            answer = side.server.ask(side.week((first, last)))
            if answer.status != 200:
                raise ProgramFailed(f"{side.name}: {answer.status} for {first} to {last}: {answer.body[:500].decode(errors='replace')}")
            rows = side.rows(answer.body)
            if len(rows) != expected:
                raise ProgramFailed(f"{side.name}: {len(rows)} rows for {first} to {last}, not {expected}")
            columns[side.name] = len(rows[0])
    if len(set(columns.values())) > 1:
        section.notes.append(f"the answers differ in columns: {columns}")


def measure_weeks(settings: Settings, section: Section, compared: list[Side], days: dict[str, int], home: Path) -> None:
    """All servers, the same weeks in a round, others in the next."""

    def requests(side: Side, number: int) -> Iterator[Request]:
        return map(side.week, random_weeks(days, number, WEEKS))

    served = interleave(section, compared, requests, 200, settings.runs or ROUNDS, home)
    add_table(section, "a week", "weeks", served)


def measure_unchanged(settings: Settings, section: Section, ours: list[Side], days: dict[str, int], home: Path) -> None:
    """Weeks again, of a client that has them already: 304, no body."""
    tagged = {side.name: known_weeks(side, days) for side in ours}

    def requests(side: Side, number: int) -> Iterator[Request]:
        return iter(random.Random(number).sample(tagged[side.name], TAGGED))

    served = interleave(section, ours, requests, 304, settings.runs or ROUNDS, home)
    if any(load.bytes > HEAD * load.requests for result in served for load in result.loads):
        section.failures.append("answers of 304 are too long to be without a body")
    add_table(section, "unchanged week (304)", "unchanged", served)


def measure_pages(settings: Settings, section: Section, compared: list[Side], home: Path) -> None:
    """The page of 90 days, beside the peer's page of the same rows; then how long each of our pages lets one wait for its first byte."""

    def requests(side: Side, _: int) -> Iterator[Request]:
        return iter([Request(side.pages[0])])

    served = interleave(section, compared, requests, 200, settings.runs or ROUNDS, home)
    add_table(section, "a page of 90 days", "pages", served)
    ours = next((side for side in compared if side.name == OURS), None)
    if ours is None:
        return
    rows = []
    for path in ours.pages:
        first, size = first_byte(ours, path, 0)
        again = [first_byte(ours, path, number)[0] for number in range(1, 22)]
        rows.append([path, f"{first:.1f}", f"{Spread.of(again).median:.1f}", f"{size / 1000:.0f}"])
    section.tables.append(Table(["page of perigee, SQLite", "first byte ms, at first", "median of 21 more", "KB"], rows, {"first_bytes": [list(row) for row in rows]}))


def first_byte(side: Side, path: str, number: int) -> tuple[float, int]:
    """Milliseconds to the first byte of an answer, and its bytes; `number` makes pages that take one differ, so that they are made anew."""
    if number and path.startswith("/?"):
        path += f"&rows={20 + number}"
    connection = http.client.HTTPConnection("127.0.0.1", side.server.port, timeout=60)
    try:
        connection.connect()
        start = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        seconds = time.perf_counter() - start
        return seconds * 1000, len(answer.read())
    finally:
        connection.close()


def known_weeks(side: Side, days: dict[str, int]) -> list[Request]:
    """Requests for weeks whose entity tag is known."""
    known: list[Request] = []
    for week in random_weeks(days, 0, TAGGED):
        request = side.week(week)
        known.append(Request(request.path, tag=side.server.ask(request).tag))
    answer = side.server.ask(known[-1])
    if answer.status != 304 or answer.body:
        raise ProgramFailed(f"{side.name}: {answer.status} with {len(answer.body)} bytes for If-None-Match: {known[-1].tag or 'no entity tag'}")
    return known


def interleave(section: Section, compared: list[Side], requests: Requests, status: int, rounds: int, home: Path) -> list[Served]:
    """Has wrk ask the servers in turn: a round to warm up, in which every status is checked, and then `rounds` more."""
    loads: dict[str, list[wrk.Load]] = {side.name: [] for side in compared}
    for number in range(rounds + 1):
        for side in compared:
            load = wrk.run(side.server.url, requests(side, number), SECONDS, home / "requests", None if number else status)
            label = f"round {number}/{rounds}" if number else "warm-up"
            print(f"  {label}  {side.name}, {status}  {load.rate:,.0f} requests/s", file=sys.stderr, flush=True)
            note_errors(section, side, load)
            if number:
                loads[side.name].append(load)
    return [Served(side.name, loads[side.name], side.server.memory_mb("VmHWM"), rate_ratios(loads, side.name)) for side in compared]


def rate_ratios(loads: dict[str, list[wrk.Load]], name: str) -> list[float]:
    """Our requests a second over the server's, in each round; none for ours, or without ours."""
    if name == OURS or OURS not in loads:
        return []
    return [ours.rate / load.rate for ours, load in zip(loads[OURS], loads[name], strict=True)]


def note_errors(section: Section, side: Side, load: wrk.Load) -> None:
    """No answer may be missing or of another status."""
    if load.bad_statuses or load.errors:
        section.failures.append(f"{side.name}: of {load.requests:,} answers {load.bad_statuses:,} with a wrong status; {load.errors:,} errors")


def add_table(section: Section, what: str, name: str, served: list[Served]) -> None:
    """The servers' lines, under a heading of their own."""
    header = [what, "requests/s", "min", "max", "mean ms", "p99 ms", "KB", "peak RSS MB", "ours / this (min - max)"]
    if served:
        section.tables.append(Table(header, [result.row() for result in served], {name: [result.record() for result in served]}))


def measure_export(settings: Settings, section: Section, compared: list[Side], rows: int, home: Path) -> None:
    """All rows by curl, each time from a server that was just started."""
    programs = {side.name: Program(f"export: {side.name}", list, None if side.name == OURS else f"export: {OURS}") for side in compared}
    runs: dict[str, list[Run]] = {program.name: [] for program in programs.values()}
    rounds = settings.runs or EXPORT_ROUNDS
    for number, side in itertools.product(range(rounds + 1), compared):
        result, lines = export(settings, side, home / "export")
        print(f"  {f'round {number}/{rounds}' if number else 'warm-up'}  {side.name}, export  {result.seconds:.4f} s", file=sys.stderr, flush=True)
        if lines != rows + side.heading:
            section.failures.append(f"{side.name}: an export of {lines - side.heading:,} rows, not {rows:,}")
        if number:
            runs[programs[side.name].name].append(result)
    section.figures = [Figures(program, runs[program.name], ratios(program, runs)) for program in programs.values()]
    section.rates["rows/s"] = lambda seconds: rows / seconds


def export(settings: Settings, side: Side, output: Path) -> tuple[Run, int]:
    """What one export takes, from curl's start to its end, with the server's CPU and memory; and its lines."""
    output.unlink(missing_ok=True)
    with side.server as server:
        command = ["curl", "--silent", "--show-error", "--fail", "--output", str(output), f"{server.url}{side.export}"]
        before = server.cpu_seconds()
        client = run_once(Program(f"curl from {side.name}", lambda: command), settings.work / "stderr.txt")
        result = Run(client.seconds, server.cpu_seconds() - before, server.memory_mb("VmHWM"))
    with output.open("rb") as file:
        return result, sum(1 for _ in file)


def watch_memory(total: int, section: Section, side: Side, days: dict[str, int], home: Path) -> None:
    """The server's memory after each tenth of many requests: weeks with their bodies and unchanged ones by turns."""

    def mixed(seed: int) -> Iterator[Request]:
        for week, unchanged in zip(random_weeks(days, seed, WEEKS), itertools.cycle(known), strict=False):
            yield side.week(week)
            yield unchanged

    with side.server as server:
        known = known_weeks(side, days)
        record: list[dict[str, float]] = [{"requests": 0, "rss_mb": server.memory_mb("VmRSS")}]
        done, rate, seeds, end = 0, 0.0, itertools.count(), time.monotonic() + MEMORY_LIMIT
        while done < total and time.monotonic() < end:
            # wrk stops after a time, not after a number of requests. Its first run, of a second, shows how many there are in one.
            goal = total * len(record) / 10
            seconds = min(MEMORY_STEP, max(1, round((goal - done) / rate))) if rate else 1
            load = wrk.run(server.url, mixed(next(seeds)), seconds, home / "requests")
            note_errors(section, side, load)
            done, rate = done + load.requests, load.rate
            if done >= goal:
                record.append({"requests": done, "rss_mb": server.memory_mb("VmRSS")})
                print(f"  {done:,} requests  {record[-1]['rss_mb']:.1f} MB", file=sys.stderr, flush=True)
    if done < total:
        section.failures.append(f"{side.name}: {done:,} requests of {total:,} in {MEMORY_LIMIT:,} s")
    rows = [[f"{point['requests']:,}", f"{point['rss_mb']:.1f}"] for point in record]
    section.tables.append(Table([f"requests to {side.name}", "RSS MB"], rows, {"memory": record}))
