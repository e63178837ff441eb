"""Examples of when a length of time ends (PRODUCT.md, section 3 "Units")."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.calendar import CountedDay, DayKind, SchoolCalendar
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.lengths import CalendarDays, Hours, Length, Minutes, SchoolDays, WorkingDays
from tests.domain.calendars import a_term, sample_calendar, school_time

SCHOOL = sample_calendar()


def due(started: str, length: Length, calendar: SchoolCalendar = SCHOOL) -> str:
    """The deadline as the school's clocks show it."""
    deadline = calendar.deadline(school_time(started), length)
    return f"{calendar.local(deadline.due_at):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("started", "length", "expected"),
    [
        pytest.param("2026-11-23T09:05", SchoolDays(2), "2026-11-25 16:00", id="plain"),
        pytest.param(
            "2026-11-23T15:59", WorkingDays(1), "2026-11-24 16:00", id="just before 16:00"
        ),
        pytest.param("2026-11-23T16:00", WorkingDays(1), "2026-11-24 16:00", id="exactly 16:00"),
        pytest.param("2026-11-23T16:00:01", WorkingDays(1), "2026-11-25 16:00", id="past 16:00"),
        pytest.param("2026-11-20T16:01", WorkingDays(1), "2026-11-24 16:00", id="Friday evening"),
        pytest.param("2026-11-21T09:00", WorkingDays(1), "2026-11-24 16:00", id="Saturday"),
        pytest.param("2026-11-22T23:30", SchoolDays(1), "2026-11-24 16:00", id="Sunday night"),
        pytest.param("2027-04-30T10:00", SchoolDays(1), "2027-05-04 16:00", id="May Day"),
        pytest.param("2027-05-03T10:00", WorkingDays(1), "2027-05-05 16:00", id="on May Day"),
        pytest.param("2026-12-24T10:00", WorkingDays(1), "2026-12-29 16:00", id="Boxing Day moved"),
        pytest.param(
            "2026-12-18T10:00", SchoolDays(1), "2027-01-05 16:00", id="Christmas and INSET"
        ),
        pytest.param("2027-01-04T10:00", SchoolDays(1), "2027-01-06 16:00", id="on INSET"),
        pytest.param("2027-01-04T10:00", WorkingDays(1), "2027-01-05 16:00", id="INSET is worked"),
        pytest.param("2026-09-01T10:00", SchoolDays(1), "2026-09-04 16:00", id="before the year"),
    ],
)
def test_a_deadline_ends_at_16_on_the_last_day_counted(
    started: str, length: Length, expected: str
) -> None:
    assert due(started, length) == expected


def test_a_deadline_skips_half_term() -> None:
    assert due("2026-10-23T10:00", SchoolDays(1)) == "2026-11-02 16:00"


def test_working_days_run_on_through_half_term() -> None:
    assert due("2026-10-23T10:00", WorkingDays(1)) == "2026-10-26 16:00"


def test_calendar_days_run_through_weekends_and_bank_holidays() -> None:
    assert due("2026-12-24T10:00", CalendarDays(7)) == "2026-12-31 16:00"


def test_calendar_days_start_on_the_day_itself_even_in_the_evening() -> None:
    assert due("2026-11-21T22:00", CalendarDays(1)) == "2026-11-22 16:00"


def test_a_deadline_counts_a_leap_day() -> None:
    spring = a_term("spring", "2028-01-05", "2028-03-31")
    calendar = replace(SCHOOL, terms=(spring,))
    assert due("2028-02-28T10:00", SchoolDays(1), calendar) == "2028-02-29 16:00"
    assert due("2028-02-28T10:00", CalendarDays(2), calendar) == "2028-03-01 16:00"


def test_a_deadline_shows_its_sum() -> None:
    deadline = SCHOOL.deadline(school_time("2027-04-30T17:00"), SchoolDays(1))
    assert deadline.started_at == datetime(2027, 4, 30, 16, tzinfo=UTC)
    assert deadline.day_zero_on == date(2027, 5, 4)
    assert deadline.days == (CountedDay(date(2027, 5, 5), DayKind.SCHOOL_DAY, counts=True),)
    assert deadline.due_at == datetime(2027, 5, 5, 15, tzinfo=UTC)


def test_the_sum_names_the_days_that_did_not_count() -> None:
    days = SCHOOL.deadline(school_time("2026-12-24T09:00"), WorkingDays(1)).days
    assert [(day.on.day, day.kind, day.counts) for day in days] == [
        (25, DayKind.BANK_HOLIDAY, False),
        (26, DayKind.WEEKEND, False),
        (27, DayKind.WEEKEND, False),
        (28, DayKind.BANK_HOLIDAY, False),
        (29, DayKind.SCHOOL_HOLIDAY, True),
    ]


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        ("2026-10-25T00:30", "2026-10-25 01:30"),  # 01:30 comes twice: this is the second
        ("2027-03-28T00:30", "2027-03-28 03:30"),  # 01:30 is left out
    ],
)
def test_hours_run_on_while_the_clocks_change(started: str, expected: str) -> None:
    assert due(started, Hours(2)) == expected


def test_hours_and_minutes_run_at_night_and_look_at_no_days() -> None:
    deadline = SCHOOL.deadline(school_time("2026-12-24T23:50"), Minutes(15))
    assert (deadline.day_zero_on, deadline.days) == (None, ())
    assert deadline.due_at == datetime(2026, 12, 25, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "length"),
    [
        ("2026-10-23T10:00", WorkingDays(1)),  # clocks go back that weekend
        ("2027-03-25T10:00", CalendarDays(4)),  # clocks go forward that weekend
    ],
)
def test_a_deadline_is_at_16_local_on_both_sides_of_a_clock_change(
    started: str, length: Length
) -> None:
    assert due(started, length).endswith("16:00")


def test_past_the_calendar_the_bot_does_not_guess() -> None:
    with pytest.raises(CalendarEndsTooSoon, match=r"20 July 2027.*school\.toml") as caught:
        SCHOOL.deadline(school_time("2027-07-19T10:00"), SchoolDays(2))
    assert caught.value.ends_on == SCHOOL.ends_on == date(2027, 7, 20)


def test_the_last_school_day_is_still_known() -> None:
    assert due("2027-07-19T10:00", SchoolDays(1)) == "2027-07-20 16:00"


def test_working_and_calendar_days_are_known_past_the_calendar() -> None:
    assert due("2027-08-27T10:00", WorkingDays(1)) == "2027-08-31 16:00"
    assert due("2027-08-27T10:00", CalendarDays(1)) == "2027-08-28 16:00"
    assert SCHOOL.is_working_day(date(2027, 8, 27))


def test_a_time_without_a_zone_is_refused() -> None:
    naive = school_time("2026-11-23T09:05").replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        SCHOOL.deadline(naive, Hours(1))
    with pytest.raises(ValueError, match="no time zone"):
        SCHOOL.local(naive)
