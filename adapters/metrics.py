"""What is counted of the running process: numbers only, never who or which case."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.ids import MessageKind
from bot.domain.urgency import URGENCY, Urgency

STALE: Final = timedelta(seconds=90)
"""A tick this old means that nobody is reminded any more: some were missed, not one."""

_NEVER: Final = float("nan")
_MOMENTS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Seconds; Slack waits for three, and we wait for a platform for ten."""
_LATE: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0)
"""Seconds; reminders are due to the minute."""


class Entrance(StrEnum):
    """How acts come in."""

    SLACK = "slack"
    TEAMS = "teams"
    PAGE = "page"


_OPEN_TO_ALL: Final = (Entrance.SLACK, Entrance.TEAMS)
"""Anybody may knock there; the page is for this computer alone."""


class Unsent(StrEnum):
    """Why a message did not leave."""

    REFUSED = "refused"
    """For good: the account is gone, or has blocked the bot."""
    ASKED_TO_WAIT = "asked-to-wait"
    """It was too much at once (429)."""
    UNREACHABLE = "unreachable"
    """No answer, a broken one, one of a server that is down, or one to a token that is none."""
    OUR_FAULT = "our-fault"
    """A mistake of the program's; it is in the log."""
    NO_ADDRESS = "no-address"
    """No platform was asked: nobody knows yet where the person is reached."""


JOBS: Final = frozenset({"tick", "nightly", "delivery", "answering"})
"""Those whose failures are counted apart; all others are ``other``."""


@dataclass(frozen=True)
class Waiting:
    """How far the schools are behind, in their own time."""

    hint: timedelta
    """Since when a case should have been looked at."""
    queue: timedelta
    """Since when the oldest message is due."""
    due: Mapping[MessageKind, int] = field(default_factory=dict)
    """How many messages are due, by kind."""
    backup: timedelta | None = None
    """The age of the newest backup, of the school whose newest is oldest; machine time."""


