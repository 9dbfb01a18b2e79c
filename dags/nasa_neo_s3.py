"""A raw body that somebody else put into S3: wait for it, then transform, audit and publish it.

`raw` names the object (`s3://bucket/key`). The sensor and `perigee` both take region, endpoint and credentials from the
Airflow connection `aws_default`, which `deploy/airflow/setup` makes; what it leaves open is the worker's.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from perigee_airflow import COMMON, DAG, ENGINE, PUBLISHED, Param, PerigeeOperator, number

with DAG(
    dag_id="nasa_neo_s3",
    description="Waits for a raw object in S3, then processes it",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=COMMON,
    params={
        **ENGINE,
        "raw": Param(
            "s3://perigee/raw/nasa_neo_raw.json",
            type="string",
            pattern="^s3://[^/]+/.+",
            description="The raw object.",
        ),
    },
    tags=["perigee", "nasa", "s3"],
):
    wait = S3KeySensor(
        task_id="wait",
        bucket_key="{{ params.raw }}",
        aws_conn_id="aws_default",
        mode="reschedule",
        poke_interval=timedelta(seconds=number("PERIGEE_AIRFLOW_POKE_INTERVAL", 30)),
        timeout=timedelta(days=1),
    )
    wait >> PerigeeOperator(
        task_id="process",
        arguments=["run", "--raw", "{{ params.raw }}"],
        environment={"PERIGEE_ENGINE": "{{ params.engine or '' }}"},
        outlets=[PUBLISHED],
    )
