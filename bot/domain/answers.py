"""What was answered, and how the answers of several reports become those of one case."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.ids import OptionId, QuestionId
from bot.domain.personal import Personal
from bot.domain.questions import Question

Value = OptionId | frozenset[OptionId] | tuple[Personal, ...] | datetime | bool
"""One option, the ticked ones, what was typed (a text, names, links), a moment (UTC) or a tick."""

Answers = Mapping[QuestionId, Value]


def ticked(answers: Answers, question: QuestionId) -> frozenset[OptionId]:
    """The options that were chosen, of a question with one answer or with many."""
    value = answers.get(question)
    if isinstance(value, frozenset):
        return value
    return frozenset({value}) if isinstance(value, OptionId) else frozenset()


def typed(answers: Answers, question: QuestionId) -> tuple[Personal, ...]:
    """What was typed: a text, names or links."""
    value = answers.get(question)
    return value if isinstance(value, tuple) else ()


def joined(questions: Mapping[QuestionId, Question], reports: Iterable[Answers]) -> Answers:
    """The answers of a case, from those of its reports in order (PRODUCT 2.4, same post).

    What was ticked is united, the graver single answer counts, texts are kept side by side, and the
    first moment stands.
    """
    together: dict[QuestionId, Value] = {}
    for answers in reports:
        for question, value in answers.items():
            if question not in together:
                together[question] = value
            elif question in questions:
                together[question] = _both(questions[question], together[question], value)
    return together


def _both(question: Question, first: Value, second: Value) -> Value:
    match first, second:
        case frozenset(), frozenset():
            alone = {option.id for option in question.options if option.alone}
            united = first | second
            return (united - alone) or united
        case OptionId(), OptionId():
            return max(first, second, key=lambda option: _gravity(question, option))
        case tuple(), tuple():
            return first + tuple(text for text in second if text not in first)
        case bool(), bool():
            return first or second
        case _:
            return first


def _gravity(question: Question, option: OptionId) -> int:
    return question.graver.index(option) if option in question.graver else -1
