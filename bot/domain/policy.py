"""The policy of a school as data: questions, steps, deadlines, reminders, each with its source.

A ``Policy`` is made by ``bot.policies.parse`` from a TOML file and is checked in full when made.
The engine reads these rules and knows no id of any pack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cached_property

from bot.domain.conditions import Condition
from bot.domain.ids import (
    CardId,
    ContactId,
    MessageKind,
    OptionId,
    OutcomeId,
    PageId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.lengths import Length


class AnswerKind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    SHORT_TEXT = "short-text"
    LONG_TEXT = "long-text"
    NAMES = "names"
    """Names separated by commas."""
    LINKS = "links"
    FILES = "files"
    MOMENT = "moment"
    """A date, with or without a time; the school's local time."""
    TICK = "tick"


@dataclass(frozen=True)
class Option:
    """One of the answers that a question offers; ``alone`` shuts out every other one."""

    id: OptionId
    label: str
    clauses: tuple[str, ...] = ()
    alone: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """A guided question. ``why`` is the one line that says why it is asked."""

    id: QuestionId
    kind: AnswerKind
    label: str
    why: str
    sources: tuple[str, ...]
    options: tuple[Option, ...] = ()
    optional: bool = False
    folded: bool = False
    """Shown under *More, if you know it*."""
    when: Condition | None = None
    """Asked only when this holds for the answers so far; ``None`` is always."""
    graver: tuple[OptionId, ...] = ()
    """From mild to grave: which single answer counts when reports join."""
    hint: str = ""

    def option(self, option: OptionId) -> Option | None:
        """The option of that id, if the question offers it."""
        return next((each for each in self.options if each.id == option), None)


@dataclass(frozen=True)
class Page:
    """A page of the guided questions, shown when one of its questions is asked."""

    id: PageId
    title: str
    intro: str
    questions: tuple[QuestionId, ...]


@dataclass(frozen=True)
class Card:
    """Dated words: a stop card or guidance, with source and the day it was checked."""

    id: CardId
    title: str
    lines: tuple[str, ...]
    source: str
    checked_on: date
    contacts: tuple[ContactId, ...] = ()


@dataclass(frozen=True)
class StopCardRule:
    """When a stop card is shown, to whom, and whether it has *Alert now*."""

    card: CardId
    when: Condition
    sources: tuple[str, ...]
    alert_now: bool = False
    to_reporter: bool = True
    """False: only whoever works the case sees it."""
    advice: bool = False
    """Advice that looks like a stop card but is none: no journey lists it."""


@dataclass(frozen=True)
class SeverityRule:
    """The first rule that holds gives the severity; the last one always holds."""

    level: str
    label: str
    when: Condition
    sources: tuple[str, ...]
    urgent: bool = False
    """Alerted at once, at any hour, with repeats."""


