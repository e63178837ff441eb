"""The index of cases: found by reference, link, name and reporter, and by when to look again."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.app.ports import NoSuchCase
from bot.app.stored import CaseRow
from bot.domain.ids import CaseId, Reference
from storage import SqlStore
from tests.storage.places import HEAD, MINUTE, NOW, STAFF, a_case


def three_cases(store: SqlStore) -> list[CaseRow]:
    with store.writing() as writing:
        return [a_case(writing, name, at=NOW + n * MINUTE) for n, name in enumerate("zya")]


def names(rows: tuple[CaseRow, ...]) -> list[str]:
    return [row.case for row in rows]


def test_references_count_from_one_in_every_year(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.lock_school()
        given = [writing.next_reference(year).value for year in (2026, 2026, 2027, 2026)]
    with store.writing() as writing:
        writing.lock_school()
        given.append(writing.next_reference(2027).value)
    assert given == ["2026-001", "2026-002", "2027-001", "2026-003", "2027-002"]


def test_a_case_is_found_by_its_id_and_by_its_reference(store: SqlStore) -> None:
    row = three_cases(store)[1]
    with store.reading() as reading:
        assert reading.case_row(row.case) == row
        assert reading.case_by_reference(row.reference) == row
        assert reading.case_row(CaseId("other")) is None
        assert reading.case_by_reference(Reference("2025-001")) is None


def test_cases_come_in_the_order_they_came(store: SqlStore) -> None:
    first, second, third = three_cases(store)
    with store.writing() as writing:
        writing.put_case_row(replace(second, status="closed", closed_at=NOW))
    with store.reading() as reading:
        assert names(reading.case_rows()) == ["z", "y", "a"]
        assert reading.case_rows(status="open") == (first, third)
        assert names(reading.case_rows(status="closed")) == ["y"]
        assert reading.case_rows(status="other") == ()


def test_what_never_changes_about_a_case_cannot_be_put(store: SqlStore) -> None:
    row = three_cases(store)[0]
    with store.writing() as writing:
        for other in (
            replace(row, reference=Reference("2026-099")),
            replace(row, opened_at=NOW - MINUTE),
            replace(row, policy_sha256="b" * 64),
            replace(row, case=CaseId("other")),
        ):
            with pytest.raises(NoSuchCase):
                writing.put_case_row(other)
    with store.reading() as reading:
        assert reading.case_row(row.case) == row


def test_only_cases_whose_moment_has_come_are_looked_at_the_earliest_first(
    store: SqlStore,
) -> None:
    three_cases(store)
    with store.writing() as writing:
        writing.look_again(CaseId("z"), NOW + 9 * MINUTE)
        writing.look_again(CaseId("a"), NOW)
    with store.reading() as reading:
        assert reading.cases_to_look_at(NOW - MINUTE, 10) == ()
        assert names(reading.cases_to_look_at(NOW, 10)) == ["a"]
        assert names(reading.cases_to_look_at(NOW + 9 * MINUTE, 10)) == ["a", "y", "z"]
        assert names(reading.cases_to_look_at(NOW + 9 * MINUTE, 2)) == ["a", "y"]
        assert reading.next_look_at() == NOW


def test_a_case_without_a_moment_is_never_looked_at(store: SqlStore) -> None:
    for row in three_cases(store):
        with store.writing() as writing:
            writing.look_again(row.case, None)
    with store.reading() as reading:
        assert reading.cases_to_look_at(datetime.max.replace(tzinfo=NOW.tzinfo), 10) == ()
        assert reading.next_look_at() is None


def test_all_open_cases_are_looked_at_again_and_no_closed_one(store: SqlStore) -> None:
    closed = three_cases(store)[1]
    with store.writing() as writing:
        writing.put_case_row(
            replace(closed, status="closed", closed_at=NOW, look_again_at=NOW - MINUTE)
        )
        writing.look_again_at_all(NOW + 5 * MINUTE)
    with store.reading() as reading:
        assert reading.next_look_at() == NOW + 5 * MINUTE
        hints = {row.case: row.look_again_at for row in reading.case_rows()}
    assert hints == {
        "z": NOW + 5 * MINUTE,
        "y": NOW - MINUTE,
        "a": NOW + 5 * MINUTE,
    }


def test_looking_again_at_no_case_is_told(store: SqlStore) -> None:
    with store.writing() as writing, pytest.raises(NoSuchCase):
        writing.look_again(CaseId("other"), NOW)


def test_cases_are_found_by_link_and_by_name_the_oldest_first(store: SqlStore) -> None:
    three_cases(store)
    with store.writing() as writing:
        for name in ("a", "z", "z"):
            writing.keep_link(CaseId(name), "link")
            writing.keep_name(CaseId(name), "name")
    with store.reading() as reading:
        assert names(reading.cases_with_link("link")) == ["z", "a"]
        assert names(reading.cases_with_name("name")) == ["z", "a"]
        assert reading.cases_with_link("name") == ()


def test_a_forgotten_name_finds_nothing_and_the_link_still_does(store: SqlStore) -> None:
    three_cases(store)
    with store.writing() as writing:
        for name in ("a", "z"):
            writing.keep_link(CaseId(name), "link")
            writing.keep_name(CaseId(name), "name")
        writing.forget_names(CaseId("z"))
    with store.reading() as reading:
        assert names(reading.cases_with_name("name")) == ["a"]
        assert names(reading.cases_with_link("link")) == ["z", "a"]


def test_a_person_finds_their_own_reports_the_newest_first(store: SqlStore) -> None:
    three_cases(store)
    with store.writing() as writing:
        for name in ("z", "a", "a"):
            writing.keep_reporter(CaseId(name), STAFF)
        writing.keep_reporter(CaseId("y"), HEAD)
    with store.reading() as reading:
        assert names(reading.reports_of(STAFF)) == ["a", "z"]
        assert names(reading.reports_of(HEAD)) == ["y"]


def test_keyed_hashes_differ_by_purpose_and_by_text(store: SqlStore) -> None:
    with store.reading() as reading:
        hashes = {
            reading.keyed_hash(purpose, text)
            for purpose, text in [("link", "ab"), ("name", "ab"), ("lin", "kab"), ("link", "abc")]
        }
        assert len(hashes) == 4
        assert reading.keyed_hash("link", "ab") in hashes
