"""What a typed day, term or half-term means; the reader of ``[calendar]`` says what can stand."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from bot.app.typed_days import day_typed
from bot.compose.setup.asking import Heard, NotAccepted
from bot.compose.setup.readings import is_none
from bot.config.bank_holidays import COUNTRIES
from bot.config.school_days import calendar_from
from bot.config.table import Table
from bot.domain.terms import DateSpan, Term

_YEAR: Final = re.compile(r"\d{4}")
_A_DAY: Final = "Write a day with its year, such as 2 September 2026 or 2026-09-02."
_A_SPAN: Final = "Write the first and the last day, such as 2 September 2026 to 18 December 2026."
_TO: Final = re.compile(r"\s+(?:to|until|till|–|-)\s+")
_ANY_DAY: Final = date(2000, 1, 1)
"""From which a day without a year would be counted; one without is not accepted."""


def term(name: str, half_term: DateSpan | None, before: Sequence[Term]) -> Callable[[str], Term]:
    """A reader of a term's first and last day. Its half-term is asked later."""

    def read(text: str) -> Term:
        days = _span(text)
        inside = half_term and half_term.first_on in days and half_term.last_on in days
        found = Term(name, days.first_on, days.last_on, half_term if inside else None)
        _check([*before, found], ())
        return found

    return read


def half_of(term: Term) -> Callable[[str], DateSpan | None]:
    """A reader of a term's half-term; ``None`` for none."""

    def read(text: str) -> DateSpan | None:
        if is_none(text):
            return None
        days = _span(text)
        if days.first_on in term_days(term) and days.last_on in term_days(term):
            return days
        inside = said_span(term_days(term))
        raise NotAccepted(f"This is not inside its term. Write days from {inside}, or none.")

    return read


def inset_in(terms: Sequence[Term]) -> Callable[[str], tuple[date, ...]]:
    """A reader of INSET days, with commas between them; none for none."""

    def read(text: str) -> tuple[date, ...]:
        if is_none(text):
            return ()
        days = tuple(sorted({_day(each) for each in text.split(",") if each.strip()}))
        _check(terms, days)
        return days

    return read


def term_days(term: Term) -> DateSpan:
    """From its first to its last day."""
    return DateSpan(term.first_on, term.last_on)


def said_span(days: DateSpan) -> str:
    """The days as one would type them."""
    return f"{said_day(days.first_on)} to {said_day(days.last_on)}"


def said_day(day: date) -> str:
    """The day as one would type it."""
    return f"{day.day} {day:%B %Y}"


def _span(text: str) -> DateSpan:
    parts = _TO.split(text.strip())
    if len(parts) != 2:
        raise NotAccepted(f"This is not two days. {_A_SPAN}")
    first, last = map(_day, parts)
    if last < first:
        raise NotAccepted(f"The last day comes before the first. {_A_SPAN}")
    return DateSpan(first, last)


def _day(text: str) -> date:
    found = day_typed(text, _ANY_DAY) if _YEAR.search(text) else None
    if found is None:
        raise NotAccepted(f"This is not a day that exists. {_A_DAY}")
    return found


def _check(terms: Sequence[Term], inset: Sequence[date]) -> None:
    """Asks the reader of ``[calendar]`` whether these may stand there together."""
    heard = Heard()
    written = [{"name": each.name, "first": each.first_on, "last": each.last_on} for each in terms]
    calendar_from(Table({"terms": written, "inset": list(inset)}, "", heard), COUNTRIES[0])
    heard.raise_if_any()
