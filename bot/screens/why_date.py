"""*Why this date?*: the sum behind a deadline, day by day."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.calendar import CountedDay, DayKind, Deadline
from bot.domain.deadlines import Due
from bot.domain.ids import StepId
from bot.domain.lengths import CalendarDays, Hours, Length, Minutes, SchoolDays, WorkingDays
from bot.screens.facts import Plain, plain
from bot.screens.nodes import Bullets, Paragraph, ViewNode
from bot.screens.say import Say

_KINDS = {
    DayKind.WEEKEND: Say.DAY_WEEKEND,
    DayKind.BANK_HOLIDAY: Say.DAY_BANK_HOLIDAY,
    DayKind.INSET: Say.DAY_INSET,
    DayKind.HALF_TERM: Say.DAY_HALF_TERM,
    DayKind.SCHOOL_HOLIDAY: Say.DAY_SCHOOL_HOLIDAY,
    DayKind.SCHOOL_DAY: Say.DAY_SCHOOL_DAY,
}

_ALLOWED: Mapping[type[Length], tuple[Say, Say]] = {
    Minutes: (Say.WHY_ONE_MINUTE, Say.WHY_MINUTES),
    Hours: (Say.WHY_ONE_HOUR, Say.WHY_HOURS),
    SchoolDays: (Say.WHY_ONE_SCHOOL_DAY, Say.WHY_SCHOOL_DAYS),
    WorkingDays: (Say.WHY_ONE_WORKING_DAY, Say.WHY_WORKING_DAYS),
    CalendarDays: (Say.WHY_ONE_CALENDAR_DAY, Say.WHY_CALENDAR_DAYS),
}


def why_this_date(step: StepId, due: Due, started_on: datetime) -> tuple[ViewNode, ...]:
    """The deadline, when its clock started, and each day that counted or did not."""
    first = Paragraph(plain(Say.WHY_DUE, step=step, due=due.at))
    if due.sum is None:
        return (first, Paragraph(plain(Say.WHY_MOVED)))
    started = Paragraph(plain(Say.WHY_STARTED, at=max(due.sum.started_at, started_on)))
    return (first, started, Paragraph(allowed(due.sum.length)), *_days(due.sum))


def _days(deadline: Deadline) -> tuple[ViewNode, ...]:
    if deadline.day_zero_on is None:
        return ()
    begins = Paragraph(plain(Say.WHY_DAY_ZERO, on=deadline.day_zero_on))
    return (begins, Bullets(tuple(_day(each) for each in deadline.days)))


def _day(day: CountedDay) -> Plain:
    if day.counts:
        return plain(Say.WHY_COUNTS, on=day.on)
    return plain(Say.WHY_SKIPPED, on=day.on, kind=_KINDS[day.kind])


def allowed(length: Length) -> Plain:
    """The time allowed, in words."""
    one, some = _ALLOWED[type(length)]
    return plain(one) if length.n == 1 else plain(some, count=length.n)
