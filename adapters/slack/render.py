"""Decides what a screen looks like in Slack: a modal, App Home, or a message in parts.

The adapter's other half finds everything here: a form's further views come from ``forms``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from adapters.documents.chart import draw_chart
from adapters.slack import sizes
from adapters.slack.blocks import Drawing, Pictures, paragraph
from adapters.slack.forms import (
    TooLong,
    errors_answer,
    errors_payload,
    form_view,
    kept_view,
    more_errors_payload,
    more_view,
)
from adapters.slack.frames import Callback, framed, metadata_of
from adapters.slack.nodes import Piece, draw_nodes
from adapters.slack.paging import MESSAGE_ROOM, VIEW_ROOM, paged, turner
from adapters.slack.texts import BOT, SAVING, Block, escaped, or_dash, page_of, plain, shortened
from bot.domain.figures import DigestChart
from bot.screens.chart_text import chart_text
from bot.screens.nodes import Done, Form, Message, MessageNode, View
from bot.screens.press import FormRef, Press
from bot.screens.wording import Words

__all__ = [
    "Callback",
    "MessagePayload",
    "Part",
    "PictureOf",
    "TooLong",
    "errors_answer",
    "errors_payload",
    "home_view",
    "kept_view",
    "message_payload",
    "modal",
    "more_errors_payload",
    "more_view",
    "saving_view",
]


@dataclass(frozen=True)
class Part:
    """One message: its blocks, and ``text`` for notifications and screen readers."""

    blocks: tuple[Block, ...]
    text: str


@dataclass(frozen=True)
class PictureOf:
    """A chart that may stand as a picture where its words stand in a part."""

    part: int
    at: int
    count: int
    chart: DigestChart
    title: str
    alt_text: str

    def draw(self) -> bytes:
        """The picture (PNG); it takes up to a second."""
        return draw_chart(self.chart)


@dataclass(frozen=True)
class MessagePayload:
    """A message in parts that Slack takes, in order; complete without its pictures."""

    parts: tuple[Part, ...]
    pictures: tuple[PictureOf, ...] = ()

    def with_pictures(self, files: Sequence[str | None]) -> "MessagePayload":
        """With the uploaded file (its id) in place of each chart's words, where there is one."""
        parts = list(self.parts)
        for picture, file in reversed(list(zip(self.pictures, files, strict=True))):
            if file is not None:
                blocks = list(parts[picture.part].blocks)
                image: Block = {
                    "type": "image",
                    "slack_file": {"id": file},
                    "alt_text": picture.alt_text,
                    "title": plain(picture.title),
                }
                blocks[picture.at : picture.at + picture.count] = [image]
                parts[picture.part] = replace(parts[picture.part], blocks=tuple(blocks))
        return MessagePayload(tuple(parts))


def message_payload(message: Message, words: Words) -> MessagePayload:
    """The message in as many parts as Slack needs: 50 blocks each, and not too many words."""
    summary = or_dash(words.text(message.summary))
    pieces = draw_nodes(message.nodes, Drawing(words))
    pages = paged(pieces or [Piece(tuple(paragraph(summary)))], MESSAGE_ROOM)
    texts = [escaped(shortened(summary, sizes.MESSAGE_TEXT - 100))] * len(pages)
    if len(pages) > 1:
        texts = [f"{each} ({page_of(n, len(pages))})" for n, each in enumerate(texts)]
    parts = [
        Part(tuple(block for piece in page for block in piece.blocks), said)
        for page, said in zip(pages, texts, strict=True)
    ]
    pictures = [found for n, page in enumerate(pages) for found in _pictures(n, page, words)]
    return MessagePayload(tuple(parts), tuple(pictures))


def _pictures(part: int, page: Sequence[Piece], words: Words) -> list[PictureOf]:
    found, at = [], 0
    for piece in page:
        if piece.chart is not None:
            title = shortened(words.text(piece.chart.title), sizes.IMAGE_TITLE)
            alt = shortened(chart_text(piece.chart.chart), sizes.ALT_TEXT)
            found.append(PictureOf(part, at, len(piece.blocks), piece.chart.chart, title, alt))
        at += len(piece.blocks)
    return found


def modal(
    show: Form | View | Done, words: Words, *, page: int = 0, pictures: Pictures | None = None
) -> Block:
    """The view for ``views.open``, ``push`` and ``update``. ``page``: of a View that is long."""
    match show:
        case Form():
            return form_view(show, words)
        case View():
            return _view(show, words, page, pictures)
        case Done(says):
            return framed(Callback.DONE, BOT, [BOT], paragraph(words.text(says)))
        case _:
            assert_never(show)


def saving_view(form: FormRef | None = None) -> Block:
    """*Saving …*: answers a submission that takes longer than Slack waits, and is then updated."""
    return framed(Callback.SAVING, BOT, [form.encode() if form else ""], paragraph(SAVING))


def home_view(
    nodes: Sequence[MessageNode], words: Words, *, page: int = 0, here: Press | None = None
) -> Block:
    """App Home. Slack keeps it: it is made of a message's nodes, and has no personal text.

    ``here`` shows the same home again, where there are several.
    """
    pages = paged(draw_nodes(nodes, Drawing(words)), VIEW_ROOM)
    shown = min(max(page, 0), len(pages) - 1)
    blocks = [block for piece in pages[shown] for block in piece.blocks]
    return {
        "type": "home",
        "callback_id": Callback.HOME.value,
        "private_metadata": metadata_of("", shown),
        "blocks": [*blocks, *turner(shown, len(pages), here)] or paragraph(""),
    }


def _view(view: View, words: Words, page: int, pictures: Pictures | None) -> Block:
    pages = paged(draw_nodes(view.nodes, Drawing(words, pictures, view.here)), VIEW_ROOM)
    shown = min(max(page, 0), len(pages) - 1)
    blocks = [block for piece in pages[shown] for block in piece.blocks]
    blocks += turner(shown, len(pages), view.here)
    carried: list[str | int] = [view.here.encode(), shown]
    return framed(Callback.VIEW, words.text(view.title), carried, blocks or paragraph(""))
