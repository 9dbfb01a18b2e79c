#!/usr/bin/env python3
"""Feed bodies into nasa_neo_data with pandas: json_normalize, to_sql.

    pandas_pipeline.py FOLDER SQLALCHEMY-URL          the password in BENCH_PASSWORD

As such scripts do, it checks no rules, keeps no record of what it has done, and appends: a second run would fail on the key.
"""

import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

import pandas
import sqlalchemy

DIAMETER = ["estimated_diameter", "kilometers"]
META = [
    *("id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "is_sentry_object"),
    [*DIAMETER, "estimated_diameter_max"],
    [*DIAMETER, "estimated_diameter_min"],
]
NAMES = {
    "estimated_diameter.kilometers.estimated_diameter_max": "estimated_diameter_km_max",
    "estimated_diameter.kilometers.estimated_diameter_min": "estimated_diameter_km_min",
    "relative_velocity.kilometers_per_second": "velocity_kps",
    "miss_distance.kilometers": "miss_distance_km",
    "miss_distance.astronomical": "miss_distance_au",
    "close_approach_date": "observation_date",
    "epoch_date_close_approach": "epoch_ms",
}
COLUMNS = [
    *("id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max"),
    *("estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "observation_date"),
    *("is_sentry_object", "epoch_ms", "miss_distance_au", "source", "source_record", "created_at", "batch_date", "first_seen"),
    *("seen_at", "observation_id"),
]


def frame_of(path: Path) -> pandas.DataFrame:
    """The rows of one body."""
    days = json.loads(path.read_bytes())["near_earth_objects"]
    objects = [item for listed in days.values() for item in listed]
    frame = pandas.json_normalize(objects, record_path="close_approach_data", meta=META, errors="ignore").rename(columns=NAMES)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    frame = frame.assign(source="feed", source_record="", created_at=now, batch_date=max(days), first_seen=now, seen_at=now, observation_id=0)
    numbers = ["velocity_kps", "miss_distance_km", "miss_distance_au"]
    frame[numbers] = frame[numbers].astype(float)
    flags = ["is_potentially_hazardous_asteroid", "is_sentry_object"]
    frame[flags] = frame[flags].astype(bool)
    return frame[COLUMNS]


folder, url = sys.argv[1:]
target = sqlalchemy.make_url(url)
if password := os.environ.get("BENCH_PASSWORD"):
    target = target.set(password=password)
rows = pandas.concat([frame_of(path) for path in sorted(Path(folder).glob("*.json"))], ignore_index=True)
engine = sqlalchemy.create_engine(target)
rows.to_sql("nasa_neo_data", engine, if_exists="append", index=False, chunksize=10_000)
