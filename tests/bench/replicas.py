"""What a second process adds: both empty one outbox on PostgreSQL, and nobody hears twice.

5,000 receipts are due, each for somebody else, and Slack's stand-in says yes after 100 ms. Every
process has ten deliveries under way at a time, which is a hundred a second at best: beyond what
Slack takes of a workspace and within what Microsoft Teams takes of a tenant, so no installation
wants more, and two such processes leave two processors time for the database and the stand-in.
The time is that from the word to begin until the last process found nothing left.
"""

import json
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.config import sample_settings
from tests.bench.ack_apart import apart
from tests.bench.deliver_school import fill, told
from tests.builders import at_work
from tests.faults.places import a_database

_MESSAGES: Final = 5_000
_CASES: Final = 50
_AT_ONCE: Final = 10
_TAKES_SECONDS: Final = 0.1


@dataclass(frozen=True)
class _Emptied:
    seconds: float
    repeats: int
    losses: int


def measure() -> Iterator[tuple[str, float]]:
    """The ratio of two processes to one, what went wrong, and deliveries a second of each."""
    one, two = _empty(processes=1), _empty(processes=2)
    yield "replicas_2_vs_1", one.seconds / two.seconds
    yield "replicas_repeats", one.repeats + two.repeats
    yield "replicas_losses", one.losses + two.losses
    yield "replicas_1_a_second", _MESSAGES / one.seconds
    yield "replicas_2_a_second", _MESSAGES / two.seconds


def _empty(processes: int) -> _Emptied:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-replicas-"))
        database = stack.enter_context(a_database())
        there = at_work(replace(sample_settings(Path(folder)), database=database))
        fill(there, _MESSAGES, _CASES)
        there.school.store.close()
        slack = stack.enter_context(apart("deliver_stand_in", str(_TAKES_SECONDS)))
        origin = json.loads(slack.line())
        given = (database, folder, origin, str(_AT_ONCE))
        running = [stack.enter_context(apart("deliver_replica", *given)) for _ in range(processes)]
        for each in running:
            if each.line() != "ready":
                raise ChildProcessError(each.process.args)
        began = time.perf_counter()
        for each in running:
            each.process.send_signal(signal.SIGUSR1)
        for each in running:
            each.line()
        took = time.perf_counter() - began
        heard = told(origin)
    repeats = sum(count - 1 for count in heard.values())
    return _Emptied(took, repeats, _MESSAGES - len(heard))
