"""Who steals database and evidence, but no master key, reads nothing that was typed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import Cause, DraftId, EvidenceId, PersonId
from storage import SqlStore
from storage.tables import METADATA
from tests.storage.places import HEAD, NOW, Place, a_case, a_draft, an_intent

TYPED = "MARKER-typed-Ünïcode-🙂"
MARKERS = ("MARKER", "marker", "typed", "n\\u00efcode", "desk:reporter")
REPORTER = PersonId("desk:reporter")


def live_a_little(store: SqlStore) -> None:
    """Puts the marker wherever the application may put what somebody typed."""
    typed = TYPED.encode()
    with store.writing() as writing:
        writing.put_draft(a_draft(person=REPORTER, answers=typed))
        writing.put_draft(a_draft("d2", person=REPORTER, answers=typed))
        writing.keep_file(EvidenceId("e1"), DraftId("d1"), typed * 1000, "image/png")
        writing.keep_file(EvidenceId("e2"), DraftId("d2"), typed * 1000, "image/png")
    with store.writing() as writing:
        case = a_case(writing, payloads=[typed, typed * 100]).case
        writing.append(SCHOOL_STREAM, NOW, [typed])
        writing.hand_files(DraftId("d1"), case, [EvidenceId("e1")])
        writing.delete_draft(DraftId("d1"))
        writing.keep_link(case, writing.keyed_hash("link", TYPED))
        writing.keep_name(case, writing.keyed_hash("name", TYPED))
        writing.keep_reporter(case, REPORTER)
        writing.remember(Cause(TYPED), typed, NOW)
        writing.put_value("away", typed)
        writing.enqueue([an_intent("k1", HEAD, case)])
    with store.writing() as writing:
        writing.put_draft(replace(a_draft("d2", 2, REPORTER), answers=typed * 2))
        writing.mark_stale(case)


def stolen(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


@pytest.mark.parametrize("closed", [True, False])
def test_no_file_of_the_data_folder_holds_what_was_typed(sqlite_place: Place, closed: bool) -> None:
    live_a_little(sqlite_place.store())
    if closed:
        sqlite_place.close()
    names = {path.name for path, _ in stolen(sqlite_place.folder)}
    assert ("data.db-wal" in names) != closed
    assert len(names) >= 3
    for path, content in stolen(sqlite_place.folder):
        for marker in MARKERS:
            assert marker.encode() not in content, path
            assert marker.encode("utf-16-le") not in content, path
        for name in MARKERS:
            assert name not in path.name


def test_no_column_of_any_table_holds_what_was_typed(place: Place) -> None:
    store = place.store()
    live_a_little(store)
    full = set()
    with store.reading() as reading:
        for table in METADATA.sorted_tables:
            for row in reading.connection.execute(text(f"SELECT * FROM {table.name}")):  # noqa: S608
                full.add(table.name)
                shown = b" ".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for value in row
                )
                assert not any(marker.encode() in shown for marker in MARKERS), table.name
    assert {table.name for table in METADATA.sorted_tables} - full == {"policies"}
    for path, content in stolen(place.evidence):
        assert not any(marker.encode() in content for marker in MARKERS), path
