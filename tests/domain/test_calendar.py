"""Examples of what a day is to the school, and of its clocks (PRODUCT.md, sections 3 and 4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import DayKind
from bot.domain.errors import CalendarEndsTooSoon
from tests.domain.calendars import sample_calendar, school_time

SCHOOL = sample_calendar()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-11-23", DayKind.SCHOOL_DAY),
        ("2026-11-21", DayKind.WEEKEND),
        ("2026-12-26", DayKind.WEEKEND),  # Boxing Day on a Saturday
        ("2026-12-28", DayKind.BANK_HOLIDAY),  # its substitute
        ("2027-05-03", DayKind.BANK_HOLIDAY),  # in term
        ("2027-05-31", DayKind.BANK_HOLIDAY),  # in half-term
        ("2027-01-04", DayKind.INSET),
        ("2027-06-07", DayKind.INSET),
        ("2026-10-26", DayKind.HALF_TERM),
        ("2026-10-30", DayKind.HALF_TERM),
        ("2026-12-18", DayKind.SCHOOL_DAY),
        ("2026-12-21", DayKind.SCHOOL_HOLIDAY),
        ("2026-08-03", DayKind.SCHOOL_HOLIDAY),  # before the first known term
    ],
)
def test_each_day_has_one_kind(day: str, kind: DayKind) -> None:
    assert SCHOOL.day_kind(date.fromisoformat(day)) is kind


def test_where_two_kinds_apply_the_stronger_wins() -> None:
    everything = frozenset(date(2026, 10, 24) + timedelta(days=n) for n in range(4))
    calendar = replace(SCHOOL, inset_days=everything, bank_holidays=frozenset({date(2026, 10, 26)}))
    kinds = [calendar.day_kind(day) for day in sorted(everything)]
    assert kinds == [DayKind.WEEKEND, DayKind.WEEKEND, DayKind.BANK_HOLIDAY, DayKind.INSET]


def test_a_clock_time_that_spring_leaves_out_moves_forward() -> None:
    left_out = SCHOOL.at(date(2027, 3, 28), time(1, 30))
    assert SCHOOL.local(left_out).time() == time(2, 30)


@pytest.mark.parametrize("fold", [0, 1])
def test_of_a_clock_time_that_autumn_repeats_the_first_is_taken(fold: int) -> None:
    first = SCHOOL.at(date(2026, 10, 25), time(1, 30, fold=fold))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_local_date_is_the_schools_and_not_utc() -> None:
    assert SCHOOL.local_date(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == date(2027, 7, 1)


def test_past_the_calendar_no_day_has_a_kind_not_even_a_sunday() -> None:
    with pytest.raises(CalendarEndsTooSoon):
        SCHOOL.day_kind(date(2027, 7, 25))
    with pytest.raises(CalendarEndsTooSoon):
        SCHOOL.next_school_day(date(2027, 7, 20))
    with pytest.raises(CalendarEndsTooSoon):
        SCHOOL.previous_school_day(date(2027, 7, 25))


def test_the_nearest_days_are_strictly_before_and_after() -> None:
    assert SCHOOL.next_school_day(date(2026, 10, 23)) == date(2026, 11, 2)
    assert SCHOOL.previous_school_day(date(2026, 11, 2)) == date(2026, 10, 23)
    assert SCHOOL.next_working_day(date(2026, 12, 24)) == date(2026, 12, 29)
    assert SCHOOL.nth_school_day_after(date(2026, 10, 22), 2) == date(2026, 11, 2)
    assert SCHOOL.nth_working_day_after(date(2026, 12, 24), 2) == date(2026, 12, 30)


def test_before_the_first_school_day_there_is_no_previous_one() -> None:
    assert SCHOOL.previous_school_day(date(2026, 9, 4)) == date(2026, 9, 3)
    assert SCHOOL.previous_school_day(date(2026, 9, 3)) is None
    assert SCHOOL.previous_school_day(date(2026, 8, 1)) is None


def test_a_week_begins_with_its_first_school_day() -> None:
    week_after_may_day = [date(2027, 5, day) for day in range(3, 10)]
    firsts = [day for day in week_after_may_day if SCHOOL.first_school_day_of_week(day)]
    assert firsts == [date(2027, 5, 4)]
    assert not any(SCHOOL.first_school_day_of_week(date(2026, 10, day)) for day in range(26, 32))


def test_holidays_belong_to_the_term_that_follows() -> None:
    days = [date(2026, 8, 1), date(2026, 12, 18), date(2026, 12, 19), date(2027, 2, 17)]
    terms = [SCHOOL.term_of(day) for day in days]
    assert [term and term.name for term in terms] == ["autumn", "autumn", "spring", "spring"]
    assert SCHOOL.term_of(date(2027, 7, 21)) is None


def test_school_days_between_leave_out_the_start_and_include_the_end() -> None:
    assert SCHOOL.school_days_between(date(2026, 10, 22), date(2026, 11, 2)) == 2
    assert SCHOOL.school_days_between(date(2026, 11, 2), date(2026, 11, 2)) == 0
    assert SCHOOL.school_days_between(date(2026, 11, 3), date(2026, 11, 2)) == 0
    with pytest.raises(CalendarEndsTooSoon):
        SCHOOL.school_days_between(date(2027, 7, 19), date(2027, 7, 21))


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-23", "2027-05-03"])
def test_an_instant_is_not_taken_for_a_day(day: str) -> None:
    with pytest.raises(TypeError):
        SCHOOL.is_working_day(school_time(f"{day}T09:05"))


def test_the_fingerprint_changes_with_anything_in_the_calendar() -> None:
    autumn = SCHOOL.terms[0]
    changed = [
        replace(SCHOOL, zone=ZoneInfo("Europe/Dublin")),
        replace(SCHOOL, terms=SCHOOL.terms[:2]),
        replace(SCHOOL, terms=(replace(autumn, name="first"), *SCHOOL.terms[1:])),
        replace(SCHOOL, terms=(replace(autumn, half_term=None), *SCHOOL.terms[1:])),
        replace(SCHOOL, inset_days=frozenset()),
        replace(SCHOOL, bank_holidays=frozenset()),
        replace(SCHOOL, inset_days=SCHOOL.bank_holidays, bank_holidays=SCHOOL.inset_days),
        replace(SCHOOL, end_of_day=time(15, 30)),
    ]
    assert len({calendar.fingerprint() for calendar in [SCHOOL, *changed]}) == len(changed) + 1


def test_the_fingerprint_is_the_same_in_every_run() -> None:
    # Several INSET days, since the order of a set of dates differs from run to run.
    calendar = replace(SCHOOL, bank_holidays=frozenset())
    assert calendar.fingerprint().startswith("39ef2a1b61121118")
