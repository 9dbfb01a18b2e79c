"""NASA's stand-in on loopback, neows-replay or `perigee simulate`, for as long as a section needs it."""

import json
import subprocess
import urllib.request


class Replay:
    """A context manager around the server's process."""

    def __init__(self, *program: str) -> None:
        self.program = program

    def __enter__(self) -> "Replay":
        # A limit that the benchmark cannot reach: it is not the quota that is measured.
        command = [*self.program, "--port", "0", "--limit", "1000000"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            self.url = printed.readline().strip()
        if not self.url:
            self.__exit__()
            raise RuntimeError(f"{' '.join(self.program)} printed no base URL")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def feed_requests(self) -> int:
        """How many requests to /feed came in so far; neows-replay counts them."""
        address = self.url.removesuffix("/neo/rest/v1") + "/_stats"
        with urllib.request.urlopen(address, timeout=30) as response:
            return json.load(response).get("feed", 0)
