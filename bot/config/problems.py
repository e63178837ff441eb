"""How a mistake in the settings is told: where it stands, what is wrong, how to mend it.

Messages end in logs and on screens, and ``school.toml`` is full of addresses, numbers and names. So
a message never repeats a value (dates apart), and a key only if it cannot be somebody's name.
"""

import re

from bot.domain.errors import SettingsNotAccepted

# Three digits are fewer than any telephone number that belongs to somebody.
_HARMLESS_KEY = re.compile(r"(?=(?:[^0-9]*[0-9]){0,3}[^0-9]*\Z)[a-z][a-z0-9_-]{0,39}")


class Problems:
    """Every problem found so far, in the order in which they were found, each once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[str, None] = {}

    def add(self, place: str, wrong: str, mend: str) -> None:
        """Notes a problem; ``place`` is the path in the file, such as ``roles.head[1]``."""
        self.add_elsewhere(f"{self.file}, {place}" if place else self.file, wrong, mend)

    def add_elsewhere(self, where: str, wrong: str, mend: str) -> None:
        """Notes a problem that does not stand in the file, such as one of the environment."""
        self._found[f"{where}: {wrong} {mend}"] = None

    def __len__(self) -> int:
        return len(self._found)

    def as_error(self) -> SettingsNotAccepted:
        """All of them as one error to raise."""
        return SettingsNotAccepted(tuple(self._found))


def may_be_shown(key: str) -> bool:
    """Whether a key that nobody knows looks like a setting, and not like somebody's details."""
    return _HARMLESS_KEY.fullmatch(key) is not None
