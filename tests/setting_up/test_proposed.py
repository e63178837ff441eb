"""The terms that are proposed come close to what councils publish, and always make a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.setup.proposed import school_year, terms_to_ask
from bot.config.school_days import bank_holidays
from bot.domain.calendar import SchoolCalendar
from bot.domain.terms import Term
from tests.domain.calendars import sample_calendar

# What was usual in England in these years; councils differ from each other by some days.
PUBLISHED = {
    2023: ("2023-09-05", "2023-12-22", "2024-01-08", "2024-03-28", "2024-04-15", "2024-07-19"),
    2024: ("2024-09-03", "2024-12-20", "2025-01-06", "2025-04-04", "2025-04-22", "2025-07-18"),
    2025: ("2025-09-02", "2025-12-19", "2026-01-05", "2026-03-27", "2026-04-13", "2026-07-20"),
}
DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))


def days_of(terms: tuple[Term, ...]) -> list[date]:
    return [day for term in terms for day in (term.first_on, term.last_on)]


@pytest.mark.parametrize(("year", "published"), PUBLISHED.items())
def test_a_guess_is_no_more_than_a_few_days_off(year: int, published: tuple[str, ...]) -> None:
    for guess, day in zip(days_of(school_year(year)), published, strict=True):
        assert abs(guess - date.fromisoformat(day)) <= timedelta(days=4)


def test_the_sample_schools_year_is_guessed_but_for_its_first_day() -> None:
    guessed, told = school_year(2026), sample_calendar().terms
    assert days_of(guessed)[1:] == days_of(told)[1:]
    assert [each.half_term for each in guessed] == [each.half_term for each in told]
    assert guessed[0].first_on == told[0].first_on - timedelta(days=1)


@given(DAYS)
def test_whatever_the_day_the_terms_make_a_calendar_that_has_begun_or_comes(today: date) -> None:
    terms = terms_to_ask(today)
    assert terms[0].last_on >= today
    assert terms[-1].last_on - today >= timedelta(days=120)
    assert len(terms) <= 5
    calendar = SchoolCalendar(
        sample_calendar().zone, terms, frozenset(), bank_holidays("England", terms)
    )
    for day in days_of(terms):
        assert calendar.is_school_day(day)


@pytest.mark.parametrize(
    ("today", "asked"),
    [
        ("2026-09-01", ["autumn 2026", "spring 2027", "summer 2027"]),
        ("2026-11-22", ["autumn 2026", "spring 2027", "summer 2027"]),
        ("2027-01-01", ["spring 2027", "summer 2027"]),
        (
            "2027-05-20",
            ["summer 2027", "autumn 2027", "spring 2028", "summer 2028"],
        ),
        ("2027-08-10", ["autumn 2027", "spring 2028", "summer 2028"]),
    ],
)
def test_terms_that_are_over_are_not_asked_and_next_years_in_time(
    today: str, asked: list[str]
) -> None:
    terms = terms_to_ask(date.fromisoformat(today))
    assert [f"{each.name} {each.first_on.year}" for each in terms] == asked
