"""Decides the chart's words: its alt text, and what stands where a picture cannot."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.domain.digest_shown import shown_count
from bot.domain.figures import DigestChart, Timeliness

WEEK_WORDS: Final = {
    Timeliness.ALL_ON_TIME: "all on time",
    Timeliness.SOME_LATE: "some late",
    Timeliness.NOTHING_DUE: "nothing due",
    None: "no digest",
}
"""What each week of the strip says; the picture's legend uses the same words."""


def chart_text(chart: DigestChart) -> str:
    """The chart in plain English: every week and every term, with the values of the picture."""
    return "\n".join((*_week_lines(chart), *_term_lines(chart)))


def day_words(day: date) -> str:
    """A day as the chart names it, such as "4 Sep"; strftime has no portable day without a zero."""
    return f"{day.day} {day:%b}"


def _week_lines(chart: DigestChart) -> Iterator[str]:
    if not chart.weeks:
        yield "Were the policy's steps on time? No weeks yet."
        return
    last = chart.weeks[-1][0]
    weeks = _weeks(len(chart.weeks))
    yield f"Were the policy's steps on time? {weeks} to {day_words(last)} {last.year}:"
    for friday, timeliness in chart.weeks:
        yield f"{day_words(friday)}: {WEEK_WORDS[timeliness]}"


def _weeks(count: int) -> str:
    return "The week" if count == 1 else f"The {count} weeks"


def _term_lines(chart: DigestChart) -> Iterator[str]:
    if not chart.terms:
        yield "Cases each term: no terms yet."
        return
    yield "Cases each term, in complete fives:"
    for term in chart.terms:
        yield f"{term.name}: {shown_count(term.total)}"
