"""Clocks that change, jump and are missed: each message once, at its time, and nothing is lost."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from bot.compose.upkeep import upkeep
from bot.domain.deadlines import due_steps
from bot.domain.ids import CaseId, MessageKind
from bot.domain.subject_access import answer_by
from bot.journeys.sample import ZONE
from tests.builders import an_answer, school_time
from tests.faults.clock_jumps import JUMPS, jumped
from tests.faults.clock_missed import MISSED, missed
from tests.faults.clock_school import ClockSchool, a_clock_school
from tests.faults.fault import Fault, Outcome, Scale

_STEP: Final = {Scale.FULL: timedelta(minutes=5), Scale.SHORT: None}
"""Of a walk through the days; ``None``: from one thing that is due to the next."""

_ALERTS: Final = (0, 15, 30, 60)
"""Minutes after which an urgent case is called for (PRODUCT, section 4)."""


@dataclass(frozen=True)
class Change:
    """A night in which the clocks change, and what must come around it."""

    name: str
    reported: str
    urgent: str
    """When the urgent report comes, in UTC, so that its hour lies across the change."""
    ends: str
    mornings: tuple[str, ...]


_CHANGES: Final = (
    Change(
        "summer time ends",
        "2026-10-22T09:05",
        "2026-10-25T00:40+00:00",
        "2026-10-28T12:00",
        ("2026-10-23", "2026-10-26", "2026-10-27", "2026-10-28"),
    ),
    Change(
        "summer time begins",
        "2027-03-24T09:05",
        "2027-03-28T00:40+00:00",
        "2027-04-01T12:00",
        ("2027-03-25", "2027-03-30", "2027-03-31", "2027-04-01"),
    ),
)
"""The second is Easter Sunday: Good Friday and Easter Monday are no school days."""


def changed(change: Change, scale: Scale) -> Outcome:
    """A case waits over the change, and an urgent one comes in the middle of it."""
    with a_clock_school(change.reported) as school:
        waiting = school.work.report()
        school.settle()
        urgent_at = datetime.fromisoformat(change.urgent)
        school.walk(f"{urgent_at.astimezone(ZONE):%Y-%m-%dT%H:%M}", _STEP[scale])
        urgent = school.work.report("staff-2", safety={"hurt-soon"})
        school.settle()
        school.walk(change.ends, _STEP[scale])
        mornings = school.of(MessageKind.ROUND_UP, "head", waiting)
        wanted = [f"{day} 08:15" for day in change.mornings]
        school.must([each.local for each in mornings] == wanted, _told("round-ups", mornings))
        for who, minutes in (("head", _ALERTS), ("dsl", _ALERTS), ("deputy", _ALERTS[1:])):
            alerts = school.of(MessageKind.URGENT_CASE, who, urgent)
            came = tuple(round((each.at - urgent_at).total_seconds() / 60) for each in alerts)
            school.must(came == minutes, f"{who} was called after {came} minutes")
        not_seen = school.of(MessageKind.NOT_YET_SEEN, "staff-2")
        school.must(len(not_seen) == 1, f"not-yet-seen was sent {len(not_seen)} times")
        hours = _hours_for(school, urgent, "make-safe")
        school.must(hours == 1, f"one hour lasted {hours} hours")
        school.record_holds()
        return _outcome(school, f"{change.name}, from {change.reported[:10]}")


def _hours_for(school: ClockSchool, case: CaseId, step: str) -> float:
    """How long the step has, of hours that really pass."""
    state = school.work.state(case)
    for each in due_steps(state, school.work.school.calendar):
        if each.step.value == step and each.due:
            return (each.due.at - state.opened_at) / timedelta(hours=1)
    return 0


def leap_day(scale: Scale) -> Outcome:
    """Days around 29 February 2028, months that end on it, and the month to answer somebody."""
    with a_clock_school("2027-08-31T10:00") as school:
        calendar = school.work.school.calendar
        old = school.work.report()
        school.work.work(
            "head", old, an_answer("acknowledge", "not-inappropriate", fair_concern="no")
        )
        school.settle()
        for night in range(42):
            day = date(2028, 1, 20) + timedelta(days=night)
            school.set(school_time(f"{day}T03:17"))
            upkeep(school.work.school, school.store)
            with school.store.reading() as reading:
                kept = reading.case_row(old) is not None
            school.must(
                kept == (day < date(2028, 2, 29)), f"on {day} it is {'' if kept else 'not '}kept"
            )
            school.walk(f"{day}T12:00")
        with school.store.reading() as reading:
            school.must(len(reading.erased_cases()) == 1, "it was not erased once")
        for asked, by in (
            (date(2028, 1, 31), date(2028, 2, 29)),
            (date(2028, 2, 29), date(2028, 3, 29)),
            (date(2027, 1, 29), date(2027, 3, 1)),
        ):
            answer = answer_by(asked, calendar).due_on
            school.must(answer == by, f"asked on {asked}, answered by {answer}")
        school.record_holds()
    with a_clock_school("2028-02-25T09:05") as around:
        case = around.work.report()
        around.settle()
        around.walk("2028-03-01T12:00", _STEP[scale])
        mornings = around.of(MessageKind.ROUND_UP, "head", case)
        wanted = [f"2028-{day} 08:15" for day in ("02-28", "02-29", "03-01")]
        around.must([each.local for each in mornings] == wanted, _told("round-ups", mornings))
        around.record_holds()
        around.wrong = school.wrong + around.wrong
        around.sent = school.sent + around.sent
        return _outcome(around, "the days and months around 29 February 2028")


def _told(what: str, sent: object) -> str:
    return f"{what} came at {[each.local for each in sent]}"  # type: ignore[attr-defined]


def _outcome(school: ClockSchool, tried: str) -> Outcome:
    kinds = Counter(str(each.kind) for each in school.sent)
    return Outcome(tried, dict(kinds.most_common()), tuple(school.wrong))


FAULTS = (
    *(Fault(each.name, partial(changed, each)) for each in _CHANGES),
    Fault("leap day", leap_day),
    *(Fault(each.name, partial(jumped, each)) for each in JUMPS),
    *(Fault(each.name, partial(missed, each)) for each in MISSED),
)
