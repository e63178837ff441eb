"""The schools of one database as one: who is due, and one transaction for several of them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal_column, select, true

from bot.app.intents import Claimed
from bot.app.ports import Reading, Writing
from bot.domain.ids import SchoolId
from bot.domain.urgency import Urgency
from storage.claims import Of, Wanted, changed, claim, due, is_any
from storage.engine import Engines
from storage.tables import cases, drafts, schools

if TYPE_CHECKING:
    from storage.store import SqlStore, SqlWriting

_NAMED: Final = 200
"""Of more schools a query names not each of them, but those that it must leave out."""


class SqlTogether:
    """Several stores on the same engines (``ports.Together``)."""

    def __init__(self, stores: "Mapping[SchoolId, SqlStore]") -> None:
        self._stores = stores
        self._strangers: set[SchoolId] = set()
        """Schools of the database that others serve, as far as one was met."""

    @property
    def engines(self) -> Engines:
        """Those that all of them share."""
        return next(iter(self._stores.values())).engines

    def schools_due(self, now: datetime, limit: int) -> tuple[SchoolId, ...]:
        """Schools to look at, the most urgent first: with a danger in a draft, then a case due."""
        at = schools.c.look_again_at
        while True:
            met = self.met
            found: dict[SchoolId, None] = {}
            hint = select(schools.c.school).where(self.ours(schools))
            with self.engines.reading.begin() as connection:
                for which in (
                    self._by_time(drafts, "remind_at", now),
                    self._by_time(cases, "look_again_at", now),
                    hint.where(at.is_(None)),
                    hint.where(at <= now).order_by(at),
                ):
                    rows = connection.scalars(which.limit(limit)).all()
                    found |= {SchoolId(each): None for each in rows if self.is_ours(each)}
            if len(found) >= limit or self.met == met:
                return tuple(found)[:limit]

    def _by_time(self, table: Table, column: str, now: datetime) -> Select[str]:
        at = table.c[column]
        # Not by the column itself: SQLite would go through all rows of an index that begins with
        # it, rather than through the few that are due and put them in order.
        school = func.coalesce(table.c.school, literal_column("''"))
        return (
            select(school)
            .where(at.is_not(None), at <= now, self.ours(table))
            .group_by(school)
            .order_by(func.min(at))
        )

    def is_any_due(self, now: datetime, machine_now: datetime) -> bool:
        """Whether there is a message that may be claimed."""
        with self.engines.reading.begin() as connection:
            return is_any(connection, due(now), self.of, machine_now)

    def is_any_changed(self, machine_now: datetime) -> bool:
        """Whether there is a message that is to be shown anew."""
        with self.engines.reading.begin() as connection:
            return is_any(connection, changed(), self.of, machine_now)

    @contextmanager
    def reading(self) -> Iterator[Callable[[SchoolId], Reading]]:
        """One look at several schools."""
        with self.engines.reading.begin() as connection:
            yield lambda school: self._stores[school].read_on(connection)

    @contextmanager
    def writing(self) -> "Iterator[SqlBatch]":
        """One transaction for several schools. Raises as a store's ``writing``."""
        wrote = next(iter(self._stores.values())).wrote
        asked = time.perf_counter()
        with self.engines.my_turn():
            began = time.perf_counter()
            try:
                with self.engines.writing.begin() as connection:
                    batch = SqlBatch(connection, self, self._stores)
                    yield batch
                    batch.settle()
                batch.finish()
            finally:
                wrote(began - asked, time.perf_counter() - began)

    @property
    def met(self) -> int:
        """Of how many schools that others serve something was found: it is asked again then."""
        return len(self._strangers)

    def ours(self, table: Table) -> ColumnElement[bool]:
        """The condition that a row is of a school that is served here."""
        if len(self._stores) <= _NAMED:
            return table.c.school.in_(sorted(self._stores))
        return table.c.school.not_in(sorted(self._strangers)) if self._strangers else true()

    @property
    def of(self) -> Of:
        """Of which schools messages are sent here."""
        if len(self._stores) <= _NAMED:
            return Of(self._stores)
        return Of(self._strangers, but=True)

    def is_ours(self, school: str) -> bool:
        """Whether it is served here; of one that is not no row is asked for any more."""
        known = SchoolId(school) in self._stores
        if not known:
            self._strangers.add(SchoolId(school))
        return known


class SqlBatch:
    """One transaction for several schools (``ports.Batch``)."""

    def __init__(
        self,
        connection: Connection,
        together: SqlTogether,
        stores: "Mapping[SchoolId, SqlStore]",
    ) -> None:
        self._connection = connection
        self._together = together
        self._stores = stores
        self._open: dict[SchoolId, SqlWriting] = {}
        self._done: list[tuple[SqlStore, SqlWriting]] = []

    def of(self, school: SchoolId) -> Writing:
        """Writes for the school; what goes wrong with it takes everything with it."""
        return self._writing(school)

    def _writing(self, school: SchoolId) -> "SqlWriting":
        if school not in self._open:
            store = self._stores[school]
            self._open[school] = store.write_on(self._connection)
            self._done.append((store, self._open[school]))
        return self._open[school]

    @contextmanager
    def part(self, school: SchoolId) -> Iterator[Writing]:
        """A part that is rolled back alone if it raises."""
        store, whole = self._stores[school], self._writing(school)
        with self._connection.begin_nested():
            # Of its own: what it knows of a head that it moved must not outlive it.
            writing = store.write_on(self._connection, beside=whole)
            yield writing
        self._done.append((store, writing))

    def settle(self) -> None:
        """Marks what shows the changed cases. From here on nothing waits for another's row."""
        for _, writing in sorted(self._done, key=lambda each: each[0].keys.school):
            writing.settle()

    def claim(
        self, now: datetime, machine_now: datetime, limit: int, most: Urgency = Urgency.LAST
    ) -> tuple[tuple[SchoolId, Claimed], ...]:
        """Leases messages that are due; of all schools, by urgency."""
        return self._claim(due(now, most), machine_now, limit)

    def claim_changed(
        self, machine_now: datetime, limit: int
    ) -> tuple[tuple[SchoolId, Claimed], ...]:
        """Leases messages that are to be shown anew."""
        return self._claim(changed(), machine_now, limit)

    def _claim(
        self, wanted: Wanted, machine_now: datetime, limit: int
    ) -> tuple[tuple[SchoolId, Claimed], ...]:
        # Before the lock of the claims: whoever holds that waits for no row of anybody.
        self.settle()
        together = self._together
        while True:
            met, of = together.met, together.of
            found = claim(self._connection, wanted, of, machine_now, limit, together.is_ours)
            if found or together.met == met:
                return found

    def finish(self) -> None:
        """Does what was to be done once it is committed."""
        for store, writing in self._done:
            store.finish(writing)
