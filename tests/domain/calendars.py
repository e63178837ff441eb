"""The sample school's calendar (DESIGN.md, Journeys) and short ways to write its times."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from bot.domain.calendar import SchoolCalendar
from bot.domain.terms import DateSpan, Term

LONDON = ZoneInfo("Europe/London")


def span(first: str, last: str) -> DateSpan:
    """The days between two ISO dates, both included."""
    return DateSpan(date.fromisoformat(first), date.fromisoformat(last))


def a_term(name: str, first: str, last: str, half_term: DateSpan | None = None) -> Term:
    """A term between two ISO dates, both included."""
    return Term(name, date.fromisoformat(first), date.fromisoformat(last), half_term)


@cache
def bank_holidays() -> frozenset[date]:
    """England's, for the sample school's year and the months around it."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2029)))


@cache
def sample_calendar() -> SchoolCalendar:
    """The sample school's three terms, half-terms and INSET days."""
    return SchoolCalendar(
        zone=LONDON,
        terms=(
            a_term("autumn", "2026-09-02", "2026-12-18", span("2026-10-26", "2026-10-30")),
            a_term("spring", "2027-01-04", "2027-03-25", span("2027-02-15", "2027-02-19")),
            a_term("summer", "2027-04-12", "2027-07-20", span("2027-05-31", "2027-06-04")),
        ),
        inset_days=frozenset({date(2026, 9, 2), date(2027, 1, 4), date(2027, 6, 7)}),
        bank_holidays=bank_holidays(),
    )


def school_time(text: str) -> datetime:
    """An ISO date and time as the school's clocks show it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)
