"""How fast we send to each platform: below what its documentation allows."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.slack.payloads import PLATFORM as ON_SLACK
from adapters.teams.payloads import PLATFORM as ON_TEAMS
from bot.app.messenger import DeliveryError, Messenger
from bot.app.pace import Pace, Speed
from bot.domain.ids import PersonId
from bot.domain.urgency import URGENCY, Urgency
from bot.screens.wording import Words

if TYPE_CHECKING:
    from bot.screens.nodes import Message


@dataclass(frozen=True)
class Speeds:
    """What a platform takes of one app in one workspace or tenant."""

    posts: Speed
    updates: Speed

    def shared(self, by: int) -> "Speeds":
        """The share of each of so many processes."""
        return Speeds(self.posts.shared(by), self.updates.shared(by))


SPEEDS: Final[Mapping[str, Speeds]] = {
    # docs.slack.dev/apis/web-api/rate-limits: chat.postMessage about one a second in a channel,
    # which one message a person at a time keeps by itself, and "several hundred messages per
    # minute per workspace"; chat.update is of tier 3, "50+ per minute", with bursts.
    ON_SLACK: Speeds(posts=Speed(300, burst=5), updates=Speed(50, burst=10)),
    # learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: 50 requests a second for
    # an app in a tenant, all of them counted together; 7 a second in a conversation.
    ON_TEAMS: Speeds(posts=Speed(1_800, burst=5), updates=Speed(600, burst=5)),
}


@dataclass(frozen=True)
class PacedMessenger:
    """A messenger that keeps to a pace that others keep with it (``Messenger``)."""

    messenger: Messenger
    posts: Pace
    updates: Pace

    async def send(self, to: PersonId | None, message: "Message", words: Words) -> str:
        """Waits for its turn, and delivers. Raises ``DeliveryError``."""
        async with _turn(self.posts, message):
            return await self.messenger.send(to, message, words)

    async def update(self, message_ref: str, message: "Message", words: Words) -> None:
        """Waits for its turn, and shows anew. Raises ``DeliveryError``."""
        async with _turn(self.updates, message):
            await self.messenger.update(message_ref, message, words)


@asynccontextmanager
async def _turn(pace: Pace, message: "Message") -> AsyncIterator[None]:
    """Waits for the message's turn; asked for a pause (429), everybody of the pace makes it."""
    await pace.turn(URGENCY[message.kind] if message.kind else Urgency.SOON)
    try:
        yield
    except DeliveryError as refused:
        if refused.wait_seconds is not None:
            pace.rest(refused.wait_seconds)
        raise


@dataclass(frozen=True)
class Paces:
    """The paces of a process: one a platform, for all of its schools.

    ``processes`` is how many send side by side: each keeps to its share of what a platform takes.
    """

    processes: int = 1
    speeds: Mapping[str, Speeds] = field(default_factory=lambda: SPEEDS)
    seconds: Callable[[], float] = time.monotonic
    _posts: dict[str, Pace] = field(default_factory=dict)
    _updates: dict[str, Pace] = field(default_factory=dict)

    def paced(self, platform: str, messenger: Messenger) -> Messenger:
        """The messenger at the platform's pace; as it is, where the platform has none."""
        speeds = self.speeds.get(platform)
        if speeds is None:
            return messenger
        mine = speeds.shared(self.processes)
        posts = self._posts.setdefault(platform, Pace(mine.posts, self.seconds))
        return PacedMessenger(
            messenger, posts, self._updates.setdefault(platform, Pace(mine.updates, self.seconds))
        )

    def room(self) -> int | None:
        """How many messages may leave within a second or so; ``None``: as many as there are."""
        return sum(each.room for each in self._posts.values()) if self._posts else None
