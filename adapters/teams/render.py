"""Decides what a screen looks like in Teams: a dialog, a card in the chat, or a message in parts.

The adapter's other half finds everything here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.documents.chart import draw_chart
from adapters.teams import sizes
from adapters.teams.blocks import Drawing, Shell, card_of, heading, lines, weight
from adapters.teams.buttons import pressed, styled
from adapters.teams.carried import Did, Showing, carried
from adapters.teams.evidence import draw_picture, image
from adapters.teams.forms import TooLong, form_card
from adapters.teams.nodes import Piece, draw_nodes
from adapters.teams.paging import paged, turner
from adapters.teams.pictures import as_address, small_png
from adapters.teams.texts import (
    CLOSE,
    IN_WINDOW,
    NO_WINDOW,
    Card,
    Element,
    or_dash,
    page_of,
    shortened,
)
from bot.domain.figures import DigestChart
from bot.domain.ids import EvidenceId
from bot.screens.chart_text import chart_text
from bot.screens.facts import Plain
from bot.screens.nodes import Message, View
from bot.screens.press import Press
from bot.screens.wording import Words

__all__ = [
    "Card",
    "MessagePayload",
    "PictureOf",
    "Shell",
    "TooLong",
    "attachment",
    "continue_dialog",
    "done_card",
    "form_card",
    "message_payload",
    "offer_card",
    "say_in_dialog",
    "show_here_card",
    "view_card",
]


@dataclass(frozen=True)
class PictureOf:
    """A chart that may stand as a picture where its words stand in a part."""

    part: int
    at: int
    count: int
    chart: DigestChart
    title: str
    alt_text: str
    most: int
    """Bytes of the PNG for which the part has room."""

    def draw(self) -> bytes | None:
        """The picture (PNG), small enough for its part; it takes up to a second."""
        return small_png(draw_chart(self.chart), self.most)

    def in_place(self, png: bytes) -> list[Element]:
        """What takes the place of the words."""
        title = lines(self.title, weight="Bolder")
        return [*title, image(as_address(png, "image/png"), self.alt_text)]


@dataclass(frozen=True)
class MessagePayload:
    """A message in parts that Teams takes, in order; complete without its pictures."""

    parts: tuple[Card, ...]
    summary: str
    """One line for the notification."""
    pictures: tuple[PictureOf, ...] = ()

    def with_pictures(self, pngs: Sequence[bytes | None]) -> "MessagePayload":
        """With the picture in place of each chart's words, where there is one and it has room."""
        parts = list(self.parts)
        for picture, png in reversed(list(zip(self.pictures, pngs, strict=True))):
            if png is not None:
                body = list(parts[picture.part]["body"])
                body[picture.at : picture.at + picture.count] = picture.in_place(png)
                drawn = {**parts[picture.part], "body": body}
                if weight(drawn) <= sizes.CARD_BYTES:
                    parts[picture.part] = drawn
        return replace(self, parts=tuple(parts), pictures=())


_AROUND: Final = 1_500
"""Bytes of a card that are not its content: its summary, twice, and its frame."""
_SUMMARY: Final = 200


def message_payload(message: Message, words: Words, *, windows: bool = True) -> MessagePayload:
    """The message in as many parts as Teams needs. ``windows``: its buttons open dialogs."""
    summary = or_dash(words.text(message.summary))
    at = Drawing(words, _way(windows=windows))
    pieces = draw_nodes(message.nodes, at) or [Piece(tuple(lines(summary)))]
    pages = paged(pieces, sizes.CARD_BYTES - _AROUND)
    short = shortened(summary, _SUMMARY)
    said = [short] * len(pages)
    if len(pages) > 1:
        said = [f"{short} ({page_of(number, len(pages))})" for number in range(len(pages))]
    parts = [
        card_of([each for piece in page for each in piece.drawn()], says, spoken=True)
        for page, says in zip(pages, said, strict=True)
    ]
    pictures = [
        found
        for number, page in enumerate(pages)
        for found in _pictures(number, page, weight(parts[number]), words)
    ]
    return MessagePayload(tuple(parts), short, tuple(pictures))


