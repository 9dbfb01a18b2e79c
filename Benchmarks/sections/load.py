"""The corpus into each database: upsert, indexes, audit and history, beside the database's own bulk path and pandas' to_sql."""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import corpus
from databases import Database, Server, SQLite
from measure import Program, interleave
from measure import run as run_once
from section import Section
from settings import PEERS, Settings

ROUNDS = 3
SERVERS = ["postgres", "mariadb", "mysql"]


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Times each database's three ways in turn, each into an empty table with its key and its indexes; then compares the row counts."""
    section = Section("load", "load: 399,075 approaches into nasa_neo_data")
    bodies = corpus.locate(settings)
    if bodies is None or settings.binary is None:
        section.notes.append("SKIPPED: needs the binary and make-corpus; point PERIGEE_SHARED at the folder that holds neows/")
        return section
    log = settings.work / "stderr.txt"
    with tempfile.TemporaryDirectory(dir=settings.work) as scratch, ExitStack() as servers:
        home = Path(scratch)
        rows = land_and_export(settings, bodies.folder, home, log)
        databases: list[Database] = [] if "sqlite" in settings.skipped else [SQLite(home)]
        for name in SERVERS:
            if name in settings.skipped:
                continue
            server = Server.start(name, home / "servers", servers)
            if server is None:
                section.notes.append(f"SKIPPED {name}: scripts/services can't have it here")
            else:
                databases.append(server)
        for database in databases:
            if not database.has_client():
                section.notes.append(f"SKIPPED {database.name}: its own client is not installed")
                continue
            programs = [perigee(settings, home / "landing", database), native(settings, rows, database)]
            if "pandas" in settings.skipped:
                section.notes.append(f"SKIPPED pandas into {database.name}, as asked")
            elif versions.get("pandas") and (database.driver is None or versions.get(database.driver)):
                programs.append(pandas(settings, bodies.folder, database))
            else:
                section.notes.append(f"SKIPPED pandas into {database.name}: pip install -r Benchmarks/requirements.txt")
            section.figures += interleave(programs, settings.runs or ROUNDS, log)
            counts = {database.count(kind) for kind in ["perigee", "native"]}
            if counts != {bodies.approaches or rows.count}:
                section.failures.append(f"{database.name}: the tables have {sorted(counts)} rows")
    section.notes.append("perigee: whole process from the landed raw bodies; SHA-256, scan, processed CSVs, audit, publication, ledger")
    section.notes.append("native: from one file with all 24 columns ready, into the same table; no history, no audit, no ledger")
    section.notes.append("pandas: from the same raw files by json_normalize and to_sql, into the same table; no history, no audit, no ledger")
    return section


class Rows:
    """The rows of the table as files that the peers load."""

    def __init__(self, home: Path) -> None:
        self.csv, self.tsv, self.count = home / "rows.csv", home / "rows.tsv", 0


def land_and_export(settings: Settings, folder: Path, home: Path, log: Path) -> Rows:
    """Lands the corpus once, and writes what it becomes as CSV and as the text that COPY and LOAD DATA take."""
    print("  landing the corpus, exporting its rows", file=sys.stderr, flush=True)
    store = home / "first.sqlite"
    command = [str(settings.binary), "run", "--raw", str(folder), "--landing", str(home / "landing"), "--store", f"sqlite:{store}", "--json"]
    run_once(Program("landing", lambda: command), log)
    rows = Rows(home)
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    with rows.csv.open("w", newline="") as comma, rows.tsv.open("w") as tab:
        writer = csv.writer(comma)
        # In the order of the days, as they come from NASA.
        for row in connection.execute("SELECT * FROM nasa_neo_data ORDER BY observation_date, rowid"):
            writer.writerow(row)
            tab.write("\t".join("\\N" if value is None else str(value).replace("\\", "\\\\") for value in row) + "\n")
            rows.count += 1
    connection.close()
    store.unlink()
    return rows


def perigee(settings: Settings, landing: Path, database: Database) -> Program:
    """Ours, from the landed bodies into a new store for each run: how a store is rebuilt."""

    def prepare() -> list[str]:
        url = database.fresh("perigee")
        settle(landing)
        return [str(settings.binary), "run", "--raw", str(landing), "--landing", str(landing), "--store", url, "--json"]

    return Program(f"perigee, {database.name}", prepare, None, database.environment)


def native(settings: Settings, rows: Rows, database: Database) -> Program:
    """The database's own way."""

    def prepare() -> list[str]:
        migrate(settings, database.fresh("native"), database)
        settle(rows.csv.parent)
        return database.load("native", rows)

    return Program(f"{database.native}, {database.name}", prepare, f"perigee, {database.name}", database.client_environment)


def pandas(settings: Settings, folder: Path, database: Database) -> Program:
    """json_normalize and to_sql."""

    def prepare() -> list[str]:
        migrate(settings, database.fresh("pandas"), database)
        settle(folder)
        return [sys.executable, str(PEERS / "pandas_pipeline.py"), str(folder), database.sqlalchemy("pandas")]

    return Program(f"pandas, {database.name}", prepare, f"perigee, {database.name}", database.client_environment)


def settle(inputs: Path) -> None:
    """Nothing of the last program's is left for the kernel to write out during the next one, whose input files are in the page cache: a minute of
    pandas may have driven them out.
    """
    os.sync()
    for path in inputs.iterdir():
        if path.is_file():
            path.read_bytes()


def migrate(settings: Settings, url: str, database: Database) -> None:
    """The empty table, with its key and its indexes."""
    environment = {**os.environ, **database.environment}
    subprocess.run([str(settings.binary), "migrate", "--store", url], env=environment, check=True, stdout=subprocess.DEVNULL)
