"""Decides what comes back from a card that we made; anything else is not ours.

A client leaves out the inputs that are empty: what a card asked, and did not come back, was left
empty, or was emptied.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, assert_never

from adapters.teams.carried import CLEAR, FALLBACK, OURS, TIME, Did
from bot.app.inbound import Given
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.screens.field_names import Kind, Named, named
from bot.screens.press import FormRef, NotOurs, Press, is_plain, read_form_ref, read_press

__all__ = ["Did", "FromCard", "NotOurs", "read_card"]

_Object = Mapping[str, object]


@dataclass(frozen=True)
class FromCard:
    """What a button of a card carries back, with the answers that stand on the card."""

    did: Did
    press: Press | None = None
    form: FormRef | None = None
    here: Press | None = None
    """What shows the View again."""
    page: int = 0
    """Of the View."""
    evidence: EvidenceId | None = None
    answers: Mapping[str, Given] = field(default_factory=dict)
    """By field; one that was left empty is there, with nothing in it. Not there: files, and a text
    that is kept without being shown."""
    asks: tuple[str, ...] = ()
    """The names of all inputs on the card."""
    fallback: bool = False
    """The client knows no Action.Execute."""


_NEEDED: Mapping[Did, str] = {
    Did.PRESS: "press",
    Did.SUBMIT: "form",
    Did.BACK: "form",
    Did.CHANGE: "form",
    Did.TURN: "here",
    Did.PICTURE: "here evidence",
    Did.SEE: "form",
    Did.KEEP: "form",
    Did.CLOSE: "here",
    Did.HERE: "press",
}


def read_card(data: Mapping[str, object]) -> FromCard:
    """What was pressed, and what stands on the card. Raises ``NotOurs`` if we did not make it."""
    ours = data.get(OURS)
    if not isinstance(ours, Mapping):
        raise NotOurs
    try:
        did = Did(_text(ours, "did") or "")
    except ValueError as wrong:
        raise NotOurs from wrong
    if not all(ours.get(each) is not None for each in _NEEDED[did].split()):
        raise NotOurs
    asks, kept = _names(ours, "asks"), _names(ours, "kept")
    return FromCard(
        did,
        _read(read_press, _text(ours, "press")),
        _read(read_form_ref, _text(ours, "form")),
        _read(read_press, _text(ours, "here")),
        _page(ours),
        _read(EvidenceId, _evidence(ours)),
        dict(_answers(data, asks, kept)),
        asks,
        ours.get(FALLBACK) is True,
    )


_T = TypeVar("_T")


def _read(how: Callable[[str], _T], text: str | None) -> _T | None:
    if text is None:
        return None
    try:
        return how(text)
    except RecursionError as wrong:  # JSON with a thousand brackets
        raise NotOurs from wrong


def _text(ours: _Object, key: str) -> str | None:
    found = ours.get(key)
    if found is not None and not isinstance(found, str):
        raise NotOurs
    return found


def _evidence(ours: _Object) -> str | None:
    found = _text(ours, "evidence")
    if found is not None and not is_plain(found):
        raise NotOurs
    return found


def _page(ours: _Object) -> int:
    page = ours.get("page", 0)
    # Some clients' JSON knows no whole numbers.
    if isinstance(page, float) and page.is_integer():
        page = int(page)
    if type(page) is not int or page < 0:
        raise NotOurs
    return page


def _names(ours: _Object, key: str) -> tuple[str, ...]:
    found = ours.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise NotOurs
    if not all(named(each) for each in found):
        raise NotOurs
    return tuple(found)


def _answers(
    data: _Object, asks: tuple[str, ...], kept: tuple[str, ...]
) -> Iterator[tuple[str, Given]]:
    given = [each for each in data if named(each)]
    times = [each.removesuffix(TIME) for each in data if each.endswith(TIME)]
    for name in dict.fromkeys((*asks, *given, *(each for each in times if named(each)))):
        found = named(name)
        if found is None:
            raise NotOurs
        typed = _typed(data, name)
        untouched = name in kept and not typed.strip()
        if found.kind is Kind.FILES or (untouched and _typed(data, f"{CLEAR}{name}") != "true"):
            continue
        yield found.field, _given(found, typed, data)


def _typed(data: _Object, name: str) -> str:
    """An input's value; every one of them comes as text."""
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise NotOurs
    return value


def _given(name: Named, typed: str, data: _Object) -> Given:
    match name.kind:
        case Kind.ONE:
            return typed or None
        case Kind.MANY:
            return tuple(dict.fromkeys(each for each in typed.split(",") if each))
        case Kind.TEXT | Kind.LINKS:
            return Personal(typed)
        case Kind.WHEN:
            time = _typed(data, f"{Kind.WHEN}.{name.field}{TIME}")
            return Personal(f"{typed}T{time}" if time else typed)
        case Kind.FILES:
            return None
        case _:
            assert_never(name.kind)
