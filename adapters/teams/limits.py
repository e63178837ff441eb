"""Decides whether Teams would take a card, and whether all of its text means what it says.

The schema of Adaptive Cards knows neither how much Teams takes, nor that it reads some texts as
Markdown, nor what our own half needs to understand a press. The numbers are in ``sizes``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from adapters.teams import sizes
from adapters.teams.blocks import VERSION, may_be_opened, weight
from adapters.teams.carried import OURS, TIME
from adapters.teams.texts import CLEAR, is_plain
from bot.screens.field_names import named

Found = Iterator[str]
Object = Mapping[str, object]


def problems_in(card: Object, room: int = sizes.CARD_BYTES) -> tuple[str, ...]:
    """What Teams would not take of the card, or would show as something else."""
    return tuple(_card(card, room))


def _card(card: Object, room: int) -> Found:
    if card.get("type") != "AdaptiveCard" or card.get("version") != VERSION:
        yield f"card: is no Adaptive Card {VERSION}"
    if not card.get("fallbackText"):
        yield "card: has no fallbackText"
    if (taken := weight(card)) > room:
        yield f"card: {taken} bytes, more than {room}"
    body = _objects(card.get("body"))
    if not body:
        yield "body: is empty"
    yield from _each("body", body)
    ids = [str(each["id"]) for each in _all(body) if "id" in each]
    yield from (f"id: {each!r} stands twice" for each in sorted(set(ids)) if ids.count(each) > 1)
    for action in _all(body):
        for target in _texts(action.get("targetElements")):
            if target not in ids:
                yield f"targetElements: {target!r} is not there"


def _each(where: str, elements: Sequence[Object]) -> Found:
    for number, element in enumerate(elements):
        kind = str(element.get("type"))
        here = f"{where}[{number}] {kind}"
        check = _ELEMENTS.get(kind)
        if check is None:
            yield f"{here}: is nothing that we use"
        else:
            yield from check(here, element)


def _rich_text(where: str, element: Object) -> Found:
    inlines = _objects(element.get("inlines"))
    if not inlines:
        yield f"{where}: is empty"
    for each in inlines:
        text = each.get("text")
        if each.get("type") != "TextRun" or not isinstance(text, str) or not text:
            yield f"{where}: {text!r} is no TextRun"
        elif "{{" in text:
            yield f"{where}: two braces in one run may be read as a date"
        url = _object(each.get("selectAction")).get("url", "https://x.example")
        if not may_be_opened(str(url)):
            yield f"{where}: {url!r} is no web address"


def _text_block(where: str, element: Object) -> Found:
    if not is_plain(str(element.get("text", ""))):
        yield f"{where}: may be read as Markdown"
    if element.get("wrap") is not True:
        yield f"{where}: is cut off where it does not fit"


def _container(where: str, element: Object) -> Found:
    items = _objects(element.get("items"))
    if not items:
        yield f"{where}: is empty"
    yield from _each(where, items)


def _columns(where: str, element: Object) -> Found:
    for each in _objects(element.get("columns")):
        yield from _container(where, each)


def _image(where: str, element: Object) -> Found:
    if not str(element.get("url")).startswith(
        ("data:image/png;base64,", "data:image/jpeg;base64,")
    ):
        yield f"{where}: Teams would fetch this picture from elsewhere"
    if not str(element.get("altText", "")).strip():
        yield f"{where}: has no altText"


def _action_set(where: str, element: Object) -> Found:
    buttons = _objects(element.get("actions"))
    if not 1 <= len(buttons) <= sizes.ROW:
        yield f"{where}: {len(buttons)} buttons, not 1 to {sizes.ROW}"
    for each in buttons:
        yield from _button(where, each)


def _button(where: str, button: Object) -> Found:
    title = str(button.get("title", ""))
    if not title.strip() or len(title) > sizes.BUTTON:
        yield f"{where}: a button's title has {len(title)} characters, not 1 to {sizes.BUTTON}"
    match button.get("type"):
        case "Action.Submit":
            yield from _carries(where, button)
        case "Action.Execute":
            yield from _carries(where, button)
            if "fallback" in button:
                yield from _button(where, _object(button["fallback"]))
        case "Action.ShowCard":
            shown = _object(button.get("card"))
            yield from _each(where, _objects(shown.get("body")))
            yield from _action_set(where, shown)
        case "Action.ToggleVisibility":
            return
        case other:
            yield f"{where}: {other!r} is no button that we use"


def _carries(where: str, button: Object) -> Found:
    if "did" not in _object(_object(button.get("data")).get(OURS)):
        yield f"{where}: a button does not say what it is for"


def _choices(where: str, element: Object) -> Found:
    yield from _input(where, element)
    choices = _objects(element.get("choices"))
    values = [str(each.get("value")) for each in choices]
    if not choices or not all(values):
        yield f"{where}: has no choices, or one without a value"
    if len(set(values)) < len(values):
        yield f"{where}: a value stands twice"
    several = element.get("isMultiSelect") is True
    if several and any("," in each for each in values):
        yield f"{where}: values are told apart by commas, and one has a comma"
    if not all(is_plain(str(each.get("title"))) for each in choices):
        yield f"{where}: a title may be read as Markdown"
    chosen = str(element.get("value", ""))
    if not set(chosen.split(",") if several else [chosen]) <= {*values, ""}:
        yield f"{where}: {chosen!r} is not among the choices"


def _typed(where: str, element: Object) -> Found:
    yield from _input(where, element)
    value, most = str(element.get("value", "")), element.get("maxLength")
    if not isinstance(most, int) or not len(value.encode("utf-16-le")) // 2 <= most:
        yield f"{where}: its text is longer than what it takes"


def _input(where: str, element: Object) -> Found:
    name = str(element.get("id", ""))
    if named(name.removesuffix(TIME)) is None:
        yield f"{where}: {name!r} is no field"
    if element.get("isRequired"):
        yield f"{where}: Back must work without it"


def _toggle(where: str, element: Object) -> Found:
    if element.get("title") != CLEAR:
        yield f"{where}: may be read as Markdown"


_ELEMENTS: Final[Mapping[str, Callable[[str, Object], Found]]] = {
    "RichTextBlock": _rich_text,
    "TextBlock": _text_block,
    "Container": _container,
    "ColumnSet": _columns,
    "Image": _image,
    "ActionSet": _action_set,
    "Input.Text": _typed,
    "Input.ChoiceSet": _choices,
    "Input.Date": _input,
    "Input.Time": _input,
    "Input.Toggle": _toggle,
}


def _all(value: object) -> Iterator[Object]:
    """Every object in it, but for what only stands in for another."""
    if isinstance(value, Mapping):
        yield value
        yield from (e for name, each in value.items() if name != "fallback" for e in _all(each))
    elif isinstance(value, list | tuple):
        yield from (e for each in value for e in _all(each))


def _object(value: object) -> Object:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Object]:
    return [_object(each) for each in value] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
