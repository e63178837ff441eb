"""How the databases are spoken to: one writer and many readers on SQLite, a pool on PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.domain.errors import ReportPostError

PRAGMAS = (
    "busy_timeout = 5000",  # another process (verify, backup) may hold the lock for a moment
    "journal_mode = WAL",  # readers never wait for the writer
    "synchronous = FULL",  # what was answered "received" survives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # a deleted draft leaves no bytes behind
)
"""Set on every SQLite connection, alembic's included."""

TIMEOUTS = {
    "lock_timeout": "10s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}
"""Set on every PostgreSQL connection: a stuck replica never stops the others for ever."""


class DatabaseUnusable(ReportPostError):
    """The database cannot be reached, or is none; the message says why and what to check."""


@dataclass(frozen=True)
class Engines:
    """The engine that writes and the one that only reads."""

    writing: Engine
    reading: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether there is one writer at a time."""
        return self.writing.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Closes every connection; the last one checkpoints SQLite's WAL."""
        self.reading.dispose()
        self.writing.dispose()


def open_engines(database_url: str, threads: int) -> Engines:
    """The engines of a ``sqlite:///file`` or ``postgresql://`` address; nothing is connected yet.

    Raises ``ValueError`` for any other address. ``threads`` is how many may use the store at once.
    """
    url = _parsed(database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, threads)
    if url.get_backend_name() == "postgresql":
        return _postgresql(url.set(drivername="postgresql+psycopg"), threads)
    msg = f"{url.get_backend_name()} is not supported. Use sqlite:///… or postgresql://…"
    raise ValueError(msg)


def sqlite_file(database_url: str) -> Path | None:
    """The file of a SQLite address, ``None`` for PostgreSQL.

    Raises ``ValueError`` for SQLite in memory, which no second connection could see.
    """
    url = _parsed(database_url)
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        msg = "The store needs a file: use an address such as sqlite:////srv/report-post/data.db"
        raise ValueError(msg)
    return Path(url.database)


def _parsed(database_url: str) -> URL:
    try:
        return make_url(database_url)
    except ArgumentError as error:
        # The address is not repeated: it may hold a password.
        msg = "The database's address is not one. Use sqlite:///… or postgresql://…"
        raise ValueError(msg) from error


@contextmanager
def telling_why(database_url: str) -> Iterator[None]:
    """Turns what a driver says of a database that cannot be used into a ``DatabaseUnusable``."""
    try:
        yield
    except DBAPIError as error:
        shown = _parsed(database_url).render_as_string(hide_password=True)
        msg = (
            f"The database {shown} cannot be used: {str(error.orig).strip()}. Check that the "
            "address is right, that the server runs, and that the bot may write there."
        )
        raise DatabaseUnusable(msg) from error


def _sqlite(url: URL, threads: int) -> Engines:
    connect_args = {"check_same_thread": False}
    # One connection is enough: SqlStore lets one thread write at a time.
    writing = create_engine(url, connect_args=connect_args, pool_size=1, max_overflow=0)
    reading = create_engine(url, connect_args=connect_args, pool_size=threads)
    event.listen(writing, "connect", _prepare_sqlite)
    event.listen(reading, "connect", _prepare_sqlite)
    event.listen(reading, "connect", _refuse_to_write)
    event.listen(writing, "begin", _begin_immediate)
    event.listen(reading, "begin", _begin)
    return Engines(writing, reading)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver leaves BEGIN to us
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _refuse_to_write(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with "locked" at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _postgresql(url: URL, threads: int) -> Engines:
    writing = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=threads,
        max_overflow=threads,
    )
    event.listen(writing, "connect", _set_timeouts)
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writing, reading)


def _set_timeouts(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.autocommit = True
    for name, value in TIMEOUTS.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.autocommit = False


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows ON CONFLICT, in the words of the connection's database."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def insert_if_new(connection: Connection, table: Table, **values: object) -> bool:
    """Inserts the row unless it breaks a unique constraint; whether it did.

    On PostgreSQL it waits for another transaction that is just inserting the same.
    """
    row = insert_into(connection, table).values(**values).on_conflict_do_nothing()
    # RETURNING and not rowcount: psycopg's is unknown once SQLAlchemy has closed the cursor.
    return connection.execute(row.returning(table.c.school)).first() is not None
