"""Decides what the building blocks look like: lines of text, headings, boxes, rows of buttons."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Final

from adapters.teams import sizes
from adapters.teams.carried import Inputs, Showing
from adapters.teams.texts import (
    Card,
    Element,
    is_plain,
    or_dash,
    pieces,
)
from bot.domain.ids import EvidenceId
from bot.screens.wording import Words

VERSION: Final = "1.5"


class Shell(StrEnum):
    """Where a Form or a View stands."""

    DIALOG = "dialog"
    CHAT = "chat"
    MESSAGE = "message"
    """A message to somebody for whom no dialog opens."""


@dataclass
class Drawing:
    """What a screen is drawn with."""

    words: Words
    shell: Shell | None = None
    """``None`` in a message whose buttons open dialogs."""
    on: Inputs | Showing | None = None
    pictures: Mapping[EvidenceId, str] = field(default_factory=dict)
    """The pieces of evidence that are open now, as data URIs."""
    withholds: bool = False
    """Nothing that a person told is shown: a form in the chat, which Teams keeps."""
    withheld: bool = False
    """Whether something was not shown because of that."""
    sparing: bool = False
    """Short of room: a button that can be done without has nothing for older clients."""
    told_numbers: "count[int]" = field(default_factory=lambda: count(1))


def card_of(
    body: Sequence[Element], summary: str, buttons: Iterable[Element] = (), *, spoken: bool = False
) -> Card:
    """The whole card, its own buttons last.

    ``spoken``: says its summary to a screen reader first, as a message does.
    """
    whole = [*body, *button_rows(buttons, "Large")]
    card: Card = {
        "type": "AdaptiveCard",
        "version": VERSION,
        "body": whole or [line("")],
        "msteams": {"width": "Full"},
        "fallbackText": or_dash(summary),
    }
    if spoken:
        card["speak"] = or_dash(summary)
    return card


def runs(text: str, **style: object) -> list[Element]:
    """A text, letter by letter. Braces stand apart, so that no function is seen in them."""
    shown = {name: value for name, value in style.items() if value}
    parts = re.split(r"(?<=\{)(?=\{)", text)
    return [{"type": "TextRun", "text": part, **shown} for part in parts if part]


def block(inlines: Sequence[Element], **more: object) -> Element:
    """One paragraph."""
    shown = {name: value for name, value in more.items() if value}
    return {"type": "RichTextBlock", "inlines": list(inlines), **shown}


def line(text: str, *, spacing: str = "", **style: object) -> Element:
    """A short text in one paragraph."""
    return block(runs(or_dash(text), **style), spacing=spacing)


def lines(text: str, *, spacing: str = "", **style: object) -> list[Element]:
    """A text in as many paragraphs as its length needs."""
    first, *others = pieces(or_dash(text), sizes.RICH)
    return [
        line(first, spacing=spacing, **style),
        *(line(each, spacing="None", **style) for each in others),
    ]


def warning(text: str) -> list[Element]:
    """What is wrong: red, and with a sign for those who see no red."""
    return lines(f"❗ {or_dash(text)}", color="Attention", weight="Bolder")


def small(text: str) -> list[Element]:
    """Small print."""
    return lines(text, spacing="Small", size="Small", isSubtle=True) if text else []


def heading(text: str, size: str = "Large") -> list[Element]:
    """A line that says what follows; a heading to a screen reader too, if it has no odd signs."""
    if not is_plain(text):
        return lines(text, spacing="Large", weight="Bolder", size=size)
    return [
        {
            "type": "TextBlock",
            "text": text,
            "style": "heading",
            "weight": "Bolder",
            "size": size,
            "wrap": True,
            "spacing": "Large",
        }
    ]


def bullets(items: Iterable[Sequence[Element]]) -> list[Element]:
    """A list; each of its items is one paragraph."""
    return [block([*runs("• "), *item], spacing="Small") for item in items]


def container(items: Sequence[Element], **more: object) -> Element:
    """Elements that belong together."""
    shown = {name: value for name, value in more.items() if value}
    return {"type": "Container", **shown, "items": list(items)}


def beside(said: Sequence[Element], button: Element) -> Element:
    """Elements with a button at their side."""
    row = {"type": "ActionSet", "actions": [button]}
    columns = [
        {
            "type": "Column",
            "width": width,
            "verticalContentAlignment": "Center",
            "items": list(items),
        }
        for width, items in (("stretch", said), ("auto", [row]))
    ]
    return {"type": "ColumnSet", "columns": columns}


def button_rows(buttons: Iterable[Element], spacing: str = "Small") -> list[Element]:
    """Buttons in as many rows as they need, so that a phone cuts none of their words."""
    rows: list[list[Element]] = []
    left = 0
    for each in buttons:
        # A button is its letters, about five of them as margins, and one of distance.
        taken = len(each["title"]) + 6
        if taken > left or len(rows[-1]) == sizes.ROW:
            rows.append([])
            left = sizes.ROW_SIGNS
        rows[-1].append(each)
        left -= taken
    return [
        {"type": "ActionSet", "spacing": "Small" if number else spacing, "actions": row}
        for number, row in enumerate(rows)
    ]


_WEB_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]*)?"
)


def may_be_opened(link: str) -> bool:
    """Only whole web addresses of plain characters; anything else is shown as text."""
    return len(link) <= sizes.RICH and _WEB_ADDRESS.fullmatch(link) is not None


def linked(address: str) -> list[Element]:
    """A link that says where it leads, if it may be opened; else its letters."""
    if not may_be_opened(address):
        return runs(address)
    opens = {"type": "Action.OpenUrl", "url": address}
    return [{**each, "selectAction": opens} for each in runs(address, color="Accent")]


def weight(part: object) -> int:
    """How many bytes a part takes in a payload, its letters written as JSON's escapes."""
    return len(json.dumps(part))
