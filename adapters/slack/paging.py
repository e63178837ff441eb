"""Decides where a screen that is too long for Slack is cut: between pieces, not within them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.slack import sizes
from adapters.slack.blocks import button_row, context, plain_button, weight
from adapters.slack.nodes import Piece
from adapters.slack.texts import NEXT, PREVIOUS, Block, page_of, size
from bot.screens.press import NotOurs, Press, read_press

TURN: Final = "turn"
_RESERVE: Final = 5
"""Blocks of a view that are not its content: the full title, the page's number, its two buttons."""
_BYTES: Final = sizes.VIEW_BYTES - 50_000


@dataclass(frozen=True)
class Room:
    """How much one page takes."""

    blocks: int
    bytes: int = _BYTES
    signs: int = 10**9


VIEW_ROOM: Final = Room(sizes.VIEW_BLOCKS - _RESERVE)
MESSAGE_ROOM: Final = Room(sizes.MESSAGE_BLOCKS, signs=sizes.MESSAGE_SIGNS)


@dataclass(frozen=True)
class _Size:
    """How much a page or a piece takes."""

    blocks: int = 0
    bytes: int = 0
    signs: int = 0

    def __add__(self, other: "_Size") -> "_Size":
        return _Size(self.blocks + other.blocks, self.bytes + other.bytes, self.signs + other.signs)

    def fits(self, room: Room) -> bool:
        """Whether there is room for that much."""
        return self.blocks <= room.blocks and self.bytes <= room.bytes and self.signs <= room.signs


def _size_of(piece: Piece) -> _Size:
    blocks = piece.blocks
    return _Size(len(blocks), sum(map(weight, blocks)), sum(map(signs_in, blocks)))


def paged(pieces: Sequence[Piece], room: Room) -> list[list[Piece]]:
    """The pieces page by page; a heading goes to the page of what follows it."""
    pages: list[list[Piece]] = [[]]
    taken = _Size()
    for piece in _cut_to(pieces, room):
        held, size_here = pages[-1], _size_of(piece)
        if held and not (taken + size_here).fits(room):
            moved = [held.pop()] if held[-1].leads and len(held) > 1 else []
            pages.append([*moved, piece])
            taken = sum(map(_size_of, moved), size_here)
        else:
            held.append(piece)
            taken += size_here
    return pages


def _cut_to(pieces: Sequence[Piece], room: Room) -> list[Piece]:
    """A piece that alone is more than a page is cut between its blocks."""
    found: list[Piece] = []
    for piece in pieces:
        whole = _size_of(piece).fits(room)
        found += [piece] if whole else [Piece((block,)) for block in piece.blocks]
    return found


def signs_in(value: object) -> int:
    """The characters of all texts in a block."""
    if isinstance(value, dict):
        return sum(
            size(inner)
            if name in {"text", "alt_text"} and isinstance(inner, str)
            else signs_in(inner)
            for name, inner in value.items()
        )
    return sum(signs_in(each) for each in value) if isinstance(value, list | tuple) else 0


def turner(page: int, count: int, press: Press | None) -> list[Block]:
    """Which page this is, with the buttons that turn it; nothing if there is only one."""
    if count == 1:
        return []
    buttons = []
    if page > 0:
        buttons.append(_turn(PREVIOUS, page - 1, press))
    if page < count - 1:
        buttons.append(_turn(NEXT, page + 1, press))
    return [*context(page_of(page, count)), *button_row(buttons)]


def _turn(label: str, page: int, press: Press | None) -> Block:
    value = json.dumps([press.encode() if press else "", page], separators=(",", ":"))
    return plain_button(label, f"{TURN}.{page}", value)


@dataclass(frozen=True)
class Turn:
    """*Next* or *Previous*: what shows the screen again (nothing for App Home), and which page."""

    press: Press | None
    page: int


def read_turn(value: object) -> Turn:
    """What ``turner`` wrote into a button. Raises ``NotOurs``."""
    try:
        press, page = json.loads(value) if isinstance(value, str) else (None, None)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise NotOurs from wrong
    if not isinstance(press, str) or type(page) is not int or page < 0:
        raise NotOurs
    return Turn(read_press(press) if press else None, page)
