"""When a school is looked at next: perhaps early, never late."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app.drafts import begin_draft
from bot.app.remind import tick
from bot.app.work_case import come_back, go_away
from bot.domain.commands import SnoozeStep
from bot.domain.errors import Invalid, Refused
from bot.domain.ids import StepId
from bot.domain.personal import Personal
from storage import SqlStore
from storage.tables import METADATA
from tests.builders import SchoolAtWork, a_report, a_school, accepted, school_time

WAITS = st.sampled_from([1, 4, 14, 16, 31, 61, 180, 700, 1391, 1440, 3000]).map(
    lambda minutes: timedelta(minutes=minutes)
)
ACTS = st.sampled_from(
    ["report", "danger", "draft", "away", "back", "accept", "snooze", "deliver", "nothing"]
)


def written(school: SchoolAtWork) -> Sequence[object]:
    """Every row as it lies, but for when the school is looked at next."""
    store = school.school.store
    assert isinstance(store, SqlStore)
    with store.reading() as reading:
        return [
            [tuple(row) for row in reading.connection.execute(table.select())]
            for table in METADATA.sorted_tables
            if table.name != "schools"
        ]


def is_due(school: SchoolAtWork) -> bool:
    together = school.school.store.together([school.school.store])
    return together.schools_due(school.clock.now(), 10) != ()


def act(school: SchoolAtWork, what: str) -> None:
    match what:
        case "report":
            school.report(links={f"https://example.com/{school.clock.now():%d%H%M%S%f}"})
        case "danger":
            school.report(safety={"hurt-soon"}, links={f"https://e.com/{next(school.causes)}"})
        case "draft":
            with school.acting("staff") as acting:
                begin_draft(acting, a_report(safety={"hurt-soon"}))
        case "away" | "back":
            with school.acting("head") as acting:
                if what == "back":
                    come_back(acting)
                else:
                    go_away(acting, acting.today + timedelta(days=2))
        case "accept" | "snooze":
            command = SnoozeStep(StepId("acknowledge"), 2, Personal("because"))
            with school.school.store.reading() as reading:
                rows = reading.case_rows(status="open")
            if rows:
                school.work("head", rows[0].case, accepted() if what == "accept" else command)
        case "deliver":
            school.deliver()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(ACTS, WAITS), min_size=2, max_size=7))
def test_a_school_that_is_not_due_has_nothing_to_be_written(
    story: list[tuple[str, timedelta]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        school = a_school(Path(folder))
        for what, wait in story:
            with suppress(Invalid, Refused):  # some acts are not possible at some moments
                act(school, what)
            school.clock.at += wait
            if is_due(school):
                tick(school.school)
            before = written(school)
            if not is_due(school):
                # The hint is believed: all the same it is looked at, and writes nothing.
                tick(school.school)
                assert written(school) == before
        school.school.store.close()


@pytest.mark.parametrize("what", ["danger", "draft", "away"])
def test_whatever_makes_something_due_earlier_is_noticed(tmp_path: Path, what: str) -> None:
    school = a_school(tmp_path)
    assert not is_due(school)
    act(school, what)
    school.clock.at += timedelta(minutes=31)
    assert is_due(school)
    tick(school.school)
    assert not is_due(school)


@pytest.mark.parametrize(
    ("starts", "comes"),
    [
        ("2026-11-23T09:05", "2026-11-24T08:15"),  # the round-up
        ("2026-11-27T09:05", "2026-11-27T15:30"),  # the digest
    ],
)
def test_what_comes_by_the_clock_is_not_slept_through(
    tmp_path: Path, starts: str, comes: str
) -> None:
    school = a_school(tmp_path, starts=starts)
    school.report()
    school.settle()
    school.clock.at = school_time(comes)
    assert is_due(school)


def test_a_school_is_looked_at_again_within_a_day(tmp_path: Path) -> None:
    school = a_school(tmp_path, starts="2026-10-23T17:00")  # before half-term
    with school.school.store.reading() as reading:
        at = reading.school_looks_at()
    assert at is not None
    assert at <= school.clock.now() + timedelta(hours=24)


def test_what_could_not_be_done_keeps_the_school_due(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    broken = school.report()
    school.settle()
    with school.school.store.writing() as writing:
        writing.lock_case(broken)
        writing.append(broken, school.clock.now(), [b"not a record"])
        writing.put_value("digest", b"not a record either")
        writing.look_at_school_now()
    with pytest.raises(Exception):  # noqa: B017, PT011 - of any kind: what matters is what it leaves
        tick(school.school)
    assert is_due(school)
