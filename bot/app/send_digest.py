"""The governors' digest: previewed, held back or posted early by the head, posted on Fridays.

What was printed is kept, since the figures of one digest depend on those before it
(``bot.domain.digest``).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.app.act import Act
from bot.app.case_file import CaseFile, read_case
from bot.app.ports import SCHOOL_STREAM, Intent, Reading, ToChannel, ToRole, Writing
from bot.app.records import write_school_entry
from bot.app.school import School
from bot.domain.answers import ticked
from bot.domain.calendar import DayKind, SchoolCalendar
from bot.domain.deadlines import due_of
from bot.domain.digest import digest_for
from bot.domain.digest_shown import from_json, to_json
from bot.domain.errors import CalendarEndsTooSoon, Invalid, Why
from bot.domain.figures import CountedCase, Detail, FellDue, Published
from bot.domain.ids import CategoryId, MessageKind, Role, StepId
from bot.domain.notices import rule_of
from bot.domain.people import is_anyone_excluded
from bot.domain.permissions import Doing
from bot.domain.policy import DigestMeasure, ReminderRule

_KEPT = "digest"


@dataclass(frozen=True)
class Week:
    """How far a Friday's digest has come."""

    on: date
    previewed: bool = False
    held: bool = False
    posted: bool = False


@dataclass(frozen=True)
class DigestRecord:
    """What was printed so far, and the state of this and the last Friday with a digest."""

    printed: tuple[Published, ...] = ()
    since: datetime | None = None
    """When the school began, or the last digest was printed."""
    week: Week | None = None
    before: Week | None = None


def digest_record(reading: Reading) -> DigestRecord:
    """What the school keeps of its digests."""
    stored = reading.value(_KEPT)
    if not stored:
        return DigestRecord()
    kept = json.loads(stored)
    return DigestRecord(
        tuple(from_json(each) for each in kept["printed"]),
        datetime.fromisoformat(kept["since"]) if kept["since"] else None,
        _week(kept["week"]),
        _week(kept["before"]),
    )


def _week(kept: list[Any] | None) -> Week | None:
    return Week(date.fromisoformat(kept[0]), *kept[1:]) if kept else None


def _put(writing: Writing, record: DigestRecord) -> None:
    def week(each: Week | None) -> list[Any] | None:
        return [str(each.on), each.previewed, each.held, each.posted] if each else None

    kept = {
        "printed": [to_json(each) for each in record.printed],
        "since": record.since.isoformat() if record.since else None,
        "week": week(record.week),
        "before": week(record.before),
    }
    writing.put_value(_KEPT, json.dumps(kept).encode())


def digest_moments(school: School, now: datetime) -> tuple[datetime, ...]:
    """The moments of preview and digest of this and next week's digest day (UTC)."""
    preview = rule_of(school.pack.policy, MessageKind.DIGEST_PREVIEW)
    digest = rule_of(school.pack.policy, MessageKind.DIGEST)
    found = []
    today = school.calendar.local_date(now)
    for ahead in range(15):
        day = today + timedelta(days=ahead)
        if _has_digest(school.calendar, digest, day):
            found += [_at(school, preview, day), _at(school, digest, day)]
    return tuple(found)


def _at(school: School, rule: ReminderRule, day: date) -> datetime:
    return school.calendar.at(day, rule.at or time(15, 30))


def _has_digest(calendar: SchoolCalendar, rule: ReminderRule, day: date) -> bool:
    """Whether the day is a digest day in term; staff are in on an INSET day."""
    if day.weekday() != rule.weekday:
        return False
    try:
        return calendar.day_kind(day) in (DayKind.SCHOOL_DAY, DayKind.INSET)
    except CalendarEndsTooSoon:
        return False


def _last_digest_day(school: School, now: datetime, kind: MessageKind) -> date | None:
    """The newest digest day whose moment for this kind has come, within two weeks."""
    rule = rule_of(school.pack.policy, kind)
    today = school.calendar.local_date(now)
    for back in range(15):
        day = today - timedelta(days=back)
        if _has_digest(school.calendar, rule, day) and _at(school, rule, day) <= now:
            return day
    return None


