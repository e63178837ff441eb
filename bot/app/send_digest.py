"""The governors' digest: previewed, held back or posted early by the head, posted on Fridays.

What was printed is kept, since the figures of one digest depend on those before it
(``bot.domain.digest``).
"""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.app.digest_record import DigestRecord, Week, digest_record, put_digest_record
from bot.app.intents import Intent, ToChannel, ToRole
from bot.app.ports import Reading, Writing
from bot.app.school import School
from bot.app.stored import SCHOOL_STREAM
from bot.domain.calendar import DayKind, SchoolCalendar
from bot.domain.digest_shown import to_json
from bot.domain.errors import CalendarEndsTooSoon, Invalid, Why
from bot.domain.figures import Published
from bot.domain.ids import MessageKind, Role
from bot.domain.notices import rule_of
from bot.domain.permissions import Doing
from bot.domain.policy import ReminderRule

if TYPE_CHECKING:
    from bot.app.act import Act
    from bot.domain.events import Actor


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
            put_digest_record(_writing(store), DigestRecord(since=now))
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
    put_digest_record(
        writing, DigestRecord(record.printed, record.since, week, record.week or record.before)
    )
    at = rule_of(school.pack.policy, MessageKind.DIGEST)
    facts = {
        "digest": to_json(_figures(school, writing, record, now)),
        "at": _at(school, at, day).isoformat(),
    }
    key = f"{MessageKind.DIGEST_PREVIEW}:{day}"
    writing.enqueue([Intent(key, rule.kind, ToRole(Role.HEAD), _at(school, rule, day), (), facts)])


def _figures(school: School, writing: Writing, record: DigestRecord, now: datetime) -> Published:
    # Loaded here: a start does not wait for all that cases need.
    from bot.app.digest_figures import digest_figures  # noqa: PLC0415

    return digest_figures(school, writing, record, now)


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
    put_digest_record(writing, DigestRecord((*record.printed, figures), now, done, record.before))
    entry = _entry("DigestPosted", week)
    writing.append(SCHOOL_STREAM, now, [entry])
    key = f"{MessageKind.DIGEST}:{week.on}"
    facts = {"digest": to_json(figures)}
    writing.enqueue([Intent(key, MessageKind.DIGEST, ToChannel(), now, (), facts)])


def _entry(kind: str, week: Week, *by: "Actor") -> bytes:
    from bot.app.records import write_school_entry  # noqa: PLC0415 - as for the figures

    return write_school_entry(kind, {"on": str(week.on)}, *by)


def hold_digest(act: "Act") -> None:
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
    put_digest_record(act.writing, DigestRecord(record.printed, record.since, held, record.before))
    entry = _entry("DigestHeld", week, act.by)
    act.writing.append(SCHOOL_STREAM, act.now, [entry])
    key = f"{MessageKind.DIGEST_HELD}:{week.on}"
    act.writing.enqueue([Intent(key, MessageKind.DIGEST_HELD, ToRole(Role.CHAIR), act.now)])


def post_digest(act: "Act") -> None:
    """The head posts this week's digest before its time."""
    _ask_for_the_head(act, Doing.POST_DIGEST)
    act.writing.lock_school()
    record = digest_record(act.writing)
    _post(act.school, act.writing, record, _waiting(act, record), act.now)


def _ask_for_the_head(act: "Act", doing: Doing) -> None:
    """While every head is away, the deputy does it for them."""
    heads = act.roster.of(Role.HEAD)
    away = all(act.roster.is_away(head, act.today) for head in heads)
    if not (away and heads and Role.DEPUTY in act.who.roles):
        act.ask(doing)


def _waiting(act: "Act", record: DigestRecord) -> Week:
    week = record.week
    if week is None or not week.previewed or week.held or week.posted:
        raise Invalid({"": Why.NO_DIGEST_WAITING})
    if week.on != act.today:
        raise Invalid({"": Why.NO_DIGEST_WAITING})
    return week
