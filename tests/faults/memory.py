"""How much memory this process takes meanwhile, and how long (Linux)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SELF = Path("/proc/self")


@dataclass
class Spent:
    """What something took: the most memory beside what was there, and seconds of a processor."""

    megabytes: float = 0.0
    seconds: float = 0.0


def _resident(name: str) -> float:
    for line in (_SELF / "status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


@contextmanager
def spending() -> Iterator[Spent]:
    """Measures what happens inside."""
    spent, began = Spent(), time.process_time()
    (_SELF / "clear_refs").write_text("5")  # forgets the peak (proc_pid_clear_refs(5))
    before = _resident("VmRSS")
    try:
        yield spent
    finally:
        spent.megabytes = max(0.0, _resident("VmHWM") - before)
        spent.seconds = time.process_time() - began