def digest_when_due(
    school: School, store: Reading, now: datetime, *, only_ask: bool = False
) -> bool:
    """Writes the preview or the digest whose moment has come; whether there was anything to do."""
    record = digest_record(store)
    if record.since is None:
        if not only_ask:
            _put(_writing(store), DigestRecord(since=now))
        return True
    digest_day = _last_digest_day(school, now, MessageKind.DIGEST)
    preview_day = _last_digest_day(school, now, MessageKind.DIGEST_PREVIEW)
    todo = _to_post(school, record, digest_day) or _to_preview(
        school, record, preview_day, digest_day
    )
    if todo and not only_ask:
        writing = _writing(store)
        if _to_post(school, record, digest_day) and digest_day:
            _post_or_pass(school, writing, record, digest_day, now)
        elif preview_day:
            _preview(school, writing, record, preview_day, now)
    return todo


def _writing(store: Reading) -> Writing:
    return store  # type: ignore[return-value] # the tick asks first, then comes with a writing one


def _began_before(school: School, record: DigestRecord, day: date, kind: MessageKind) -> bool:
    rule = rule_of(school.pack.policy, kind)
    return record.since is not None and _at(school, rule, day) > record.since


def _to_post(school: School, record: DigestRecord, day: date | None) -> bool:
    if day is None:
        return False
    if record.week and record.week.on >= day:
        return record.week.on == day and not (record.week.posted or record.week.held)
    return _began_before(school, record, day, MessageKind.DIGEST)


def _to_preview(
    school: School, record: DigestRecord, day: date | None, posted: date | None
) -> bool:
    if day is None or day == posted or (record.week and record.week.on >= day):
        return False
    return _began_before(school, record, day, MessageKind.DIGEST_PREVIEW)


def _preview(
    school: School, writing: Writing, record: DigestRecord, day: date, now: datetime
) -> None:
    rule = rule_of(school.pack.policy, MessageKind.DIGEST_PREVIEW)
    week = Week(day, previewed=True)
    _put(writing, DigestRecord(record.printed, record.since, week, record.week or record.before))
    at = rule_of(school.pack.policy, MessageKind.DIGEST)
    facts = {
        "digest": to_json(_figures(school, writing, record, now)),
        "at": _at(school, at, day).isoformat(),
    }
    key = f"{MessageKind.DIGEST_PREVIEW}:{day}"
    writing.enqueue([Intent(key, rule.kind, ToRole(Role.HEAD), _at(school, rule, day), (), facts)])


def _post_or_pass(
    school: School, writing: Writing, record: DigestRecord, day: date, now: datetime
) -> None:
    if record.week and record.week.on == day:
        _post(school, writing, record, record.week, now)
        return
    week = Week(day)
    before = record.week or record.before
    _post(school, writing, DigestRecord(record.printed, record.since, week, before), week, now)


def _post(
    school: School, writing: Writing, record: DigestRecord, week: Week, now: datetime
) -> None:
    figures = _figures(school, writing, record, now)
    done = Week(week.on, week.previewed, held=False, posted=True)
    _put(writing, DigestRecord((*record.printed, figures), now, done, record.before))
    writing.append(SCHOOL_STREAM, now, [write_school_entry("DigestPosted", {"on": str(week.on)})])
    key = f"{MessageKind.DIGEST}:{week.on}"
    facts = {"digest": to_json(figures)}
    writing.enqueue([Intent(key, MessageKind.DIGEST, ToChannel(), now, (), facts)])


def hold_digest(act: Act) -> None:
    """The head holds this week's digest back, once in a row; the chair is told.

    Raises ``Invalid`` where none is waiting, or the last one was held already.
    """
    _ask_for_the_head(act, Doing.HOLD_DIGEST)
    act.writing.lock_school()
    record = digest_record(act.writing)
    week = _waiting(act, record)
    if record.before and record.before.held:
        raise Invalid({"": Why.ALREADY_HELD})
    held = Week(week.on, week.previewed, held=True)
    _put(act.writing, DigestRecord(record.printed, record.since, held, record.before))
    entry = write_school_entry("DigestHeld", {"on": str(week.on)}, act.by)
    act.writing.append(SCHOOL_STREAM, act.now, [entry])
    key = f"{MessageKind.DIGEST_HELD}:{week.on}"
    act.writing.enqueue([Intent(key, MessageKind.DIGEST_HELD, ToRole(Role.CHAIR), act.now)])


