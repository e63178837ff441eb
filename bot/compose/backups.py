"""When a backup of a school is taken, where it goes, and how long it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from adapters.clock import SystemClock
from bot.compose.beginning import refuse_without_record
from bot.compose.schools import open_the_store
from bot.compose.version import our_version
from bot.config import read_settings
from bot.config.settings import Settings
from bot.domain.errors import ReportPostError
from storage import SqlStore
from storage.backup import BackupTaken, take_backup
from storage.backup_names import backups_in, to_drop
from storage.engine import telling_why
from storage.telling import Tell, untold

_TOO_SOON: Final = timedelta(hours=6)
"""After a restart, or where several processes work for a school, one nightly backup is enough."""


class NothingToBackUp(ReportPostError):
    """There is no folder for a backup; the message says how to name one."""


class BackupOfDamage(ReportPostError):
    """A nightly backup was taken of a record in which something is wrong."""


def backup_school(
    config: Path, environment: Mapping[str, str], out: Path | None, tell: Tell = untold
) -> BackupTaken:
    """Takes a backup of the school of that ``school.toml``, whether it is at work or not.

    ``out`` is where it goes, else ``[backup] folder``. Raises ``NothingToBackUp``, ``NoRecord``,
    ``BackupNotTaken``, ``SettingsNotAccepted``, ``KeyProblem``, ``DatabaseUnusable`` or
    ``DatabaseTooNew``.
    """
    settings = read_settings(config, environment)
    folder = _folder(settings, out)
    refuse_without_record(settings)
    store = open_the_store(settings, environment)
    try:
        now = SystemClock().machine_now()
        with telling_why(settings.database):
            return take_backup(store, folder, now, made_by=our_version(), tell=tell)
    finally:
        store.close()


def _folder(settings: Settings, out: Path | None) -> Path:
    folder = out.expanduser().absolute() if out else settings.backup_folder
    if folder is None:
        raise NothingToBackUp(
            "There is no folder for backups. Name one, best on another disk or computer: "
            '--out FOLDER, or folder = "…" below [backup] in school.toml, for one every night.'
        )
    return folder


def nightly_backup(store: SqlStore, now: datetime) -> BackupTaken | None:
    """Takes the night's backup, if the school has a folder for it, and drops those too many.

    ``now`` is the machine's time. Raises ``BackupNotTaken``, and ``BackupOfDamage`` once it was
    taken of a record that is not in order: then no older one is dropped.
    """
    folder, school = store.backups, store.keys.school
    if folder is None:
        return None
    newest = max(backups_in(folder, school).values(), default=None)
    if newest is not None and now - newest < _TOO_SOON:
        return None
    taken = take_backup(store, folder, now, made_by=our_version())
    if taken.findings:
        raise BackupOfDamage("Something is wrong with the record. Run report-post verify.")
    for path in to_drop(backups_in(folder, school)):
        path.unlink(missing_ok=True)
    return taken
