"""Decides which days count, and so when anything is due (PRODUCT.md, sections 3 "Units" and 4)."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.lengths import CalendarDays, Hours, Length, Minutes, SchoolDays, WorkingDays
from bot.domain.terms import Term

_Days = WorkingDays | SchoolDays | CalendarDays
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5  # date.weekday() calls Monday 0
_COUNTS_KEPT = 64


class DayKind(StrEnum):
    """What a day is to the school. Where two apply, the one that comes first here wins."""

    WEEKEND = "weekend"
    BANK_HOLIDAY = "bank-holiday"
    INSET = "inset"
    HALF_TERM = "half-term"
    SCHOOL_HOLIDAY = "school-holiday"  # a weekday in no term that the calendar knows
    SCHOOL_DAY = "school-day"


_NEVER_WORKED = frozenset({DayKind.WEEKEND, DayKind.BANK_HOLIDAY})


@dataclass(frozen=True)
class CountedDay:
    """A day that was looked at on the way to a deadline, and whether it counted."""

    on: date
    kind: DayKind
    counts: bool


@dataclass(frozen=True)
class Deadline:
    """When something is due, with the sum that answers "why this date?" (PRODUCT.md, section 3).

    Instants are UTC, days are the school's. `days` holds every day looked at after `day_zero_on`.
    Minutes and hours have no day zero and look at no days.
    """

    started_at: datetime
    length: Length
    day_zero_on: date | None
    days: tuple[CountedDay, ...]
    due_at: datetime


@dataclass(frozen=True)
class SchoolCalendar:
    """A school's terms and days off; decides what each day is and when a length of time ends.

    `terms` come in order of date and do not overlap; ValueError otherwise. `bank_holidays` should
    reach some weeks beyond the last term, since working days go on being counted after it.
    """

    zone: ZoneInfo
    terms: tuple[Term, ...]
    inset_days: frozenset[date]
    bank_holidays: frozenset[date]
    end_of_day: time = time(16)  # PRODUCT.md, section 3 "Units"

    def __post_init__(self) -> None:
        if not self.terms:
            message = "A school calendar needs at least one term."
            raise ValueError(message)
        for earlier, later in zip(self.terms, self.terms[1:], strict=False):
            if later.first_on <= earlier.last_on:
                message = f"The {later.name} term begins before the {earlier.name} term has ended."
                raise ValueError(message)

    @property
    def ends_on(self) -> date:
        """The last day of the last known term."""
        return self.terms[-1].last_on

    def term_of(self, day: date) -> Term | None:
        """The term `day` is in or, between terms, the one that follows; None after the last."""
        return next((term for term in self.terms if day <= term.last_on), None)

    def day_kind(self, day: date) -> DayKind:
        """What `day` is to the school; CalendarEndsTooSoon after the last term."""
        if day > self.ends_on:
            raise CalendarEndsTooSoon(self.ends_on)
        return self._kind(day)

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in school; CalendarEndsTooSoon after the last term."""
        return self.day_kind(day) is DayKind.SCHOOL_DAY

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is a Monday to Friday and no bank holiday; known for every day."""
        return self._kind(day) not in _NEVER_WORKED

    def next_school_day(self, after: date) -> date:
        """The first school day strictly after `after`; CalendarEndsTooSoon if none is known."""
        return self.nth_school_day_after(after, 1)

    def next_working_day(self, after: date) -> date:
        """The first working day strictly after `after`."""
        return self.nth_working_day_after(after, 1)

    def nth_school_day_after(self, day: date, n: int) -> date:
        """The n-th school day strictly after `day`; CalendarEndsTooSoon if it is not known."""
        return self._counted(day, SchoolDays(n))[-1].on

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day strictly after `day`."""
        return self._counted(day, WorkingDays(n))[-1].on

    def previous_school_day(self, before: date) -> date | None:
        """The last school day strictly before `before`; None if the calendar begins too late.

        Raises CalendarEndsTooSoon if days after the last term would have to be looked at.
        """
        day = before - _ONE_DAY
        while not self.is_school_day(day):
            if day <= self.terms[0].first_on:
                return None
            day -= _ONE_DAY
        return day

    def first_school_day_of_week(self, day: date) -> bool:
        """Whether `day` is the first school day of its week, Monday to Sunday.

        Raises CalendarEndsTooSoon after the last term.
        """
        earlier = (day - timedelta(days=back) for back in range(1, day.weekday() + 1))
        return self.is_school_day(day) and not any(map(self.is_school_day, earlier))

    def school_days_between(self, start: date, end: date) -> int:
        """School days after `start` up to and including `end`; 0 if `end` is not after `start`.

        Raises CalendarEndsTooSoon if `end` lies after both `start` and the last term.
        """
        span = range(1, (end - start).days + 1)
        return sum(self.is_school_day(start + timedelta(days=ahead)) for ahead in span)

    def local(self, instant: datetime) -> datetime:
        """An instant as the school's clocks show it; ValueError if it has no time zone.

        For showing only: in the hour that autumn repeats, local times compare wrongly (PEP 495).
        """
        return _aware(instant).astimezone(self.zone)

    def local_date(self, instant: datetime) -> date:
        """The school's date at an instant; ValueError if the instant has no time zone."""
        return self.local(instant).date()

    def at(self, day: date, clock: time) -> datetime:
        """The instant (UTC) at which the school's clocks show `clock` on `day`.

        An hour that the clocks skip in spring moves forward by what they skip; of an hour that
        they repeat in autumn the first is taken.
        """
        # Both follow from fold=0 (PEP 495), whatever fold `clock` came with.
        wall = datetime.combine(day, clock.replace(fold=0), tzinfo=self.zone)
        return wall.astimezone(UTC)

    def deadline(self, started_at: datetime, length: Length) -> Deadline:
        """When `length` is over if its clock starts at `started_at`, with the sum (section 3).

        Minutes and hours run on; days end at `end_of_day`, local time. Raises CalendarEndsTooSoon
        if school days after the last term are needed, ValueError if `started_at` has no time zone.
        """
        start = _aware(started_at).astimezone(UTC)
        match length:
            # Added in UTC: on local time Python adds to the wall clock, an hour off twice a year.
            case Minutes(n):
                return Deadline(start, length, None, (), start + timedelta(minutes=n))
            case Hours(n):
                return Deadline(start, length, None, (), start + timedelta(hours=n))
            case WorkingDays() | SchoolDays() | CalendarDays():
                zero_on = self._day_zero(start, length)
                days = self._counted(zero_on, length)
                due_at = self.at(days[-1].on, self.end_of_day)
                return Deadline(start, length, zero_on, days, due_at)
            case _:
                assert_never(length)

    def fingerprint(self) -> str:
        """A digest that changes whenever anything in this calendar does, the same in every run."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        terms = [asdict(term) for term in self.terms]
        days_off = [sorted(self.inset_days), sorted(self.bank_holidays)]
        everything = json.dumps([str(self.zone), terms, days_off, self.end_of_day], default=str)
        return hashlib.sha256(everything.encode()).hexdigest()

    def _kind(self, day: date) -> DayKind:
        # The term comes first: comparing refuses an instant that was passed where a day belongs.
        term = self.term_of(day)
        if day.weekday() >= _SATURDAY:
            return DayKind.WEEKEND
        if day in self.bank_holidays:
            return DayKind.BANK_HOLIDAY
        if day in self.inset_days:
            return DayKind.INSET
        if term is None or day < term.first_on:
            return DayKind.SCHOOL_HOLIDAY
        if term.half_term is not None and day in term.half_term:
            return DayKind.HALF_TERM
        return DayKind.SCHOOL_DAY

    def _counts(self, day: date, length: _Days) -> bool:
        match length:
            case WorkingDays():
                return self.is_working_day(day)
            case SchoolDays():
                return self.is_school_day(day)
            case CalendarDays():
                return True
            case _:
                assert_never(length)

    def _day_zero(self, start: datetime, length: _Days) -> date:
        day = self.local_date(start)
        if isinstance(length, CalendarDays):
            return day
        if start > self.at(day, self.end_of_day):
            day += _ONE_DAY
        while not self._counts(day, length):
            day += _ONE_DAY
        return day

    @cached_property
    def _counted(self) -> Callable[[date, _Days], tuple[CountedDay, ...]]:
        """As ``_count``: the cases of some days ask for the same sums, at each of their entries."""
        return lru_cache(_COUNTS_KEPT)(self._count)

    def _count(self, zero_on: date, length: _Days) -> tuple[CountedDay, ...]:
        days: list[CountedDay] = []
        day, left = zero_on, length.n
        while left:
            day += _ONE_DAY
            counts = self._counts(day, length)
            days.append(CountedDay(day, self._kind(day), counts))
            left -= counts
        return tuple(days)


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        message = f"{instant.isoformat()} has no time zone; instants are aware, in UTC."
        raise ValueError(message)
    return instant
