"""Decides how each node of a screen looks on the page."""

import base64
import re
from collections.abc import Iterable
from itertools import groupby
from typing import assert_never
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from adapters.desk.drawing import Drawing, draw
from adapters.documents.chart import draw_chart
from bot.domain.ids import CardId, ContactId
from bot.domain.personal import Personal
from bot.screens.chart_text import chart_text
from bot.screens.facts import Plain, plain
from bot.screens.nodes import (
    Action,
    Actions,
    Bullets,
    Chart,
    Facts,
    Guidance,
    Heading,
    Line,
    Paragraph,
    Picture,
    StepLine,
    StopCard,
    Told,
    ViewNode,
)
from bot.screens.say import Say

_T = "nodes.html"


def draw_nodes(nodes: Iterable[ViewNode], at: Drawing) -> Markup:
    """All of them, in order; entries and pictures that stand together become one list."""
    drawn = Markup()
    for together, group in groupby(nodes, key=_together):
        body = Markup("\n").join(draw_node(node, at) for node in group)
        drawn += draw(_T, together, body=body) if together else body
    return drawn


def _together(node: ViewNode) -> str:
    match node:
        case Line():
            return "chronology"
        case Picture():
            return "pictures"
        case _:
            return ""


def draw_node(node: ViewNode, at: Drawing) -> Markup:
    """The node's HTML."""
    match node:
        case Heading(text):
            return draw(_T, "heading", text=at.text(text))
        case Paragraph(text):
            return draw(_T, "paragraph", text=at.text(text))
        case Bullets(lines):
            return draw(_T, "bullets", lines=[at.text(line) for line in lines])
        case Facts(pairs):
            return draw(_T, "facts", pairs=[(at.text(a), at.text(b)) for a, b in pairs])
        case Actions(actions):
            return draw(_T, "actions", buttons=draw_actions(actions, at))
        case StepLine():
            return _step_line(node, at)
        case StopCard():
            return _stop_card(node, at)
        case Guidance(card):
            return _guidance(card, at)
        case Chart(chart, title):
            picture = base64.b64encode(draw_chart(chart)).decode("ascii")
            return draw(_T, "chart", picture=picture, alt=chart_text(chart), title=at.text(title))
        case Told():
            return _told(node, at)
        case Picture():
            return _picture(node, at)
        case Line():
            return _line(node, at)
        case _:
            assert_never(node)


def draw_actions(actions: Iterable[Action], at: Drawing) -> Markup:
    """The buttons; one with a question before it carries its own dialog."""
    return Markup("\n").join(_button(action, at) for action in actions)


def _button(action: Action, at: Drawing) -> Markup:
    look = "primary" if action.primary else "quiet"
    return draw(
        _T,
        "button",
        label=at.text(action.label),
        do=f"press:{action.press.encode()}",
        look="danger" if action.danger else look,
        confirm=at.text(action.confirm) if action.confirm else "",
        owner="" if at.in_form else "press",
        id=at.free_id() if action.confirm else "",
    )


def _step_line(node: StepLine, at: Drawing) -> Markup:
    due = at.text(plain(Say.TEXT, text=node.due_at)) if node.due_at else ""
    state = at.text(node.state)
    return draw(
        _T,
        "step_line",
        name=at.text(plain(Say.TEXT, text=node.step)),
        reference=str(node.reference) if node.reference else "",
        due="" if due in state else due,
        state=state,
        late=node.state.key is Say.STATE_OVERDUE,
        notes=[at.text(note) for note in node.notes],
        buttons=draw_actions(node.actions, at),
    )


_EMERGENCY = re.compile(r"(?<![\d,.])(999|101|111|112)(?![\d,.]\d|\d)")
"""Numbers that a card names in its words; on a telephone they are rung with one tap."""


def _stop_card(node: StopCard, at: Drawing) -> Markup:
    card = at.words.card(node.card)
    return draw(
        _T,
        "stop_card",
        id=at.free_id(),
        card=str(node.card),
        title=_with_numbers(card.title),
        lines=[_with_numbers(line) for line in card.lines],
        contacts=[found for each in node.contacts if (found := _contact(each, at))],
        source=card.source,
        checked_on=_day(card.checked_on.day, f"{card.checked_on:%B %Y}"),
        buttons=draw_actions(node.actions, at),
    )


def _with_numbers(text: str) -> Markup:
    parts = _EMERGENCY.split(text)
    return Markup().join(
        draw(_T, "number", shown=part, dialled=part) if odd % 2 else escape(part)
        for odd, part in enumerate(parts)
    )


def _contact(contact: ContactId, at: Drawing) -> tuple[str, Markup] | None:
    found = at.words.contact(contact)
    if found is None:
        return None
    dialled = re.sub(r"[^0-9+]", "", found.number)
    return found.label, draw(_T, "number", shown=found.number, dialled=dialled)


def _guidance(card_id: CardId, at: Drawing) -> Markup:
    card = at.words.card(card_id)
    return draw(
        _T,
        "guidance",
        title=card.title,
        lines=card.lines,
        source=card.source,
        checked_on=_day(card.checked_on.day, f"{card.checked_on:%B %Y}"),
    )


def _day(day: int, month: str) -> str:
    return f"{day} {month}"


def _told(node: Told, at: Drawing) -> Markup:
    texts = [_revealed(text, link=node.links) for text in node.texts]
    return draw(_T, "told", label=at.text(node.label), texts=texts)


def _revealed(text: Personal, *, link: bool) -> tuple[str, str]:
    """The text and, if it may be opened, its address."""
    shown = text.reveal()
    return shown, shown if link and may_be_opened(shown) else ""


def may_be_opened(link: str) -> bool:
    """Only whole web addresses: ``javascript:``, ``file:`` and the like are text."""
    try:
        parts = urlsplit(link)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _picture(node: Picture, at: Drawing) -> Markup:
    return draw(
        _T,
        "picture",
        label=at.text(node.label),
        address=f"/{at.slug}/evidence/{node.evidence}",
        drawn=node.media_type.startswith("image/"),
    )


def _line(node: Line, at: Drawing) -> Markup:
    return draw(
        _T,
        "line",
        when=at.text(plain(Say.TEXT, text=node.at)),
        at=node.at.isoformat(),
        who=at.text(node.who),
        what=at.text(node.what),
        told=[told.reveal() for told in node.told],
    )


def words_of(label: Plain | Personal, at: Drawing) -> str:
    """A label that may be what a person told; only for screens that are shown on demand."""
    return label.reveal() if isinstance(label, Personal) else at.text(label)
