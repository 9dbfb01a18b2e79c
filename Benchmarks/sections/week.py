"""One week from the API to the store, fresh and repeated, against neows-replay on loopback."""

import itertools
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import Program, interleave
from measure import run as run_once
from replay import Replay
from section import Section
from settings import PEERS, Settings

ROUNDS = 10
WEEK = ["--from", "2020-02-03", "--to", "2020-02-10"]
KEY = {"NASA_API_KEY": "BENCHKEY"}
COUNTS = "SELECT COUNT(*), COUNT(DISTINCT observation_date) FROM nasa_neo_data"

CommandFor = Callable[[Path], list[str]]


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Times both pipelines with a new store for each run, and with one store kept; then counts their requests and rows."""
    section = Section("week", "week: 2020-02-03 to 2020-02-10, API to SQLite, replay on loopback")
    if settings.neows is None:
        section.notes.append("SKIPPED: no neows-replay; point PERIGEE_SHARED at the folder that holds neows/")
        return section
    with Replay(sys.executable, str(settings.neows / "neows-replay")) as replay, tempfile.TemporaryDirectory(dir=settings.work) as scratch:
        pipelines: dict[str, CommandFor] = {}
        if settings.binary:
            pipelines["perigee"] = lambda home: [
                *(str(settings.binary), "run", *WEEK, "--store", f"sqlite:{home / 'store.sqlite'}"),
                *("--landing", str(home / "landing"), "--api-url", replay.url),
            ]
        else:
            section.notes.append("SKIPPED perigee: no binary; the script is timed alone")
        if versions["orjson"]:
            pipelines["script"] = lambda home: [
                *(sys.executable, str(PEERS / "week_pipeline.py"), *WEEK, "--store", str(home / "store.sqlite")),
                *("--landing", str(home / "landing"), "--api-url", replay.url),
            ]
        else:
            section.notes.append("SKIPPED script: orjson is not installed; pip install -r Benchmarks/requirements.txt")

        log = settings.work / "stderr.txt"
        homes = {name: Path(scratch) / f"{name}-kept" for name in pipelines}
        for home in homes.values():
            home.mkdir()
        programs = [fresh(name, command, Path(scratch)) for name, command in pipelines.items()]
        programs += [repeated(name, command, homes[name]) for name, command in pipelines.items()]
        section.figures = interleave(programs, settings.runs or ROUNDS, log)

        for program in programs:
            before = replay.feed_requests()
            run_once(program, log)
            section.notes.append(f"{program.name}: {replay.feed_requests() - before} request(s) to /feed in a run")
        counts = {name: count(home / "store.sqlite") for name, home in homes.items()}
    section.notes += [f"{name} published {rows} rows on {dates} dates" for name, (rows, dates) in counts.items()]
    if len(set(counts.values())) > 1:
        section.failures.append(f"the stores differ in (rows, dates): {counts}")
    return section


def fresh(name: str, command: CommandFor, scratch: Path) -> Program:
    """Every run with a new store and a new landing folder."""
    numbers = itertools.count()

    def prepare() -> list[str]:
        home = scratch / f"{name}-{next(numbers)}"
        home.mkdir()
        return command(home)

    return Program(f"{name}, fresh", prepare, baseline(name, "fresh"), KEY)


def repeated(name: str, command: CommandFor, home: Path) -> Program:
    """Every run with the same store; the warm-up fills it."""
    return Program(f"{name}, repeated", lambda: command(home), baseline(name, "repeated"), KEY)


def baseline(name: str, kind: str) -> str | None:
    """A peer is compared with ours of the same kind."""
    return None if name == "perigee" else f"perigee, {kind}"


def count(store: Path) -> tuple[int, int]:
    """Rows and dates in the users' table."""
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return connection.execute(COUNTS).fetchone()
    finally:
        connection.close()
