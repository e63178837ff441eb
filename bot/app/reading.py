"""What a form's field came back with becomes an answer, or a reason why it is none."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from bot.app.inbound import Given, Upload
from bot.app.school import School
from bot.domain.answers import Value
from bot.domain.errors import Why
from bot.domain.ids import OptionId, QuestionId
from bot.domain.links import find_links
from bot.domain.personal import Personal
from bot.domain.questions import AnswerKind, Question
from bot.screens.forms import TICKED

Read = tuple[dict[QuestionId, Value], dict[str, Why]]


def read_questions(
    school: School, questions: Sequence[Question], given: Mapping[str, Given]
) -> Read:
    """The answers to these questions, and the fields that could not be read.

    A field that did not come back is not answered. Whether an answer is one of those offered is
    checked by the domain. A moment that is yet to come is wrong, but can be shown as it was given.
    """
    answers: dict[QuestionId, Value] = {}
    wrong: dict[str, Why] = {}
    for question in questions:
        value = given.get(question.id.value)
        if question.kind is AnswerKind.FILES or value is None:
            continue
        read = read_value(school, question.kind, value)
        if isinstance(read, Why):
            wrong[question.id.value] = read
        elif read is not None:
            answers[question.id] = read
        if isinstance(read, datetime) and read > school.now():
            wrong[question.id.value] = Why.IN_THE_FUTURE
    return answers, wrong


def read_value(school: School, kind: AnswerKind, given: Given) -> Value | Why | None:
    """One answer; ``None`` if the field was left empty."""
    match kind:
        case AnswerKind.ONE:
            return _option(given)
        case AnswerKind.MANY:
            return _options(given)
        case AnswerKind.TICK:
            return TICKED in given if isinstance(given, tuple) else None
        case AnswerKind.MOMENT:
            return _moment(school, given)
        case AnswerKind.LINKS:
            return _links(given)
        case AnswerKind.NAMES:
            parts = _text(given).replace("\n", ",").split(",")
            return tuple(Personal(part.strip()) for part in parts if part.strip()) or None
        case _:
            text = _text(given).strip()
            return (Personal(text),) if text else None


def not_asked(given: Mapping[str, Given], asked: Collection[str]) -> dict[str, Why]:
    """What came back filled in and was never asked, by field."""
    return {name: Why.NOT_ASKED for name, value in given.items() if value and name not in asked}


def uploads_in(given: Given) -> tuple[Upload, ...]:
    """The files that a field came back with."""
    if not isinstance(given, tuple):
        return ()
    return tuple(each for each in given if isinstance(each, Upload))


def text_in(given: Given) -> Personal | None:
    """The text that a field came back with, if there is any."""
    text = _text(given).strip()
    return Personal(text) if text else None


def day_in(school: School, given: Given) -> date | Why | None:
    """The day that a field came back with."""
    text = _text(given).strip()
    if not text:
        return None
    try:
        return school.calendar.local_date(_instant(school, text))
    except (ValueError, OverflowError):
        return Why.NOT_A_DATE


def chosen_in(given: Given) -> str:
    """The value that a choice came back with, or nothing."""
    return given if isinstance(given, str) else ""


def _option(given: Given) -> Value | Why | None:
    if not isinstance(given, str):
        return None
    try:
        return OptionId(given) if given else None
    except ValueError:
        return Why.NOT_AN_OPTION


def _options(given: Given) -> Value | Why | None:
    if not isinstance(given, tuple):
        return None
    try:
        return frozenset(OptionId(each) for each in given if isinstance(each, str)) or None
    except ValueError:
        return Why.NOT_AN_OPTION


def _links(given: Given) -> Value | None:
    if isinstance(given, tuple):
        return tuple(each for each in given if isinstance(each, Personal)) or None
    text = _text(given)
    found = [each for line in text.splitlines() for each in _links_of(line)]
    # What holds no link at all is kept as it is, so that the person is told and loses nothing.
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(Personal(each) for each in dict.fromkeys(found or lines)) or None


_LIKE_A_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*:\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.IGNORECASE
)


def _links_of(line: str) -> Sequence[str]:
    """The links of a line, and what somebody may have meant as one; other words are left out."""
    found = find_links(line)
    words = line.split()
    if len(words) == 1 and not found:
        return words if _LIKE_A_LINK.fullmatch(words[0]) else ()
    meant = [
        each
        for each in words
        if not find_links(each) and _LIKE_A_LINK.fullmatch(each) and set(each) & set(":/@")
    ]
    return (*found, *meant)


def _moment(school: School, given: Given) -> Value | Why | None:
    if isinstance(given, datetime):
        return given
    text = _text(given).strip()
    if not text:
        return None
    try:
        moment = _instant(school, text)
    except (ValueError, OverflowError):
        return Why.NOT_A_DATE
    return moment


def _instant(school: School, text: str) -> datetime:
    local = datetime.fromisoformat(text)
    if local.tzinfo is not None:
        return local.astimezone(school.calendar.zone)
    return school.calendar.at(local.date(), local.time())


def _text(given: Given) -> str:
    if isinstance(given, Personal):
        return given.reveal()
    return given if isinstance(given, str) else ""
