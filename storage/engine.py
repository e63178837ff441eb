"""How the databases are spoken to: one writer and many readers on SQLite, a pool on PostgreSQL."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.domain.errors import ReportPostError
from storage import straight
from storage.later import Later
from storage.same_file import OpenedFile
from storage.turns import Turns
from storage.unusable import why_unusable

if TYPE_CHECKING:  # a school on SQLite loads nothing of PostgreSQL's
    import psycopg
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.sql.dml import ReturningInsert

PRAGMAS = (
    "busy_timeout = 5000",  # another process (verify, backup) may hold the lock for a moment
    "journal_mode = WAL",  # readers never wait for the writer
    "synchronous = FULL",  # what was answered "received" survives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # a deleted draft leaves no bytes behind
    "cache_size = -512",  # KiB a connection: what else is read often the system keeps
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
    """The engine that writes and the one that only reads; all stores of a database share them."""

    writing: Engine
    reading: Engine
    turns: Turns = field(default_factory=Turns)
    """Who writes next on SQLite."""
    later: Later = field(default_factory=Later)
    """Empties SQLite's log of destroyed keys."""
    found_log: bool = False
    """Whether SQLite's log was there before: whoever wrote it was killed, and did not empty it."""
    opened: OpenedFile | None = None
    """SQLite's file, as the one who writes has it open."""
    _inside: threading.local = field(default_factory=threading.local)

    @property
    def is_sqlite(self) -> bool:
        """Whether there is one writer at a time."""
        return self.writing.dialect.name == "sqlite"

    @contextmanager
    def my_turn(self) -> Iterator[None]:
        """Waits until this thread may write, and keeps others from it on SQLite.

        Raises ``RuntimeError`` where the thread is writing already: it would wait for itself.
        """
        if getattr(self._inside, "writes", False):
            msg = "This thread is writing already; use the transaction that it has."
            raise RuntimeError(msg)
        self._inside.writes = True
        try:
            if not self.is_sqlite:
                yield
                return
            with self.turns.one():
                yield
        finally:
            self._inside.writes = False

    def dispose(self) -> None:
        """Closes every connection; the last one checkpoints SQLite's WAL, and removes it."""
        self.later.stop()
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
        if database_url.count("@") > 1:
            # All of a password after its own "@" is taken for the host, and would be shown.
            msg = (
                "The database's address cannot be used. If the password in it holds an @, write "
                "%40 instead; and check that the server runs, and that the bot may write there."
            )
            raise DatabaseUnusable(msg) from None
        raise DatabaseUnusable(why_unusable(place_of(database_url), error.orig)) from error


def place_of(database_url: str) -> str:
    """Where the database is, for whoever looks for it: a file, or an address without password."""
    file = sqlite_file(database_url)
    if file is not None:
        return str(file)
    # A password may stand behind the question mark as well.
    return _parsed(database_url).set(query={}).render_as_string(hide_password=True)


def _sqlite(url: URL, threads: int) -> Engines:
    connect_args = {"check_same_thread": False}
    # One connection is enough: SqlStore lets one thread write at a time.
    writing = create_engine(url, connect_args=connect_args, pool_size=1, max_overflow=0)
    reading = create_engine(url, connect_args=connect_args, pool_size=threads)
    event.listen(writing, "connect", _prepare_sqlite)
    event.listen(reading, "connect", _prepare_sqlite)
    event.listen(reading, "connect", _refuse_to_write)
    file = Path(url.database or "")
    opened = OpenedFile(str(file))
    opened.watch(writing)
    event.listen(writing, "begin", _begin_immediate)
    event.listen(reading, "begin", _begin)
    found_log = file.with_name(f"{file.name}-wal").exists()
    return Engines(writing, reading, found_log=found_log, opened=opened)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver leaves BEGIN to us
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _refuse_to_write(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with "locked" at once.
    straight.command(connection, "BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    straight.command(connection, "BEGIN")


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


def _set_timeouts(connection: "psycopg.Connection[Any]", _record: object) -> None:
    connection.autocommit = True
    for name, value in TIMEOUTS.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.autocommit = False


@contextmanager
def one_process(engines: Engines, name: str) -> Iterator[bool]:
    """Whether this process has what is named so to itself, until the block ends (PostgreSQL)."""
    # A connection of its own, in no transaction: the work may take long, and has its own ones.
    with engines.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"name": name}
        had = bool(connection.scalar(text(f"SELECT pg_try_advisory_lock({_NUMBER})"), key))
        try:
            yield had
        finally:
            if had:
                connection.execute(text(f"SELECT pg_advisory_unlock({_NUMBER})"), key)


_NUMBER = "hashtextextended(:name, 0)"


def insert_into(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An insert that knows ON CONFLICT, in the words of the connection's database."""
    return insert_on(connection.dialect.name, table)


def insert_on(dialect: str, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """As ``insert_into``, for statements that are built once for each kind of database."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as above

    return postgresql.insert(table)


def insert_if_new(connection: Connection, table: Table, **values: object) -> bool:
    """Inserts the row unless it breaks a unique constraint; whether it did.

    On PostgreSQL it waits for another transaction that is just inserting the same.
    """
    row = _new_on(connection.dialect.name, table)
    return straight.first(connection, row, values) is not None


@cache
def _new_on(dialect: str, table: Table) -> "ReturningInsert[Any]":
    # RETURNING and not rowcount: psycopg's is unknown once SQLAlchemy has closed the cursor.
    return insert_on(dialect, table).on_conflict_do_nothing().returning(table.c.school)
