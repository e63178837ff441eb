"""Conditions for statements that are built once, and only given values when they are executed.

SQLAlchemy takes several times as long to build a statement as SQLite to run it, and filing a report
runs some thirty.
"""

from sqlalchemy import ColumnElement, Table, and_, bindparam


def of_school(table: Table, *names: str) -> ColumnElement[bool]:
    """The condition that a row is the school's and has values in these columns.

    Which values is said by ``Transaction.of`` when the statement is executed.
    """
    return and_(*(table.c[name] == bindparam(_bound(name)) for name in ("school", *names)))


def values_of(**columns: object) -> dict[str, object]:
    """The values of the condition. Their names are no columns', so that an update can set those."""
    return {_bound(name): value for name, value in columns.items()}


def _bound(name: str) -> str:
    return f"of_{name}"
