"""The least that SQLite can be asked: a row that stays, on the terms of the product's store."""

import sqlite3
from pathlib import Path

from storage.engine import PRAGMAS


class RawInserts:
    """One table of one column in a file of its own, on the same disk."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE raw (bytes BLOB)")

    def insert(self, content: bytes) -> None:
        """Inserts it in a transaction; when this returns, it survives a power cut."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO raw VALUES (?)", (content,))
        self._connection.execute("COMMIT")


def bytes_stored(database: Path) -> int:
    """How many bytes the rows of all tables hold, without indexes and pages."""
    connection = sqlite3.connect(database)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    total = 0
    for (table,) in tables:
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        sizes = "+".join(f'coalesce(length(CAST("{each[1]}" AS BLOB)), 0)' for each in columns)
        total += connection.execute(f'SELECT sum({sizes}) FROM "{table}"').fetchone()[0] or 0  # noqa: S608 - names of our own tables
    connection.close()
    return total
