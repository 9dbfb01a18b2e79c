#!/usr/bin/env python3
"""Loads a CSV of nasa_neo_data's columns into that table with pandas: read_csv, to_sql.

    pandas_load.py ROWS.csv SQLALCHEMY-URL          the password in BENCH_PASSWORD
"""

import os
import sys

import pandas
import sqlalchemy

TEXTS = ["id", "neo_reference_id", "name", "close_approach_date_full", "orbiting_body", "observation_date", "source", "source_record"]
COLUMNS = [
    *("id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max"),
    *("estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "observation_date"),
    *("is_sentry_object", "epoch_ms", "miss_distance_au", "source", "source_record", "created_at", "batch_date", "first_seen", "run_id"),
]
FLAGS = ["is_potentially_hazardous_asteroid", "is_sentry_object"]

path, url = sys.argv[1:]
target = sqlalchemy.make_url(url)
if password := os.environ.get("BENCH_PASSWORD"):
    target = target.set(password=password)
frame = pandas.read_csv(path, names=COLUMNS, dtype={name: str for name in TEXTS})
frame[FLAGS] = frame[FLAGS].astype(bool)
engine = sqlalchemy.create_engine(target)
frame.to_sql("nasa_neo_data", engine, if_exists="append", index=False, chunksize=10_000)
