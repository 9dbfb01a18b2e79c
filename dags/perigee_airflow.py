"""What the DAGs share: Airflow 3 and 2.10 under one name, and a command of `perigee` as a task.

A task runs the program that `perigee` without Airflow is. Its result, one line of JSON, is the XCom. Its log keeps its
levels. Settings and secrets reach it through its environment alone. There is no shell: what a user types is never read
as a command.
"""

from __future__ import annotations

import difflib
import json
import logging
import os
import pkgutil
import re
import signal
import subprocess
import tempfile
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from airflow.timetables.trigger import CronTriggerTimetable

try:  # Airflow 3
    from airflow.sdk import DAG, Asset, BaseOperator, Connection, Param, Variable
    from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException
    from airflow.sdk.log import mask_secret
except ImportError:  # Airflow 2.10
    from airflow import DAG
    from airflow.datasets import Dataset
    from airflow.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException
    from airflow.models import BaseOperator, Connection, Variable
    from airflow.models.param import Param
    from airflow.utils.log.secrets_masker import mask_secret

    def Asset(name, uri):  # noqa: N802
        """Airflow 2.10 calls it a dataset, and knows it by its URI."""
        return Dataset(uri)


__all__ = [
    "COMMON", "DAG", "DAYS", "ENGINE", "EVERY_WEEK", "PUBLISHED", "Asset", "CronTriggerTimetable", "Param",
    "PerigeeOperator", "number", "pipeline",
]  # fmt: skip

PUBLISHED = Asset(name="nasa_neo_data", uri="perigee://nasa_neo_data")
"""The published table. A DAG with `schedule=[PUBLISHED]` runs after each load."""

EVERY_WEEK = CronTriggerTimetable("0 6 * * 1", timezone="UTC", interval=timedelta(days=7))


# What the person who runs Airflow sets, in the environment of the DAG processor and the workers.


def number(name: str, default: float) -> float:
    """The number in this environment variable."""
    text = os.environ.get(name) or str(default)
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} is {text!r} in Airflow's environment: give a number") from None


def failure_callback():
    """The function that PERIGEE_AIRFLOW_ON_FAILURE names. Airflow calls it with the context of a task that failed."""
    name = os.environ.get("PERIGEE_AIRFLOW_ON_FAILURE")
    if not name:
        return None
    try:
        function = pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        function = error
    if not callable(function):
        raise ValueError(
            f"PERIGEE_AIRFLOW_ON_FAILURE is {name!r} in Airflow's environment, which is no function ({function}): give "
            "MODULE.FUNCTION, and put MODULE.py into the folder config or plugins of $AIRFLOW_HOME"
        )
    return function


def refuse_unknown_parameters(context, *_) -> None:
    """Ends a run whose configuration has a parameter that its DAG does not know. Airflow itself lets it pass."""
    known = sorted(context["dag"].params)

    def described(name):
        meant = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        return f"{name!r}" + (f" (did you mean {meant[0]!r}?)" if meant else "")

    unknown = sorted(name for name in context["dag_run"].conf or {} if name not in known)
    if unknown:
        raise AirflowFailException(
            f"{context['dag'].dag_id} has no parameter {', '.join(map(described, unknown))}. "
            f"It has {', '.join(known)}. Nothing was done: trigger it again with one of these."
        )


COMMON = {
    "retries": int(number("PERIGEE_AIRFLOW_RETRIES", 2)),
    "retry_delay": timedelta(seconds=number("PERIGEE_AIRFLOW_RETRY_DELAY", 60)),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(hours=1),
    "execution_timeout": timedelta(hours=2),
    "pre_execute": refuse_unknown_parameters,
    "on_failure_callback": failure_callback(),
}
"""The `default_args` of all DAGs."""


# Parameters of a run.

ENGINE = {
    "engine": Param(
        None, type=["null", "string"], enum=[None, "embedded", "spark"],
        description="What transforms; the worker's setting where none is given.",
    ),
}  # fmt: skip
DAYS = {
    "start_date": Param(
        None, type=["null", "string"], format="date",
        description="First day; 7 days before the last where none is given.",
    ),
    "end_date": Param(
        None, type=["null", "string"], format="date",
        description="Last day, included; the run's own where none is given.",
    ),
    "refresh": Param(False, type="boolean", description="Ask NASA again for what is landed already."),
}  # fmt: skip

# `dag_run` and `params` are there however a run came about; `ds` and `data_interval_*` are not.
OWN_DAY = "(dag_run.data_interval_end or dag_run.run_after) | ds"
if not hasattr(__import__("airflow.models.dagrun", fromlist=["DagRun"]).DagRun, "run_after"):  # Airflow 2.10
    OWN_DAY = OWN_DAY.replace("run_after", "execution_date")
LAST = f"{{{{ params.end_date or ({OWN_DAY}) }}}}"
FIRST = f"{{{{ params.start_date or macros.ds_add(params.end_date or ({OWN_DAY}), -7) }}}}"


# Settings and secrets.

