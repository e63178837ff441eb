"""How far a database has come, looked at without making or changing anything."""

from enum import StrEnum

from storage.engine import open_engines, sqlite_file, telling_why
from storage.migrate import knows_revision, newest_revision, revision_of


class Tables(StrEnum):
    """Which tables a database has, as this version sees it."""

    NONE = "none"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def tables_in(database_url: str) -> Tables:
    """Which tables the database has. Raises ``DatabaseUnusable``."""
    file = sqlite_file(database_url)
    if file is not None and not file.exists():
        return Tables.NONE
    engines = open_engines(database_url, 1)
    try:
        with telling_why(database_url), engines.reading.connect() as connection:
            there = revision_of(connection)
    finally:
        engines.dispose()
    if there is None:
        return Tables.NONE
    if there == newest_revision():
        return Tables.CURRENT
    return Tables.OLDER if knows_revision(there) else Tables.NEWER
