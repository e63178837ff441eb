"""The tick of many schools: the most urgent first, asked again as it goes; a fault stops none."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.app.leaving import Leaving
from bot.app.school import School
from bot.compose.one_database import OneDatabase, whenever
from bot.compose.schools import open_the_stores, schools_of
from bot.config import sample_settings
from bot.domain.ids import Role, SchoolId
from tests.builders import STARTS, SchoolAtWork, school_time
from tests.fakes import FakeClock, FakePlatform

NAMES = ("ash", "beech", "cedar", "damson")


@contextmanager
def schools(folder: Path) -> Iterator[tuple[School, ...]]:
    url = f"sqlite:///{folder / 'data.db'}"
    every = [replace(sample_settings(folder), id=SchoolId(name), database=url) for name in NAMES]
    with open_the_stores(every, {}) as stores:
        yield schools_of(every, stores, FakeClock(school_time(STARTS))).all


def database_of(
    every: tuple[School, ...], ticked: list[str], seconds: Callable[[], float] = time.monotonic
) -> OneDatabase:
    """Writes down whose tick is done."""

    async def run(work: Callable[[], object]) -> object:
        if isinstance(work, partial):
            ticked.append(str(work.args[0].id))
        return work()

    platform = FakePlatform(str)
    leaving = {each.id: Leaving(each, platform, lambda person: person) for each in every}
    return OneDatabase(leaving, run, lambda: None, seconds)


async def test_a_case_that_comes_due_meanwhile_waits_for_no_other_schools_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.compose.one_database.CHUNK", 1)
    with schools(tmp_path) as every:
        ticked: list[str] = []
        database = database_of(every, ticked)
        assert await database.tick(lambda: None) == []
        assert sorted(ticked) == list(NAMES)
        at_work = SchoolAtWork(every[3], every[3].clock, FakePlatform(str))  # type: ignore[arg-type]
        ticked.clear()
        assert await database.tick(lambda: None) == []
        assert ticked == []
        database.look_at_all()

        def meanwhile() -> None:
            if len(ticked) == 1:
                case = at_work.report(safety={"hurt-soon"})
                with at_work.school.store.writing() as writing:
                    writing.look_again(case, at_work.clock.now())

        assert await database.tick(meanwhile) == []
        assert ticked[1] == "damson"
        assert sorted(set(ticked)) == list(NAMES)


async def test_a_school_that_cannot_be_looked_at_holds_up_no_other(tmp_path: Path) -> None:
    with schools(tmp_path) as every:
        ticked: list[str] = []
        with every[0].store.writing() as writing:
            writing.put_value("digest", b"not what it should be")
        wrong = await database_of(every, ticked).tick(lambda: None)
        assert len(wrong) == 1
        assert sorted(ticked) == list(NAMES)


async def test_no_school_is_begun_any_more_once_the_process_is_being_stopped(
    tmp_path: Path,
) -> None:
    with schools(tmp_path) as every:
        ticked: list[str] = []
        going_on = iter([True, True])
        await database_of(every, ticked).tick(lambda: None, lambda: next(going_on, False))
        assert len(ticked) == 1


async def test_new_settings_are_seen_whatever_a_process_with_old_ones_did_last(
    tmp_path: Path,
) -> None:
    with schools(tmp_path) as every:
        newer = tuple(replace(each, holders={**each.holders, Role.HEAD: ()}) for each in every)
        seconds, new_ticked = Seconds(), list[str]()
        old = database_of(every, [])
        await old.tick(lambda: None)
        new = database_of(newer, new_ticked, seconds)
        await new.tick(lambda: None)
        assert sorted(new_ticked) == list(NAMES)  # though nothing was due by any hint
        noted = fingerprints(newer)
        old.look_at_all()
        await old.tick(lambda: None)
        assert fingerprints(newer) != noted
        await new.tick(lambda: None)
        assert fingerprints(newer) != noted
        seconds.at += 300
        await new.tick(lambda: None)
        assert fingerprints(newer) == noted


def fingerprints(every: tuple[School, ...]) -> list[bytes | None]:
    found = []
    for school in every:
        with school.store.reading() as reading:
            found.append(reading.value("fingerprint"))
    return found


class Seconds:
    """A clock that is moved by hand."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


async def test_what_came_until_the_end_is_still_done() -> None:
    woken, done, going_on = asyncio.Event(), list[str](), True

    async def work() -> None:
        nonlocal going_on
        done.append("work")
        if len(done) == 1:  # something comes while it works, and then it is to end
            going_on = False
            woken.set()

    woken.set()
    async with asyncio.timeout(10):
        await whenever(woken, work, going_on=lambda: going_on)
    assert len(done) == 2


async def test_schools_in_which_nothing_is_due_are_looked_at_together(tmp_path: Path) -> None:
    with schools(tmp_path) as every:
        ticked: list[str] = []
        database = database_of(every, ticked)
        assert await database.tick(lambda: None) == []
        each_alone = [_next_look(each) for each in every]
        ticked.clear()
        database.look_at_all()
        with every[1].store.writing() as writing:
            writing.forget_value("fingerprint")
        assert await database.tick(lambda: None) == []
        assert ticked == ["beech"]
        assert [_next_look(each) for each in every] == each_alone
        assert database.together.schools_due(every[0].now(), 10) == ()


def _next_look(school: School) -> object:
    with school.store.reading() as reading:
        return reading.school_looks_at()
