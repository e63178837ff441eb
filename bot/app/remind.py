"""The tick: writes every message whose moment has come. One path for live, catch-up and journeys.

It is safe to run it twice, or in several replicas: each message has a key, and what was written once
is not written again.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.app.case_file import CaseFile, nobody_left, open_cases, read_case
from bot.app.ports import Draft, Intent, Reading, ToPerson, ToRole, Writing
from bot.app.school import School
from bot.app.send_digest import digest_moments, digest_when_due
from bot.domain.deadlines import is_past_calendar
from bot.domain.ids import CaseId, MessageKind, PersonId, Role
from bot.domain.notices import rule_of
from bot.domain.people import (
    Roster,
    first_owner_is_out,
    holders_left,
    owner_of,
    stands_for,
    who_hears,
)
from bot.domain.reminders import Reminder, due_reminders, look_again_at
from bot.domain.round_up import (
    Morning,
    calls_in_holidays,
    for_the_role,
    morning_of,
    next_morning,
    steps_for_round_up,
)

DRAFT_KEPT = timedelta(days=7)
"""PRODUCT 2.1."""
AT_ONCE = 200
"""Cases looked at in one transaction."""

_LOOKED = "mornings"
_FINGERPRINT = "fingerprint"
_ESCALATIONS = (MessageKind.OVERDUE_TO_DEPUTY, MessageKind.OVERDUE_TO_CHAIR)


@dataclass(frozen=True)
class Overdue:
    """A step of a case that somebody beside its owner is to hear of."""

    file: CaseFile
    reminder: Reminder


def tick(school: School) -> None:
    """Does all that is due at the school's time; nothing, if nothing is."""
    now = school.now()
    with school.store.reading() as reading:
        waits = _something_waits(school, reading, now)
    if not waits:
        return
    with school.store.writing() as writing:
        writing.lock_school()
        roster = school.roster(writing)
        _notice_changes(school, writing, now)
        _remind_of_drafts(school, writing, now)
        _look_at_cases(school, writing, roster, now)
        _morning(school, writing, roster, now)
        digest_when_due(school, writing, now)


def next_moment(school: School) -> datetime:
    """When the next thing is due: perhaps early, never late (UTC, the school's clock)."""
    now = school.now()
    with school.store.reading() as reading:
        moments = [
            next_morning(rule_of(school.pack.policy, MessageKind.ROUND_UP), school.calendar, now),
            *(moment for moment in digest_moments(school, now) if moment > now),
            reading.next_look_at(),
            reading.next_intent_at(),
            *(draft.remind_at for draft in reading.drafts_to_remind(now + timedelta(days=1))),
        ]
    return min(moment for moment in moments if moment is not None)


def _something_waits(school: School, reading: Reading, now: datetime) -> bool:
    if reading.value(_FINGERPRINT) != _fingerprint(school, reading):
        return True
    morning = _morning_now(school, now)
    looked = _looked(reading)
    return bool(
        (morning and (looked is None or morning.at > looked))
        or reading.cases_to_look_at(now, 1)
        or reading.drafts_to_remind(now)
        or digest_when_due(school, reading, now, only_ask=True)
    )


def _fingerprint(school: School, reading: Reading) -> bytes:
    """Changes when the calendar, the roles, the rules or who is away change."""
    roster = school.roster(reading)
    told = [
        school.calendar.fingerprint(),
        school.pack.sha256,
        sorted((role, people) for role, people in roster.holders.items()),
        sorted((person, str(day)) for person, day in roster.away.items()),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest().encode()


def _notice_changes(school: School, writing: Writing, now: datetime) -> None:
    present = _fingerprint(school, writing)
    before = writing.value(_FINGERPRINT)
    if before == present:
        return
    writing.put_value(_FINGERPRINT, present)
    if before is None:
        writing.put_value(_LOOKED, now.isoformat().encode())
    writing.look_again_at_all(now)


def _remind_of_drafts(school: School, writing: Writing, now: datetime) -> None:
    for draft in writing.drafts_to_remind(now):
        writing.enqueue([_draft_reminder(draft, now)])
        writing.put_draft(replace(draft, revision=draft.revision + 1, remind_at=None))
    writing.delete_drafts_before(now - DRAFT_KEPT)


def _draft_reminder(draft: Draft, now: datetime) -> Intent:
    return Intent(
        f"draft:{draft.draft}",
        MessageKind.DRAFT_REMINDER,
        ToPerson(draft.person),
        draft.remind_at or now,
        (),
        {"draft": draft.draft},
    )


def _look_at_cases(school: School, writing: Writing, roster: Roster, now: datetime) -> None:
    overdue: list[Overdue] = []
    while rows := writing.cases_to_look_at(now, AT_ONCE):
        for row in rows:
            file = read_case(school, writing, row)
            overdue += _look_at_case(school, writing, file, roster, now)
    writing.enqueue(_escalations(school, overdue, roster, now))


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
    together: dict[tuple[MessageKind, PersonId | None, datetime], list[Overdue]] = {}
    for each in overdue:
        person = _hears_of_overdue(school, each, roster, now)
        together.setdefault((each.reminder.kind, person, each.reminder.at), []).append(each)
    return [
        _escalation(school, kind, person, at, members)
        for (kind, person, at), members in together.items()
    ]


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


def _escalation(
    school: School,
    kind: MessageKind,
    person: PersonId | None,
    at: datetime,
    members: Sequence[Overdue],
) -> Intent:
    steps = [[each.file.case, each.reminder.step.value, each.reminder.round] for each in members]
    key = (
        f"{kind}:{person}:{at.isoformat()}:{hashlib.sha256(json.dumps(steps).encode()).hexdigest()}"
    )
    if person is None:
        return Intent(key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), at, (), {"why": "overdue"})
    cases = tuple(dict.fromkeys(each.file.case for each in members))
    return Intent(key, kind, ToPerson(person), at, cases, {"steps": steps})


