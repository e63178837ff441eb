"""How a text is looked for in bytes: in every shape in which a program might have written it."""

import base64
import json
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

TYPED = "Qxzvél Märkürski"
"""Stands in every name, quote and note that is typed; it is found in any part of it."""
IN_LINK = "qxzvelmarkurski"
"""Stands in every link."""


def shapes_of(text: str) -> frozenset[bytes]:
    """The text as bytes: encodings, escapes, base64 at every offset, hex, and other spellings."""
    return frozenset(shape for spelt in _spelt(text) for shape in _shapes(spelt) if len(shape) > 6)


def _spelt(text: str) -> set[str]:
    cases = {text, text.lower(), text.upper(), text.casefold()}
    return {unicodedata.normalize(form, each) for form in ("NFC", "NFD") for each in cases}


def _shapes(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        raw = text.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield from _base64(raw)
    yield text.encode("latin-1", "ignore")
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("unicode_escape")
    yield quote(text).encode()
    yield quote_plus(text).encode()
    yield quote(text).lower().encode()


def _base64(raw: bytes) -> Iterator[bytes]:
    """What stays the same of it wherever it stands in something longer."""
    for before in range(3):
        padded = bytes(before) + raw
        whole = base64.b64encode(padded)
        first = -(-before * 8 // 6)
        last = len(padded) * 8 // 6
        yield from (whole[first:last], base64.urlsafe_b64encode(padded)[first:last])


def count(shapes: Iterable[bytes], where: Iterable[bytes]) -> int:
    """How often any of them stands there."""
    return sum(blob.count(shape) for blob in where for shape in shapes)


def in_folder(folder: Path) -> Iterator[bytes]:
    """The bytes and the name of every file below it, as they are now."""
    for path in sorted(folder.rglob("*")):
        yield str(path.relative_to(folder)).encode()
        try:
            if path.is_file():
                yield path.read_bytes()
        except FileNotFoundError:  # a busy database renames its files
            continue


def unsealed(folder: Path) -> int:
    """How many files below it are pictures, PDFs or Word files as anybody could open them."""
    beginnings = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
    return sum(
        path.is_file() and path.read_bytes()[:4].startswith(beginnings)
        for path in folder.rglob("*")
    )
