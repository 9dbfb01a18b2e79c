"""The usual pipeline as a plain script: one NeoWs call, the raw body and a processed CSV on disk, an upsert into SQLite.

    week_pipeline.py --from DATE --to DATE --store PATH --landing DIR --api-url URL

Like the pipelines that it stands for, it keeps no record of what it has done: a repeated run asks NASA again and writes every row again.
It asks through urllib, not requests, which would add the time of a larger import.
"""

import argparse
import csv
import os
import sqlite3
import urllib.parse
import urllib.request
from pathlib import Path

import orjson
from flatten import HEADER, rows

TABLE = """
CREATE TABLE IF NOT EXISTS nasa_neo_data (
    id VARCHAR(20), neo_reference_id VARCHAR(20), name VARCHAR(255), absolute_magnitude_h DECIMAL(10,6),
    is_potentially_hazardous_asteroid BOOLEAN, estimated_diameter_km_max DECIMAL(15,6), estimated_diameter_km_min DECIMAL(15,6),
    close_approach_date_full VARCHAR(50), velocity_kps DECIMAL(15,6), miss_distance_km DECIMAL(20,6), orbiting_body VARCHAR(50),
    observation_date DATE, is_sentry_object BOOLEAN, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, orbiting_body, observation_date))
"""


def upsert() -> str:
    """INSERT ... ON CONFLICT for the columns of HEADER, whose `date` is observation_date in the table."""
    columns = ["observation_date" if name == "date" else name for name in HEADER]
    key = ["id", "orbiting_body", "observation_date"]
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"INSERT INTO nasa_neo_data ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start", required=True)
    parser.add_argument("--to", dest="end", required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--api-url", required=True)
    options = parser.parse_args()

    query = urllib.parse.urlencode({"start_date": options.start, "end_date": options.end})
    request = urllib.request.Request(f"{options.api_url}/feed?{query}", headers={"X-Api-Key": os.environ["NASA_API_KEY"]})
    with urllib.request.urlopen(request, timeout=30) as response:
        body = response.read()
    approaches = list(rows(orjson.loads(body)))

    options.landing.mkdir(parents=True, exist_ok=True)
    (options.landing / f"nasa_neo_raw_{options.start}.json").write_bytes(body)
    with open(options.landing / f"nasa_neo_processed_{options.start}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(approaches)

    connection = sqlite3.connect(options.store)
    with connection:
        connection.execute(TABLE)
        connection.execute("CREATE INDEX IF NOT EXISTS by_date ON nasa_neo_data (observation_date)")
        connection.execute("CREATE INDEX IF NOT EXISTS by_hazard ON nasa_neo_data (is_potentially_hazardous_asteroid)")
        connection.executemany(upsert(), approaches)
    connection.close()


if __name__ == "__main__":
    main()