SETTINGS = (
    "PERIGEE_STORE", "PERIGEE_LANDING", "PERIGEE_API_URL", "PERIGEE_ENGINE", "PERIGEE_SPARK", "PERIGEE_SPARK_CA",
    "PERIGEE_SPARK_MASTER_UI", "PERIGEE_ATTEMPTS", "PERIGEE_MAX_WAIT", "PERIGEE_LOG_LEVEL",
)  # fmt: skip
SECRETS = {
    "PERIGEE_STORE_PASSWORD": "perigee_store",
    "PERIGEE_SPARK_TOKEN": "perigee_spark",
    "NASA_API_KEY": "nasa_api",
}


def setting(name: str) -> str:
    """The Airflow variable of that name in lower case, else the worker's environment, else nothing."""
    return Variable.get(name.lower(), None) or os.environ.get(name, "")


def connection(name: str):
    """The Airflow connection of that name, else nothing."""
    try:
        return Connection.get(name) if hasattr(Connection, "get") else Connection.get_connection_from_secrets(name)
    except AirflowNotFoundException:
        return None


def secret(name: str) -> str:
    """The password of the connection that holds it, else the worker's environment, else nothing. Airflow masks it."""
    found = connection(SECRETS[name])
    value = (found.password if found else None) or os.environ.get(name, "")
    if value:
        mask_secret(value)
    return value


def aws() -> dict[str, str]:
    """What the connection `aws_default` says, in AWS's variables. What it leaves open is the worker's."""
    found = connection("aws_default")
    if not found:
        return {}
    extra = json.loads(found.extra or "{}")
    endpoint = extra.get("service_config", {}).get("s3", {}).get("endpoint_url") or extra.get("endpoint_url")
    authorities = extra.get("verify")
    values = {
        "AWS_REGION": extra.get("region_name"),
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_PROFILE": extra.get("profile_name"),
        "AWS_CA_BUNDLE": authorities if isinstance(authorities, str) else None,
    }
    values = {name: value for name, value in values.items() if value}
    if found.login:  # a key as a whole: no part of it comes from elsewhere
        token = extra.get("aws_session_token") or ""
        values |= {
            "AWS_ACCESS_KEY_ID": found.login,
            "AWS_SECRET_ACCESS_KEY": found.password or "",
            "AWS_SESSION_TOKEN": token,
        }
        for value in (found.password, token):
            if value:
                mask_secret(value)
    return values


# The program as a task.

HOPELESS = {64: "it can't be done as given", 65: "data was refused", 77: "access was refused"}
"""Exit codes that a retry does not heal. After any other (69, 70, 74, 75, 130, 143, a signal) it may go through."""

LEVELS = {
    "trace": logging.DEBUG, "debug": logging.DEBUG, "info": logging.INFO, "notice": logging.INFO,
    "warning": logging.WARNING, "error": logging.ERROR, "critical": logging.CRITICAL,
    "ok": logging.INFO, "failed": logging.ERROR,
}  # fmt: skip
LOGGED = re.compile(r"\d{4}-\d\d-\d\dT\S+ (trace|debug|info|notice|warning|error|critical) perigee: (.*)")
SAID = re.compile(r"(?:perigee: )?(warning|error): |.*\bFatal (error)\b", re.IGNORECASE)

COUNTS = ("windows", "rows", "requests")
"""What a result of the schema perigee.run/1 counts."""


