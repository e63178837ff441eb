"""By when somebody is told what is held on them (UK GDPR, article 12; ICO, right of access)."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import DayKind, SchoolCalendar
from bot.domain.retention import months_after

_ONE_DAY = timedelta(days=1)
_NO_WORKING_DAY = frozenset({DayKind.WEEKEND, DayKind.BANK_HOLIDAY})


@dataclass(frozen=True)
class AnswerBy:
    """The last day for the answer, with its sum. Days are the school's; holidays count."""

    asked_on: date
    a_month_on: date
    """The same day of the next month, or its last day if it has no such day."""
    due_on: date
    """That day, or the next working day if it is none."""


def answer_by(asked_on: date, calendar: SchoolCalendar) -> AnswerBy:
    """The calendar month from the day on which it was asked for, school holidays included."""
    month_on = months_after(asked_on, 1)
    due = month_on
    while calendar.day_kind(due) in _NO_WORKING_DAY:
        due += _ONE_DAY
    return AnswerBy(asked_on, month_on, due)
