"""Streams: entries come back as they were written, in order, under locks in one order."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from bot.app.ports import KeyDestroyed, NoSuchCase, StoreDamaged
from bot.app.stored import SCHOOL_STREAM, CaseRow, EntryMark, StreamEnd
from bot.domain.ids import CaseId, SchoolId
from storage import SqlStore
from storage.streams import LockOrder
from storage.tables import entries
from tests.storage.places import MINUTE, NOW, Place, a_case, findings


def test_entries_come_back_in_order_with_their_time_in_utc(store: SqlStore) -> None:
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    with store.writing() as writing:
        case = a_case(writing, payloads=[b"one", b"two"]).case
        assert writing.append(case, summer, [b"three"]) == 3
    with store.reading() as reading:
        found = reading.entries(case)
    assert [(each.number, each.payload) for each in found] == [
        (1, b"one"),
        (2, b"two"),
        (3, b"three"),
    ]
    assert found[2].at == NOW
    assert found[2].at.utcoffset() == timedelta(0)


def test_nothing_appended_changes_nothing(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing).case
        before = writing.head_hash(case)
        assert writing.append(case, NOW, []) == 1
        assert writing.head_hash(case) == before


def test_a_payload_may_be_empty_or_large(store: SqlStore) -> None:
    payloads = [b"", b"x" * 1_000_000, bytes(range(256))]
    with store.writing() as writing:
        case = a_case(writing, payloads=payloads).case
    with store.reading() as reading:
        assert [each.payload for each in reading.entries(case)] == payloads


def test_the_school_has_a_stream_from_the_start(store: SqlStore) -> None:
    with store.reading() as reading:
        assert reading.entries(SCHOOL_STREAM) == ()
    with store.writing() as writing:
        assert writing.append(SCHOOL_STREAM, NOW, [b"case filed"]) == 1
    with store.reading() as reading:
        assert reading.entries(SCHOOL_STREAM)[0].payload == b"case filed"


def test_what_follows_a_known_entry_is_told_from_what_follows_another(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing, payloads=[b"one", b"two"]).case
    with store.reading() as reading:
        first, second = reading.entries(case)
        assert reading.entries_after(case, first.mark) == (second,)
        assert reading.entries_after(case, second.mark) == ()
        assert reading.entries_after(case, EntryMark(2, first.hash)) is None
        assert reading.entries_after(case, EntryMark(3, second.hash)) is None


def test_a_stream_ends_with_its_last_entry(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing, payloads=[b"one"]).case
        assert writing.end_of(case).added_here
    with store.writing() as writing:
        before = writing.end_of(case)
        assert not before.added_here
        writing.lock_case(case)
        assert writing.end_of(case) == before
        writing.append(case, NOW, [b"two"])
        assert writing.end_of(case).added_here
    with store.reading() as reading:
        assert reading.end_of(case) == StreamEnd(reading.entries(case)[-1].mark, added_here=False)
        with pytest.raises(NoSuchCase):
            reading.end_of(CaseId("nobody"))


def test_an_erased_case_has_no_end(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing).case
    with store.writing() as writing:
        known = writing.entries(case)[-1].mark
        writing.erase_case(case, NOW, figures=b"", entry=b"erased")
        with pytest.raises(KeyDestroyed):
            writing.end_of(case)
    with store.reading() as reading:
        with pytest.raises(KeyDestroyed):
            reading.end_of(case)
        with pytest.raises(KeyDestroyed):
            reading.entries_after(case, known)


def test_a_case_starts_with_its_first_entries_and_one_of_the_school(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.lock_school()
        reference = writing.next_reference(2026)
        row = CaseRow(CaseId("begun"), reference, NOW, "open", "sha", NOW)
        writing.start_case(row, [b"one", b"two"], entry=b"begun")
        assert writing.append(row.case, NOW, [b"three"]) == 3
    with store.reading() as reading:
        told = [each.payload for each in reading.entries(row.case)]
        assert [told, reading.entries(SCHOOL_STREAM)[0].payload] == [
            [b"one", b"two", b"three"],
            b"begun",
        ]
    assert findings(store) == []


def test_what_is_to_be_done_after_the_commit_is_not_done_without_one(store: SqlStore) -> None:
    done: list[str] = []
    with store.writing() as writing:
        writing.once_committed(lambda: done.append("committed"))
        assert done == []
    with suppress(NoSuchCase), store.writing() as writing:
        writing.once_committed(lambda: done.append("rolled back"))
        raise NoSuchCase
    assert done == ["committed"]


def test_a_case_that_does_not_exist_is_told(store: SqlStore) -> None:
    nobody = CaseId("nobody")
    with store.reading() as reading, pytest.raises(NoSuchCase):
        reading.entries(nobody)
    with store.writing() as writing, pytest.raises(NoSuchCase):
        writing.lock_case(nobody)
    with store.writing() as writing, pytest.raises(NoSuchCase):
        writing.append(nobody, NOW, [b"x"])


def test_what_raises_leaves_nothing_behind(store: SqlStore) -> None:
    def interrupted() -> None:
        with store.writing() as writing:
            a_case(writing, "c1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with store.reading() as reading:
        assert reading.case_rows() == ()
        with pytest.raises(NoSuchCase):
            reading.entries(CaseId("c1"))
    with store.writing() as writing:
        assert a_case(writing).reference.value == "2026-001"
    assert findings(store) == []


def test_a_look_stays_at_its_moment_while_others_write(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing).case
    with store.reading() as reading:
        assert len(reading.entries(case)) == 1
        with store.writing() as writing:
            writing.append(case, NOW, [b"later"])
        assert len(reading.entries(case)) == 1
    with store.reading() as reading:
        assert len(reading.entries(case)) == 2


def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    with store.writing() as writing, pytest.raises(ValueError, match="no time zone"):
        writing.append(SCHOOL_STREAM, datetime(2026, 1, 1), [b"x"])  # noqa: DTZ001 - the point


def test_the_school_is_locked_before_any_case(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing).case
    with store.writing() as writing:
        writing.lock_case(case)
        with pytest.raises(LockOrder, match="school before"):
            writing.lock_school()
    with store.writing() as writing:
        writing.lock_school()
        writing.lock_case(case)
        writing.lock_school()


def test_cases_are_locked_in_the_order_of_their_ids(store: SqlStore) -> None:
    with store.writing() as writing:
        for name in ("a", "b"):
            a_case(writing, name)
    with store.writing() as writing:
        writing.lock_case(CaseId("b"))
        with pytest.raises(LockOrder, match="order of their ids"):
            writing.append(CaseId("a"), NOW, [b"x"])
    with store.writing() as writing:
        a_case(writing, "z")
        writing.lock_case(CaseId("a"))  # nobody else can wait for z yet


def test_cases_and_references_need_the_school_locked(store: SqlStore) -> None:
    with store.writing() as writing:
        row = a_case(writing)
    with store.writing() as writing:
        with pytest.raises(LockOrder, match="allocate a reference"):
            writing.next_reference(2026)
        with pytest.raises(LockOrder, match="start a case"):
            writing.start_case(row)


def test_a_thread_that_writes_cannot_begin_to_write_again(store: SqlStore) -> None:
    with store.writing(), pytest.raises(RuntimeError, match="writing already"), store.writing():
        pass
    with store.writing() as writing:
        a_case(writing)


def test_a_destroyed_key_is_told_and_the_chain_stands(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing).case
        writing.erase_case(case, NOW, figures=b"", entry=b"erased")
    with store.reading() as reading, pytest.raises(KeyDestroyed):
        reading.entries(case)
    with store.writing() as writing, pytest.raises(KeyDestroyed):
        writing.append(case, NOW, [b"x"])
    assert findings(store) == []


def test_an_altered_entry_is_told_when_it_is_read(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing).case
        writing.connection.execute(update(entries).values(ciphertext=b"\x01" + bytes(60)))
    with store.reading() as reading, pytest.raises(StoreDamaged, match="Entry 1"):
        reading.entries(case)


def test_schools_in_one_database_do_not_see_each_other(place: Place) -> None:
    one, other = place.store(SchoolId("one")), place.store(SchoolId("other"))
    for store in (one, other):
        with store.writing() as writing:
            assert a_case(writing, "same-id").reference.value == "2026-001"
            writing.keep_link(CaseId("same-id"), "link")
    with one.writing() as writing:
        writing.append(CaseId("same-id"), NOW, [b"only here"])
        writing.look_again_at_all(NOW + 5 * MINUTE)
    with other.reading() as reading:
        assert len(reading.entries(CaseId("same-id"))) == 1
        assert reading.next_look_at() == NOW + MINUTE
        assert len(reading.cases_with_link("link")) == 1
    with one.reading() as reading, other.reading() as there:
        assert reading.keyed_hash("link", "x") != there.keyed_hash("link", "x")
    assert findings(one) == findings(other) == []


def test_a_store_that_is_opened_again_has_everything(place: Place) -> None:
    with place.store().writing() as writing:
        case = a_case(writing, payloads=[b"kept"]).case
        hashed = writing.keyed_hash("link", "x")
    place.close()
    with place.store().reading() as reading:
        assert reading.entries(case)[0].payload == b"kept"
        assert reading.keyed_hash("link", "x") == hashed


def test_an_altered_entry_keeps_nobody_at_an_old_moment(store: SqlStore) -> None:
    with store.writing() as writing:
        case = a_case(writing, payloads=[b"one", b"two"]).case
        writing.connection.execute(update(entries).values(ciphertext=b"altered"))
    with pytest.raises(StoreDamaged) as damaged, store.reading() as reading:
        reading.entries(case)
    with store.writing() as writing:
        writing.put_value("news", b"new")
    # The error still holds on to what it was reading.
    assert damaged.value.__traceback__ is not None
    with store.reading() as reading:
        assert reading.value("news") == b"new"
