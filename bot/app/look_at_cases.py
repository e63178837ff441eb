"""Which repeats and escalations the cases call for now, each written once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.case_file import CaseFile, calendar_ends, read_case
from bot.app.intents import Intent, ToPerson, ToRole
from bot.app.ports import Writing
from bot.app.school import School
from bot.domain.deadlines import is_past_calendar
from bot.domain.ids import MessageKind, PersonId, Role
from bot.domain.people import (
    Roster,
    first_owner_is_out,
    holders_left,
    owner_of,
    stands_for,
)
from bot.domain.reminders import Reminder, due_reminders, look_again_at

AT_ONCE = 200
"""Cases looked at in one transaction: acts wait for it. What is left waits for the next tick."""

_ESCALATIONS = (MessageKind.OVERDUE_TO_DEPUTY, MessageKind.OVERDUE_TO_CHAIR)
_AFTER_A_FAULT = timedelta(hours=1)


@dataclass(frozen=True)
class Overdue:
    """A step of a case that somebody beside its owner is to hear of."""

    file: CaseFile
    reminder: Reminder


def look_at_cases(school: School, writing: Writing, now: datetime) -> list[Exception]:
    """Looks at the cases whose time has come, and says what went wrong with any of them.

    One case that cannot be read silences no other: it is looked at again within the hour.
    """
    roster = school.roster(writing)
    overdue: list[Overdue] = []
    wrong: list[Exception] = []
    # Locked, so that the hint of a case that is being worked is not overwritten with an older one.
    for row in sorted(writing.cases_to_look_at(now, AT_ONCE), key=lambda row: row.case):
        writing.lock_case(row.case)
        fresh = writing.case_row(row.case) or row
        try:
            file = read_case(school, writing, fresh, in_passing=True)
            overdue += _look_at_case(school, writing, file, roster, now)
        except Exception as error:  # noqa: BLE001 - handed back, and raised at the end of the tick
            wrong.append(error)
            writing.look_again(row.case, now + _AFTER_A_FAULT)
    writing.enqueue(_escalations(school, overdue, roster, now))
    return wrong


def _look_at_case(
    school: School, writing: Writing, file: CaseFile, roster: Roster, now: datetime
) -> list[Overdue]:
    calendar = school.calendar
    due = due_reminders(file.state, file.policy, calendar, roster, now)
    writing.enqueue([_repeat(file, each) for each in due if each.kind not in _ESCALATIONS])
    if is_past_calendar(file.state, calendar):
        writing.enqueue([calendar_ends(school, now)])
    at = look_again_at(file.state, file.policy, calendar, roster, now)
    writing.look_again(file.case, at)
    escalations = [Overdue(file, each) for each in due if each.kind in _ESCALATIONS]
    return [each for each in escalations if _first_time(writing, each)]


def _repeat(file: CaseFile, reminder: Reminder) -> Intent:
    to = ToPerson(reminder.person) if reminder.person else ToRole(reminder.to)
    return Intent(
        f"{file.case}:{reminder.key}",
        reminder.kind,
        to,
        reminder.at,
        (file.case,),
        {"step": reminder.step.value, "round": reminder.round, "number": reminder.number},
    )


def _first_time(writing: Writing, overdue: Overdue) -> bool:
    """Whether this round has not been escalated so before; remembers that it now is."""
    name = f"escalated:{overdue.file.case}:{overdue.reminder.key}"
    if writing.value(name) is not None:
        return False
    writing.put_value(name, b"1")
    return True


def _escalations(
    school: School, overdue: Sequence[Overdue], roster: Roster, now: datetime
) -> list[Intent]:
    """One message for all that is overdue for somebody at the same moment."""
    # Moments that were missed while nothing ran are one: no flood on catching up.
    together: dict[tuple[MessageKind, PersonId | None], list[Overdue]] = {}
    for each in overdue:
        person = _hears_of_overdue(school, each, roster, now)
        together.setdefault((each.reminder.kind, person), []).append(each)
    return [_escalation(kind, person, members) for (kind, person), members in together.items()]


def _hears_of_overdue(
    school: School, overdue: Overdue, roster: Roster, now: datetime
) -> PersonId | None:
    """Who hears: the deputy or the chair; a chair who does not own it where the head is out."""
    state, policy = overdue.file.state, overdue.file.policy
    today = school.calendar.local_date(now)
    out = first_owner_is_out(state, policy, roster)
    if overdue.reminder.kind is MessageKind.OVERDUE_TO_DEPUTY and not out:
        return stands_for(state, Role.DEPUTY, policy, roster, today)
    owner = owner_of(state, policy, roster)
    chairs = [
        person
        for person in holders_left(state, Role.CHAIR, roster)
        if owner is None or person != owner.person
    ]
    return chairs[0] if chairs else None


def _escalation(kind: MessageKind, person: PersonId | None, members: Sequence[Overdue]) -> Intent:
    at = max(each.reminder.at for each in members)
    steps = [[each.file.case, each.reminder.step.value, each.reminder.round] for each in members]
    key = (
        f"{kind}:{person}:{at.isoformat()}:{hashlib.sha256(json.dumps(steps).encode()).hexdigest()}"
    )
    if person is None:
        return Intent(key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), at, (), {"why": "overdue"})
    cases = tuple(dict.fromkeys(each.file.case for each in members))
    return Intent(key, kind, ToPerson(person), at, cases, {"steps": steps})
