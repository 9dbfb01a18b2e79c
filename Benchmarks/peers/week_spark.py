"""The usual way to Spark: a PySpark script for `spark-submit` that asks NeoWs once and has executors transform and write CSV.

    spark-submit week_spark.py --from DATE --to DATE --landing DIR --api-url URL

As such scripts do, it keeps no record of what it has done, checks no rules and publishes nothing.
"""

import argparse
import json
import os
import urllib.parse
import urllib.request
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start", required=True)
    parser.add_argument("--to", dest="end", required=True)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--api-url", required=True)
    options = parser.parse_args()

    query = urllib.parse.urlencode({"start_date": options.start, "end_date": options.end})
    request = urllib.request.Request(f"{options.api_url}/feed?{query}", headers={"X-Api-Key": os.environ["NASA_API_KEY"]})
    with urllib.request.urlopen(request, timeout=30) as response:
        body = json.loads(response.read())
    options.landing.mkdir(parents=True, exist_ok=True)
    raw = options.landing / "raw.ndjson"
    with open(raw, "w", encoding="utf-8") as file:
        for objects in body["near_earth_objects"].values():
            for item in objects:
                file.write(json.dumps(item) + "\n")

    spark = SparkSession.builder.appName("week").getOrCreate()
    approach = F.col("approach")
    kilometers = F.col("estimated_diameter.kilometers")
    rows = (
        spark.read.json(f"file://{raw}")
        .withColumn("approach", F.explode("close_approach_data"))
        .select(
            "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid",
            kilometers.estimated_diameter_max.alias("estimated_diameter_km_max"),
            kilometers.estimated_diameter_min.alias("estimated_diameter_km_min"),
            approach.close_approach_date_full.alias("close_approach_date_full"),
            approach.relative_velocity.kilometers_per_second.alias("velocity_kps"),
            approach.miss_distance.kilometers.alias("miss_distance_km"),
            approach.orbiting_body.alias("orbiting_body"), approach.close_approach_date.alias("date"), "is_sentry_object",
        )
        .cache()
    )
    print(rows.count())
    rows.coalesce(1).write.mode("overwrite").csv(f"file://{options.landing}/csv", header=True)
    spark.stop()


if __name__ == "__main__":
    main()
