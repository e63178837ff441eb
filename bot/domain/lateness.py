"""Which rounds were late, as it was at the time: nothing that happens afterwards makes it good.

A state knows a round's present deadline only. What was left on Wednesday and extended, withdrawn,
held back or closed since was late all the same (PRODUCT, section 5), so the entries are asked, one
after the other. The calendar is today's: entries do not keep the one of their time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.calendar import SchoolCalendar
from bot.domain.case import Allowed, CaseState, Round
from bot.domain.deadlines import due_of
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.events import CHANGES_NO_ROUND, Entry
from bot.domain.figures import FellDue
from bot.domain.fold import apply
from bot.domain.ids import StepId
from bot.domain.policy import Policy


def answered_rounds(state: CaseState, calendar: SchoolCalendar) -> Iterable[FellDue]:
    """Every answered round, with the deadline that it had when it was answered (UTC).

    An answer leaves a round's deadline as it is. One past the calendar is left out.
    """
    for rounds in state.rounds.values():
        for each in rounds:
            due_at = _due_at(each, calendar) if each.given and each.allowed else None
            if each.given and due_at:
                yield FellDue(due_at, each.given.at)


def rounds_left_waiting(
    entries: Sequence[Entry], policy: Policy, calendar: SchoolCalendar
) -> tuple[FellDue, ...]:
    """Every deadline that passed while its round was pending and unanswered (UTC).

    What is pending after the last entry is among them, even if its deadline is still to come. A
    round that was answered, withdrawn, held back or extended, or whose case was closed, before its
    deadline is not: it was not waited for then. One extended after its deadline, and left until the
    new one, is there twice. A deadline past the calendar is left out.
    """
    told = [each for each in entries if not isinstance(each.event, CHANGES_NO_ROUND)]
    ends = [*(each.at for each in told[1:]), None]
    known: dict[tuple[tuple[Allowed, ...], datetime | None, int], datetime | None] = {}
    passed: dict[tuple[StepId, int, datetime], FellDue] = {}
    state: CaseState | None = None
    for entry, end in zip(told, ends, strict=True):
        state = apply(state, entry, policy)
        for step, each in state.pending():
            clock = (each.allowed, each.moved_to, each.moved_after)
            if clock not in known:
                known[clock] = _due_at(each, calendar)
            due_at = known[clock]
            if due_at and (end is None or due_at < end):
                passed[step, each.number, due_at] = FellDue(due_at, None)
    return tuple(passed.values())


def _due_at(round_: Round, calendar: SchoolCalendar) -> datetime | None:
    try:
        return due_of(round_, calendar).at
    except CalendarEndsTooSoon:
        return None
