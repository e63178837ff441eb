"""The tick: writes every message whose moment has come. One path for live, catch-up and journeys.

It is safe to run it twice, or in several replicas: each message has a key, and what was written
once is not written again.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.app.intents import Intent, ToPerson
from bot.app.ports import Reading, Together, Writing
from bot.app.round_ups import begin_mornings, morning_waits, write_round_ups
from bot.app.school import School
from bot.app.send_digest import digest_moments, digest_when_due
from bot.app.stored import Draft
from bot.domain.ids import MessageKind, SchoolId
from bot.domain.notices import rule_of
from bot.domain.round_up import next_morning

DRAFT_KEPT = timedelta(days=7)
"""PRODUCT 2.1."""

_FINGERPRINT = "fingerprint"
_AT_MOST: Final = timedelta(hours=24)
"""So far ahead a school is looked at again, whatever comes."""
_TOGETHER_SECONDS: Final = 0.1
"""After so long parts commit, and acts that wait to write have their turn before the next ones.

Of a school in which little is due all parts commit as one: each commit waits for the disk.
"""


def tick(school: School) -> None:
    """Does all that is due at the school's time; nothing, if nothing is.

    Each part stands by itself, so that what goes wrong in one holds up no other; it is raised at
    the end, as an ``ExceptionGroup``. Then the school says when it is to be looked at next.
    """
    now = school.now()
    with school.store.reading() as reading:
        waits = _something_waits(school, reading, now)
        hint = reading.school_looks_at()
    if not waits and hint is not None and hint > now:
        return
    wrong: list[Exception] = []
    left = list((*_PARTS, _look_again) if waits else (_look_again,))
    while left:
        with school.store.parts() as part:
            began = time.monotonic()
            wrong += _done(part, partial(left.pop(0), school), now)
            while left and time.monotonic() - began < _TOGETHER_SECONDS:
                wrong += _done(part, partial(left.pop(0), school), now)
    if wrong:
        raise ExceptionGroup("Some of what is due could not be done.", wrong)


def quiet_ones(schools: Sequence[School], together: Together) -> frozenset[SchoolId]:
    """Those of the schools in which nothing is due; each says when to look at it next.

    They are read and written together, which costs a fraction of a tick each. The others are to be
    ticked. Raises, and has done nothing, if one of the schools cannot be looked at.
    """
    quiet: list[School] = []
    to_move: list[School] = []
    with together.reading() as reading_of:
        for school in sorted(schools, key=lambda each: each.id):  # replicas lock in the same order
            reading, now = reading_of(school.id), school.now()
            if not _something_waits(school, reading, now):
                quiet.append(school)
                hint = reading.school_looks_at()
                to_move += [school] if hint is None or hint <= now else []
    if to_move:
        with together.writing() as batch:
            for school in to_move:
                _look_again(school, batch.of(school.id), school.now())
    return frozenset(each.id for each in quiet)


def _done(
    part: Callable[[], AbstractContextManager[Writing]],
    work: Callable[[Writing, datetime], list[Exception]],
    now: datetime,
) -> list[Exception]:
    try:
        with part() as writing:
            writing.lock_school()
            return work(writing, now)
    except Exception as error:  # noqa: BLE001 - raised by the tick once the other parts are done
        return [error]


def _look_again(school: School, writing: Writing, now: datetime) -> list[Exception]:
    """Says when to look at the school next: while something still waits, at once."""
    writing.hold_school_hint()
    if _something_waits(school, writing, now):
        writing.look_at_school_now()
    else:
        writing.look_at_school_again(min(now + _AT_MOST, *_moments(school, writing, now)))
    return []


def next_moment(school: School) -> datetime:
    """When the next thing is due: perhaps early, never late (UTC, the school's clock)."""
    now = school.now()
    with school.store.reading() as reading:
        intent = reading.next_intent_at(now)
        moments = [*_moments(school, reading, now), *([intent] if intent else [])]
    return min(moments)


def _moments(school: School, reading: Reading, now: datetime) -> list[datetime]:
    """When the tick has something to do next; the first of them is never late."""
    look = reading.next_look_at()
    return [
        next_morning(rule_of(school.pack.policy, MessageKind.ROUND_UP), school.calendar, now),
        *(moment for moment in digest_moments(school, now) if moment > now),
        *([look] if look else []),
        *(draft.remind_at for draft in reading.drafts_to_remind(now + _AT_MOST) if draft.remind_at),
    ]


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


def _look_at_cases(school: School, writing: Writing, now: datetime) -> list[Exception]:
    # Loaded when there is something to look at: a start does not wait for all that cases need.
    from bot.app.look_at_cases import look_at_cases  # noqa: PLC0415

    return look_at_cases(school, writing, now)


def _digest(school: School, writing: Writing, now: datetime) -> list[Exception]:
    digest_when_due(school, writing, now)
    return []


_PARTS: Final = (_notice_changes, _remind_of_drafts, _look_at_cases, write_round_ups, _digest)
