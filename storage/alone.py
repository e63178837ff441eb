"""What only a process that has the store to itself may do, and how others are kept out of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import update

from bot.domain.errors import ReportPostError
from storage.engine import sqlite_file
from storage.folder import make_folder, make_own_database
from storage.store import SqlStore
from storage.tables import outbox

_BESIDE: Final = ".serving"
"""Ends the name of the empty file, beside the database, that whoever serves it holds locked."""


class AlreadyServed(ReportPostError):
    """Another process is at work on the database; the message says what to do."""


@contextmanager
def served_alone(database_url: str) -> Iterator[None]:
    """Keeps other processes from serving the same SQLite file; PostgreSQL is for several.

    Raises ``AlreadyServed``. Commands that look, or copy the record, are not kept out.
    """
    file = sqlite_file(database_url)
    lock = _opened_beside(file) if file is not None else None
    if lock is None:
        yield
        return
    with closing(lock):
        # SQLite's lock goes with the process however it ends, on every system.
        try:
            lock.execute("PRAGMA journal_mode = MEMORY")  # or a file of a journal would lie there
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise AlreadyServed(
                    f"Report Post is already at work on {file}, and on SQLite one process serves "
                    "it alone. Use that one, or stop it first. Several schools are served "
                    "together: serve --config FOLDER"
                ) from error
        yield


def _opened_beside(file: Path) -> sqlite3.Connection | None:
    """What is to be locked; ``None`` where nothing can be written: the database tells why."""
    file = file.resolve()
    try:
        make_folder(file.parent)
        name = file.with_name(f"{file.name}{_BESIDE}")
        make_own_database(name)
        return sqlite3.connect(name, timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error):
        return None


def release_leases(store: SqlStore) -> int:
    """Frees the messages that a process held when it was killed; returns how many.

    They would be free when their lease ends, a minute later. With another process at work on the
    same store, a message could be sent twice.
    """
    with store.writing() as writing:
        held = writing.here(outbox), outbox.c.lease_token.is_not(None)
        freed = writing.connection.execute(
            update(outbox).where(*held).values(lease_token=None, lease_until=None)
        )
        return freed.rowcount
