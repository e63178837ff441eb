"""Whether the school calendar reaches far enough, and its dates were checked."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

from bot.compose.doctor.findings import Area, AtHand, Finding, Level, day
from bot.compose.setup.written import GUESS

_SOON: Final = timedelta(days=42)
"""Next year's terms should be there by then: a deadline may lie weeks ahead."""
_LONGEST_HOLIDAY: Final = timedelta(days=60)
"""England's summer holidays have about 45 days; more looks like a term that was left out."""
_FEWEST_BANK_HOLIDAYS: Final = 6
"""A year; England has eight."""


def calendar_findings(at: AtHand) -> Iterator[Finding]:
    """Everything about ``[calendar]``."""
    yield _end(at)
    yield from _gaps(at)
    yield from _bank_holidays(at)
    yield from _guesses(at)
    yield _zone(at)


def _finding(level: Level, says: str, mend: str = "") -> Finding:
    return Finding(Area.CALENDAR, level, says, mend)


def _end(at: AtHand) -> Finding:
    ends_on = at.settings.calendar.ends_on
    mend = "Add the next terms to [calendar], and start the bot again."
    if at.today > ends_on:
        wrong = (
            f"The last known term ended on {day(ends_on)}: no deadline in school days has a date."
        )
        return _finding(Level.FAILS, wrong, mend)
    if ends_on - at.today < _SOON:
        wrong = f"The last known term ends soon, on {day(ends_on)}."
        return _finding(Level.WARNING, wrong, mend)
    return _finding(Level.OK, f"Terms are known until {day(ends_on)}.")


def _gaps(at: AtHand) -> Iterator[Finding]:
    for earlier, later in pairwise(at.settings.calendar.terms):
        if later.first_on - earlier.last_on > _LONGEST_HOLIDAY and later.last_on >= at.today:
            yield _finding(
                Level.WARNING,
                f"No term is known between {day(earlier.last_on)} and {day(later.first_on)}.",
                "If a term was left out, add it to [calendar].",
            )


def _bank_holidays(at: AtHand) -> Iterator[Finding]:
    calendar = at.settings.calendar
    for year in range(at.today.year, max(calendar.ends_on.year, at.today.year) + 1):
        known = sum(each.year == year for each in calendar.bank_holidays)
        if known < _FEWEST_BANK_HOLIDAYS:
            yield _finding(
                Level.WARNING,
                f"The bank holidays of {year} are not known: deadlines may be a day too early.",
                "Bring Report Post and its library of holidays up to date.",
            )
            return
    yield _finding(Level.OK, "Bank holidays are known for the same time.")


def _guesses(at: AtHand) -> Iterator[Finding]:
    try:
        guessed = at.config.read_text("utf-8-sig").count(GUESS)
    except (OSError, ValueError):
        return
    if guessed:
        terms = "1 term is" if guessed == 1 else f"{guessed} terms are"
        yield _finding(
            Level.WARNING,
            f"{terms} still marked as a guess of report-post init.",
            "Check the dates against the school's calendar, and take the remark out of "
            f"{at.config}.",
        )


def _zone(at: AtHand) -> Finding:
    local = at.settings.calendar.local(at.now)
    return _finding(
        Level.OK,
        f"The school's clocks show {local:%H:%M} on {day(local)} ({at.settings.zone.key}).",
    )
