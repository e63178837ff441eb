"""The day that somebody means who types one: a date in one of the usual forms, or a weekday."""

import re
from datetime import date, timedelta

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]+)\.?(?:,?\s+(\d{4}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SHORTEST = 3


def day_typed(text: str, today: date) -> date | None:
    """The day, ``None`` if none can be read. Without a year it is the next such day from today.

    Taken are 2026-12-24, 24/12/2026, 24 December, 24 Dec 2026, Friday, today and tomorrow.
    """
    said = " ".join(text.casefold().split()).removeprefix("until ").removeprefix("on ")
    if said in ("today", "tomorrow"):
        return today + timedelta(days=said == "tomorrow")
    weekday = _index(said, _WEEKDAYS)
    if weekday is not None:
        # On a Friday "until Friday" means the next one: for today people say today.
        return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
    if found := _ISO.fullmatch(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(said):
        return _with_year(int(found[1]), int(found[2]), found[3], today)
    if found := _WORDS.fullmatch(said):
        month = _index(found[2], _MONTHS)
        return None if month is None else _with_year(int(found[1]), month + 1, found[3], today)
    return None


def _with_year(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _day(int(year), month, day)
    this = _day(today.year, month, day)
    return this if this is None or this >= today else _day(today.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _index(word: str, words: list[str]) -> int | None:
    found = [n for n, each in enumerate(words) if each.startswith(word)]
    return found[0] if len(found) == 1 and len(word) >= _SHORTEST else None
