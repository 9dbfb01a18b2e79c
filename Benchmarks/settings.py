"""Where things are, and what the command line asked for."""

import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
PEERS = HERE / "peers"


@dataclass(frozen=True)
class Settings:
    """What every section needs to know."""

    binary: Path | None
    """The release binary, or nothing: then the peers are timed alone."""
    neows: Path | None
    """The folder of make-corpus and neows-replay, or nothing."""
    work: Path
    """Where the corpus is kept and the outputs are written."""
    corpus: Path | None
    """A folder of feed bodies to use in place of the made corpus."""
    runs: int | None
    """Timed runs of each program, in place of the section's own number."""
    skipped: frozenset[str] = frozenset()
    """Databases and peers that the sections load and serve leave out."""
    times: int = 1
    """How many times as long as usual the made corpus is."""
    requests: int | None = None
    """Over how many requests the serve section also watches the server's memory."""

    @classmethod
    def read(cls, corpus: Path | None, runs: int | None, skipped: list[str], requests: int | None, times: int = 1) -> "Settings":
        """The settings, from the command line's values and the environment."""
        binary = Path(os.environ.get("PERIGEE_BIN", REPOSITORY / ".build/release/perigee")).resolve()
        neows = Path(os.environ.get("PERIGEE_SHARED", REPOSITORY.parent / "shared")).resolve() / "neows"
        work = Path(os.environ.get("PERIGEE_BENCH_DIR", "/tmp/perigee-bench")).resolve()
        work.mkdir(parents=True, exist_ok=True)
        return cls(
            binary=binary if os.access(binary, os.X_OK) else None,
            neows=neows if neows.is_dir() else None,
            work=work,
            corpus=corpus.resolve() if corpus else None,
            runs=runs,
            skipped=frozenset(skipped),
            requests=requests,
            times=times,
        )
