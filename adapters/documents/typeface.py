"""Decides in which letters a PDF is set: DejaVu, which matplotlib brings along, and what it lacks.

DejaVu is free (its licence lies beside it) and has the letters of Latin, Greek, Cyrillic, Armenian,
Georgian, Hebrew, Arabic and others. A sign that it lacks is written so that nothing is lost: a
picture by its name, a letter by its number.
"""

import unicodedata
from collections.abc import Container
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from adapters.documents.written import written
from bot.domain.errors import ReportPostError

_REGULAR: Final = "DejaVuSans.ttf"
_BOLD: Final = "DejaVuSans-Bold.ttf"
_MONO: Final = "DejaVuSansMono.ttf"

# What only changes the look of the sign before it: selectors, joiners, tones of skin.
_TONES: Final = range(0x1F3FB, 0x1F400)
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_UNSEEN: Final = frozenset({"Cf", "Mn", "Cc"})


class TypefaceMissing(ReportPostError):
    """The typeface of the PDFs is not where matplotlib keeps it."""


def typefaces() -> tuple[Path, Path, Path]:
    """The files of the regular, bold and fixed-width letters. Raises ``TypefaceMissing``."""
    found = find_spec("matplotlib")
    places = list(found.submodule_search_locations or ()) if found else []
    for place in places:
        folder = Path(place) / "mpl-data" / "fonts" / "ttf"
        files = (folder / _REGULAR, folder / _BOLD, folder / _MONO)
        if all(file.is_file() for file in files):
            return files
    raise TypefaceMissing(
        "The typeface DejaVu is not where matplotlib keeps it, so that no PDF can be made. "
        "Install Report Post again, with everything that it needs."
    )


def in_letters(text: str, known: Container[int]) -> str:
    """The text in signs that the typeface has; ``known`` holds their numbers.

    What it lacks stands in square brackets: "[pile of poo]", "[U+738B]".
    """
    return "".join(_sign(each, known) for each in written(text))


def needs_shaping(text: str) -> bool:
    """Whether letters of the text join each other, run from right to left, or carry marks."""
    return any(
        unicodedata.bidirectional(each) in _RIGHT_TO_LEFT or unicodedata.combining(each)
        for each in text
    )


def _sign(sign: str, known: Container[int]) -> str:
    if sign in "\n\t" or ord(sign) in known:
        return sign
    kind = unicodedata.category(sign)
    if kind in _UNSEEN or ord(sign) in _TONES:
        return ""
    if kind == "Zs":
        return " "
    name = unicodedata.name(sign, "")
    if kind.startswith("S") and name:
        return f"[{name.lower()}]"
    return f"[U+{ord(sign):04X}]"
