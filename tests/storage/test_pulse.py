"""How far a database is behind over all of its schools, and whether it can be written to."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.ids import MessageKind, SchoolId
from storage import SqlStore
from storage.engine import open_engines
from storage.pulse import OnlyReadable, backlog, try_writing
from storage.same_file import FileGone
from tests.storage.places import HEAD, MINUTE, NOW, STAFF, Place, a_case, an_intent

ANOTHER = SchoolId("another-school")


def test_it_counts_what_is_due_in_every_school(place: Place) -> None:
    one, another = place.store(), place.store(ANOTHER)
    both = {one.keys.school, ANOTHER}
    assert (found := backlog(one.engines, NOW, both)).due == {}
    assert (found.look_at, found.oldest) == (None, None)
    with one.writing() as writing:
        a_case(writing, at=NOW)
        writing.enqueue([an_intent("a", HEAD, not_before=NOW), an_intent("b", STAFF)])
    with another.writing() as writing:
        a_case(writing, at=NOW - MINUTE)
        writing.enqueue([an_intent("c", HEAD, not_before=NOW - MINUTE)])
        writing.enqueue([an_intent("d", HEAD, not_before=NOW + MINUTE)])
    found = backlog(one.engines, NOW, both)
    assert sum(found.due.values()) == 3
    assert set(found.due) <= set(MessageKind)
    assert (found.look_at, found.oldest) == (NOW, NOW - MINUTE)
    served = backlog(one.engines, NOW, {one.keys.school})
    assert (sum(served.due.values()), served.look_at, served.oldest) == (2, NOW + MINUTE, NOW)


def test_a_store_can_be_written_to_and_nothing_is_changed(store: SqlStore) -> None:
    assert try_writing(store.engines)
    with store.writing() as writing:
        a_case(writing)
    assert try_writing(store.engines)


def test_it_does_not_wait_for_a_writer_that_takes_long(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    with store.writing():
        assert not try_writing(store.engines)
    assert try_writing(store.engines)


def test_a_database_that_is_gone_is_told_of_and_not_made_anew(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    sqlite_place.close()
    for path in sqlite_place.folder.glob("data.db*"):
        path.unlink()
    with pytest.raises(FileGone):
        try_writing(store.engines)
    with pytest.raises(sqlite3.OperationalError):
        try_writing(open_engines(sqlite_place.url, 1))  # it has opened nothing yet
    assert not sqlite_place.database.exists()


def test_a_full_disk_is_told_of(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    assert try_writing(store.engines)
    spare = Path("/dev/full")
    wal = sqlite_place.folder / "data.db-wal"
    sqlite_place.close()
    wal.symlink_to(spare)
    with pytest.raises(sqlite3.Error):
        try_writing(store.engines)
    wal.unlink()


@pytest.mark.postgres
def test_a_server_that_only_reads_is_told_of(postgres_place: Place) -> None:
    store = postgres_place.store()
    with closing(store.engines.writing.raw_connection()) as connection:
        name = connection.cursor().execute("SELECT current_database()").fetchone()[0]
        connection.cursor().execute(
            f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
        )
        connection.commit()
    assert try_writing(store.engines)
    store.engines.writing.dispose()
    with pytest.raises(OnlyReadable):
        try_writing(store.engines)
