"""Would tomorrow's run go through? `perigee doctor` over the API, the key's quota, the clock, Spark, the landing zone and the store."""

from __future__ import annotations

from datetime import datetime, timezone

from perigee_airflow import DAG, MACROS, PARAMS, RETRIES, CronTriggerTimetable, perigee

with DAG(
    dag_id="nasa_neo_verify",
    description="perigee doctor: API, Spark, stores, landing",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 5 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={**RETRIES, "retries": 0},
    params=PARAMS,
    user_defined_macros=MACROS,
    tags=["perigee", "nasa"],
):
    perigee("doctor", "doctor")
