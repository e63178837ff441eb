"""Whether a place is empty, so that a restored record mixes with no other, and is so again."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from storage.engine import open_engines, sqlite_file, telling_why
from storage.sealed_file import BackupUnusable
from storage.tables import METADATA

_ALEMBICS: Final = "alembic_version"


class PlaceNotEmpty(BackupUnusable):
    """Something is there already; the message says where, and nothing was touched."""


def refuse_filled_folder(folder: Path, may_lie_there: frozenset[str]) -> None:
    """Raises ``PlaceNotEmpty`` if anything else is in the folder, or it is none."""
    try:
        found = {path.name for path in folder.iterdir()} - may_lie_there
    except FileNotFoundError:
        return
    except OSError as error:
        raise PlaceNotEmpty(
            f"{folder} cannot be used as a folder ({error.strerror or 'unknown reason'}). Name one "
            "that is empty, or that is not there yet: --into FOLDER"
        ) from error
    if found:
        raise PlaceNotEmpty(
            f"{folder} is not empty: a backup is restored into an empty folder only, so that "
            "nothing is overwritten. Name one that is empty, or that is not there yet: "
            "--into FOLDER. Of several schools each is restored into a folder of its own, which "
            "its file then names as data_folder (docs/at-night.md, Restore)."
        )


def refuse_filled_database(database_url: str) -> None:
    """Raises ``PlaceNotEmpty`` if there are tables, ``DatabaseUnusable`` if it cannot be reached.

    Nothing is made or changed.
    """
    file = sqlite_file(database_url)
    if file is not None:
        if file.exists():
            raise PlaceNotEmpty(f"{file} is there already. Restore into an empty folder.")
        return
    engines = open_engines(database_url, 1)
    try:
        with telling_why(database_url), engines.reading.connect() as connection:
            tables = inspect(connection).get_table_names()
    finally:
        engines.dispose()
    if tables:
        raise PlaceNotEmpty(
            "The database is not empty: a backup is restored into an empty one only, so that it "
            "never mixes with other records. Make a new database and name that one."
        )


def empty_database(database_url: str) -> None:
    """Takes our tables out again, of a database that was found to be empty before."""
    if sqlite_file(database_url) is not None:
        return  # its file goes with its folder
    engines = open_engines(database_url, 1)
    with suppress(DBAPIError), engines.writing.begin() as connection:
        METADATA.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {_ALEMBICS}"))
    engines.dispose()
