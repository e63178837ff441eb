"""What a case is at a moment: the state that its events add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.answers import Answers
from bot.domain.conditions import Fact
from bot.domain.events import Actor, EvidenceAttached, How, Report
from bot.domain.ids import (
    CaseId,
    EvidenceId,
    LetterId,
    MessageKind,
    OutcomeId,
    PersonId,
    Reference,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.lengths import Length
from bot.domain.personal import Personal


@dataclass(frozen=True)
class Allowed:
    """A time allowed for a round, and since when."""

    since: datetime
    within: Length


@dataclass(frozen=True)
class Given:
    """The answer that stands for a round."""

    outcome: OutcomeId
    """As it was chosen."""
    counts_as: OutcomeId
    """As it counts, with what was asked."""
    at: datetime
    by: Actor
    entry: int
    """The number of the entry that first answered the round, corrected or not."""
    answers: Answers = field(default_factory=dict)
    reason: Personal | None = None
    resolution: ResolutionId | None = None
    other: CaseId | None = None
    per_link: tuple[OutcomeId, ...] = ()
    corrected: bool = False


@dataclass(frozen=True)
class Snooze:
    """Kept out of round-ups from a moment on, until that of a day."""

    at: datetime
    until_on: date


@dataclass(frozen=True)
class Round:
    """One time round a step: opened, perhaps held back, answered or withdrawn."""

    number: int
    opened_at: datetime
    opened_by: int
    """The number of the entry that opened it."""
    spell: int
    """Rounds of one spell belong to one time that the step's condition held."""
    of: CaseId | None = None
    after: frozenset[tuple[StepId, int]] = frozenset()
    """The answers of other steps that it follows."""
    again_of: int | None = None
    """The round of the step itself whose answer asked for one more."""
    within: Length | None = None
    """The time allowed, where the step's own rules do not decide."""
    allowed: tuple[Allowed, ...] = ()
    """Empty while it is held back; else each time allowed since the clock started."""
    moved_to: datetime | None = None
    """Where the owner moved the deadline; times allowed later than ``moved_after`` still count."""
    moved_after: int = 0
    snoozes: tuple[Snooze, ...] = ()
    given: Given | None = None
    withdrawn: bool = False

    @property
    def is_open(self) -> bool:
        """Neither answered nor withdrawn; perhaps held back."""
        return self.given is None and not self.withdrawn

    @property
    def is_pending(self) -> bool:
        """Open with its clock running."""
        return self.is_open and bool(self.allowed)

    @property
    def snoozed_until(self) -> date | None:
        """The day whose round-up shows it again, if it was snoozed."""
        return self.snoozes[-1].until_on if self.snoozes else None

    @property
    def clock_at(self) -> datetime:
        """When its clock started; only of a round that is not held back."""
        return self.allowed[0].since


@dataclass(frozen=True)
class ReportLine:
    """A report of the case, with its place in the record."""

    report: Report
    how: How
    entry: int
    at: datetime
    of_case: CaseId | None = None


