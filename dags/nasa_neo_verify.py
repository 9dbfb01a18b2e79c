"""Would tomorrow's run go through? `perigee doctor` over the API, the key's quota, the clock, Spark, the landing zone
and the store. Unpaused, it looks at once. A look is one request."""

from __future__ import annotations

from datetime import datetime, timezone

from perigee_airflow import COMMON, DAG, ENGINE, CronTriggerTimetable, PerigeeOperator

with DAG(
    dag_id="nasa_neo_verify",
    description="perigee doctor: API, Spark, stores, landing",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 5 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={**COMMON, "retries": 0},
    params=ENGINE,
    tags=["perigee", "nasa"],
):
    PerigeeOperator(
        task_id="doctor", arguments=["doctor"], environment={"PERIGEE_ENGINE": "{{ params.engine or '' }}"}
    )
