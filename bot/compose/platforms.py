"""A school on one or several platforms: who is reached where, and through which a message leaves.

Everybody is reached on one platform only, where they acted last, so that nobody gets anything
twice. An address and a message's reference begin with the platform's name and a bar.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from aiohttp import web

from adapters.scheduler import report_failure
from bot.app.addresses import (
    governors_channel,
    learn_address,
    reached_at,
    tell_of_unreached,
)
from bot.app.messenger import DeliveryError, Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.running import RunningSchools
from bot.compose.upkeep import upkeep
from bot.domain.ids import PersonId, SchoolId
from bot.screens.nodes import Message
from bot.screens.wording import Words
from storage import SqlStore

LOOK_UP_SECONDS: Final = 3_600.0
"""Between two looks whether those who hold a role can still be reached."""

_BAR: Final = "|"


class Platform(Protocol):
    """A platform of a running process."""

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        """Asks the platform who we are; the routes by which it comes to us, if it does."""

    def start(self) -> None:
        """Lets people in."""

    async def close(self) -> None:
        """Lets nothing more in, and finishes what came."""

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        """The accounts of these addresses; one of which nothing is known now is left out."""


class PlatformsMessenger:
    """Sends by the platform that an address or a reference names (``Messenger``).

    What names none, such as a message of the time when there was but one, belongs to ``usual``.
    """

    def __init__(
        self,
        messengers: Mapping[str, Messenger],
        usual: str,
        channel: Callable[[], Awaitable[str | None]],
    ) -> None:
        """``channel`` tells the platform of the governors' channel."""
        self._messengers = messengers
        self._usual = usual
        self._channel = channel

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Delivers it; the reference. Raises ``DeliveryError``."""
        if to is None:
            name, account = await self._channel() or self._usual, None
        else:
            name, account = self._split(to)
        messenger = self._messengers.get(name)
        if messenger is None:
            # The channel's platform is not on: the digest waits, and the admin hears of it.
            raise DeliveryError(permanent=False)
        where = PersonId(account) if account is not None else None
        return f"{name}{_BAR}{await messenger.send(where, message, words)}"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows it anew where it was sent. Raises ``DeliveryError``."""
        name, rest = self._split(message_ref)
        messenger = self._messengers.get(name)
        if messenger is None:
            raise DeliveryError(permanent=True)
        await messenger.update(rest, message, words)

    def _split(self, named: str) -> tuple[str, str]:
        name, bar, rest = named.partition(_BAR)
        return (name, rest) if bar and name in self._messengers else (self._usual, named)


def running_on(
    schools: Schools,
    stores: Mapping[SchoolId, SqlStore],
    messengers: Mapping[str, Messenger],
    usual: str,
) -> RunningSchools:
    """Schools that reach people through these; they may be filled in until they are started."""

    def messenger(school: School) -> Messenger:
        async def channel() -> str | None:
            return await running.glance(partial(channels_platform, school))

        return PlatformsMessenger(messengers, usual, channel)

    def tidy(school: School) -> None:
        upkeep(school, stores[school.id])

    running = RunningSchools(schools, messenger, partial(reach, messengers), tidy)
    return running


def reach(platforms: Collection[str], school: School, person: PersonId) -> PersonId | None:
    """The address of a person for ``PlatformsMessenger``, if they can be reached."""
    with school.store.reading() as reading:
        found = reached_at(reading, person, platforms)
    return PersonId(f"{found[0]}{_BAR}{found[1]}") if found else None


def channels_platform(school: School) -> str | None:
    """The platform of the governors' channel, if one was registered."""
    with school.store.reading() as reading:
        channel = governors_channel(reading)
    return channel.partition(":")[0] if channel else None


class Whereabouts:
    """Keeps where people act, for every platform of the process."""

    def __init__(self, school: School, running: RunningSchools) -> None:
        self._school = school
        self._running = running
        self._seen: dict[str, tuple[str, PersonId]] = {}

    async def learn(self, email: str, account: PersonId, platform: str) -> None:
        """Somebody acts there; written only if that is new."""
        if self._seen.get(email) == (platform, account):
            return
        keep = partial(learn_address, self._school, email, account, platform, acted=True)
        await self._running.read(keep)
        self._seen[email] = (platform, account)


class HoldersWatch:
    """Looks now and then whether all who hold a role can be reached, and tells the admin once."""

    def __init__(
        self, school: School, running: RunningSchools, platforms: Mapping[str, Platform]
    ) -> None:
        self._school = school
        self._running = running
        self._platforms = platforms
        self._task: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Learns the accounts. Where a platform gives no answer, nothing is concluded."""
        emails = {each.email for people in self._school.holders.values() for each in people}
        found: dict[str, list[PersonId | None]] = {email: [] for email in emails}
        for name, platform in self._platforms.items():
            for email, account in (await platform.accounts(emails)).items():
                found[email].append(account)
                if account is not None:
                    keep = partial(learn_address, self._school, email, account, name)
                    await self._running.read(keep)
        nowhere = [None] * len(self._platforms)
        unreached = [email for email, accounts in found.items() if accounts == nowhere]
        await self._running.work(partial(tell_of_unreached, self._school, unreached))

    def start(self) -> None:
        """Looks again every hour."""
        self._task = asyncio.create_task(self._now_and_then())

    async def close(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _now_and_then(self) -> None:
        while True:
            await asyncio.sleep(LOOK_UP_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - reported; it is tried again
                report_failure("looking up who holds a role", error)
