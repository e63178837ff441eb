"""Stands in for the world in tests: a platform that takes what it is told to, and clocks."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from adapters.metrics import Metrics
from bot.app.messenger import DeliveryError
from bot.domain.ids import MessageKind, PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words

CHANNEL = "governors"

Result = TypeVar("Result")


@dataclass
class FakeClock:
    """The school's clock and the machine's, both moved by hand."""

    at: datetime
    machine_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def machine_now(self) -> datetime:
        return self.machine_at

    def machine_waits(self, length: timedelta) -> None:
        self.machine_at += length


@dataclass(frozen=True)
class SentHere:
    """A message that the platform took, and to whom."""

    to: str
    message: Message

    @property
    def kind(self) -> MessageKind | None:
        return self.message.kind


@dataclass
class FakePlatform:
    """Takes every message, or fails for somebody as it is told; remembers what it took."""

    label_of: Callable[[PersonId], str]
    taken: list[SentHere] = field(default_factory=list)
    updated: dict[str, Message] = field(default_factory=dict)
    failing: dict[str, Exception] = field(default_factory=dict)
    """By label: what is raised instead."""
    tried: list[str] = field(default_factory=list)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        del words
        label = self.label_of(to) if to else CHANNEL
        self.tried.append(label)
        if label in self.failing:
            raise self.failing[label]
        self.taken.append(SentHere(label, message))
        return str(len(self.taken) - 1)

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        del words
        to = self.taken[int(message_ref)].to
        if to in self.failing:
            raise self.failing[to]
        self.updated[message_ref] = message


def gone() -> DeliveryError:
    """The account does not exist any more."""
    return DeliveryError(permanent=True)


def out_of_order() -> DeliveryError:
    """The platform is down."""
    return DeliveryError(permanent=False)


def too_many() -> DeliveryError:
    """The platform asks for a pause of half a minute (429)."""
    return DeliveryError(permanent=False, wait_seconds=30)


@dataclass
class RunningClock:
    """A clock of seconds that runs, and can be moved on."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Here:
    """Does a running school's work at once, on the thread that asks."""

    def __init__(self) -> None:
        self.metrics = Metrics()

    def failed(self, what: str, error: Exception) -> None:
        del error
        self.metrics.failed(what)

    async def work(self, work: Callable[[], Result]) -> Result:
        return work()

    async def read(self, look: Callable[[], Result]) -> Result:
        return look()

    async def glance(self, look: Callable[[], Result]) -> Result:
        return look()
