"""wrk, which asks a server as fast as it answers, over a few connections."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from measure import ProgramFailed
from servers import Request
from settings import HERE

CONNECTIONS = 8
OPTIONS = ["-t1", f"-c{CONNECTIONS}", "--timeout", "10s"]


@dataclass(frozen=True)
class Load:
    """What came of one run of wrk."""

    requests: int
    seconds: float
    bytes: int
    """Of all answers, headers included."""
    mean_ms: float
    p99_ms: float
    bad_statuses: int
    """Answers with 400 or above, or with another status than the expected one."""
    errors: int
    """Connections, reads and writes that failed, and answers that took too long."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def version() -> str | None:
    """wrk's own name for its version; nothing if it is not installed."""
    if shutil.which("wrk") is None:
        return None
    # It ends with 1, after its usage.
    return subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.partition(" [")[0]


def run(url: str, requests: Iterable[Request], seconds: int, file: Path, status: int | None = None) -> Load:
    """Sends the requests in turn for some seconds; `file` is overwritten with them. To hold every answer against a status takes wrk some time."""
    lines = ("\t".join([request.method, request.path, request.tag, request.body]) for request in requests)
    file.write_text("".join(f"{line}\n" for line in lines))
    command = ["wrk", *OPTIONS, f"-d{seconds}s", "-s", str(HERE / "wrk.lua"), url, "--", str(file), *([str(status)] if status else [])]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise ProgramFailed(f"exit code {result.returncode} of {' '.join(command)}\n{result.stderr[-2000:]}")
    load = Load(**json.loads(result.stdout.splitlines()[-1]))
    if not load.requests:
        raise ProgramFailed(f"no answer from {url} in {seconds} s: {load}")
    return load
