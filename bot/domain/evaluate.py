"""Whether a condition holds in a case, from what its events say alone."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.domain.answers import Answers, ticked
from bot.domain.conditions import (
    AllOf,
    Always,
    Answered,
    AnyOf,
    Condition,
    Includes,
    Is,
    Not,
    Noted,
    NothingElsePending,
    Outcome,
    Reached,
    Safeguarding,
    School,
    Severity,
)
from bot.domain.ids import OptionId, StepId

if TYPE_CHECKING:
    from bot.domain.case import CaseState

_Test = Callable[[Any, "CaseState", StepId | None], bool]
_InAnswers = Callable[[Any, Answers], bool]


def holds_in_answers(condition: Condition, answers: Answers) -> bool:
    """Whether it holds for answers alone, before there is a case.

    Raises ``TypeError`` for a condition that needs a case; a checked pack has none in such a place.
    """
    test = _IN_ANSWERS.get(type(condition))
    if test is None:
        message = f"{type(condition).__name__} cannot be judged from answers alone."
        raise TypeError(message)
    return test(condition, answers)


def holds(condition: Condition, state: "CaseState", step: StepId | None = None) -> bool:
    """Whether it holds in the case; ``step`` is the one that *nothing else* leaves out."""
    return _IN_A_CASE[type(condition)](condition, state, step)


def _is(condition: Is, answers: Answers) -> bool:
    value = answers.get(condition.question)
    if isinstance(value, frozenset):
        return value == condition.options
    return value in condition.options if isinstance(value, OptionId) else False


def _includes(condition: Includes, answers: Answers) -> bool:
    return not condition.options.isdisjoint(ticked(answers, condition.question))


def _answered(condition: Answered, answers: Answers) -> bool:
    value = answers.get(condition.question)
    return value is not None and value not in ((), frozenset())


def _all_in_answers(condition: AllOf, answers: Answers) -> bool:
    return all(holds_in_answers(part, answers) for part in condition.parts)


def _any_in_answers(condition: AnyOf, answers: Answers) -> bool:
    return any(holds_in_answers(part, answers) for part in condition.parts)


def _not_in_answers(condition: Not, answers: Answers) -> bool:
    return not holds_in_answers(condition.part, answers)


def _always(_: Always, __: object, ___: object = None) -> bool:
    return True


def _in_its_answers(test: _InAnswers) -> _Test:
    def of_the_case(condition: Condition, state: "CaseState", _: StepId | None) -> bool:
        return test(condition, state.answers)

    return of_the_case


def _outcome(condition: Outcome, state: "CaseState", _: StepId | None) -> bool:
    if condition.last:
        return state.last_outcome(condition.step) in condition.outcomes
    rounds = state.rounds.get(condition.step)
    if not rounds:
        return False
    spell = state.spells.get(condition.step, 0)
    in_a_row = condition.times > 1
    if in_a_row and condition.step not in state.holding:
        return False
    given = [each.given for each in rounds if each.given and (each.spell == spell or not in_a_row)]
    return sum(each.counts_as in condition.outcomes for each in given) >= condition.times


def _reached(condition: Reached, state: "CaseState", _: StepId | None) -> bool:
    return condition.milestone in state.reached


def _severity(condition: Severity, state: "CaseState", _: StepId | None) -> bool:
    return state.severity in condition.levels


def _safeguarding(_: Safeguarding, state: "CaseState", __: StepId | None) -> bool:
    return state.safeguarding


def _noted(condition: Noted, state: "CaseState", _: StepId | None) -> bool:
    return state.noted(condition.fact) >= condition.at_least


def _school(condition: School, state: "CaseState", _: StepId | None) -> bool:
    return condition.trait in state.traits


def _nothing_else(_: NothingElsePending, state: "CaseState", step: StepId | None) -> bool:
    return not (state.pending_steps() - {step})


def _all_of(condition: AllOf, state: "CaseState", step: StepId | None) -> bool:
    return all(holds(part, state, step) for part in condition.parts)


def _any_of(condition: AnyOf, state: "CaseState", step: StepId | None) -> bool:
    return any(holds(part, state, step) for part in condition.parts)


def _not(condition: Not, state: "CaseState", step: StepId | None) -> bool:
    return not holds(condition.part, state, step)


_IN_ANSWERS: Final[Mapping[type[Condition], _InAnswers]] = {
    Always: _always,
    Is: _is,
    Includes: _includes,
    Answered: _answered,
    AllOf: _all_in_answers,
    AnyOf: _any_in_answers,
    Not: _not_in_answers,
}
_IN_A_CASE: Final[Mapping[type[Condition], _Test]] = {
    Always: _always,
    Is: _in_its_answers(_is),
    Includes: _in_its_answers(_includes),
    Answered: _in_its_answers(_answered),
    Outcome: _outcome,
    Reached: _reached,
    Severity: _severity,
    Safeguarding: _safeguarding,
    Noted: _noted,
    School: _school,
    NothingElsePending: _nothing_else,
    AllOf: _all_of,
    AnyOf: _any_of,
    Not: _not,
}
"""By kind, and not one question after another: a case asks some hundred at each of its entries."""
