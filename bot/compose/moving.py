"""Where the school's clock stops when it is moved on, so that nothing due on the way is missed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.app.deliver import Deliverer
from bot.app.remind import next_moment, tick
from bot.app.school import School
from bot.domain.calendar import DayKind, SchoolCalendar
from bot.domain.errors import CalendarEndsTooSoon

SCHOOL_MORNING: Final = time(8, 15, 30)
"""Just after the round-up (PRODUCT, section 4)."""
FRIDAY_AFTERNOON: Final = time(15, 30, 30)
"""Just after the governors' digest (PRODUCT, section 5)."""
FIRST_MORNING: Final = time(9, 5)
"""When the sample school begins, if it does not begin now."""

_FRIDAY: Final = 4  # date.weekday() calls Monday 0
_IN_TERM: Final = (DayKind.SCHOOL_DAY, DayKind.INSET)
_WHILE_WAITING: Final = timedelta(minutes=15)


def moments_until(
    school: School, moment: datetime, settle: Callable[[], None]
) -> Iterator[datetime]:
    """Each moment up to this one at which something falls due, and the moment itself."""
    settle()
    while (at := next_stop(school, moment)) < moment:
        yield at
        settle()
    yield moment


def next_stop(school: School, moment: datetime) -> datetime:
    """The next moment at which something falls due, at the latest ``moment``."""
    now = school.now()
    at = next_moment(school)
    if at <= now:
        # Something due cannot be done, such as a message that its platform does not take. It hides
        # what comes next, so look at every quarter of an hour.
        at = now + _WHILE_WAITING
    return min(at, moment)


async def settle(school: School, deliverer: Deliverer) -> None:
    """Writes and delivers everything that is due now, on the thread that asks."""
    tick(school)
    await deliverer.deliver_due()
    await deliverer.update_stale()


def next_school_morning(calendar: SchoolCalendar, now: datetime) -> datetime:
    """The next school day's morning, after the round-up (UTC). Raises ``CalendarEndsTooSoon``."""
    return _next(calendar, now, calendar.is_school_day, SCHOOL_MORNING)


def next_friday_afternoon(calendar: SchoolCalendar, now: datetime) -> datetime:
    """The next Friday in term, after the digest (UTC). Raises ``CalendarEndsTooSoon``."""
    return _next(
        calendar,
        now,
        lambda day: calendar.day_kind(day) in _IN_TERM and day.weekday() == _FRIDAY,
        FRIDAY_AFTERNOON,
    )


def first_moment(calendar: SchoolCalendar, now: datetime) -> datetime:
    """When the sample school begins (UTC): now on a school day, else on the next one's morning.

    Past the last term it goes back to the first one, so that it can be tried in any year.
    """
    try:
        if calendar.is_school_day(calendar.local_date(now)):
            return now
        return _next(calendar, now, calendar.is_school_day, FIRST_MORNING)
    except CalendarEndsTooSoon:
        day_before = calendar.terms[0].first_on - timedelta(days=1)
        return calendar.at(calendar.next_school_day(day_before), FIRST_MORNING)


def _next(
    calendar: SchoolCalendar, now: datetime, is_one: Callable[[date], bool], clock: time
) -> datetime:
    day = calendar.local_date(now)
    while not (is_one(day) and calendar.at(day, clock) > now):
        day += timedelta(days=1)
    return calendar.at(day, clock)
