"""Where the school's clock goes, where it stops on the way, and who waits meanwhile."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.app.intents import Intent, ToPerson
from bot.app.school import School
from bot.app.stored import Draft
from bot.compose.core_world import MovableClock
from bot.compose.crossing import Crossing
from bot.compose.moving import (
    first_moment,
    moments_until,
    next_friday_afternoon,
    next_school_morning,
)
from bot.compose.schools import open_the_store, school_of
from bot.config import sample_settings
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.ids import DraftId, MessageKind, PersonId

CALENDAR = sample_settings(Path("/nowhere")).calendar
LIMIT = 10
"""Seconds until a test gives up."""


def local(text: str) -> datetime:
    """An instant, as the school's clocks show it."""
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-23T07:00", "2026-11-23T08:15:30"),  # the same morning, if it is to come
        ("2026-11-23T08:15:30", "2026-11-24T08:15:30"),
        ("2026-11-27T12:00", "2026-11-30T08:15:30"),  # over a weekend
        ("2026-10-23T12:00", "2026-11-02T08:15:30"),  # over half-term and the end of summer time
        ("2026-12-18T12:00", "2027-01-05T08:15:30"),  # over the holidays and an INSET day
    ],
)
def test_the_next_school_morning(now: str, then: str) -> None:
    assert next_school_morning(CALENDAR, local(now)) == local(then)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-27T12:00", "2026-11-27T15:30:30"),
        ("2026-11-27T16:00", "2026-12-04T15:30:30"),
        ("2026-10-23T16:00", "2026-11-06T15:30:30"),  # none in half-term
        ("2027-03-20T12:00", "2027-04-16T15:30:30"),  # none on Good Friday, none in the holidays
    ],
)
def test_the_next_friday_afternoon(now: str, then: str) -> None:
    assert next_friday_afternoon(CALENDAR, local(now)) == local(then)


def test_there_is_none_past_the_calendar() -> None:
    for which in (next_school_morning, next_friday_afternoon):
        with pytest.raises(CalendarEndsTooSoon):
            which(CALENDAR, local("2027-07-20T16:00"))


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-23T14:21", "2026-11-23T14:21"),  # a school day
        ("2026-11-22T14:21", "2026-11-23T09:05"),  # a Sunday
        ("2026-10-28T14:21", "2026-11-02T09:05"),  # half-term
        ("2026-05-01T14:21", "2026-09-03T09:05"),  # before the first term, which begins with INSET
        ("2029-05-01T14:21", "2026-09-03T09:05"),  # long past the last
    ],
)
def test_when_the_sample_school_begins(now: str, begins: str) -> None:
    assert first_moment(CALENDAR, local(now)) == local(begins)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    settings = sample_settings(tmp_path)
    store = open_the_store(settings, {})
    yield school_of(settings, store, MovableClock(local("2026-11-23T09:05")))
    store.close()


def stops(school: School, until: str) -> list[datetime]:
    """Where the clock stops on its way."""
    found = []
    for at in moments_until(school, local(until), lambda: None):
        assert isinstance(school.clock, MovableClock)
        school.clock.at = at
        found.append(at)
    return found


def test_the_clock_stops_at_each_round_up_and_at_its_goal(school: School) -> None:
    assert stops(school, "2026-11-25T12:00") == [
        local("2026-11-24T08:15"),
        local("2026-11-25T08:15"),
        local("2026-11-25T12:00"),
    ]


def test_a_message_that_cannot_leave_hides_nothing_that_comes_after_it(school: School) -> None:
    kind, ten = MessageKind.ADMIN_ALERT, local("2026-11-23T10")
    stuck = Intent("stuck", kind, ToPerson(PersonId("x")), school.now())
    later = Intent("later", kind, ToPerson(PersonId("y")), ten)
    with school.store.writing() as writing:
        writing.enqueue([stuck, later])
    assert stops(school, "2026-11-23T11:10") == [ten, local("2026-11-23T11:10")]


def test_while_something_due_cannot_be_done_the_clock_stops_every_quarter(school: School) -> None:
    overdue = Draft(DraftId("d"), PersonId("x"), school.now(), 1, b"", remind_at=school.now())
    with school.store.writing() as writing:
        writing.put_draft(overdue)
    found = stops(school, "2026-11-23T11:10")
    assert found[-1] == local("2026-11-23T11:10")
    assert max(b - a for a, b in pairwise(found)) <= timedelta(minutes=15)


async def test_acts_go_side_by_side_and_wait_for_a_move() -> None:
    crossing, happened = Crossing(), list[str]()
    both, moving, go = asyncio.Barrier(2), asyncio.Event(), asyncio.Event()
    came = asyncio.Queue[str]()

    async def act(name: str) -> None:
        came.put_nowait(name)
        async with crossing.side_by_side():
            await both.wait()  # neither gets past alone
            happened.append(name)

    async def move() -> None:
        async with crossing.alone():
            happened.append("moves")
            moving.set()
            await go.wait()
            happened.append("moved")

    async with asyncio.timeout(LIMIT):
        await asyncio.gather(act("a"), act("b"))
        assert {await came.get(), await came.get()} == {"a", "b"}
        move_on = asyncio.create_task(move())
        await moving.wait()
        acts = asyncio.gather(act("c"), act("d"))
        assert {await came.get(), await came.get()} == {"c", "d"}
        go.set()
        await asyncio.gather(move_on, acts)
    assert sorted(happened[:2]) == ["a", "b"]
    assert happened[2:4] == ["moves", "moved"]
    assert sorted(happened[4:]) == ["c", "d"]


async def test_a_move_waits_for_the_acts_under_way_and_lets_no_other_begin() -> None:
    crossing, happened = Crossing(), list[str]()
    began, go = asyncio.Event(), asyncio.Event()
    came = asyncio.Queue[str]()

    async def act() -> None:
        async with crossing.side_by_side():
            began.set()
            await go.wait()
            happened.append("acted")

    async def move(name: str) -> None:
        came.put_nowait(name)
        async with crossing.alone():
            happened.append("moved")

    async with asyncio.timeout(LIMIT):
        acting = asyncio.create_task(act())
        await began.wait()
        moves = asyncio.gather(move("a"), move("b"))
        assert {await came.get(), await came.get()} == {"a", "b"}
        go.set()
        await asyncio.gather(acting, moves)
    assert happened == ["acted", "moved", "moved"]
