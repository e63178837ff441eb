"""A backup holds the record as it was at one moment, is checked, and shows nothing of it."""

import base64
import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId, EvidenceId, SchoolId
from storage import SqlStore
from storage import backup as module
from storage.backup import BackupNotTaken, BackupTaken, take_backup
from storage.backup_parts import read_manifest
from storage.erased_list import list_path, opened_list
from storage.keys import MasterKey
from storage.restore import read_through
from storage.sealed_file import SealedReader, WrongKey
from storage.tables import entries, school_values
from tests.storage.places import MASTER, NOW, SCHOOL, Place, a_case, findings
from tests.storage.records import MACHINE_NOW, A, C, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def backed_up(store: SqlStore, folder: Path) -> BackupTaken:
    return take_backup(store, folder, MACHINE_NOW, made_by="1.2.3")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_taken_and_checked(place: Place, folder: Path) -> None:
    store = place.store()
    fill(store)
    taken = backed_up(store, folder)
    assert taken.findings == ()
    assert (taken.extent.streams, taken.extent.files, taken.extent.erased) == (4, 5, 1)
    with store.reading() as reading:
        assert taken.extent.head_hash == reading.head_hash()
        assert taken.extent.head_number == len(reading.entries(SCHOOL_STREAM))
    assert names(folder) == [
        "derwent-vale-20261124T031700Z.rpbackup",
        "derwent-vale-erased-cases.list",
    ]
    assert taken.size == taken.path.stat().st_size


