"""What answering needs in one workspace, and what is done when something of ours goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from adapters.once import DOUBLE_CLICK_SECONDS, Once
from adapters.slack.client import SlackClient
from adapters.slack.handing import HandedFiles
from adapters.slack.host import Host
from adapters.slack.people import People
from adapters.slack.pictures import ShownPictures
from adapters.slack.place import Place
from adapters.slack.refusals import SlackRefused
from adapters.slack.showing import Showing
from adapters.turns import Turns
from adapters.turnstile import Turnstile
from bot.app.inbound import Act, Inbound, Person
from bot.domain.ids import Cause
from bot.screens.again import with_where_it_is
from bot.screens.facts import plain
from bot.screens.nodes import Reply
from bot.screens.say import Say

Report = Callable[[str, Exception], None]

RETRIES_SECONDS: Final = 3_600.0
"""Slack tries an event again at once, after a minute, after five (docs.slack.dev, Events API)."""

ANSWERED_AT_ONCE: Final = 4
"""Acts that are worked on at the same time, by half of the store's threads.

With more, whoever comes next waits longer for the ack; with fewer, a database that answers slowly
holds up people for nothing.
"""


@dataclass
class Workspace:
    """The workspace that we work in. ``report`` hears of whatever fails, with what it was."""

    client: SlackClient
    people: People
    host: Host
    report: Report
    showing: Showing = field(init=False)
    pictures: ShownPictures = field(init=False)
    handed: HandedFiles = field(init=False)
    turns: Turns = field(default_factory=Turns)
    retries: Once = field(default_factory=lambda: Once(RETRIES_SECONDS))
    clicks: Once = field(default_factory=lambda: Once(DOUBLE_CLICK_SECONDS))
    answering: Turnstile = field(default_factory=lambda: Turnstile(ANSWERED_AT_ONCE))

    def __post_init__(self) -> None:
        self.showing = Showing(self.client)
        self.pictures = ShownPictures(self.client, self.host, self.report)
        self.handed = HandedFiles(self.client, self.host, self.showing, self.report)

    def comes_again(self, trigger: str) -> bool:
        """Whether Slack has brought this click or command before."""
        return bool(trigger) and not self.retries.is_first(trigger)

    async def person(self, account: str) -> Person:
        """Who acts; by which account they are reached is kept. Raises ``SlackRefused``."""
        person = await self.people.person(account)
        await self.host.learn(person)
        return person

    async def respond(self, account: str, cause: Cause, act: Act) -> Reply:
        """The application's answer; what it hands over is on its way to their chat.

        Raises ``SlackRefused`` if Slack does not say who it is, and ``Shut`` at the end.
        """
        person = await self.person(account)
        async with self.answering.passed():
            reply = await self.host.respond(Inbound(person, cause, act))
        self.handed.hand_over(reply, person)
        return with_where_it_is(reply)

    async def apologise(self, what: str, error: Exception, place: Place) -> None:
        """Reports an error and tells the person that it did not work."""
        self.report(what, error)
        # What cannot be shown in a modal any more is said in the chat.
        place = replace(place, view=None)
        try:
            await self.showing.say_line(plain(Say.SOMETHING_WENT_WRONG), self.host.words, place)
        except SlackRefused as refused:
            self.report("telling somebody that it did not work", refused)
