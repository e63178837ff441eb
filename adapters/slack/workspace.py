"""What answering needs in one workspace, and what is done when something of ours goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.slack.client import SlackClient
from adapters.slack.host import Host
from adapters.slack.once import DOUBLE_CLICK_SECONDS, RETRIES_SECONDS, Once
from adapters.slack.people import People
from adapters.slack.pictures import ShownPictures
from adapters.slack.place import Place
from adapters.slack.refusals import SlackRefused
from adapters.slack.showing import Showing
from bot.app.inbound import Act, Inbound, Person
from bot.domain.ids import Cause
from bot.screens.facts import plain
from bot.screens.nodes import Reply
from bot.screens.say import Say

Report = Callable[[str, Exception], None]


class Turns:
    """One at a time for each key, in the order in which they came."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Waits for those who came before."""
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(key)
            if waiting > 1:
                self._locks[key] = (lock, waiting - 1)


@dataclass
class Workspace:
    """The workspace that we work in. ``report`` hears of whatever fails, with what it was."""

    client: SlackClient
    people: People
    host: Host
    report: Report
    showing: Showing = field(init=False)
    pictures: ShownPictures = field(init=False)
    turns: Turns = field(default_factory=Turns)
    retries: Once = field(default_factory=lambda: Once(RETRIES_SECONDS))
    clicks: Once = field(default_factory=lambda: Once(DOUBLE_CLICK_SECONDS))

    def __post_init__(self) -> None:
        self.showing = Showing(self.client)
        self.pictures = ShownPictures(self.client, self.report)

    def comes_again(self, trigger: str) -> bool:
        """Whether Slack has brought this click or command before."""
        return bool(trigger) and not self.retries.is_first(trigger)

    async def person(self, account: str) -> Person:
        """Who acts; by which account they are reached is kept. Raises ``SlackRefused``."""
        person = await self.people.person(account)
        await self.host.learn(person)
        return person

    async def respond(self, account: str, cause: Cause, act: Act) -> Reply:
        """The application's answer. Raises ``SlackRefused`` if Slack does not say who it is."""
        return await self.host.respond(Inbound(await self.person(account), cause, act))

    async def apologise(self, what: str, error: Exception, place: Place) -> None:
        """Reports an error and tells the person that it did not work."""
        self.report(what, error)
        # What cannot be shown in a modal any more is said in the chat.
        place = replace(place, view=None)
        try:
            await self.showing.say_line(plain(Say.SOMETHING_WENT_WRONG), self.host.words, place)
        except SlackRefused as refused:
            self.report("telling somebody that it did not work", refused)
