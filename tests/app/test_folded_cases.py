"""What is kept of cases that were read: never wrong, never of an erased case, never too much."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.app.case_file import CaseFile, read_case
from bot.app.folded_cases import FoldedCase, FoldedCases
from bot.app.ports import KeyDestroyed, StoreDamaged
from bot.app.retention import erase_case
from bot.app.school import School
from bot.app.stored import EntryMark
from bot.domain.commands import AddNote
from bot.domain.events import CaseViewed
from bot.domain.ids import CaseId, SchoolId
from bot.domain.personal import Personal
from storage import SqlStore, SqlVerifier
from storage.tables import entries
from tests.builders import SchoolAtWork, a_school, accepted, the_same_school

OURS, PACK = SchoolId("ours"), "pack"


class GaveUp(Exception):
    """The transaction is to be rolled back."""


@pytest.fixture
def at_work(tmp_path: Path) -> SchoolAtWork:
    return a_school(tmp_path)


def kept(there: SchoolAtWork, case: CaseId) -> FoldedCase | None:
    school = there.school
    return school.folded.of(school.id, case, school.pack.sha256)


def afresh(there: SchoolAtWork, case: CaseId) -> CaseFile:
    """The case as a process reads it that has just started."""
    return the_same_school(there, folded=FoldedCases()).file(case)


def stored(school: School) -> SqlStore:
    assert isinstance(school.store, SqlStore)
    return school.store


def note(there: SchoolAtWork, case: CaseId, text: str) -> None:
    there.work("head", case, AddNote(Personal(text)))


def erase(there: SchoolAtWork, case: CaseId) -> None:
    file = there.file(case)
    with there.school.store.writing() as writing:
        erase_case(there.school, writing, file)


def test_a_case_that_was_read_is_not_folded_again(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    assert at_work.file(case).state is at_work.file(case).state


def test_what_was_added_since_is_folded_on(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    for step in (
        lambda: note(at_work, case, "one"),
        lambda: at_work.work("head", case, accepted()),
    ):
        at_work.file(case)
        step()
        now, anew = at_work.file(case), afresh(at_work, case)
        assert (now.entries, now.state) == (anew.entries, anew.state)
        assert kept(at_work, case) is not None


def test_what_another_process_added_is_seen(at_work: SchoolAtWork) -> None:
    case, other = at_work.report(), the_same_school(at_work, folded=FoldedCases())
    before = at_work.file(case)
    note(other, case, "from there")
    assert len(at_work.file(case).entries) == len(before.entries) + 1


def test_what_is_rolled_back_never_was(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    before = at_work.file(case)
    with suppress(GaveUp), at_work.acting("head") as act:
        file = act.recorder.record(before, (CaseViewed(),))
        row = act.writing.case_row(case)
        assert row is not None
        assert len(read_case(act.school, act.writing, row).entries) == len(file.entries)
        raise GaveUp
    left = kept(at_work, case)
    assert left is not None
    assert left.entries == before.entries
    assert at_work.file(case).entries == before.entries


def test_an_erased_case_is_unreadable_at_once_and_nothing_of_it_is_kept(
    at_work: SchoolAtWork,
) -> None:
    case = at_work.report()
    row = at_work.file(case).row
    folded = kept(at_work, case)
    assert folded is not None
    erase(at_work, case)
    assert kept(at_work, case) is None
    with at_work.school.store.reading() as reading, pytest.raises(KeyDestroyed):
        read_case(at_work.school, reading, row)
    # Somebody who read it a moment before comes to keep it only now.
    at_work.school.folded.keep(at_work.school.id, case, at_work.school.pack.sha256, folded)
    assert kept(at_work, case) is None


def test_a_case_that_another_process_erased_is_unreadable_and_goes_at_night(
    at_work: SchoolAtWork,
) -> None:
    case, other = at_work.report(), the_same_school(at_work, folded=FoldedCases())
    row = at_work.file(case).row
    erase(other, case)
    with at_work.school.store.reading() as reading, pytest.raises(KeyDestroyed):
        read_case(at_work.school, reading, row)
    at_work.school.folded.forget_all(at_work.school.id)
    assert kept(at_work, case) is None


def test_an_erasing_that_is_rolled_back_leaves_the_case_as_it_was(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    file = at_work.file(case)
    with suppress(GaveUp), at_work.school.store.writing() as writing:
        erase_case(at_work.school, writing, file)
        with pytest.raises(KeyDestroyed):
            read_case(at_work.school, writing, file.row)
        raise GaveUp
    assert at_work.file(case).state == file.state


def test_what_is_kept_of_another_past_is_not_believed(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    note(at_work, case, "as it was")
    right = at_work.file(case)
    school = at_work.school
    for number in (1, 2, 3):
        wrong = FoldedCase(EntryMark(number, b"of another past"), right.entries[:1], right.state)
        school.folded.keep(school.id, case, school.pack.sha256, wrong)
        assert at_work.file(case).entries == right.entries


def test_an_altered_entry_is_found_by_verify_and_after_the_next_night(
    at_work: SchoolAtWork,
) -> None:
    case = at_work.report()
    at_work.file(case)
    store = stored(at_work.school)
    with store.writing() as writing:
        spoil = update(entries).where(entries.c.stream == case).values(ciphertext=b"")
        writing.connection.execute(spoil)
    assert [each.stream for each in SqlVerifier(store).findings()] == ["2026-001"]
    with pytest.raises(StoreDamaged):
        afresh(at_work, case)
    at_work.school.folded.forget_all(at_work.school.id)
    with pytest.raises(StoreDamaged):
        at_work.file(case)


def test_a_case_under_an_altered_key_is_not_read(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    at_work.file(case)
    with stored(at_work.school).writing() as writing:
        writing.connection.exec_driver_sql(
            "UPDATE heads SET wrapped_key = zeroblob(61) WHERE stream = ?", (case,)
        )
    with pytest.raises(StoreDamaged):
        at_work.file(case)


def test_what_goes_through_all_cases_keeps_none(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    just_started = the_same_school(at_work, folded=FoldedCases())
    with at_work.school.store.reading() as reading:
        row = reading.case_row(case)
        assert row is not None
        read_case(just_started.school, reading, row, in_passing=True)
    assert kept(just_started, case) is None


def test_a_case_that_was_just_worked_is_not_folded_again(at_work: SchoolAtWork) -> None:
    case = at_work.report()
    opened = kept(at_work, case)
    assert opened is not None
    assert at_work.file(case).state is opened.state
    worked = at_work.work("head", case, accepted())
    assert at_work.file(case).state is worked.state
    anew = afresh(at_work, case)
    assert (worked.entries, worked.state) == (anew.entries, anew.state)


def test_sixteen_threads_read_what_the_case_is(at_work: SchoolAtWork) -> None:
    cases = [at_work.report(links={f"https://example.com/{n}"}) for n in range(3)]

    def work(number: int) -> bool:
        case = cases[number % 3]
        for turn in range(4):
            if number < 3:
                note(at_work, case, f"{turn}")
            file = at_work.file(case)
            if [each.number for each in file.entries] != [*range(1, len(file.entries) + 1)]:
                return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(16)))
    for case in cases:
        now, anew = at_work.file(case), afresh(at_work, case)
        assert (now.entries, now.state) == (anew.entries, anew.state)


def some(at_work: SchoolAtWork, case: CaseId, count: int) -> FoldedCase:
    file = at_work.file(case)
    return FoldedCase(EntryMark(count, b"hash"), file.entries[:1] * count, file.state)


def test_no_more_entries_are_kept_than_may_be(at_work: SchoolAtWork) -> None:
    folded, case = FoldedCases(most=5), at_work.report()
    names = [CaseId(each) for each in "abc"]
    for name in names[:2]:
        folded.keep(OURS, name, PACK, some(at_work, case, 2))
    folded.of(OURS, names[0], PACK)
    folded.keep(OURS, names[2], PACK, some(at_work, case, 2))
    assert [folded.of(OURS, each, PACK) is not None for each in names] == [True, False, True]
    folded.keep(OURS, names[0], PACK, some(at_work, case, 6))
    assert [folded.of(OURS, each, PACK) for each in names] == [None, None, None]


def test_the_same_id_in_another_school_or_under_another_pack_is_another_case(
    at_work: SchoolAtWork,
) -> None:
    folded, case = FoldedCases(), at_work.report()
    name, theirs = CaseId("a"), SchoolId("theirs")
    folded.keep(OURS, name, PACK, some(at_work, case, 1))
    assert folded.of(theirs, name, PACK) is None
    assert folded.of(OURS, name, "another pack") is None
    folded.forget_all(theirs)
    folded.forget(theirs, name)
    assert folded.of(OURS, name, PACK) is not None
    folded.forget_all(OURS)
    assert folded.of(OURS, name, PACK) is None
