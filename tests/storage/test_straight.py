"""Statements that go straight to SQLite's driver: they say and raise what SQLAlchemy's way does."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import SqlStore, straight
from storage.prepared import of_school, values_of
from storage.store import SqlReading
from storage.tables import cases, school_values, schools
from tests.bench.store_reports import (
    a_link,
    acknowledge,
    reference_of,
    send,
    until_the_last_page,
)
from tests.builders import a_school
from tests.storage.places import MINUTE, NOW, SCHOOL, a_case

_OF_SCHOOL = select(cases).where(of_school(cases)).order_by(cases.c.position)
_OF_SOME = select(cases).where(cases.c.position.in_(bindparam("some", expanding=True)))
_NEW_VALUE = insert(school_values)
_LOOK = update(schools).where(of_school(schools))
_HERE = values_of(school=SCHOOL)


def test_rows_are_those_that_sqlalchemy_gives(store: SqlStore) -> None:
    with store.writing() as writing:
        a_case(writing), a_case(writing, at=NOW + MINUTE)
        connection = writing.connection
        rows = [tuple(row) for row in straight.rows(connection, _OF_SCHOOL, _HERE)]
        assert rows == [tuple(row) for row in connection.execute(_OF_SCHOOL, _HERE)]
        assert [row.opened_at for row in straight.rows(connection, _OF_SCHOOL, _HERE)] == [
            NOW,
            NOW + MINUTE,
        ]
        assert len(straight.rows(connection, _OF_SOME, {"some": [1, 2, 3]})) == len(rows)
        assert straight.first(connection, _OF_SCHOOL, values_of(school="none")) is None
        assert straight.scalar(connection, _OF_SCHOOL, _HERE) == SCHOOL


def test_it_says_how_many_rows_it_changed(store: SqlStore) -> None:
    with store.writing() as writing:
        changed = {**_HERE, "look_again_at": NOW}
        assert straight.run(writing.connection, _LOOK, changed) == 1
        assert writing.school_looks_at() == NOW
        assert straight.run(writing.connection, _LOOK, {**changed, "of_school": "none"}) == 0


def test_what_goes_wrong_is_raised_as_sqlalchemy_does_without_the_values(
    sqlite_store: SqlStore,
) -> None:
    row = {"school": SCHOOL, "name": "told in confidence", "sealed": b"x"}
    with sqlite_store.writing() as writing:
        straight.run_each(writing.connection, _NEW_VALUE, [row])
        with pytest.raises(IntegrityError) as raised:
            straight.run(writing.connection, _NEW_VALUE, row)
    assert "told in confidence" not in str(raised.value)
    with sqlite_store.reading() as reading, pytest.raises(OperationalError, match=r"read-?only"):
        straight.run(reading.connection, _NEW_VALUE, {**row, "name": "other"})


def test_a_value_that_is_missing_is_not_taken_for_nothing(sqlite_store: SqlStore) -> None:
    with sqlite_store.reading() as reading, pytest.raises(KeyError):
        straight.rows(reading.connection, _OF_SCHOOL, {})


_WHOLE_TABLE = re.compile(r"SCAN|INDEX \S+ \(school=\?\)$")
"""How SQLite says that it looks at each row of a table, or at each of the school's."""


def test_no_act_looks_at_each_row_of_a_school(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = a_school(tmp_path)
    store = there.school.store
    assert isinstance(store, SqlStore)
    asked: dict[str, None] = {}
    _hear(monkeypatch, store, asked)
    reply = send(there, "staff", until_the_last_page(there, "staff", a_link()))
    with store.reading() as reading:
        row = reading.case_by_reference(reference_of(reply))
    assert row is not None
    acknowledge(there, "head", row.case)
    with store.together([store]).writing() as batch:
        batch.claim(there.school.now(), there.school.clock.machine_now(), 10)
    plans = _plans(store.reading, asked)
    assert len(plans) > len(("report", "answer", "claim"))
    wrong = {sql: plan for sql, plan in plans.items() if _WHOLE_TABLE.search(plan)}
    # A school has one row there.
    assert {sql for sql in wrong if " schools" not in sql} == set()


def _hear(monkeypatch: pytest.MonkeyPatch, store: SqlStore, asked: dict[str, None]) -> None:
    def heard(*given: object) -> None:
        asked[str(given[2])] = None

    for engine in (store.engines.writing, store.engines.reading):
        event.listen(engine, "before_cursor_execute", heard)
    compiled = straight._compiled  # noqa: SLF001 - what goes past SQLAlchemy's events

    def found(*given: object) -> object:
        prepared = compiled(*given)
        if prepared is not None:
            asked[prepared.sql] = None
        return prepared

    monkeypatch.setattr(straight, "_compiled", found)


def _plans(
    reading: Callable[[], AbstractContextManager[SqlReading]], asked: dict[str, None]
) -> dict[str, str]:
    with reading() as look:
        told: dict[str, str] = {}
        for sql in tuple(asked):
            if re.match(r"\s*(SELECT|UPDATE|DELETE)", sql):
                values = (None,) * sql.count("?")
                steps = look.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
                told |= {f"{sql} #{number}": str(step[3]) for number, step in enumerate(steps)}
        return told
