"""Whether a condition holds in a case, from what its events say alone."""

from typing import assert_never

from bot.domain.answers import Answers, ticked
from bot.domain.case import CaseState
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
from bot.domain.ids import StepId


def holds_in_answers(condition: Condition, answers: Answers) -> bool:
    """Whether it holds for answers alone, before there is a case.

    Raises ``TypeError`` for a condition that needs a case; a checked pack has none in such a place.
    """
    match condition:
        case Always():
            return True
        case Is(question, options):
            given = ticked(answers, question)
            if isinstance(answers.get(question), frozenset):
                return given == options
            return bool(given & options)
        case Includes(question, options):
            return bool(ticked(answers, question) & options)
        case Answered(question):
            value = answers.get(question)
            return value is not None and value not in ((), frozenset())
        case AllOf(parts):
            return all(holds_in_answers(part, answers) for part in parts)
        case AnyOf(parts):
            return any(holds_in_answers(part, answers) for part in parts)
        case Not(part):
            return not holds_in_answers(part, answers)
        case _:
            message = f"{type(condition).__name__} cannot be judged from answers alone."
            raise TypeError(message)


def holds(condition: Condition, state: CaseState, step: StepId | None = None) -> bool:
    """Whether it holds in the case; ``step`` is the one that *nothing else* leaves out."""
    match condition:
        case Always() | Is() | Includes() | Answered():
            return holds_in_answers(condition, state.answers)
        case Outcome():
            return _outcome(condition, state)
        case Reached(milestone):
            return milestone in state.reached
        case Severity(levels):
            return state.severity in levels
        case Safeguarding():
            return state.safeguarding
        case Noted(fact, at_least):
            return state.noted(fact) >= at_least
        case School(trait):
            return trait in state.traits
        case NothingElsePending():
            return not (state.pending_steps() - {step})
        case AllOf(parts):
            return all(holds(part, state, step) for part in parts)
        case AnyOf(parts):
            return any(holds(part, state, step) for part in parts)
        case Not(part):
            return not holds(part, state, step)
        case _:
            assert_never(condition)


def _outcome(condition: Outcome, state: CaseState) -> bool:
    if condition.last:
        return state.last_outcome(condition.step) in condition.outcomes
    spell = state.spells.get(condition.step, 0)
    in_a_row = condition.times > 1
    if in_a_row and condition.step not in state.holding:
        return False
    given = [
        each.given
        for each in state.rounds.get(condition.step, ())
        if each.given and (each.spell == spell or not in_a_row)
    ]
    return sum(each.counts_as in condition.outcomes for each in given) >= condition.times
