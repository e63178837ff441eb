"""Decides whether a condition can hold at all, whatever is answered.

It says no only when it is sure. Facts from other cases, the school's traits and the like are taken
to be possible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, islice, product
from typing import Final

from bot.domain.conditions import (
    AllOf,
    Always,
    Answered,
    AnyOf,
    Condition,
    Includes,
    Is,
    Not,
    Outcome,
    Reached,
    Severity,
)
from bot.domain.ids import OptionId, OutcomeId, QuestionId, StepId
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind, Question

_MOST_WAYS: Final = 5_000
"""Ways to fulfil a condition that are tried; one with more is taken to be possible."""

_MOST_TICKS: Final = 12
"""Options of a question whose every combination is tried."""

Literal = tuple[Condition, bool]


@dataclass(frozen=True)
class Possible:
    """What can happen in a case, as far as it is known."""

    outcomes: Mapping[tuple[StepId, OutcomeId], int]
    """With how often it can be answered so in a row; 0 is any number of times."""
    milestones: frozenset[str]


def can_hold(condition: Condition, policy: Policy, possible: Possible) -> bool:
    """Whether some answers and events make it hold."""
    ways = list(islice(_ways(condition, wanted=True), _MOST_WAYS + 1))
    if len(ways) > _MOST_WAYS:
        return True
    return any(_together(way, policy, possible) for way in ways)


def _ways(condition: Condition, *, wanted: bool) -> Iterator[tuple[Literal, ...]]:
    """The ways in which it can be made to hold, or not to: what must be so together."""
    match condition:
        case Not(part):
            yield from _ways(part, wanted=not wanted)
        case AllOf(parts) | AnyOf(parts):
            ways = [_ways(part, wanted=wanted) for part in parts]
            if isinstance(condition, AllOf) is wanted:
                yield from (tuple(chain(*each)) for each in product(*ways))
            else:
                yield from chain(*ways)
        case _:
            yield ((condition, wanted),)


def _together(way: tuple[Literal, ...], policy: Policy, possible: Possible) -> bool:
    if (Always(), False) in way or any((atom, not wanted) in way for atom, wanted in way):
        return False
    questions = {atom.question for atom, _ in way if isinstance(atom, Is | Includes | Answered)}
    return (
        all(_answerable(each, way, policy) for each in questions)
        and all(_has_happened(atom, possible) for atom, wanted in way if wanted)
        and _one_severity(way, policy)
        and _one_last_answer(way)
    )


def _has_happened(atom: Condition, possible: Possible) -> bool:
    if isinstance(atom, Reached):
        return atom.milestone in possible.milestones
    if not isinstance(atom, Outcome):
        return True
    most = [
        possible.outcomes[atom.step, each]
        for each in atom.outcomes
        if (atom.step, each) in possible.outcomes
    ]
    return bool(most) and (0 in most or sum(most) >= atom.times)


def _one_severity(way: tuple[Literal, ...], policy: Policy) -> bool:
    levels = {rule.level for rule in policy.severities}
    for atom, wanted in way:
        if isinstance(atom, Severity):
            levels = levels & atom.levels if wanted else levels - atom.levels
    return bool(levels)


def _one_last_answer(way: tuple[Literal, ...]) -> bool:
    wanted_of: dict[StepId, frozenset[OutcomeId]] = {}
    for atom, wanted in way:
        if isinstance(atom, Outcome) and atom.last and wanted:
            wanted_of[atom.step] = wanted_of.get(atom.step, atom.outcomes) & atom.outcomes
    for atom, wanted in way:
        if isinstance(atom, Outcome) and atom.last and not wanted and atom.step in wanted_of:
            wanted_of[atom.step] -= atom.outcomes
    return all(wanted_of.values())


def questions_of(policy: Policy, question: QuestionId) -> tuple[Question, ...]:
    """The question on a page and the one that an outcome asks, those that there are."""
    both = (policy.questions.get(question), policy.asked_by_steps.get(question))
    return tuple(each for each in both if each)


def _answerable(question: QuestionId, way: tuple[Literal, ...], policy: Policy) -> bool:
    found = questions_of(policy, question)
    options = {option.id: option for each in found for option in each.options}
    if not options or len(options) > _MOST_TICKS:
        return True
    many = any(each.kind is AnswerKind.MANY for each in found)
    alone = {identity for identity, option in options.items() if option.alone}
    sizes = range(len(options) + 1) if many else range(2)
    answers = chain(*(combinations(options, size) for size in sizes))
    about = [
        (atom, wanted)
        for atom, wanted in way
        if isinstance(atom, Is | Includes | Answered) and atom.question == question
    ]
    return any(
        all(_fits(atom, frozenset(given), many=many) is wanted for atom, wanted in about)
        for given in answers
        if len(given) < 2 or not alone & set(given)
    )


def _fits(atom: Is | Includes | Answered, given: frozenset[OptionId], *, many: bool) -> bool:
    if isinstance(atom, Answered):
        return bool(given)
    if isinstance(atom, Is) and many:
        return given == atom.options
    return bool(given & atom.options)
