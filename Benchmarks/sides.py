"""The HTTP servers that are compared on one store, and how each is asked for the same."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from servers import Request, WebServer

COLUMNS = [
    *("id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max", "estimated_diameter_km_min"),
    *("close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "observation_date", "is_sentry_object", "epoch_ms"),
    *("miss_distance_au", "first_seen", "source"),
]
"""What our answer has of an approach. The peers are asked for these, not for all columns."""

Week = tuple[str, str]
"""First and last day."""


@dataclass(frozen=True)
class Side:
    """A server, and how it is asked."""

    server: WebServer
    week: Callable[[Week], Request]
    rows: Callable[[bytes], list[dict[str, object]]]
    """The approaches in an answer."""
    export: str | None = None
    """Path of all rows as lines."""
    heading: int = 0
    """Lines of the export before the rows."""
    pages: tuple[str, ...] = ()
    """Paths of its pages for people, the one to compare first."""

    @property
    def name(self) -> str:
        """The server's."""
        return self.server.name


def perigee(name: str, binary: str, store: str, logs: Path, environment: Mapping[str, str]) -> Side:
    """Ours, without its schedule and its limit on requests."""

    def command(port: int) -> list[str]:
        return [binary, "serve", "--no-schedule", "--listen", f"127.0.0.1:{port}", "--store", store, "--rate-limit", "0"]

    def week(days: Week) -> Request:
        return Request(f"/api/v1/approaches?from={days[0]}&to={days[1]}&limit=10000")

    server = WebServer(name, command, "/api/v1/status", logs, environment)
    about = "at=2020-08-14"
    pages = (f"/?{about}", f"/?{about}&zoom=year", "/?zoom=all", "/", "/changes", "/runs", "/quality", "/schedule", "/objects?q=apophis", "/objects/2099942")
    return Side(server, week, lambda body: json.loads(body)["approaches"], "/api/v1/approaches?format=ndjson", pages=pages)


def datasette(store: Path, logs: Path) -> Side:
    """Datasette, asked with SQL: its page of the table, filtered by date, takes more than one and a half times as long for the same rows."""

    def command(port: int) -> list[str]:
        # Without the first setting, it cuts an export off at 100 MB. The second is the export's page: of 1,000 rows, as it comes, it takes 30 s, of
        # 10,000 17 s, of 50,000 16 s; one of all rows fails, because a query may take a second.
        options = ["--setting", "max_csv_mb", "0", "--setting", "max_returned_rows", "10000"]
        return [sys.executable, "-m", "datasette", "serve", str(store), "--host", "127.0.0.1", "--port", str(port), *options]

    sql = f"SELECT {','.join(COLUMNS)} FROM nasa_neo_data WHERE observation_date BETWEEN :first AND :last"

    def week(days: Week) -> Request:
        return Request(f"/{store.stem}.json?" + urlencode({"sql": sql, "first": days[0], "last": days[1], "_shape": "array"}))

    # It adds the key's columns itself.
    columns = [("_col", name) for name in COLUMNS if name not in ("id", "orbiting_body", "observation_date")]
    export = f"/{store.stem}/nasa_neo_data.csv?" + urlencode([("_stream", "on"), ("_size", "max"), ("_nocount", "1"), ("_nofacet", "1"), *columns])
    page = f"/{store.stem}/nasa_neo_data?observation_date__gte=2020-07-15&observation_date__lte=2020-10-13"
    return Side(WebServer("datasette", command, "/-/versions.json", logs), week, json.loads, export, heading=1, pages=(page,))


def roapi(store: Path, logs: Path) -> Side:
    """ROAPI, which reads the table into memory when it starts."""

    def command(port: int) -> list[str]:
        program = str(Path(sys.executable).parent / "roapi")
        # Its other two listeners would take fixed ports.
        others = ["--addr-postgres", "127.0.0.1:0", "--addr-flight-sql", "127.0.0.1:0"]
        return [program, "--addr-http", f"127.0.0.1:{port}", *others, "--table", f"nasa_neo_data=sqlite://{store}"]

    def week(days: Week) -> Request:
        sql = f"SELECT {','.join(COLUMNS)} FROM nasa_neo_data WHERE observation_date BETWEEN DATE '{days[0]}' AND DATE '{days[1]}'"
        return Request("/api/sql", method="POST", body=sql)

    return Side(WebServer("roapi", command, "/health", logs), week, json.loads)
