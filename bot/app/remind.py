"""The tick: writes every message whose moment has come. One path for live, catch-up and journeys.

It is safe to run it twice, or in several replicas: each message has a key, and what was written
once is not written again.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.app.look_at_cases import look_at_cases
from bot.app.ports import Draft, Intent, Reading, ToPerson, Writing
from bot.app.round_ups import begin_mornings, morning_waits, write_round_ups
from bot.app.school import School
from bot.app.send_digest import digest_moments, digest_when_due
from bot.domain.ids import MessageKind
from bot.domain.notices import rule_of
from bot.domain.round_up import next_morning

DRAFT_KEPT = timedelta(days=7)
"""PRODUCT 2.1."""

_FINGERPRINT = "fingerprint"


def tick(school: School) -> None:
    """Does all that is due at the school's time; nothing, if nothing is.

    Each part has a transaction of its own, so that what goes wrong in one holds up no other; it is
    raised at the end, as an ``ExceptionGroup``.
    """
    now = school.now()
    with school.store.reading() as reading:
        waits = _something_waits(school, reading, now)
    if not waits:
        return
    wrong = [error for part in _PARTS for error in _done(school, part, now)]
    if wrong:
        raise ExceptionGroup("Some of what is due could not be done.", wrong)


def _done(
    school: School, part: Callable[[School, Writing, datetime], list[Exception]], now: datetime
) -> list[Exception]:
    try:
        with school.store.writing() as writing:
            writing.lock_school()
            return part(school, writing, now)
    except Exception as error:  # noqa: BLE001 - raised by the tick once the other parts are done
        return [error]


def next_moment(school: School) -> datetime:
    """When the next thing is due: perhaps early, never late (UTC, the school's clock)."""
    now = school.now()
    with school.store.reading() as reading:
        moments = [
            next_morning(rule_of(school.pack.policy, MessageKind.ROUND_UP), school.calendar, now),
            *(moment for moment in digest_moments(school, now) if moment > now),
            reading.next_look_at(),
            reading.next_intent_at(now),
            *(draft.remind_at for draft in reading.drafts_to_remind(now + timedelta(days=1))),
        ]
    return min(moment for moment in moments if moment is not None)


def _something_waits(school: School, reading: Reading, now: datetime) -> bool:
    if reading.value(_FINGERPRINT) != _fingerprint(school, reading):
        return True
    return bool(
        morning_waits(school, reading, now)
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


def _notice_changes(school: School, writing: Writing, now: datetime) -> list[Exception]:
    present = _fingerprint(school, writing)
    before = writing.value(_FINGERPRINT)
    if before != present:
        writing.put_value(_FINGERPRINT, present)
        writing.look_again_at_all(now)
    if before is None:
        begin_mornings(writing, now)
    return []


def _remind_of_drafts(school: School, writing: Writing, now: datetime) -> list[Exception]:
    del school
    for draft in writing.drafts_to_remind(now):
        writing.enqueue([_draft_reminder(draft, now)])
        writing.put_draft(replace(draft, revision=draft.revision + 1, remind_at=None))
    writing.delete_drafts_before(now - DRAFT_KEPT)
    return []


def _draft_reminder(draft: Draft, now: datetime) -> Intent:
    return Intent(
        f"draft:{draft.draft}",
        MessageKind.DRAFT_REMINDER,
        ToPerson(draft.person),
        draft.remind_at or now,
        (),
        {"draft": draft.draft},
    )


def _digest(school: School, writing: Writing, now: datetime) -> list[Exception]:
    digest_when_due(school, writing, now)
    return []


_PARTS: Final = (_notice_changes, _remind_of_drafts, look_at_cases, write_round_ups, _digest)
