"""The whole pipeline against the simulator, for trying things: made-up approaches into a store of its own, no key, no network."""

from __future__ import annotations

from datetime import datetime, timezone

from perigee_airflow import DAG, MACROS, PARAMS, RETRIES, pipeline

# A simulator on a free port, for as long as the task lasts. It prints its URL, into a file.
SIMULATED = """address=$(mktemp)
"$PERIGEE_PROGRAM" simulate --port 0 >"$address" & simulator=$!
trap 'kill "$simulator"; rm -f "$address"' EXIT
until [ -s "$address" ]; do kill -0 "$simulator" || exit 70; sleep 0.1; done
PERIGEE_API_URL=$(head -n 1 "$address") {}"""

FOLDER = "{{ setting('PERIGEE_DEV_FOLDER') or '/tmp/perigee-dev' }}"

with DAG(
    dag_id="nasa_neo_dev",
    description="The whole pipeline against the simulator",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    params=PARAMS,
    user_defined_macros=MACROS,
    tags=["perigee", "development"],
):
    pipeline({"PERIGEE_STORE": f"sqlite:{FOLDER}/perigee.sqlite", "PERIGEE_LANDING": f"{FOLDER}/landing"}, SIMULATED)
