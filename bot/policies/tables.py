"""Reads one TOML table key by key, and names what is missing, of the wrong kind or unknown."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final, TypeVar

from bot.domain.ids import Role
from bot.policies.problems import Problems, did_you_mean

_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number with a point"),
    (str, "a text"),
    (datetime, "a date with a time"),
    (date, "a date"),
    (time, "a time of day"),
    (list, "a list"),
    (dict, "a table"),
)

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


def kind_of(value: object) -> str:
    """What a TOML value is, in words."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "something else")


def read_toml(text: str, problems: Problems) -> Mapping[str, object]:
    """The file's top table; nothing, and the problem with its line, if the text is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        wrong, _, place = str(error).rpartition(" (at ")
        where = place.rstrip(")") if wrong else ""
        problems.add(
            where.split(",")[0],
            f"the text is no TOML ({wrong or error}).",
            "Mend this place first; the rest is checked afterwards.",
        )
        return {}


class Table:
    """A table of the file. Each key is taken once; ``end`` names what nobody took."""

    def __init__(self, values: Mapping[str, object], place: str, problems: Problems) -> None:
        self.place = place
        self.problems = problems
        self._values = values
        self._left = dict(values)
        self._asked: list[str] = []

    def at(self, key: str) -> str:
        """The place of a key of this table."""
        return f"{self.place}.{key}" if self.place else key

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def ids(self) -> tuple[str, ...]:
        """The keys, of a table whose keys are ids."""
        return tuple(self._values)

    def raw(self, key: str) -> object | None:
        """The value as it stands, for a reader of its own; ``None`` if there is none."""
        self._asked.append(key)
        return self._left.pop(key, None)

    def text(self, key: str, *, needed: bool = True) -> str:
        """A text that is not empty; "" if it is missing or not needed."""
        value = self._of_kind(key, str, 'a text in quotes, such as "…"', needed=needed)
        if value is not None and not value.strip():
            self.problems.add(self.at(key), "is empty.", "Write something, or take the line out.")
        return value or ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._of_kind(key, bool, "true or false", needed=False)
        return default if value is None else value

    def number(self, key: str, *, needed: bool = True) -> int | None:
        """A whole number, at least 1."""
        value = self._of_kind(key, int, "a whole number, such as 3", needed=needed)
        if isinstance(value, bool):
            self._wrong_kind(key, value, "a whole number, such as 3")
            return None
        if value is not None and value < 1:
            self.problems.add(self.at(key), f"is {value}.", "Write a number of at least 1.")
            return None
        return value

    def day(self, key: str) -> date:
        """A date; the first of all dates if there is none to read."""
        value = self._of_kind(key, date, "a date without quotes, such as 2026-11-22", needed=True)
        if isinstance(value, datetime):
            self._wrong_kind(key, value, "a date without a time, such as 2026-11-22")
            return value.date()
        return value or date.min

    def time_of_day(self, key: str) -> time | None:
        """A time of day, without quotes."""
        return self._of_kind(key, time, "a time without quotes, such as 08:15:00", needed=False)

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts, none twice; one text alone is a list of one."""
        value = self.raw(key)
        if isinstance(value, str):
            value = [value]
        if value is None or value == []:
            if needed:
                self._missing(key, f'{key} = ["…"]')
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._wrong_kind(key, value, 'a list of texts, such as ["…", "…"]')
            return ()
        once = tuple(dict.fromkeys(value))
        for each in once:
            if value.count(each) > 1:
                self.problems.add(self.at(key), f'names "{each}" twice.', "Name it once.")
        return once

    def table(self, key: str, *, needed: bool = False) -> "Table | None":
        """The table below this key."""
        value = self.raw(key)
        if isinstance(value, dict):
            return Table(value, self.at(key), self.problems)
        if value is not None:
            self._wrong_kind(key, value, f"a table, such as [{self.at(key)}]")
        elif needed:
            self._missing(key, f"a table [{self.at(key)}]")
        return None

    def tables(self, key: str, *, needed: bool = False) -> tuple["Table", ...]:
        """A list of tables; places count from 1."""
        value = self.raw(key)
        if value is None and not needed:
            return ()
        if not isinstance(value, list) or not value:
            self.problems.add(
                self.at(key),
                "is missing or empty." if not value else f"is {kind_of(value)}, not a list.",
                f"Write at least one [[{self.at(key)}]] or {key} = [{{ … }}].",
            )
            return ()
        found = []
        for number, each in enumerate(value, start=1):
            place = f"{self.at(key)}[{number}]"
            if isinstance(each, dict):
                found.append(Table(each, place, self.problems))
            else:
                self.problems.add(place, f"is {kind_of(each)}, not a table.", "Write { … }.")
        return tuple(found)

    def by_id(self, key: str, *, plain: str | None = None) -> tuple[tuple[str, "Table"], ...]:
        """The tables below this key with their ids; a text alone is the value of ``plain``."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, dict):
            self._wrong_kind(key, value, f"tables, such as [{self.at(key)}.some-id]")
            return ()
        found = []
        for name, each in value.items():
            place = f"{self.at(key)}.{name}"
            if isinstance(each, str) and plain:
                found.append((name, Table({plain: each}, place, self.problems)))
            elif isinstance(each, dict):
                found.append((name, Table(each, place, self.problems)))
            else:
                self.problems.add(place, f"is {kind_of(each)}, not a table.", "Write { … }.")
        return tuple(found)

    def choice(self, key: str, kind: type[_Choice], *, needed: bool = True) -> _Choice | None:
        """One word of a closed list."""
        word = self.text(key, needed=needed)
        return self._chosen(key, word, kind) if word else None

    def choices(self, key: str, kind: type[_Choice]) -> tuple[_Choice, ...]:
        """Words of a closed list."""
        chosen = (self._chosen(key, word, kind) for word in self.texts(key))
        return tuple(each for each in chosen if each is not None)

    def roles(self, key: str) -> tuple[Role, ...]:
        """Roles of the school."""
        return self.choices(key, Role)

    def end(self) -> None:
        """Names every key that nobody took, with the key that may have been meant."""
        for key in self._left:
            self.problems.add(self.at(key), "is not known here.", did_you_mean(key, self._asked))

    def _chosen(self, key: str, word: str, kind: type[_Choice]) -> _Choice | None:
        if word in {each.value for each in kind}:
            return kind(word)
        self.problems.add(
            self.at(key), f'"{word}" is not known.', did_you_mean(word, (e.value for e in kind))
        )
        return None

    def _of_kind(
        self, key: str, kind: type[_Value], expected: str, *, needed: bool
    ) -> _Value | None:
        value = self.raw(key)
        if isinstance(value, kind):
            return value
        if value is not None:
            self._wrong_kind(key, value, expected)
        elif needed:
            self._missing(key, f"{key} = {expected}")
        return None

    def _missing(self, key: str, example: str) -> None:
        place = self.place
        self.problems.add(place, f'has no "{key}".', f"Add {example}.")

    def _wrong_kind(self, key: str, value: object, expected: str) -> None:
        self.problems.add(self.at(key), f"is {kind_of(value)}.", f"It must be {expected}.")
