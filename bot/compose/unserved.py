"""Which schools have a record where others keep theirs, and no file among those that are read."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import Settings
from bot.config.places import DATABASE_FILE
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage.checked import Kept, kept_besides, kept_in_file
from storage.engine import open_engines, sqlite_file, telling_why
from storage.state import Tables, tables_in


def kept_in(database: str, served: Collection[SchoolId]) -> Mapping[SchoolId, Kept]:
    """What is kept in a database of schools that are not served; nothing, if it cannot be read."""
    try:
        if tables_in(database) is not Tables.CURRENT:
            return {}
        engines = open_engines(database, 1)
        try:
            with telling_why(database):
                return kept_besides(engines, served)
        finally:
            engines.dispose()
    except ReportPostError:
        return {}


@dataclass(frozen=True)
class Beside:
    """What is kept in folders of other installations, or of schools that were taken out."""

    kept: dict[Path, Mapping[SchoolId, Kept]] = field(default_factory=dict)
    """By the folder; of schools that are not served."""
    not_looked_into: list[Path] = field(default_factory=list)
    """Folders that may not be read, or whose database cannot be."""


def look_beside(settings: Sequence[Settings]) -> Beside:
    """The same of SQLite's databases in folders beside the data folders of these schools.

    They are somebody else's: whatever is wrong with one of them, it is only not looked into.
    """
    served = {each.id for each in settings}
    own = _own_files(settings)
    found = Beside()
    for parent in dict.fromkeys(each.data_folder.parent for each in settings):
        for folder in _folders_in(parent, found):
            try:
                kept = _kept_in_folder(folder, own, served)
            except (OSError, sqlite3.Error):
                found.not_looked_into.append(folder)
                continue
            if kept:
                found.kept[folder] = kept
    return found


def _own_files(settings: Sequence[Settings]) -> frozenset[Path]:
    files = (sqlite_file(each) for each in {each.database for each in settings})
    return frozenset(each.resolve() for each in files if each is not None)


def _folders_in(parent: Path, found: Beside) -> Sequence[Path]:
    try:
        return sorted(parent.iterdir())
    except FileNotFoundError:
        return ()
    except OSError:
        found.not_looked_into.append(parent)
        return ()


def _kept_in_folder(
    folder: Path, own: Collection[Path], served: Collection[SchoolId]
) -> Mapping[SchoolId, Kept]:
    """Nothing where there is no database. Raises ``OSError`` and ``sqlite3.Error``."""
    file = folder / DATABASE_FILE
    if not file.is_file() or file.resolve() in own:
        return {}
    return kept_in_file(file, served)
