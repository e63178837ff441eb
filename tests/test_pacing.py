"""What leaves for a platform keeps to its pace, with all who serve together."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.app.messenger import DeliveryError
from bot.app.pace import Speed
from bot.compose.pacing import Paces, Speeds
from bot.domain.ids import MessageKind, PersonId
from bot.journeys.sample import ZONE
from bot.screens.facts import Plain
from bot.screens.nodes import Message
from bot.screens.say import Say
from bot.screens.wording import Words
from tests.bench.deliver_simulated import simulated

MESSAGE = Message(MessageKind.ROUND_UP, (), Plain(Say.NOT_FOR_YOU))
WORDS = Words((), {}, ZONE)
HEAD = PersonId("head")
SPEEDS: Mapping[str, Speeds] = {"here": Speeds(posts=Speed(120), updates=Speed(60))}


class Platform:
    """Takes what comes, and writes down when; asks for a pause first, if it is to."""

    def __init__(self, pause: float | None = None) -> None:
        self.pause = pause
        self.taken: list[float] = []

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        del to, message, words
        self._take()
        return "ref"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        del message_ref, message, words
        self._take()

    def _take(self) -> None:
        pause, self.pause = self.pause, None
        if pause is not None:
            raise DeliveryError(permanent=False, wait_seconds=pause)
        self.taken.append(round(asyncio.get_running_loop().time(), 3))


async def sent(paces: Paces, platform: Platform, count: int) -> list[float]:
    """When so many messages were taken."""
    messenger = paces.paced("here", platform)
    for _ in range(count):
        await messenger.send(HEAD, MESSAGE, WORDS)
    return platform.taken


def test_of_several_processes_each_keeps_to_its_share() -> None:
    async def serving(processes: int) -> list[float]:
        paces = Paces(processes, speeds=SPEEDS, seconds=asyncio.get_running_loop().time)
        return await sent(paces, Platform(), 3)

    assert simulated(serving(1)) == [0, 0.5, 1]
    assert simulated(serving(4)) == [0, 2, 4]


def test_who_is_told_to_wait_holds_back_the_others_and_nothing_of_another_method() -> None:
    async def told() -> tuple[list[float], list[float]]:
        paces = Paces(speeds=SPEEDS, seconds=asyncio.get_running_loop().time)
        other = Platform()
        refused = paces.paced("here", Platform(pause=7))
        with pytest.raises(DeliveryError):
            await refused.send(HEAD, MESSAGE, WORDS)
        await paces.paced("here", other).update("ref", MESSAGE, WORDS)
        updated, other.taken = other.taken, []
        return updated, await sent(paces, other, 2)

    assert simulated(told()) == ([0], [7.5, 8])
