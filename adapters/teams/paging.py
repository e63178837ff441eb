"""Decides where a screen that is too long for Teams is cut: between pieces, not within them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.teams import sizes
from adapters.teams.blocks import Drawing, button_rows, line, weight
from adapters.teams.buttons import pressed
from adapters.teams.carried import Did, Showing, carried
from adapters.teams.nodes import Piece
from adapters.teams.texts import NEXT, PREVIOUS, Element, page_of


def paged(pieces: Sequence[Piece], room: int) -> list[list[Piece]]:
    """The pieces page by page; what leads goes to the page of what follows it.

    ``room``: in bytes. A chart takes as much as its picture may.
    """
    pages: list[list[Piece]] = [[]]
    taken = 0
    for piece in _cut_to(pieces, room):
        held, size = pages[-1], _bytes(piece)
        if held and taken + size > room:
            moved = [held.pop()] if held[-1].leads and len(held) > 1 else []
            pages.append([*moved, piece])
            taken = sum(map(_bytes, moved), size)
        else:
            held.append(piece)
            taken += size
    return pages


def _bytes(piece: Piece) -> int:
    # Two more for each: the comma between elements.
    words = sum(weight(each) + 2 for each in piece.drawn())
    return max(words, sizes.CHART_BYTES) if piece.chart else words


def _cut_to(pieces: Sequence[Piece], room: int) -> Iterator[Piece]:
    """A piece that alone is more than a page is cut between its elements, each in a like box."""
    for piece in pieces:
        if _bytes(piece) <= room:
            yield piece
        else:
            yield from (replace(piece, elements=(each,), chart=None) for each in piece.elements)


def turner(count: int, at: Drawing) -> list[Element]:
    """Which page of a View this is, with the buttons that turn it; nothing if there is only one."""
    if count == 1 or not isinstance(at.on, Showing):
        return []
    page = at.on.page
    turns = []
    if page > 0:
        turns.append(_turn(PREVIOUS, page - 1, at))
    if page < count - 1:
        turns.append(_turn(NEXT, page + 1, at))
    said = line(page_of(page, count), spacing="Large", size="Small", isSubtle=True)
    return [said, *button_rows(turns)]


def _turn(label: str, page: int, at: Drawing) -> Element:
    return pressed(label, carried(Did.TURN, at.on, page=page), at.shell)
