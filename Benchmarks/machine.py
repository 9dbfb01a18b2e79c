"""The machine and the versions that the figures were taken with."""

import datetime
import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from settings import HERE, REPOSITORY, Settings


def output(*command: str) -> str | None:
    """The first line that a command prints, or nothing if it is absent or fails."""
    if shutil.which(command[0]) is None:
        return None
    result = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    lines = result.stdout.splitlines()
    return lines[0] if result.returncode == 0 and lines else None


def peer_versions() -> dict[str, str | None]:
    """The installed version of each peer in requirements.txt; nothing for one that is not installed."""
    lines = (HERE / "requirements.txt").read_text().splitlines()
    names = [line.split("==")[0] for line in lines if "==" in line]
    return {name: installed(name) for name in names}


def installed(name: str) -> str | None:
    """The version of a distribution, if it is installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def cpu_model() -> str:
    """The processor's name, as Linux gives it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def describe(settings: Settings) -> dict[str, object]:
    """Everything that a figure depends on beside the program measured."""
    sqlite = output("sqlite3", "--version")
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "cpu": cpu_model(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "load_average_at_start": os.getloadavg()[0],
        "commit": output("git", "describe", "--always", "--dirty"),
        "perigee": output(str(settings.binary), "--version") if settings.binary else None,
        "python": platform.python_version(),
        "sqlite3": sqlite and sqlite.split()[0],
        **peer_versions(),
    }
