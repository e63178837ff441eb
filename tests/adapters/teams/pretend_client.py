"""What a Teams client does with a card: shows it, is filled in, and sends what a button carries.

Like Microsoft's own renderer (npm ``adaptivecards``, ``internalPrepareForExecution``) it puts the
inputs beside the button's data, as text, and leaves out those that are empty.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.teams.texts import Card, Element
from bot.app.inbound import Given
from bot.domain.personal import Personal

Filled = Mapping[str, Given]
"""Answers by field, as a person gives them; other fields stay as they are shown."""


def parts_of(payload: object) -> Iterator[Element]:
    """Every object of a payload."""
    if isinstance(payload, dict):
        yield payload
        for inner in payload.values():
            yield from parts_of(inner)
    elif isinstance(payload, list | tuple):
        for each in payload:
            yield from parts_of(each)


def shown_of(payload: object) -> Iterator[Element]:
    """The same without what only older clients use instead of something else."""
    if isinstance(payload, dict):
        yield payload
        for name, inner in payload.items():
            if name not in {"fallback", "data"}:
                yield from shown_of(inner)
    elif isinstance(payload, list | tuple):
        for each in payload:
            yield from shown_of(each)


def texts_in(payload: object) -> list[str]:
    """All that is read on a card, in order; a paragraph is one text."""
    found = []
    for part in shown_of(payload):
        match part.get("type"):
            case "RichTextBlock":
                found.append("".join(run["text"] for run in part["inlines"]))
            case "TextBlock":
                found.append(part["text"])
            case str(kind) if kind.startswith("Input."):
                found += [part[each] for each in ("label", "title") if each in part]
                found += [choice["title"] for choice in part.get("choices", ())]
            case "Action.Submit" | "Action.Execute" | "Action.ToggleVisibility":
                found.append(part["title"])
    return found


def inputs_of(card: Card) -> dict[str, Element]:
    """The inputs by name."""
    found = [p for p in shown_of(card) if str(p.get("type")).startswith("Input.")]
    return {each["id"]: each for each in found}


def buttons_of(card: object) -> list[Element]:
    """Every button that sends something, those behind a question too."""
    kinds = {"Action.Submit", "Action.Execute"}
    return [part for part in shown_of(card) if part.get("type") in kinds]


def button(card: Card, title: str) -> Element:
    """The only button of that title."""
    (found,) = [each for each in buttons_of(card) if each["title"] == title]
    return found


def sent(card: Card, pressed: Element, filled: Filled | None = None) -> dict[str, Any]:
    """The data that comes back when the button is pressed."""
    typed: dict[str, str] = {}
    for name, element in inputs_of(card).items():
        field, _, part = name.partition(".")[2].partition("~")
        value = element.get("value", "")
        if filled and field in filled and element["type"] != "Input.Toggle":
            value = _as_typed(filled[field], part, timed=f"when.{field}~time" in inputs_of(card))
        if value:
            typed[name] = value
    return {**pressed["data"], **typed}


def _as_typed(given: Given, part: str, *, timed: bool) -> str:
    match given:
        case Personal():
            text = given.reveal()
            day, _, time = text.partition("T")
            return (time if part else day) if timed else text
        case tuple():
            return ",".join(str(each) for each in given)
        case str():
            return given
        case _:
            return ""
