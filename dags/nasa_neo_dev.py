"""The whole pipeline against the simulator, for trying things: made-up approaches into a store of its own, no key, no
network."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from perigee_airflow import COMMON, DAG, DAYS, ENGINE, pipeline

FOLDER = f"{{{{ var.value.get('perigee_dev_folder', '{os.environ.get('PERIGEE_DEV_FOLDER', '/tmp/perigee-dev')}') }}}}"

with DAG(
    dag_id="nasa_neo_dev",
    description="The whole pipeline against the simulator",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=COMMON,
    params={**DAYS, **ENGINE},
    tags=["perigee", "development"],
):
    pipeline(
        {"PERIGEE_STORE": f"sqlite:{FOLDER}/perigee.sqlite", "PERIGEE_LANDING": f"{FOLDER}/landing"}, simulated=True
    )
