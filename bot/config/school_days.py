"""Decides from ``school.toml`` which days are term, half-term, INSET and bank holiday."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from bot.config.bank_holidays import bank_holidays_of
from bot.config.problems import Problems
from bot.config.table import Table
from bot.domain.calendar import SchoolCalendar
from bot.domain.terms import DateSpan, Term
from bot.policies.tables import kind_of

_ZONE: Final = "Europe/London"  # the clocks of all four
_YEARS: Final = range(2000, 2100)
_LONGEST_TERM: Final = 200  # days; England's longest terms have about 110
_YEARS_BEYOND: Final = 2  # working days go on being counted after the last term
# With a year at one end: a telephone number, which must not be repeated, does not look like that.
DATE_LIKE: Final = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
_A_DATE: Final = "a date without quotes, such as 2026-09-02"
_LOOKS_LIKE_A_DATE: Final = re.compile(DATE_LIKE)


def calendar_from(table: Table, country: str | None) -> SchoolCalendar | None:
    """The calendar of ``[calendar]``; ``None``, and noted why, if it cannot be relied on."""
    problems = table.problems
    before = len(problems)
    listed = table.tables("terms")
    terms = tuple(term for term in map(_term, listed) if term is not None)
    all_known = len(problems) == before
    inset = _inset(table)
    table.end()
    if all_known:
        _check_order(terms, listed)
        for place, day in inset:
            if not any(term.first_on <= day <= term.last_on for term in terms):
                wrong = f"{day} is in none of the terms above."
                problems.add(place, wrong, "Correct the day or the term, or take the day out.")
    if len(problems) > before or country is None:
        return None
    days = frozenset(day for _, day in inset)
    return SchoolCalendar(ZoneInfo(_ZONE), terms, days, bank_holidays(country, terms))


def bank_holidays(country: str, terms: Iterable[Term]) -> frozenset[date]:
    """The country's, from the year of the first term to two years after that of the last."""
    years = sorted(day.year for term in terms for day in (term.first_on, term.last_on))
    return bank_holidays_of(country, range(years[0], years[-1] + _YEARS_BEYOND + 1))


def _term(table: Table) -> Term | None:
    name = table.text("name", example="autumn")
    days = _span(table)
    half = _half_term(table, days)
    table.end()
    if days is not None and (days.last_on - days.first_on).days > _LONGEST_TERM:
        wrong = f"is longer than {_LONGEST_TERM} days, from {days.first_on} to {days.last_on}."
        table.problems.add(
            table.place, wrong, "Is a year wrong? Give each term a table of its own."
        )
    return None if days is None or name is None else Term(name, days.first_on, days.last_on, half)


def _half_term(table: Table, term: DateSpan | None) -> DateSpan | None:
    value = table.raw("half_term")
    if not isinstance(value, dict):
        if value is not None:
            table.wrong_kind("half_term", value, "half_term = { first = …, last = … }")
        return None
    below = table.table("half_term")
    half = _span(below)
    below.end()
    if half is None or term is None:
        return None
    if half.first_on in term and half.last_on in term:
        return half
    wrong = f"{half.first_on} to {half.last_on} is not inside its term."
    mend = f"Write days between {term.first_on} and {term.last_on}."
    table.problems.add(below.place, wrong, mend)
    return None


def _span(table: Table) -> DateSpan | None:
    first, last = (day_of(table, key) for key in ("first", "last"))
    if first is None or last is None:
        return None
    if last < first:
        wrong = f"ends on {last}, before it begins on {first}."
        table.problems.add(table.place, wrong, "Exchange first and last, or correct the year.")
        return None
    return DateSpan(first, last)


def day_of(table: Table, key: str) -> date | None:
    """The day of a key that must be there; ``None``, and noted, if it is not or is no day."""
    value = table.raw(key)
    if value is None:
        table.missing(key, f"{key} = and {_A_DATE}")
        return None
    return _day(value, table.at(key), table.problems)


def _day(value: object, place: str, problems: Problems) -> date | None:
    if isinstance(value, str) and _LOOKS_LIKE_A_DATE.fullmatch(value):
        problems.add(place, *_date_in_text(value))
    elif isinstance(value, datetime) or not isinstance(value, date):
        problems.add(place, f"is {kind_of(value)}.", f"Write {_A_DATE}.")
    elif value.year not in _YEARS:
        wrong = f"{value} is not between {_YEARS[0]} and {_YEARS[-1]}."
        problems.add(place, wrong, "Correct the year.")
    else:
        return value
    return None


def _date_in_text(text: str) -> tuple[str, str]:
    """What is wrong with a date that is a text, and how to mend it."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 a day has no time zone
    except ValueError:
        return f"{text} is not a date that exists.", f"Write {_A_DATE}: year, month, day."
    return f"{text} is a text.", f"Write it without quotes: {day}."


def _inset(table: Table) -> tuple[tuple[str, date], ...]:
    value = table.raw("inset")
    if value is None:
        return ()
    if not isinstance(value, list):
        table.wrong_kind("inset", value, "a list of dates, such as [2026-09-02, 2027-01-04]")
        return ()
    places = ((f"{table.at('inset')}[{n}]", each) for n, each in enumerate(value, start=1))
    days = ((place, _day(each, place, table.problems)) for place, each in places)
    return tuple((place, day) for place, day in days if day is not None)


def _check_order(terms: tuple[Term, ...], listed: tuple[Table, ...]) -> None:
    for (earlier, later), table in zip(pairwise(terms), listed[1:], strict=True):
        if later.first_on <= earlier.last_on:
            wrong = f"begins on {later.first_on}, but the term above it ends on {earlier.last_on}."
            mend = "Put the terms in order of date, none beginning before the last has ended."
            table.problems.add(table.place, wrong, mend)
    named: set[tuple[str, int]] = set()
    for term, table in zip(terms, listed, strict=True):
        key = (term.name.casefold(), term.first_on.year)
        if key in named:
            wrong = f"has the name of another term that begins in {term.first_on.year}."
            table.problems.add(table.at("name"), wrong, "Give it one of its own.")
        named.add(key)
