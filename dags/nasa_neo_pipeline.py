"""The week's close approaches: from NASA's NeoWs to `nasa_neo_data`, every Monday at 06:00 UTC.

Unpaused, it runs at once for the last Monday. Trigger it with `start_date` and `end_date` for other days, and with
`engine` `spark` to transform on the cluster. Repeating a run changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timezone

from perigee_airflow import COMMON, DAG, DAYS, ENGINE, EVERY_WEEK, PUBLISHED, pipeline

with DAG(
    dag_id="nasa_neo_pipeline",
    description="NASA's near-Earth objects: create_table >> extract >> process >> audit >> load >> quality",
    doc_md=__doc__,
    schedule=EVERY_WEEK,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=COMMON,
    params={**DAYS, **ENGINE},
    tags=["perigee", "nasa"],
):
    pipeline(outlets=[PUBLISHED])