class PerigeeOperator(BaseOperator):
    """Runs `perigee` with these arguments. `environment` goes before all settings; nothing in it counts as not given.

    `simulated`: against a simulator of the service, which runs as long as the task.

    The result is the XCom; its `windows`, `rows` and `requests` are XComs of their own, of a command that failed too,
    and the `extra` of the events of the assets that the task is to publish.
    """

    template_fields = ("arguments", "environment")
    template_fields_renderers = {"environment": "json"}
    ui_color = "#e8f0fb"

    def __init__(self, *, arguments, environment=None, simulated=False, **options):
        super().__init__(**options)
        self.arguments = arguments
        self.environment = environment or {}
        self.simulated = simulated
        self._process = None

    def execute(self, context):
        program = setting("PERIGEE_PROGRAM") or "perigee"
        arguments = [argument for argument in self.arguments if argument]
        environment = self._whole_environment()
        with self._simulator(program) if self.simulated else nullcontext() as address:
            if address:
                environment["PERIGEE_API_URL"] = address
            status, result, errors = self._run([program, *arguments, "--json"], environment)
        counts = {name: result[name] for name in COUNTS if name in result}
        errors += self._show(result, counts)
        for name, count in counts.items():
            context["ti"].xcom_push(key=name, value=count)
        if status == 0:
            for outlet in self.outlets:
                days = {name: result[name] for name in ("run", "from", "to") if name in result}
                context["outlet_events"][outlet].extra = {**days, **counts}
            return result
        end = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with exit code {status}"
        message = f"perigee {arguments[0]} {end}" + "".join(f"; {error}" for error in errors)
        if status in HOPELESS:
            raise AirflowFailException(f"{message}. No retry: {HOPELESS[status]}.")
        raise AirflowException(f"{message}.")

    def on_kill(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def _whole_environment(self) -> dict[str, str]:
        """The worker's environment with Airflow's variables and connections, and what the DAG says."""
        environment = {
            **os.environ,
            "PERIGEE_LOG_LEVEL": "info",
            **{name: value for name in SETTINGS if (value := setting(name))},
            **{name: value for name in SECRETS if (value := secret(name))},
            **aws(),
            **{name: value for name, value in self.environment.items() if value},
        }
        for name, scheme in (("PERIGEE_STORE", "sqlite:"), ("PERIGEE_LANDING", "")):
            value = environment.get(name, "")
            path = value[len(scheme):] if value.startswith(scheme) else value
            if not (os.path.isabs(path) or "://" in value or environment.get("PERIGEE_CONFIG")):
                raise AirflowFailException(
                    f"{name} is {repr(value) + ', not a whole path' if value else 'not set'}, and each task runs in a "
                    f"folder of its own: give {scheme}/A/WHOLE/PATH or a URL, as the Airflow variable {name.lower()} "
                    "(deploy/airflow/setup makes it)"
                )
        return environment

    def _run(self, command: list[str], environment: dict[str, str]) -> tuple[int, dict, list[str]]:
        """Runs it, and logs what it says while it does: its exit code, its result, and its errors in words."""
        level, errors = logging.INFO, []
        with tempfile.TemporaryDirectory() as folder, open(f"{folder}/result", "w+b") as output:
            self._process = self._start(command, environment, cwd=folder, stdout=output, stderr=subprocess.PIPE)
            try:
                for line in self._process.stderr:
                    level, text = logged(line.rstrip("\n"), level)
                    self.log.log(level, "%s", text)
                    if level >= logging.ERROR:
                        errors.append(text.strip())
                status = self._process.wait()
            finally:  # also where Airflow ends the task
                stop(self._process)
            output.seek(0)
            lines = output.read().decode(errors="replace").splitlines()
        try:
            result = json.loads(lines[-1]) if lines else {}
        except ValueError:  # it printed something else, and died
            result = {}
        return status, result, errors[-6:]

    @contextmanager
    def _simulator(self, program: str):
        """A simulator on a free port: its address."""
        process = self._start([program, "simulate", "--port", "0"], os.environ, stdout=subprocess.PIPE)
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise AirflowException(f"{program} simulate did not start: its log is above")
            yield address
        finally:
            stop(process)

    @staticmethod
    def _start(command: list[str], environment, **options) -> subprocess.Popen:
        try:
            return subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, text=True, errors="replace", **options
            )
        except OSError as error:
            raise AirflowFailException(
                f"the worker can't start {command[0]}: {error.strerror}. Set the Airflow variable perigee_program to "
                "the path of perigee on the workers (deploy/airflow/setup makes it of PERIGEE_PROGRAM)"
            ) from None

    def _show(self, result: dict, counts: dict) -> list[str]:
        """Logs a result for people: what `doctor` found, what a stage counted. Returns what failed in it, in words."""
        failed = []
        for finding in result.get("findings", []):
            verdict, subject = finding["verdict"], finding["subject"]
            detail = finding["detail"] + (f"; next: {finding['next_step']}" if finding.get("next_step") else "")
            self.log.log(LEVELS[verdict], "%-8s%-10s%s", verdict, subject, detail)
            if verdict == "failed":
                failed.append(f"{subject}: {detail}")
        for name, count in counts.items():
            numbers = (f"{value} {what.replace('_', ' ')}" for what, value in count.items())
            self.log.info("%s: %s", name, ", ".join(numbers))
        return failed


def logged(line: str, before: int) -> tuple[int, str]:
    """The level of a line of perigee's log, and its text. A line without a level goes with the one before it."""
    if found := LOGGED.fullmatch(line):
        return LEVELS[found[1]], found[2]
    if found := SAID.match(line):
        return LEVELS[(found[1] or found[2]).lower()], line
    return before, line


def stop(process: subprocess.Popen) -> None:
    """Ends a process that still runs: it gets 20 seconds to leave its ledger in order."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def pipeline(environment: dict[str, str] | None = None, simulated: bool = False, outlets=()) -> None:
    """The six tasks of a pipeline, in their order, for the DAG in whose block it is called. One of them transforms: it
    alone needs an engine."""
    plain = {"PERIGEE_ENGINE": "embedded", **(environment or {})}
    days = ["--from", FIRST, "--to", LAST]
    refresh = "{{ '--refresh' if params.refresh else '' }}"
    chosen = {"PERIGEE_ENGINE": "{{ params.engine or '' }}", **(environment or {})}

    def task(task_id, *arguments, environment=plain, **options):
        return PerigeeOperator(task_id=task_id, arguments=arguments, environment=environment, **options)

    (
        task("create_table", "migrate")
        >> task("extract", "extract", *days, refresh, simulated=simulated)
        >> task("process", "transform", *days, environment=chosen)
        >> task("audit", "audit", *days)
        >> task("load", "publish", *days, outlets=list(outlets))
        >> task("quality", "quality", *days)
    )
