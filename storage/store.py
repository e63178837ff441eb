"""The store of one school: how a transaction begins and ends, on SQLite and on PostgreSQL."""

import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from bot.app.ports import Store, StoreDamaged, Together, Writing
from bot.domain.ids import SchoolId
from storage.cases import CaseReading
from storage.drafts import DraftReading
from storage.engine import Engines, one_process, open_engines, sqlite_file, telling_why
from storage.erased_list import erased_in, keep_list
from storage.erasing import CaseErasing
from storage.folder import files_before, make_folder, make_own_database, shred
from storage.keys import MasterKey, SchoolKeys
from storage.leases import OutboxLeasing
from storage.memory import MemoryReading, MemoryWriting
from storage.migrate import upgrade
from storage.outbox import OutboxReading
from storage.school_hints import SchoolHintReading, SchoolHintWriting
from storage.schools import open_school, refuse_another_key
from storage.tables import evidence
from storage.together import SqlTogether
from storage.traces import clear, clear_soon
from storage.vault import VaultReading

_HALF_A_DAY: Final = timedelta(hours=12)


class SqlReading(
    CaseReading, DraftReading, VaultReading, MemoryReading, OutboxReading, SchoolHintReading
):
    """A consistent look at the store (``ports.Reading``)."""


class SqlWriting(CaseErasing, MemoryWriting, OutboxLeasing, SchoolHintWriting, SqlReading):
    """One transaction that writes (``ports.Writing``)."""


class SqlStore:
    """The store of one school (``ports.Store``); made by ``open_store``.

    Any number of threads may use it. On SQLite they write one after another.
    """

    def __init__(
        self,
        engines: Engines,
        keys: SchoolKeys,
        folder: Path,
        backups: Path | None = None,
        *,
        owns_engines: bool = True,
    ) -> None:
        self.engines = engines
        self.keys = keys
        self.folder = folder
        self.backups = backups
        self.wrote: Callable[[float, float], None] = _untold
        """Hears of each transaction that wrote: seconds it waited for its turn, and took."""
        self._owns_engines = owns_engines

    @property
    def database(self) -> Hashable:
        """The same for all stores that share their connections."""
        return id(self.engines)

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
        asked = time.perf_counter()
        with self.engines.my_turn():
            began = time.perf_counter()
            try:
                yield from self._transaction()
            finally:
                self.wrote(began - asked, time.perf_counter() - began)

    def _transaction(self) -> Iterator[SqlWriting]:
        laid_down = list[Path]()
        try:
            with self.engines.writing.begin() as connection:
                refuse_another_key(connection, self.keys)
                transaction = SqlWriting(connection, self.keys, self.folder, laid_down=laid_down)
                yield transaction
                transaction.settle()
        except BaseException:
            self._take_back(laid_down)
            raise
        self.finish(transaction)

    def _take_back(self, laid_down: Sequence[Path]) -> None:
        """Removes the files of a transaction that failed: on a full disk they would be the last.

        On PostgreSQL they stay until they are swept: a server that went away during the commit may
        have committed, or may yet.
        """
        if not (laid_down and self.engines.is_sqlite):
            return
        with suppress(DBAPIError), self.engines.reading.begin() as connection:
            named = evidence.c.file_name.in_([path.name for path in laid_down])
            known = set(connection.scalars(select(evidence.c.file_name).where(named)))
            for path in laid_down:
                if path.name not in known:
                    shred(path)

    @contextmanager
    def alone(self, work: str, now: datetime) -> Iterator[bool]:
        """Whether this process is to do work that replicas share; no other begins it meanwhile.

        It is not, where another one does it now, or ended it well less than half a day before
        ``now`` (machine time). On SQLite there is but one process. On PostgreSQL the server itself
        notices that a process is gone, and lets another one do it.
        """
        if self.engines.is_sqlite:
            yield True
            return
        name = f"done:{work}"
        with one_process(self.engines, f"report-post {work} {self.keys.school}") as alone:
            with self.reading() as reading:
                done = reading.value(name)
            late = done is None or now - datetime.fromisoformat(done.decode()) > _HALF_A_DAY
            yield alone and late
            if alone and late:
                with self.writing() as writing:
                    writing.put_value(name, now.isoformat().encode())

    def read_on(self, connection: Connection) -> SqlReading:
        """Reads within a transaction that is under way."""
        return SqlReading(connection, self.keys, self.folder)

    def write_on(self, connection: Connection, beside: SqlWriting | None = None) -> SqlWriting:
        """Writes within a transaction that is under way, in which another may write ``beside``."""
        if beside is None:
            refuse_another_key(connection, self.keys)
            return SqlWriting(connection, self.keys, self.folder)
        return SqlWriting(connection, self.keys, self.folder, appended=beside.appended)

    def finish(self, transaction: SqlWriting) -> None:
        """Does what was to be done once the transaction is committed."""
        for finish in transaction.after_commit:
            # It is committed: a file that cannot be removed now is swept later, not an error.
            with suppress(OSError):
                finish()
        self._clear_traces_of(transaction)
        if transaction.case_erased:
            with suppress(OSError, StoreDamaged):  # written again with the next backup
                self.list_erased()

    @contextmanager
    def parts(self) -> Iterator[Callable[[], AbstractContextManager[Writing]]]:
        """As ``writing``, in parts: each stands or falls by itself, and all commit as one."""
        with SqlTogether({self.keys.school: self}).writing() as batch:
            yield lambda: batch.part(self.keys.school)

    def together(self, stores: Collection[Store]) -> Together:
        """These stores, which share this one's ``database``, as one. Raises ``ValueError``."""
        return SqlTogether(_sharing(self.engines, stores))

    def list_erased(self) -> None:
        """Writes the list of erased cases beside the backups, if the school has a folder for them.

        Raises ``OSError`` or ``StoreDamaged``.
        """
        if self.backups is not None:
            with self.reading() as reading:
                keep_list(self.keys, self.backups, erased_in(reading))

    def clear_traces(self) -> None:
        """Clears away what is left of destroyed keys; if somebody looks at it still, soon."""
        with self.engines.my_turn():
            clear(self.engines)

    def _clear_traces_of(self, transaction: SqlWriting) -> None:
        if transaction.case_erased:
            clear(self.engines)
        elif transaction.key_destroyed:
            clear_soon(self.engines)

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
        """Closes every connection, unless others share them."""
        if self._owns_engines:
            self.engines.dispose()


