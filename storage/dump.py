"""How the rows of a school are copied out of a database, and into an empty one of either kind.

Not the database's own copy: rows that are written down restore into SQLite and into PostgreSQL
alike, and a backup of either can be tried out at once, in a scratch SQLite file.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Table,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import column, insert, table
from sqlalchemy.types import NullType

from bot.app.ports import StoreDamaged
from storage.backup_parts import InBox, Rows
from storage.store import SqlReading
from storage.tables import METADATA, outbox

_AT_ONCE: Final = 200
"""Rows in one part."""


def rows_in(reading: SqlReading) -> int:
    """How many rows the school has."""
    count = 0
    for each in METADATA.sorted_tables:
        counted = select(func.count()).select_from(each).where(reading.here(each))
        count += reading.connection.scalar(counted) or 0
    return count


def rows_of_school(reading: SqlReading) -> Iterator[Rows]:
    """Every row of the school as it lies in the database, referred-to tables first.

    Raises ``StoreDamaged`` for a value that the database cannot give back.
    """
    _may_take_its_time(reading.connection)
    for each in METADATA.sorted_tables:
        names = tuple(col.name for col in each.columns)
        try:
            for rows in _lots(reading, each):
                yield Rows(each.name, names, rows)
        except (DBAPIError, ValueError) as error:
            msg = f"A row of {each.name} cannot be read any more. Run report-post verify."
            raise StoreDamaged(msg) from error


def _lots(reading: SqlReading, source: Table) -> Iterator[tuple[tuple[object, ...], ...]]:
    found: CursorResult[tuple[object, ...]] = reading.connection.execute(
        select(*(_as_it_lies(col) for col in source.columns))
        .where(reading.here(source))
        .order_by(*source.primary_key.columns)
        .execution_options(yield_per=_AT_ONCE)
    )
    boxed = [isinstance(col.type, JSON) for col in source.columns]
    rows = (
        tuple(InBox(v) if box else v for v, box in zip(row, boxed, strict=True)) for row in found
    )
    while lot := tuple(islice(rows, _AT_ONCE)):
        yield lot


def _as_it_lies(col: Column[Any]) -> ColumnElement[Any]:
    """The bare value: what somebody altered is copied as it is, for ``verify`` to tell of."""
    return col if isinstance(col.type, JSON) else type_coerce(col, NullType()).label(col.name)


def _may_take_its_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Between two lots the disk may be slow.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def insert_rows(connection: Connection, rows: Rows) -> None:
    """Puts the rows back as they lay."""
    types = {
        name: JSON() if isinstance(value, InBox) else NullType()
        for name, value in zip(rows.columns, rows.rows[0], strict=True)
    }
    there = table(rows.table, *(column(name, kind) for name, kind in types.items()))
    connection.execute(insert(there), [_values(rows.columns, row) for row in rows.rows])


def _values(columns: tuple[str, ...], row: tuple[object, ...]) -> Mapping[str, object]:
    plain = (value.value if isinstance(value, InBox) else value for value in row)
    return dict(zip(columns, plain, strict=True))


def count_on(connection: Connection) -> None:
    """New messages get numbers behind those that were put back."""
    if connection.dialect.name != "postgresql":
        return
    last = connection.scalar(select(func.max(outbox.c.row)))
    if last is not None:
        sequence = func.pg_get_serial_sequence(outbox.name, outbox.c.row.name)
        connection.execute(select(func.setval(sequence, last)))
