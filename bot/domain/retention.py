"""Decides when the record of a closed case is erased, and what holds that back (section 6).

The months come from the pack, by how the case ended. Erasing cannot be undone, so it needs three
things: the months are over, nothing holds the record back, and the owner was told early enough.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.domain.calendar import SchoolCalendar
from bot.domain.conditions import Condition
from bot.domain.ids import MessageKind, ResolutionId

if TYPE_CHECKING:
    from bot.domain.case import CaseState, Closed

SHORTEST_MONTHS: Final = 1
LONGEST_MONTHS: Final = 240
"""Twenty years: a longer time is a slip of the keyboard, or is no retention rule any more."""

_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class RetentionRules:
    """How long a record is kept, and what must come before its end."""

    months: Mapping[ResolutionId, int]
    """Calendar months from the closing, for every way in which a case can end."""
    moved_to_file_first: Condition
    """A case of this kind stays until somebody has recorded that it was moved to the file."""
    notice_months: int
    """So long before a record is erased, the owner is told of it."""
    sources: tuple[str, ...]

    def months_for(self, resolution: ResolutionId) -> int:
        """The months after that ending; the longest of all for one that the rules do not know."""
        return self.months.get(resolution, max(self.months.values(), default=LONGEST_MONTHS))


class HeldBack(StrEnum):
    """Why a record is not erased, however old it is."""

    OPEN = "open"
    """Never closed, or reopened since."""
    LEGAL_HOLD = "legal-hold"
    NOT_MOVED_TO_FILE = "not-moved-to-file"


@dataclass(frozen=True)
class Erasure:
    """When a record is to be erased, and what stands in the way."""

    on: date | None
    """The first day on which its months are over; ``None`` while the case is open."""
    preview_on: date | None
    """The first day on which the owner is to be told."""
    not_before: date | None
    """The end of the notice that the owner had; ``None`` while nobody was told."""
    held_back_by: tuple[HeldBack, ...]

    def is_to_be_told(self, today: date) -> bool:
        """Whether the owner is to be told now that it will be erased."""
        told = self.not_before is not None
        return not (told or self.held_back_by) and _reached(self.preview_on, today)

    def is_to_be_moved(self, today: date) -> bool:
        """Whether nothing but moving it to the file keeps it from its end."""
        only = self.held_back_by == (HeldBack.NOT_MOVED_TO_FILE,)
        return only and _reached(self.preview_on, today)

    def is_due(self, today: date) -> bool:
        """Whether it may be erased now; never while anything holds it back."""
        over = _reached(self.on, today) and _reached(self.not_before, today)
        return over and not self.held_back_by


def _reached(day: date | None, today: date) -> bool:
    return day is not None and today >= day


def erasure_of(
    state: "CaseState", rules: RetentionRules, calendar: SchoolCalendar, *, told_on: date | None
) -> Erasure:
    """When the case is to be erased under these rules, counted from its last closing.

    ``told_on`` is when the owner was told of it, with nothing holding it back from then till now.
    """
    held_back_by = tuple(_held_back(state, rules))
    if state.closed is None:
        return Erasure(None, None, None, held_back_by)
    return Erasure(
        on=erase_on(state.closed.at, state.closed.resolution, rules, calendar),
        preview_on=preview_on(state.closed, rules, calendar),
        not_before=months_after(told_on, rules.notice_months) if told_on else None,
        held_back_by=held_back_by,
    )


def erased_if_told_on(erasure: Erasure, rules: RetentionRules, told_on: date) -> date | None:
    """The day to name to an owner who is told on that day; ``None`` while the case is open."""
    if erasure.on is None:
        return None
    return max(erasure.on, months_after(told_on, rules.notice_months))


def _held_back(state: "CaseState", rules: RetentionRules) -> Iterator[HeldBack]:
    if state.closed is None:
        yield HeldBack.OPEN
    if state.legal_hold:
        yield HeldBack.LEGAL_HOLD
    if needs_moving_to_file(state, rules) and not state.moved_to_file:
        yield HeldBack.NOT_MOVED_TO_FILE


def needs_moving_to_file(state: "CaseState", rules: RetentionRules) -> bool:
    """Whether somebody must record, before it is erased, that the case was moved to the file."""
    from bot.domain.evaluate import holds  # noqa: PLC0415 - loads all that a case can hold

    return holds(rules.moved_to_file_first, state)


def last_told_on(state: "CaseState", calendar: SchoolCalendar) -> date | None:
    """When somebody was last told, since the case was closed, that it will be erased."""
    told = [
        each.at
        for each in state.told
        if each.kind is MessageKind.RETENTION_PREVIEW and state.closed and each.at > state.closed.at
    ]
    return calendar.local_date(max(told)) if told else None


def due_for_erasure(
    state: "CaseState",
    rules: RetentionRules,
    calendar: SchoolCalendar,
    today: date,
    *,
    told_on: date | None,
) -> bool:
    """Whether the case may be erased today."""
    return erasure_of(state, rules, calendar, told_on=told_on).is_due(today)


def erase_on(
    closed_at: datetime, resolution: ResolutionId, rules: RetentionRules, calendar: SchoolCalendar
) -> date:
    """The first day on which a case that ended so may be erased, in the school's zone."""
    return months_after(calendar.local_date(closed_at), rules.months_for(resolution))


def preview_on(closed: "Closed", rules: RetentionRules, calendar: SchoolCalendar) -> date:
    """The day on which the owner is told, never before the case was closed."""
    end = erase_on(closed.at, closed.resolution, rules, calendar)
    return max(months_after(end, -rules.notice_months), calendar.local_date(closed.at))


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last of a month that is too short."""
    years, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