def post_digest(act: Act) -> None:
    """The head posts this week's digest before its time."""
    _ask_for_the_head(act, Doing.POST_DIGEST)
    act.writing.lock_school()
    record = digest_record(act.writing)
    _post(act.school, act.writing, record, _waiting(act, record), act.now)


def _ask_for_the_head(act: Act, doing: Doing) -> None:
    """While every head is away, the deputy does it for them."""
    heads = act.roster.of(Role.HEAD)
    away = all(act.roster.is_away(head, act.today) for head in heads)
    if not (away and heads and Role.DEPUTY in act.who.roles):
        act.ask(doing)


def _waiting(act: Act, record: DigestRecord) -> Week:
    week = record.week
    if week is None or not week.previewed or week.held or week.posted:
        raise Invalid({"": Why.NO_DIGEST_WAITING})
    if week.on != act.today:
        raise Invalid({"": Why.NO_DIGEST_WAITING})
    return week


def _figures(school: School, reading: Reading, record: DigestRecord, now: datetime) -> Published:
    """The figures of a digest printed now. Cases with anybody excluded are left out."""
    roster = school.roster(reading)
    files = [
        file
        for row in reading.case_rows()
        if not is_anyone_excluded((file := read_case(school, reading, row)).state, roster)
    ]
    policy = school.pack.policy
    detail: Detail = "totals" if school.digest_detail == "totals" else "suppressed"
    return digest_for(
        [_counted(school, order, file) for order, file in enumerate(files)],
        [due for file in files for due in _fell_due(school, file)],
        categories=tuple(
            CategoryId(option.id.value) for option in policy.questions[policy.categories].options
        ),
        term=term_key(school, school.calendar.local_date(now)),
        since=record.since,
        at=now,
        history=record.printed,
        detail=detail,
        offers=tuple(each.id for each in policy.digest.offers),
    )


def term_key(school: School, day: date) -> str:
    """The key of the term that a day counts in, such as ``2026-autumn``."""
    terms = school.calendar.terms
    term = school.calendar.term_of(day) or terms[-1]
    return f"{term.first_on.year}-{term.name}"


def _counted(school: School, order: int, file: CaseFile) -> CountedCase:
    state, rule = file.state, school.pack.policy.digest
    days = {each.id: _days_to(school, file, each) for each in rule.days_to}
    first, *rest = (days[each.id] for each in rule.days_to)
    return CountedCase(
        order=order,
        term=term_key(school, school.calendar.local_date(state.opened_at)),
        opened_at=state.opened_at,
        closed_at=state.closed.at if state.closed else None,
        categories=frozenset(
            CategoryId(option.value) for option in ticked(state.answers, file.policy.categories)
        ),
        conversation_after=first,
        removal_after=rest[0] if rest else None,
        offers=frozenset(each.id for each in rule.offers if _first_answer(file, each)),
    )


def _first_answer(file: CaseFile, measure: DigestMeasure) -> datetime | None:
    given = [
        each.given.at
        for each in file.state.rounds.get(StepId(measure.step.value), ())
        if each.given and each.given.counts_as in measure.outcomes
    ]
    return min(given, default=None)


def _days_to(school: School, file: CaseFile, measure: DigestMeasure) -> int | None:
    answered = _first_answer(file, measure)
    if answered is None:
        return None
    calendar = school.calendar
    start, end = calendar.local_date(file.state.opened_at), calendar.local_date(answered)
    try:
        return calendar.school_days_between(start, end)
    except CalendarEndsTooSoon:
        return None


def _fell_due(school: School, file: CaseFile) -> Iterable[FellDue]:
    for rounds in file.state.rounds.values():
        for each in rounds:
            if each.allowed and not each.withdrawn:
                try:
                    due = due_of(each, school.calendar)
                except CalendarEndsTooSoon:
                    continue
                yield FellDue(due.at, each.given.at if each.given else None)
