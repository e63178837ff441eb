"""SQLite is locked by another process: people wait a little, or are told; nothing is lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.database_holder import Holder, a_holder
from tests.faults.database_school import AT_ONCE, DatabaseSchool, a_database_school
from tests.faults.fault import Outcome, Scale
from tests.faults.places import Kind, a_place

_PATIENCE = {Scale.FULL: 5000, Scale.SHORT: 200}
"""Milliseconds that SQLite waits for a lock: the product's own, and fewer where time is short."""


def locked(scale: Scale) -> Outcome:
    """Another process holds the writer's lock: for less than the product waits, and for longer."""
    patience = _PATIENCE[scale]
    with (
        a_place(Kind.SQLITE) as place,
        a_database_school(place) as school,
        a_holder(place.folder / "data.db") as holder,
    ):
        reports = [school.write(("staff", "staff-2")[n % 2], 1000) for n in range(2 + AT_ONCE)]
        with _held(school, holder, patience):
            threading.Timer(patience / 2000, holder.let_go).start()
            failed = school.send_all(reports[:2])
        school.must(not failed, "somebody was turned away though the lock was free in time")
        with _held(school, holder, patience):
            with school.store.reading() as reading:
                school.must(len(reading.case_rows()) == len(school.taken), "nobody could read")
            failed = school.send_all(reports[2:])
            school.must(len(failed) == AT_ONCE, "somebody wrote past the lock")
        school.send_again(failed)
        school.at_doors(lambda: _held(school, holder, patience))
        school.all_is_well()
        return school.outcome(f"a lock held for less and for more than {patience:,} ms")


@contextmanager
def _held(school: DatabaseSchool, holder: Holder, patience: int) -> Iterator[None]:
    raw = school.store.engines.writing.raw_connection()
    raw.cursor().execute(f"PRAGMA busy_timeout = {patience}")
    raw.close()
    with holder.holding():
        yield
