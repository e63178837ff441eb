"""The end of the process: what came in is answered; whose turn does not come is told so."""

import asyncio
from typing import Any

import pytest

from adapters.slack.workspace import ANSWERED_AT_ONCE
from bot.app.inbound import Inbound
from bot.app.respond import respond
from bot.screens.nodes import Reply
from bot.screens.say import Say
from tests.builders import SchoolAtWork

from .at_work import AtWork, at_work
from .member import texts_in
from .test_acts import FIRST, fill

PATIENCE = 0.05
LONG = 20.0


class Held:
    """A school in which an act is answered whenever it is let go."""

    def __init__(self, at: AtWork, school: SchoolAtWork) -> None:
        self._host = at.host
        self._school = school.school
        self.go_on = asyncio.Semaphore(0)
        self.answered = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._host, name)

    async def respond(self, inbound: Inbound) -> Reply:
        await self.go_on.acquire()
        self.answered += 1
        return respond(self._school, inbound)


@pytest.fixture
def held(at: AtWork, school: SchoolAtWork) -> Held:
    at.workspace.host = host = Held(at, school)
    return host


def told(at: AtWork, sentence: str) -> int:
    heard = [body["blocks"] for _, body in at.slack.ephemerals]
    heard += [each.blocks for each in at.slack.messages]
    return sum(sentence in "\n".join(texts_in(blocks)) for blocks in heard)


async def test_the_end_waits_for_what_waits_and_for_what_comes_meanwhile(
    at: AtWork, held: Held
) -> None:
    for label in ("staff", "staff-2", "head", "deputy", "dsl"):
        await at.member(label).command("help")
    ending = asyncio.create_task(at.server._listening.finish(LONG, LONG))  # noqa: SLF001
    held.go_on.release()
    async with at.slack.whispered:
        await at.slack.whispered.wait_for(lambda: at.slack.ephemerals)
    await at.member("chair").command("help")
    for _ in range(5):
        held.go_on.release()
    await ending
    assert held.answered == 6
    assert told(at, Say.HELP_TITLE.value) == 6
    at.no_failures()


async def test_whose_turn_does_not_come_is_told_to_try_again(at: AtWork, held: Held) -> None:
    people = ("staff", "staff-2", "head", "deputy", "dsl", "chair", "chair-2", "admin")
    for label in people:
        await at.member(label).command("help")
    ending = asyncio.create_task(at.server._listening.finish(PATIENCE, LONG))  # noqa: SLF001
    begun = ANSWERED_AT_ONCE
    left = len(people) - begun
    async with asyncio.timeout(LONG), at.slack.whispered:
        await at.slack.whispered.wait_for(lambda: told(at, Say.SOMETHING_WENT_WRONG.value) == left)
    for _ in range(begun):  # those whose turn it was are answered all the same
        held.go_on.release()
    await ending
    assert told(at, Say.HELP_TITLE.value) == begun
    assert {what for what, _ in at.failures} == {"answering in Slack"}
    at.failures.clear()


async def test_a_form_that_is_being_saved_is_waited_for(
    school: SchoolAtWork,
) -> None:
    async with at_work(school.school, patience=PATIENCE) as at:
        staff = at.member("staff")
        await at.done(staff.command(""))
        await fill(at, staff, FIRST)
        at.workspace.host = host = Held(at, school)
        await staff.submit()
        assert staff.modal.view["callback_id"] == "saving"
        ending = asyncio.create_task(at.server._listening.finish(LONG, LONG))  # noqa: SLF001
        host.go_on.release()
        await ending
        assert staff.input_of("place") is not None
        at.no_failures()


async def test_a_form_whose_turn_does_not_come_stays_with_all_it_holds(
    at: AtWork, held: Held
) -> None:
    staff = at.member("staff")
    for _ in range(ANSWERED_AT_ONCE + 1):
        held.go_on.release()
    await at.done(staff.command(""))
    held.go_on = asyncio.Semaphore(0)
    for label in ("head", "deputy", "dsl", "chair", "chair-2", "admin")[:ANSWERED_AT_ONCE]:
        await at.member(label).command("help")
    at.workspace.answering.shut()
    await staff.submit()
    assert Say.SOMETHING_WENT_WRONG.value in (staff.errors or {}).values()
    for _ in range(ANSWERED_AT_ONCE):
        held.go_on.release()
    await at.server._listening.finish(LONG, LONG)  # noqa: SLF001
    at.failures.clear()
