"""The policy of a school as data: questions, steps, deadlines, reminders, each with its source.

A ``Policy`` is made by ``bot.policies.parse`` from a TOML file and is checked in full when made.
The engine reads these rules and knows no id of any pack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from bot.domain.conditions import Condition, NothingElsePending, parts_of
from bot.domain.ids import (
    CardId,
    MessageKind,
    OptionId,
    OutcomeId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.lengths import Length
from bot.domain.questions import Card, Page, Question, StopCardRule
from bot.domain.retention import RetentionRules
from bot.domain.step_rules import AfterRule, MilestoneRule, RestrictionRule, StepRule


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
class LetterSources:
    """Which questions and steps tell what stands in letters. What is not named stays out."""

    place: QuestionId | None = None
    poster: QuestionId | None = None
    """Who posted, as a choice."""
    seen: QuestionId | None = None
    says: Mapping[tuple[StepId, OutcomeId], str] = field(default_factory=dict)
    """How talks, letters and checks of the post ended, in words that may stand in a letter."""
    left_out: frozenset[OptionId] = frozenset()
    """Categories that a letter does not name."""


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
    retention: RetentionRules
    same_post: SamePost | None
    same_person: SamePerson | None
    reminders: tuple[ReminderRule, ...]
    digest: DigestRule
    letters: LetterSources = LetterSources()
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

    @cached_property
    def steps_after_all_others(self) -> tuple[StepRule, ...]:
        """The steps that ask whether nothing else is pending, and so come last."""
        return tuple(
            rule
            for rule in self.steps
            if any(isinstance(part, NothingElsePending) for part in parts_of(rule.when))
        )

    @cached_property
    def steps_on_their_own(self) -> tuple[StepRule, ...]:
        """All the other steps, in the pack's order."""
        last = {rule.id for rule in self.steps_after_all_others}
        return tuple(rule for rule in self.steps if rule.id not in last)

    @cached_property
    def turns(self) -> Mapping[StepId, int]:
        """The place of each step in an order in which those come first that others wait for."""
        awaited = {step for rule in self.steps for step in rule.waits_for}
        in_order = sorted(self.steps_by_id, key=lambda step: step not in awaited)
        return {step: place for place, step in enumerate(in_order)}

    @cached_property
    def steps_that_may_close(self) -> tuple[StepRule, ...]:
        """The steps with an outcome that closes the case as soon as it can."""
        return tuple(rule for rule in self.steps if any(each.closing for each in rule.outcomes))
