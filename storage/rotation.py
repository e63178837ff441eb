"""How every wrapped key of a school is wrapped anew by another master key: all of them, or none."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, and_, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage.engine import Engines, open_engines, sqlite_file, telling_why
from storage.keys import KeyProblem, MasterKey
from storage.sealing import Part, Unreadable
from storage.tables import drafts, heads, schools
from storage.telling import Tell, untold
from storage.traces import truncate_wal, vacuum

_TABLES: Final = (schools, heads, drafts)


class StoreInUse(ReportPostError):
    """Somebody works with the database just now; the message says what to do."""


@dataclass(frozen=True)
class _WrappedKey:
    """A wrapped key: where it stands, and what it belongs to."""

    table: Table
    column: str
    row: ColumnElement[bool]
    wrapped: bytes
    belongs_to: tuple[Part, ...]


def opens(database_url: str, school: SchoolId, master: MasterKey) -> bool:
    """Whether the master key is the one that the school's keys are wrapped by."""
    engines = open_engines(database_url, 1)
    try:
        with telling_why(database_url), engines.reading.begin() as connection:
            wrapped = connection.scalar(select(schools.c.chain_key).where(_here(schools, school)))
            master.unwrap(wrapped or b"", school, "chain")
    except Unreadable:
        return False
    finally:
        engines.dispose()
    return True


def refuse_while_in_use(database_url: str) -> None:
    """Raises ``StoreInUse`` if any other connection to the database is open.

    A process at work would go on wrapping new keys by the old master key, were it not refused (see
    ``SqlStore``); better that it is stopped first.
    """
    file = sqlite_file(database_url)
    with telling_why(database_url):
        others = _postgresql_in_use(database_url) if file is None else _sqlite_in_use(str(file))
    if others:
        raise StoreInUse(
            "The database is in use. Stop report-post serve, and everything else that has it "
            "open, and try again. Nothing was changed."
        )


def _sqlite_in_use(file: str) -> bool:
    # To leave the WAL a connection must be the only one: whoever has it open holds a lock.
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            return True
        connection.execute("PRAGMA journal_mode = WAL")
        return str(mode) != "delete"


def _postgresql_in_use(database_url: str) -> bool:
    engines = open_engines(database_url, 1)
    try:
        with engines.reading.begin() as connection:
            count = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
            )
            return bool(count)
    finally:
        engines.dispose()


def rewrap(
    database_url: str,
    schools_: Collection[SchoolId],
    old: MasterKey,
    new: MasterKey,
    tell: Tell = untold,
) -> int:
    """Wraps every key of these schools by the new master key; returns how many there are.

    In one transaction, in which each of them is opened again: until it commits the old key is the
    right one, and from then on the new. Raises ``KeyProblem`` if one does not open, ``StoreInUse``.
    """
    engines = open_engines(database_url, 1)
    try:
        with telling_why(database_url), engines.writing.begin() as connection:
            _lock(connection)
            count = sum(_rewrap(connection, each, old, new, tell) for each in schools_)
        _clear_traces(engines)
        return count
    finally:
        engines.dispose()


def _rewrap(
    connection: Connection, school: SchoolId, old: MasterKey, new: MasterKey, tell: Tell
) -> int:
    keys = tuple(_wrapped_keys(connection, school))
    plain = [_unwrapped(old, key) for key in keys]
    for done, (key, secret) in enumerate(zip(keys, plain, strict=True)):
        tell("Wrapping the keys anew", done, len(keys))
        wrapped = new.wrap(secret, *key.belongs_to)
        connection.execute(update(key.table).where(key.row).values({key.column: wrapped}))
    if [_unwrapped(new, key) for key in _wrapped_keys(connection, school)] != plain:
        raise KeyProblem("The keys did not come back as they were written. Nothing was changed.")
    tell("Wrapping the keys anew", len(keys), len(keys))
    return len(keys)


def _unwrapped(master: MasterKey, key: _WrappedKey) -> bytes:
    try:
        return master.unwrap(key.wrapped, *key.belongs_to)
    except Unreadable as error:
        raise KeyProblem(
            f"A key in {key.table.name} does not open: it was altered, or wrapped by another "
            "master key. Nothing was changed. Run report-post verify."
        ) from error


def _wrapped_keys(connection: Connection, school: SchoolId) -> Iterator[_WrappedKey]:
    """Every key that the master key wraps, in an order that is always the same."""
    for name, what in (("chain_key", "chain"), ("index_key", "index")):
        here = _here(schools, school)
        found = connection.execute(select(schools.c[name]).where(here)).scalar_one()
        yield _WrappedKey(schools, name, here, found, (school, what))
    for table, id_, what in ((heads, "stream", "stream"), (drafts, "draft_id", "draft")):
        rows = connection.execute(
            select(table.c[id_], table.c.wrapped_key)
            .where(_here(table, school), table.c.wrapped_key.is_not(None))
            .order_by(table.c[id_])
        ).all()
        for own, wrapped in rows:
            here = and_(_here(table, school), table.c[id_] == own)
            yield _WrappedKey(table, "wrapped_key", here, wrapped, (school, what, own))


def _here(table: Table, school: SchoolId) -> ColumnElement[bool]:
    return table.c.school == school


def _lock(connection: Connection) -> None:
    """Nobody else writes until it is done; who waits sees the new keys then, and stops."""
    if connection.dialect.name != "postgresql":
        return
    names = ", ".join(table.name for table in _TABLES)
    try:
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    except DBAPIError as error:
        raise StoreInUse(
            "Somebody is working with the database. Stop report-post serve and try again. Nothing "
            "was changed."
        ) from error


def _clear_traces(engines: Engines) -> None:
    if engines.is_sqlite:
        truncate_wal(engines.writing)
    else:
        vacuum(engines.writing)
