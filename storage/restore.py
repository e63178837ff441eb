"""How a backup becomes a record again: read through first, then put into an empty place, checked.

Until all of it was read, nothing is touched. What then comes to be lies in a folder of its own and
is moved to its place at the very end; if anything fails, the place is as it was.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from bot.app.ports import Finding
from bot.domain.ids import CaseId, SchoolId
from storage.backup_parts import Manifest, SealedEvidence, read_manifest, read_parts
from storage.checked import Extent, extent_of
from storage.emptying import empty_database, refuse_filled_database, refuse_filled_folder
from storage.engine import sqlite_file
from storage.erase_again import ErasedAgain, erase_again, lists_beside
from storage.folder import make_folder, replace_file
from storage.keys import MasterKey
from storage.loading import load, refuse_newer_tables
from storage.sealed_file import BackupDamaged, BackupUnusable, SealedReader
from storage.store import SqlStore, open_store
from storage.telling import Tell, untold
from storage.verify import SqlVerifier

EVIDENCE: Final = "evidence"
STAGED: Final = ".restoring"


@dataclass(frozen=True)
class EmptyPlace:
    """Where a record is restored: the folder of its evidence, and its database.

    ``database`` is an address for SQLAlchemy, of a SQLite file in the folder or of PostgreSQL.
    ``may_lie_there`` are names in the folder that do no harm.
    """

    folder: Path
    database: str
    may_lie_there: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Restored:
    """What was restored, what had to be erased again, and what ``verify`` says of it."""

    manifest: Manifest
    extent: Extent
    findings: tuple[Finding, ...]
    again: ErasedAgain


def restore(
    backup: Path,
    master: MasterKey,
    place: EmptyPlace,
    now: datetime,
    entry: Callable[[CaseId], bytes],
    tell: Tell = untold,
) -> Restored:
    """Puts the record of a backup into an empty place, and checks it.

    ``now`` is the machine's time; ``entry`` makes the entry of the school's stream for a case that
    is erased again. Raises ``BackupUnusable`` and what is below it, ``DatabaseUnusable``,
    ``KeyProblem``: then nothing is there that was not there before.
    """
    manifest = read_through(backup, master, tell)
    refuse_filled_folder(place.folder, place.may_lie_there | {STAGED})
    refuse_filled_database(place.database)
    with _staged(place) as staged:
        file = sqlite_file(place.database)
        url = f"sqlite:///{staged / file.name}" if file else place.database
        _load(backup, master, url, staged / EVIDENCE, tell)
        store = open_store(
            url,
            school=SchoolId(manifest.school),
            master_key=master,
            evidence_folder=staged / EVIDENCE,
        )
        try:
            again = erase_again(store, lists_beside(backup, master, store.keys), now, entry)
            restored = _checked(store, manifest, again, tell)
        finally:
            store.close()
        _move(staged, place.folder)
    return restored


def _checked(store: SqlStore, manifest: Manifest, again: ErasedAgain, tell: Tell) -> Restored:
    findings = tuple(SqlVerifier(store, tell=tell).findings())
    return Restored(manifest, extent_of(store), findings, again)


def read_through(path: Path, master: MasterKey, tell: Tell = untold) -> Manifest:
    """What the backup says of itself, once all of it has been read and found to be whole.

    Raises ``BackupUnusable`` and what is below it: a wrong key, a cut or altered file, a backup of
    a newer version. Nothing is written.
    """
    with _opened(path) as file:
        source, size = SealedReader(file, master), path.stat().st_size
        manifest = read_manifest(source)
        refuse_newer_tables(manifest)
        for _ in read_parts(source):
            tell("Reading the backup through", file.tell(), size)
    return manifest


def _load(backup: Path, master: MasterKey, url: str, evidence: Path, tell: Tell) -> None:
    make_folder(evidence)

    def keep(file: SealedEvidence) -> None:
        if Path(file.name).name != file.name:
            raise BackupDamaged("The backup holds a file of an impossible name. Take another one.")
        replace_file(evidence / file.name, file.sealed)

    with _opened(backup) as file:
        source = SealedReader(file, master)
        load(url, read_manifest(source), read_parts(source), keep, tell)


def _move(staged: Path, folder: Path) -> None:
    """The database last: without one nothing is taken for a record."""
    moved: list[Path] = []
    try:
        for path in sorted(staged.iterdir()):
            there = path.rename(folder / path.name)
            moved.append(there)
    except OSError:
        for path in moved:
            path.rename(staged / path.name)
        raise


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupUnusable(
            f"{path} cannot be read ({error.strerror or 'unknown reason'}). Name a file that "
            "report-post backup wrote."
        ) from error
    with file:
        yield file


@contextmanager
def _staged(place: EmptyPlace) -> Iterator[Path]:
    """A folder within the place; if anything fails, all is as it was."""
    new = [each for each in (place.folder, *place.folder.parents) if not each.exists()]
    staged = place.folder / STAGED
    try:
        if staged.exists():
            shutil.rmtree(staged)  # left by a restore that was interrupted
        make_folder(place.folder)
        make_folder(staged)
        yield staged
    except BaseException as error:
        empty_database(place.database)
        shutil.rmtree(staged, ignore_errors=True)
        for folder in new:
            folder.rmdir()
        if isinstance(error, OSError):
            raise BackupUnusable(
                f"The backup could not be restored into {place.folder} "
                f"({error.strerror or 'unknown reason'}); nothing was changed. Check that the disk "
                "has room and that you may write there."
            ) from error
        raise
    shutil.rmtree(staged)
