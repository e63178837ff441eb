"""Decides what a termly report says: what the weekly digests of that term said, and no more.

It is made of what was printed, never of the cases. So whoever has the digests and the report knows
nothing that the digests alone do not tell, whatever has become of the cases since, and the report
never contradicts them (PRODUCT, section 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from bot.domain.figures import FULL_GROUP, Published, TermTotal, Timeliness

_GRAVEST_FIRST: Final = (Timeliness.SOME_LATE, Timeliness.ALL_ON_TIME, Timeliness.NOTHING_DUE)


@dataclass(frozen=True)
class TermReport:
    """The figures of a term, as they stand after its last digest.

    ``figures`` reads like a digest: ``total`` and ``terms`` hold what later digests added to the
    term, ``timeliness`` is the gravest of its weeks. ``digests`` are those of the term, oldest
    first. ``counted`` is the number of cases over which the table, the medians and the offers were
    worked out, 0 if there are none: a digest of the next term may have raised the total since.
    """

    figures: Published
    digests: tuple[Published, ...]
    counted: int

    def weeks(self, zone: tzinfo) -> int:
        """Weeks from that of the first digest to that of the last, both included."""
        first, last = (_monday(each, zone) for each in (self.digests[0], self.digests[-1]))
        return (last - first).days // 7 + 1


def _monday(digest: Published, zone: tzinfo) -> date:
    day = digest.at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def term_report(printed: Iterable[Published], term: str) -> TermReport | None:
    """The report of the term with that key (``2026-autumn``); ``None`` if it had no digest."""
    every = sorted(printed, key=_moment)
    digests = tuple(each for each in every if each.term == term)
    if not digests:
        return None
    bare = replace(
        digests[-1],
        total=_total(every, term),
        timeliness=next(t for t in _GRAVEST_FIRST if t in {each.timeliness for each in digests}),
        terms=_terms(every, term),
    )
    in_fives = [each for each in digests if each.detail == "suppressed"]
    if not in_fives:
        return TermReport(_in_plain_numbers(bare, digests), digests, 0)
    last = in_fives[-1]
    return TermReport(_in_fives(bare, last), digests, last.total if last.has_details else 0)


def _moment(digest: Published) -> datetime:
    return digest.at


def _total(every: Sequence[Published], term: str) -> int:
    """The highest total that any digest printed for the term: a total never falls."""
    own = [each.total for each in every if each.term == term]
    later = [one.total for each in every for one in each.terms if one.name == term]
    return max((*own, *later))


def _terms(every: Sequence[Published], term: str) -> tuple[TermTotal, ...]:
    """The terms up to this one, as the newest digest of all has them."""
    listed = every[-1].terms
    names = [one.name for one in listed]
    return listed[: names.index(term) + 1] if term in names else listed


def _in_fives(bare: Published, last: Published) -> Published:
    """In complete fives, with the details of the last digest that had any.

    If some weeks were printed as plain numbers, their open cases are rounded down like the others.
    """
    return replace(
        bare,
        new=bare.total,
        open=bare.open // FULL_GROUP * FULL_GROUP,
        closed=None,
        detail="suppressed",
        by_category=last.by_category,
        conversation=last.conversation,
        removal=last.removal,
        offers=last.offers,
    )


def _in_plain_numbers(bare: Published, digests: Sequence[Published]) -> Published:
    """Every week was printed as plain numbers, and the term is their sum."""
    return replace(
        bare,
        new=sum(each.new for each in digests),
        closed=sum(each.closed or 0 for each in digests),
    )
