"""NASA's stand-in: neows-replay on loopback, for as long as a section needs it."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path


class Replay:
    """A context manager around the server's process."""

    def __init__(self, script: Path) -> None:
        self.script = script

    def __enter__(self) -> "Replay":
        # A limit that the benchmark cannot reach: it is not the quota that is measured.
        command = [sys.executable, str(self.script), "--port", "0", "--limit", "1000000"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            self.url = printed.readline().strip()
        if not self.url:
            self.__exit__()
            raise RuntimeError(f"{self.script} printed no base URL")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def feed_requests(self) -> int:
        """How many requests to /feed came in so far."""
        address = self.url.removesuffix("/neo/rest/v1") + "/_stats"
        with urllib.request.urlopen(address, timeout=30) as response:
            return json.load(response).get("feed", 0)
