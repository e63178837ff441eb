"""A school whose messages leave for a platform that misbehaves; all clocks are moved by hand."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import aiohttp

from adapters.slack.client import SlackClient
from adapters.slack.messenger import SlackMessenger
from adapters.teams.client import TeamsClient
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import Reference
from adapters.teams.tokens import OwnTokens
from bot.app.deliver import Deliverer
from bot.app.messenger import Messenger
from bot.app.remind import tick
from bot.config.places import DATABASE_FILE
from bot.domain.ids import MessageKind, PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words
from tests.adapters.slack import at_work as on_slack
from tests.adapters.slack.stand_in import TOKEN
from tests.adapters.teams import at_work as on_teams
from tests.adapters.teams.signing import APP
from tests.adapters.teams.stand_in import BOT, SECRET, TENANT
from tests.builders import SchoolAtWork, a_school, run_here, school_time
from tests.faults.rough_platforms import Rough, RoughSlack, RoughTeams

NIGHT: Final = timedelta(hours=17)
"""Of the machine's clock, over which nothing is due."""


class Which(Enum):
    """The platform that misbehaves."""

    SLACK = "Slack"
    TEAMS = "Teams"


class Platform(Protocol):
    """A platform that misbehaves, and how messages leave for it."""

    rough: Rough
    messenger: Messenger

    def where(self, label: str) -> PersonId:
        """The account of somebody."""

    def place(self, label: str) -> str:
        """What calls about somebody's messages are about."""


@dataclass
class Kept:
    """The platform's messenger, and what left by it: to whom, and of what kind."""

    messenger: Messenger
    label_of: dict[PersonId, str]
    waiting: Callable[[str], int]
    """How many messages for others than somebody are due and were never tried."""
    sent: list[tuple[str, MessageKind | None]] = field(default_factory=list)
    failed: int = 0
    """Messages that were not taken, as far as the bot could know."""
    waited_for: Counter[str] = field(default_factory=Counter)
    """By who was not reached: messages of others that waited until that was found out."""

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        label = self.label_of.get(to or PersonId(""), "channel")
        try:
            ref = await self.messenger.send(to, message, words)
        except Exception:
            self.failed += 1
            self.waited_for[label] += self.waiting(label)
            raise
        self.sent.append((label, message.kind))
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        await self.messenger.update(message_ref, message, words)


@dataclass
class RoughSchool:
    """A school at work on it."""

    school: SchoolAtWork
    platform: Platform
    kept: Kept
    deliverer: Deliverer
    every: timedelta
    """Between two looks at what is due."""
    left: int = 0
    """Messages that were due at the end and had not been taken."""
    given_up: int = 0
    """Messages that were due and will never be tried again."""

    @property
    def sent(self) -> Counter[tuple[str, MessageKind | None]]:
        """How often the platform took which kind of message for whom."""
        return Counter(self.kept.sent)

    def round_ups(self) -> Counter[str]:
        """How many round-ups each person got."""
        return Counter(to for to, kind in self.kept.sent if kind is MessageKind.ROUND_UP)

    def count_given_up(self) -> int:
        """How many messages will never be tried again, though nobody refused them for good."""
        return _count(self.school, "state = 'gave-up'")

    async def settle(self) -> None:
        """Writes and delivers what is due now."""
        tick(self.school.school)
        await self.deliverer.deliver_due()
        await self.deliverer.update_stale()

    def jump_to(self, moment: str) -> None:
        """Moves the clocks over a night, as if nothing had run meanwhile."""
        self.school.clock.at = school_time(moment)
        self.school.clock.machine_waits(NIGHT)

    async def until(self, moment: str, enough: Callable[[], bool] = lambda: False) -> datetime:
        """Lets time pass on all clocks, until then or until it is enough; when that was."""
        clock, end = self.school.clock, school_time(moment)
        while clock.at < end and not enough():
            step = min(self.every, end - clock.at)
            clock.at += step
            clock.machine_waits(step)
            await self.settle()
        return clock.at


