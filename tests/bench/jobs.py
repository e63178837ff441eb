"""10,000 deadlines tracked: what the product does for them, beside one APScheduler job each.

Ours: 2,000 open cases with five deadlines each lie in a SQLite database already, with their events.
A process that has just started finds that everything may have changed, as after a new calendar: it
marks every case and lets the tick look at each, read it, derive its deadlines and all that follows
from them, and write when to look again. The time is that of this work, the memory what the process
grows by until nothing is due any more, with every case that it keeps folded.

APScheduler: a process starts a scheduler on its ``SQLAlchemyJobStore`` in a SQLite file, and adds a
dated job for each of 10,000 deadlines, with the case and the step as arguments. The time is that of
``add_job``; the memory is what the process grows by until the scheduler runs with all of its jobs
in its store. It never asks for all of them at once, which a scheduler that runs does not do either.

Both have done one of the same before the clock starts, so that nothing is counted which is only
loaded once. Each is a process of its own (``store_jobs``), on the same disk.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.store_jobs import DEADLINES, OF_A_CASE, write_cases

TURNS = 2


def measure() -> Iterator[tuple[str, float]]:
    """The figures, and both sides in seconds and megabytes."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="report-post-jobs-") as folder:
        there = Path(folder) / "ours"
        write_cases(there, DEADLINES // OF_A_CASE)
        for turn in range(TURNS):
            ours.append(_apart("ours", there))
            theirs.append(_apart("apscheduler", Path(folder) / f"jobs-{turn}.db"))
    seconds, memory = (min(each) for each in zip(*ours, strict=True))
    their_seconds, their_memory = (min(each) for each in zip(*theirs, strict=True))
    yield "jobs_vs_apscheduler_time", seconds / their_seconds
    yield "jobs_vs_apscheduler_memory", memory / their_memory
    yield "deadlines_seconds", seconds
    yield "apscheduler_seconds", their_seconds
    yield "deadlines_megabytes", memory
    yield "apscheduler_megabytes", their_memory


def _apart(which: str, where: Path) -> tuple[float, float]:
    """Seconds and megabytes, from a process of its own."""
    command = [sys.executable, "-m", "tests.bench.store_jobs", which, str(where)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, memory = map(float, said.split())
    return seconds, memory
