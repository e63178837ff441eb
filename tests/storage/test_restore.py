"""A backup is restored into an empty place, whole or not at all, and without what was erased."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.app.ports import KeyDestroyed
from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId, EvidenceId
from storage import DatabaseUnusable, MasterKey, SqlStore, open_store
from storage import restore as module
from storage.backup import take_backup
from storage.backup_parts import Amount, Manifest, PartsWriter, Rows, read_manifest, read_parts
from storage.emptying import PlaceNotEmpty
from storage.engine import open_engines
from storage.erase_again import ListFound
from storage.erased_list import list_path
from storage.restore import STAGED, EmptyPlace, Restored, restore
from storage.sealed_file import (
    BackupDamaged,
    BackupTooNew,
    BackupUnusable,
    SealedReader,
    SealedWriter,
    WrongKey,
)
from tests.claiming import waiting_in
from tests.storage.places import HEAD, MASTER, NOW, SCHOOL, Place, a_case, an_intent, findings
from tests.storage.records import MACHINE_NOW, A, B, C, fill, rows_of

OTHER = MasterKey(b"o" * 32)


@pytest.fixture
def store(sqlite_place: Place) -> SqlStore:
    """A store on SQLite with something in every table."""
    store = sqlite_place.store()
    fill(store)
    return store


@pytest.fixture
def backup(store: SqlStore, tmp_path: Path) -> Path:
    """A backup of it."""
    return backed_up(store, tmp_path)


def backed_up(store: SqlStore, tmp_path: Path) -> Path:
    return take_backup(store, tmp_path / "backups", MACHINE_NOW, made_by="1.2.3").path


@pytest.fixture
def empty(tmp_path: Path) -> EmptyPlace:
    """A folder that is not there yet, two levels down."""
    return embedded(tmp_path / "new" / "data")


def embedded(folder: Path) -> EmptyPlace:
    return EmptyPlace(folder, f"sqlite:///{folder / 'data.db'}", frozenset({"master.key"}))


def restored_into(place: EmptyPlace, backup: Path, master: MasterKey = MASTER) -> Restored:
    return restore(backup, master, place, MACHINE_NOW, lambda case: f"again {case}".encode())


def opened(place: EmptyPlace) -> SqlStore:
    return open_store(
        place.database,
        school=SCHOOL,
        master_key=MASTER,
        evidence_folder=place.folder / "evidence",
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_everything_comes_back_as_it_was(store: SqlStore, backup: Path, empty: EmptyPlace) -> None:
    restored = restored_into(empty, backup)
    assert restored.findings == ()
    assert (restored.again.cases, restored.again.by_list) == (0, ListFound.AS_OLD)
    assert (restored.manifest.school, restored.extent.erased) == (SCHOOL, 1)
    assert names(empty.folder) == ["data.db", "evidence"]
    again = opened(empty)
    assert rows_of(again) == rows_of(store)
    with again.reading() as reading:
        assert [each.payload for each in reading.entries(A)] == [b"one", b"two"]
        assert reading.file_content(EvidenceId(f"{B}/2")) == b"picture 2 of case-b" * 50
        assert reading.value("away") == b"until Friday"
    with again.writing() as writing:
        assert a_case(writing).reference.value == "2026-004"
    assert findings(again) == []
    again.close()


@pytest.mark.postgres
def test_a_record_moves_from_one_kind_of_database_to_the_other_and_back(
    store: SqlStore, backup: Path, postgres_place: Place, tmp_path: Path
) -> None:
    there = EmptyPlace(tmp_path / "there", postgres_place.url)
    assert restored_into(there, backup).findings == ()
    assert names(there.folder) == ["evidence"]
    moved = opened(there)
    assert rows_of(moved).keys() == rows_of(store).keys()
    with moved.writing() as writing:
        assert a_case(writing).reference.value == "2026-004"
        writing.enqueue([an_intent("a new one", HEAD, A)])  # its number follows the others
    back = embedded(tmp_path / "back")
    second = take_backup(moved, tmp_path / "later", MACHINE_NOW, made_by="x")
    assert second.findings == ()
    moved.close()
    assert restored_into(back, second.path).findings == ()
    again = opened(back)
    with again.reading() as reading:
        assert len(reading.case_rows()) == 3
        assert reading.entries(SCHOOL_STREAM)[-1].payload == b"erased c"
        assert waiting_in(reading, NOW) == 2
    again.close()


def test_the_key_may_lie_in_the_folder_already(backup: Path, tmp_path: Path) -> None:
    place = embedded(tmp_path / "data")
    place.folder.mkdir()
    (place.folder / "master.key").write_text("key")
    assert restored_into(place, backup).findings == ()
    assert names(place.folder) == ["data.db", "evidence", "master.key"]


# What is refused, with nothing touched


def untouched(tmp_path: Path) -> dict[Path, bytes | None]:
    return {
        path: path.read_bytes() if path.is_file() else None
        for path in tmp_path.rglob("*")
        if "data.db" not in path.name
    }


@pytest.mark.parametrize("name", ["holiday.jpg", "data.db", "evidence"])
def test_a_folder_that_is_not_empty_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    place = embedded(tmp_path / "data")
    place.folder.mkdir()
    (place.folder / name).write_text("x")
    before = untouched(tmp_path)
    with pytest.raises(PlaceNotEmpty, match="not empty"):
        restored_into(place, backup)
    assert untouched(tmp_path) == before


def test_a_file_in_place_of_the_folder_is_refused(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlaceNotEmpty, match="cannot be used as a folder"):
        restored_into(embedded(tmp_path / "file"), backup)


@pytest.mark.postgres
def test_a_database_that_is_not_empty_is_refused(
    backup: Path, postgres_place: Place, tmp_path: Path
) -> None:
    engines = open_engines(postgres_place.url, 1)
    with engines.writing.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (x INTEGER)"))
    place = EmptyPlace(tmp_path / "data", postgres_place.url)
    with pytest.raises(PlaceNotEmpty, match="The database is not empty"):
        restored_into(place, backup)
    with engines.writing.begin() as connection:
        assert inspect(connection).get_table_names() == ["theirs"]
    engines.dispose()
    assert not place.folder.exists()


def test_a_server_that_does_not_answer_is_told(backup: Path, tmp_path: Path) -> None:
    place = EmptyPlace(tmp_path / "data", f"postgresql://bot:secret@/x?host={tmp_path}")
    with pytest.raises(DatabaseUnusable) as told:
        restored_into(place, backup)
    assert "secret" not in str(told.value)
    assert not place.folder.exists()


Spoiling = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("spoiling", "error"),
    [
        (lambda content: content[:-1], BackupDamaged),
        (lambda content: content[: len(content) // 2], BackupDamaged),
        (lambda content: content[:40], BackupDamaged),
        (lambda content: content[:2000] + b"\x00\xff" + content[2002:], BackupDamaged),
        (lambda content: content + b"x", BackupDamaged),
        (lambda content: content[:16] + b"\x02" + content[17:], BackupTooNew),
        (lambda _: b"", BackupUnusable),
    ],
)
def test_a_spoilt_backup_touches_nothing(
    backup: Path, empty: EmptyPlace, spoiling: Spoiling, error: type[BackupUnusable]
) -> None:
    backup.write_bytes(spoiling(backup.read_bytes()))
    with pytest.raises(error):
        restored_into(empty, backup)
    assert not empty.folder.parent.exists()


def test_a_wrong_key_touches_nothing(backup: Path, empty: EmptyPlace) -> None:
    with pytest.raises(WrongKey):
        restored_into(empty, backup, OTHER)
    assert not empty.folder.parent.exists()


def test_a_backup_that_is_not_there_is_told(tmp_path: Path, empty: EmptyPlace) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(BackupUnusable, match="cannot be read"):
            restored_into(empty, path)


def rewritten(
    backup: Path,
    manifest: Callable[[Manifest], Manifest] = lambda same: same,
    rows: Callable[[Rows], Rows] = lambda same: same,
) -> None:
    """The backup as another version would have written it."""
    file = io.BytesIO()
    sealed = SealedWriter(file, MASTER)
    parts = PartsWriter(sealed)
    with backup.open("rb") as before:
        source = SealedReader(before, MASTER)
        parts.manifest(manifest(read_manifest(source)))
        for part in read_parts(source):
            if isinstance(part, Rows):
                parts.some_rows(rows(part))
            elif not isinstance(part, Amount):
                parts.file(part)
    parts.end()
    sealed.finish()
    backup.write_bytes(file.getvalue())


def test_tables_of_a_newer_version_are_refused(backup: Path, empty: EmptyPlace) -> None:
    rewritten(backup, lambda made: replace(made, revision="9999", made_by="99.0"))
    with pytest.raises(BackupTooNew, match=r"newer Report Post \(version 99\.0, tables 9999\)"):
        restored_into(empty, backup)
    assert not empty.folder.parent.exists()


def test_tables_of_an_older_version_are_brought_up_to_date(
    sqlite_place: Place, tmp_path: Path, empty: EmptyPlace
) -> None:
    newer = {
        "cases": {"erased_at", "figures"},
        "schools": {"look_again_at"},
        "outbox": {"urgency"},
    }

    def without_new_columns(rows: Rows) -> Rows:
        gone = newer.get(rows.table, set())
        assert gone <= set(rows.columns)
        kept = [n for n, name in enumerate(rows.columns) if name not in gone]
        names = tuple(rows.columns[n] for n in kept)
        return Rows(rows.table, names, tuple(tuple(row[n] for n in kept) for row in rows.rows))

    store = sqlite_place.store()
    with store.writing() as writing:
        a_case(writing, A)
    backup = backed_up(store, tmp_path)
    rewritten(backup, lambda made: replace(made, revision="0001"), without_new_columns)
    assert restored_into(empty, backup).findings == ()
    again = opened(empty)
    with again.reading() as reading:
        assert [each.case for each in reading.case_rows()] == [A]
    again.close()


def test_content_that_is_not_ours_is_refused(backup: Path, empty: EmptyPlace) -> None:
    def sealed(content: bytes) -> None:
        with backup.open("wb") as file:
            writer = SealedWriter(file, MASTER)
            writer.write(content)
            writer.finish()

    told = json.dumps(asdict(Manifest(SCHOOL, "", "", "0001", 0, "", ""))).encode()
    manifest = b"M" + len(told).to_bytes(8, "big") + told
    for content in (b"X" + bytes(8), b"M" + bytes(8), manifest + b"E" + bytes(8), manifest):
        sealed(content)
        with pytest.raises(BackupDamaged):
            restored_into(empty, backup)
    wrong = json.dumps({"rows": 1, "files": 0}).encode()
    sealed(manifest + b"E" + len(wrong).to_bytes(8, "big") + wrong)
    with pytest.raises(BackupDamaged):
        restored_into(empty, backup)
    assert not empty.folder.parent.exists()


# A failure half-way


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file can be moved to its place."""

    def full(_path: Path, _to: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_move", full)


@pytest.mark.usefixtures("full_disk")
def test_a_failure_half_way_leaves_nothing(backup: Path, empty: EmptyPlace) -> None:
    with pytest.raises(BackupUnusable, match="No space left on device"):
        restored_into(empty, backup)
    assert not empty.folder.parent.exists()


@pytest.mark.postgres
@pytest.mark.usefixtures("full_disk")
def test_a_failure_half_way_leaves_postgresql_empty(
    backup: Path, postgres_place: Place, tmp_path: Path
) -> None:
    with pytest.raises(BackupUnusable, match="No space left on device"):
        restored_into(EmptyPlace(tmp_path / "data", postgres_place.url), backup)
    engines = open_engines(postgres_place.url, 1)
    with engines.writing.begin() as connection:
        assert inspect(connection).get_table_names() == []
    engines.dispose()


def test_what_an_interrupted_restore_left_is_no_obstacle(backup: Path, tmp_path: Path) -> None:
    place = embedded(tmp_path / "data")
    (place.folder / STAGED).mkdir(parents=True)
    (place.folder / STAGED / "data.db").write_text("half")
    assert restored_into(place, backup).findings == ()
    assert names(place.folder) == ["data.db", "evidence"]


# What was erased after the backup


def erase(store: SqlStore, case: CaseId) -> None:
    with store.writing() as writing:
        writing.erase_case(case, NOW, figures=f"figures of {case}".encode(), entry=b"erased")


@pytest.mark.parametrize("told_by", ["the list", "a later backup"])
def test_what_was_erased_since_is_erased_again(
    store: SqlStore, backup: Path, tmp_path: Path, empty: EmptyPlace, told_by: str
) -> None:
    store.backups = backup.parent
    erase(store, A)
    if told_by == "a later backup":
        backed_up(store, tmp_path)
        list_path(backup.parent, SCHOOL).unlink()
    restored = restored_into(empty, backup)
    assert (restored.again.cases, restored.again.by_list) == (1, ListFound.NEWER)
    assert (restored.findings, restored.extent.erased) == ((), 2)
    again = opened(empty)
    with again.reading() as reading:
        with pytest.raises(KeyDestroyed):
            reading.entries(A)
        assert reading.file(EvidenceId(f"{A}/1")) is None
        left = {each.row.case: each.figures for each in reading.erased_cases()}
        assert left == {A: b"figures of case-a", C: b"figures of c"}
        assert reading.entries(SCHOOL_STREAM)[-1].payload == b"again case-a"
    assert len(names(empty.folder / "evidence")) == 3
    again.close()


def test_a_case_that_came_after_the_backup_needs_no_erasing(
    store: SqlStore, backup: Path, empty: EmptyPlace
) -> None:
    store.backups = backup.parent
    with store.writing() as writing:
        a_case(writing, "case-z")
    erase(store, CaseId("case-z"))
    restored = restored_into(empty, backup)
    assert (restored.again.cases, restored.again.by_list) == (0, ListFound.NEWER)


@pytest.mark.parametrize("spoilt", ["no list", "an older list", "an altered list", "its own"])
def test_that_no_list_is_newer_than_the_backup_is_told(
    store: SqlStore, tmp_path: Path, backup: Path, empty: EmptyPlace, spoilt: str
) -> None:
    older = list_path(backup.parent, SCHOOL)
    kept = older.read_bytes()
    with store.writing() as writing:
        writing.append(SCHOOL_STREAM, NOW, [b"later"])
    backup.unlink()
    later = backed_up(store, tmp_path)
    match spoilt:
        case "no list":
            older.unlink()
        case "an older list":
            older.write_bytes(kept)
        case "its own":
            assert older.read_bytes() != kept
        case _:
            older.write_bytes(kept[:-1] + b"x")
    restored = restored_into(empty, later)
    by_list = ListFound.AS_OLD if spoilt == "its own" else ListFound.NONE
    assert (restored.again.by_list, restored.findings) == (by_list, ())
