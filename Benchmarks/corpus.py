"""The feed bodies that the transform is measured on."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from settings import Settings

CYCLES = 85
APPROACHES = 399_075


@dataclass(frozen=True)
class Corpus:
    """A folder of feed bodies."""

    folder: Path
    files: int
    megabytes: float
    approaches: int | None
    """How many there must be; nothing is known of a folder that the user named."""


def locate(settings: Settings) -> Corpus | None:
    """The folder that was asked for, or the made one, which is made once and kept; nothing if make-corpus is not at hand."""
    if settings.corpus:
        return survey(settings.corpus, None)
    folder = settings.work / f"corpus-{CYCLES}"
    if not folder.is_dir():
        if settings.neows is None:
            return None
        make(settings.neows / "make-corpus", folder)
    return survey(folder, APPROACHES)


def make(script: Path, folder: Path) -> None:
    """Writes the corpus under another name and renames it, so that a corpus half made is never taken for a whole one."""
    print(f"  making the corpus (464 MB) in {folder}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "corpus"
        subprocess.run([sys.executable, str(script), "--cycles", str(CYCLES), str(made)], check=True, stdout=subprocess.DEVNULL)
        made.rename(folder)


def survey(folder: Path, approaches: int | None) -> Corpus:
    """Counts the files and their bytes."""
    sizes = [path.stat().st_size for path in folder.glob("*.json")]
    return Corpus(folder, len(sizes), sum(sizes) / 1e6, approaches)
