"""The same transform as one DuckDB query, on all cores.

    duckdb_transform.py CORPUS_DIR OUTPUT_CSV

Chosen by measuring on the 4,505 files (2 cores, DuckDB 2.0.0):
  * read_json with the same MAP column took 7.4 to 10.4 s, whatever its options: a cost of over 1 ms for each file, whatever is in it.
    read_text and json_transform take 1.5 s.
  * read_text hands out files 2,048 to a thread, too coarse for so few: one read_text for each thread, over every n-th file, takes 1.0 s.
  * json_transform straight into MAP(VARCHAR, STRUCT[]) beats json_keys and the path '$.near_earth_objects.*[*]' (1.5 s to 2.0 and 1.8 s).
"""

import sys
from pathlib import Path

import duckdb

NEO = """STRUCT(
    id VARCHAR,
    neo_reference_id VARCHAR,
    name VARCHAR,
    absolute_magnitude_h DOUBLE,
    is_potentially_hazardous_asteroid BOOLEAN,
    estimated_diameter STRUCT(kilometers STRUCT(estimated_diameter_max DOUBLE, estimated_diameter_min DOUBLE)),
    close_approach_data STRUCT(
        close_approach_date_full VARCHAR,
        relative_velocity STRUCT(kilometers_per_second VARCHAR),
        miss_distance STRUCT(kilometers VARCHAR),
        orbiting_body VARCHAR)[],
    is_sentry_object BOOLEAN)"""

QUERY = """
WITH days AS (
    SELECT unnest(map_keys(feed)) AS date, unnest(map_values(feed)) AS objects
    FROM (SELECT json_transform(content, '{{"near_earth_objects": "MAP(VARCHAR, {neo}[])"}}').near_earth_objects AS feed FROM ({files}))
), objects AS (
    SELECT date, unnest(objects) AS neo FROM days
), approaches AS (
    SELECT date, neo, unnest(neo.close_approach_data) AS approach FROM objects
)
SELECT
    neo.id,
    neo.neo_reference_id,
    neo.name,
    neo.absolute_magnitude_h,
    CASE neo.is_potentially_hazardous_asteroid WHEN true THEN 'True' WHEN false THEN 'False' END AS is_potentially_hazardous_asteroid,
    neo.estimated_diameter.kilometers.estimated_diameter_max AS estimated_diameter_km_max,
    neo.estimated_diameter.kilometers.estimated_diameter_min AS estimated_diameter_km_min,
    approach.close_approach_date_full,
    approach.relative_velocity.kilometers_per_second AS velocity_kps,
    approach.miss_distance.kilometers AS miss_distance_km,
    approach.orbiting_body,
    date,
    CASE neo.is_sentry_object WHEN true THEN 'True' WHEN false THEN 'False' END AS is_sentry_object
FROM approaches
"""


def main(corpus: str, output: str) -> None:
    connection = duckdb.connect()
    # The rows need no order, and keeping one costs memory and a little time.
    connection.execute("SET preserve_insertion_order = false")
    [(threads,)] = connection.execute("SELECT current_setting('threads')").fetchall()
    paths = sorted(map(str, Path(corpus).glob("*.json")))
    parts = [part for part in (paths[i::threads] for i in range(threads)) if part]
    files = " UNION ALL ".join(["SELECT content FROM read_text(?)"] * len(parts))
    connection.sql(QUERY.format(neo=" ".join(NEO.split()), files=files), params=parts).write_csv(output, header=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
