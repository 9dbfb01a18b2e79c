#!/usr/bin/env python3
"""Measures Perigee beside named peers, whole process by whole process, on this machine.

    bench.py                        all sections
    bench.py transform startup      some of them
    bench.py --json figures.json    and the figures for a program to read

README.md beside this file says what each section measures, and what none of them does. Times are reported, never judged: the exit code is 1
only if an output is wrong or a program failed.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

import machine
from measure import ProgramFailed
from section import Section
from sections import load, serve, spark, startup, transform, week
from settings import Settings

SECTIONS = {"transform": transform.run, "startup": startup.run, "week": week.run, "load": load.run, "spark": spark.run, "serve": serve.run}


def positive(text: str) -> int:
    """A whole number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all if none is named")
    parser.add_argument("--runs", type=positive, metavar="N", help="timed runs of each program, after one that is not counted")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="a folder of feed bodies (*.json) in place of the made corpus")
    parser.add_argument("--times", type=positive, default=1, metavar="N", help="a made corpus N times as long")
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        metavar="NAME",
        help="of load: sqlite, postgres, mariadb, mysql or pandas; of serve: perigee, postgres, datasette, roapi or export; repeatable",
    )
    parser.add_argument("--requests", type=positive, metavar="N", help="of serve: also watch our server's memory over N requests")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    options = parser.parse_args()
    for name in options.sections:
        if name not in SECTIONS:
            parser.error(f"no section {name!r}; there are {', '.join(SECTIONS)}")
    if options.corpus and not options.corpus.is_dir():
        parser.error(f"--corpus: no folder {options.corpus}")
    return options


def main() -> int:
    options = arguments()
    # So that a section stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    settings = Settings.read(options.corpus, options.runs, options.skip, options.requests, options.times)
    about = machine.describe(settings)
    versions = machine.peer_versions()
    results: list[Section] = []
    for name in options.sections or SECTIONS:
        print(f"{name}:", file=sys.stderr, flush=True)
        try:
            results.append(SECTIONS[name](settings, versions))
        except ProgramFailed as error:
            results.append(Section(name, name, failures=[str(error)]))

    print("\n".join(f"{key}: {value}" for key, value in about.items()))
    for section in results:
        print(f"\n{section.text()}")
    if options.json:
        record = {"machine": about, "sections": {section.name: section.record() for section in results}}
        options.json.write_text(json.dumps(record, indent=2) + "\n")
    return 1 if any(section.failures for section in results) else 0


if __name__ == "__main__":
    sys.exit(main())
