"""When a rule applies: a small closed union over what a case's events say.

Conditions read events only, never the time or the calendar, so that a clock starts at an event's
time.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.ids import OptionId, OutcomeId, QuestionId, StepId


class Fact(StrEnum):
    """Facts that come from other cases, noted as events (PRODUCT 2.4, same person)."""

    POSSIBLE_SAME_PERSON = "possible-same-person"
    SAME_PERSON = "same-person"
    AGAIN_AFTER_AGREEING = "again-after-agreeing"
    MOST_OCCASIONS = "most-occasions"
    """The greatest number of occasions against one person."""
    PEOPLE_CONCERNED = "people-concerned"
    """Against how many people there is at least one occasion."""


@dataclass(frozen=True)
class Always:
    """Holds in every case."""


@dataclass(frozen=True)
class Is:
    """The answer is one of ``options``; of a choose-many question: exactly these were ticked."""

    question: QuestionId
    options: frozenset[OptionId]


@dataclass(frozen=True)
class Includes:
    """At least one of ``options`` was ticked."""

    question: QuestionId
    options: frozenset[OptionId]


@dataclass(frozen=True)
class Answered:
    """The question has an answer that is not empty."""

    question: QuestionId


@dataclass(frozen=True)
class Outcome:
    """A round of ``step`` was answered so, and that answer stands.

    ``times`` counts the answers since the step last began to apply. With ``last`` only the last
    answer of the step decides.
    """

    step: StepId
    outcomes: frozenset[OutcomeId]
    times: int = 1
    last: bool = False


@dataclass(frozen=True)
class Reached:
    """A milestone of the pack is open."""

    milestone: str


@dataclass(frozen=True)
class Severity:
    """The case has one of these severities."""

    levels: frozenset[str]


@dataclass(frozen=True)
class Safeguarding:
    """The case has a safeguarding side."""


@dataclass(frozen=True)
class Noted:
    """A fact from other cases, at least so many times."""

    fact: Fact
    at_least: int = 1


@dataclass(frozen=True)
class School:
    """Something that is true of the school, as it was when the case was opened."""

    trait: str


@dataclass(frozen=True)
class NothingElsePending:
    """No other step of the case is pending; evaluated last."""


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """One part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = (
    Always
    | Is
    | Includes
    | Answered
    | Outcome
    | Reached
    | Severity
    | Safeguarding
    | Noted
    | School
    | NothingElsePending
    | AllOf
    | AnyOf
    | Not
)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The condition itself and every condition inside it."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return (condition, *(inner for part in parts for inner in parts_of(part)))
        case Not(part):
            return (condition, *parts_of(part))
        case _:
            return (condition,)
