"""What somebody asks to be done in a case: frozen, in the imperative."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.answers import Answers
from bot.domain.ids import CaseId, OutcomeId, PersonId, ResolutionId, Role, StepId
from bot.domain.personal import Personal


@dataclass(frozen=True)
class AnswerStep:
    """Answer a round. ``round`` or ``of`` say which, where more than one may be pending."""

    step: StepId
    outcome: OutcomeId
    round: int | None = None
    of: CaseId | None = None
    answers: Answers = field(default_factory=dict)
    reason: Personal | None = None
    resolution: ResolutionId | None = None
    other: CaseId | None = None
    per_link: tuple[OutcomeId, ...] = ()


@dataclass(frozen=True)
class CorrectAnswer:
    """Let another answer stand for the last answered round of a step (or for ``round``)."""

    step: StepId
    outcome: OutcomeId
    reason: Personal | None
    round: int | None = None
    answers: Answers = field(default_factory=dict)
    answer_reason: Personal | None = None
    other: CaseId | None = None
    per_link: tuple[OutcomeId, ...] = ()


@dataclass(frozen=True)
class SnoozeStep:
    """Keep a step out of round-ups until that of the nth school day after today."""

    step: StepId
    school_days: int
    reason: Personal | None
    round: int | None = None


@dataclass(frozen=True)
class ExtendDeadline:
    """Move a deadline to the end of the school's day ``until_on``."""

    step: StepId
    until_on: date
    reason: Personal | None
    round: int | None = None


@dataclass(frozen=True)
class OpenFurtherAction:
    """Open a milestone early; ``None`` is the pack's first that may be opened by hand."""

    reason: Personal | None
    milestone: str | None = None


@dataclass(frozen=True)
class StartAgain:
    """Start a new round of an action, after a later check found the post still up."""

    step: StepId
    reason: Personal | None


@dataclass(frozen=True)
class PassOn:
    """Pass the case on to a role."""

    to: Role
    reason: Personal | None
    person: PersonId | None = None


@dataclass(frozen=True)
class Exclude:
    """Somebody else is concerned."""

    person: PersonId
    reason: Personal | None


@dataclass(frozen=True)
class DeclareInterest:
    """I am concerned myself."""


@dataclass(frozen=True)
class AddNote:
    """Add a note to the record."""

    text: Personal


@dataclass(frozen=True)
class LinkCase:
    """A related case."""

    other: CaseId


@dataclass(frozen=True)
class Reopen:
    """Let a closed case go on."""

    reason: Personal | None


@dataclass(frozen=True)
class HandOver:
    """Take out a copy of the whole case, for somebody outside."""

    for_whom: Personal | None
    why: Personal | None


@dataclass(frozen=True)
class RecordGovernorTold:
    """Note that a governor was told details."""

    governor: Personal | None
    why: Personal | None


@dataclass(frozen=True)
class SetLegalHold:
    """Keep the case, whatever its months; or lift that again."""

    hold: bool
    reason: Personal | None


@dataclass(frozen=True)
class RecordMovedToFile:
    """Note that what concerns a child is in the child protection file."""


Command = (
    AnswerStep
    | CorrectAnswer
    | SnoozeStep
    | ExtendDeadline
    | OpenFurtherAction
    | StartAgain
    | PassOn
    | Exclude
    | DeclareInterest
    | AddNote
    | LinkCase
    | Reopen
    | HandOver
    | RecordGovernorTold
    | SetLegalHold
    | RecordMovedToFile
)

SNOOZES = (1, 2, 5)
"""School days for which a step may be snoozed (PRODUCT, section 4)."""

LONGEST_EXTENSION = timedelta(days=366)
"""A deadline further away is a slip of the keyboard."""
