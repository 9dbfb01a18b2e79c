"""Whole processes, timed side by side.

The programs of a comparison run in turn (A B C, A B C, ...), after one round that is not counted, so that what the machine does meanwhile
falls on all of them, and a ratio is formed within each round. Seconds run from before the spawn to after the wait; CPU seconds and the
peak resident set come from wait4 (see spawn.py).
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from settings import HERE


@dataclass(frozen=True)
class Program:
    """One side of a comparison."""

    name: str
    prepare: Callable[[], list[str]]
    """Makes a run's starting state, outside the timed part, and returns the command."""
    baseline: str | None = None
    """The program that this one's ratio is formed against."""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One process from spawn to exit."""

    seconds: float
    cpu_seconds: float
    peak_rss_mb: float
    """The largest resident set of the process, or of a child that it waited for: the largest single process, not a sum."""


class ProgramFailed(Exception):
    """A measured program did not exit with 0; its time means nothing."""


def run(program: Program, log: Path) -> Run:
    """One run, its standard error kept in `log`."""
    command = program.prepare()
    spawn = [sys.executable, "-I", "-S", str(HERE / "spawn.py"), str(log), *command]
    environment = {**os.environ, **program.environment}
    result = json.loads(subprocess.run(spawn, env=environment, stdout=subprocess.PIPE, check=True).stdout)
    if result["exit_code"] != 0:
        text = log.read_text(errors="replace")[-2000:]
        raise ProgramFailed(f"{program.name}: exit code {result['exit_code']} of {' '.join(command)}\n{text}")
    return Run(result["seconds"], result["cpu_seconds"], result["peak_rss_kb"] / 1024)


@dataclass(frozen=True)
class Spread:
    """Median, least and greatest of some values."""

    median: float
    min: float
    max: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Figures:
    """The runs of one program, and its ratio to its baseline, round by round."""

    program: Program
    runs: list[Run]
    ratios: list[float]

    @property
    def seconds(self) -> Spread:
        """From spawn to exit."""
        return Spread.of([run.seconds for run in self.runs])

    @property
    def cpu_seconds(self) -> Spread:
        """User and system time of the process and the children that it waited for."""
        return Spread.of([run.cpu_seconds for run in self.runs])

    @property
    def peak_rss_mb(self) -> float:
        """The largest resident set of any run."""
        return max(run.peak_rss_mb for run in self.runs)

    @property
    def ratio(self) -> Spread | None:
        """How many times as long as the baseline it takes; nothing without a baseline."""
        return Spread.of(self.ratios) if self.ratios else None

    def record(self) -> dict[str, object]:
        """The figures for the JSON file: the summary and every run."""
        return {
            "program": self.program.name,
            "seconds": asdict(self.seconds),
            "cpu_seconds": asdict(self.cpu_seconds),
            "peak_rss_mb": self.peak_rss_mb,
            "ratio_to": self.program.baseline,
            "ratio": asdict(self.ratio) if self.ratio else None,
            "runs_seconds": [run.seconds for run in self.runs],
        }


def interleave(programs: list[Program], rounds: int, log: Path, *, warm_up: bool = True) -> list[Figures]:
    """Runs all programs in turn, once to warm up and then `rounds` times."""
    runs: dict[str, list[Run]] = {program.name: [] for program in programs}
    for number in range(0 if warm_up else 1, rounds + 1):
        for program in programs:
            result = run(program, log)
            label = f"round {number}/{rounds}" if number else "warm-up"
            print(f"  {label}  {program.name}  {result.seconds:.4f} s", file=sys.stderr, flush=True)
            if number:
                runs[program.name].append(result)
    return [Figures(program, runs[program.name], ratios(program, runs)) for program in programs]


def ratios(program: Program, runs: Mapping[str, list[Run]]) -> list[float]:
    """This program's time over its baseline's, in each round; none if it has no baseline, or that was not run."""
    if program.baseline is None or program.baseline not in runs:
        return []
    return [own.seconds / base.seconds for own, base in zip(runs[program.name], runs[program.baseline], strict=True)]
