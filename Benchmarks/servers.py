"""HTTP servers that are measured while they run."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from measure import ProgramFailed

HOST = "127.0.0.1"
START_SECONDS = 120
STOP_SECONDS = 10


@dataclass(frozen=True)
class Request:
    """What is asked of a server."""

    path: str
    method: str = "GET"
    tag: str = ""
    """For If-None-Match."""
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    tag: str
    body: bytes


@dataclass
class WebServer:
    """A context manager around a server's process, from its first answer on. It may be entered again, and is then a new process."""

    name: str
    command: Callable[[int], list[str]]
    """The command for a port."""
    ready: str
    """A path that is answered with 200 once the server is up."""
    home: Path
    """Its working folder, which keeps its log."""
    environment: Mapping[str, str] = field(default_factory=dict)

    def __enter__(self) -> "WebServer":
        self.port = free_port()
        log = self.home / f"{self.name}.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command(self.port),
                cwd=self.home,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not self.is_up():
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise ProgramFailed(f"{self.name} did not start: {' '.join(self.command(self.port))}\n{log.read_text(errors='replace')[-2000:]}")
                time.sleep(0.05)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def url(self) -> str:
        """Without a path."""
        return f"http://{HOST}:{self.port}"

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return self.ask(Request(self.ready)).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, request: Request) -> Answer:
        """One request, on a connection of its own."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request(request.method, request.path, request.body or None, {"If-None-Match": request.tag} if request.tag else {})
            response = connection.getresponse()
            return Answer(response.status, response.headers.get("ETag", ""), response.read())
        finally:
            connection.close()

    def memory_mb(self, name: str) -> float:
        """VmRSS, what the process has in memory now, or VmHWM, the most that it ever had."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise ProgramFailed(f"{self.name} has ended")

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        # The second field is the program's name in parentheses, which may hold anything.
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
