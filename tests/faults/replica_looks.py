"""The schools that several processes serve, looked at from outside: what came, what is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import QueuePool, func, select, text

from bot.app.case_file import open_cases
from bot.app.school import School
from bot.app.stored import SCHOOL_STREAM
from bot.compose.schools import open_the_stores, schools_of
from bot.domain.events import PersonTold
from bot.domain.ids import MessageKind
from storage import SqlStore
from storage.outbox import State
from storage.tables import outbox
from storage.verify import SqlVerifier
from tests.builders import school_time
from tests.fakes import FakeClock
from tests.faults.kill_life import labels_of
from tests.faults.places import Place
from tests.faults.replica_life import CHANNEL, NAMED, settings_of

PROCESSES: Final = 3
ON_TUESDAY: Final = {"head": MessageKind.ROUND_UP, "dsl": MessageKind.ROUND_UP}
ON_FRIDAY: Final = {
    **ON_TUESDAY,
    "deputy": MessageKind.OVERDUE_TO_DEPUTY,
    "chair": MessageKind.OVERDUE_TO_CHAIR,
    CHANNEL: MessageKind.DIGEST,
}
"""What each school's people must hear of the threat that was reported on Monday."""

Key = tuple[str, str, str]
"""A school, whom a message was for, and its kind."""


_CONNECTIONS: Final = f"""
SELECT application_name, count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE '{NAMED}%' GROUP BY application_name
"""  # noqa: S608 - no value of anybody's

_POSTED: Final = {CHANNEL: CHANNEL}


@dataclass(frozen=True)
class Looked:
    """The schools from outside, to begin with and at the end."""

    schools: Sequence[School]
    stores: Sequence[SqlStore]
    connections: Counter[str] = field(default_factory=Counter)
    """The most that each process was seen to have."""

    def count_connections(self) -> None:
        """Sees how many each process has now."""
        with self.stores[0].engines.reading.begin() as connection:
            for name, many in connection.execute(text(_CONNECTIONS)):
                self.connections[name] = max(self.connections[name], many)

    def too_many(self) -> str:
        """What is wrong with the connections: more than the pool allows, or none was seen."""
        pool = self.stores[0].engines.writing.pool
        assert isinstance(pool, QueuePool)
        most = pool.size() + pool._max_overflow  # noqa: SLF001 - the pool tells it nowhere else
        if len(self.connections) < PROCESSES:
            return "the connections of a process were never seen"
        seen = max(self.connections.values())
        return f"a process had {seen} connections, and {most} are allowed" if seen > most else ""

    def waiting(self, *, leased: bool | None = None) -> set[tuple[str, str]]:
        """School and recipient of each message that is due and not sent."""
        rows = select(outbox.c.school, outbox.c.recipient).where(
            outbox.c.state == State.WAITING,
            outbox.c.not_before <= self.schools[0].now(),
        )
        if leased is not None:
            held = outbox.c.lease_token
            rows = rows.where(held.is_not(None) if leased else held.is_(None))
        with self.stores[0].engines.reading.begin() as connection:
            return {(row.school, row.recipient) for row in connection.execute(rows)}

    def written_twice(self, kind: MessageKind) -> int:
        """How many people have several messages of a kind that each is to get once."""
        rows = (
            select(outbox.c.school)
            .where(outbox.c.kind == kind.value)
            .group_by(outbox.c.school, outbox.c.recipient)
            .having(func.count() > 1)
        )
        with self.stores[0].engines.reading.begin() as connection:
            return len(connection.execute(rows).all())

    def never_came(self, taken: Counter[Key], due: Mapping[str, MessageKind]) -> int:
        """How many messages that each of the schools had to send never came."""
        return sum(
            not taken[str(school.id), by_label[label], kind.value]
            for school in self.schools
            for by_label in [{**{v: str(k) for k, v in labels_of(school).items()}, **_POSTED}]
            for label, kind in due.items()
        )

    def given_up(self) -> int:
        """How many messages will never be tried again."""
        rows = select(func.count()).where(outbox.c.state == State.GAVE_UP)
        with self.stores[0].engines.reading.begin() as connection:
            return connection.scalar(rows) or 0

    def broken(self) -> int:
        """How many chains do not verify."""
        return sum(bool(list(SqlVerifier(each).findings())) for each in self.stores)

    def recorded(self) -> Counter[Key]:
        """How often the cases say that somebody was told of a round-up."""
        found: Counter[Key] = Counter()
        for school in self.schools:
            with school.store.reading() as reading:
                for file in open_cases(school, reading):
                    found.update(
                        (str(school.id), str(each.event.person), str(file.case))
                        for each in file.entries
                        if isinstance(each.event, PersonTold)
                        and each.event.kind is MessageKind.ROUND_UP
                    )
        return found

    def digests(self) -> list[int]:
        """How many digests each school's record says were posted."""
        return [self._digests(each) for each in self.schools]

    def _digests(self, school: School) -> int:
        with school.store.reading() as reading:
            entries = reading.entries(SCHOOL_STREAM)
        return sum(b"DigestPosted" in each.payload for each in entries)


@contextmanager
def looked_at(place: Place, schools: int, at: str) -> Iterator[Looked]:
    settings = settings_of(place, schools)
    with ExitStack() as stack:
        stores = stack.enter_context(open_the_stores(settings, {}))
        found = schools_of(settings, stores, FakeClock(school_time(at)))
        yield Looked(found.all, [stores[each.id] for each in found])
