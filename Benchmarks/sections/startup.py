"""How long a command takes to do nothing, beside processes that everyone has."""

import shutil
import sys

from measure import Program, interleave
from section import Section
from settings import Settings

ROUNDS = 30
OURS = "perigee --help"
# This interpreter, not the python3 on the path, which may be a shim (pyenv's, a shell script, takes three times as long).
REFERENCES = {"true": ["true"], "python3 -c pass": [sys.executable, "-c", "pass"], "sqlite3 --version": ["sqlite3", "--version"]}


def run(settings: Settings, versions: dict[str, str | None]) -> Section:
    """Times `perigee --help` and the reference points. `true` is the floor: the cost of any process here."""
    section = Section("startup", "startup: a whole process that does nothing")
    programs: list[Program] = []
    if settings.binary:
        programs.append(program(OURS, [str(settings.binary), "--help"]))
    else:
        section.notes.append("SKIPPED perigee: no binary; the reference points are timed alone")
    programs += [program(name, command) for name, command in REFERENCES.items() if shutil.which(command[0])]
    section.figures = interleave(programs, settings.runs or ROUNDS, settings.work / "stderr.txt")
    section.notes.append("the peak RSS of `true` is the least that can show here (see spawn.py)")
    return section


def program(name: str, command: list[str]) -> Program:
    """A command that needs nothing prepared."""
    return Program(name, lambda: command, None if name == OURS else OURS)
