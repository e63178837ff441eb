"""Which one-shot notices follow from a change of a case, to whom and from when.

They are written with the event that causes them; ``bot.domain.reminders`` derives the rest.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.calendar import SchoolCalendar
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.ids import MessageKind, PersonId, Role
from bot.domain.people import Owner, Roster, owner_of
from bot.domain.policy import Policy, ReminderRule

if TYPE_CHECKING:
    from bot.domain.case import CaseState

OWNER = "owner"
"""Stands for whoever owns the case when the notice is due."""


@dataclass(frozen=True)
class Notice:
    """A message about one case, for a role (or its owner) or a person, from a moment on (UTC)."""

    kind: MessageKind
    to: Role | str
    not_before: datetime
    person: PersonId | None = None


def notices_after(
    before: "CaseState | None",
    after: "CaseState",
    policy: Policy,
    roster: Roster,
    calendar: SchoolCalendar,
    now: datetime,
) -> tuple[Notice, ...]:
    """The notices that follow from a change: alerts as at opening, and the end to reporters."""
    alerts = _alerts(before, after, policy, roster, calendar, now)
    return alerts + _endings(before, after, policy, calendar, now)


def _alerts(
    before: "CaseState | None",
    after: "CaseState",
    policy: Policy,
    roster: Roster,
    calendar: SchoolCalendar,
    now: datetime,
) -> tuple[Notice, ...]:
    risen = after.urgent and not (before and before.urgent)
    if risen:
        return tuple(Notice(MessageKind.URGENT_CASE, to, now) for to in (OWNER, Role.DSL))
    found = []
    new_owner = _owner(before, policy, roster) != _owner(after, policy, roster)
    at = alert_time(after, policy, calendar, now)
    if new_owner and after.urgent:
        found.append(Notice(MessageKind.URGENT_CASE, OWNER, now))
    elif new_owner:
        found.append(Notice(MessageKind.NEW_CASE, OWNER, at))
    if after.safeguarding and not (before and before.safeguarding) and not after.urgent:
        at = dsl_alert_time(after, policy, calendar, now)
        found.append(Notice(MessageKind.DSL_ALERT, Role.DSL, at))
    return tuple(found)


def _owner(state: "CaseState | None", policy: Policy, roster: Roster) -> Owner | str | None:
    # Before there was a case there was no owner, which is not the same as nobody being left.
    return owner_of(state, policy, roster) if state else "not opened"


def _endings(
    before: "CaseState | None",
    after: "CaseState",
    policy: Policy,
    calendar: SchoolCalendar,
    now: datetime,
) -> tuple[Notice, ...]:
    """*This is now closed*, once; a duplicate's reporter hears when the other case closes."""
    closing = after.closed and not (before and before.closed)
    if not closing or (after.closed and after.closed.other):
        return ()
    at = next_opening(rule_of(policy, MessageKind.OUTCOME_TO_REPORTER), calendar, now)
    return tuple(
        Notice(MessageKind.OUTCOME_TO_REPORTER, Role.STAFF, at, person)
        for person in after.reporters
        if not after.was_told(MessageKind.OUTCOME_TO_REPORTER, person)
    )


def rule_of(policy: Policy, kind: MessageKind, severity: str | None = None) -> ReminderRule:
    """The pack's rule for a kind of message, of a severity where it differs by that."""
    for rule in policy.reminders:
        if rule.kind is kind and (not rule.severities or severity in rule.severities):
            return rule
    raise KeyError(kind)


def alert_time(
    state: "CaseState", policy: Policy, calendar: SchoolCalendar, now: datetime
) -> datetime:
    """When a case of this severity may be announced: now, or when the hours next begin."""
    if state.urgent:
        return now
    return next_opening(rule_of(policy, MessageKind.NEW_CASE, state.severity), calendar, now)


def dsl_alert_time(
    state: "CaseState", policy: Policy, calendar: SchoolCalendar, now: datetime
) -> datetime:
    """When the DSL may be alerted: by the pack's own rule for it, else as a new case is."""
    try:
        rule = rule_of(policy, MessageKind.DSL_ALERT, state.severity)
    except KeyError:
        return alert_time(state, policy, calendar, now)
    return next_opening(rule, calendar, now)


def next_opening(rule: ReminderRule, calendar: SchoolCalendar, now: datetime) -> datetime:
    """``now`` if it lies within the rule's hours, else when they next begin (UTC).

    Past the end of the calendar working days stand in for school days: a notice must not be lost,
    and its time is no deadline.
    """
    if rule.earliest is None or rule.latest is None:
        return now
    today = calendar.local_date(now)
    if _is_day(rule, calendar, today):
        if now < calendar.at(today, rule.earliest):
            return calendar.at(today, rule.earliest)
        if now <= calendar.at(today, rule.latest):
            return now
    day = today + timedelta(days=1)
    while not _is_day(rule, calendar, day):
        day += timedelta(days=1)
    return calendar.at(day, rule.earliest)


def _is_day(rule: ReminderRule, calendar: SchoolCalendar, day: date) -> bool:
    if rule.any_day:
        return True
    try:
        return calendar.is_school_day(day)
    except CalendarEndsTooSoon:
        return calendar.is_working_day(day)
