"""What stays as fast when the database grows to 1,000,000 open cases.

Two SQLite databases are made, in one run: one with 1,000 open cases, one with 1,000,000. In both
the same school has the same 100 of them; the others are other schools' (1,000 a school, put
straight into the tables, see ``store_strangers``), with all indexes of the product. All 100 are due
at each tick. What is measured takes turns between the two, and the figure is median by median. The
head has looked at the list before, so that the school's cases are kept folded as in a process that
runs: what is left is what the database takes, which is all that could grow.

Beside them is told what a process that serves all of these schools, 2 and 1,001, takes to ask which
of them are due (one in ten is).
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select, update

from bot.app.case_keys import cases_of_the_post
from bot.app.digest_figures import digest_figures
from bot.app.digest_record import digest_record
from bot.app.home import home_of
from bot.app.ports import Together
from bot.app.remind import tick
from bot.compose.one_database import CHUNK
from bot.config import sample_settings
from bot.domain.ids import SchoolId
from storage import SqlStore
from storage.tables import cases, schools
from tests.bench.store_strangers import add_strangers
from tests.builders import STARTS, SchoolAtWork, a_report, a_school, at_work, school_time

FEW, MANY = 1_000, 1_000_000
OF_THE_SCHOOL = 100
TURNS = 40
LATER = timedelta(minutes=1)
LINK = "https://www.facebook.com/groups/1/posts/{}"

There = TypeVar("There")


def measure() -> Iterator[tuple[str, float]]:
    """The figures, and both sides of each in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="report-post-growth-") as folder:
        began = time.perf_counter()
        few, many = _schools(Path(folder))
        took = time.perf_counter() - began
        for name, work, before in _WORKS:
            small, large = _in_turn((few, many), work, before)
            yield f"{name}_1m_vs_1k", large / small
            yield f"{name}_1k_ms", small * 1000
            yield f"{name}_1m_ms", large * 1000
        everybody = _everybody(few), _everybody(many)
        small, large = _in_turn(everybody, _who_is_due, _as_it_is)
        yield "which_schools_are_due_1m_vs_1k", large / small
        yield "which_schools_are_due_1k_ms", small * 1000
        yield "which_schools_are_due_1m_ms", large * 1000
        few.school.store.close()
        many.school.store.close()
    yield "databases_made_seconds", took


def _schools(folder: Path) -> Sequence[SchoolAtWork]:
    """The same school with 100 open cases, in a database of 1,000 and in one of 1,000,000."""
    first = a_school(folder / "first")
    for number in range(OF_THE_SCHOOL):
        first.report(links={LINK.format(number)})
    first.settle()
    now = first.school.now()
    first.school.store.close()
    found = []
    for count in (FEW, MANY):
        place = folder / str(count)
        shutil.copytree(folder / "first", place)
        add_strangers(next(place.glob("*.sqlite3")), count - OF_THE_SCHOOL, now)
        found.append(at_work(sample_settings(place)))
        _home(found[-1])
    return found


def _everybody(there: SchoolAtWork) -> Together:
    """All schools of the database, served together. Of the strangers no row can be opened."""
    store = there.school.store
    if not isinstance(store, SqlStore):
        raise TypeError(type(store).__name__)
    with store.reading() as reading:
        names = reading.connection.scalars(select(schools.c.school)).all()
    return store.together(
        [
            SqlStore(store.engines, replace(store.keys, school=SchoolId(name)), store.folder)
            for name in names
        ]
    )


def _in_turn(
    schools: Sequence[There],
    work: Callable[[There], object],
    before: Callable[[There], None],
) -> tuple[float, float]:
    """The median seconds of the work in each of two schools, or databases."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS + 2):
        for there, taken in zip(schools, times, strict=True):
            before(there)
            began = time.perf_counter()
            work(there)
            if turn > 1:
                taken.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def _all_due(there: SchoolAtWork) -> None:
    store = there.school.store
    if not isinstance(store, SqlStore):
        raise TypeError(type(store).__name__)
    with store.writing() as writing:
        due = update(cases).where(writing.here(cases)).values(look_again_at=there.school.now())
        if writing.connection.execute(due).rowcount != OF_THE_SCHOOL:
            raise LookupError


def _as_it_is(_: object) -> None: ...


def _who_is_due(together: Together) -> object:
    found = together.schools_due(school_time(STARTS) + LATER, CHUNK)
    if not found:
        raise LookupError
    return found


def _tick(there: SchoolAtWork) -> None:
    tick(there.school)


def _digest(there: SchoolAtWork) -> object:
    with there.school.store.reading() as reading:
        return digest_figures(there.school, reading, digest_record(reading), there.school.now())


def _home(there: SchoolAtWork) -> object:
    return home_of(there.school, there.person("head"))


def _same_post(there: SchoolAtWork) -> object:
    answers = a_report(links={LINK.format(OF_THE_SCHOOL // 2)})
    with there.school.store.reading() as reading:
        found = cases_of_the_post(reading, there.school.pack.policy, answers)
    if len(found) != 1:
        raise LookupError
    return found


_WORKS = (
    ("tick", _tick, _all_due),
    ("digest", _digest, _as_it_is),
    ("home", _home, _as_it_is),
    ("same_post", _same_post, _as_it_is),
)
