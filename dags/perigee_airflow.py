"""What the DAGs share: Airflow 3 and 2.10 under one name, and a stage of `perigee` as a task.

A task is the stage command of the program that `perigee` without Airflow is. It prints its result as one line of JSON, which
becomes the XCom, and its log on standard error, which Airflow shows. Values reach it through its environment alone: nothing
that a user can type is ever part of a command.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta

try:  # Airflow 3
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG, Asset, Connection, Param, Variable
    from airflow.timetables.trigger import CronTriggerTimetable
except ImportError:  # Airflow 2.10
    from airflow import DAG
    from airflow.datasets import Dataset
    from airflow.models import Connection, Variable
    from airflow.models.param import Param
    from airflow.operators.bash import BashOperator
    from airflow.timetables.trigger import CronTriggerTimetable

    def Asset(name, uri):  # noqa: N802
        """Airflow 2.10 calls it a dataset, and knows it by its URI."""
        return Dataset(uri)


__all__ = ["DAG", "EVERY_WEEK", "MACROS", "PARAMS", "PUBLISHED", "RETRIES", "Asset", "CronTriggerTimetable", "Param", "perigee", "pipeline"]

PUBLISHED = Asset(name="nasa_neo_data", uri="perigee://nasa_neo_data")
"""The published table. A DAG with `schedule=[PUBLISHED]` runs after each load."""

EVERY_WEEK = CronTriggerTimetable("0 6 * * 1", timezone="UTC", interval=timedelta(days=7))

RETRIES = {
    "retries": int(os.environ.get("PERIGEE_AIRFLOW_RETRIES", "2")),
    "retry_delay": timedelta(seconds=float(os.environ.get("PERIGEE_AIRFLOW_RETRY_DELAY", "60"))),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(hours=1),
    "execution_timeout": timedelta(hours=2),
}

PARAMS = {
    "start_date": Param(None, type=["null", "string"], format="date", description="First day; 7 days before the last where none is given."),
    "end_date": Param(None, type=["null", "string"], format="date", description="Last day, included; the run's own where none is given."),
    "engine": Param(None, type=["null", "string"], enum=[None, "embedded", "spark"], description="What transforms; the worker's setting where none is given."),
    "refresh": Param(False, type="boolean", description="Ask NASA again for what is landed already."),
}

# `dag_run` and `params` are there however a run came about; `ds` and `data_interval_*` are not.
LAST = "{{ params.end_date or ((dag_run.data_interval_end or dag_run.run_after) | ds) }}"
FIRST = "{{ params.start_date or macros.ds_add(params.end_date or ((dag_run.data_interval_end or dag_run.run_after) | ds), -7) }}"
if not hasattr(__import__("airflow.models.dagrun", fromlist=["DagRun"]).DagRun, "run_after"):  # Airflow 2.10
    LAST, FIRST = (text.replace("dag_run.run_after", "dag_run.execution_date") for text in (LAST, FIRST))


def setting(name: str) -> str:
    """A setting: the Airflow variable of that name in lower case, else the worker's environment, else nothing: the program's default."""
    return Variable.get(name.lower(), None) or os.environ.get(name, "")


def secret(connection: str, name: str) -> str:
    """A connection's password, which Airflow masks in logs and pages; else the worker's environment, else nothing."""
    try:
        found = Connection.get(connection) if hasattr(Connection, "get") else Connection.get_connection_from_secrets(connection)
    except Exception:  # each version has an error of its own for a connection that is not there
        found = None
    return (found.password if found else None) or os.environ.get(name, "")


MACROS = {"setting": setting, "secret": secret}

SETTINGS = ("PERIGEE_STORE", "PERIGEE_LANDING", "PERIGEE_API_URL", "PERIGEE_SPARK", "PERIGEE_SPARK_CA", "PERIGEE_SPARK_MASTER_UI", "PERIGEE_ATTEMPTS", "PERIGEE_MAX_WAIT")
SECRETS = {"PERIGEE_STORE_PASSWORD": "perigee_store", "PERIGEE_SPARK_TOKEN": "perigee_spark", "NASA_API_KEY": "nasa_api"}

ENVIRONMENT = {
    "WINDOW_FROM": FIRST,
    "WINDOW_TO": LAST,
    "REFRESH": "{{ '--refresh' if params.refresh else '' }}",
    "PERIGEE_ENGINE": "{{ params.engine or setting('PERIGEE_ENGINE') }}",
    "PERIGEE_LOG_LEVEL": "{{ setting('PERIGEE_LOG_LEVEL') or 'info' }}",
    "PERIGEE_PROGRAM": "{{ setting('PERIGEE_PROGRAM') or 'perigee' }}",
    **{name: f"{{{{ setting('{name}') }}}}" for name in SETTINGS},
    **{name: f"{{{{ secret('{connection}', '{name}') }}}}" for name, connection in SECRETS.items()},
}

DAYS = '--from "$WINDOW_FROM" --to "$WINDOW_TO"'


def perigee(task_id: str, arguments: str, environment: dict[str, str] | None = None, around: str = "exec {}", **options) -> BashOperator:
    """A task that runs `perigee` with these arguments, which may name variables of the environment, quoted. `around` is shell for
    what it needs beside it; `{}` stands for the command."""
    return BashOperator(
        task_id=task_id,
        bash_command=around.replace("{}", f'"$PERIGEE_PROGRAM" {arguments} --json'),
        env={**ENVIRONMENT, **(environment or {})},
        append_env=True,
        output_processor=json.loads,
        skip_on_exit_code=None,
        **options,
    )


def pipeline(environment: dict[str, str] | None = None, around_extract: str = "exec {}", outlets=()) -> None:
    """The six tasks of a pipeline, in their order, for the DAG in whose block it is called. One of them transforms: it alone needs an engine."""
    plain = {"PERIGEE_ENGINE": "embedded", **(environment or {})}
    (
        perigee("create_table", "migrate", plain)
        >> perigee("extract", f"extract {DAYS} $REFRESH", plain, around_extract)
        >> perigee("process", f"transform {DAYS}", environment)
        >> perigee("audit", f"audit {DAYS}", plain)
        >> perigee("load", f"publish {DAYS}", plain, outlets=list(outlets))
        >> perigee("quality", f"quality {DAYS}", plain)
    )
