"""What holds for every start, length and set of INSET days, against a naive day-by-day oracle."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.calendar import DayKind, SchoolCalendar
from bot.domain.lengths import CalendarDays, Hours, Length, Minutes, SchoolDays, WorkingDays
from tests.domain.calendars import LONDON, bank_holidays, sample_calendar, span

SCHOOL = sample_calendar()
YEAR = [date(2026, 8, 1) + timedelta(days=n) for n in range(400)]
TERM_TIME = [
    span("2026-09-02", "2026-10-25"),
    span("2026-10-31", "2026-12-18"),
    span("2027-01-04", "2027-02-14"),
    span("2027-02-20", "2027-03-25"),
    span("2027-04-12", "2027-05-30"),
    span("2027-06-05", "2027-07-20"),
]

type_of_days = st.sampled_from([WorkingDays, SchoolDays, CalendarDays])
counted = st.builds(lambda unit, n: unit(n), type_of_days, st.integers(1, 10))
running = st.builds(Minutes, st.integers(1, 3000)) | st.builds(Hours, st.integers(1, 200))
lengths = counted | running
# Ten school days from early June still end within the calendar.
days = st.dates(date(2026, 8, 1), date(2027, 6, 5))
some_inset_days = st.frozensets(days, max_size=12)
instants = st.builds(
    lambda day, clock: datetime.combine(day, clock, tzinfo=UTC),
    days,
    st.times(),
)
# Mistakes live at 16:00 and where the clocks change; a draw from all instants hardly meets either.
about_16 = st.builds(
    lambda day, seconds: SCHOOL.at(day, time(16)) + timedelta(seconds=seconds),
    days,
    st.integers(-2, 2),
)
about_a_clock_change = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from([datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)]),
    st.integers(-180, 180),
)
starts = instants | about_16 | about_a_clock_change


def with_inset(inset_days: frozenset[date]) -> SchoolCalendar:
    """The sample school with other INSET days."""
    return replace(SCHOOL, inset_days=inset_days)


def counts(day: date, length: Length, inset_days: frozenset[date]) -> bool:
    """Whether a day counts, worked out from the dates in the prospectus alone."""
    if isinstance(length, CalendarDays):
        return True
    if day.isoweekday() in {6, 7} or day in bank_holidays():
        return False
    if isinstance(length, WorkingDays):
        return True
    return day not in inset_days and any(day in term for term in TERM_TIME)


def naive_due(start: datetime, length: Length, inset_days: frozenset[date]) -> datetime:
    """The n-th day that counts after day zero, on the wall clock throughout."""
    local = start.astimezone(LONDON).replace(tzinfo=None)
    if isinstance(length, CalendarDays):
        last = local.date() + timedelta(days=length.n)
        return datetime.combine(last, time(16))
    ends = [datetime.combine(day, time(16)) for day in YEAR if counts(day, length, inset_days)]
    return [end for end in ends if end >= local][length.n]


@given(starts, counted, some_inset_days)
def test_a_deadline_agrees_with_counting_day_by_day(
    start: datetime, length: Length, inset_days: frozenset[date]
) -> None:
    calendar = with_inset(inset_days)
    due_at = calendar.deadline(start, length).due_at
    assert calendar.local(due_at).replace(tzinfo=None) == naive_due(start, length, inset_days)


@given(starts, starts, lengths)
def test_who_starts_later_is_never_due_earlier(
    one: datetime, two: datetime, length: Length
) -> None:
    earlier, later = sorted([one, two])
    assert SCHOOL.deadline(earlier, length).due_at <= SCHOOL.deadline(later, length).due_at


@given(starts, st.integers(1, 9), type_of_days)
def test_one_more_day_is_later(start: datetime, n: int, unit: type[SchoolDays]) -> None:
    assert SCHOOL.deadline(start, unit(n)).due_at < SCHOOL.deadline(start, unit(n + 1)).due_at


@given(starts, lengths)
def test_nothing_is_due_before_it_starts(start: datetime, length: Length) -> None:
    assert SCHOOL.deadline(start, length).due_at > start


@given(starts, running)
def test_running_time_is_exact_to_the_second(start: datetime, length: Minutes | Hours) -> None:
    deadline = SCHOOL.deadline(start, length)
    minutes = length.n * 60 if isinstance(length, Hours) else length.n
    assert (deadline.due_at - start).total_seconds() == minutes * 60


@given(starts, counted, some_inset_days)
def test_the_sum_adds_up(start: datetime, length: Length, inset_days: frozenset[date]) -> None:
    calendar = with_inset(inset_days)
    deadline = calendar.deadline(start, length)
    assert sum(day.counts for day in deadline.days) == length.n
    assert all(day.counts == counts(day.on, length, inset_days) for day in deadline.days)
    assert all(day.kind is calendar.day_kind(day.on) for day in deadline.days)


@given(starts, counted)
def test_the_sum_leaves_out_no_day(start: datetime, length: Length) -> None:
    deadline = SCHOOL.deadline(start, length)
    assert deadline.day_zero_on is not None
    shown = [deadline.day_zero_on, *(day.on for day in deadline.days)]
    assert all(two - one == timedelta(days=1) for one, two in pairwise(shown))


@given(starts, counted, some_inset_days)
def test_a_deadline_is_at_16_on_a_day_that_counts(
    start: datetime, length: Length, inset_days: frozenset[date]
) -> None:
    deadline = with_inset(inset_days).deadline(start, length)
    local = SCHOOL.local(deadline.due_at)
    assert local.time() == time(16)
    assert local.date() == deadline.days[-1].on
    assert counts(local.date(), length, inset_days)


@given(starts, counted)
def test_day_zero_counts_and_is_the_first_that_can(start: datetime, length: Length) -> None:
    zero_on = SCHOOL.deadline(start, length).day_zero_on
    assert zero_on is not None
    started_on = SCHOOL.local_date(start)
    skipped = [started_on + timedelta(days=n) for n in range(1, (zero_on - started_on).days)]
    assert counts(zero_on, length, SCHOOL.inset_days)
    assert not any(counts(day, length, SCHOOL.inset_days) for day in skipped)


@given(starts)
def test_local_time_and_utc_are_the_same_instant(instant: datetime) -> None:
    local = SCHOOL.local(instant)
    # Back in UTC first: times in different zones are never equal in a repeated hour (PEP 495).
    assert local.astimezone(UTC) == instant
    assume(local.fold == 0)
    assert SCHOOL.at(local.date(), local.time()) == instant


@given(days, st.times())
def test_a_clock_time_comes_back_unless_spring_leaves_it_out(day: date, clock: time) -> None:
    local = SCHOOL.local(SCHOOL.at(day, clock))
    left_out = day == date(2027, 3, 28) and clock.hour == 1
    moved = timedelta(hours=1) if left_out else timedelta(0)
    assert local.replace(tzinfo=None) == datetime.combine(day, clock) + moved


@given(days, st.integers(1, 10), some_inset_days)
def test_the_nth_school_day_is_n_school_days_away(
    day: date, n: int, inset_days: frozenset[date]
) -> None:
    calendar = with_inset(inset_days)
    nth_on = calendar.nth_school_day_after(day, n)
    assert calendar.day_kind(nth_on) is DayKind.SCHOOL_DAY
    assert calendar.school_days_between(day, nth_on) == n
    assert calendar.school_days_between(day, nth_on - timedelta(days=1)) == n - 1


@given(days, some_inset_days)
def test_the_previous_school_day_undoes_the_next(day: date, inset_days: frozenset[date]) -> None:
    calendar = with_inset(inset_days)
    back_on = calendar.previous_school_day(calendar.next_school_day(day))
    assume(back_on is not None)
    assert back_on == (day if calendar.is_school_day(day) else calendar.previous_school_day(day))


@given(days, some_inset_days)
def test_a_week_has_one_first_school_day_or_none(day: date, inset_days: frozenset[date]) -> None:
    calendar = with_inset(inset_days)
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=n) for n in range(7)]
    in_school = [each for each in week if calendar.is_school_day(each)]
    assert [each for each in week if calendar.first_school_day_of_week(each)] == in_school[:1]