class Metrics:
    """The counts of one process, and how it is. ``seconds`` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._ticked: float | None = None
        self._arriving: dict[object, float] = {}
        self.stopping = False
        self.is_ready = False
        """As ``Readiness`` found it the last time."""
        self.schools = 1
        self.connections: dict[Entrance, Callable[[], bool]] = {}
        """Of each platform to which a line is kept open: whether it is up."""
        self._registry = CollectorRegistry()
        self._ticks = self._counter("ticks", "Times the bot looked for what is due")
        self._failures = self._counter("failures", "Jobs that ended with an error", "job")
        self._delivered = self._counter("deliveries", "Messages that a platform took")
        self._undelivered = self._counter(
            "delivery_failures", "Tries to deliver that came to nothing, most repeated", "why"
        )
        self._given_up = self._counter("deliveries_given_up", "Messages that nobody will get")
        self._turned_away = self._counter(
            "turned_away", "Requests that are none of the platform's, or not for us", "entrance"
        )
        self._acts = self._histogram(
            "act_seconds", "From an act's arrival to its answer", _MOMENTS, "entrance"
        )
        self._tick_took = self._histogram("tick_seconds", "How long a tick took", _MOMENTS)
        self._late = self._histogram(
            "delivery_late_seconds", "From due to taken, in the school's time", _LATE
        )
        self._writer = self._histogram("writer_wait_seconds", "Waited for the writer", _MOMENTS)
        self._transaction = self._histogram(
            "transaction_seconds", "How long a transaction that writes took", _MOMENTS
        )
        self._states()
        for job in (*JOBS, "other"):
            self._failures.labels(job)
        for why in Unsent:
            self._undelivered.labels(why.value)
        for entrance in _OPEN_TO_ALL:
            self._turned_away.labels(entrance.value)

    def _states(self) -> None:
        self._ready = self._gauge("ready", "1: /readyz says that it is ready")
        self._age = self._gauge("tick_age_seconds", "Since the last look at all schools")
        self._failing = self._gauge("schools_failing", "Schools with a fault in the last tick")
        self._hint = self._gauge(
            "hint_late_seconds", "How late the next look at a case is, in the school's time"
        )
        self._queue = self._gauge(
            "queue_age_seconds", "How long the oldest due message waits, in the school's time"
        )
        self._length = self._gauge("queue_length", "Messages that are due", "urgency")
        self._backup = self._gauge(
            "backup_age_seconds", "Since the newest backup; NaN: no school has a folder for them"
        )
        self._oldest = self._gauge("arriving_seconds", "How long the oldest file is on its way")
        self._connected = self._gauge("connected", "1: the line to the platform is up", "platform")
        self._served = self._gauge("schools", "Schools that are served")
        self._answers = self._gauge("store_answers", "1: the store answered for these numbers")

    def ticked(self, failing: int = 0) -> None:
        """The bot looked at all schools; in so many some of what is due could not be done."""
        self._ticked = self._seconds()
        self._ticks.inc()
        self._failing.set(failing)

    def tick_took(self, seconds: float) -> None:
        """A tick is over, whatever came of it."""
        self._tick_took.observe(seconds)

    def failed(self, job: str = "") -> None:
        """A job ended with an error."""
        self._failures.labels(job if job in JOBS else "other").inc()

    def delivered(self) -> None:
        """A platform took a message."""
        self._delivered.inc()

    def not_delivered(self, why: Unsent) -> None:
        """A try to deliver came to nothing."""
        self._undelivered.labels(why.value).inc()

    def turned_away(self, entrance: Entrance) -> None:
        """A request was none of the platform's, or not for us."""
        self._turned_away.labels(entrance.value).inc()

    def sent_late(self, late: timedelta) -> None:
        """A message was taken, so long after it was due (the school's time)."""
        self._late.observe(max(late.total_seconds(), 0.0))

    def gave_up(self) -> None:
        """A message will never be sent."""
        self._given_up.inc()

    def wrote(self, waited: float, took: float) -> None:
        """A transaction that writes is over; seconds before its turn came, and of itself."""
        self._writer.observe(waited)
        self._transaction.observe(took)

    def answered(self, entrance: Entrance, seconds: float) -> None:
        """An act was answered, so long after it came in."""
        self._acts.labels(entrance.value).observe(seconds)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """A file is on its way meanwhile."""
        file = object()
        self._arriving[file] = self._seconds()
        try:
            yield
        finally:
            del self._arriving[file]

    def why_not_ready(self) -> str:
        """Why nobody should rely on this process now; empty if it is ready."""
        if self.stopping:
            return "it is being stopped"
        if self._ticked is None:
            return "it has only just started"
        age = self._seconds() - self._ticked
        if age > STALE.total_seconds():
            return f"its last tick was {age:.0f} seconds ago"
        return ""

    def text(self, waiting: Waiting | None) -> bytes:
        """Everything in Prometheus' text format; ``None``: the store gave no answer."""
        now = self._seconds()
        due = dict.fromkeys(Urgency, 0)
        for kind, count in waiting.due.items() if waiting else ():
            due[URGENCY[kind]] += count
        for urgency, count in due.items():
            self._length.labels(urgency.name.lower()).set(count if waiting else _NEVER)
        self._hint.set(waiting.hint.total_seconds() if waiting else _NEVER)
        self._queue.set(waiting.queue.total_seconds() if waiting else _NEVER)
        backup = waiting.backup if waiting else None
        self._backup.set(_NEVER if backup is None else backup.total_seconds())
        self._answers.set(waiting is not None)
        self._ready.set(self.is_ready)
        self._age.set(_NEVER if self._ticked is None else now - self._ticked)
        self._oldest.set(now - min(self._arriving.values(), default=now))
        self._served.set(self.schools)
        for platform, is_up in self.connections.items():
            self._connected.labels(platform.value).set(is_up())
        return generate_latest(self._registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"report_post_{name}", says, labels, registry=self._registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"report_post_{name}", says, labels, registry=self._registry)

    def _histogram(
        self, name: str, says: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        name = f"report_post_{name}"
        return Histogram(name, says, labels, buckets=buckets, registry=self._registry)