def test_a_backup_says_what_it_is_of(store: SqlStore, folder: Path) -> None:
    fill(store)
    manifest = read_through(backed_up(store, folder).path, MASTER)
    assert (manifest.school, manifest.made_by) == (SCHOOL, "1.2.3")
    assert manifest.taken_at == "2026-11-24T03:17:00.000999+00:00"
    with store.reading() as reading:
        assert manifest.head_hash == reading.head_hash()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_only_the_owner_can_read_it(store: SqlStore, folder: Path) -> None:
    fill(store)
    backed_up(store, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_nothing_of_the_record_is_seen_in_it(store: SqlStore, folder: Path) -> None:
    fill(store)
    backed_up(store, folder)
    for path in folder.iterdir():
        content = path.read_bytes()
        for seen in (b"case-a", b"picture", b"2026-001", b"entries", b"derwent", MASTER.secret):
            assert seen not in content


def test_an_empty_record_can_be_backed_up(store: SqlStore, folder: Path) -> None:
    taken = backed_up(store, folder)
    assert (taken.extent.streams, taken.extent.entries, taken.findings) == (1, 0, ())


def test_two_in_the_same_second_do_not_replace_each_other(store: SqlStore, folder: Path) -> None:
    first, second = backed_up(store, folder), backed_up(store, folder)
    assert first.path != second.path
    assert first.path.exists()
    assert second.path.name == "derwent-vale-20261124T031700Z-2.rpbackup"


def test_only_the_schools_own_rows_are_in_it(place: Place, folder: Path) -> None:
    fill(place.store(SchoolId("other")))
    store = place.store()
    with store.writing() as writing:
        a_case(writing)
    taken = backed_up(store, folder)
    assert (taken.extent.streams, taken.extent.files, taken.findings) == (2, 0, ())


def test_a_backup_is_taken_while_others_write(place: Place, folder: Path) -> None:
    store, stop = place.store(), threading.Event()
    fill(store)

    def go_on() -> None:
        while not stop.is_set():
            with store.writing() as writing:
                case = a_case(writing).case
                writing.append(SCHOOL_STREAM, NOW, [b"filed"])
                writing.keep_file(EvidenceId(f"of {case}"), case, b"picture", "image/png")

    busy = threading.Thread(target=go_on)
    busy.start()
    try:
        taken = [backed_up(store, folder) for _ in range(3)]
    finally:
        stop.set()
        busy.join()
    assert [each.findings for each in taken] == [(), (), ()]
    assert taken[0].extent.streams < taken[2].extent.streams
    assert findings(store) == []


def test_evidence_that_is_deleted_while_it_is_copied_is_not_missed(
    store: SqlStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    look, seen = module._content, list[Path]()  # noqa: SLF001 - where a deletion may come between

    def deleting(path: Path) -> bytes | None:
        if not seen:
            with store.writing() as writing:
                writing.erase_case(A, NOW, figures=b"", entry=b"erased")
        seen.append(path)
        return look(path)

    monkeypatch.setattr(module, "_content", deleting)
    taken = backed_up(store, folder)
    assert taken.findings == ()
    assert taken.extent.erased == 2


def test_damage_is_copied_and_told(place: Place, folder: Path) -> None:
    store = place.store()
    fill(store)
    with store.writing() as writing:
        altered = update(entries).where(entries.c.stream == A, entries.c.number == 2)
        writing.connection.execute(altered.values(ciphertext=b"\x01" * 50))
    gone, altered_file, *_ = sorted(place.evidence.iterdir())
    gone.unlink()
    altered_file.write_bytes(b"altered")
    taken = backed_up(store, folder)
    assert {each.stream for each in taken.findings} == {each.stream for each in findings(store)}
    # Two files in the order of their random names: both may be of one case, which is named once.
    assert taken.findings
    assert taken.path.exists()


def test_what_cannot_be_read_at_all_is_told_and_nothing_is_left(
    sqlite_place: Place, folder: Path
) -> None:
    store = sqlite_place.store()
    fill(store)
    with store.writing() as writing:
        broken = text("UPDATE cases SET reference = CAST(x'ff41ff' AS TEXT) WHERE case_id = :a")
        writing.connection.execute(broken, {"a": A})
    with pytest.raises(BackupNotTaken, match="report-post verify"):
        backed_up(store, folder)
    assert names(folder) == []


def test_a_full_disk_leaves_nothing(
    store: SqlStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    fill(store)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BackupNotTaken, match="No space left on device") as told:
        backed_up(store, folder)
    assert str(folder) in str(told.value)
    assert names(folder) == []


def test_a_place_that_is_no_folder_is_told(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BackupNotTaken, match="may write there"):
        backed_up(store, tmp_path / "file" / "backups")


def test_a_backup_that_does_not_open_again_is_removed(
    store: SqlStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = module._write  # noqa: SLF001 - the disk fails behind its back

    def failing(*given: object) -> bool:
        done = written(*given)  # type: ignore[arg-type]
        path = given[1]
        assert isinstance(path, Path)
        path.write_bytes(path.read_bytes()[:-9])
        return done

    fill(store)
    monkeypatch.setattr(module, "_write", failing)
    with pytest.raises(BackupNotTaken, match="did not open again"):
        backed_up(store, folder)
    assert names(folder) == []


def test_what_an_interrupted_backup_left_is_removed_once_it_is_old(
    store: SqlStore, folder: Path
) -> None:
    folder.mkdir()
    old, new = folder / ".old.part", folder / ".new.part"
    for path, age in ((old, timedelta(days=2)), (new, timedelta(hours=1))):
        path.touch()
        moment = (MACHINE_NOW - age).timestamp()
        os.utime(path, (moment, moment))
    backed_up(store, folder)
    assert (old.exists(), new.exists()) == (False, True)


def test_another_key_does_not_open_it(store: SqlStore, folder: Path) -> None:
    path = backed_up(store, folder).path
    with pytest.raises(WrongKey):
        read_through(path, MasterKey(b"o" * 32))


def test_how_far_it_has_come_is_told(store: SqlStore, folder: Path) -> None:
    fill(store)
    told: list[tuple[str, int, int]] = []
    take_backup(store, folder, MACHINE_NOW, made_by="x", tell=lambda *each: told.append(each))
    assert list(dict.fromkeys(what for what, _, _ in told)) == [
        "Copying the record",
        "Copying evidence",
        "Reading the backup",
        "Checking cases",
    ]
    ends = {what: (done, of) for what, done, of in told}
    assert all(done == of for what, (done, of) in ends.items() if what != "Reading the backup")


# The list of erased cases


def erased_beside(store: SqlStore, folder: Path) -> dict[CaseId, bytes]:
    found = opened_list(store.keys, list_path(folder, SCHOOL).read_bytes())
    return {case: each.figures for case, each in found.cases.items()}


def test_the_list_of_erased_cases_lies_beside_and_inside(store: SqlStore, folder: Path) -> None:
    fill(store)
    path = backed_up(store, folder).path
    assert erased_beside(store, folder) == {C: b"figures of c"}
    with path.open("rb") as file:
        inside = read_manifest(SealedReader(file, MASTER)).erased
    found = opened_list(store.keys, base64.b64decode(inside))
    assert found.cases.keys() == {C}


def test_an_erasure_is_listed_at_once_where_backups_go(place: Place, folder: Path) -> None:
    store = place.store()
    fill(store)
    store.backups = folder
    with store.writing() as writing:
        writing.erase_case(A, NOW, figures=b"figures of a", entry=b"erased")
    assert erased_beside(store, folder) == {A: b"figures of a", C: b"figures of c"}


def test_a_folder_that_cannot_be_written_stops_no_erasure(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    fill(store)
    store.backups = tmp_path / "file"
    with store.writing() as writing:
        writing.erase_case(A, NOW, figures=b"", entry=b"erased")
    with store.reading() as reading:
        assert [each.row.case for each in reading.erased_cases()] == [A, C]


def test_a_list_keeps_what_another_record_of_the_school_knew(place: Place, folder: Path) -> None:
    store = place.store()
    fill(store)
    backed_up(store, folder)
    with store.writing() as writing:
        # As after the restore of a backup in which the case never was.
        for table in ("evidence", "case_links", "case_names", "case_reporters", "cases"):
            writing.connection.execute(text(f"DELETE FROM {table} WHERE case_id = 'case-c'"))  # noqa: S608
        writing.put_value("x", b"")
    backed_up(store, folder)
    assert erased_beside(store, folder) == {C: b"figures of c"}


def test_a_list_that_does_not_open_is_put_aside(store: SqlStore, folder: Path) -> None:
    folder.mkdir()
    list_path(folder, SCHOOL).write_bytes(b"altered")
    fill(store)
    backed_up(store, folder)
    assert erased_beside(store, folder) == {C: b"figures of c"}
    aside = list_path(folder, SCHOOL).with_name("derwent-vale-erased-cases.list.unreadable")
    assert aside.read_bytes() == b"altered"


def test_a_value_of_any_type_is_copied_as_it_lies(sqlite_place: Place, folder: Path) -> None:
    store = sqlite_place.store()
    fill(store)
    with store.writing() as writing:
        writing.connection.execute(text("UPDATE entries SET at = 'yesterday' WHERE number = 2"))
        writing.connection.execute(update(school_values).values(sealed=b""))
    taken = backed_up(store, folder)
    assert {each.stream for each in taken.findings} == {each.stream for each in findings(store)}
