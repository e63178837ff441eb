"""Which key opens a backup, and where its record is restored."""

from collections.abc import Mapping
from pathlib import Path

from adapters.clock import SystemClock
from bot.app.records import write_school_entry
from bot.compose.schools import KEY_FILE
from bot.config.places import DATABASE, DATABASE_FILE
from bot.domain.errors import ReportPostError
from bot.domain.ids import CaseId
from storage import KeyProblem, MasterKey, load_master_key
from storage.engine import open_engines
from storage.keys import VARIABLE, key_in_file
from storage.restore import EmptyPlace, Restored, restore
from storage.telling import Tell, untold


class NoSuchPlace(ReportPostError):
    """A record cannot be restored there; the message says why."""


def restore_backup(
    backup: Path,
    into: Path,
    database: str | None,
    key_file: Path | None,
    environment: Mapping[str, str],
    tell: Tell = untold,
) -> Restored:
    """Restores a backup into an empty folder, its tables into an empty PostgreSQL if one is named.

    The key comes from ``key_file``, else from the environment, else from the folder. Raises
    ``BackupUnusable`` and what is below it, ``NoSuchPlace``, ``KeyProblem``, ``DatabaseUnusable``.
    """
    if not environment.get(DATABASE, "set").strip():
        raise NoSuchPlace(
            f"{DATABASE} is set, but empty. Give it the address of an empty PostgreSQL database, "
            f"or take it out: unset {DATABASE}"
        )
    folder = into.expanduser().absolute()
    place = EmptyPlace(folder, _database(folder, database), frozenset({KEY_FILE}))
    master = _key(folder, key_file, environment)
    now = SystemClock().machine_now()
    return restore(backup.expanduser(), master, place, now, _entry_again, tell)


def _database(folder: Path, named: str | None) -> str:
    if named is None:
        return f"sqlite:///{folder / DATABASE_FILE}"
    try:
        engines = open_engines(named, 1)
    except ValueError as error:
        raise NoSuchPlace(str(error)) from error
    engines.dispose()
    if engines.is_sqlite:
        raise NoSuchPlace(
            "Name the address of an empty PostgreSQL database, or none: without --database the "
            "record goes into a file in the folder."
        )
    return named


def _key(folder: Path, key_file: Path | None, environment: Mapping[str, str]) -> MasterKey:
    if key_file is not None:
        return key_in_file(key_file.expanduser())
    if not environment.get(VARIABLE, "").strip() and not (folder / KEY_FILE).exists():
        raise KeyProblem(
            "A backup opens only with the master key that it was made with, and there is none "
            f"here. Name the file that holds it: --key-file FILE, or set {VARIABLE}."
        )
    return load_master_key(environment, folder / KEY_FILE, may_create=False)


def _entry_again(case: CaseId) -> bytes:
    return write_school_entry("CaseErasedAgain", {"case": case})