@asynccontextmanager
async def rough_school(
    folder: Path, which: Which, *, starts: str, patience: float, every: timedelta
) -> AsyncIterator[RoughSchool]:
    """Runs it for a while. ``patience``: seconds that the bot waits for an answer."""
    # In a thread, since it runs an event loop of its own.
    school = await asyncio.to_thread(a_school, folder, starts=starts)

    def machine_seconds() -> float:
        return school.clock.machine_now().timestamp()

    rough = Rough(machine_seconds)
    async with AsyncExitStack() as stack:
        stack.callback(school.school.store.close)
        timeout = aiohttp.ClientTimeout(total=patience)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        make = _slack if which is Which.SLACK else _teams
        platform = await make(stack, session, rough, patience)
        stack.callback(rough.released.set)
        label_of = school.platform.label_of
        labels = {platform.where(each): each for each in on_slack.LABELS}
        kept = Kept(platform.messenger, labels, partial(_waiting, school))

        def address(person: PersonId) -> PersonId:
            return platform.where(label_of(person))

        deliverer = Deliverer(school.school, kept, run_here, address)
        yield RoughSchool(school, platform, kept, deliverer, every)


def _waiting(school: SchoolAtWork, but: str) -> int:
    untried = "state = 'waiting' AND attempts = 0 AND lease_token IS NULL"
    others = "recipient LIKE 'person:%' AND recipient <> ?"
    return _count(school, f"{untried} AND {others}", f"person:{school.id_of(but)}")


def _count(school: SchoolAtWork, which: str, *given: str) -> int:
    with sqlite3.connect(school.school.store.folder.parent / DATABASE_FILE) as connection:  # type: ignore[attr-defined]
        rows = connection.execute(f"SELECT count(*) FROM outbox WHERE {which}", given)  # noqa: S608 - ours
        return int(rows.fetchone()[0])


@dataclass
class _OnSlack:
    rough: Rough
    messenger: Messenger
    slack: RoughSlack

    def where(self, label: str) -> PersonId:
        return PersonId(on_slack.account_of(label))

    def place(self, label: str) -> str:
        return self.slack.chat_of(on_slack.account_of(label))


async def _slack(
    stack: AsyncExitStack, session: aiohttp.ClientSession, rough: Rough, _patience: float
) -> Platform:
    slack = RoughSlack(rough.seconds)
    slack.rough = rough
    on_slack.add_people(slack)
    server = await stack.enter_async_context(slack.server())
    slack.origin = f"http://127.0.0.1:{server.port}"
    hosts = on_slack.hosts_of(slack)
    client = SlackClient(TOKEN, session, hosts=hosts, seconds=rough.seconds)
    return _OnSlack(rough, SlackMessenger(client, _no_channel, _raise), slack)


@dataclass
class _OnTeams:
    rough: Rough
    messenger: Messenger
    teams: RoughTeams

    def where(self, label: str) -> PersonId:
        user = on_teams.account_of(label)
        where = Reference(self.teams.service_url, self.place(label), BOT, TENANT, user)
        return PersonId(where.encode())

    def place(self, label: str) -> str:
        return self.teams.chats[on_teams.account_of(label)]


async def _teams(
    stack: AsyncExitStack, session: aiohttp.ClientSession, rough: Rough, patience: float
) -> Platform:
    teams = RoughTeams()
    teams.rough = rough
    on_teams.add_people(teams)
    await stack.enter_async_context(teams.open())
    tokens = OwnTokens(
        session, APP, SECRET, TENANT, endpoints=teams.endpoints, seconds=rough.seconds
    )
    client = TeamsClient(
        session, tokens, endpoints=teams.endpoints, seconds=rough.seconds, patience=patience
    )

    async def windows(_where: Reference) -> bool:
        return True

    return _OnTeams(rough, TeamsMessenger(client, _no_channel, windows, _raise), teams)


async def _no_channel() -> None:
    """No channel is registered: these mornings have no digest."""


def _raise(_what: str, error: Exception) -> None:
    raise error
