"""How much a store holds, for whoever checks it: so that "nothing is wrong" says of how much."""

import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Table, func, inspect, select

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import SchoolId
from storage.engine import Engines, open_engines, sqlite_file, telling_why
from storage.store import SqlReading, SqlStore
from storage.tables import cases, entries, evidence, heads, schools


@dataclass(frozen=True)
class Extent:
    """How many streams, entries and files there are, and where the school's own stream ends.

    ``erased`` of the streams are of erased cases: they hold together, and nobody can read them.
    ``head_number`` and ``head_hash`` stand for the whole record: an older copy has others.
    """

    streams: int
    entries: int
    files: int
    erased: int
    head_number: int
    head_hash: str


def extent_of(store: SqlStore) -> Extent:
    """What ``SqlVerifier`` looks at, counted at one moment."""
    with store.reading() as reading:
        head = reading.connection.execute(
            select(heads.c.number, heads.c.hash).where(reading.here(heads, stream=SCHOOL_STREAM))
        ).first()
        # What was altered may be of any type; telling of it is for the verifier.
        hash_ = head.hash if head is not None and isinstance(head.hash, bytes) else b""
        number = head.number if head is not None and isinstance(head.number, int) else 0
        return Extent(
            streams=_count(reading, heads),
            entries=_count(reading, entries),
            files=_count(reading, evidence),
            erased=_count(reading, cases, cases.c.erased_at.is_not(None)),
            head_number=number,
            head_hash=hash_.hex(),
        )


def schools_in(database_url: str) -> tuple[SchoolId, ...]:
    """The schools that have records in the database; none if there is no database yet.

    Nothing is made or changed. Raises ``DatabaseUnusable``, and ``ValueError`` for an address that
    is not supported.
    """
    file = sqlite_file(database_url)
    if file is not None and not file.exists():
        return ()
    engines = open_engines(database_url, 1)
    try:
        with telling_why(database_url), engines.reading.connect() as connection:
            if not inspect(connection).has_table(schools.name):
                return ()
            found = connection.scalars(select(schools.c.school).order_by(schools.c.school))
            return tuple(SchoolId(str(each)) for each in found)
    finally:
        engines.dispose()


@dataclass(frozen=True)
class Kept:
    """How many cases a school's record holds: those that are open, and all that are not erased."""

    open: int
    cases: int


def kept_besides(engines: Engines, served: Collection[SchoolId]) -> Mapping[SchoolId, Kept]:
    """What is kept of each school of the database that is not one of these; current tables."""
    with engines.reading.begin() as connection:
        there = connection.scalars(select(schools.c.school).order_by(schools.c.school)).all()
        others = [SchoolId(each) for each in there if each not in served]
        if not others:
            return {}
        counted = connection.execute(
            select(
                cases.c.school,
                func.count().label("cases"),
                func.count().filter(cases.c.closed_at.is_(None)).label("open"),
            )
            .where(cases.c.school.in_(others), cases.c.erased_at.is_(None))
            .group_by(cases.c.school)
        )
        found = {row.school: Kept(row.open, row.cases) for row in counted}
    return {each: found.get(each, Kept(0, 0)) for each in others}


def kept_in_file(file: Path, served: Collection[SchoolId]) -> Mapping[SchoolId, Kept]:
    """The same of a SQLite file that is none of ours, of whichever version.

    Nothing is written, locked or waited for, so that a copy stays as it was put aside and whoever
    is at work on it notices nothing. What stands in SQLite's log alone is not seen. Raises
    ``OSError``, and ``sqlite3.Error`` for what cannot be read so.
    """
    there = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(there, uri=True)) as connection:
        found = connection.execute(_ALL_KEPT).fetchall()
    kept = {SchoolId(str(school)): Kept(open_, all_) for school, open_, all_ in found}
    return {each: kept[each] for each in sorted(kept) if each not in served}


_ALL_KEPT: Final = """
    SELECT schools.school, count(cases.school) FILTER (WHERE closed_at IS NULL), count(cases.school)
    FROM schools LEFT JOIN cases ON cases.school = schools.school AND erased_at IS NULL
    GROUP BY schools.school
"""


def _count(reading: SqlReading, table: Table, *which: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(table).where(reading.here(table), *which)
    return reading.connection.scalar(counted) or 0
