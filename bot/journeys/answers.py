"""How an answer of a journey's file becomes one of the domain.

What cannot be turned keeps its shape, so that the world meets it and finds it invalid.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.answers import Answers, Value
from bot.domain.ids import OptionId, QuestionId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind, Question
from bot.journeys.story import RawAnswer


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of the school's local time; of a time that comes twice, the first."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def report_answers(
    raw: Mapping[str, RawAnswer], policy: Policy, zone: ZoneInfo
) -> tuple[Answers, tuple[str, ...]]:
    """The answers of a report, and the names of the files that come with it."""
    files = policy.files.value if policy.files else ""
    answers = {name: value for name, value in raw.items() if name != files}
    named = tuple(_texts(raw[files])) if files in raw else ()
    return _answers(answers, {**policy.asked_by_steps, **policy.questions}, zone), named


def step_answers(raw: Mapping[str, RawAnswer], policy: Policy, zone: ZoneInfo) -> Answers:
    """The answers that go with an outcome."""
    return _answers(raw, {**policy.questions, **policy.asked_by_steps}, zone)


def _answers(
    raw: Mapping[str, RawAnswer], questions: Mapping[QuestionId, Question], zone: ZoneInfo
) -> Answers:
    answers: dict[QuestionId, Value] = {}
    for name, value in raw.items():
        question = questions.get(QuestionId(name))
        answers[QuestionId(name)] = _value(question.kind if question else None, value, zone)
    return answers


def _value(kind: AnswerKind | None, value: RawAnswer, zone: ZoneInfo) -> Value:
    match value:
        case bool():
            return value
        case datetime():
            return moment_of(value, zone)
        case date():
            return moment_of(datetime.combine(value, time.min), zone)
        case _:
            return _value_of_texts(kind, value)


def _value_of_texts(kind: AnswerKind | None, value: str | tuple[str, ...]) -> Value:
    match kind:
        case AnswerKind.ONE | AnswerKind.MANY:
            return _chosen(value)
        case AnswerKind.NAMES:
            return _typed(part for text in _texts(value) for part in text.split(","))
        case None if isinstance(value, tuple):
            return _chosen(value)
        case _:
            return tuple(Personal(text) for text in _texts(value))


def _chosen(value: str | tuple[str, ...]) -> Value:
    options = [_option(text) for text in _texts(value)]
    known = [option for option in options if option is not None]
    if len(known) < len(options):
        return tuple(Personal(text) for text in _texts(value))
    return known[0] if isinstance(value, str) else frozenset(known)


def _option(text: str) -> OptionId | None:
    try:
        return OptionId(text)
    except ValueError:
        return None


def _typed(texts: Iterable[str]) -> tuple[Personal, ...]:
    return tuple(Personal(text.strip()) for text in texts if text.strip())


def _texts(value: RawAnswer) -> tuple[str, ...]:
    """A list of texts as it is, one text as a list of one; of anything else its words."""
    if isinstance(value, tuple):
        return value
    return (value if isinstance(value, str) else str(value),)
