"""How backups are called, and which of them are kept as time goes by.

A name holds the school's short name and the moment, nothing else: schools may share a folder.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.domain.ids import SchoolId

DAILY, WEEKLY, MONTHLY = 7, 4, 12
"""Of so many days, weeks and months that have a backup the newest one is kept."""

_ENDING: Final = ".rpbackup"
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
_SAME_SECOND: Final = r"(?:-[2-9])?"


def backup_name(school: SchoolId, taken_at: datetime, copy: int = 1) -> str:
    """The name of a backup; ``copy`` tells apart what was taken in the same second."""
    again = f"-{copy}" if copy > 1 else ""
    return f"{school}-{taken_at.astimezone(UTC):{_MOMENT}}{again}{_ENDING}"


def backups_in(folder: Path, school: SchoolId) -> dict[Path, datetime]:
    """The school's backups in the folder with the moment (UTC) of each, newest first."""
    found: dict[Path, datetime] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        taken_at = _taken_at(path.name, school)
        if taken_at is not None and path.is_file():
            found[path] = taken_at
    return dict(sorted(found.items(), key=lambda each: (each[1], each[0].name), reverse=True))


def _taken_at(name: str, school: SchoolId) -> datetime | None:
    named = re.fullmatch(
        rf"{re.escape(school)}-(\d{{8}}T\d{{6}}Z){_SAME_SECOND}{re.escape(_ENDING)}", name
    )
    try:
        return datetime.strptime(named[1], _MOMENT).replace(tzinfo=UTC) if named else None
    except ValueError:  # a day that does not exist: not ours
        return None


def to_drop(backups: dict[Path, datetime]) -> tuple[Path, ...]:
    """Those of the backups that are not kept any longer, newest first. The newest always is."""
    kept = {
        *_newest_of_each(backups, lambda at: at.date(), DAILY),
        *_newest_of_each(backups, lambda at: at.isocalendar()[:2], WEEKLY),
        *_newest_of_each(backups, lambda at: (at.year, at.month), MONTHLY),
    }
    return tuple(path for path in _newest_first(backups) if path not in kept)


def _newest_of_each(
    backups: dict[Path, datetime], span: Callable[[datetime], Hashable], many: int
) -> Iterable[Path]:
    newest: dict[Hashable, Path] = {}
    for path in _newest_first(backups):
        newest.setdefault(span(backups[path]), path)
    return list(newest.values())[:many]


def _newest_first(backups: dict[Path, datetime]) -> list[Path]:
    return sorted(backups, key=lambda path: (backups[path], path.name), reverse=True)
