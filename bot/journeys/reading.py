"""What the file of a journey says; raises ``JourneyNotAccepted`` with every mistake at once."""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.errors import ReportPostError
from bot.domain.ids import MessageKind
from bot.journeys.checking import problems_of
from bot.journeys.story import (
    Expectation,
    ExpectedDigest,
    ExpectedMessage,
    Journey,
    JourneyStep,
    Verb,
)

# What a file calls by one name and Python cannot: a keyword.
_CALLED = {"as": "named"}
_SETS = frozenset(
    {"categories", "stop_cards", "pending", "recommended", "possible", "earlier", "lists"}
)


class JourneyNotAccepted(ReportPostError):
    """A journey's file has problems; each names file, step and how to mend it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def read_journey(text: str, place: str) -> Journey:
    """The journey that the text tells. ``place`` is the file's name, for problems.

    Raises ``JourneyNotAccepted``. Ids of the pack (steps, questions, options) are not checked:
    whether they are known is for the world to say.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise JourneyNotAccepted((f"{place}: This is not TOML. {error}.",)) from error
    problems = problems_of(raw, place)
    if problems:
        raise JourneyNotAccepted(problems)
    steps = tuple(_step(number, step) for number, step in enumerate(raw["step"], start=1))
    return Journey(raw["title"], raw["policy"], raw["starts"], steps, place)


def _step(number: int, raw: Mapping[str, Any]) -> JourneyStep:
    given = {_CALLED.get(key, key): value for key, value in raw.items()}
    given["does"] = Verb(raw["does"]) if "does" in raw else None
    given["answers"] = {
        question: tuple(answer) if isinstance(answer, list) else answer
        for question, answer in raw.get("answers", {}).items()
    }
    given["expect"] = _expectation(raw.get("expect", {}))
    return JourneyStep(number, **given)


def _expectation(raw: Mapping[str, Any]) -> Expectation:
    given: dict[str, Any] = dict(raw)
    for key in _SETS & raw.keys():
        given[key] = frozenset(raw[key])
    if "sent" in raw:
        given["sent"] = tuple(_messages(raw["sent"]))
    if "digest" in raw:
        given["digest"] = ExpectedDigest(**raw["digest"])
    return Expectation(**given)


def _messages(raw: Iterable[Mapping[str, Any]]) -> Iterable[ExpectedMessage]:
    for message in raw:
        yield ExpectedMessage(
            message.get("to"),
            MessageKind(message["kind"]) if "kind" in message else None,
            message.get("case"),
            frozenset(message["steps"]) if "steps" in message else None,
        )
