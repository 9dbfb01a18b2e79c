"""A large corpus of feed bodies to one processed CSV, ours and the peers'."""

import os
import sys
from pathlib import Path

import compare
import corpus
from measure import Program, interleave
from peers.flatten import HEADER
from section import Section
from settings import PEERS, Settings

ROUNDS = 5
OURS = "perigee"
PEER_NAMES = ["duckdb", "polars", "orjson"]


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Times ours and the peers on the corpus, then compares what they wrote."""
    section = Section("transform", "transform: feed bodies to one processed CSV")
    bodies = corpus.locate(settings)
    if bodies is None:
        section.notes.append("SKIPPED: no make-corpus; point PERIGEE_SHARED at the folder that holds neows/, or give --corpus DIR")
        return section
    section.title += f" ({bodies.files:,} files, {bodies.megabytes:,.0f} MB)"

    folder = settings.work / "transform"
    folder.mkdir(exist_ok=True)
    outputs: dict[str, Path] = {}
    programs: list[Program] = []

    def add(name: str, output: Path, command: list[str]) -> None:
        outputs[name] = output
        programs.append(Program(name, lambda: fresh(output, command), OURS if name != OURS else None))

    if settings.binary:
        output = folder / "perigee.csv"
        add(OURS, output, [str(settings.binary), "transform", str(bodies.folder), "--output", str(output)])
    else:
        section.notes.append("SKIPPED perigee: no binary; the peers are timed alone")
    for name in PEER_NAMES:
        if versions[name]:
            output = folder / f"{name}.csv"
            add(name, output, [sys.executable, str(PEERS / f"{name}_transform.py"), str(bodies.folder), str(output)])
        else:
            section.notes.append(f"SKIPPED {name}: not installed; pip install -r Benchmarks/requirements.txt")
    if not programs:
        return section

    section.figures = interleave(programs, settings.runs or ROUNDS, settings.work / "stderr.txt")
    rows = check(section, outputs, bodies.approaches)
    section.rates = {"MB/s": lambda seconds: bodies.megabytes / seconds, "approaches/s": lambda seconds: rows / seconds}
    return section


def fresh(output: Path, command: list[str]) -> list[str]:
    """No earlier output to overwrite, and nothing of the last program's left for the kernel to write out during this one."""
    output.unlink(missing_ok=True)
    os.sync()
    return command


def check(section: Section, outputs: dict[str, Path], approaches: int | None) -> int:
    """Compares all outputs with the first one, ours if it is there, and returns its number of rows."""
    first, *others = outputs
    reference = compare.read(outputs[first])
    if approaches is not None and len(reference) != approaches:
        section.failures.append(f"{first} wrote {len(reference):,} rows, not {approaches:,}")
    if reference.header != HEADER:
        section.failures.append(f"{first}: the header is not the agreed one")
    for name in others:
        table = compare.read(outputs[name])
        difference = compare.compare(reference, table)
        if table.header != HEADER:
            section.failures.append(f"{name}: the header is not the agreed one")
        if len(table) != len(reference) or difference.keys_missing or difference.keys_added:
            section.failures.append(
                f"{name} wrote {len(table):,} rows to {first}'s {len(reference):,}; (id, date) keys: "
                f"{difference.keys_missing:,} missing, {difference.keys_added:,} that {first} has not"
            )
        section.notes.append(f"{name}: {difference.rows:,} of {len(table):,} rows differ from {first}'s in their text{detail(difference)}")
    return len(reference)


def detail(difference: compare.Difference) -> str:
    """Where the text differs, and one pair of rows."""
    if difference.example is None:
        return ""
    expected, found = difference.example
    return f", by column {difference.columns}; {','.join(expected)} there is {','.join(found)} here"
