"""Decides which figures the governors may see, so that no count from 1 to 4 can be worked out.

Cases count in *complete fives*: in the order in which they came, and only when their group of five
is full (PRODUCT, section 5). Rounding alone is not enough in a primary school, where nearly every
count is small and last week's digest can be subtracted from this week's (FACTS, "Small numbers").
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from statistics import median_low

from bot.domain.figures import (
    DETAILS_FROM,
    FULL_GROUP,
    CountedCase,
    Detail,
    DigestChart,
    FellDue,
    Published,
    TermTotal,
    Timeliness,
)
from bot.domain.ids import CategoryId

__all__ = [
    "DETAILS_FROM",
    "FULL_GROUP",
    "CountedCase",
    "Detail",
    "DigestChart",
    "FellDue",
    "Published",
    "TermTotal",
    "Timeliness",
    "digest_for",
    "refuse_category_count",
    "timeliness_of",
]


def digest_for(
    cases: Iterable[CountedCase],
    fell_due: Iterable[FellDue],
    *,
    categories: tuple[CategoryId, ...],
    term: str,
    since: datetime | None,
    at: datetime,
    history: tuple[Published, ...],
    detail: Detail = "suppressed",
    offers: tuple[str, ...] = (),
) -> Published:
    """The digest of `term` at `at` (PRODUCT, section 5); the same whenever it is asked again.

    `cases` are those of every term that are still kept, `fell_due` the rounds of their steps;
    `since` is when the last digest was printed, None if there was none; `history` what was printed
    before `at`, in any order. `offers` lists every offer the pack counts: one that nobody was made
    must read like one that three were. An offer that is not listed is not printed.
    """
    came = sorted((case for case in cases if case.opened_at <= at), key=lambda case: case.order)
    before = sorted((one for one in history if one.at < at), key=lambda one: one.at)
    totals = _totals(came, _printed_totals(before), term)
    bare = Published(
        at=at,
        term=term,
        new=totals[term] - max((one.total for one in before if one.term == term), default=0),
        open=_open_in_fives(_open_at(came, at), totals),
        total=totals[term],
        by_category={},
        conversation=None,
        removal=None,
        offers={},
        timeliness=timeliness_of(fell_due, since=since, at=at),
        terms=tuple(TermTotal(name, total) for name, total in totals.items()),
        detail=detail,
    )
    if detail == "totals":
        return _with_plain_numbers(bare, came, since)
    last = _last_in_fives(before, term)
    kept = _with_details_from(last, bare) if last else bare
    if kept.total < DETAILS_FROM or (last and kept.total == last.total):
        return kept
    counted = [case for case in came if case.term == term][: kept.total]
    if len(counted) < kept.total:
        return kept
    return _with_details_of(counted, kept, categories, offers)


def timeliness_of(
    fell_due: Iterable[FellDue], *, since: datetime | None, at: datetime
) -> Timeliness:
    """How the rounds due after `since`, up to and including `at`, went; all in UTC.

    A round answered at its very moment is in time; one answered later stays late (section 5).
    """
    due = [one for one in fell_due if one.due_at <= at and (since is None or one.due_at > since)]
    if not due:
        return Timeliness.NOTHING_DUE
    if all(one.answered_at is not None and one.answered_at <= one.due_at for one in due):
        return Timeliness.ALL_ON_TIME
    return Timeliness.SOME_LATE


def refuse_category_count(count: int) -> str | None:
    """Why a pack with so many categories may not have a table, or None if it may.

    With n categories that all read "fewer than 5", the table allows 4n mentions at most. Each
    counted case has at least one category, and the total is a multiple of five that is known
    exactly. If n is a multiple of five, the total can reach 4n with every category still "fewer
    than 5", and then each is exactly 4. A category that has turned to "5 or more" does not help: it
    turns when a group fills, so its own limit moves in fives too. For every other n at least one
    case of slack remains (4n is no multiple of five), and each category may be one lower.
    """
    if count % FULL_GROUP:
        return None
    return (
        f"The pack has {count} categories. With a multiple of 5 the digest's table can give exact "
        "small numbers away (five categories that all read “fewer than 5” at a total of 20 "
        "have exactly 4 each). Add a category, or join two."
    )


def _fives(count: int) -> int:
    return count // FULL_GROUP * FULL_GROUP


def _printed_totals(before: list[Published]) -> dict[str, int]:
    """The highest total ever printed for each term, oldest term first."""
    totals: dict[str, int] = {}
    for digest in before:
        for term in (*digest.terms, TermTotal(digest.term, digest.total)):
            totals[term.name] = max(term.total, totals.get(term.name, 0))
    return totals


def _totals(came: list[CountedCase], printed: dict[str, int], term: str) -> dict[str, int]:
    """Each term's complete fives, never below what was printed.

    A case that is excluded later leaves no hole: its place goes to the next one, and the total
    moves again only when the group is full anew. So every table is made of exactly `total` cases,
    and its limits stay multiples of five even for somebody who knows of the exclusion.
    """
    present: dict[str, int] = dict.fromkeys(printed, 0)
    for case in came:
        present[case.term] = present.get(case.term, 0) + 1
    present.setdefault(term, 0)
    return {name: max(_fives(count), printed.get(name, 0)) for name, count in present.items()}


def _open_at(came: list[CountedCase], at: datetime) -> int:
    return sum(1 for case in came if case.closed_at is None or case.closed_at > at)


def _open_in_fives(open_now: int, totals: dict[str, int]) -> int:
    """Open cases of all terms in fives, one five less if the totals would give the rest away.

    A term of total t has t + 4 cases at most. If as many are open as all terms allow together
    (five terms of "fewer than 5", and 20 open), then each term has exactly t + 4.
    """
    at_most = sum(total + FULL_GROUP - 1 for total in totals.values())
    return _fives(min(open_now, at_most - 1))


def _last_in_fives(before: list[Published], term: str) -> Published | None:
    """The last digest of this term in fives, even if plain ones came after it."""
    for last in reversed(before):
        if last.term == term and last.detail == "suppressed":
            return last
    return None


def _with_details_from(last: Published, digest: Published) -> Published:
    return replace(
        digest,
        by_category=last.by_category,
        conversation=last.conversation,
        removal=last.removal,
        offers=last.offers,
    )


def _with_details_of(
    counted: list[CountedCase],
    last: Published,
    categories: tuple[CategoryId, ...],
    offers: tuple[str, ...],
) -> Published:
    """The details over complete groups; "5 or more" stays, and a median is never taken back."""
    table: dict[CategoryId, bool] = {}
    if refuse_category_count(len(categories)) is None:
        for category in categories:
            having = sum(1 for case in counted if category in case.categories)
            table[category] = having >= FULL_GROUP or last.by_category.get(category, False)
    made: dict[str, int] = {}
    for offer in offers:
        having = sum(1 for case in counted if offer in case.offers)
        made[offer] = max(min(_fives(having), FULL_GROUP), last.offers.get(offer, 0))
    conversation = _median(case.conversation_after for case in counted)
    removal = _median(case.removal_after for case in counted)
    return replace(
        last,
        by_category=table,
        conversation=last.conversation if conversation is None else conversation,
        removal=last.removal if removal is None else removal,
        offers=made,
    )


def _median(days: Iterable[int | None]) -> int | None:
    """The median in whole school days, None below five values.

    The lower of two middle values, not their mean: a half would tell that their number is even.
    """
    known = [value for value in days if value is not None]
    return median_low(known) if len(known) >= FULL_GROUP else None


def _with_plain_numbers(
    digest: Published, came: list[CountedCase], since: datetime | None
) -> Published:
    """New and closed since the last digest, and open now, as they are (detail "totals")."""

    def this_week(moment: datetime | None) -> bool:
        return moment is not None and moment <= digest.at and (since is None or moment > since)

    return replace(
        digest,
        new=sum(1 for case in came if this_week(case.opened_at)),
        open=_open_at(came, digest.at),
        closed=sum(1 for case in came if this_week(case.closed_at)),
    )