def _sharing(engines: Engines, stores: Collection[Store]) -> Mapping[SchoolId, SqlStore]:
    found = {
        each.keys.school: each
        for each in stores
        if isinstance(each, SqlStore) and each.engines is engines
    }
    if len(found) != len(stores):
        raise ValueError("Stores that work together share their engines, and are each of a school.")
    return found


def _untold(_waited: float, _took: float) -> None: ...


def open_store(
    database_url: str,
    *,
    school: SchoolId,
    master_key: MasterKey,
    evidence_folder: Path | None = None,
    backups: Path | None = None,
    threads: int = 16,
    engines: Engines | None = None,
) -> SqlStore:
    """The store of the school; the database is made or brought up to date first.

    ``evidence_folder`` defaults to ``evidence`` beside a SQLite file and must be given for
    PostgreSQL, where all replicas share it. ``backups`` is the folder of nightly backups, where the
    list of erased cases lies too. ``threads`` is how many may use the store at once. ``engines``
    are those of this database, if other stores use it too; whoever opened them closes them.
    Raises ``KeyProblem`` for a wrong master key, ``DatabaseUnusable``, ``DatabaseTooNew``, and
    ``ValueError`` for an address that is not supported.
    """
    file = sqlite_file(database_url)
    if file is not None:
        make_folder(file.parent)
        make_own_database(file)
    folder = evidence_folder or (file and file.parent / "evidence")
    if folder is None:
        msg = "Say in which folder evidence is kept: PostgreSQL has none of its own."
        raise ValueError(msg)
    make_folder(folder)
    shared = engines
    engines = shared or open_engines(database_url, threads)
    try:
        with telling_why(database_url):
            upgrade(engines.writing)
            with engines.writing.begin() as connection:
                keys = open_school(connection, school, master_key)
    except BaseException:
        if shared is None:
            engines.dispose()
        raise
    if engines.found_log:
        clear_soon(engines)
    return SqlStore(engines, keys, folder, backups, owns_engines=shared is None)
