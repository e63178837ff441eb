"""What a document of the privacy pack is made of; how it looks is the adapter's business."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A heading, of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph; ``start`` stands before it, in bold."""

    text: str
    start: str = ""


@dataclass(frozen=True)
class Points:
    """A list with dots."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """A table; ``about`` says what it is about to those who cannot see it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Decide:
    """What nobody but the school can decide."""

    text: str


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


Block = Title | Text | Points | Rows | Decide | NewPage


@dataclass(frozen=True)
class PackDocument:
    """A document of the pack. ``file`` is its name without an ending."""

    file: str
    title: str
    blocks: tuple[Block, ...]


def texts_of(document: PackDocument) -> tuple[str, ...]:
    """Every text of the document, in order, as somebody reads it."""
    found = [document.title]
    for block in document.blocks:
        match block:
            case Title(text) | Decide(text):
                found.append(text)
            case Text(text, start):
                found.append(f"{start} {text}".strip())
            case Points(lines):
                found += lines
            case Rows(header, rows):
                found += header
                found += [cell for row in rows for cell in row]
    return tuple(each for each in found if each)