@dataclass(frozen=True)
class OwnerRule:
    """The roles that own a case, in order: the first with a holder who is not excluded."""

    roles: tuple[Role, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ExclusionRule:
    """Which answer excludes the holders of which role."""

    question: QuestionId
    option: OptionId
    role: Role
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """A question that an outcome asks, and when."""

    question: QuestionId
    when: Condition


@dataclass(frozen=True)
class Closing:
    """An outcome that closes the case as soon as none of ``keeps`` is pending."""

    resolution: ResolutionId
    keeps: tuple[StepId, ...]


class Needs(StrEnum):
    """What an outcome asks for besides its questions."""

    REASON = "reason"
    RESOLUTION = "resolution"
    OTHER_CASE = "of"


@dataclass(frozen=True)
class OutcomeRule:
    """One way to answer a step and what follows from it."""

    id: OutcomeId
    label: str
    when: Condition
    """Offered only when this holds."""
    asks: tuple[Ask, ...] = ()
    needs: frozenset[Needs] = frozenset()
    reason_when: Condition | None = None
    """A reason is asked for while this holds, such as closing while a post is still up."""
    sets: tuple[tuple[QuestionId, OptionId], ...] = ()
    """Answers of the case that this outcome changes."""
    clears: tuple[QuestionId, ...] = ()
    identifies: bool = False
    """The answers asked here replace the report's; earlier cases are looked for again."""
    confirms_same_person: bool = False
    joins_other_case: bool = False
    closing: Closing | None = None
    closes: bool = False
    """Closes the case at once, with the resolution asked for."""
    counts_as: tuple[tuple[Condition, OutcomeId], ...] = ()
    """With these answers it counts as another outcome of the step (asked answers included)."""


@dataclass(frozen=True)
class AgainRule:
    """An outcome of the step itself that starts a new round, at most so often in a row."""

    on: frozenset[OutcomeId]
    within: Length
    at_most: int | None = None


@dataclass(frozen=True)
class AfterRule:
    """An answer of another step that starts a new round of this one."""

    step: StepId
    outcomes: frozenset[OutcomeId]


@dataclass(frozen=True)
class DueRule:
    """The first rule that holds gives the time allowed."""

    within: Length
    when: Condition
    sources: tuple[str, ...] = ()


class Opens(StrEnum):
    """What starts the rounds of a step."""

    WHEN = "when"
    """Its condition begins to hold."""
    EACH_ANSWER = "each-answer"
    """Each answer named in ``each``, while the condition holds."""
    EACH_EARLIER_CASE = "each-earlier-case"
    """Each possible match with an earlier case."""


@dataclass(frozen=True)
class StepRule:
    """A step of the procedure."""

    id: StepId
    label: str
    clauses: tuple[str, ...]
    when: Condition
    due: tuple[DueRule, ...]
    outcomes: tuple[OutcomeRule, ...]
    opens: Opens = Opens.WHEN
    each: tuple[AfterRule, ...] = ()
    again: tuple[AgainRule, ...] = ()
    waits_for: tuple[StepId, ...] = ()
    """Held back while a round of one of these is pending (the ◆)."""
    may_be_not_needed: bool = True
    afresh_on: tuple[tuple[QuestionId, frozenset[OptionId]], ...] = ()
    """A newly ticked one of these starts a new round."""
    afresh_on_exclusion: bool = False
    """So does the exclusion of whoever answered it."""
    action: bool = False
    """An action that the school *will consider*: shown as possible or recommended."""
    at_once: Condition | None = None
    """Due without further action, and then always recommended."""
    recommended: Condition | None = None
    """Recommended while this holds, unless ``Policy.never_recommended_when`` does."""
    for_roles: frozenset[Role] = frozenset()
    """Roles that may answer it beside the owner."""
    round_up_for: frozenset[Role] = frozenset()
    """Roles that hear of it in their round-ups beside the owner."""
    pressing: bool = False
    """Escalated on working days, sooner; never thinned."""
    in_holidays: bool = False
    """While it is pending, round-ups also on working days in the holidays."""
    per_link: bool = False
    """Answered for each link; the outcome that stands first in ``outcomes_by_weight`` counts."""
    outcomes_by_weight: tuple[OutcomeId, ...] = ()
    cards: tuple[CardId, ...] = ()
    hint: str = ""

    def outcome(self, outcome: OutcomeId) -> OutcomeRule | None:
        """The rule of that outcome, if the step has it."""
        return next((each for each in self.outcomes if each.id == outcome), None)


@dataclass(frozen=True)
class MilestoneRule:
    """A point of the procedure that stays reached, such as further action (P27)."""

    id: str
    label: str
    clauses: tuple[str, ...]
    base: Condition
    """Must hold all the time."""
    opens: Condition
    """Must have come to hold once."""
    waits_for: tuple[StepId, ...] = ()
    by_hand: bool = False
    """The owner may open it early, with a reason, while ``base`` holds."""
    by_hand_line: str = ""
    """The sentence that the reason completes."""


@dataclass(frozen=True)
class RestrictionRule:
    """While ``when`` holds, only these steps of the procedure apply."""

    id: str
    label: str
    clauses: tuple[str, ...]
    when: Condition
    only: tuple[StepId, ...]


@dataclass(frozen=True)
class Resolution:
    """A way in which a case can end, and how many months its record is kept."""

    id: ResolutionId
    label: str
    keep_months: int
    by_hand: bool = True
    """False: given by an outcome, never chosen."""


@dataclass(frozen=True)
class SamePost:
    """Which question holds the links by which a report joins an open case."""

    question: QuestionId
    sources: tuple[str, ...]


@dataclass(frozen=True)
class SamePerson:
    """How the earlier cases of the same poster are found and counted."""

    name: QuestionId
    years: int
    concerned: QuestionId
    """The question with the names of those the post is about."""
    concerned_roles: QuestionId
    """The question whose options name roles of the school."""
    role_options: frozenset[OptionId]
    agreed: Condition
    """The poster agreed, in the earlier case."""
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ReminderRule:
    """When a kind of message goes out. Which of the fields count depends on the kind."""

    kind: MessageKind
    sources: tuple[str, ...]
    at: time | None = None
    weekday: int | None = None
    """0 is Monday."""
    earliest: time | None = None
    latest: time | None = None
    any_day: bool = False
    """``earliest`` to ``latest`` on any day; else on school days."""
    severities: frozenset[str] = frozenset()
    after: tuple[Length, ...] = ()
    until_answered: StepId | None = None
    to: tuple[Role, ...] = ()
    escalate_after: Length | None = None
    escalate_after_pressing: Length | None = None
    most_times: int | None = None


@dataclass(frozen=True)
class DigestMeasure:
    """A figure of the digest: the days to an answer, or how often something was offered."""

    id: str
    label: str
    step: StepId
    outcomes: frozenset[OutcomeId]


@dataclass(frozen=True)
class DigestRule:
    """Which measures the governors' digest shows."""

    sources: tuple[str, ...]
    days_to: tuple[DigestMeasure, ...]
    offers: tuple[DigestMeasure, ...]


@dataclass(frozen=True)
class Policy:
    """A whole policy pack, checked."""

    id: str
    title: str
    dated_on: date
    clauses: Mapping[str, str]
    """Every clause that the pack knows, with a summary."""
    pages: tuple[Page, ...]
    questions: Mapping[QuestionId, Question]
    asked_by_steps: Mapping[QuestionId, Question]
    categories: QuestionId
    """The choose-many question whose options are the categories of the case."""
    safety: QuestionId
    dangers: frozenset[OptionId]
    """Answers of ``safety`` that *Alert now* and the draft reminder are for."""
    severities: tuple[SeverityRule, ...]
    safeguarding: Condition
    owner: OwnerRule
    exclusions: tuple[ExclusionRule, ...]
    excluded_by_name: tuple[QuestionId, ...]
    """A role's holder whose name is given here is excluded."""
    stop_cards: tuple[StopCardRule, ...]
    cards: Mapping[CardId, Card]
    files_forbidden: Condition
    files: QuestionId | None
    milestones: tuple[MilestoneRule, ...]
    restrictions: tuple[RestrictionRule, ...]
    steps: tuple[StepRule, ...]
    first_step: StepId
    """The step that reopening starts again, unless a step with ``closes`` closed the case."""
    never_recommended_when: Condition
    """While this holds, nothing but an action due at once is recommended."""
    resolutions: tuple[Resolution, ...]
    same_post: SamePost | None
    same_person: SamePerson | None
    reminders: tuple[ReminderRule, ...]
    digest: DigestRule
    shows_reporter: QuestionId | None = None
    """The tick that says that a file shows who took it."""
    start_again_after: AfterRule | None = None
    """The answer after which the owner may start a new round of an action (P27)."""
    phrases: tuple[tuple[Condition, str], ...] = ()
    """How the pack itself says some of its conditions, for those who read it."""

    @cached_property
    def steps_by_id(self) -> Mapping[StepId, StepRule]:
        """Every step by its id."""
        return {rule.id: rule for rule in self.steps}
