"""Whether SQLite's file is still the one that was opened: what is written to another is lost.

A file that was deleted lives on as long as somebody has it open. Who is answered "received"
meanwhile loses the report when the process ends. SQLite looks for that in its older kinds of
journal, and does not with a WAL.
"""

import os
import sqlite3

from sqlalchemy import Connection, Engine, event

from bot.domain.errors import ReportPostError


class FileGone(ReportPostError):
    """The record's file was deleted, or another lies in its place; the message says what to do."""


class OpenedFile:
    """The file that the one connection of an engine has open."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._opened: tuple[int, int] | None = None

    def watch(self, engine: Engine) -> None:
        """No transaction of the engine begins once the file is another: it raises ``FileGone``."""
        event.listen(engine, "connect", self._note)
        event.listen(engine, "begin", self._look)

    def refuse_another(self) -> None:
        """Raises ``FileGone`` if a file was opened, and the one at its place is not the same."""
        if self._opened is None or self._opened == _file_at(self.path):
            return
        msg = (
            f"The record's file, {self.path}, is gone, or another one lies in its place. Stop the "
            "bot, and put the file back or restore a backup (docs/at-night.md, Restore)."
        )
        raise FileGone(msg)

    def _note(self, _connection: sqlite3.Connection, _record: object) -> None:
        # Once: what the pool opens later may be an empty file that took the place of the record's.
        self._opened = self._opened or _file_at(self.path)

    def _look(self, _connection: Connection) -> None:
        self.refuse_another()


def _file_at(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - each act pays for it, and Path takes twice as long
    except OSError:
        return None
    return found.st_ino, found.st_dev
