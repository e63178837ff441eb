"""Drafts: every revision follows the one before, and a deleted draft is gone with its files."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.ports import DraftMovedOn
from bot.app.stored import Draft
from bot.domain.ids import CaseId, DraftId, EvidenceId
from storage import SqlStore, later
from tests.storage.places import HEAD, MINUTE, NOW, STAFF, Place, a_draft, done_later


def put(store: SqlStore, *drafts: Draft) -> None:
    with store.writing() as writing:
        for draft in drafts:
            writing.put_draft(draft)


def test_a_draft_comes_back_as_it_was_put(store: SqlStore) -> None:
    draft = replace(a_draft(answers=b"\x00\xff"), remind_at=NOW, case=CaseId("c1"))
    put(store, draft)
    with store.reading() as reading:
        assert reading.draft(draft.draft) == draft
        assert reading.draft(DraftId("other")) is None


def test_each_revision_follows_the_one_before(store: SqlStore) -> None:
    put(store, a_draft(), a_draft(revision=2, answers=b"more"))
    for late in (1, 2, 4):
        with pytest.raises(DraftMovedOn):
            put(store, a_draft(revision=late, answers=b"late"))
    with store.reading() as reading:
        assert reading.draft(DraftId("d1")) == a_draft(revision=2, answers=b"more")


def test_a_draft_that_was_sent_does_not_come_back(store: SqlStore) -> None:
    put(store, a_draft())
    with store.writing() as writing:
        writing.delete_draft(DraftId("d1"))
    with pytest.raises(DraftMovedOn):
        put(store, a_draft(revision=2))


def test_a_person_finds_their_own_drafts_the_oldest_first(store: SqlStore) -> None:
    older = replace(a_draft("d2"), started_at=NOW - MINUTE)
    put(store, a_draft("d1"), older, a_draft("d3", person=HEAD))
    with store.reading() as reading:
        assert [each.draft for each in reading.drafts_of(STAFF)] == ["d2", "d1"]
        assert [each.draft for each in reading.drafts_of(HEAD)] == ["d3"]


def test_drafts_are_reminded_of_when_their_moment_has_come(store: SqlStore) -> None:
    put(store, a_draft("d1"), replace(a_draft("d2"), remind_at=NOW))
    with store.reading() as reading:
        assert reading.drafts_to_remind(NOW - MINUTE) == ()
        assert [each.draft for each in reading.drafts_to_remind(NOW)] == ["d2"]


def test_old_drafts_are_deleted_and_counted(store: SqlStore) -> None:
    put(store, replace(a_draft("d1"), started_at=NOW - MINUTE), a_draft("d2"))
    with store.writing() as writing:
        assert writing.delete_drafts_before(NOW) == 1
        assert writing.delete_drafts_before(NOW) == 0
    with store.reading() as reading:
        assert reading.draft(DraftId("d1")) is None
        assert reading.draft(DraftId("d2")) is not None


def test_a_deleted_draft_takes_its_files_with_it(place: Place) -> None:
    store = place.store()
    put(store, a_draft("d1"), a_draft("d2"))
    with store.writing() as writing:
        for name, owner in (("e1", "d1"), ("e2", "d1"), ("e3", "d2")):
            writing.keep_file(EvidenceId(name), DraftId(owner), b"picture", "image/png")
    assert len(list(place.evidence.iterdir())) == 3
    with store.writing() as writing:
        writing.delete_draft(DraftId("d1"))
    with store.reading() as reading:
        assert reading.file(EvidenceId("e1")) is None
        assert reading.file_content(EvidenceId("e3")) == b"picture"
    assert len(list(place.evidence.iterdir())) == 1


def test_deleting_no_draft_changes_nothing(store: SqlStore) -> None:
    put(store, a_draft())
    with store.writing() as writing:
        writing.delete_draft(DraftId("other"))
    with store.reading() as reading:
        assert reading.draft(DraftId("d1")) is not None


def test_a_deleted_drafts_key_is_soon_in_no_file_of_the_database(
    sqlite_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "AFTER_SECONDS", 0.001)
    store = sqlite_place.store()
    put(store, a_draft())
    with store.reading() as reading:
        wrapped = reading.connection.exec_driver_sql("SELECT wrapped_key FROM drafts").scalar_one()
    assert wrapped in all_bytes(sqlite_place)
    with store.writing() as writing:
        writing.delete_draft(DraftId("d1"))
    done_later()
    assert wrapped not in all_bytes(sqlite_place)


def test_a_destroyed_key_leaves_the_wal_soon_after_no_reader_is_in_the_way(
    sqlite_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "AFTER_SECONDS", 0.001)
    store = sqlite_place.store()
    put(store, a_draft())
    with store.reading() as reading:
        wrapped = reading.connection.exec_driver_sql("SELECT wrapped_key FROM drafts").scalar_one()
        with store.writing() as writing:
            writing.delete_draft(DraftId("d1"))
        assert wrapped in all_bytes(sqlite_place)
    done_later()
    assert wrapped not in all_bytes(sqlite_place)


def test_a_destroyed_key_is_in_no_file_once_the_store_is_closed(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    put(store, a_draft())
    with store.reading() as reading:
        wrapped = reading.connection.exec_driver_sql("SELECT wrapped_key FROM drafts").scalar_one()
    with store.writing() as writing:
        writing.delete_draft(DraftId("d1"))
    sqlite_place.close()
    assert wrapped not in all_bytes(sqlite_place)


def test_what_a_killed_process_left_in_the_wal_goes_once_the_next_one_runs(
    sqlite_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sqlite_place.store()
    put(store, a_draft())
    with store.reading() as reading:
        wrapped = reading.connection.exec_driver_sql("SELECT wrapped_key FROM drafts").scalar_one()
    with store.writing() as writing:
        writing.delete_draft(DraftId("d1"))
    left = tmp_path / "left"
    shutil.copytree(sqlite_place.folder, left, ignore=shutil.ignore_patterns("left", "*-shm"))
    monkeypatch.setattr(later, "AFTER_SECONDS", 0.001)
    there = Place(f"sqlite:///{left / 'data.db'}", left)
    assert wrapped in all_bytes(there)
    there.store()
    done_later()
    assert wrapped not in all_bytes(there)
    there.close()


def all_bytes(place: Place) -> bytes:
    return b"".join(path.read_bytes() for path in place.folder.rglob("*") if path.is_file())
