"""Decides how the desk keeps its messages, as a platform would: in one SQLite file of its own.

What was kept is there after a ``kill -9`` or a power cut. It holds what the bot posts and nothing
that a person typed, so it holds no personal detail.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_TABLES = """
create table if not exists message (
    id integer primary key autoincrement,
    ref text not null unique,
    box text not null,
    at text not null,
    version integer not null default 1,
    summary text not null,
    html text not null
);
create index if not exists message_box on message (box, id);
create table if not exists seen (box text primary key, id integer not null);
"""


@dataclass(frozen=True)
class KeptMessage:
    """A message as it stands in somebody's log. ``version`` rises when it is shown anew."""

    ref: str
    at: datetime
    version: int
    summary: str
    html: str


class KeptMessages:
    """The messages of every box; a box is a person's id, or empty for the governors' channel."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._one_at_a_time = threading.Lock()
        self._base = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=10
        )
        self._base.execute("pragma journal_mode = wal")
        # FULL: the file is on the disk before "kept" is said, even if the power goes next.
        self._base.execute("pragma synchronous = full")
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Closes the file; nothing can be kept after."""
        with self._one_at_a_time:
            self._base.close()

    def keep(self, box: str, message: KeptMessage) -> bool:
        """Whether the message is new; one of the same reference is left as it stands."""
        with self._writing() as base:
            done = base.execute(
                "insert or ignore into message (ref, box, at, version, summary, html)"
                " values (?, ?, ?, ?, ?, ?)",
                (
                    message.ref,
                    box,
                    message.at.isoformat(),
                    message.version,
                    message.summary,
                    message.html,
                ),
            )
        return done.rowcount == 1

    def change(self, ref: str, summary: str, html: str) -> str | None:
        """The box of the message that was shown anew; ``None`` if there is no such message."""
        with self._writing() as base:
            base.execute(
                "update message set summary = ?, html = ?, version = version + 1 where ref = ?",
                (summary, html, ref),
            )
            row = base.execute("select box from message where ref = ?", (ref,)).fetchone()
        return None if row is None else str(row[0])

    def log(self, box: str) -> tuple[KeptMessage, ...]:
        """All messages of a box, the oldest first."""
        with self._one_at_a_time, closing(self._base.cursor()) as cursor:
            rows = cursor.execute(
                "select ref, at, version, summary, html from message where box = ? order by id",
                (box,),
            ).fetchall()
        return tuple(
            KeptMessage(ref, datetime.fromisoformat(at), version, summary, html)
            for ref, at, version, summary, html in rows
        )

    def unread(self) -> dict[str, int]:
        """How many messages each box got since it was last looked at."""
        with self._one_at_a_time, closing(self._base.cursor()) as cursor:
            rows = cursor.execute(
                "select message.box, count(*) from message left join seen on seen.box = message.box"
                " where message.id > coalesce(seen.id, 0) group by message.box"
            ).fetchall()
        return {str(box): int(number) for box, number in rows}

    def saw(self, box: str) -> None:
        """Notes that somebody looked at the box."""
        with self._writing() as base:
            base.execute(
                "insert or replace into seen (box, id)"
                " select ?, coalesce(max(id), 0) from message where box = ?",
                (box, box),
            )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._one_at_a_time:
            self._base.execute("begin immediate")
            try:
                yield self._base
                self._base.execute("commit")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("rollback")
                raise
