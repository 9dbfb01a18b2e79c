"""Through a Spark cluster that is up: a week, the corpus and its Parquet dataset, beside PySpark scripts by spark-submit on the same cluster;
then a transform whose readers are slow, with one, two and four workers."""

import itertools
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
CORPUS_ROUNDS = 3
SCALES = [1, 2, 4]
"""Workers of one core each."""
SCALED_BODIES = 384
DELAY = 0.05
"""What a slow reader takes for a body, seconds: an object store far away."""
SERVICES = str(REPOSITORY / "scripts" / "services")


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Starts private clusters and times whole processes on them."""
    section = Section("spark", "spark: a week from the API, and the corpus, landed already, on a running cluster")
    bodies = corpus.locate(settings)
    if settings.neows is None or settings.binary is None or bodies is None:
        section.notes.append("SKIPPED: needs neows-replay, make-corpus and the release binary")
        return section
    with tempfile.TemporaryDirectory(dir=settings.work) as scratch:
        home = Path(scratch)
        land = [str(settings.binary), "run", "--raw", str(bodies.folder), "--landing", str(home / "landing"), "--store", f"sqlite:{home}/first.sqlite"]
        run_once(Program("landing", lambda: land), settings.work / "stderr.txt")
        # The Connect server keeps two cores; a script gets the third and fourth worker's, so that neither waits for the other's.
        with private_cluster(home / "cluster", "spark.cores.max=2", workers=4) as spark:
            if settings.times == 1:
                measure(settings, section, spark, home)
            measure_corpus(settings, section, spark, home)
        for workers in SCALES if settings.times == 1 else []:
            with private_cluster(home / f"cluster-{workers}", f"spark.cores.max={max(workers, 2)}", workers=workers) as spark:
                measure_slow_readers(settings, section, spark, home, workers)
        if settings.times > 1:
            section.notes.append(f"a corpus {settings.times} times as long: {bodies.files:,} bodies, {bodies.megabytes:,.0f} MB; nothing else is measured")
            return section
        section.notes.append(
            f"slow readers: {SCALED_BODIES} bodies of the corpus, {DELAY * 1000:.0f} ms before each is read; so its time is that of waiting, not of this machine's cores"
        )
    return section


@contextmanager
def private_cluster(folder: Path, setting: str, workers: int) -> Iterator[dict[str, str]]:
    """A cluster of that many workers of one core; its variables, without their prefix."""
    started = subprocess.run([SERVICES, "start", "spark", "--dir", str(folder), "--", "--conf", setting], capture_output=True, text=True, check=True)
    try:
        for _ in range(workers - 2):
            subprocess.run([SERVICES, "add", "spark", "--dir", str(folder)], check=True, capture_output=True, timeout=120)
        if workers == 1:
            os.kill(int((folder / "spark" / "pids" / "worker-2").read_text()), signal.SIGTERM)
        # A worker takes some seconds to come or go.
        time.sleep(0 if workers == 2 else 5)
        yield cluster(started.stdout)
    finally:
        subprocess.run([SERVICES, "stop", "spark", "--dir", str(folder), "--purge"], check=False, capture_output=True)


def cluster(exports: str) -> dict[str, str]:
    """The variables that the service printed, without their prefix."""
    pairs = (line.removeprefix("export ").split("=", 1) for line in exports.splitlines())
    return {name.removeprefix("PERIGEE_TEST_SPARK_"): shlex.split(value)[0] for name, value in pairs}


def measure(settings: Settings, section: Section, spark: dict[str, str], scratch: Path) -> None:
    numbers = itertools.count()
    week = ["--from", "2020-02-03", "--to", "2020-02-10"]
    with Replay(sys.executable, str(settings.neows / "neows-replay")) as replay:

        def perigee() -> list[str]:
            home = scratch / f"perigee-{next(numbers)}"
            return [
                *(str(settings.binary), "run", *week, "--engine", "spark", "--spark", spark["URL"], "--api-url", replay.url),
                *("--store", f"sqlite:{home}.sqlite", "--landing", str(home)),
            ]

        def script() -> list[str]:
            home = scratch / f"script-{next(numbers)}"
            return [*submit(spark, "week_spark.py"), *week, "--landing", str(home), "--api-url", replay.url]

        key = {"NASA_API_KEY": "BENCHKEY"}
        programs = [
            Program("week: perigee --engine spark", perigee, None, key | access(settings, spark)),
            Program("week: PySpark by spark-submit", script, "week: perigee --engine spark", key | JAVA),
        ]
        for _ in range(WARM_UP):
            run_once(programs[0], settings.work / "stderr.txt")
        section.figures = interleave(programs, settings.runs or ROUNDS, settings.work / "stderr.txt")
        lines = [count(path) for path in scratch.glob("perigee-*/nasa_neo_processed_*.csv")]
        lines += [sum(count(part) for part in folder.glob("part-*.csv")) for folder in scratch.glob("script-*/csv")]
        if set(lines) != {ROWS + 1}:
            section.failures.append(f"CSV files of other lengths than {ROWS + 1}: {sorted(set(lines))}")


def measure_corpus(settings: Settings, section: Section, spark: dict[str, str], scratch: Path) -> None:
    """The landed corpus through each engine into a new store, and as Parquet, by executors of ours and by a PySpark script."""
    landing = scratch / "landing"

    def engine(name: str) -> Program:
        def command() -> list[str]:
            for file in scratch.glob(f"corpus-{name}.sqlite*"):
                file.unlink()
            return [
                *(str(settings.binary), "run", "--raw", str(landing), "--landing", str(landing), "--store", f"sqlite:{scratch}/corpus-{name}.sqlite"),
                *("--engine", name, "--spark", spark["URL"], "--json"),
            ]

        return Program(f"corpus to SQLite: {name}", command, None if name == "embedded" else "corpus to SQLite: embedded", access(settings, spark))

    def export() -> list[str]:
        output = scratch / "perigee.parquet"
        shutil.rmtree(output, ignore_errors=True)
        return [
            *(str(settings.binary), "export", "--store", f"sqlite:{scratch}/first.sqlite", "--landing", str(landing), "--output", str(output)),
            *("--spark", spark["URL"], "--json"),
        ]

    script = [*submit(spark, "corpus_spark.py", cores=2), str(landing), str(scratch / "script.parquet")]
    programs = [
        engine("embedded"),
        engine("spark"),
        Program("corpus to Parquet: perigee export", export, None, access(settings, spark)),
    ]
    for _ in range(WARM_UP if settings.times == 1 else 1):
        run_once(programs[-1], settings.work / "stderr.txt")
    section.figures += interleave(programs, settings.runs or CORPUS_ROUNDS, settings.work / "stderr.txt")
    check_content(settings, section, scratch)
    if settings.times > 1:
        return
    # More than a minute: once.
    peer = Program("corpus to Parquet: PySpark by spark-submit", lambda: script, None, JAVA)
    section.figures += interleave([peer], 1, settings.work / "stderr.txt", warm_up=False)


def check_content(settings: Settings, section: Section, scratch: Path) -> None:
    """Both engines have to publish the same."""
    hashes = {content_hash(settings, f"sqlite:{scratch}/corpus-{engine}.sqlite") for engine in ("embedded", "spark")}
    if len(hashes) != 1:
        section.failures.append(f"the engines' content hashes differ: {sorted(hashes)}")


def measure_slow_readers(settings: Settings, section: Section, spark: dict[str, str], scratch: Path, workers: int) -> None:
    """Some of the corpus, each body of which takes its reader a while."""
    landing = scratch / "some"
    if not landing.is_dir():
        landing.mkdir()
        bodies = sorted(path for path in (scratch / "landing").glob("nasa_neo_raw_*.json") if not path.name.endswith(".manifest.json"))
        for body in bodies[:SCALED_BODIES]:
            for path in (body, body.with_name(body.name.replace(".json", ".manifest.json"))):
                os.link(path, landing / path.name)
    reader = scratch / "slow-reader"
    reader.write_text(
        f"#!/bin/bash\nwhile IFS= read -r line; do [[ $* == *--probe* ]] || sleep {DELAY}; printf '%s\\n' \"$line\"; done | '{settings.binary}' \"$@\"\n"
    )
    reader.chmod(0o755)

    def command() -> list[str]:
        for file in scratch.glob("scaled.sqlite*"):
            file.unlink()
        return [
            *(str(settings.binary), "run", "--raw", str(landing), "--landing", str(landing), "--store", f"sqlite:{scratch}/scaled.sqlite"),
            *("--engine", "spark", "--spark", spark["URL"], "--json"),
        ]

    baseline = f"slow readers: {SCALES[0]} worker"
    name = baseline if workers == 1 else f"slow readers: {workers} workers"
    program = Program(name, command, None, access(settings, spark) | {"PERIGEE_SPARK_PROGRAM": str(reader)})
    section.figures += interleave([program], settings.runs or CORPUS_ROUNDS, settings.work / "stderr.txt")


JAVA = {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ} | {"SPARK_LOCAL_IP": "127.0.0.1"}


def access(settings: Settings, spark: dict[str, str]) -> dict[str, str]:
    """What our program finds in its environment: the token's file, and where the workers have the program."""
    return {"PERIGEE_SPARK_TOKEN_FILE": spark["TOKEN_FILE"], "PERIGEE_SPARK_PROGRAM": str(settings.binary)}


def submit(spark: dict[str, str], script: str, cores: int = 1) -> list[str]:
    """The command for a peer's script."""
    return [
        *(f"{spark['HOME']}/bin/spark-submit", "--master", spark["MASTER"], "--executor-memory", "900m", "--total-executor-cores", str(cores)),
        *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false", str(PEERS / script)),
    ]


def content_hash(settings: Settings, store: str) -> str:
    """What a store says of its content."""
    status = subprocess.run([str(settings.binary), "status", "--hash", "--store", store, "--json"], capture_output=True, check=True)
    return json.loads(status.stdout)["content_hash"]


def count(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())
