"""Which reminders a case calls for at a moment: derived from its state, never stored ahead.

Each has a key of its own, so that writing it twice is one; of several missed occasions only the
newest is named (PRODUCT, section 4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.domain.calendar import SchoolCalendar
from bot.domain.deadlines import DueStep, due_steps
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.ids import MessageKind, PersonId, Role, StepId
from bot.domain.lengths import Hours, Length, Minutes, SchoolDays, WorkingDays
from bot.domain.notices import OWNER, rule_of
from bot.domain.people import Roster, first_owner_is_out
from bot.domain.policy import Policy, ReminderRule

if TYPE_CHECKING:
    from bot.domain.case import CaseState, Round

AT_MOST = timedelta(hours=24)
"""How far ahead a case is looked at again at the latest."""


@dataclass(frozen=True)
class Reminder:
    """A reminder that is due. ``at`` is its occasion (UTC)."""

    kind: MessageKind
    to: Role | str
    at: datetime
    step: StepId
    round: int
    person: PersonId | None = None
    number: int = 0
    """Which of several repeats."""

    @property
    def key(self) -> str:
        """Unique within its case."""
        who = self.person or self.to
        return f"{self.kind}:{who}:{self.step}:{self.round}:{self.number}"


def due_reminders(
    state: "CaseState", policy: Policy, calendar: SchoolCalendar, roster: Roster, now: datetime
) -> tuple[Reminder, ...]:
    """The repeats and escalations whose moment has come."""
    repeats = _newest(r for r in _urgent(state, policy, roster) if r.at <= now)
    escalations = (r for r in _overdue(state, policy, calendar) if r.at <= now)
    return (*repeats, *escalations)


def look_again_at(
    state: "CaseState", policy: Policy, calendar: SchoolCalendar, roster: Roster, now: datetime
) -> datetime | None:
    """The next moment at which a reminder can fall due: perhaps early, never late.

    ``None`` once the case is closed.
    """
    if state.closed:
        return None
    moments = [
        reminder.at
        for reminder in (*_urgent(state, policy, roster), *_overdue(state, policy, calendar))
        if reminder.at > now
    ]
    return min([*moments, now + AT_MOST])


def newest_repeat(
    state: "CaseState", policy: Policy, kind: MessageKind, step: StepId, number: int, now: datetime
) -> int:
    """The number of the newest repeat that has come for the pending round ``number``; 0 if none."""
    rule = rule_of(policy, kind)
    return max(
        (
            count
            for pending, round_ in state.pending()
            if pending == step and round_.number == number
            for count, length in enumerate(rule.after, start=1)
            if round_.clock_at + as_timedelta(length) <= now
        ),
        default=0,
    )


def _urgent(state: "CaseState", policy: Policy, roster: Roster) -> Iterable[Reminder]:
    if not state.urgent:
        return
    for kind in (MessageKind.URGENT_CASE, MessageKind.NOT_YET_SEEN):
        rule = rule_of(policy, kind)
        for step, round_ in state.pending():
            if step == rule.until_answered:
                yield from _repeats(state, rule, step, round_, policy, roster)


def _repeats(
    state: "CaseState",
    rule: ReminderRule,
    step: StepId,
    round_: "Round",
    policy: Policy,
    roster: Roster,
) -> Iterable[Reminder]:
    for number, length in enumerate(rule.after, start=1):
        at = round_.clock_at + as_timedelta(length)
        if rule.kind is MessageKind.NOT_YET_SEEN:
            for person in _reporters(state, round_):
                yield Reminder(rule.kind, Role.STAFF, at, step, round_.number, person, number)
            continue
        recipients: list[Role | str] = [OWNER, Role.DSL]
        if not first_owner_is_out(state, policy, roster):
            recipients.append(Role.DEPUTY)
        for to in recipients:
            yield Reminder(rule.kind, to, at, step, round_.number, None, number)


def as_timedelta(length: Length) -> timedelta:
    """Minutes or hours, which always run."""
    match length:
        case Minutes(n):
            return timedelta(minutes=n)
        case Hours(n):
            return timedelta(hours=n)
        case _:
            message = "Repeats are counted in minutes or hours."
            raise TypeError(message)


def _reporters(state: "CaseState", round_: "Round") -> tuple[PersonId, ...]:
    """Whoever's report opened the round; everybody who reported, if none did."""
    opened = [line.report.reporter for line in state.reports if line.entry == round_.opened_by]
    return tuple(opened) or state.reporters


def _newest(reminders: Iterable[Reminder]) -> tuple[Reminder, ...]:
    newest: dict[tuple[object, ...], Reminder] = {}
    for each in reminders:
        place = (each.kind, each.to, each.person, each.step, each.round)
        if place not in newest or each.at > newest[place].at:
            newest[place] = each
    return tuple(newest.values())


def _overdue(state: "CaseState", policy: Policy, calendar: SchoolCalendar) -> Iterable[Reminder]:
    steps = due_steps(state, calendar)
    for kind, role in (
        (MessageKind.OVERDUE_TO_DEPUTY, Role.DEPUTY),
        (MessageKind.OVERDUE_TO_CHAIR, Role.CHAIR),
    ):
        rule = rule_of(policy, kind)
        for due in steps:
            pressing = policy.steps_by_id[due.step].pressing
            length = rule.escalate_after_pressing if pressing else rule.escalate_after
            at = _escalation(rule, due, calendar, length)
            if at is not None:
                yield Reminder(kind, role, at, due.step, due.round.number)


def _escalation(
    rule: ReminderRule, due: DueStep, calendar: SchoolCalendar, length: Length | None
) -> datetime | None:
    """The moment on the nth day after the due day; ``None`` past the school calendar."""
    if due.due is None:
        return None
    day = calendar.local_date(due.due.at)
    try:
        on = _nth_day_after(calendar, day, length)
    except CalendarEndsTooSoon:
        return None
    return calendar.at(on, rule.at or time(16))


def _nth_day_after(calendar: SchoolCalendar, day: date, length: Length | None) -> date:
    match length:
        case WorkingDays(n):
            return calendar.nth_working_day_after(day, n)
        case SchoolDays(n):
            return calendar.nth_school_day_after(day, n)
        case _:
            message = "Escalations are counted in school days or working days."
            raise TypeError(message)
