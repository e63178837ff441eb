"""Looks now and then whether all who hold a role can be reached, and tells the admin once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from bot.app.addresses import learn_address, tell_of_unreached
from bot.app.school import School
from bot.app.schools import Schools, addresses_of_roles
from bot.compose.platforms import Platform
from bot.compose.running import RunningSchools
from bot.domain.ids import PersonId

LOOK_UP_SECONDS: Final = 3_600.0
"""Between two looks."""
UNANSWERED_SECONDS: Final = 300.0
"""The same, where a platform gave no answer: messages wait for the accounts that it knows."""

AT_ONCE: Final = 20
"""Addresses that are looked up together."""
PACE_SECONDS: Final = 30.0
"""Until the next ones: Slack lets 50 addresses a minute be looked up (docs.slack.dev, Rate limits:
users.lookupByEmail is of tier 3)."""

_Found = Mapping[str, Sequence[PersonId | None]]


class HoldersWatch:
    """Looks for every school; an address that several of them name is looked up once."""

    def __init__(
        self,
        schools: Schools,
        running: RunningSchools,
        platforms: Mapping[str, Platform],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._schools = schools
        self._running = running
        self._platforms = platforms
        self._pause = pause
        self._task: asyncio.Task[None] | None = None

    async def look(self) -> bool:
        """Learns the accounts; whether every platform gave an answer about every address.

        Where one gives none, nothing is concluded.
        """
        found: dict[str, Sequence[PersonId | None]] = {}
        left = list(self._schools)
        for number, emails in enumerate(_in_parts(_addresses(self._schools))):
            if number:
                await self._pause(PACE_SECONDS)
            found.update(await self._accounts(emails))
            while left and addresses_of_roles(left[0]) <= found.keys():
                await self._conclude(left.pop(0), found)
        return all(len(each) == len(self._platforms) for each in found.values())

    def start(self) -> None:
        """Looks as soon as every platform was reached, beside whatever else begins; then hourly."""
        self._task = asyncio.create_task(self._now_and_then())

    async def close(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _accounts(self, emails: Collection[str]) -> _Found:
        """What each of the platforms knows of these addresses, and where; learnt by the schools."""
        found: dict[str, list[PersonId | None]] = {email: [] for email in emails}
        for name, platform in self._platforms.items():
            for email, account in (await platform.accounts(emails)).items():
                found[email].append(account)
                if account is not None:
                    for school in self._schools.naming(email):
                        keep = partial(learn_address, school, email, account, name)
                        await self._running.read(keep)
        return found

    async def _conclude(self, school: School, found: _Found) -> None:
        """Whom no platform knows is told to the school's administrator."""
        nowhere = [None] * len(self._platforms)
        emails = addresses_of_roles(school)
        unreached = [email for email in sorted(emails) if list(found[email]) == nowhere]
        await self._running.work(partial(tell_of_unreached, school, unreached))

    async def _now_and_then(self) -> None:
        for platform in self._platforms.values():
            await platform.reached()
        while True:
            answered = True
            try:
                answered = await self.look()
            except Exception as error:  # noqa: BLE001 - reported; it is tried again
                self._running.failed("looking up who holds a role", error)
            await asyncio.sleep(LOOK_UP_SECONDS if answered else UNANSWERED_SECONDS)


def _addresses(schools: Schools) -> list[str]:
    """Each once, school by school."""
    found = dict.fromkeys(each for school in schools for each in sorted(addresses_of_roles(school)))
    return list(found)


def _in_parts(emails: Sequence[str]) -> list[Sequence[str]]:
    return [emails[at : at + AT_ONCE] for at in range(0, len(emails), AT_ONCE)]
