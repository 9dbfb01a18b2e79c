"""The usual way from many raw bodies to Parquet: a PySpark script for `spark-submit` that reads each body as one JSON document.

    spark-submit corpus_spark.py LANDING OUTPUT

The schema is given, which spares Spark a first pass over the files. It keeps no record of what it has done, checks no rules, and knows of no
answer that replaces another.
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

SCHEMA = """
near_earth_objects MAP<STRING, ARRAY<STRUCT<
    id: STRING, neo_reference_id: STRING, name: STRING, absolute_magnitude_h: DOUBLE, is_potentially_hazardous_asteroid: BOOLEAN, is_sentry_object: BOOLEAN,
    estimated_diameter: STRUCT<kilometers: STRUCT<estimated_diameter_min: DOUBLE, estimated_diameter_max: DOUBLE>>,
    close_approach_data: ARRAY<STRUCT<
        close_approach_date: STRING, close_approach_date_full: STRING, epoch_date_close_approach: BIGINT, orbiting_body: STRING,
        relative_velocity: STRUCT<kilometers_per_second: STRING>, miss_distance: STRUCT<kilometers: STRING, astronomical: STRING>>>>>>
"""


def main() -> None:
    landing, output = sys.argv[1:]
    bodies = [str(path) for path in sorted(Path(landing).glob("nasa_neo_raw_*.json")) if not path.name.endswith(".manifest.json")]
    spark = SparkSession.builder.appName("corpus").getOrCreate()
    kilometers = F.col("object.estimated_diameter.kilometers")
    approach = F.col("approach")
    rows = (
        spark.read.schema(SCHEMA).json([f"file://{body}" for body in bodies], multiLine=True)
        .select(F.explode("near_earth_objects").alias("day", "objects"))
        .select(F.explode("objects").alias("object"))
        .select("object", F.explode("object.close_approach_data").alias("approach"))
        .select(
            "object.id", "object.neo_reference_id", "object.name", "object.absolute_magnitude_h", "object.is_potentially_hazardous_asteroid",
            kilometers.estimated_diameter_max.alias("estimated_diameter_km_max"), kilometers.estimated_diameter_min.alias("estimated_diameter_km_min"),
            approach.close_approach_date_full.alias("close_approach_date_full"),
            approach.relative_velocity.kilometers_per_second.cast("double").alias("velocity_kps"),
            approach.miss_distance.kilometers.cast("double").alias("miss_distance_km"), approach.orbiting_body.alias("orbiting_body"),
            approach.close_approach_date.cast("date").alias("observation_date"), "object.is_sentry_object",
            approach.epoch_date_close_approach.alias("epoch_ms"), approach.miss_distance.astronomical.cast("double").alias("miss_distance_au"),
        )
        .dropDuplicates(["id", "orbiting_body", "observation_date"])
        .withColumn("year", F.year("observation_date"))
    )
    rows.write.mode("overwrite").partitionBy("year").option("compression", "zstd").parquet(f"file://{output}")
    spark.stop()


if __name__ == "__main__":
    main()
