"""The world of a journey in which everybody does everything in Teams (DESIGN, Journeys).

Every deed is written, ticked and pressed in the dialogs and cards that the adapter shows to a
stand-in of Teams, and goes as the signed activity that Teams would send. Messages leave through the
adapter's messenger. The store, and what is looked at afterwards, are the core world's.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from adapters.teams.references import read_reference
from bot.app.messenger import Messenger
from bot.compose.core_world import CoreWorld, core_world
from bot.compose.moving import moments_until
from bot.domain.ids import CaseId, PersonId
from bot.domain.policy import Policy
from bot.journeys import deeds
from bot.journeys.deeds import Deed
from bot.journeys.sample import CHANNEL, PEOPLE, file_named
from bot.journeys.story import Journey
from bot.journeys.world import CaseFacts, DigestFacts, Happened, SentMessage
from bot.screens.messages import cases_in, steps_in
from bot.screens.nodes import Message
from bot.screens.press import Verb
from bot.screens.wording import Words
from tests.adapters.teams.at_work import GOVERNORS, AtWork, account_of, at_work
from tests.desk_fields import files_of, typed_of
from tests.teams_cases import Cases
from tests.teams_reports import Reports
from tests.teams_screen import Screen

Result = TypeVar("Result")


@dataclass
class Post:
    """The adapter's messenger, and what left through it first."""

    messenger: Messenger
    labels: dict[str, str]
    sent: list[tuple[str, Message]] = field(default_factory=list)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        ref = await self.messenger.send(to, message, words)
        self.sent.append((self.labels[read_reference(to).user] if to else CHANNEL, message))
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        await self.messenger.update(message_ref, message, words)


@dataclass
class TeamsWorld:
    """The core world's school, in whose tenant everybody has an account."""

    core: CoreWorld
    loop: asyncio.AbstractEventLoop
    stack: AsyncExitStack
    at: AtWork
    post: Post
    screens: dict[str, Screen] = field(default_factory=dict)
    opens_windows: bool = True
    """Whether dialogs open where people work."""

    def __post_init__(self) -> None:
        self.reports = Reports(self.core, self._settle)
        self.cases = Cases(self.core, self.screens)

    @property
    def policy(self) -> Policy:
        return self.core.policy

    @property
    def zone(self) -> ZoneInfo:
        return self.core.zone

    def move_to(self, moment: datetime) -> None:
        for at in moments_until(self.core.school, moment, self.settle):
            self.core.clock.at = at
        self.settle()

    def settle(self) -> None:
        self.now(self._settle())
        self.at.no_failures()

    async def _settle(self) -> None:
        await self.at.deliver(self.core.school, self.post)

    def sent(self) -> tuple[SentMessage, ...]:
        return tuple(
            SentMessage(to, message.kind, self._cases(message), steps_in(message))
            for to, message in self.post.sent
            if message.kind
        )

    def _cases(self, message: Message) -> tuple[CaseId, ...]:
        with self.core.school.store.reading() as reading:
            rows = [reading.case_by_reference(each) for each in cases_in(message)]
        return tuple(row.case for row in rows if row)

    def facts(self, case: CaseId) -> CaseFacts:
        return self.core.facts(case)

    def digest(self) -> DigestFacts | None:
        return self.core.digest()

    def close(self) -> None:
        self.now(self.stack.aclose())
        self.loop.close()
        self.core.close()

    def listed(self, who: str) -> frozenset[CaseId]:
        """The cases whose references stand in the lists that Teams shows."""
        return self.now(self.reports.listed(self.screen(who)))

    def do(self, who: str, deed: Deed) -> Happened:
        """Does it in Teams."""
        return self.now(self._do(self.screen(who), deed))

    def screen(self, label: str) -> Screen:
        """Somebody's screen."""
        if label not in self.screens:
            user = self.at.user(label, opens_windows=self.opens_windows)
            self.screens[label] = Screen(label, user, self.at, self.policy)
        return self.screens[label]

    def now(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Does it, here."""
        return self.loop.run_until_complete(work)

    async def _do(self, me: Screen, deed: Deed) -> Happened:
        match deed:
            case deeds.Report(answers, files):
                given = typed_of(answers, self.policy, self.zone)
                contents = {each: file_named(each) for each in files}
                return await self.reports.report(me, given | files_of(self.policy, contents))
            case deeds.AlertNow(answers):
                return await self.reports.alert(me, typed_of(answers, self.policy, self.zone))
            case deeds.Away(until):
                await me.type(f"away until {until.day} {until:%B %Y}")
                return me.became()
            case deeds.Back():
                await me.type("back")
                return me.became()
            case deeds.HoldDigest():
                return await self.cases.of_the_preview(me, Verb.HOLD_DIGEST)
            case deeds.PostDigest():
                return await self.cases.of_the_preview(me, Verb.POST_DIGEST)
            case deeds.ViewCase(case):
                await me.type(f"case {self.cases.reference(case)}")
                return me.became()
            case _:
                return await self.cases.work(me, deed)

    async def begin(self) -> None:
        """Everybody installs the app; the head says where the digest goes."""
        for label in PEOPLE:
            await self.screen(label).user.install()
        head = self.screen("head")
        await self.at.done(head.user.in_channel("digest-here", GOVERNORS))
        if not self.opens_windows:
            await head.type("cases")  # says so before the first message with a button comes


def teams_world(journey: Journey, *, opens_windows: bool = True) -> TeamsWorld:
    """A world at the journey's start: everybody has the app, the digest has its channel.

    Without windows everybody says so when they first act, and works in the cards of their chat.
    """
    core = core_world(journey)
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    at = loop.run_until_complete(stack.enter_async_context(at_work(core.school)))

    labels = {account_of(label): label for label in PEOPLE}
    post = Post(at.messenger, labels)
    world = TeamsWorld(core, loop, stack, at, post, opens_windows=opens_windows)
    world.now(world.begin())
    return world
