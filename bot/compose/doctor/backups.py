"""Whether a copy of the record is taken every night, and where to."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.compose.doctor.findings import Area, AtHand, Finding, Level, day
from bot.compose.schools import KEY_FILE
from storage import KeyProblem, load_master_key
from storage.backup_names import backups_in
from storage.sealed_file import BackupUnusable, SealedReader, WrongKey

_LATE: Final = timedelta(hours=36)
"""A night was left out."""
_FAR_TOO_LATE: Final = timedelta(days=7)
_NIGHTLY: Final = "See what report-post serve says in its log at night. At once: report-post backup"
_OTHER_KEY: Final = (
    "Is this the right record, and the right master key? If the key was changed with rotate-key, "
    "take one now: report-post backup"
)
_TAKE_ONE: Final = "Keep the older backups, and take a new one now: report-post backup"
_NAME_ONE: Final = 'Write folder = "…" below [backup]: a folder on another disk or computer.'


def backup_findings(at: AtHand, *, begun: bool) -> Iterator[Finding]:
    """What is wrong with the backups; ``begun``: there is a record to copy."""
    folder = at.settings.backup_folder
    if folder is None:
        yield Finding(Area.RECORD, Level.WARNING, "No backups are taken.", _NAME_ONE)
        return
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        says = f"The folder for backups, {folder}, may not be written to by this account."
        yield Finding(Area.RECORD, Level.FAILS, says, "Give it to the account that runs the bot.")
        return
    if _same_disk(there, at.settings.data_folder):
        says = "Backups go to the disk that the record is on: they would be lost together."
        yield Finding(Area.RECORD, Level.WARNING, says, _NAME_ONE)
    yield _newest(at, folder, begun=begun)


def _newest(at: AtHand, folder: Path, *, begun: bool) -> Finding:
    taken = backups_in(folder, at.settings.id)
    if not taken:
        level = Level.WARNING if begun else Level.OK
        says = f"There is no backup yet in {folder}; the first is taken at night."
        return Finding(Area.RECORD, level, says, _NIGHTLY if begun else "")
    newest, taken_at = next(iter(taken.items()))
    age = at.now - taken_at
    when = day(at.settings.calendar.local_date(taken_at))
    unusable = _why_unusable(at, newest)
    if isinstance(unusable, WrongKey):
        says = f"The newest backup, of {when}, does not open with this key."
        return Finding(Area.RECORD, Level.FAILS, says, _OTHER_KEY)
    if isinstance(unusable, OSError):
        says = f"The newest backup, of {when}, cannot be read: {unusable.strerror}."
        return Finding(Area.RECORD, Level.FAILS, says, _TAKE_ONE)
    if unusable is not None:
        return Finding(Area.RECORD, Level.FAILS, str(unusable), _TAKE_ONE)
    if age > _LATE:
        level = Level.FAILS if age > _FAR_TOO_LATE else Level.WARNING
        return Finding(Area.RECORD, level, f"The newest backup is of {when}.", _NIGHTLY)
    says = f"The newest backup is of {when}. Try once a year whether it can be restored."
    return Finding(Area.RECORD, Level.OK, says)


def _why_unusable(at: AtHand, backup: Path) -> BackupUnusable | OSError | None:
    """Why the backup cannot be read with the key at hand; that there is none is told elsewhere.

    Of the backup no more is read than shows the key, its kind, and whether anything follows.
    """
    try:
        key = load_master_key(at.environment, at.settings.data_folder / KEY_FILE, may_create=False)
    except KeyProblem:
        return None
    try:
        with backup.open("rb") as file:
            SealedReader(file, key).read(1)
    except (OSError, BackupUnusable) as error:
        return error
    return None


def _same_disk(one: Path, other: Path) -> bool:
    there = next(each for each in (other, *other.parents) if each.exists())
    return one.stat().st_dev == there.stat().st_dev
