"""Which words of a pack are a length of time, and how a length is said in words."""

import re
from collections.abc import Mapping
from typing import Final

from bot.domain.lengths import CalendarDays, Hours, Length, Minutes, SchoolDays, WorkingDays

_UNITS: Final[Mapping[str, type[Length]]] = {
    "minute": Minutes,
    "hour": Hours,
    "working day": WorkingDays,
    "school day": SchoolDays,
    "calendar day": CalendarDays,
}
_LENGTH: Final = re.compile(r"(?P<n>[1-9][0-9]{0,3}) (?P<unit>[a-z]+(?: [a-z]+)?)")

HOW_TO_WRITE: Final = (
    "Write a number of at least 1 and minutes, hours, working days, school days or calendar days, "
    'such as "2 school days".'
)


def length_of(text: str) -> Length | None:
    """The length that a text such as "2 school days" says; ``None`` if it says none."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        return None
    unit = _UNITS.get(found["unit"].removesuffix("s"))
    return unit(int(found["n"])) if unit else None


def words_of(length: Length) -> str:
    """The length in words: "1 hour", "2 school days"."""
    unit = next(word for word, kind in _UNITS.items() if isinstance(length, kind))
    return f"{length.n} {unit}{'' if length.n == 1 else 's'}"
