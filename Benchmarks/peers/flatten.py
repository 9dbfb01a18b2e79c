"""One NeoWs feed body, decoded, to the 13 columns of the processed CSV: what the plain Python peers share."""

from collections.abc import Iterator
from typing import Any

HEADER = [
    "id",
    "neo_reference_id",
    "name",
    "absolute_magnitude_h",
    "is_potentially_hazardous_asteroid",
    "estimated_diameter_km_max",
    "estimated_diameter_km_min",
    "close_approach_date_full",
    "velocity_kps",
    "miss_distance_km",
    "orbiting_body",
    "date",
    "is_sentry_object",
]


def rows(feed: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yields one row for each element of close_approach_data, in the order of HEADER."""
    for date, objects in feed["near_earth_objects"].items():
        for neo in objects:
            kilometers = neo["estimated_diameter"].get("kilometers", {})
            for approach in neo["close_approach_data"]:
                yield (
                    neo["id"],
                    neo["neo_reference_id"],
                    neo["name"],
                    neo["absolute_magnitude_h"],
                    neo["is_potentially_hazardous_asteroid"],
                    kilometers.get("estimated_diameter_max"),
                    kilometers.get("estimated_diameter_min"),
                    approach["close_approach_date_full"],
                    approach["relative_velocity"]["kilometers_per_second"],
                    approach["miss_distance"]["kilometers"],
                    approach["orbiting_body"],
                    date,
                    neo["is_sentry_object"],
                )
