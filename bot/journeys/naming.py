"""Whether the names of cases in a journey's file are given once, and before they are used."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bot.journeys.story import Verb
from bot.policies.problems import did_you_mean

Names = dict[str, int]
"""The names given so far, each with the number of its step."""

_FAILING: Final = ("refused", "invalid")


def check_names(
    step: Mapping[str, Any], number: int, names: Names, tell: Callable[[str], None]
) -> None:
    """Tells of names that mean nothing here or mean two cases, and notes the step's own."""
    expect = _table(step.get("expect"))
    own = step.get("as")
    for key, name in _used_before(step, expect):
        _check(key, name, names, tell)
    given = dict(names)
    if isinstance(own, str) and own in names:
        tell(f'as = "{own}" is the name of the case of step {names[own]}. Choose another.')
    elif isinstance(own, str) and not any(expect.get(key) is True for key in _FAILING):
        names[own] = given[own] = number
    for key, name in _used_after(expect):
        _check(key, name, given, tell)


def _used_before(
    step: Mapping[str, Any], expect: Mapping[str, Any]
) -> Iterator[tuple[str, object]]:
    yield "case", step.get("case")
    yield "of", step.get("of")
    if step.get("does") == Verb.LINK:
        yield "to", step.get("to")
    yield "expect.joined", expect.get("joined")


def _used_after(expect: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for key in ("earlier", "lists"):
        for name in _list(expect.get(key)):
            yield f"expect.{key}", name
    for place, message in enumerate(_list(expect.get("sent")), start=1):
        yield f"expect.sent[{place}].case", _table(message).get("case")


def _check(key: str, name: object, names: Names, tell: Callable[[str], None]) -> None:
    if isinstance(name, str) and name.strip() and name not in names:
        tell(f'{key}: no case is called "{name}" here. {did_you_mean(name, names)}')


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
