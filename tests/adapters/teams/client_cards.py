"""What a Teams client makes of a card: what can be read, pressed and filled in, and what it sends.

How inputs and buttons belong together is that of npm ``adaptivecards`` (``Action.Submit``: the
inputs of its card and of the cards around it, not of others that a ``ShowCard`` opens).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_INNER = ("body", "items", "columns", "rows", "cells", "inlines", "actions", "selectAction")
_INPUTS = "Input."
_SHOW_CARD = "Action.ShowCard"


def elements_of(part: object) -> Iterator[Json]:
    """Every element and action of a card in order, inner cards included."""
    if isinstance(part, list):
        for each in part:
            yield from elements_of(each)
    elif isinstance(part, dict):
        yield part
        for name in _INNER:
            yield from elements_of(part.get(name))
        if part.get("type") == _SHOW_CARD:
            yield from elements_of(part["card"])


def buttons_in(card: Json) -> list[Json]:
    """Every button, those of inner cards included."""
    return [each for each in elements_of(card) if str(each.get("type")).startswith("Action.")]


def button_called(card: Json, title: str) -> Json:
    """The button of that title."""
    for each in buttons_in(card):
        if each.get("title") == title:
            return each
    titles = [each.get("title") for each in buttons_in(card)]
    raise AssertionError(f"{title!r} is none of {titles}")


def inputs_in(card: Json) -> list[Json]:
    """Every input, those of inner cards included."""
    return [each for each in elements_of(card) if str(each.get("type")).startswith(_INPUTS)]


def input_called(card: Json, named: str) -> Json | None:
    """The input of that id, or of a field of ours: the id behind its kind."""
    for each in inputs_in(card):
        if each["id"] == named or each["id"].partition(".")[2] == named:
            return each
    return None


def texts_in(card: object) -> list[str]:
    """Everything that can be read, in order; the runs of one block of rich text are joined."""
    if isinstance(card, list):
        return [text for each in card for text in texts_in(each)]
    if not isinstance(card, dict):
        return []
    if card.get("type") == "RichTextBlock":
        runs = [each if isinstance(each, str) else each.get("text", "") for each in card["inlines"]]
        return ["".join(runs)]
    keys = ("text", "title", "label", "altText", "placeholder", "value")
    shown = [card[key] for key in keys if isinstance(card.get(key), str)]
    if not str(card.get("type")).startswith(_INPUTS):
        shown = [each for each in shown if each != card.get("value")]
    inner = (*_INNER, "choices", "facts", "card")
    return [*shown, *(text for key in inner for text in texts_in(card.get(key)))]


@dataclass
class Filled:
    """A card on somebody's screen: what was typed into it, unfolded and opened."""

    card: Json
    typed: dict[str, str] = field(default_factory=dict)
    unfolded: dict[str, bool] = field(default_factory=dict)
    smuggled: Json = field(default_factory=dict)
    """What somebody with a program of their own sends besides, by input."""

    def is_seen(self, named: str) -> bool:
        """Whether the input of that id is not folded away."""
        return self._is_seen_in(self.card, named, seen=True)

    def toggle_for(self, named: str) -> Json | None:
        """The button that unfolds what an input stands in."""
        around = {each.get("id") for each in self._around(self.card, named)}
        for each in buttons_in(self.card):
            if each["type"] == "Action.ToggleVisibility" and set(_targets(each)) & around:
                return each
        return None

    def toggle(self, button: Json) -> None:
        """Unfolds or folds what the button names."""
        for each in elements_of(self.card):
            if each.get("id") in _targets(button):
                self.unfolded[each["id"]] = not self._visible(each)

    def inputs_for(self, button: Json, *, leaves_out_empty: bool) -> Json:
        """What the inputs around a button hold when it is pressed.

        A client sends an empty text as ``""`` or, as npm ``adaptivecards`` does, not at all; a
        choice that was not made is left out by all of them.
        """
        found: Json = {}
        for each in self._inputs_around(button):
            value = self.typed.get(each["id"], began_with(each))
            if value or (each["type"] == "Input.Text" and not leaves_out_empty):
                found[each["id"]] = value
        return {**found, **self.smuggled}

    def _inputs_around(self, button: Json) -> Iterator[Json]:
        others = [
            each["card"]
            for each in buttons_in(self.card)
            if each["type"] == _SHOW_CARD and not any(b is button for b in buttons_in(each["card"]))
        ]
        hidden = {id(each) for card in others for each in inputs_in(card)}
        return (each for each in inputs_in(self.card) if id(each) not in hidden)

    def _visible(self, element: Json) -> bool:
        return self.unfolded.get(str(element.get("id")), element.get("isVisible", True) is True)

    def _is_seen_in(self, part: object, named: str, *, seen: bool) -> bool:
        if isinstance(part, list):
            return any(self._is_seen_in(each, named, seen=seen) for each in part)
        if not isinstance(part, dict):
            return False
        seen = seen and self._visible(part)
        if part.get("id") == named:
            return seen
        inner = [part.get(name) for name in (*_INNER, "card")]
        return any(self._is_seen_in(each, named, seen=seen) for each in inner)

    def _around(self, card: Json, named: str) -> Iterator[Json]:
        for each in elements_of(card):
            if any(inner.get("id") == named for inner in inputs_in(each)):
                yield each


def written(element: Json, value: object) -> str:
    """What an input holds once somebody chose or typed that: only what there is to choose."""
    kind = element["type"]
    if kind == "Input.Toggle":
        return str(element.get("valueOn", "true") if value else element.get("valueOff", "false"))
    if kind != "Input.ChoiceSet":
        return "" if value is None else str(value)
    chosen = [value] if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]
    offered = [each["value"] for each in element["choices"]]
    assert set(chosen) <= set(offered), f"{chosen} are none of {offered}"
    assert element.get("isMultiSelect") or len(chosen) < 2, f"{element['id']} takes one answer"
    return ",".join(each for each in offered if each in chosen)


def taps_for(element: Json, before: str, after: str) -> int:
    """How many taps a change takes: one for each tick, two for a menu, one for any other input."""
    if element.get("isMultiSelect"):
        return len(set(before.split(",")) - {""} ^ set(after.split(",")) - {""})
    is_menu = element["type"] == "Input.ChoiceSet" and element.get("style") != "expanded"
    return int(before != after) * (2 if is_menu else 1)


def began_with(element: Json) -> str:
    """What an input holds that nobody touched."""
    if element["type"] == "Input.Toggle":
        return str(element.get("value", element.get("valueOff", "false")))
    return str(element.get("value", ""))


def _targets(button: Json) -> list[str]:
    named = button.get("targetElements", [])
    return [each if isinstance(each, str) else each["elementId"] for each in named]
