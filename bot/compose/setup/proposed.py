"""Guesses a school's terms in England from the date alone, for a person to correct.

Nobody sets them for all: each council or trust does. The guesses follow the pattern of what most
councils publish, and are a few days off for many a school.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import holidays

from bot.domain.terms import DateSpan, Term

PROPOSED_IN: Final = ("England", "Wales")
"""Where terms follow this pattern; those of Scotland and Northern Ireland are quite different."""

_MONDAY, _TUESDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 1, 3, 4, 5
_EARLY_EASTER: Final = (4, 2)
_LATE_EASTER: Final = (4, 18)
_SOON: Final = timedelta(days=120)


def terms_to_ask(today: date) -> tuple[Term, ...]:
    """The terms that are not over, and the next year's if the last of them ends soon."""
    year = today.year if today.month >= 8 else today.year - 1
    found = [each for each in school_year(year) if each.last_on >= today]
    if not found or found[-1].last_on - today < _SOON:
        found += school_year(year + 1)
    return tuple(found)


def school_year(year: int) -> tuple[Term, Term, Term]:
    """The three terms of the school year that begins in that autumn."""
    free = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=[year, year + 1]))
    easter = _easter(year + 1)
    autumn_ends = _last(_FRIDAY, date(year, 12, 22))
    autumn = Term("autumn", _begin(date(year, 9, 1)), autumn_ends, _week(date(year, 10, 22)))
    spring_ends, summer_begins = _around(easter)
    spring_begins = next(_school_days(autumn_ends + timedelta(days=17), free))
    spring = Term("spring", spring_begins, spring_ends, _week(date(year + 1, 2, 12)))
    summer_ends = date(year + 1, 7, 20)
    if summer_ends.weekday() >= _SATURDAY:
        summer_ends = _last(_FRIDAY, summer_ends)
    half = _week(_last(_MONDAY, date(year + 1, 5, 31)))
    return autumn, spring, Term("summer", summer_begins, summer_ends, half)


def _begin(first: date) -> date:
    """In the first days of September, on a Tuesday to Thursday."""
    while not _TUESDAY <= first.weekday() <= _THURSDAY:
        first += timedelta(days=1)
    return first


def _around(easter: date) -> tuple[date, date]:
    """When the spring term ends and the summer term begins: two weeks that hold Easter."""
    day = (easter.month, easter.day)
    if day <= _EARLY_EASTER:
        return easter - timedelta(days=3), easter + timedelta(days=15)
    if day >= _LATE_EASTER:
        return easter - timedelta(days=16), easter + timedelta(days=2)
    return easter - timedelta(days=9), easter + timedelta(days=8)


def _easter(year: int) -> date:
    named = holidays.country_holidays("GB", subdiv="ENG", years=year).get_named("Good Friday")
    return named[0] + timedelta(days=2)


def _week(earliest: date) -> DateSpan:
    """Monday to Friday of the first whole week from that day on."""
    monday = earliest + timedelta(days=-earliest.weekday() % 7)
    return DateSpan(monday, monday + timedelta(days=4))


def _last(weekday: int, latest: date) -> date:
    return latest - timedelta(days=(latest.weekday() - weekday) % 7)


def _school_days(day: date, free: frozenset[date]) -> Iterator[date]:
    while True:
        if day.weekday() < _SATURDAY and day not in free:
            yield day
        day += timedelta(days=1)
