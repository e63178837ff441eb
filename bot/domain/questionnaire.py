"""Which questions are asked, on which pages, and whether an answer is one (PRODUCT, section 2)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.answers import Answers, Value, ticked
from bot.domain.errors import Invalid, Why
from bot.domain.evaluate import holds_in_answers
from bot.domain.ids import QuestionId
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind, Page, Question, StopCardRule

LONGEST_TEXT = 10_000
LONGEST_LINE = 300
MOST_LINKS = 10
MOST_NAMES = 30


def is_asked(policy: Policy, question: Question, answers: Answers) -> bool:
    """Whether the question applies to these answers."""
    if question.kind is AnswerKind.FILES and holds_in_answers(policy.files_forbidden, answers):
        return False
    return question.when is None or holds_in_answers(question.when, answers)


def pages_for(policy: Policy, answers: Answers) -> tuple[Page, ...]:
    """The pages that have something to ask, in order."""
    return tuple(
        page
        for page in policy.pages
        if any(is_asked(policy, policy.questions[each], answers) for each in page.questions)
    )


def stop_cards_for(policy: Policy, answers: Answers) -> tuple[StopCardRule, ...]:
    """The stop cards that a reporter is shown for these answers (PRODUCT 2.3)."""
    return tuple(
        rule
        for rule in policy.stop_cards
        if rule.to_reporter and holds_in_answers(rule.when, answers)
    )


def is_danger(policy: Policy, answers: Answers) -> bool:
    """Whether *Alert now* and the reminder of a draft are for these answers."""
    return bool(ticked(answers, policy.safety) & policy.dangers)


def still_asked(policy: Policy, answers: Answers) -> Answers:
    """The answers without those whose question no longer applies (PRODUCT 2.1).

    Dropping one may drop others, so it goes on until nothing changes.
    """
    while True:
        kept = {
            question: value
            for question, value in answers.items()
            if question in policy.questions
            and is_asked(policy, policy.questions[question], answers)
        }
        if len(kept) == len(answers):
            return kept
        answers = kept


def problems_of(
    questions: Mapping[QuestionId, Question], answers: Answers, *, needed: bool = True
) -> dict[str, Why]:
    """What is wrong with the answers to just these questions, by question id.

    ``needed``: a question that is not optional must have an answer.
    """
    problems = {question.value: Why.NOT_ASKED for question in answers if question not in questions}
    for question in questions.values():
        wrong = _problem(question, answers.get(question.id), needed=needed)
        if wrong:
            problems[question.id.value] = wrong
    return problems


def check_report(policy: Policy, answers: Answers) -> None:
    """Raises ``Invalid`` unless these are the answers of a complete report."""
    asked = {
        question.id: question
        for question in policy.questions.values()
        if is_asked(policy, question, answers) and question.kind is not AnswerKind.FILES
    }
    problems = problems_of(asked, answers)
    if problems:
        raise Invalid(problems)


def _problem(question: Question, value: Value | None, *, needed: bool) -> Why | None:
    if value is None or value in ((), frozenset()):
        return Why.MISSING if needed and not question.optional else None
    match question.kind:
        case AnswerKind.ONE:
            fits = isinstance(value, frozenset) is False and bool(_offered(question, value))
            return None if fits else Why.NOT_AN_OPTION
        case AnswerKind.MANY:
            return _problem_of_many(question, value)
        case AnswerKind.MOMENT:
            return None if isinstance(value, datetime) else Why.NOT_A_DATE
        case AnswerKind.TICK:
            return None if isinstance(value, bool) else Why.NOT_AN_OPTION
        case _:
            return _problem_of_text(question, value)


def _offered(question: Question, value: Value) -> bool:
    return any(option.id == value for option in question.options)


def _problem_of_many(question: Question, value: Value) -> Why | None:
    if not isinstance(value, frozenset) or not all(question.option(each) for each in value):
        return Why.NOT_AN_OPTION
    alone = any(option.alone and option.id in value for option in question.options)
    return Why.ALONE if alone and len(value) > 1 else None


def _problem_of_text(question: Question, value: Value) -> Why | None:
    if not isinstance(value, tuple):
        return Why.NOT_AN_OPTION
    most = {AnswerKind.LINKS: MOST_LINKS, AnswerKind.NAMES: MOST_NAMES}.get(question.kind, 1)
    longest = LONGEST_TEXT if question.kind is AnswerKind.LONG_TEXT else LONGEST_LINE
    if question.kind is AnswerKind.LINKS:
        longest = 2_000
    if len(value) > most:
        return Why.TOO_MANY
    if any(len(text.reveal()) > longest for text in value):
        return Why.TOO_LONG
    if not all(value):
        return None if question.optional else Why.MISSING
    return None
