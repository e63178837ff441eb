"""What is counted of the running process: numbers only, never who or which case."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.app.messenger import DeliveryError, Messenger
from bot.domain.ids import PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words

STALE: Final = timedelta(seconds=90)
"""A tick this old means that nobody is reminded any more: some were missed, not one."""


@dataclass(frozen=True)
class Waiting:
    """How far the school is behind, in its own time."""

    hint: timedelta
    """Since when a case should have been looked at."""
    queue: timedelta
    """Since when the oldest message is due."""


class Metrics:
    """The counts of one process, and how it is. ``seconds`` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._ticked: float | None = None
        self.stopping = False
        self._registry = CollectorRegistry()
        self._ticks = self._counter("ticks", "Times the bot looked for what is due")
        self._failures = self._counter("failures", "Jobs that ended with an error")
        self._delivered = self._counter("deliveries", "Messages that a platform took")
        self._undelivered = self._counter(
            "delivery_failures", "Messages that a platform did not take; most are tried again"
        )
        self._age = self._gauge("tick_age_seconds", "Since the last tick that went well")
        self._hint = self._gauge(
            "hint_late_seconds", "How late the next look at a case is, in the school's time"
        )
        self._queue = self._gauge(
            "queue_age_seconds", "How long the oldest due message waits, in the school's time"
        )

    def ticked(self) -> None:
        """A tick went well."""
        self._ticked = self._seconds()
        self._ticks.inc()

    def failed(self) -> None:
        """A job ended with an error."""
        self._failures.inc()

    def delivered(self) -> None:
        """A platform took a message."""
        self._delivered.inc()

    def not_delivered(self) -> None:
        """A platform did not take a message."""
        self._undelivered.inc()

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

    def text(self, waiting: Waiting) -> bytes:
        """Everything in Prometheus' text format."""
        self._hint.set(waiting.hint.total_seconds())
        self._queue.set(waiting.queue.total_seconds())
        never = float("nan")
        self._age.set(never if self._ticked is None else self._seconds() - self._ticked)
        return generate_latest(self._registry)

    def _counter(self, name: str, says: str) -> Counter:
        return Counter(f"report_post_{name}", says, registry=self._registry)

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(f"report_post_{name}", says, registry=self._registry)


@dataclass(frozen=True)
class CountedMessenger:
    """A messenger whose deliveries are counted (``bot.app.messenger.Messenger``).

    An error that is none of the platform's is reported and becomes a ``DeliveryError``: the message
    is tried again later, and nobody else's waits for it.
    """

    messenger: Messenger
    metrics: Metrics
    report: Callable[[str, Exception], None]

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Delivers and counts. Raises ``DeliveryError``."""
        try:
            ref = await self.messenger.send(to, message, words)
        except DeliveryError:
            self.metrics.not_delivered()
            raise
        except Exception as error:
            raise self._failure(error) from error
        self.metrics.delivered()
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows anew, and counts if that failed. Raises ``DeliveryError``."""
        try:
            await self.messenger.update(message_ref, message, words)
        except DeliveryError:
            self.metrics.not_delivered()
            raise
        except Exception as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> DeliveryError:
        self.metrics.not_delivered()
        self.report("delivery", error)
        return DeliveryError(permanent=False)
