"""What is said of a database that cannot be used, and what to check."""

import os
import sqlite3
from pathlib import Path
from typing import Final

from storage.permitted import why_not_permitted

_PRIMARY: Final = 0xFF
"""The last byte of SQLite's codes for errors; what stands before it says more exactly which."""
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def why_unusable(where: str, error: BaseException | None) -> str:
    """The sentence for what the driver said of the file or the address."""
    said = str(error).strip()
    if not isinstance(error, sqlite3.Error):
        return (
            f"The database {where} cannot be used: {said}. Check that the address is right, that "
            "the server runs, and that the bot may write there."
        )
    if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _DAMAGED:
        return (
            f"The record's file, {where}, is damaged: {said}. Do not change it, and keep it. Stop "
            "the bot, and restore the newest backup into a new folder (docs/at-night.md, Restore)."
        )
    if os.access(where, os.F_OK) and not os.access(where, os.R_OK):
        return why_not_permitted(Path(where))
    return (
        f"The record's file, {where}, cannot be used: {said}. Check that its place is right, that "
        "the disk is there and has room, and that the bot may write there."
    )
