"""Examples of terms and lengths that are refused because they make no sense."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.lengths import CalendarDays, Hours, Minutes, SchoolDays, WorkingDays
from tests.domain.calendars import a_term, sample_calendar, span

SCHOOL = sample_calendar()


@pytest.mark.parametrize("unit", [Minutes, Hours, WorkingDays, SchoolDays, CalendarDays])
def test_a_length_is_at_least_one(unit: type[Minutes]) -> None:
    with pytest.raises(ValueError, match=rf"{unit.__name__}\(0\)"):
        unit(0)


def test_one_hour_is_not_one_minute() -> None:
    assert len({Hours(1), Minutes(1), Hours(1)}) == 2


def test_a_span_includes_both_ends_and_is_never_reversed() -> None:
    half_term = span("2026-10-26", "2026-10-30")
    assert date(2026, 10, 26) in half_term
    assert date(2026, 10, 30) in half_term
    assert date(2026, 10, 31) not in half_term
    with pytest.raises(ValueError, match="2026-10-26, comes before the first, 2026-10-30"):
        span("2026-10-30", "2026-10-26")


def test_terms_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="half-term of the autumn term lies outside"):
        a_term("autumn", "2026-09-02", "2026-10-28", span("2026-10-26", "2026-10-30"))
    with pytest.raises(ValueError, match="autumn term begins before the spring term has ended"):
        replace(SCHOOL, terms=(SCHOOL.terms[1], SCHOOL.terms[0]))
    same_day = replace(SCHOOL.terms[1], first_on=SCHOOL.terms[0].last_on)
    with pytest.raises(ValueError, match="spring term begins before the autumn term has ended"):
        replace(SCHOOL, terms=(SCHOOL.terms[0], same_day))
    with pytest.raises(ValueError, match="at least one term"):
        replace(SCHOOL, terms=())
