"""Each of our limits is kept at its edge, and its breach is named."""

from collections.abc import Callable
from typing import Any

import pytest

from adapters.teams import sizes
from adapters.teams.blocks import card_of, container, line, weight
from adapters.teams.carried import Did, carried
from adapters.teams.limits import problems_in
from adapters.teams.texts import CLEAR, Card, Element
from bot.screens.press import Press, Verb

Part = dict[str, Any]


def a_card(*body: Element, **more: Any) -> Card:  # noqa: ANN401 - any part of a card
    return {**card_of(body or [line("Text")], "Said"), **more}


def a_button(title: str = "B", **more: Any) -> Part:  # noqa: ANN401 - any part of a card
    data = carried(Did.PRESS, press=Press(Verb.CASES))
    return {"type": "Action.Submit", "title": title, "data": data, **more}


def buttons(*given: Part) -> Part:
    return {"type": "ActionSet", "actions": list(given)}


def choices(*values: str, **more: Any) -> Part:  # noqa: ANN401 - any part of a card
    offered = [{"title": f"Option {n}", "value": value} for n, value in enumerate(values)]
    return {"type": "Input.ChoiceSet", "id": "one.place", "choices": offered, **more}


def typed(**more: Any) -> Part:  # noqa: ANN401 - any part of a card
    return {"type": "Input.Text", "id": "text.words", "label": "L", "maxLength": 5, **more}


def image(**more: Any) -> Part:  # noqa: ANN401 - any part of a card
    return {"type": "Image", "url": "data:image/png;base64,AA", "altText": "A", **more}


def opens(url: str) -> Part:
    made = line("x")
    made["inlines"][0]["selectAction"] = {"type": "Action.OpenUrl", "url": url}
    return made


def show(card: Part) -> Part:
    return buttons({"type": "Action.ShowCard", "title": "T", "card": card})


GOOD: tuple[Part, ...] = (
    buttons(a_button()),
    buttons(a_button() | {"type": "Action.Execute", "fallback": a_button()}),
    show({"body": [line("Sure?")], "actions": [a_button()]}),
    choices("a", "b", value="a"),
    choices("a", "b", isMultiSelect=True, value="a,b"),
    typed(value="12345"),
    typed(id="links.links"),
    {"type": "Input.Time", "id": "when.seen_at~time"},
    {"type": "Input.Toggle", "id": "clear.text.words", "title": CLEAR},
    image(),
    opens("https://x.example/a"),
    container([line("In a box")], id="more"),
)


@pytest.mark.parametrize("part", GOOD)
def test_what_teams_takes_is_fine(part: Part) -> None:
    assert problems_in(a_card(part)) == ()


# What is named, and how it is made with a size: the largest that fits, and one more does not.
EDGES: dict[str, tuple[int, Callable[[int], Card]]] = {
    "buttons of a row": (sizes.ROW, lambda n: a_card(buttons(*[a_button()] * n))),
    "a button's title": (sizes.BUTTON, lambda n: a_card(buttons(a_button("x" * n)))),
    "a text": (5, lambda n: a_card(typed(value="x" * n))),
    "bytes": (
        sizes.CARD_BYTES,
        lambda n: a_card(line("x" * (n - weight(a_card(line("x"))) + 1))),
    ),
}


@pytest.mark.parametrize("name", EDGES)
def test_a_limit_is_kept_at_its_edge_and_named_beyond(name: str) -> None:
    most, made = EDGES[name]
    assert problems_in(made(most)) == ()
    assert len(problems_in(made(most + 1))) == 1


def test_letters_count_as_clients_count_them() -> None:
    assert problems_in(a_card(typed(value="😀😀", maxLength=4))) == ()
    assert problems_in(a_card(typed(value="😀😀😀", maxLength=5))) != ()


def test_an_answer_has_more_room_than_a_message() -> None:
    large = a_card(*[line("x" * 1_000)] * 40)
    assert problems_in(large) != ()
    assert problems_in(large, sizes.ANSWER_BYTES) == ()


# What is wrong whatever its size, and a word of what is said.
WRONG: dict[str, Card] = {
    "is no Adaptive Card 1.5": a_card(version="1.6"),
    "has no fallbackText": a_card(fallbackText=""),
    "body: is empty": a_card() | {"body": []},
    "is nothing that we use": a_card({"type": "FactSet", "facts": []}),
    "'text.words' stands twice": a_card(typed(), typed()),
    "'more' is not there": a_card(
        buttons({"type": "Action.ToggleVisibility", "title": "M", "targetElements": ["more"]})
    ),
    "RichTextBlock: is empty": a_card({"type": "RichTextBlock", "inlines": []}),
    "'' is no TextRun": a_card(
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": ""}]}
    ),
    "'x' is no TextRun": a_card({"type": "RichTextBlock", "inlines": [{"text": "x"}]}),
    "two braces": a_card(
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "{{DATE()}}"}]}
    ),
    "is no web address": a_card(opens("javascript:alert(1)")),
    "TextBlock: may be read as Markdown": a_card({"type": "TextBlock", "text": "*", "wrap": True}),
    "is cut off where": a_card({"type": "TextBlock", "text": "x"}),
    "Container: is empty": a_card(container([])),
    "ColumnSet: is empty": a_card({"type": "ColumnSet", "columns": [{"items": []}]}),
    "fetch this picture": a_card(image(url="https://x.example/a.png")),
    "has no altText": a_card(image(altText=" ")),
    "0 buttons": a_card(buttons()),
    "'Action.Popup' is no button": a_card(buttons(a_button(type="Action.Popup"))),
    "what it is for": a_card(buttons(a_button(data={}))),
    "has no choices": a_card(choices()),
    "one without a value": a_card(choices("a", "")),
    "a value stands twice": a_card(choices("a", "a")),
    "one has a comma": a_card(choices("a,b", isMultiSelect=True)),
    "a title may be read": a_card(choices("a") | {"choices": [{"title": "*", "value": "a"}]}),
    "'c' is not among": a_card(choices("a", value="c")),
    "'place' is no field": a_card(choices("a", id="place")),
    "Back must work": a_card(typed(isRequired=True)),
    "longer than what it takes": a_card(typed(maxLength=None)),
    "Input.Toggle: may be read": a_card(
        {"type": "Input.Toggle", "id": "clear.text.a", "title": "*"}
    ),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_is_named(said: str) -> None:
    found = problems_in(WRONG[said])
    assert any(said in each for each in found), found


def test_what_stands_in_for_a_button_is_looked_at_too() -> None:
    execute = a_button() | {"type": "Action.Execute", "fallback": a_button(data={})}
    assert len(problems_in(a_card(buttons(execute)))) == 1
    shown = show({"body": [{"type": "Media"}], "actions": [a_button(title="")]})
    assert len(problems_in(a_card(shown))) == 2


def test_a_button_may_do_without_what_older_clients_use() -> None:
    assert problems_in(a_card(buttons(a_button() | {"type": "Action.Execute"}))) == ()
