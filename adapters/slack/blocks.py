"""Decides what the building blocks look like: paragraphs, bold labels, lists, quotes, buttons.

Bold and lists are ``rich_text``, whose ``text`` elements Slack shows as they are; there is no
``mrkdwn`` in anything that we send.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from adapters.slack import sizes
from adapters.slack.texts import (
    ANSWER,
    CANCEL,
    EMPTY,
    Block,
    fits,
    pieces,
    plain,
    shortened,
    size,
)
from bot.domain.ids import EvidenceId
from bot.screens.nodes import Action
from bot.screens.press import Press
from bot.screens.say import Say
from bot.screens.wording import Words

Pictures = Callable[[EvidenceId], Block | None]
"""The ``slack_file`` object of a piece of evidence, if Slack holds it already."""

RICH: Final = 2_900
"""Characters in one rich_text block. Slack documents no limit; a section's 3,000 is kept to."""


@dataclass
class Drawing:
    """What a screen is drawn with, and a number for each of its buttons."""

    words: Words
    pictures: Pictures | None = None
    here: Press | None = None
    """What shows the view again; on messages and forms there is none."""
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)


def header(text: str) -> list[Block]:
    """A line in large letters; a longer one is bold."""
    if fits(text, sizes.HEADER):
        return [{"type": "header", "text": plain(text)}]
    return rich(*(section(bold(each)) for each in pieces(text, RICH)))


def paragraph(text: str, accessory: Block | None = None) -> list[Block]:
    """A text in as many sections as it needs; the button stands beside the first."""
    blocks: list[Block] = [
        {"type": "section", "text": plain(each)} for each in pieces(text, sizes.SECTION)
    ]
    if accessory:
        blocks[0]["accessory"] = accessory
    return blocks


def context(*texts: str) -> list[Block]:
    """Small print."""
    return [
        {"type": "context", "elements": [plain(each) for each in group]}
        for group in _groups(
            [part for text in texts if text for part in pieces(text, sizes.CONTEXT_TEXT)],
            sizes.CONTEXT,
        )
    ]


def text(content: str) -> Block:
    """Letters as they are."""
    return {"type": "text", "text": content or EMPTY}


def bold(content: str) -> Block:
    """Letters as they are, bold."""
    return {"type": "text", "text": content or EMPTY, "style": {"bold": True}}


def emoji(name: str) -> Block:
    """One of Slack's own pictograms, by name."""
    return {"type": "emoji", "name": name}


_WEB_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]*)?"
)


def may_be_opened(link: str) -> bool:
    """Only whole web addresses of plain characters; anything else is shown as text."""
    return fits(link, sizes.URL) and _WEB_ADDRESS.fullmatch(link) is not None


def linked(address: str) -> Block:
    """A link that says where it leads, if it may be opened; else its letters."""
    return (
        {"type": "link", "url": address, "text": address}
        if may_be_opened(address)
        else text(address)
    )


def section(*elements: Block) -> Block:
    """A run of text within rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """A run of text with a line beside it."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def bullets(items: Iterable[Sequence[Block]], *, numbered: bool = False) -> Block:
    """A list."""
    style = "ordered" if numbered else "bullet"
    return {
        "type": "rich_text_list",
        "style": style,
        "elements": [section(*item) for item in items],
    }


def rich(*elements: Block) -> list[Block]:
    """Rich text in as many blocks as it needs; each element must fit into one (``RICH``).

    Runs of text that follow each other become one with new lines between, and lists one list:
    Slack's own editor writes them so, and not every client breaks the line between two.
    """
    blocks: list[Block] = []
    held: list[Block] = []
    total = 0
    for each in elements:
        length = _length(each) + 1
        if held and total + length > RICH:
            blocks.append({"type": "rich_text", "elements": held})
            held, total = [], 0
        _join(held, each)
        total += length
    return [*blocks, {"type": "rich_text", "elements": held}] if held else blocks


def _join(held: list[Block], element: Block) -> None:
    last = held[-1] if held else {}
    before, here = last.get("elements"), element["elements"]
    alike = all(last.get(each) == element.get(each) for each in ("type", "style"))
    if not (alike and isinstance(before, list) and isinstance(here, list)):
        held.append(element)
    elif element["type"] == "rich_text_section":
        held[-1] = {**last, "elements": [*before, text("\n"), *here]}
    elif element["type"] == "rich_text_list":
        held[-1] = {**last, "elements": [*before, *here]}
    else:
        held.append(element)


def _length(element: object) -> int:
    if isinstance(element, dict):
        own = size(element["text"]) if isinstance(element.get("text"), str) else 0
        return own + _length(element.get("elements", ()))
    return sum(_length(each) for each in element) if isinstance(element, list) else 0


def actions(given: Sequence[Action], at: Drawing) -> list[Block]:
    """A row of buttons; what a button has no room for stands above it in full."""
    return [*left_out(given, at), *button_row([button(each, at) for each in given])]


def button_row(buttons: Sequence[Block]) -> list[Block]:
    """Buttons in as many rows as they need."""
    return [
        {"type": "actions", "elements": list(group)} for group in _groups(buttons, sizes.ACTIONS)
    ]


def left_out(given: Iterable[Action], at: Drawing) -> list[Block]:
    """What the buttons have no room for, in full."""
    found: list[Block] = []
    for each in given:
        label = at.words.text(each.label)
        confirm = at.words.text(each.confirm) if each.confirm else ""
        found += [] if fits(label, sizes.BUTTON) else paragraph(label)
        found += [] if fits(confirm, sizes.CONFIRM_TEXT) else paragraph(confirm)
    return found


def button(action: Action, at: Drawing, *, in_list: bool = False) -> Block:
    """A button that carries its press. ``in_list``: beside a line that says what it is about."""
    label = at.words.text(action.label)
    short = ANSWER if in_list and action.label.key is Say.ANSWER else label
    made = plain_button(
        short, f"press.{next(at.numbers)}.{action.press.verb}", action.press.encode()
    )
    if short != label:
        made["accessibility_label"] = shortened(label, sizes.BUTTON)
    # "Use this option with restraint" (elements/button-element): not once for every line of a list.
    if action.danger or (action.primary and not in_list):
        made["style"] = "danger" if action.danger else "primary"
    if action.confirm:
        made["confirm"] = _confirm(label, at.words.text(action.confirm), danger=action.danger)
    return made


def plain_button(label: str, action_id: str, value: str) -> Block:
    """A button without a style."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(shortened(label, sizes.BUTTON)),
        "value": value,
    }


def _confirm(label: str, question: str, *, danger: bool) -> Block:
    return {
        "title": plain(shortened(label, sizes.CONFIRM_TITLE)),
        "text": plain(shortened(question, sizes.CONFIRM_TEXT)),
        "confirm": plain(shortened(label, sizes.CONFIRM_BUTTON)),
        "deny": plain(CANCEL),
        **({"style": "danger"} if danger else {}),
    }


def weight(block: Block) -> int:
    """How many bytes the block takes in a payload."""
    return len(json.dumps(block, separators=(",", ":")))


_T = TypeVar("_T")


def _groups(items: Sequence[_T], most: int) -> list[Sequence[_T]]:
    return [items[start : start + most] for start in range(0, len(items), most)]
