"""What has happened in a case: frozen, in the past tense, never changed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.domain.answers import Answers
from bot.domain.ids import (
    CaseId,
    Cause,
    EvidenceId,
    LetterId,
    MessageKind,
    OutcomeId,
    PersonId,
    QuestionId,
    Reference,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.personal import Personal

NOT_NEEDED = OutcomeId("not-needed")
"""The outcome that any step may have for which the pack allows it, with a reason."""


@dataclass(frozen=True)
class Actor:
    """Who did it, with the roles held at that moment; the bot itself has no roles."""

    person: PersonId
    roles: frozenset[Role] = frozenset()
    name: Personal | None = None
    """As the platform or ``school.toml`` gives it."""


BOT = Actor(PersonId("bot"))


class How(StrEnum):
    """How a report came to a case."""

    OPENED = "opened"
    JOINED = "joined"
    ADDED = "added"
    """The reporter added to an own report."""
    COMPLETED = "completed"
    """The rest of a report that *Alert now* had opened the case with."""
    DUPLICATE = "duplicate"
    """From a case that was found to be a duplicate of this one."""


class Fetched(StrEnum):
    """What was fetched of a case."""

    LETTER = "letter"
    COPY = "copy"
    """The copy of the whole case, for somebody outside."""


@dataclass(frozen=True)
class Report:
    """What one person told. ``concerned`` names whom it is about as keyed hashes and roles."""

    reporter: PersonId
    answers: Answers
    concerned: frozenset[str] = frozenset()
    evidence: tuple[EvidenceId, ...] = ()


@dataclass(frozen=True)
class CaseOpened:
    """A report opened the case, under the policy of this hash."""

    reference: Reference
    report: Report
    policy_sha256: str
    traits: frozenset[str] = frozenset()
    earlier_same_post: tuple[CaseId, ...] = ()


@dataclass(frozen=True)
class ReportJoined:
    """A further report came to the case."""

    report: Report
    how: How
    of_case: CaseId | None = None


@dataclass(frozen=True)
class EvidenceAttached:
    """A file was put in the vault for the case."""

    evidence: EvidenceId
    media_type: str
    size: int
    sha256: str
    shows_reporter: bool = False


@dataclass(frozen=True)
class SamePersonNoted:
    """An earlier case has a poster of the same name; it may be someone else."""

    earlier: tuple[CaseId, ...]


@dataclass(frozen=True)
class SamePersonSettled:
    """Whether an earlier case was the same person's, and what it says if so."""

    other: CaseId
    confirmed: bool
    agreed_before: bool = False
    concerned: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StepAnswered:
    """A round of a step was answered."""

    step: StepId
    round: int
    outcome: OutcomeId
    answers: Answers = field(default_factory=dict)
    reason: Personal | None = None
    resolution: ResolutionId | None = None
    other: CaseId | None = None
    per_link: tuple[OutcomeId, ...] = ()


@dataclass(frozen=True)
class EntryCorrected:
    """An answer was wrong; this one stands instead. The first stays visible."""

    step: StepId
    round: int
    outcome: OutcomeId
    answers: Answers = field(default_factory=dict)
    reason: Personal | None = None
    answer_reason: Personal | None = None
    other: CaseId | None = None
    per_link: tuple[OutcomeId, ...] = ()


@dataclass(frozen=True)
class StepSnoozed:
    """A step stays out of round-ups until that day's; its deadline stays."""

    step: StepId
    round: int
    until_on: date
    reason: Personal


@dataclass(frozen=True)
class DeadlineExtended:
    """The deadline of a round was moved."""

    step: StepId
    round: int
    due_at: datetime
    reason: Personal


@dataclass(frozen=True)
class FurtherActionOpened:
    """The owner opened a milestone early."""

    milestone: str
    reason: Personal


@dataclass(frozen=True)
class ActionStartedAgain:
    """The owner started a new round of an action."""

    step: StepId
    reason: Personal


@dataclass(frozen=True)
class CasePassedOn:
    """The owner passed the case on to a role."""

    to: Role
    person: PersonId
    reason: Personal


@dataclass(frozen=True)
class InterestDeclared:
    """Somebody said that the case concerns them, and is out."""