def _pictures(part: int, page: Sequence[Piece], taken: int, words: Words) -> list[PictureOf]:
    charts = [piece.chart for piece in page if piece.chart]
    room = sizes.CARD_BYTES - taken
    found, at = [], 0
    for piece in page:
        drawn = piece.drawn()
        if piece.chart is not None:
            title, alt = words.text(piece.chart.title), chart_text(piece.chart.chart)
            around = weight(PictureOf(part, at, 0, piece.chart.chart, title, alt, 0).in_place(b""))
            free = room // len(charts) + sum(map(weight, drawn)) - around
            most = max(free, 0) * 3 // 4 - 3
            count = len(drawn)
            found.append(PictureOf(part, at, count, piece.chart.chart, title, alt, most))
        at += len(drawn)
    return found


def view_card(
    view: View,
    words: Words,
    shell: Shell,
    *,
    page: int = 0,
    pictures: Mapping[EvidenceId, str] | None = None,
) -> Card:
    """A page of the View; in the chat it only ever answers a press, and can be closed again.

    ``pictures``: the data URIs of what is open now; one for which there is no room stays a button.
    """
    at = Drawing(words, shell, Showing(view.here))
    pages = paged(draw_nodes(view.nodes, at), sizes.VIEW_BYTES)
    at.on = Showing(view.here, min(max(page, 0), len(pages) - 1))
    title = words.text(view.title)
    titled = shell is Shell.CHAT or len(title) > sizes.TITLE
    body = [
        *(heading(title) if titled else ()),
        *_with_evidence(pages[at.on.page], replace(at, pictures=pictures or {})),
        *turner(len(pages), at),
    ]
    close = pressed(CLOSE, carried(Did.CLOSE, at.on), shell)
    return card_of(body, title, [close] if shell is Shell.CHAT else ())


def _with_evidence(page: Sequence[Piece], at: Drawing) -> list[Element]:
    """The page's elements, with as many of the open pictures as there is room for."""
    room = sizes.ANSWER_BYTES - sizes.VIEW_BYTES - _AROUND
    found: list[Element] = []
    for piece in page:
        if piece.picture is None:
            found += piece.drawn()
            continue
        open_now = at.pictures.get(piece.picture.evidence, "")
        shut = len(open_now) > room
        room -= 0 if shut else len(open_now)
        found += draw_picture(piece.picture, replace(at, pictures={}) if shut else at)
    return found


def done_card(says: Plain, words: Words) -> Card:
    """One sentence: what a card becomes when it is done with."""
    said = words.text(says)
    return card_of(lines(said), shortened(said, _SUMMARY), spoken=True)


def offer_card(
    says: Plain, label: Plain, press: Press, words: Words, *, windows: bool, other: bool
) -> Card:
    """A sentence and the button that opens something: a dialog, or with no ``windows`` a new card.

    ``other`` adds a quiet button for the other way.
    """
    opens = pressed(words.text(label), carried(Did.PRESS, press=press), _way(windows=windows))
    buttons = [styled(opens, style="positive")]
    if other and windows:
        buttons.append(pressed(NO_WINDOW, carried(Did.HERE, press=press), Shell.MESSAGE))
    elif other:
        buttons.append(pressed(IN_WINDOW, carried(Did.PRESS, press=press), None))
    said = words.text(says)
    return card_of(lines(said), shortened(said, _SUMMARY), buttons)


def _way(*, windows: bool) -> Shell | None:
    return None if windows else Shell.MESSAGE


def show_here_card(says: Plain, label: Plain, press: Press, words: Words) -> Card:
    """A sentence and the button whose answer, a view, takes this card's place."""
    said = words.text(says)
    button = pressed(words.text(label), carried(Did.PRESS, press=press), Shell.CHAT)
    return card_of(lines(said), shortened(said, _SUMMARY), [styled(button, style="positive")])


def attachment(card: Card) -> dict[str, object]:
    """The card as an activity carries it."""
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}


def continue_dialog(card: Card, title: str) -> dict[str, object]:
    """Answers a task/fetch or a task/submit: the dialog shows this card."""
    value = {
        "title": title,
        "width": "large",
        "height": "large",
        "card": attachment(card),
    }
    return {"task": {"type": "continue", "value": value}}


def say_in_dialog(text: str) -> dict[str, object]:
    """Answers a task/submit: the dialog closes, and says this in passing."""
    return {"task": {"type": "message", "value": text}}
