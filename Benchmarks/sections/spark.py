"""One week through a Spark cluster that is up: `perigee --engine spark` beside a PySpark script by spark-submit, on the same cluster."""

import itertools
import json
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import corpus
from measure import Program, interleave
from measure import run as run_once
from replay import Replay
from section import Section
from settings import PEERS, REPOSITORY, Settings

ROUNDS = 5
WARM_UP = 20
"""Runs of ours that are not counted: a cluster in use has compiled its hot code. The script's driver and executors are new each time."""
ROWS = 135
SERVICES = str(REPOSITORY / "scripts" / "services")


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Starts a private cluster with three workers, one for the script and two for the Connect server, and times both as whole processes."""
    section = Section("spark", "spark: 2020-02-03 to 2020-02-10 on a running cluster, API to SQLite (script: to files)")
    if settings.neows is None or settings.binary is None:
        section.notes.append("SKIPPED: needs neows-replay and the release binary")
        return section
    with tempfile.TemporaryDirectory(dir=settings.work) as scratch:
        # The Connect server keeps two cores; the script gets the third worker's, so that neither waits for the other's.
        started = subprocess.run(
            [SERVICES, "start", "spark", "--dir", scratch, "--", "--conf", "spark.cores.max=2"], capture_output=True, text=True, check=False
        )
        if started.returncode != 0:
            section.notes.append(f"SKIPPED: no cluster: {started.stderr.strip().splitlines()[-1:]}")
            return section
        try:
            subprocess.run([SERVICES, "add", "spark", "--dir", scratch], check=False, capture_output=True, timeout=120)
            measure(settings, section, cluster(started.stdout), Path(scratch))
            measure_corpus(settings, section, cluster(started.stdout), Path(scratch))
        finally:
            subprocess.run([SERVICES, "stop", "spark", "--dir", scratch, "--purge"], check=False, capture_output=True)
    return section


def cluster(exports: str) -> dict[str, str]:
    """The variables that the service printed, without their prefix."""
    pairs = (line.removeprefix("export ").split("=", 1) for line in exports.splitlines())
    return {name.removeprefix("PERIGEE_TEST_SPARK_"): shlex.split(value)[0] for name, value in pairs}


def measure(settings: Settings, section: Section, spark: dict[str, str], scratch: Path) -> None:
    numbers = itertools.count()
    week = ["--from", "2020-02-03", "--to", "2020-02-10"]
    with Replay(settings.neows / "neows-replay") as replay:

        def perigee() -> list[str]:
            home = scratch / f"perigee-{next(numbers)}"
            return [
                *(str(settings.binary), "run", *week, "--engine", "spark", "--spark", spark["URL"], "--api-url", replay.url),
                *("--store", f"sqlite:{home}.sqlite", "--landing", str(home)),
            ]

        def script() -> list[str]:
            home = scratch / f"script-{next(numbers)}"
            return [
                *(f"{spark['HOME']}/bin/spark-submit", "--master", spark["MASTER"], "--executor-memory", "900m", "--total-executor-cores", "1"),
                *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false"),
                *(str(PEERS / "week_spark.py"), *week, "--landing", str(home), "--api-url", replay.url),
            ]

        key = {"NASA_API_KEY": "BENCHKEY"}
        java = {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
        programs = [
            Program("perigee --engine spark", perigee, None, key | {"PERIGEE_SPARK_TOKEN_FILE": spark["TOKEN_FILE"]}),
            Program("PySpark by spark-submit", script, "perigee --engine spark", key | java | {"SPARK_LOCAL_IP": "127.0.0.1"}),
        ]
        for _ in range(WARM_UP):
            run_once(programs[0], settings.work / "stderr.txt")
        section.figures = interleave(programs, settings.runs or ROUNDS, settings.work / "stderr.txt")
        lines = [count(path) for path in scratch.glob("perigee-*/nasa_neo_processed_*.csv")]
        lines += [sum(count(part) for part in folder.glob("part-*.csv")) for folder in scratch.glob("script-*/csv")]
        if set(lines) != {ROWS + 1}:
            section.failures.append(f"CSV files of other lengths than {ROWS + 1}: {sorted(set(lines))}")


def measure_corpus(settings: Settings, section: Section, spark: dict[str, str], scratch: Path) -> None:
    """The made corpus through each engine, once: from raw files into SQLite."""
    bodies = corpus.locate(settings)
    if bodies is None:
        section.notes.append("SKIPPED the corpus: no make-corpus")
        return

    def program(engine: str, baseline: str | None) -> Program:
        home = scratch / f"corpus-{engine}"
        command = [
            *(str(settings.binary), "run", "--raw", str(bodies.folder), "--store", f"sqlite:{home}.sqlite", "--landing", str(home)),
            *("--engine", engine, "--spark", spark["URL"], "--json"),
        ]
        return Program(f"corpus, {engine}", lambda: command, baseline, {"PERIGEE_SPARK_TOKEN_FILE": spark["TOKEN_FILE"]})

    programs = [program("embedded", None), program("spark", "corpus, embedded")]
    section.figures += interleave(programs, 1, settings.work / "stderr.txt", warm_up=False)
    section.notes.append(f"corpus: {bodies.files:,} files, {bodies.megabytes:,.0f} MB, raw files to SQLite, nothing landed before; Spark with two workers of one core")
    hashes = {content_hash(settings, f"sqlite:{scratch}/corpus-{engine}.sqlite") for engine in ("embedded", "spark")}
    if len(hashes) != 1:
        section.failures.append(f"the engines' content hashes differ: {sorted(hashes)}")


def content_hash(settings: Settings, store: str) -> str:
    """What a store says of its content."""
    status = subprocess.run([str(settings.binary), "status", "--store", store, "--json"], capture_output=True, check=True)
    return json.loads(status.stdout)["content_hash"]


def count(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())
