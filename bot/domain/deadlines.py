"""When a round of a step is due, and why on that date (PRODUCT, section 3)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.calendar import Deadline, SchoolCalendar
from bot.domain.errors import CalendarEndsTooSoon
from bot.domain.ids import StepId

if TYPE_CHECKING:
    from bot.domain.case import CaseState, Round

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Due:
    """A deadline (UTC) and its reason: the sum of a time allowed, or ``None`` if moved by hand."""

    at: datetime
    sum: Deadline | None


@dataclass(frozen=True)
class DueStep:
    """A pending round with its deadline; ``None`` if that lies past the school calendar."""

    step: StepId
    round: "Round"
    due: Due | None


def due_of(round_: "Round", calendar: SchoolCalendar) -> Due:
    """The deadline of a pending round.

    Each time that was ever allowed counts from when it began to; the earliest end decides, so that
    a change can shorten but never lengthen. What the owner moved by hand stands until a later
    change allows less. Raises ``CalendarEndsTooSoon``.
    """
    counts = round_.allowed if round_.moved_to is None else round_.allowed[round_.moved_after :]
    sums = [calendar.deadline(each.since, each.within) for each in counts]
    first = min(sums, key=lambda each: each.due_at, default=None)
    if first is None or (round_.moved_to is not None and round_.moved_to <= first.due_at):
        # Something always counts: a pending round has a time allowed, or was moved.
        return Due(round_.moved_to or round_.clock_at, None)
    return Due(first.due_at, first)


def due_steps(state: "CaseState", calendar: SchoolCalendar) -> tuple[DueStep, ...]:
    """Every pending round with its deadline, the earliest first, the unknown ones last."""
    due = [DueStep(step, each, _known(each, calendar)) for step, each in state.pending()]
    return tuple(sorted(due, key=lambda each: each.due.at if each.due else _LATEST))


def is_past_calendar(state: "CaseState", calendar: SchoolCalendar) -> bool:
    """Whether a deadline of the case reaches past the calendar, which the admin must continue."""
    return any(each.due is None for each in due_steps(state, calendar))


def _known(round_: "Round", calendar: SchoolCalendar) -> Due | None:
    try:
        return due_of(round_, calendar)
    except CalendarEndsTooSoon:
        return None
