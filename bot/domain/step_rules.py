"""What a pack says of its procedure: steps, outcomes, rounds, milestones and restrictions."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conditions import Condition
from bot.domain.ids import (
    CardId,
    LetterId,
    OptionId,
    OutcomeId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.lengths import Length


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
class LetterRule:
    """A letter or note that belongs to a step."""

    id: LetterId
    label: str
    clauses: tuple[str, ...]
    answers: OutcomeId | None = None
    """The outcome with which issuing it may answer the step; ``None``: it is answered later."""


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
    shows_links: bool = False
    """Its form shows the reported links, and where each site takes reports."""
    complaints: bool = False
    """Its form shows where the school's complaints procedure is found."""
    per_link: bool = False
    """Answered for each link; the outcome that stands first in ``outcomes_by_weight`` counts."""
    outcomes_by_weight: tuple[OutcomeId, ...] = ()
    cards: tuple[CardId, ...] = ()
    letter: LetterRule | None = None
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
