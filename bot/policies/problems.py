"""How a problem of a pack is told: its place, what is wrong, and how to mend it."""

import difflib
from collections.abc import Iterable
from typing import Final

from bot.domain.errors import PolicyNotAccepted

_MOST_LISTED: Final = 12
"""Known ids that are listed when none is like the one given; more would hide the sentence."""


class Problems:
    """Every problem of one file, in the order in which they were found, each once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[str, None] = {}

    def add(self, place: str, wrong: str, mend: str) -> None:
        """Notes a problem; ``place`` is the path in the file, such as ``step.police.due[1]``."""
        where = f"{self._file}, {place}" if place else self._file
        self._found[f"{where}: {wrong} {mend}"] = None

    def raise_if_any(self) -> None:
        """Raises ``PolicyNotAccepted`` with all of them."""
        if self._found:
            raise PolicyNotAccepted(tuple(self._found))

    def __bool__(self) -> bool:
        return bool(self._found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the nearest one, or those there are."""
    choices = sorted(set(known))
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f'Did you mean "{close[0]}"?'
    if not choices:
        return "There is none to choose from yet: add it, or take this out."
    listed = ", ".join(choices[:_MOST_LISTED])
    more = f" and {len(choices) - _MOST_LISTED} more" if len(choices) > _MOST_LISTED else ""
    return f"Use one of: {listed}{more}."
