"""What an outcome asks for, and whether it was given."""

from bot.domain.answers import Answers
from bot.domain.case import CaseState
from bot.domain.commands import AnswerStep
from bot.domain.errors import Invalid, Why
from bot.domain.evaluate import holds
from bot.domain.ids import OutcomeId, QuestionId
from bot.domain.policy import Policy
from bot.domain.questionnaire import LONGEST_TEXT, problems_of
from bot.domain.questions import Question
from bot.domain.step_rules import Needs, OutcomeRule, StepRule


def outcome_of(state: CaseState, rule: StepRule, outcome: OutcomeId) -> OutcomeRule:
    """The outcome of the step, if it is offered in this case; raises ``Invalid``."""
    found = rule.outcome(outcome)
    if found is None or not holds(found.when, state):
        raise Invalid({"outcome": Why.NO_SUCH_OUTCOME})
    return found


def questions_of(
    state: CaseState, policy: Policy, outcome: OutcomeRule
) -> dict[QuestionId, Question]:
    """The questions that the outcome asks in this case."""
    return {
        ask.question: policy.asked_by_steps.get(ask.question) or policy.questions[ask.question]
        for ask in outcome.asks
        if holds(ask.when, state)
    }


def check_answers(state: CaseState, policy: Policy, outcome: OutcomeRule, answers: Answers) -> None:
    """Raises ``Invalid`` unless exactly what the outcome asks is answered."""
    problems = problems_of(questions_of(state, policy, outcome), answers)
    if problems:
        raise Invalid(problems)


def needs_reason(state: CaseState, outcome: OutcomeRule) -> bool:
    """Whether the outcome asks for a reason in this case."""
    if Needs.REASON in outcome.needs:
        return True
    return outcome.reason_when is not None and holds(outcome.reason_when, state)


def check_outcome(
    state: CaseState, policy: Policy, outcome: OutcomeRule, command: AnswerStep
) -> None:
    """Raises ``Invalid`` unless the reason, resolution or other case is given where asked."""
    problems = {}
    if needs_reason(state, outcome) and not command.reason:
        problems["reason"] = Why.REASON_NEEDED
    if command.reason and len(command.reason.reveal()) > LONGEST_TEXT:
        problems["reason"] = Why.TOO_LONG
    if Needs.RESOLUTION in outcome.needs:
        by_hand = {each.id for each in policy.resolutions if each.by_hand}
        if command.resolution not in by_hand:
            problems["resolution"] = Why.NOT_AN_OPTION if command.resolution else Why.MISSING
    if Needs.OTHER_CASE in outcome.needs and command.other is None:
        problems["of"] = Why.NO_SUCH_CASE
    if problems:
        raise Invalid(problems)
