"""Statements that are built once are compiled once, and on SQLite go straight to its driver.

SQLAlchemy's own way from a statement to SQLite takes several times as long as SQLite, and an act
runs some thirty. What is run here must be built once for the process, as it is kept for ever. On
PostgreSQL, and where the number of values is only known when it is run, SQLAlchemy runs it.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

Values = Mapping[str, object]

_DIALECT: Final = SQLiteDialect_pysqlite(paramstyle="qmark")


def rows(connection: Connection, statement: Executable, values: Values) -> Sequence[Row[Any]]:
    """All rows; their columns are attributes. Raises SQLAlchemy's ``DBAPIError``."""
    prepared = _prepared(connection, statement, values)
    if prepared is None:
        return connection.execute(statement, values).all()
    return prepared.rows(prepared.run(connection, values).fetchall())


def first(connection: Connection, statement: Executable, values: Values) -> Row[Any] | None:
    """The first row, ``None`` if there is none. Raises as ``rows``."""
    prepared = _prepared(connection, statement, values)
    if prepared is None:
        return connection.execute(statement, values).first()
    # All at once: a cursor left half read would keep SQLite at this moment.
    found = prepared.rows(prepared.run(connection, values).fetchall()[:1])
    return found[0] if found else None


def scalar(connection: Connection, statement: Executable, values: Values) -> Any:  # noqa: ANN401 - whatever the column holds
    """The first column of the first row, ``None`` if there is none. Raises as ``rows``."""
    found = first(connection, statement, values)
    return None if found is None else found[0]


def run(connection: Connection, statement: Executable, values: Values) -> int:
    """Runs it, and says how many rows it changed. Raises as ``rows``."""
    prepared = _prepared(connection, statement, values)
    if prepared is None:
        return connection.execute(statement, values).rowcount
    return prepared.run(connection, values).rowcount


def run_each(connection: Connection, statement: Executable, many: Sequence[Values]) -> None:
    """Runs it for each of these values, which have the same names. Raises as ``rows``."""
    prepared = _prepared(connection, statement, many[0])
    if prepared is None:
        connection.execute(statement, list(many))
        return
    for values in many:
        prepared.run(connection, values)


def command(connection: Connection, sql: str) -> None:
    """Runs words of SQLite's own, such as BEGIN. Raises as ``rows``."""
    _executed(connection, sql, ())


class _Prepared:
    """A statement as SQLite's driver takes it."""

    def __init__(self, statement: Executable, compiled: SQLCompiler) -> None:
        self.sql = str(compiled)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._given = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._names = compiled.positiontup or ()
        stored = [
            binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name in self._names
        ]
        self._stores = _those_that_convert(stored)
        returns = isinstance(statement, Select | UpdateBase)
        columns = list(cast("Any", statement).exported_columns) if returns else []
        self._made: Callable[[Iterable[Any]], Any] = _row_of([each.name for each in columns])
        found = [
            each.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for each in columns
        ]
        self._finds = _those_that_convert(found)

    def run(self, connection: Connection, values: Values) -> sqlite3.Cursor:
        """Runs it in the connection's transaction."""
        given = {**self._given, **values} if self._given else values
        bound = [*map(given.__getitem__, self._names)]
        for place, convert in self._stores:
            bound[place] = convert(bound[place])
        return _executed(connection, self.sql, bound)

    def rows(self, found: Sequence[Sequence[Any]]) -> Sequence[Row[Any]]:
        """The rows with what their columns stand for."""
        made = self._made
        if not self._finds:
            return cast("Sequence[Row[Any]]", [made(each) for each in found])
        converted = []
        for each in found:
            row = list(each)
            for place, convert in self._finds:
                row[place] = convert(row[place])
            converted.append(made(row))
        return cast("Sequence[Row[Any]]", converted)


def _those_that_convert(
    processors: Sequence[Callable[[Any], Any] | None],
) -> Sequence[tuple[int, Callable[[Any], Any]]]:
    """The processors of SQLAlchemy's types with their places; most types have none."""
    return [(place, each) for place, each in enumerate(processors) if each is not None]


def _executed(connection: Connection, sql: str, bound: Sequence[object]) -> sqlite3.Cursor:
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    try:
        return driver.execute(sql, bound)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            sql, None, error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT
        ) from error


def _row_of(columns: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    made: Callable[[Iterable[Any]], Any] = cast("Any", namedtuple("Row", columns))._make  # noqa: PYI024 - known here only
    return made


def _prepared(connection: Connection, statement: Executable, values: Values) -> _Prepared | None:
    if connection.dialect.name != "sqlite":
        return None
    return _compiled(statement, tuple(values))


@cache
def _compiled(statement: Executable, names: tuple[str, ...]) -> _Prepared | None:
    compiled = cast(
        "SQLCompiler",
        cast("Any", statement).compile(dialect=_DIALECT, column_keys=list(names)),
    )
    counted_later = compiled.post_compile_params or compiled.literal_execute_params
    made_up = compiled.insert_prefetch or compiled.update_prefetch
    return None if counted_later or made_up else _Prepared(statement, compiled)
