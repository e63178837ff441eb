"""Whether a copy of the record is taken every night, and where to."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.compose.doctor.findings import Area, AtHand, Finding, Level, day
from storage.backup_names import backups_in

_LATE: Final = timedelta(hours=36)
"""A night was left out."""
_FAR_TOO_LATE: Final = timedelta(days=7)
_NIGHTLY: Final = "See what report-post serve says in its log at night. At once: report-post backup"
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
    taken = list(backups_in(folder, at.settings.id).values())
    if not taken:
        level = Level.WARNING if begun else Level.OK
        says = f"There is no backup yet in {folder}; the first is taken at night."
        return Finding(Area.RECORD, level, says, _NIGHTLY if begun else "")
    age = at.now - taken[0]
    when = day(at.settings.calendar.local_date(taken[0]))
    if age > _LATE:
        level = Level.FAILS if age > _FAR_TOO_LATE else Level.WARNING
        return Finding(Area.RECORD, level, f"The newest backup is of {when}.", _NIGHTLY)
    says = f"The newest backup is of {when}. Try once a year whether it can be restored."
    return Finding(Area.RECORD, Level.OK, says)


def _same_disk(one: Path, other: Path) -> bool:
    there = next(each for each in (other, *other.parents) if each.exists())
    return one.stat().st_dev == there.stat().st_dev
