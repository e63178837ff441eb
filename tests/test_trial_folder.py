"""A trial takes its folder for itself, clears only what is its own, and leaves a school's alone."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.drafts import begin_draft, keep_file, open_drafts
from bot.compose.core_world import MovableClock
from bot.compose.desk import open_desk, people_of
from bot.compose.schools import open_the_store, school_of
from bot.compose.trial_folder import FolderNotUsable, TrialFolder
from bot.compose.upkeep import upkeep
from bot.config import sample_settings
from bot.domain.ids import Cause
from bot.journeys.sample import file_named
from storage import SqlStore
from tests.builders import SchoolAtWork, a_report, a_school, school_time


def names(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


def test_what_a_trial_leaves_goes_with_fresh_and_nothing_else(tmp_path: Path) -> None:
    folder = TrialFolder(tmp_path)
    with folder.in_use(fresh=False), open_desk(folder):
        folder.runs_at("http://127.0.0.1:8230")
    assert {"trial-clock.json", "master.key", "report-post.sqlite3", "evidence"} <= names(tmp_path)
    (tmp_path / "evidence" / "abc").write_text("sealed")
    (tmp_path / "my-thesis.txt").write_text("years of work")
    with folder.in_use(fresh=True):
        assert names(tmp_path) - {"in-use.sqlite3", "in-use.sqlite3-journal"} == {"my-thesis.txt"}


def test_without_fresh_a_trial_goes_on(tmp_path: Path) -> None:
    folder = TrialFolder(tmp_path)
    with folder.in_use(fresh=False), open_desk(folder) as desk:
        first = desk.host.people
    with folder.in_use(fresh=False), open_desk(folder) as desk:
        assert desk.host.people == first


@pytest.mark.parametrize("fresh", [False, True])
def test_the_data_of_a_school_at_work_is_left_alone(tmp_path: Path, fresh: bool) -> None:
    store = open_the_store(sample_settings(tmp_path), {})
    store.close()
    before = names(tmp_path)
    with (
        pytest.raises(FolderNotUsable, match="school at work"),
        TrialFolder(tmp_path).in_use(fresh=fresh),
    ):
        pass
    assert names(tmp_path) == before


def test_two_trials_never_share_a_folder(tmp_path: Path) -> None:
    folder = TrialFolder(tmp_path)
    with folder.in_use(fresh=False):
        folder.runs_at("http://127.0.0.1:8231")
        with (
            pytest.raises(FolderNotUsable, match=r"already running.*:8231"),
            TrialFolder(tmp_path).in_use(fresh=True),
        ):
            pass
    with folder.in_use(fresh=False):
        assert "address.txt" not in names(tmp_path)


def test_a_folder_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(FolderNotUsable, match="cannot be used as the data folder"),
        TrialFolder(tmp_path / "file").in_use(fresh=False),
    ):
        pass


def test_everybody_of_the_issue_sits_at_the_page(tmp_path: Path) -> None:
    settings = sample_settings(tmp_path)
    store = open_the_store(settings, {})
    school = school_of(settings, store, MovableClock(datetime(2026, 11, 23, 9, tzinfo=UTC)))
    tabs = people_of(school)
    assert [each.label for each in tabs] == [
        "Staff",
        "Another member of staff",
        "Headteacher",
        "Deputy",
        "Safeguarding lead",
        "Chair of governors",
        "Vice-chair",
        "Governors' channel",
        "Administrator",
    ]
    accounts = [each.person for each in tabs if each.person]
    named = {each.email for people in school.holders.values() for each in people}
    staff = {"staff@derwentvale.example", "staff-2@derwentvale.example"}
    assert {each.email for each in accounts} == named | staff
    assert all(each.name for each in accounts)
    store.close()


def test_the_nightly_upkeep_removes_files_that_no_row_knows(tmp_path: Path) -> None:
    settings = sample_settings(tmp_path)
    store = open_the_store(settings, {})
    old, new = tmp_path / "evidence" / "old", tmp_path / "evidence" / "new"
    for each in (old, new):
        each.write_text("sealed")
    os.utime(old, (0, 0))
    clock = MovableClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    upkeep(school_of(settings, store, clock), store)
    # A new one may belong to a transaction that has not committed yet.
    assert (old.exists(), new.exists()) == (False, True)
    store.close()


def test_the_nightly_upkeep_deletes_old_drafts_even_when_nothing_else_is_due(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path, starts="2026-12-18T12:00")  # term ends today
    with school.acting("staff") as act:
        keep_file(act, begin_draft(act, a_report()), file_named("screenshot.png"))
    school.clock.at = school_time("2026-12-21T12:00")
    with school.acting("staff-2") as act:
        younger = begin_draft(act, a_report())
    for day, left in (("2026-12-25", 2), ("2026-12-26", 1)):
        school.clock.at = school_time(f"{day}T03:17")
        upkeep(school.school, stored(school))
        assert drafts_left(school) == left
    assert names(tmp_path / "evidence") == set()
    with school.acting("staff-2") as act:
        assert [each.draft for each in open_drafts(act)] == [younger.draft]


def test_the_nightly_upkeep_forgets_what_no_platform_would_repeat(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    for day, cause in (("2026-11-23", "old"), ("2026-12-01", "new")):
        school.clock.at = school_time(f"{day}T09:05")
        with school.school.store.writing() as writing:
            writing.remember(Cause(cause), b"done", school.clock.now())
    school.clock.at = school_time("2026-12-24T03:17")
    upkeep(school.school, stored(school))
    with school.school.store.reading() as reading:
        assert reading.remembered(Cause("old")) is None
        assert reading.remembered(Cause("new")) == b"done"


def test_the_nightly_upkeep_forgets_cards_that_wait_for_no_draft_any_more(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    with school.acting("staff") as act:
        kept = begin_draft(act, {}).draft
        for draft in (kept, "gone"):
            act.writing.put_value(f"teams:waiting:29:staff:{draft}", b"card")
    upkeep(school.school, stored(school))
    with school.school.store.reading() as reading:
        assert list(reading.values("teams:waiting:")) == [f"teams:waiting:29:staff:{kept}"]


def stored(school: SchoolAtWork) -> SqlStore:
    store = school.school.store
    assert isinstance(store, SqlStore)
    return store


def drafts_left(school: SchoolAtWork) -> int:
    """How many drafts anybody has."""
    found = 0
    for who in ("staff", "staff-2"):
        with school.acting(who) as act:
            found += len(open_drafts(act))
    return found
