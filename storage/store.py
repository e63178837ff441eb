"""The store of one school: how a transaction begins and ends, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.domain.ids import SchoolId
from storage.cases import CaseReading, CaseWriting
from storage.drafts import DraftReading, DraftWriting
from storage.engine import Engines, open_engines, sqlite_file, telling_why, truncate_wal
from storage.folder import files_before, make_folder
from storage.keys import MasterKey, SchoolKeys
from storage.leases import OutboxLeasing
from storage.memory import MemoryReading, MemoryWriting
from storage.migrate import upgrade
from storage.outbox import OutboxReading
from storage.schools import open_school
from storage.tables import evidence
from storage.turns import Turns
from storage.vault import VaultReading


class SqlReading(CaseReading, DraftReading, VaultReading, MemoryReading, OutboxReading):
    """A consistent look at the store (``ports.Reading``)."""


class SqlWriting(CaseWriting, DraftWriting, MemoryWriting, OutboxLeasing, SqlReading):
    """One transaction that writes (``ports.Writing``)."""


class SqlStore:
    """The store of one school (``ports.Store``); made by ``open_store``.

    Any number of threads may use it. On SQLite they write one after another.
    """

    def __init__(self, engines: Engines, keys: SchoolKeys, folder: Path) -> None:
        self.engines = engines
        self.keys = keys
        self.folder = folder
        self._turns = Turns()
        self._inside = threading.local()
        self._key_in_wal = False

    @contextmanager
    def reading(self) -> Iterator[SqlReading]:
        """A look at the store as it was at one moment; it waits for no writer."""
        with self.engines.reading.begin() as connection:
            yield SqlReading(connection, self.keys, self.folder)

    @contextmanager
    def writing(self) -> Iterator[SqlWriting]:
        """Commits when the block ends, rolls back when it raises.

        Raises ``RuntimeError`` inside another ``writing`` of the same thread, which would wait for
        itself.
        """
        if getattr(self._inside, "writes", False):
            msg = "This thread is writing already; use the transaction that it has."
            raise RuntimeError(msg)
        self._inside.writes = True
        try:
            with self._my_turn():
                yield from self._transaction()
        finally:
            self._inside.writes = False

    def _transaction(self) -> Iterator[SqlWriting]:
        with self.engines.writing.begin() as connection:
            transaction = SqlWriting(connection, self.keys, self.folder)
            yield transaction
            transaction.settle()
        for finish in transaction.after_commit:
            # It is committed: a file that cannot be removed now is swept later, not an error.
            with suppress(OSError):
                finish()
        self._clear_wal(key_destroyed=transaction.key_destroyed)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self.engines.is_sqlite:
            yield
            return
        with self._turns.one():
            yield

    def _clear_wal(self, *, key_destroyed: bool) -> None:
        """Empties SQLite's WAL once a key was destroyed, now or (if a reader is there) later."""
        self._key_in_wal |= key_destroyed and self.engines.is_sqlite
        if self._key_in_wal:
            self._key_in_wal = not truncate_wal(self.engines.writing)

    def sweep_files(self, before: datetime) -> int:
        """Removes files that no row knows and that are older than the moment (machine time).

        They are left by a crash or a rollback. Returns how many there were. The moment must be
        well past, a day say: a file lies on the disk a little before its row commits.
        """
        old = list(files_before(self.folder, before))
        with self.engines.reading.begin() as connection:
            known = set(connection.scalars(select(evidence.c.file_name)))
        orphans = [path for path in old if path.name not in known]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def close(self) -> None:
        """Closes every connection."""
        self.engines.dispose()


def open_store(
    database_url: str,
    *,
    school: SchoolId,
    master_key: MasterKey,
    evidence_folder: Path | None = None,
    threads: int = 16,
) -> SqlStore:
    """The store of the school; the database is made or brought up to date first.

    ``evidence_folder`` defaults to ``evidence`` beside a SQLite file and must be given for
    PostgreSQL, where all replicas share it. ``threads`` is how many may use the store at once.
    Raises ``KeyProblem`` for a wrong master key, ``DatabaseUnusable``, ``DatabaseTooNew``, and
    ``ValueError`` for an address that is not supported.
    """
    file = sqlite_file(database_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    folder = evidence_folder or (file and file.parent / "evidence")
    if folder is None:
        msg = "Say in which folder evidence is kept: PostgreSQL has none of its own."
        raise ValueError(msg)
    make_folder(folder)
    engines = open_engines(database_url, threads)
    try:
        with telling_why(database_url):
            upgrade(engines.writing)
            with engines.writing.begin() as connection:
                keys = open_school(connection, school, master_key)
    except BaseException:
        engines.dispose()
        raise
    return SqlStore(engines, keys, folder)
