"""Reads one table of ``school.toml`` key by key: what is missing, of the wrong kind, or unknown.

The policy packs have a reader of their own; it may repeat what it read, this one must not.
"""

import difflib
from collections.abc import Mapping
from typing import Final

from bot.config.problems import Problems, may_be_shown
from bot.policies.problems import did_you_mean
from bot.policies.tables import kind_of

_LONGEST_TEXT: Final = 200  # a name or a path of ours; more is a slip of the mouse


class Table:
    """A table of the file. Each key is taken once; ``end`` names what nobody took.

    In a table ``about_people`` a stray key may be somebody's name, and is shown only if it is
    nearly one that belongs there.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        place: str,
        problems: Problems,
        *,
        about_people: bool = False,
    ) -> None:
        self.place = place
        self.problems = problems
        self._about_people = about_people
        self._values = values
        self._taken: list[str] = []

    def at(self, key: str) -> str:
        """The place of a key of this table."""
        return f"{self.place}.{key}" if self.place else key

    def raw(self, key: str) -> object | None:
        """The value as it stands, for a reader of its own; ``None`` if there is none."""
        self._taken.append(key)
        return self._values.get(key)

    def text(self, key: str, *, example: str, needed: bool = True) -> str | None:
        """A line of text; ``None`` if there is none or it is not accepted."""
        value = self.raw(key)
        if value is None:
            if needed:
                self.missing(key, f'{key} = "{example}"')
            return None
        return line_of_text(value, self.at(key), self.problems, example)

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str | None:
        """One of these words, however it is capitalised; needed if there is no ``default``."""
        word = self.text(key, example=choices[0], needed=default is None)
        if word is None:
            return default
        found = next((each for each in choices if each.casefold() == word.casefold()), None)
        if found is None:
            self.problems.add(self.at(key), "is not known.", did_you_mean(word, choices))
        return found

    def number(self, key: str, *, least: int, most: int) -> int | None:
        """A whole number between these, both included; ``None`` if there is none or it is not."""
        value = self.raw(key)
        if value is None:
            return None
        if type(value) is not int:
            self.wrong_kind(key, value, f"a whole number without quotes, such as {least}")
        elif not least <= value <= most:
            mend = f"Write a number from {least} to {most}."
            self.problems.add(self.at(key), "is too small or too large.", mend)
        else:
            return value
        return None

    def flag(self, key: str) -> bool:
        """True or false; noted if missing, since neither is a safe guess."""
        value = self.raw(key)
        if isinstance(value, bool):
            return value
        if value is None:
            self.missing(key, f"{key} = true or {key} = false")
        else:
            self.wrong_kind(key, value, "true or false, without quotes")
        return False

    def table(self, key: str, *, about_people: bool = False) -> "Table":
        """The table below this key; an empty one if there is none, so that its keys are missed."""
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            self.wrong_kind(key, value, f"a table, such as [{self.at(key)}]")
        values = value if isinstance(value, dict) else {}
        return Table(values, self.at(key), self.problems, about_people=about_people)

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables, at least one; places count from 1."""
        value = self.raw(key)
        if not isinstance(value, list) or not value:
            wrong = f"is {kind_of(value)}, not a list of tables." if value else "is missing."
            self.problems.add(self.at(key), wrong, f"Write at least one [[{self.at(key)}]].")
            return ()
        found = []
        for number, each in enumerate(value, start=1):
            place = f"{self.at(key)}[{number}]"
            if isinstance(each, dict):
                found.append(Table(each, place, self.problems))
            else:
                mend = f"Write [[{self.at(key)}]] above its keys."
                self.problems.add(place, f"is {kind_of(each)}, not a table.", mend)
        return tuple(found)

    def end(self) -> None:
        """Names every key that nobody took, with the key that may have been meant."""
        for number, key in enumerate(self._values, start=1):
            if key in self._taken:
                continue
            near = difflib.get_close_matches(key, self._taken, n=1)
            hint = did_you_mean(key, self._taken)
            if near or (may_be_shown(key) and not self._about_people):
                self.problems.add(self.at(key), "is not known here.", hint)
            else:
                where = self.place or "the top"
                self.problems.add(where, f"key number {number} is not known here.", hint)

    def missing(self, key: str, example: str) -> None:
        """Notes that a key is not there."""
        self.problems.add(self.at(key), "is missing.", f"Add {example}.")

    def wrong_kind(self, key: str, value: object, expected: str) -> None:
        """Notes that a value is, for example, a number where a text is expected."""
        self.problems.add(self.at(key), f"is {kind_of(value)}.", f"Write {expected}.")


def line_of_text(value: object, place: str, problems: Problems, example: str) -> str | None:
    """The text without the space around it; ``None``, and noted, if it is not a line of text."""
    if not isinstance(value, str):
        problems.add(
            place, f"is {kind_of(value)}.", f'Write a text in quotes, such as "{example}".'
        )
        return None
    text = value.strip()
    if not text:
        problems.add(place, "is empty.", f'Write a text, such as "{example}".')
    elif not text.isprintable():
        problems.add(place, "holds line breaks or characters that cannot be seen.", "Type it anew.")
    elif len(text) > _LONGEST_TEXT:
        problems.add(place, f"is longer than {_LONGEST_TEXT} characters.", "Shorten it.")
    else:
        return text
    return None
