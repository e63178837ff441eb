"""How a backup is taken of a store in use, and tried out before it counts as one."""

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from bot.app.ports import Finding, StoreDamaged
from bot.domain.ids import SchoolId
from storage.backup_names import backup_name
from storage.backup_parts import (
    Manifest,
    PartsWriter,
    SealedEvidence,
    read_manifest,
    read_parts,
)
from storage.checked import Extent, extent_of
from storage.dump import rows_in, rows_of_school
from storage.erased_list import erased_in, keep_list, sealed_list
from storage.folder import make_folder
from storage.keys import SchoolKeys, sync_folder
from storage.loading import load
from storage.migrate import newest_revision
from storage.sealed_file import BackupDamaged, BackupUnusable, SealedReader, SealedWriter
from storage.store import SqlReading, SqlStore, open_store
from storage.tables import evidence
from storage.telling import Tell, untold
from storage.verify import SqlVerifier
from storage.verify_case import check_files_by

_OWNER_ONLY: Final = 0o600
_UNFINISHED: Final = ".part"
_SURELY_LEFT: Final = timedelta(days=1)
_TRIES: Final = 5


class BackupNotTaken(BackupUnusable):
    """There is no new backup; the message says why, and nothing of it is left."""


@dataclass(frozen=True)
class BackupTaken:
    """A backup that was written, opened again and checked.

    ``findings`` is what is wrong with the record itself, and so with its copy.
    """

    path: Path
    size: int
    taken_at: datetime
    extent: Extent
    findings: tuple[Finding, ...]


def take_backup(
    store: SqlStore, folder: Path, now: datetime, *, made_by: str, tell: Tell = untold
) -> BackupTaken:
    """Writes a backup of the store as it is at one moment, while others work with it.

    ``now`` is the machine's time, ``made_by`` our version. The list of erased cases is written
    beside it. Raises ``BackupNotTaken``.
    """
    with _telling_why(folder):
        make_folder(folder)
        _clear_unfinished(folder, now)
        with _unfinished_file(folder) as unfinished:
            for _ in range(_TRIES):
                if _write(store, unfinished, now, made_by, tell):
                    extent, findings = _tried_out(store, unfinished, tell)
                    with store.reading() as reading:
                        keep_list(store.keys, folder, erased_in(reading))
                    path = _named(unfinished, store.keys.school, now)
                    return BackupTaken(path, path.stat().st_size, now, extent, findings)
    raise BackupNotTaken(
        "No backup was made: evidence was deleted again and again while it was copied. Try again."
    )


def _write(store: SqlStore, path: Path, now: datetime, made_by: str, tell: Tell) -> bool:
    """Whether all could be copied; false if a file went away meanwhile, together with its row."""
    with path.open("wb") as file:
        sealed = SealedWriter(file, store.keys.master)
        parts = PartsWriter(sealed)
        with store.reading() as reading:
            parts.manifest(_manifest(store.keys, reading, now, made_by))
            hashes = _write_rows(reading, parts, tell)
        for done, (name, sha256) in enumerate(hashes.items()):
            tell("Copying evidence", done, len(hashes))
            content = _content(store.folder / name)
            sound = content is not None and hashlib.sha256(content).hexdigest() == sha256
            if not sound and not _is_known(store, name):
                return False
            if content is not None:
                parts.file(SealedEvidence(name, content))
        tell("Copying evidence", len(hashes), len(hashes))
        parts.end()
        sealed.finish()
        file.flush()
        os.fsync(file.fileno())
    return True


def _manifest(keys: SchoolKeys, reading: SqlReading, now: datetime, made_by: str) -> Manifest:
    erased = erased_in(reading)
    return Manifest(
        school=keys.school,
        taken_at=now.astimezone(UTC).isoformat(),
        made_by=made_by,
        revision=newest_revision(),
        head_number=erased.head_number,
        head_hash=reading.head_hash(),
        erased=base64.b64encode(sealed_list(keys, erased)).decode(),
    )


def _write_rows(reading: SqlReading, parts: PartsWriter, tell: Tell) -> dict[str, str]:
    """Writes every row; the files of the vault that they name, with the hash of each."""
    total, hashes = rows_in(reading), dict[str, str]()
    for rows in rows_of_school(reading):
        parts.some_rows(rows)
        tell("Copying the record", parts.rows, total)
        if rows.table == evidence.name:
            name, sha256 = map(rows.columns.index, ("file_name", "file_sha256"))
            hashes |= {str(row[name]): str(row[sha256]) for row in rows.rows}
    return hashes


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:  # whether that is a loss or a deletion, its row tells
        return None


def _is_known(store: SqlStore, name: str) -> bool:
    with store.reading() as reading:
        found = select(evidence.c.evidence_id).where(reading.here(evidence, file_name=name))
        return reading.connection.execute(found).first() is not None


def _tried_out(store: SqlStore, path: Path, tell: Tell) -> tuple[Extent, tuple[Finding, ...]]:
    """What the backup holds once it is opened, and what ``verify`` says of it."""
    keys, hashes = store.keys, dict[str, str]()

    def keep(file: SealedEvidence) -> None:
        hashes[file.name] = hashlib.sha256(file.sealed).hexdigest()

    with tempfile.TemporaryDirectory(prefix="report-post-") as scratch, path.open("rb") as file:
        url = f"sqlite:///{scratch}/scratch.sqlite3"
        source = SealedReader(file, keys.master)
        load(url, read_manifest(source), read_parts(source), keep, tell)
        copy = open_store(url, school=keys.school, master_key=keys.master)
        try:
            verifier = SqlVerifier(copy, check_file=check_files_by(hashes), tell=tell)
            return extent_of(copy), tuple(verifier.findings())
        finally:
            copy.close()


@contextmanager
def _unfinished_file(folder: Path) -> Iterator[Path]:
    """An empty file for nobody but the bot; it is removed unless it got a name meanwhile."""
    path = folder / f".{secrets.token_hex(8)}{_UNFINISHED}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _named(unfinished: Path, school: SchoolId, now: datetime) -> Path:
    """Gives the file its name, which is nobody else's."""
    folder = unfinished.parent
    names = (backup_name(school, now, copy) for copy in range(1, 10))
    path = next(folder / name for name in names if not (folder / name).exists())
    unfinished.rename(path)
    sync_folder(folder)
    return path


def _clear_unfinished(folder: Path, now: datetime) -> None:
    """Removes what is left of backups that were interrupted, and are surely not under way."""
    for path in folder.glob(f".*{_UNFINISHED}"):
        if path.stat().st_mtime < (now - _SURELY_LEFT).timestamp():
            path.unlink(missing_ok=True)


@contextmanager
def _telling_why(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupNotTaken(
            f"No backup could be written to {folder} ({error.strerror or 'unknown reason'}); "
            "nothing of it is left. Check that the disk has room and that the bot may write there."
        ) from error
    except BackupDamaged as error:
        raise BackupNotTaken(
            f"The backup written to {folder} did not open again, and was removed. The disk may be "
            "failing: name another place with --out FOLDER, and have the disk looked at."
        ) from error
    except StoreDamaged as error:
        raise BackupNotTaken(f"No backup was made: {error}") from error
