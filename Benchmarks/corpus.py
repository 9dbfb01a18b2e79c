"""The feed bodies that the transform is measured on."""

import csv
import datetime
import importlib.machinery
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from settings import Settings

CYCLES = 85
APPROACHES = 399_075


@dataclass(frozen=True)
class Corpus:
    """A folder of feed bodies."""

    folder: Path
    files: int
    megabytes: float
    approaches: int | None
    """How many there must be; nothing is known of a folder that the user named."""


def locate(settings: Settings) -> Corpus | None:
    """The folder that was asked for, or the made one, which is made once and kept; nothing if make-corpus is not at hand."""
    if settings.corpus:
        return survey(settings.corpus, None)
    folder = settings.work / (f"corpus-{CYCLES}" if settings.times == 1 else f"corpus-{CYCLES}-times-{settings.times}")
    if not folder.is_dir():
        if settings.neows is None:
            return None
        make(settings.neows / "make-corpus", folder, settings.times)
    return survey(folder, APPROACHES if settings.times == 1 else None)


def make(script: Path, folder: Path, times: int) -> None:
    """Writes the corpus under another name and renames it, so that a corpus half made is never taken for a whole one."""
    print(f"  making the corpus ({464 * times:,} MB) in {folder}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "corpus"
        if times == 1:
            subprocess.run([sys.executable, str(script), "--cycles", str(CYCLES), str(made)], check=True, stdout=subprocess.DEVNULL)
        else:
            made.mkdir()
            write_years(script, made, CYCLES * times)
        made.rename(folder)


def write_years(script: Path, folder: Path, years: int) -> None:
    """Bodies of years in a row, where make-corpus has leap years alone: from 1904, each with its objects' own numbers."""
    bodies = load(script)
    with (script.parent / "approaches-2020.csv").open(encoding="utf-8") as file:
        rows = [(datetime.datetime.fromisoformat(row["close_approach_tdb"]), row) for row in csv.DictReader(file) if row["absolute_magnitude_h"]]
    for index in range(years):
        weeks: dict[int, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
        for moment, row in rows:
            try:
                when = moment.replace(year=1904 + index)
            except ValueError:  # February 29
                continue
            number = str(int(row["spk_id"]) + index * 100_000_000)
            weeks[(when.timetuple().tm_yday - 1) // 7][when.strftime("%Y-%m-%d")].append(bodies.body(row, when, number))
        for days in weeks.values():
            first, last = min(days), max(days)
            links = {"self": f"http://api.nasa.gov/neo/rest/v1/feed?start_date={first}&end_date={last}&detailed=false&api_key=DEMO_KEY"}
            feed = {"links": links, "element_count": sum(map(len, days.values())), "near_earth_objects": days}
            (folder / f"feed_{first}.json").write_text(json.dumps(feed, separators=(",", ":")), encoding="utf-8")


def load(script: Path) -> ModuleType:
    """make-corpus as a module: it has no name that could be imported."""
    loader = importlib.machinery.SourceFileLoader("make_corpus", str(script))
    spec = importlib.util.spec_from_loader("make_corpus", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def survey(folder: Path, approaches: int | None) -> Corpus:
    """Counts the files and their bytes."""
    sizes = [path.stat().st_size for path in folder.glob("*.json")]
    return Corpus(folder, len(sizes), sum(sizes) / 1e6, approaches)