@dataclass(frozen=True)
class Earlier:
    """An earlier case whose poster has the same name."""

    case: CaseId
    confirmed: bool | None = None
    """``None`` while nobody has checked."""
    agreed_before: bool = False
    concerned: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Told:
    """A message that reached somebody."""

    kind: MessageKind
    person: PersonId
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A letter of a round of a step: drafted, and perhaps issued."""

    letter: LetterId
    step: StepId
    round: int
    file: EvidenceId
    sha256: str
    at: datetime
    issued: bool = False


@dataclass(frozen=True)
class Closed:
    """How and when the case ended."""

    resolution: ResolutionId
    at: datetime
    by_step: StepId
    other: CaseId | None = None


@dataclass(frozen=True)
class CaseState:
    """A case as its events leave it. Nothing here depends on the time or the calendar."""

    reference: Reference
    opened_at: datetime
    policy_sha256: str
    traits: frozenset[str]
    entries: int = 0
    last_at: datetime | None = None
    reports: tuple[ReportLine, ...] = ()
    answers: Answers = field(default_factory=dict)
    evidence: tuple[EvidenceAttached, ...] = ()
    severity: str = ""
    urgent: bool = False
    safeguarding: bool = False
    rounds: Mapping[StepId, tuple[Round, ...]] = field(default_factory=dict)
    holding: frozenset[StepId] = frozenset()
    """Steps whose condition holds."""
    spells: Mapping[StepId, int] = field(default_factory=dict)
    reached: frozenset[str] = frozenset()
    by_hand: frozenset[str] = frozenset()
    excluded_roles: frozenset[Role] = frozenset()
    excluded_people: frozenset[PersonId] = frozenset()
    passed_to: tuple[Role, PersonId] | None = None
    earlier: tuple[Earlier, ...] = ()
    earlier_same_post: tuple[CaseId, ...] = ()
    linked: tuple[CaseId, ...] = ()
    closed: Closed | None = None
    times_closed: int = 0
    told: tuple[Told, ...] = ()
    letters: tuple[Letter, ...] = ()
    legal_hold: bool = False
    """The case is kept, whatever its months."""
    moved_to_file: bool = False
    """What concerns a child is in the child protection file."""
    viewed_by: frozenset[PersonId] = frozenset()
    """Everybody who has seen its details here."""
    governors_told: tuple[Personal, ...] = ()
    """Governors who were told details elsewhere, as somebody says."""

    @property
    def concerned(self) -> frozenset[str]:
        """Whom the case is about, as keyed hashes and roles."""
        return frozenset().union(*(line.report.concerned for line in self.reports))

    @property
    def reporters(self) -> tuple[PersonId, ...]:
        """Everybody who reported, in order, each once."""
        return tuple(dict.fromkeys(line.report.reporter for line in self.reports))

    def was_told(self, kind: MessageKind, person: PersonId) -> bool:
        """Whether a message of this kind reached the person."""
        return any(each.kind is kind and each.person == person for each in self.told)

    @property
    def duplicate_of(self) -> CaseId | None:
        """The case that this one was found to be a duplicate of, while that answer stands."""
        for rounds in self.rounds.values():
            last = last_given(rounds)
            if last and last.other is not None and rounds[-1].given is last:
                return last.other
        return None

    def pending(self) -> tuple[tuple[StepId, Round], ...]:
        """Every pending round; none once the case is closed."""
        if self.closed:
            return ()
        return tuple(
            (step, each)
            for step, rounds in self.rounds.items()
            for each in rounds
            if each.is_pending
        )

    def pending_steps(self) -> frozenset[StepId]:
        """The steps with a pending round."""
        return frozenset(step for step, _ in self.pending())

    def last_outcome(self, step: StepId) -> OutcomeId | None:
        """What the last answer of the step counts as."""
        given = last_given(self.rounds.get(step, ()))
        return given.counts_as if given else None

    def noted(self, fact: Fact) -> int:
        """How often a fact from other cases holds (PRODUCT 2.4, same person and occasions)."""
        confirmed = tuple(each for each in self.earlier if each.confirmed)
        match fact:
            case Fact.POSSIBLE_SAME_PERSON:
                return len(self.earlier)
            case Fact.SAME_PERSON:
                return len(confirmed)
            case Fact.AGAIN_AFTER_AGREEING:
                return sum(each.agreed_before for each in confirmed)
            case Fact.MOST_OCCASIONS:
                return max(self.occasions().values(), default=0)
            case Fact.PEOPLE_CONCERNED:
                return len(self.occasions())

    def occasions(self) -> Mapping[str, int]:
        """Occasions against each person, in this case and the confirmed earlier ones."""
        counted: dict[str, int] = {}
        for people in (self.concerned, *(e.concerned for e in self.earlier if e.confirmed)):
            for person in people:
                counted[person] = counted.get(person, 0) + 1
        return counted


def last_given(rounds: tuple[Round, ...]) -> Given | None:
    """The answer of the last answered round."""
    return next((each.given for each in reversed(rounds) if each.given), None)
