"""How far a database is behind, over all of its schools, and whether it can be written to now."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, func, select

from bot.domain.ids import MessageKind, SchoolId
from storage.claims import WAITS
from storage.engine import Engines
from storage.tables import cases, outbox

PATIENCE: Final = 1.0
"""Seconds to wait for SQLite's writer: whoever writes longer is told of, and not waited for."""


# Of all schools: the first cases in the index are asked for one by one until one is ours.
_LOOKS: Final = (
    select(cases.c.look_again_at, cases.c.school)
    .where(cases.c.look_again_at.is_not(None))
    .order_by(cases.c.look_again_at)
    .execution_options(yield_per=100)
)
_DUE: Final = (
    select(
        outbox.c.school,
        outbox.c.kind,
        func.count().label("count_"),
        func.min(outbox.c.not_before).label("oldest"),
    )
    .where(WAITS, outbox.c.not_before <= bindparam("now"))
    .group_by(outbox.c.school, outbox.c.kind)
)


@dataclass(frozen=True)
class Backlog:
    """What should have been done already, by the schools' clock."""

    look_at: datetime | None
    """The earliest moment at which a case is to be looked at, past or to come."""
    oldest: datetime | None
    """Since when the message that waits longest is due."""
    due: Mapping[MessageKind, int]
    """How many messages are due, by kind; a kind of which none is due is left out."""


def backlog(engines: Engines, now: datetime, schools: Collection[SchoolId]) -> Backlog:
    """How far these schools of the database are behind at that moment of their clock."""
    with engines.reading.begin() as connection:
        look_at = next((at for at, name in connection.execute(_LOOKS) if name in schools), None)
        rows = [row for row in connection.execute(_DUE, {"now": now}) if row.school in schools]
    due: Counter[MessageKind] = Counter()
    for row in rows:
        due[MessageKind(row.kind)] += row.count_
    return Backlog(look_at, min((row.oldest for row in rows), default=None), due)


class OnlyReadable(Exception):
    """The server takes no writes: a stand-by, or one whose disk ran full."""


def try_writing(engines: Engines) -> bool:
    """Commits what changes nothing; whether it could, or somebody else was writing all the time.

    On a connection of its own, so that it stands in no queue. Raises ``OnlyReadable``, or
    ``FileGone``, ``sqlite3.Error`` or SQLAlchemy's ``DBAPIError`` if the database is gone or full.
    """
    if engines.opened is not None:
        engines.opened.refuse_another()
        return _write_sqlite(Path(engines.writing.url.database or ""))
    with engines.writing.begin() as connection:
        if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
            raise OnlyReadable
        # A record of the write-ahead log, which is written to the disk but belongs to no table.
        connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'report-post', '')")
    return True


def _write_sqlite(path: Path) -> bool:
    # "rw" makes no file where there is none: one that was deleted must not seem to be there.
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(
        sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    ) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {int(version)}")
        connection.execute("COMMIT")
    return True
