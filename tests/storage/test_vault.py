"""Evidence: kept as it came, unreadable on the disk, handed from a draft to a case."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app.ports import NoSuchCase, NoSuchFile, StoreDamaged
from bot.app.stored import KeptFile
from bot.domain.ids import CaseId, DraftId, EvidenceId
from storage import SqlStore
from storage.sealing import Unreadable, unseal
from storage.tables import evidence as files
from tests.storage.places import Place, a_case, a_draft, findings

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
FILE = EvidenceId("e1")
DRAFT = DraftId("d1")
CASE = CaseId("c1")


def a_file_in_a_draft(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.put_draft(a_draft())
        writing.keep_file(FILE, DRAFT, PICTURE, "image/png")


def the_file(place: Place) -> Path:
    (found,) = place.evidence.iterdir()
    return found


def test_a_file_comes_back_as_it_came(store: SqlStore) -> None:
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    expected = KeptFile(FILE, sha256, len(PICTURE), "image/png", None, CASE)
    with store.writing() as writing:
        a_case(writing, CASE)
        assert writing.keep_file(FILE, CASE, PICTURE, "image/png") == expected
    with store.reading() as reading:
        assert reading.file(FILE) == expected
        assert reading.file_content(FILE) == PICTURE
        assert reading.file(EvidenceId("other")) is None
        with pytest.raises(NoSuchFile):
            reading.file_content(EvidenceId("other"))


def test_a_file_of_nobody_is_refused(store: SqlStore) -> None:
    with store.writing() as writing, pytest.raises(NoSuchCase):
        writing.keep_file(FILE, DRAFT, PICTURE, "image/png")


def test_a_file_lies_on_the_disk_under_a_random_name_unreadable(place: Place) -> None:
    a_file_in_a_draft(place.store())
    assert PICTURE[:32] not in the_file(place).read_bytes()
    assert the_file(place).name not in ("e1", "e1.png")
    if os.name == "posix":
        assert the_file(place).stat().st_mode & 0o077 == 0
        assert place.evidence.stat().st_mode & 0o077 == 0


def test_a_handed_file_is_the_cases_and_outlives_the_draft(place: Place) -> None:
    store = place.store()
    a_file_in_a_draft(store)
    with store.writing() as writing:
        a_case(writing, CASE)
        writing.hand_files(DRAFT, CASE, [FILE])
        writing.delete_draft(DRAFT)
    with store.reading() as reading:
        assert reading.file_content(FILE) == PICTURE
    assert findings(store) == []


def test_a_handed_file_cannot_be_opened_with_the_drafts_key(store: SqlStore) -> None:
    a_file_in_a_draft(store)
    with store.writing() as writing:
        a_case(writing, CASE)
        key = writing.draft_key(DRAFT)
        assert key is not None
        belongs_to = ("file key", writing.school, FILE)
        wrapped = select(files.c.wrapped_key)
        assert unseal(key, writing.connection.scalar(wrapped) or b"", *belongs_to)
        writing.hand_files(DRAFT, CASE, [FILE])
        with pytest.raises(Unreadable):
            unseal(key, writing.connection.scalar(wrapped) or b"", *belongs_to)


def test_only_the_drafts_own_files_are_handed(store: SqlStore) -> None:
    a_file_in_a_draft(store)
    with store.writing() as writing:
        a_case(writing, CASE)
        writing.put_draft(a_draft("d2"))
    for draft, evidence in (("d2", "e1"), ("d1", "other"), ("other", "e1")):
        with store.writing() as writing, pytest.raises(NoSuchFile):
            writing.hand_files(DraftId(draft), CASE, [EvidenceId(evidence)])
    with store.writing() as writing, pytest.raises(NoSuchCase):
        writing.hand_files(DRAFT, CaseId("other"), [FILE])


def test_a_deleted_file_is_gone_from_the_disk(place: Place) -> None:
    store = place.store()
    with store.writing() as writing:
        a_case(writing, CASE)
        writing.keep_file(FILE, CASE, PICTURE, "image/png")
    with store.writing() as writing:
        writing.delete_file(FILE)
        writing.delete_file(FILE)
    with store.reading() as reading:
        assert reading.file(FILE) is None
    assert list(place.evidence.iterdir()) == []
    assert findings(store) == []


def test_a_deletion_that_is_rolled_back_leaves_the_file(store: SqlStore) -> None:
    def interrupted() -> None:
        with store.writing() as writing:
            writing.delete_file(FILE)
            raise ZeroDivisionError

    a_file_in_a_draft(store)
    with pytest.raises(ZeroDivisionError):
        interrupted()
    with store.reading() as reading:
        assert reading.file_content(FILE) == PICTURE


def test_an_altered_or_missing_file_is_told_when_it_is_read(place: Place) -> None:
    store = place.store()
    a_file_in_a_draft(store)
    sealed = the_file(place).read_bytes()
    the_file(place).write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with store.reading() as reading, pytest.raises(StoreDamaged, match="altered"):
        reading.file_content(FILE)
    the_file(place).unlink()
    with store.reading() as reading, pytest.raises(StoreDamaged, match="missing"):
        reading.file_content(FILE)


def test_a_file_of_what_failed_does_not_stay(sqlite_place: Place) -> None:
    def fail() -> None:
        with store.writing() as writing:
            writing.keep_file(EvidenceId("e2"), DRAFT, PICTURE, "image/png")
            raise ZeroDivisionError

    store = sqlite_place.store()
    a_file_in_a_draft(store)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(sqlite_place.evidence.iterdir()) == [the_file(sqlite_place)]


def test_files_that_no_row_knows_are_swept_once_they_are_old(place: Place) -> None:
    store = place.store()
    a_file_in_a_draft(store)
    for left_by_a_crash in ("whole", "half.part"):
        (place.evidence / left_by_a_crash).write_bytes(b"half")
    assert len(list(place.evidence.iterdir())) == 3
    machine_now = datetime.now(UTC)
    assert store.sweep_files(machine_now - timedelta(days=1)) == 0
    assert store.sweep_files(machine_now + timedelta(days=1)) == 2
    with store.reading() as reading:
        assert reading.file_content(FILE) == PICTURE
