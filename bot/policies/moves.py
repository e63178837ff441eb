"""What can happen next in a case of a pack: the reports that may come in, the answers to a step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.domain.answering import questions_of
from bot.domain.answers import Answers, Value
from bot.domain.case import CaseState, Round
from bot.domain.decide import may_open_by_hand, offered_outcomes
from bot.domain.events import (
    NOT_NEEDED,
    Event,
    FurtherActionOpened,
    SamePersonSettled,
    StepAnswered,
)
from bot.domain.ids import CaseId, OptionId, QuestionId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questionnaire import is_asked, still_asked
from bot.domain.questions import AnswerKind, Question
from bot.domain.step_rules import OutcomeRule, StepRule

NOON: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When everything happens: nothing that is walked depends on the time."""

EARLIER: Final = CaseId("earlier-case")
_OTHER: Final = CaseId("other-case")
_WORDS: Final = Personal("…")


@dataclass(frozen=True)
class Move:
    """Something that somebody does in a case, and how it is told."""

    told: str
    events: tuple[Event, ...]


def reports_of(policy: Policy) -> Iterator[tuple[Answers, str]]:
    """A plain report, then one for each other answer that a report can give."""
    plain = _completed(policy, {})
    yield plain, "the plainest report"
    for question in policy.questions.values():
        for value, option in _choices(question):
            answers = _completed(policy, {question.id: value})
            if answers.get(question.id) == value and answers != plain:
                yield answers, f"a report with {question.id} = {option}"


def _completed(policy: Policy, given: Answers) -> Answers:
    """The answers with the plainest one to each further question that must be answered."""
    answers = dict(given)
    for question in policy.questions.values():
        if question.optional or question.id in answers or not is_asked(policy, question, answers):
            continue
        answers[question.id] = _plainest(question)
    return still_asked(policy, answers)


def _plainest(question: Question) -> Value:
    if question.kind is AnswerKind.MANY:
        alone = [option.id for option in question.options if option.alone]
        return frozenset((*alone, question.options[-1].id)[:1])
    if question.kind is AnswerKind.ONE:
        return question.options[0].id
    if question.kind is AnswerKind.MOMENT:
        return NOON
    return True if question.kind is AnswerKind.TICK else (_WORDS,)


def _choices(question: Question) -> Iterator[tuple[Value, OptionId]]:
    for option in question.options:
        many = question.kind is AnswerKind.MANY
        yield frozenset({option.id}) if many else option.id, option.id


def moves_of(state: CaseState, policy: Policy) -> Iterator[Move]:
    """Every answer to one pending round, and the milestone that can be opened by hand.

    One is enough: what is pending beside it is pending afterwards, unless it no longer applies.
    """
    for step, round_ in state.pending()[:1]:
        rule = policy.steps_by_id[step]
        for outcome in offered_outcomes(state, rule):
            yield from _answers_of(state, policy, rule, outcome, round_)
        if rule.may_be_not_needed:
            event = StepAnswered(step, round_.number, NOT_NEEDED, reason=_WORDS)
            yield Move(f"{step} {NOT_NEEDED}", (event,))
    milestone = may_open_by_hand(state, policy)
    if milestone:
        yield Move(f"{milestone.id} opened by hand", (FurtherActionOpened(milestone.id, _WORDS),))


def _answers_of(
    state: CaseState, policy: Policy, rule: StepRule, outcome: OutcomeRule, round_: Round
) -> Iterator[Move]:
    by_hand = [each.id for each in policy.resolutions if each.by_hand]
    for answers in _answered(questions_of(state, policy, outcome)):
        event = StepAnswered(
            rule.id,
            round_.number,
            outcome.id,
            answers,
            reason=_WORDS,
            resolution=by_hand[0] if outcome.closes else None,
            other=_OTHER if outcome.joins_other_case else None,
        )
        events: tuple[Event, ...] = (event,)
        if outcome.confirms_same_person and round_.of:
            concerned = frozenset({"one", "another"})
            events += (
                SamePersonSettled(
                    round_.of, confirmed=True, agreed_before=True, concerned=concerned
                ),
            )
        said = ", ".join(f"{name} = {_said(value)}" for name, value in answers.items())
        yield Move(f"{rule.id} {outcome.id}" + (f" ({said})" if said else ""), events)


def _answered(questions: Mapping[QuestionId, Question]) -> Iterator[Answers]:
    """The plainest answers, then those that differ from them in one."""
    plain = {each.id: _plainest(each) for each in questions.values()}
    yield plain
    for question in questions.values():
        for value, _ in _choices(question):
            if value != plain[question.id]:
                yield {**plain, question.id: value}


def _said(value: Value) -> str:
    if isinstance(value, frozenset):
        return " and ".join(sorted(option.value for option in value))
    return value.value if isinstance(value, OptionId) else "something"
