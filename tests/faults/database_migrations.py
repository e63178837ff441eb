"""A migration is interrupted, or runs beside replicas: starts work after it, nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, insert, select, text

from bot.domain.errors import ReportPostError
from storage import DatabaseTooNew
from storage.engine import Engines, open_engines
from storage.migrate import newest_revision, revision_of, upgrade_on
from storage.tables import METADATA
from tests.faults.database_migrating import start_and_write, upgrade_to_the_next, upgrade_until
from tests.faults.database_school import AT_ONCE, DatabaseSchool, a_database_school
from tests.faults.fault import Outcome, Scale
from tests.faults.places import Kind, Place, a_place
from tests.faults.processes import children

_REPORTS = 6
_OLDEST = "0001"
_KILLS = {Scale.FULL: 1000, Scale.SHORT: 3}
"""At most; no migration has so many statements."""
_STARTS = {Scale.FULL: 6, Scale.SHORT: 2}


def interrupted(kind: Kind, scale: Scale) -> Outcome:
    """An upgrade from the oldest tables is killed before each of its statements in turn."""
    with a_place(kind) as now, a_database_school(now) as school:
        _work_a_little(school)
        school.store.engines.dispose()
        with _older(kind, now) as older:
            with a_place(kind, like=older) as copied:
                statements = _upgraded(copied, 0)
            every = range(1, statements + 1)
            for statement in every[:: max(1, len(every) // _KILLS[scale])]:
                with a_place(kind, like=older) as copied:
                    _killed_and_started(school, copied, statement)
        return school.outcome(f"{statements} moments of an upgrade on {kind.value}")


def beside(kind: Kind, scale: Scale) -> Outcome:
    """Replicas start at once on old tables; then a later version migrates under a running one."""
    with a_place(kind) as now, a_database_school(now) as school:
        _work_a_little(school)
        school.store.engines.dispose()
        with _older(kind, now) as older:
            _start_at_once(school, older, _STARTS[scale])
        reports = [school.write("staff-2", 1000) for _ in range(2 * AT_ONCE)]
        failed = school.send_all(reports[:AT_ONCE])
        with _a_child(partial(upgrade_to_the_next, now.url)) as told:
            failed += school.send_all(reports[AT_ONCE:])
            school.must(told() == "done", "the migration of the later version did not end")
        school.must(not failed, "somebody was turned away while a later version migrated")
        school.all_is_well()
        try:
            with a_database_school(now):
                school.must(holds=False, says="this version started on tables of a later one")
        except DatabaseTooNew as refused:
            school.must("Install that version again" in str(refused), "it does not say what to do")
        return school.outcome(f"{_STARTS[scale]} replicas, and a later version, on {kind.value}")


def _work_a_little(school: DatabaseSchool) -> None:
    school.send_all([school.write("staff", 2000) for _ in range(_REPORTS)])
    school.work.settle()


@contextmanager
def _older(kind: Kind, now: Place) -> Iterator[Place]:
    """A copy of the school with the oldest tables, and in them what they can hold."""
    with a_place(kind, like=now) as older:
        engines, source = open_engines(older.url, 1), open_engines(now.url, 1)
        with engines.writing.begin() as connection:
            METADATA.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
            upgrade_on(connection, _OLDEST)
        _copy(source, engines)
        source.dispose()
        engines.dispose()
        yield older


def _copy(source: Engines, to: Engines) -> None:
    old = MetaData()
    with source.reading.begin() as reading, to.writing.begin() as writing:
        old.reflect(writing)
        for table in old.sorted_tables:
            if table.name not in METADATA.tables:
                continue
            now = METADATA.tables[table.name]
            columns = [each.name for each in table.columns if each.name in now.c]
            known = MetaData()
            found = type(table)(table.name, known, autoload_with=reading.engine)
            rows = reading.execute(select(*(found.c[each] for each in columns))).mappings().all()
            if rows:
                writing.execute(insert(table), [dict(each) for each in rows])
        if writing.dialect.name == "postgresql":
            newest = "SELECT setval(pg_get_serial_sequence('outbox', 'row'), max(row)) FROM outbox"
            writing.execute(text(newest))


def _upgraded(place: Place, statement: int) -> int:
    """How many statements the upgrade had; 0 if it was killed."""
    with _a_child(partial(upgrade_until, place.url, statement)) as told:
        ended = told()
    return ended if isinstance(ended, int) else 0


def _killed_and_started(school: DatabaseSchool, place: Place, statement: int) -> None:
    school.must(not _upgraded(place, statement), "the upgrade was not killed")
    school.counted["upgrades killed"] += 1
    try:
        with a_database_school(place) as again:
            again.taken, again.noise = dict(school.taken), school.noise
            again.numbers = school.numbers
            _is_current(again)
            again.send_again([again.write("staff-2", 500)])
            again.all_is_well(heard_before=_REPORTS)
            wrong = again.wrong
    except ReportPostError as refused:
        wrong = [f"it does not start: {refused}"]
    school.wrong += [f"killed before statement {statement}: {each}" for each in wrong]
    school.counted["started again"] += not wrong


def _is_current(school: DatabaseSchool) -> None:
    with school.store.engines.writing.begin() as connection:
        newest = revision_of(connection) == newest_revision()
        school.must(newest, "the tables are not those of this version")
        context = MigrationContext.configure(connection)
        school.must(compare_metadata(context, METADATA) == [], "tables and code do not agree")


def _start_at_once(school: DatabaseSchool, place: Place, times: int) -> None:
    with ExitStack() as stack:
        starts = [
            stack.enter_context(_a_child(partial(start_and_write, place, str(number))))
            for number in range(times)
        ]
        for told in starts:
            told("begin")
        for told in starts:
            school.counted["replicas started at once"] += 1
            said = told()
            school.must(said == "", f"a replica did not start: {said}")
    with a_database_school(place) as again:
        _is_current(again)
        with again.store.reading() as reading:
            started = len(reading.values("started:"))
        school.must(started == times, f"{started} of {times} replicas wrote")
        school.wrong += again.wrong


@contextmanager
def _a_child(work: Callable[[Connection], None]) -> Iterator[Callable[..., object]]:
    """A process that does the work; what is called tells it, or hears it (``None``: it died)."""
    ours, theirs = children().Pipe()
    process = children().Process(target=work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()

    def talk(says: str = "") -> object:
        if says:
            ours.send(says)
            return None
        try:
            said: object = ours.recv()
        except (EOFError, ConnectionResetError):
            return None
        return said

    try:
        yield talk
    finally:
        ours.close()
        process.join()
