"""Decides which uploaded files are taken, and says kindly why the others are not.

A file's kind is found from its content, never from its name (PRODUCT.md, section 6). Nothing is
decoded: only the first bytes are looked at, so a hostile picture cannot use up memory here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from bot.domain.errors import ReportPostError

MOST_FILES: Final = 10
"""Files a report may have (PRODUCT.md, 2.2 `screenshots`)."""

MOST_BYTES: Final = 10 * 1024 * 1024
"""Bytes a file may have (PRODUCT.md, 2.2 `screenshots`)."""

MOST_PIXELS: Final = 40_000_000
"""Width times height: a whole 8K screen has 33 million. A header can promise far more, and
whatever draws the picture later would have to find the memory."""


@unique
class FileKind(StrEnum):
    """The kinds of file a report may have."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    PDF = "pdf"


class UploadNotAccepted(ReportPostError):
    """A file is not taken. The message is for the person who uploaded it and names no file."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the first bytes say: the kind, and for a picture how many pixels it promises."""

    kind: FileKind
    pixels: int = 0


def recognise(content: bytes) -> FileKind | None:
    """Return the file's kind by its content, or None for anything that is not taken.

    A picture of more than `MOST_PIXELS`, or without believable dimensions, is None too.
    """
    seen = _look(content)
    return seen.kind if seen and seen.pixels <= MOST_PIXELS else None


def check_upload(content: bytes, already: int) -> FileKind:
    """Return the file's kind if it is taken beside the `already` files the report has.

    Raises UploadNotAccepted with a sentence that says what is wrong and how to mend it.
    """
    if already >= MOST_FILES:
        raise UploadNotAccepted(
            f"A report can have {MOST_FILES} files, and this one has them already. "
            "Please remove one first if this one matters more."
        )
    if not content:
        raise UploadNotAccepted("That file is empty. Please save it again and try once more.")
    if len(content) > MOST_BYTES:
        raise UploadNotAccepted(
            f"That file is larger than {MOST_BYTES // 1024**2} MB. "
            "Please crop it or split it, and add it again."
        )
    seen = _look(content)
    if seen is None:
        raise UploadNotAccepted(
            "That file cannot be used. Pictures (PNG, JPEG or WebP) and PDF files are taken; "
            "if it is one of these, it may be damaged: please save it again."
        )
    if seen.pixels > MOST_PIXELS:
        raise UploadNotAccepted(
            "That picture has too many pixels: more than "
            f"{MOST_PIXELS // 1_000_000} million. Please crop it or make it smaller."
        )
    return seen.kind


def media_type(kind: FileKind) -> str:
    """Return the media type to serve the file with (IANA's registry of media types)."""
    return "application/pdf" if kind is FileKind.PDF else f"image/{kind}"


def suffix(kind: FileKind) -> str:
    """Return the usual end of a file name, with its dot."""
    return ".jpg" if kind is FileKind.JPEG else f".{kind}"


def _look(content: bytes) -> _Seen | None:
    for kind, dimensions in (
        (FileKind.PNG, _png_dimensions(content)),
        (FileKind.JPEG, _jpeg_dimensions(content)),
        (FileKind.WEBP, _webp_dimensions(content)),
    ):
        if dimensions and min(dimensions) > 0:
            return _Seen(kind, dimensions[0] * dimensions[1])
    return _Seen(FileKind.PDF) if _is_pdf(content) else None


# PNG (W3C, third edition, 11.2.1): signature, then IHDR with 13 bytes as the first chunk.
_PNG_START: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"
_PNG_HEAD: Final = len(_PNG_START) + 13 + 4  # with the header's fields and checksum
# Colour type: the bit depths it may have (table 8).
_PNG_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def _png_dimensions(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_PNG_START) or len(content) < _PNG_HEAD:
        return None
    if content[24] not in _PNG_DEPTHS.get(content[25], ()):
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


# JPEG (ITU-T T.81, table B.1): a frame header is SOF0 to SOF15, except DHT, JPG and DAC.
_SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PADDING: Final = 0xFF  # also begins every marker
_WITHOUT_LENGTH: Final = frozenset({0x01, _PADDING, *range(0xD0, 0xD8)})
_LENGTH_ITSELF: Final = 2  # bytes; counted in the length
_SCAN_OR_END: Final = frozenset({0xD8, 0xD9, 0xDA})
_MOST_SEGMENTS: Final = 2_000
"""A camera's file has tens of segments before its frame; a made-up one could have millions."""


def _jpeg_dimensions(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if at + 4 > len(content) or content[at] != _PADDING:
            return None
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _WITHOUT_LENGTH:
            at += 1 if marker == _PADDING else 2
        elif marker in _SOF:
            return _frame_dimensions(content[at + 4 : at + 2 + length])
        elif marker in _SCAN_OR_END or length < _LENGTH_ITSELF:
            return None
        else:
            at += 2 + length
    return None


def _frame_dimensions(frame: bytes) -> tuple[int, int] | None:
    # precision, height (2), width (2), number of components, then 3 bytes a component
    fixed = 6
    if len(frame) < fixed or len(frame) != fixed + 3 * frame[5]:
        return None
    return int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")


# WebP (RFC 9649, 2.3 to 2.7): RIFF, size, WEBP, then a VP8, VP8L or VP8X chunk.
_WEBP_HEAD: Final = 30  # up to the end of the dimensions, whichever the chunk
_VP8L_SIGNATURE: Final = 0x2F


def _webp_dimensions(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < _WEBP_HEAD:
        return None
    if int.from_bytes(content[4:8], "little") + 8 > len(content):
        return None  # cut short
    match content[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case b"VP8L" if content[20] == _VP8L_SIGNATURE:
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if content[23:26] == b"\x9d\x01\x2a":
            width, height = (int.from_bytes(content[at : at + 2], "little") for at in (26, 28))
            return width & 0x3FFF, height & 0x3FFF
    return None


# PDF (ISO 32000-1, 7.5.2; its note on implementations: readers look in the first 1,024 bytes).
_PDF_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
# What stands before the header could make the same bytes a web page, an archive, a picture or a
# program for whoever opens them; real files have at most blank lines or printer commands there.
_SOMETHING_ELSE: Final = re.compile(
    rb"<|PK[\x01-\x08]|\x89PNG|\xff\xd8\xff|RIFF|GIF8|^MZ|^#!|\x7fELF"
)


def _is_pdf(content: bytes) -> bool:
    header = _PDF_HEADER.search(content, 0, 1024)
    return header is not None and not _SOMETHING_ELSE.search(content[: header.start()])
