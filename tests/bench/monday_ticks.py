"""What a start costs and what 08:15 on a Monday, with thousands of schools in one SQLite database.

The schools, their keys and rows, the database on a disk, the tick and its threads are real. The
schools are put into the database in one transaction, as opening them one by one is no part of this;
none of them has a case. Beside the first tick of a new school, which remembers what its calendar
and its rules are, there is the tick after a start, at which every school is looked at and nothing
is due, and that of a Monday, at which the morning of every school is.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from bot.app.leaving import Leaving
from bot.app.schools import Schools
from bot.compose.one_database import OneDatabase
from bot.compose.running import THREADS
from bot.compose.schools import schools_of
from bot.config import Settings, sample_settings
from bot.domain.ids import SchoolId
from storage.engine import Engines, open_engines
from storage.keys import MasterKey
from storage.migrate import upgrade
from storage.schools import open_school
from storage.store import SqlStore
from tests.bench.deliver_school import in_threads
from tests.builders import school_time
from tests.fakes import FakeClock, FakePlatform

_BEFORE = school_time("2026-11-23T07:00")
_MORNING = school_time("2026-11-23T08:15")


def ticks(folder: Path, count: int) -> Iterator[tuple[str, float]]:
    """Seconds of the ticks of so many schools, and of asking who is due when nobody is."""
    database = f"sqlite:///{folder / 'data.db'}"
    settings = [
        replace(sample, id=SchoolId(f"school-{number:05}"), database=database)
        for sample in (sample_settings(folder),)
        for number in range(count)
    ]
    engines = open_engines(database, THREADS)
    clock = FakeClock(_BEFORE)
    schools = _schools(settings, engines, folder, clock)
    yield from asyncio.run(_ticked(schools, clock))
    engines.dispose()


async def _ticked(schools: Schools, clock: FakeClock) -> Sequence[tuple[str, float]]:
    platform = FakePlatform(str)
    leaving = {each.id: Leaving(each, platform, lambda person: person) for each in schools}
    with ThreadPoolExecutor(THREADS) as executor:
        new = OneDatabase(leaving, in_threads(executor), lambda: None)
        found = [("monday_first_tick_of_new_schools_seconds", await _seconds(new))]
        started = OneDatabase(leaving, in_threads(executor), lambda: None)
        found.append(("monday_tick_after_a_start_seconds", await _seconds(started)))
        found.append(("monday_tick_when_nothing_is_due_seconds", await _seconds(started)))
        clock.at = _MORNING
        found.append(("monday_tick_of_the_morning_seconds", await _seconds(started)))
    return found


async def _seconds(database: OneDatabase) -> float:
    began = time.perf_counter()
    wrong = await database.tick(lambda: None)
    took = time.perf_counter() - began
    if wrong:
        raise ExceptionGroup("Some schools could not be looked at.", wrong)
    return took


def _schools(
    settings: Sequence[Settings], engines: Engines, folder: Path, clock: FakeClock
) -> Schools:
    upgrade(engines.writing)
    master = MasterKey(bytes(32))
    with engines.writing.begin() as connection:
        keys = [open_school(connection, each.id, master) for each in settings]
    stores = {each.school: SqlStore(engines, each, folder, owns_engines=False) for each in keys}
    return schools_of(settings, stores, clock)
