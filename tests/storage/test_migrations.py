"""Migrations: they lead from nothing to the tables that the code knows, all or nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text

from bot.domain.errors import ReportPostError
from storage import DatabaseTooNew
from storage.engine import Engines, open_engines
from storage.migrate import upgrade, upgrade_on
from storage.tables import METADATA, cases, school_values
from tests.storage.places import SCHOOL, Place, a_case


@pytest.fixture
def engines(place: Place) -> Engines:
    return open_engines(place.url, 2)


def test_migrations_and_models_agree(place: Place) -> None:
    store = place.store()
    with store.engines.writing.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_constraints_and_indexes_have_the_names_that_the_models_give(place: Place) -> None:
    with place.store().engines.writing.begin() as connection:
        there = inspect(connection)
        for table in METADATA.sorted_tables:
            named = {
                there.get_pk_constraint(table.name)["name"],
                *(each["name"] for each in there.get_foreign_keys(table.name)),
                *(each["name"] for each in there.get_unique_constraints(table.name)),
                *(each["name"] for each in there.get_indexes(table.name)),
            }
            wanted = {str(each.name) for each in table.constraints}
            wanted |= {str(each.name) for each in table.indexes}
            assert wanted <= named


def test_every_table_carries_the_school() -> None:
    assert len(METADATA.sorted_tables) == 15
    for table in METADATA.sorted_tables:
        assert not table.c.school.nullable
        assert table.c.school.primary_key or table.name == "outbox"


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(place: Place) -> None:
    with place.store().writing() as writing:
        a_case(writing)
    upgrade(place.opened[0].engines.writing)
    with place.store().reading() as reading:
        assert len(reading.case_rows()) == 1


def test_lines_are_told_of_an_upgrade_and_not_of_new_tables(
    engines: Engines, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with engines.writing.begin() as connection:
        upgrade_on(connection, "0001")
    assert caplog.messages == []
    upgrade(engines.writing)
    assert any(each.startswith("Running upgrade 0001 -> 0002") for each in caplog.messages)
    engines.dispose()


def test_an_upgrade_that_fails_leaves_nothing_behind(engines: Engines) -> None:
    # The name of a later table is taken: the migration fails half way.
    with engines.writing.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (x INTEGER)"))
    with pytest.raises(Exception, match="outbox"):
        upgrade(engines.writing)
    with engines.writing.begin() as connection:
        assert inspect(connection).get_table_names() == ["outbox"]
        connection.execute(text("DROP TABLE outbox"))
    upgrade(engines.writing)
    with engines.writing.begin() as connection:
        assert cases.name in inspect(connection).get_table_names()
    engines.dispose()


def test_the_second_step_keeps_the_cases_and_forgets_what_drafts_were_sent_as(
    engines: Engines, place: Place
) -> None:
    with engines.writing.begin() as connection:
        upgrade_on(connection, "0001")
        for name in ("sent-draft:1", "away"):
            row = {"school": SCHOOL, "name": name, "sealed": b"x"}
            connection.execute(insert(school_values).values(**row))
    engines.dispose()
    store = place.store()
    with store.reading() as reading:
        names = reading.connection.scalars(select(school_values.c.name)).all()
        assert (names, reading.erased_cases()) == (["away"], ())


def test_a_database_of_a_newer_version_is_refused(place: Place) -> None:
    with place.store().engines.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999") as told:
        place.store()
    assert isinstance(told.value, ReportPostError)
