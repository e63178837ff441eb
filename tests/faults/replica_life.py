"""A replica: one of several processes that serve the same schools on one database."""

import asyncio
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from bot.app.messenger import Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.running import RunningSchools
from bot.compose.schools import open_the_stores, schools_of
from bot.config import Settings
from bot.domain.ids import MessageKind, PersonId, SchoolId
from bot.screens.nodes import Message
from bot.screens.wording import Words
from tests.faults.places import Place

CHANNEL = "governors"
LATER, STOP = "later", "stop"
NAMED = "replica-"
"""What PostgreSQL calls the connections of a process, before its number."""
PAST_A_LEASE = timedelta(seconds=61)
_TAKES_SECONDS = 0.02
"""From a platform's yes to our hearing of it."""


@dataclass(frozen=True)
class Taken:
    """The platform took a message."""

    school: SchoolId
    to: str
    kind: MessageKind | None


@dataclass(frozen=True)
class KeptUp:
    """The nightly maintenance of a school was done."""

    school: SchoolId


@dataclass(frozen=True)
class Ticked:
    """The first tick is over."""


@dataclass
class Replica:
    """What a process tells whoever started it; any thread may tell."""

    line: Connection
    guard: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, what: object) -> None:
        """Tells it."""
        with self.guard:
            self.line.send(what)


@dataclass
class ReplicaClock:
    """The school's time stands still; the machine's runs, and can be put forward."""

    at: datetime
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The school's time (UTC)."""
        return self.at

    def machine_now(self) -> datetime:
        """The machine's time (UTC)."""
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class ToldPlatform:
    """Takes every message of a school, and says so before it answers (``Messenger``)."""

    replica: Replica
    school: SchoolId

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Takes it."""
        del words
        self.replica.tell(Taken(self.school, str(to or CHANNEL), message.kind))
        await asyncio.sleep(_TAKES_SECONDS)
        return "taken"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Takes it."""


def settings_of(place: Place, schools: int) -> Sequence[Settings]:
    """So many schools in that place."""
    return [
        replace(place.settings, id=SchoolId(f"school-{number:03}")) for number in range(schools)
    ]


def live(place: Place, schools: int, at: datetime, line: Connection) -> None:
    """Serves them until it is told to stop, or killed."""
    # PostgreSQL then knows which of its connections are this process's.
    os.environ["PGAPPNAME"] = f"{NAMED}{os.getpid()}"
    settings, clock, replica = settings_of(place, schools), ReplicaClock(at), Replica(line)
    with open_the_stores(settings, {}) as stores:
        asyncio.run(_serve(schools_of(settings, stores, clock), clock, replica))


async def _serve(schools: Schools, clock: ReplicaClock, replica: Replica) -> None:
    def messenger(school: School) -> Messenger:
        return ToldPlatform(replica, school.id)

    def keep_up(school: School) -> None:
        replica.tell(KeptUp(school.id))

    running = RunningSchools(schools, messenger, lambda _, person: person, keep_up)
    await running.start()
    replica.tell(Ticked())
    while await asyncio.to_thread(replica.line.recv) != STOP:
        clock.ahead += PAST_A_LEASE
        await running.work(lambda: None)
    await running.stop()
