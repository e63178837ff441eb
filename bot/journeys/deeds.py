"""What somebody does in a journey, in the domain's words: one frozen class for each verb."""

from dataclasses import dataclass, field
from datetime import date

from bot.domain.answers import Answers
from bot.domain.ids import CaseId, OutcomeId, ResolutionId, Role, StepId
from bot.domain.personal import Personal


@dataclass(frozen=True)
class Report:
    """Report a post. ``files`` are names: ``bot.journeys.sample.file_named`` has their bytes."""

    answers: Answers
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class AlertNow:
    """Press *Alert now* on a stop card, with what is answered so far."""

    answers: Answers


@dataclass(frozen=True)
class Answer:
    """Answer a step. ``of`` is the earlier case that is checked, or the one this duplicates."""

    case: CaseId
    step: StepId
    outcome: OutcomeId
    answers: Answers = field(default_factory=dict)
    reason: Personal | None = None
    resolution: ResolutionId | None = None
    of: CaseId | None = None


@dataclass(frozen=True)
class Snooze:
    """Keep a step out of round-ups for so many school days."""

    case: CaseId
    step: StepId
    days: int
    reason: Personal | None = None


@dataclass(frozen=True)
class Extend:
    """Move a deadline to the end of a day in the school's zone."""

    case: CaseId
    step: StepId
    until: date
    reason: Personal | None = None


@dataclass(frozen=True)
class OpenFurtherAction:
    """Open further action early."""

    case: CaseId
    reason: Personal | None = None


@dataclass(frozen=True)
class NewRound:
    """Start a new round of an action."""

    case: CaseId
    step: StepId
    reason: Personal | None = None


@dataclass(frozen=True)
class PassOn:
    """Pass a case on to a role; ``person`` is a label where one of its holders is meant."""

    case: CaseId
    to: Role
    person: str | None = None
    reason: Personal | None = None


@dataclass(frozen=True)
class ExcludePerson:
    """Say that somebody else (a label) is concerned."""

    case: CaseId
    whom: str
    reason: Personal | None = None


@dataclass(frozen=True)
class Link:
    """Link a related case."""

    case: CaseId
    to: CaseId


@dataclass(frozen=True)
class DeclareInterest:
    """Say that one is concerned oneself."""

    case: CaseId


@dataclass(frozen=True)
class ReopenCase:
    """Let a closed case go on."""

    case: CaseId
    reason: Personal | None = None


@dataclass(frozen=True)
class Correct:
    """Let another answer stand for the last one of a step; ``reason`` is for the correction."""

    case: CaseId
    step: StepId
    outcome: OutcomeId
    answers: Answers = field(default_factory=dict)
    reason: Personal | None = None


@dataclass(frozen=True)
class Note:
    """Add a note to the record of a case."""

    case: CaseId
    text: Personal


@dataclass(frozen=True)
class Add:
    """Add to an own report. ``files`` as in ``Report``."""

    case: CaseId
    answers: Answers
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewCase:
    """Look at a case."""

    case: CaseId


@dataclass(frozen=True)
class Away:
    """Be away up to and including a day in the school's zone."""

    until: date


@dataclass(frozen=True)
class Back:
    """Be back."""


@dataclass(frozen=True)
class HoldDigest:
    """Hold this week's digest."""


@dataclass(frozen=True)
class PostDigest:
    """Post this week's digest before its time."""


Deed = (
    Report
    | AlertNow
    | Answer
    | Snooze
    | Extend
    | OpenFurtherAction
    | NewRound
    | PassOn
    | ExcludePerson
    | Link
    | DeclareInterest
    | ReopenCase
    | Correct
    | Note
    | Add
    | ViewCase
    | Away
    | Back
    | HoldDigest
    | PostDigest
)
