"""08:15 on a Monday for 10,000 schools, at Slack's documented rates.

The outbox, the claims in order of urgency, the deliveries and the pace are the product's own; only
the clock is simulated, and messages are not composed. Assumed is the worst case: all schools in one
workspace, which takes 300 messages a minute ("several hundred", docs.slack.dev, Rate limits), each
of them a quarter of a second; two round-ups a school, one for the head and one for the safeguarding
lead, all written at 08:15; and every half minute an urgent case somewhere, of which two people must
hear at once. Schools with workspaces of their own are done as soon as theirs are. That an urgent
alert is overtaken by no more round-ups than were under way when it came is made sure of.

What such a morning, and a start, cost before a message leaves is in ``monday_ticks``.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from bot.app.compose_message import Composer
from bot.app.deliveries import AT_ONCE, Deliveries
from bot.app.intents import Claimed, Intent, ToPerson
from bot.app.leaving import Delivery, Leaving, Mark
from bot.app.pace import Pace
from bot.app.ports import Reading
from bot.compose.pacing import SPEEDS
from bot.domain.ids import MessageKind, PersonId, SchoolId
from bot.domain.urgency import URGENCY, Urgency
from storage.engine import open_engines
from storage.keys import MasterKey, SchoolKeys
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.bench.deliver_simulated import simulated
from tests.bench.monday_ticks import ticks
from tests.builders import run_here, school_time

_SCHOOLS: Final = 10_000
_ROUND_UPS: Final = ("head", "dsl")
_BEGINS: Final = school_time("2026-11-23T08:15")
_TAKES_SECONDS: Final = 0.25
_URGENT_EVERY: Final = 30.0
_MEMORY: Final = "/dev/shm"  # noqa: S108 - a folder with a name of its own is made in it


@dataclass
class _Morning:
    """The simulated morning, and what left when."""

    stores: dict[SchoolId, SqlStore]
    pace: Pace
    last: dict[Urgency, datetime] = field(default_factory=dict)
    longest: dict[Urgency, timedelta] = field(default_factory=dict)
    left: Counter[Urgency] = field(default_factory=Counter)
    left_before: dict[str, int] = field(default_factory=dict)
    """Round-ups that had left when an alert was written, by its key."""
    overtaking: int = 0

    def now(self) -> datetime:
        """Both clocks."""
        return _BEGINS + timedelta(seconds=asyncio.get_running_loop().time())

    machine_now = now

    def took(self, intent: Intent) -> None:
        """Slack took a message."""
        urgency, now = URGENCY[intent.kind], self.now()
        self.left[urgency] += 1
        if intent.key in self.left_before:
            ahead = self.left[Urgency.DAILY] - self.left_before[intent.key]
            self.overtaking = max(ahead, self.overtaking)
        self.last[urgency] = now
        waited = now - intent.not_before
        self.longest[urgency] = max(waited, self.longest.get(urgency, waited))


@dataclass(frozen=True)
class _Simulated(Leaving):
    """Messages that are sent as they are claimed, at the pace, and marked as always."""

    morning: Any = None

    def composer(self, reading: Reading) -> Composer:
        """None is needed."""
        return SimpleNamespace(reading=reading)  # type: ignore[return-value]

    def prepare(self, composer: Composer, claimed: Claimed) -> Delivery | Mark:
        """It leaves as it is."""
        del composer
        return Delivery(claimed, None, SimpleNamespace(records=(), shown="shown"))  # type: ignore[arg-type]

    async def send(self, delivery: Delivery) -> Mark:
        """Waits for its turn, and for Slack."""
        intent = delivery.claimed.intent
        await self.morning.pace.turn(URGENCY[intent.kind])
        await asyncio.sleep(_TAKES_SECONDS)
        self.morning.took(intent)
        return self._sent(delivery, "ref")


def measure() -> Iterator[tuple[str, float]]:
    """Minutes until the last round-up, the longest wait of an urgent alert, and what ticks take.

    Raises ``RuntimeError`` if messages did not leave in order of urgency.
    """
    # In memory, where there is such a place: how long a disk takes is no part of it.
    memory = _MEMORY if Path(_MEMORY).is_dir() else None
    with tempfile.TemporaryDirectory(prefix="bench-monday-", dir=memory) as folder:
        morning = simulated(_monday(Path(folder)))
        if morning.overtaking > AT_ONCE:
            msg = f"{morning.overtaking} round-ups left while an urgent alert was waiting."
            raise RuntimeError(msg)
    took = morning.last[Urgency.DAILY] - _BEGINS
    yield "monday_0815_minutes_for_10000_schools", took.total_seconds() / 60
    yield "monday_longest_wait_of_an_urgent_alert_seconds", _seconds(morning, Urgency.NOW)
    yield "monday_round_ups_ahead_of_an_urgent_alert", morning.overtaking
    yield "monday_messages", morning.left.total()
    with tempfile.TemporaryDirectory(prefix="bench-monday-") as folder:
        yield from ticks(Path(folder), _SCHOOLS)


def _seconds(morning: _Morning, urgency: Urgency) -> float:
    return morning.longest[urgency].total_seconds()


async def _monday(folder: Path) -> _Morning:
    stores = _stores(folder)
    loop = asyncio.get_running_loop()
    morning = _Morning(stores, Pace(SPEEDS["slack"].posts, loop.time))
    school: Any = SimpleNamespace(clock=morning, now=morning.now)
    leaving = {
        name: _Simulated(school, None, lambda person: person, morning=morning)  # type: ignore[arg-type]
        for name in stores
    }
    first = next(iter(stores.values()))
    together = first.together(list(stores.values()))
    with together.writing() as batch:
        for name in stores:
            batch.of(name).enqueue([_round_up(role) for role in _ROUND_UPS])
    deliveries = Deliveries(together, leaving, run_here, room=lambda: morning.pace.room)
    alerts = asyncio.create_task(_urgent_cases(morning, deliveries))
    await deliveries.deliver_due()
    alerts.cancel()
    first.engines.dispose()
    return morning


def _round_up(role: str) -> Intent:
    to = ToPerson(PersonId(role))
    return Intent(f"round-up:{role}", MessageKind.ROUND_UP, to, _BEGINS)


async def _urgent_cases(morning: _Morning, deliveries: Deliveries) -> None:
    for number, store in enumerate(reversed(morning.stores.values())):
        await asyncio.sleep(_URGENT_EVERY)
        at = morning.now()
        alerts = [
            Intent(f"urgent:{number}:{role}", MessageKind.URGENT_CASE, ToPerson(PersonId(role)), at)
            for role in _ROUND_UPS
        ]
        morning.left_before |= {each.key: morning.left[Urgency.DAILY] for each in alerts}
        with store.writing() as writing:
            writing.enqueue(alerts)
        deliveries.look_again()


def _stores(folder: Path) -> dict[SchoolId, SqlStore]:
    engines = open_engines(f"sqlite:///{folder / 'data.db'}", 2)
    upgrade(engines.writing)
    master, key = MasterKey(bytes(32)), bytes(32)
    names = [SchoolId(f"school-{number:05}") for number in range(_SCHOOLS)]
    return {
        name: SqlStore(
            engines, SchoolKeys(name, master, key, key, key, b""), folder, owns_engines=False
        )
        for name in names
    }
