"""Which schools have a record where others keep theirs, and no file among those that are read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL

from bot.config import Settings
from bot.config.places import DATABASE_FILE
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage.checked import Kept, kept_besides
from storage.engine import open_engines, sqlite_file
from storage.state import Tables, tables_in


def kept_in(database: str, served: Collection[SchoolId]) -> Mapping[SchoolId, Kept]:
    """What is kept in a database of schools that are not served; nothing, if it cannot be read."""
    try:
        if tables_in(database) is not Tables.CURRENT:
            return {}
        engines = open_engines(database, 1)
        try:
            return kept_besides(engines, served)
        finally:
            engines.dispose()
    except ReportPostError:
        return {}


def kept_beside(settings: Sequence[Settings]) -> Mapping[Path, Mapping[SchoolId, Kept]]:
    """The same of SQLite's databases in folders beside the data folders of these schools."""
    served = {each.id for each in settings}
    found = {
        folder: kept_in(_sqlite(folder / DATABASE_FILE), served)
        for folder in _folders_beside(settings)
    }
    return {folder: kept for folder, kept in found.items() if kept}


def _folders_beside(settings: Sequence[Settings]) -> Iterator[Path]:
    files = (sqlite_file(each) for each in {each.database for each in settings})
    known = {each.resolve() for each in files if each is not None}
    for parent in dict.fromkeys(each.data_folder.parent for each in settings):
        with suppress(OSError):
            for folder in sorted(parent.iterdir()):
                file = folder / DATABASE_FILE
                if file.is_file() and file.resolve() not in known:
                    yield folder


def _sqlite(file: Path) -> str:
    return URL.create("sqlite", database=str(file)).render_as_string()