@dataclass(frozen=True)
class PersonExcluded:
    """Somebody is out, because the owner says so or because the report names them."""

    person: PersonId
    roles: frozenset[Role]
    reason: Personal | None = None


@dataclass(frozen=True)
class CasesLinked:
    """A related case."""

    other: CaseId


@dataclass(frozen=True)
class NoteAdded:
    """A note for the record."""

    text: Personal


@dataclass(frozen=True)
class CaseClosed:
    """The case ended."""

    resolution: ResolutionId
    by_step: StepId
    other: CaseId | None = None


@dataclass(frozen=True)
class CaseReopened:
    """The case goes on."""

    reason: Personal


@dataclass(frozen=True)
class PersonTold:
    """A message about the case was delivered to somebody."""

    kind: MessageKind
    person: PersonId
    roles: frozenset[Role]
    steps: tuple[StepId, ...] = ()


@dataclass(frozen=True)
class LetterDrafted:
    """A letter was written from its template, for its owner to read and change."""

    letter: LetterId
    step: StepId
    round: int
    file: EvidenceId
    sha256: str


@dataclass(frozen=True)
class LetterIssued:
    """A version of a letter was approved: the one that was drafted, or one that was changed."""

    letter: LetterId
    step: StepId
    round: int
    file: EvidenceId
    sha256: str
    as_drafted: bool


@dataclass(frozen=True)
class CaseHandedOver:
    """A copy of the whole case was taken out, for somebody outside."""

    for_whom: Personal
    why: Personal


@dataclass(frozen=True)
class DocumentFetched:
    """A letter, or the copy for somebody outside, was fetched."""

    what: Fetched


@dataclass(frozen=True)
class GovernorTold:
    """A governor was told details of the case, as somebody says."""

    governor: Personal
    why: Personal


@dataclass(frozen=True)
class LegalHoldSet:
    """The case is kept, whatever its months."""

    reason: Personal


@dataclass(frozen=True)
class LegalHoldLifted:
    """The case is kept for its months, as any other."""

    reason: Personal


@dataclass(frozen=True)
class MovedToFile:
    """What concerns a child was moved to the child protection file."""


@dataclass(frozen=True)
class PersonLookedUp:
    """The case came up when it was looked up what is held on a person."""

    taken_out: bool
    """A copy of what was found was made."""


@dataclass(frozen=True)
class CaseViewed:
    """Somebody looked at the case."""


@dataclass(frozen=True)
class AccessRefused:
    """Somebody was refused something about the case."""

    action: str


Event = (
    CaseOpened
    | ReportJoined
    | EvidenceAttached
    | SamePersonNoted
    | SamePersonSettled
    | StepAnswered
    | EntryCorrected
    | StepSnoozed
    | DeadlineExtended
    | FurtherActionOpened
    | ActionStartedAgain
    | CasePassedOn
    | InterestDeclared
    | PersonExcluded
    | CasesLinked
    | NoteAdded
    | CaseClosed
    | CaseReopened
    | PersonTold
    | CaseViewed
    | AccessRefused
    | LetterDrafted
    | LetterIssued
    | CaseHandedOver
    | DocumentFetched
    | GovernorTold
    | LegalHoldSet
    | LegalHoldLifted
    | MovedToFile
    | PersonLookedUp
)


CHANGES_NO_ROUND: Final = (
    AccessRefused,
    CaseHandedOver,
    CaseViewed,
    DocumentFetched,
    GovernorTold,
    LegalHoldLifted,
    LegalHoldSet,
    LetterDrafted,
    LetterIssued,
    MovedToFile,
    NoteAdded,
    PersonLookedUp,
    PersonTold,
)
"""Events after which every step stands as before."""


@dataclass(frozen=True)
class Entry:
    """An event with its place in the record. ``at`` is UTC."""

    number: int
    at: datetime
    by: Actor
    cause: Cause
    event: Event


def asked_of(answers: Answers, questions: Mapping[QuestionId, object]) -> Answers:
    """Those answers whose question is one of ``questions``."""
    return {question: value for question, value in answers.items() if question in questions}