def calendar_ends(school: School, now: datetime) -> Intent:
    """The admin's alert that the calendar must be continued: once for each calendar and week."""
    week = school.calendar.local(now).isocalendar()
    key = f"calendar:{school.calendar.fingerprint()[:16]}:{week.year}-{week.week}"
    return Intent(key, MessageKind.ADMIN_ALERT, ToRole(Role.ADMIN), now, (), {"why": "calendar"})


def _morning_now(school: School, now: datetime) -> Morning | None:
    return morning_of(rule_of(school.pack.policy, MessageKind.ROUND_UP), school.calendar, now)


def _looked(reading: Reading) -> datetime | None:
    stored = reading.value(_LOOKED)
    return datetime.fromisoformat(stored.decode()) if stored else None


def _morning(school: School, writing: Writing, roster: Roster, now: datetime) -> None:
    """The round-ups of the newest morning that has come, and what the admin hears daily."""
    morning = _morning_now(school, now)
    looked = _looked(writing)
    if morning is None or (looked is not None and morning.at <= looked):
        return
    writing.put_value(_LOOKED, morning.at.isoformat().encode())
    files = open_cases(school, writing)
    writing.enqueue([nobody_left(school, file.case, now) for file in files if _waits(file, roster)])
    lines: dict[PersonId, list[tuple[CaseId, str, int]]] = {}
    called: set[PersonId] = set()
    for file in files:
        for person, steps, calls in _for_each(school, file, roster, morning):
            lines.setdefault(person, []).extend(steps)
            called |= {person} if calls else set()
    for person, steps in lines.items():
        if steps and (morning.school_day or person in called):
            writing.enqueue([_round_up(person, morning, steps)])


def _waits(file: CaseFile, roster: Roster) -> bool:
    return owner_of(file.state, file.policy, roster) is None


def _for_each(
    school: School, file: CaseFile, roster: Roster, morning: Morning
) -> Iterable[tuple[PersonId, list[tuple[CaseId, str, int]], bool]]:
    """Who hears which steps of a case, and whether something calls them in the holidays."""
    state, policy = file.state, file.policy
    rule = rule_of(policy, MessageKind.ROUND_UP)
    due = steps_for_round_up(state, policy, rule, school.calendar, morning)
    owner = owner_of(state, policy, roster)
    hears = who_hears(state, owner, policy, roster, morning.on) if owner else None
    if hears:
        steps = [(file.case, each.step.value, each.round.number) for each in due]
        yield hears, steps, calls_in_holidays(state, policy)
    dsl = stands_for(state, Role.DSL, policy, roster, morning.on)
    if dsl and dsl != hears:
        steps = [
            (file.case, each.step.value, each.round.number)
            for each in for_the_role(due, policy, Role.DSL)
        ]
        yield dsl, steps, calls_in_holidays(state, policy, Role.DSL)


def _round_up(person: PersonId, morning: Morning, steps: list[tuple[CaseId, str, int]]) -> Intent:
    return Intent(
        f"{MessageKind.ROUND_UP}:{person}:{morning.on}",
        MessageKind.ROUND_UP,
        ToPerson(person),
        morning.at,
        tuple(dict.fromkeys(case for case, _, _ in steps)),
        {"steps": [list(each) for each in steps]},
    )
