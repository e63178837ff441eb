"""What stands in the morning's round-up, and on which mornings there is one (PRODUCT, 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.calendar import SchoolCalendar
from bot.domain.deadlines import DueStep, due_steps
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.ids import Role
from bot.domain.policy import Policy, ReminderRule
from bot.domain.step_rules import StepRule

if TYPE_CHECKING:
    from bot.domain.case import CaseState


@dataclass(frozen=True)
class Morning:
    """A morning's round-up: its day and moment, and whether it is a school day's."""

    on: date
    at: datetime
    school_day: bool


def morning_of(
    rule: ReminderRule, calendar: SchoolCalendar, now: datetime, *, school_days_only: bool = False
) -> Morning | None:
    """The newest morning of a round-up that has come, within the last two weeks.

    On a working day in the holidays there is one for those with something pressing. Past the end
    of the calendar every working day is taken as such.
    """
    at = rule.at or time(8, 15)
    day = calendar.local_date(now)
    for back in range(15):
        on = day - timedelta(days=back)
        school_day = _is_school_day(calendar, on)
        counts = school_day or (calendar.is_working_day(on) and not school_days_only)
        if counts and calendar.at(on, at) <= now:
            return Morning(on, calendar.at(on, at), school_day)
    return None


def next_morning(rule: ReminderRule, calendar: SchoolCalendar, now: datetime) -> datetime:
    """The next working day's moment of the round-up, after ``now`` (UTC)."""
    at = rule.at or time(8, 15)
    day = calendar.local_date(now)
    if calendar.is_working_day(day) and calendar.at(day, at) > now:
        return calendar.at(day, at)
    return calendar.at(calendar.next_working_day(day), at)


def _is_school_day(calendar: SchoolCalendar, day: date) -> bool:
    try:
        return calendar.is_school_day(day)
    except CalendarEndsTooSoon:
        return False


def steps_for_round_up(
    state: "CaseState",
    policy: Policy,
    rule: ReminderRule,
    calendar: SchoolCalendar,
    morning: Morning,
) -> tuple[DueStep, ...]:
    """The owner's steps of this case: overdue, or due by the end of the next school day."""
    until = calendar.at(_next_day(calendar, morning.on), time(23, 59))
    return tuple(
        each
        for each in due_steps(state, calendar)
        if each.due is not None
        and each.due.at <= until
        and _appears(each, each.due.at, policy, rule, calendar, morning)
    )


def _next_day(calendar: SchoolCalendar, day: date) -> date:
    try:
        return calendar.next_school_day(day)
    except CalendarEndsTooSoon:
        return calendar.next_working_day(day)


def for_the_role(steps: Iterable[DueStep], policy: Policy, role: Role) -> tuple[DueStep, ...]:
    """Those of the steps that another role hears of beside the owner."""
    return tuple(each for each in steps if role in policy.steps_by_id[each.step].round_up_for)


def calls_in_holidays(state: "CaseState", policy: Policy, role: Role | None = None) -> bool:
    """Whether something is pending that brings a round-up on a working day in the holidays."""
    rules = (policy.steps_by_id[step] for step in state.pending_steps())
    return any(_in_holidays(rule, role) for rule in rules)


def _in_holidays(rule: StepRule, role: Role | None) -> bool:
    return rule.in_holidays and (role is None or role in rule.round_up_for)


def _appears(
    due: DueStep,
    due_at: datetime,
    policy: Policy,
    rule: ReminderRule,
    calendar: SchoolCalendar,
    morning: Morning,
) -> bool:
    snoozed = due.round.snoozed_until
    if snoozed is not None and morning.on < snoozed:
        return False
    if policy.steps_by_id[due.step].pressing or rule.most_times is None:
        return True
    if morning.school_day and calendar.first_school_day_of_week(morning.on):
        return True
    return _times_before(due, due_at, rule, calendar, morning) < rule.most_times


def _times_before(
    due: DueStep,
    due_at: datetime,
    rule: ReminderRule,
    calendar: SchoolCalendar,
    morning: Morning,
) -> int:
    """In how many school days' round-ups it stood after it became overdue, before this one."""
    at = rule.at or time(8, 15)
    day = calendar.local_date(due_at)
    times = 0
    last_on = min(morning.on - timedelta(days=1), calendar.ends_on)
    while day <= last_on and times < (rule.most_times or 0):
        if calendar.is_school_day(day) and calendar.at(day, at) > due_at:
            times += not _was_snoozed(due, day, calendar.at(day, at))
        day += timedelta(days=1)
    return times


def _was_snoozed(due: DueStep, day: date, round_up_at: datetime) -> bool:
    return any(each.at < round_up_at and day < each.until_on for each in due.round.snoozes)
