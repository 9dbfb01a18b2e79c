"""Databases to load into: a file, or a private server of scripts/services."""

import itertools
import os
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from settings import REPOSITORY


class Files(Protocol):
    """The rows to load."""

    csv: Path
    tsv: Path


class Database:
    """What a comparison needs of a database. `kind` names one of several stores in it: perigee, native, pandas."""

    name: str
    native: str
    driver: str | None = None
    environment: dict[str, str]
    """For perigee: where the password is."""
    client_environment: dict[str, str]
    """For the database's own client."""

    def has_client(self) -> bool:
        """Whether the database's own client is installed."""
        raise NotImplementedError

    def fresh(self, kind: str) -> str:
        """Makes the store anew, empty, and returns its URL."""
        raise NotImplementedError

    def load(self, kind: str, rows: Files) -> list[str]:
        """The command that loads the rows in the database's own way."""
        raise NotImplementedError

    def sqlalchemy(self, kind: str) -> str:
        """The store's URL for SQLAlchemy."""
        raise NotImplementedError

    def count(self, kind: str) -> int:
        """The rows of nasa_neo_data."""
        raise NotImplementedError


class SQLite(Database):
    """A file for each store."""

    name, native = "SQLite", "sqlite3 .import"

    def __init__(self, home: Path) -> None:
        self.home, self.environment, self.client_environment = home, {}, {}

    def has_client(self) -> bool:
        return shutil.which("sqlite3") is not None

    def path(self, kind: str) -> Path:
        """The store's file."""
        return self.home / f"{kind}.sqlite"

    def fresh(self, kind: str) -> str:
        for path in self.home.glob(f"{kind}.sqlite*"):
            path.unlink()
        return f"sqlite:{self.path(kind)}"

    def load(self, kind: str, rows: Files) -> list[str]:
        return ["sqlite3", str(self.path(kind)), "-cmd", ".mode csv", f".import {rows.csv} nasa_neo_data"]

    def sqlalchemy(self, kind: str) -> str:
        return f"sqlite:///{self.path(kind)}"

    def count(self, kind: str) -> int:
        connection = sqlite3.connect(self.path(kind))
        try:
            return connection.execute("SELECT COUNT(*) FROM nasa_neo_data").fetchone()[0]
        finally:
            connection.close()


class Server(Database):
    """A server of its own, with a database for each store."""

    def __init__(self, service: str, variables: dict[str, str]) -> None:
        prefix = f"PERIGEE_TEST_{service.upper()}_"
        url = urlsplit(variables[prefix + "URL"])
        self.host, self.port, self.user = url.hostname or "", url.port or 0, url.username or ""
        self.admin = urlsplit(variables[prefix + "ADMIN_URL"]).username or ""
        self.password = Path(variables[prefix + "PASSWORD_FILE"]).read_text().strip()
        self.admin_password = Path(variables[prefix + "ADMIN_PASSWORD_FILE"]).read_text().strip()
        self.environment = {"PERIGEE_STORE_PASSWORD_FILE": variables[prefix + "PASSWORD_FILE"]}
        self.is_postgres = service == "postgres"
        self.name = {"postgres": "PostgreSQL", "mariadb": "MariaDB", "mysql": "MySQL"}[service]
        self.native = "COPY" if self.is_postgres else "LOAD DATA"
        self.driver = "psycopg2-binary" if self.is_postgres else "pymysql"
        self.stores: dict[str, str] = {}
        self.numbers = itertools.count(1)
        self.client_environment = {"PGPASSWORD" if self.is_postgres else "MYSQL_PWD": self.password, "BENCH_PASSWORD": self.password}

    @classmethod
    def start(cls, service: str, folder: Path, servers: ExitStack) -> "Server | None":
        """Starts the server until `servers` is closed; nothing where it is not available."""
        script = [str(REPOSITORY / "scripts/services")]
        started = subprocess.run([*script, "start", service, "--dir", str(folder)], stdout=subprocess.PIPE, text=True)
        if started.returncode == 77:
            return None
        started.check_returncode()
        servers.callback(subprocess.run, [*script, "stop", service, "--dir", str(folder), "--purge"], check=True, stdout=subprocess.DEVNULL)
        words = (shlex.split(line)[1] for line in started.stdout.splitlines() if line.startswith("export "))
        return cls(service, dict(word.split("=", 1) for word in words))

    def client(self, user: str, database: str) -> list[str]:
        """The server's own client, quiet, as this user."""
        if self.is_postgres:
            return ["psql", "-qtA", "-v", "ON_ERROR_STOP=1", f"postgres://{user}@{self.host}:{self.port}/{database}"]
        return ["mysql", f"-h{self.host}", f"-P{self.port}", f"-u{user}", "--local-infile=1", "-BN", database]

    def has_client(self) -> bool:
        return shutil.which("psql" if self.is_postgres else "mysql") is not None

    def ask(self, statement: str, database: str, *, as_admin: bool) -> str:
        """One statement's answer."""
        password = self.admin_password if as_admin else self.password
        environment = {**os.environ, "PGPASSWORD": password, "MYSQL_PWD": password}
        command = [*self.client(self.admin if as_admin else self.user, database), "-c" if self.is_postgres else "-e", statement]
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def fresh(self, kind: str) -> str:
        # Another name each time: a database is not dropped, because MariaDB's own tables did not survive that again and again.
        name, home = f"perigee_bench_{next(self.numbers)}", "perigee"
        self.stores[kind] = name
        if self.is_postgres:
            self.ask(f"CREATE DATABASE {name} OWNER {self.user}", home, as_admin=True)
        else:
            self.ask(f"CREATE DATABASE {name}", home, as_admin=True)
        scheme = "postgres" if self.is_postgres else "mysql"
        return f"{scheme}://{self.user}@{self.host}:{self.port}/{name}"

    def load(self, kind: str, rows: Files) -> list[str]:
        client = self.client(self.user, self.stores[kind])
        if self.is_postgres:
            return [*client, "-c", f"\\copy nasa_neo_data from '{rows.tsv}'"]
        return [*client, "-e", f"LOAD DATA LOCAL INFILE '{rows.tsv}' INTO TABLE nasa_neo_data"]

    def sqlalchemy(self, kind: str) -> str:
        driver = "postgresql+psycopg2" if self.is_postgres else "mysql+pymysql"
        # The script puts the password in: a command line would show it.
        return f"{driver}://{self.user}@{self.host}:{self.port}/{self.stores[kind]}"

    def count(self, kind: str) -> int:
        return int(self.ask("SELECT COUNT(*) FROM nasa_neo_data", self.stores[kind], as_admin=False))
