"""Processes apart: what is measured, and what stands in for the platforms, have each their own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_STARTS_SECONDS: Final = 60.0
_ENDS_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Places:
    """Where the stand-ins are: Slack's Web API, and Microsoft's login, keys and connector."""

    slack: str
    microsoft: str

    def written(self) -> str:
        """In one argument."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Places":
        """As ``written`` wrote it."""
        return cls(**json.loads(text))


@dataclass
class Apart:
    """A process that was started for a while."""

    process: subprocess.Popen[str]
    began: float
    """``time.perf_counter`` when it was started."""

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def resident_mb(self) -> float:
        """Its resident memory, in megabytes of 1,024² bytes (proc(5): VmRSS)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        (kilobytes,) = (line.split()[1] for line in status.splitlines() if "VmRSS" in line)
        return int(kilobytes) / 1024


@contextmanager
def apart(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[Apart]:
    """Runs a module of this folder in a process; it is told to stop at the end."""
    command: Sequence[str] = (sys.executable, "-m", f"tests.bench.{module}", *arguments)
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Apart(process, began)
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def free_port() -> int:
    """A port of this computer that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(running: Apart, port: int, request: bytes) -> float:
    """Seconds from a process's start until it answers the request with 200.

    Raises ``TimeoutError`` or, if it ended before, ``ChildProcessError``.
    """
    while time.perf_counter() - running.began < _STARTS_SECONDS:
        if running.process.poll() is not None:
            raise ChildProcessError(running.process.args)
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_STARTS_SECONDS) as line:
                line.sendall(request)
                if line.recv(4096).startswith(b"HTTP/1.1 200"):
                    return time.perf_counter() - running.began
        except ConnectionError:
            pass
        time.sleep(0.005)  # asked more often, it would be busy with saying that it is not ready
    raise TimeoutError
