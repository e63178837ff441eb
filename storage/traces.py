"""What a database still holds of a key once it is destroyed, and how that is cleared away.

SQLite: ``secure_delete`` overwrites the row, and the WAL is emptied here: at once when a case is
erased, some seconds later when a draft is gone. PostgreSQL: VACUUM clears
the dead rows here, as soon as no older transaction looks at them. Its WAL, its replicas and backups
that others make of the server hold the wrapped key until they are recycled. It opens nothing but
with the master key; after ``report-post rotate-key``, once the old one is destroyed, nothing.
"""

import sqlite3
from contextlib import suppress
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.cases import FINDING_AIDS
from storage.engine import PRAGMAS, Engines
from storage.tables import drafts, evidence, heads, schools
from storage.turns import NoTurn

_TABLES = (schools, heads, drafts, evidence, *FINDING_AIDS)


def clear(engines: Engines) -> None:
    """Clears away what is left of destroyed keys; if somebody looks at it still, soon.

    Where others may write meanwhile, it must be one's turn.
    """
    if not engines.is_sqlite:
        vacuum(engines.writing)
    elif not truncate_wal(engines.writing):
        clear_soon(engines)


def clear_soon(engines: Engines) -> None:
    """Clears it away in some seconds, once for all that is destroyed until then (SQLite).

    It costs as much as several transactions, and each report that is sent ends a draft.
    """
    if engines.is_sqlite:
        engines.later.ask(partial(_cleared, engines))


def _cleared(engines: Engines) -> bool:
    # What goes wrong is tried again by night, and whenever a key is destroyed.
    with suppress(DBAPIError, sqlite3.Error, NoTurn), engines.my_turn():
        return truncate_wal(engines.writing)
    return True


def truncate_wal(engine: Engine) -> bool:
    """Moves everything from SQLite's WAL into the database and empties it, if nobody is reading.

    Destroyed keys linger in the WAL until then. False: a reader was in the way; try again later.
    """
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout = 0")  # the writer must not wait for a slow reader
        try:
            blocked = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA {PRAGMAS[0]}")
        return not blocked
    finally:
        raw.close()


def vacuum(engine: Engine) -> None:
    """Clears dead rows of the tables that hold keys and keyed hashes (PostgreSQL)."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in _TABLES:
            # It is committed: what cannot be cleared now is left to autovacuum, and is no error.
            with suppress(DBAPIError):
                connection.exec_driver_sql(f"VACUUM {table.name}")
