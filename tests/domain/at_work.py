"""A case worked in the pure domain: events and commands, as the application records them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.answers import Answers
from bot.domain.calendar import SchoolCalendar
from bot.domain.case import CaseState
from bot.domain.commands import Command
from bot.domain.decide import Surroundings, closing_of, decide
from bot.domain.events import (
    Actor,
    CaseOpened,
    Entry,
    Event,
    How,
    Report,
    ReportJoined,
    SamePersonSettled,
    StepAnswered,
)
from bot.domain.fold import apply
from bot.domain.ids import CaseId, Cause, PersonId, Reference, Role
from bot.domain.people import Roster
from bot.domain.policy import Policy
from tests.builders import a_report, derwent_vale
from tests.domain.calendars import sample_calendar

MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
STAFF, STAFF_2 = PersonId("staff"), PersonId("staff-2")
HEAD, DEPUTY, DSL, DSL_2 = (PersonId(each) for each in ("head", "deputy", "dsl", "dsl-2"))
CHAIR, CHAIR_2, ADMIN = PersonId("chair"), PersonId("chair-2"), PersonId("admin")

HOLDERS: Mapping[Role, tuple[PersonId, ...]] = {
    Role.HEAD: (HEAD,),
    Role.DEPUTY: (DEPUTY,),
    Role.DSL: (DSL,),
    Role.CHAIR: (CHAIR, CHAIR_2),
    Role.ADMIN: (ADMIN,),
}
ROSTER = Roster(HOLDERS)


@dataclass(repr=False)
class CaseAtWork:
    """A case with its entries, and the world around it."""

    policy: Policy
    entries: list[Entry] = field(default_factory=list)
    states: list[CaseState] = field(default_factory=list)
    """After each entry."""
    at_rest: list[CaseState] = field(default_factory=list)
    """After each act, with the close that follows from it."""
    roster: Roster = ROSTER
    calendar: SchoolCalendar = field(default_factory=sample_calendar)
    now: datetime = MONDAY

    def __repr__(self) -> str:
        return "\n".join(f"{each.at:%d %H:%M} {each.event}" for each in self.entries)

    @property
    def state(self) -> CaseState:
        return self.states[-1]

    def actor(self, person: PersonId) -> Actor:
        return Actor(person, self.roster.roles_of(person))

    def record(self, *events: Event, by: PersonId = HEAD) -> CaseState:
        """Writes the events, and the close that follows from them."""
        for event in events:
            self._write(event, by)
        close = closing_of(self.state, self.policy)
        if close:
            self._write(close, by)
        self.at_rest.append(self.state)
        return self.state

    def _write(self, event: Event, by: PersonId) -> None:
        number = len(self.entries) + 1
        entry = Entry(number, self.now, self.actor(by), Cause(f"cause-{number}"), event)
        before = self.states[-1] if self.states else None
        self.states.append(apply(before, entry, self.policy))
        self.entries.append(entry)

    def do(self, command: Command, by: PersonId = HEAD) -> CaseState:
        """What a permitted command leads to. Raises ``Invalid``; then nothing has changed."""
        events = self.decided(command, by)
        return self.record(*events, *self._settled(events), by=by)

    def decided(self, command: Command, by: PersonId = HEAD) -> tuple[Event, ...]:
        around = Surroundings(self.policy, self.roster, self.calendar, self.now, self.actor(by))
        return decide(self.state, command, around)

    def _settled(self, events: tuple[Event, ...]) -> list[Event]:
        """As the application adds it: what is known of an earlier case once it was checked."""
        found: list[Event] = []
        for event in events:
            if isinstance(event, StepAnswered):
                rounds = self.state.rounds[event.step]
                of = next(each.of for each in rounds if each.number == event.round)
                rule = self.policy.steps_by_id[event.step].outcome(event.outcome)
                if of is not None:
                    confirmed = bool(rule and rule.confirms_same_person)
                    found.append(
                        SamePersonSettled(of, confirmed, confirmed, frozenset({"role:head"}))
                    )
        return found

    def join(self, answers: Answers, by: PersonId = STAFF_2, how: How = How.JOINED) -> CaseState:
        return self.record(ReportJoined(Report(by, answers), how), by=by)

    def later(self, **length: int) -> None:
        """Time passes."""
        self.now += timedelta(**length)

    def pending(self) -> set[str]:
        return {step.value for step in self.state.pending_steps()}


def a_case(
    answers: Answers | None = None,
    *,
    policy: Policy | None = None,
    traits: frozenset[str] = frozenset({"pupils-under-13"}),
    at: datetime = MONDAY,
    roster: Roster = ROSTER,
) -> CaseAtWork:
    """A case that a member of staff's report has just opened."""
    policy = policy or derwent_vale()
    case = CaseAtWork(policy, now=at, roster=roster)
    report = Report(STAFF, answers if answers is not None else a_report())
    case.record(CaseOpened(Reference("2026-001"), report, "sha", traits), by=STAFF)
    return case


def another_case(case: CaseAtWork, name: str = "other") -> CaseId:
    """An id of a case beside this one."""
    del case
    return CaseId(name)


def with_roster(case: CaseAtWork, **held: tuple[PersonId, ...]) -> CaseAtWork:
    """The case under another ``school.toml``."""
    holders = {**case.roster.holders, **{Role(role): people for role, people in held.items()}}
    return replace(case, roster=Roster(holders, case.roster.away))
