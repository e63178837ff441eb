"""How far a database has come is seen without making or changing anything in it."""

import pytest
from sqlalchemy import inspect, text

from storage import DatabaseUnusable
from storage.engine import open_engines
from storage.state import Tables, tables_in
from tests.storage.places import Place


def revision(place: Place, to: str) -> None:
    engines = open_engines(place.url, 1)
    with engines.writing.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :to"), {"to": to})
    engines.dispose()


def test_an_empty_database_has_none_and_stays_empty(place: Place) -> None:
    assert tables_in(place.url) is Tables.NONE
    assert not place.database.exists()
    engines = open_engines(place.url, 1)
    with engines.writing.begin() as connection:
        assert inspect(connection).get_table_names() == []
    engines.dispose()


def test_a_database_of_this_version_is_current(place: Place) -> None:
    place.store()
    assert tables_in(place.url) is Tables.CURRENT


@pytest.mark.parametrize(("to", "tables"), [("0001", Tables.OLDER), ("9999", Tables.NEWER)])
def test_other_versions_are_told_apart_and_left_alone(
    place: Place, to: str, tables: Tables
) -> None:
    place.store()
    revision(place, to)
    assert [tables_in(place.url) for _ in range(2)] == [tables, tables]


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be used"):
        tables_in("postgresql+psycopg://nobody:s3cret@127.0.0.1:1/none")
