"""A school whose clocks are moved by hand, and the moment at which each message was sent."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.compose.moving import moments_until
from bot.config import sample_settings
from bot.domain.ids import CaseId, MessageKind, Reference
from bot.journeys.sample import ZONE
from bot.screens.messages import cases_in
from storage import SqlVerifier
from tests.builders import at_work, school_time
from tests.claiming import waiting_in
from tests.faults.watched_school import WatchedSchool
from tests.school_files import settings

_HALF_TERM = "half_term = { first = 2026-10-26, last = 2026-10-30 }"
_SPRING_ENDS = "last = 2027-03-25"
_SUMMER = "half_term = { first = 2027-05-31, last = 2027-06-04 }"
_NEXT_YEAR = """

[[calendar.terms]]
name = "autumn"
first = 2027-09-01
last = 2027-12-17

[[calendar.terms]]
name = "spring"
first = 2028-01-04
last = 2028-03-31
"""
_CHANGES = (
    (_HALF_TERM, "half_term = { first = 2026-11-02, last = 2026-11-06 }"),
    (_SPRING_ENDS, "last = 2027-04-09"),
    (_SUMMER, _SUMMER + _NEXT_YEAR),
)
"""School is on after both changes of the clocks, and on the leap day."""


@dataclass(frozen=True)
class Sent:
    """A message that left: when, by the school's clock, to whom, and which cases it names."""

    at: datetime
    to: str
    kind: MessageKind | None
    references: tuple[Reference, ...]

    @property
    def local(self) -> str:
        """When, as the school's people read it: ``2026-10-26 08:15``."""
        return f"{self.at.astimezone(ZONE):%Y-%m-%d %H:%M}"


@dataclass
class ClockSchool(WatchedSchool):
    """The school, with all that was sent and all that did not hold."""

    sent: list[Sent] = field(default_factory=list)

    def set(self, moment: datetime) -> None:
        """Sets both clocks, as a machine's clock is set, and does what is due then."""
        self.work.clock.at = self.work.clock.machine_at = moment
        self.settle()

    def settle(self) -> None:
        """Does what is due now."""
        now = self.work.clock.at
        self.work.clock.machine_at = now
        self.work.settle()
        for each in self.work.platform.taken[len(self.sent) :]:
            references = tuple(cases_in(each.message))
            self.sent.append(Sent(now, each.to, each.kind, references))

    def walk(self, until: str, every: timedelta | None = None) -> None:
        """Goes there by every moment at which something is due, or by steps of that length."""
        end = school_time(until)
        if every is None:
            for moment in moments_until(self.work.school, end, self.settle):
                self.work.clock.at = moment
            self.settle()
            return
        while self.work.clock.at < end:
            # In UTC, as the machine has it: a local time leaps over the hour that comes twice.
            after = self.work.clock.at.astimezone(UTC) + every
            self.set(min(after, end.astimezone(UTC)))

    def of(self, kind: MessageKind, to: str = "", about: CaseId | None = None) -> list[Sent]:
        """What was sent of that kind."""
        reference = self.work.state(about).reference if about else None
        return [
            each
            for each in self.sent
            if each.kind is kind
            and to in ("", each.to)
            and (reference is None or reference in each.references)
        ]

    def record_holds(self) -> None:
        """The chain holds, and nothing that is due waits."""
        self.wrong += [f"verify finds: {each.says}" for each in SqlVerifier(self.store).findings()]
        with self.store.reading() as reading:
            waiting = waiting_in(reading, self.work.school.now())
        self.must(not waiting, f"{waiting} messages are due and did not leave")


@contextmanager
def a_clock_school(starts: str) -> Iterator[ClockSchool]:
    """A school that begins at that local time."""
    with tempfile.TemporaryDirectory(prefix="report-post-clock-") as folder:
        sample = sample_settings(Path(folder))
        work = at_work(replace(sample, calendar=settings(*_CHANGES).calendar), starts=starts)
        school = ClockSchool(work)
        school.set(school_time(starts))
        try:
            yield school
        finally:
            work.school.store.close()
