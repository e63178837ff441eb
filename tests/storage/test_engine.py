"""How the databases are spoken to: every connection is prepared, and addresses are checked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import Pool

from bot.app.ports import Store, Verifier
from storage import DatabaseUnusable, SqlStore, SqlVerifier, holds_keys, open_store
from storage.engine import TIMEOUTS, open_engines
from tests.storage.places import MASTER, SCHOOL, Place, a_case

EXPECTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL, https://www.sqlite.org/pragma.html#pragma_synchronous
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 5000,
}


def pragmas(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in EXPECTED}


def test_the_store_is_what_the_application_asks_for(store: SqlStore) -> None:
    as_store: Store = store
    as_verifier: Verifier = SqlVerifier(store)
    with as_store.writing() as writing, as_store.reading() as reading:
        assert writing.case_rows() == reading.case_rows() == ()
    assert list(as_verifier.findings()) == []


def test_every_sqlite_connection_is_prepared_alembics_too(sqlite_place: Place) -> None:
    connections: list[object] = []
    event.listen(Pool, "connect", lambda connection, _: connections.append(connection))
    store = sqlite_place.store()
    before = len(connections)
    with store.writing() as writing:
        assert pragmas(writing.connection) == EXPECTED
        a_case(writing)
    with store.reading() as one, store.reading() as other:
        assert pragmas(one.connection) == pragmas(other.connection) == EXPECTED
        assert one.connection.exec_driver_sql("PRAGMA query_only").scalar_one() == 1
    assert before == 1  # alembic, the opening and the writer share one connection
    assert len(connections) == 3


def test_a_prepared_connection_stays_so_after_the_wal_was_emptied(
    sqlite_store: SqlStore,
) -> None:
    with sqlite_store.writing() as writing:
        writing.key_destroyed = True
    with sqlite_store.writing() as writing:
        assert pragmas(writing.connection) == EXPECTED


def test_a_reader_cannot_write(store: SqlStore) -> None:
    with store.reading() as reading, pytest.raises(DBAPIError, match=r"read-?only"):
        reading.connection.execute(text("DELETE FROM counters"))


def test_a_sqlite_writer_holds_the_lock_from_its_first_word(sqlite_store: SqlStore) -> None:
    file = sqlite_store.engines.writing.url.database or ""
    with (
        closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other,
        sqlite_store.writing(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_writer_that_cannot_begin_says_so_as_any_other_statement_does(
    sqlite_store: SqlStore,
) -> None:
    file = sqlite_store.engines.writing.url.database or ""
    with sqlite_store.writing() as writing:
        writing.connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), sqlite_store.writing():
            pass
        other.execute("ROLLBACK")
    with sqlite_store.writing() as writing:
        assert writing.case_rows() == ()


@pytest.mark.postgres
def test_every_postgresql_connection_has_timeouts_and_its_isolation(
    postgres_place: Place,
) -> None:
    store = postgres_place.store()
    with store.writing() as writing, store.reading() as reading:
        for connection in (writing.connection, reading.connection):
            shown = {
                name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in TIMEOUTS
            }
            assert shown == {**TIMEOUTS, **{n: "1min" for n, v in TIMEOUTS.items() if v == "60s"}}
        isolation = text("SHOW transaction_isolation")
        assert writing.connection.execute(isolation).scalar_one() == "read committed"
        assert reading.connection.execute(isolation).scalar_one() == "repeatable read"


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew(postgres_place: Place) -> None:
    store = postgres_place.store()
    with store.writing() as writing:
        a_case(writing)
    other = postgres_place.store()
    with other.writing() as writing:
        writing.connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    with store.writing() as writing:
        assert a_case(writing).reference.value == "2026-002"


@pytest.mark.parametrize("url", ["mysql://localhost/x", "report-post.db", "", "sqlite://"])
def test_an_address_that_is_not_supported_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        open_store(url, school=SCHOOL, master_key=MASTER, evidence_folder=tmp_path)


def test_postgresql_needs_a_folder_for_evidence() -> None:
    with pytest.raises(ValueError, match="folder"):
        open_store("postgresql://localhost/x", school=SCHOOL, master_key=MASTER)


def test_a_file_that_is_no_database_is_told(sqlite_place: Place) -> None:
    sqlite_place.database.write_text("Dear diary, " * 100)
    for ask in (sqlite_place.store, lambda: holds_keys(sqlite_place.url)):
        with pytest.raises(DatabaseUnusable, match="not a database") as told:
            ask()
        assert "is damaged" in str(told.value)
        assert "restore the newest backup into a new folder" in str(told.value)
        assert "server" not in str(told.value)


def test_a_file_whose_middle_is_damaged_is_told(sqlite_place: Place) -> None:
    sqlite_place.store().close()
    with sqlite_place.database.open("r+b") as file:
        file.seek(4096)  # the second page; the first is still one of SQLite's
        file.write(b"x" * (sqlite_place.database.stat().st_size - 4096))
    with pytest.raises(DatabaseUnusable, match="is damaged: database disk image is malformed"):
        sqlite_place.store()


def test_a_file_that_may_not_be_opened_is_told(sqlite_place: Place) -> None:
    sqlite_place.database.mkdir(parents=True)
    with pytest.raises(DatabaseUnusable, match="unable to open") as told:
        sqlite_place.store()
    assert "Check that its place is right" in str(told.value)
    assert "server" not in str(told.value)


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://bot:secret@/x?host={tmp_path}"
    with pytest.raises(DatabaseUnusable) as told:
        open_store(url, school=SCHOOL, master_key=MASTER, evidence_folder=tmp_path)
    assert "secret" not in str(told.value)
    assert "Check that the address is right" in str(told.value)


def test_a_sqlite_stores_folder_and_evidence_are_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "data.db"
    store = open_store(f"sqlite:///{file}", school=SCHOOL, master_key=MASTER)
    store.close()
    assert sorted(path.name for path in file.parent.iterdir()) == ["data.db", "evidence"]


def test_opening_engines_connects_to_nothing(tmp_path: Path) -> None:
    open_engines(f"sqlite:///{tmp_path / 'data.db'}", 4).dispose()
    assert list(tmp_path.iterdir()) == []


def test_a_password_with_an_at_sign_is_never_shown(tmp_path: Path) -> None:
    url = "postgresql://bot:half@other-half@localhost:1/x"
    with pytest.raises(DatabaseUnusable) as told:
        open_store(url, school=SCHOOL, master_key=MASTER, evidence_folder=tmp_path)
    assert "other-half" not in str(told.value)
    assert "%40" in str(told.value)
