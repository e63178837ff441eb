"""The store of one school: how a transaction begins and ends, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.app.ports import StoreDamaged
from bot.domain.ids import SchoolId
from storage.cases import CaseReading
from storage.drafts import DraftReading
from storage.engine import Engines, open_engines, sqlite_file, telling_why
from storage.erased_list import erased_in, keep_list
from storage.erasing import CaseErasing
from storage.folder import files_before, make_folder, shred
from storage.keys import MasterKey, SchoolKeys
from storage.leases import OutboxLeasing
from storage.memory import MemoryReading, MemoryWriting
from storage.migrate import upgrade
from storage.outbox import OutboxReading
from storage.schools import open_school, refuse_another_key
from storage.tables import evidence
from storage.traces import truncate_wal, vacuum
from storage.turns import Turns
from storage.vault import VaultReading


class SqlReading(CaseReading, DraftReading, VaultReading, MemoryReading, OutboxReading):
    """A consistent look at the store (``ports.Reading``)."""


class SqlWriting(CaseErasing, MemoryWriting, OutboxLeasing, SqlReading):
    """One transaction that writes (``ports.Writing``)."""


class SqlStore:
    """The store of one school (``ports.Store``); made by ``open_store``.

    Any number of threads may use it. On SQLite they write one after another.
    """

    def __init__(
        self, engines: Engines, keys: SchoolKeys, folder: Path, backups: Path | None = None
    ) -> None:
        self.engines = engines
        self.keys = keys
        self.folder = folder
        self.backups = backups
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
        itself, and ``KeyProblem`` once the master key was changed by somebody else.
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
            refuse_another_key(connection, self.keys)
            transaction = SqlWriting(connection, self.keys, self.folder)
            yield transaction
            transaction.settle()
        for finish in transaction.after_commit:
            # It is committed: a file that cannot be removed now is swept later, not an error.
            with suppress(OSError):
                finish()
        self._clear_traces_of(transaction)
        if transaction.case_erased:
            with suppress(OSError, StoreDamaged):  # written again with the next backup
                self.list_erased()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self.engines.is_sqlite:
            yield
            return
        with self._turns.one():
            yield

    def list_erased(self) -> None:
        """Writes the list of erased cases beside the backups, if the school has a folder for them.

        Raises ``OSError`` or ``StoreDamaged``.
        """
        if self.backups is not None:
            with self.reading() as reading:
                keep_list(self.keys, self.backups, erased_in(reading))

    def clear_traces(self) -> None:
        """Clears away what is left of destroyed keys, if nobody looks at it any more."""
        with self._my_turn():
            self._clear_traces()

    def _clear_traces_of(self, transaction: SqlWriting) -> None:
        self._key_in_wal |= self.engines.is_sqlite and transaction.key_destroyed
        if self._key_in_wal or (transaction.case_erased and not self.engines.is_sqlite):
            self._clear_traces()

    def _clear_traces(self) -> None:
        if self.engines.is_sqlite:
            self._key_in_wal = not truncate_wal(self.engines.writing)
        else:
            vacuum(self.engines.writing)

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
            shred(path)
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
    backups: Path | None = None,
    threads: int = 16,
) -> SqlStore:
    """The store of the school; the database is made or brought up to date first.

    ``evidence_folder`` defaults to ``evidence`` beside a SQLite file and must be given for
    PostgreSQL, where all replicas share it. ``backups`` is the folder of nightly backups, where the
    list of erased cases lies too. ``threads`` is how many may use the store at once.
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
    return SqlStore(engines, keys, folder, backups)
