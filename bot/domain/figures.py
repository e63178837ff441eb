"""Decides what goes into a governors' digest and what comes out: values only, no rule.

The rule that makes the one of the other is ``bot.domain.digest``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal

from bot.domain.ids import CategoryId

FULL_GROUP: Final = 5
"""Cases in a group: counts of 1 to 4 are the ones to protect (FACTS, "Small numbers")."""

DETAILS_FROM: Final = 2 * FULL_GROUP
"""The `total` from which the table, the medians and the offers are printed (PRODUCT, section 5)."""

Detail = Literal["suppressed", "totals"]
"""`digest.detail` of school.toml: complete fives, or plain weekly numbers without categories."""


@dataclass(frozen=True)
class CountedCase:
    """What the digest needs of one case; a case somebody is excluded from never gets here.

    `order` grows with each case that comes; `term` is the key of the term it counts in, such as
    "2026-autumn". Instants are in UTC. `conversation_after` and `removal_after` are school days
    from the opening, or None; `offers` are keys of the pack's digest rule, such as "support".
    """

    order: int
    term: str
    opened_at: datetime
    closed_at: datetime | None
    categories: frozenset[CategoryId]
    conversation_after: int | None
    removal_after: int | None
    offers: frozenset[str]


@dataclass(frozen=True)
class FellDue:
    """One round of a step: when it was due and when it was answered, if it was (UTC)."""

    due_at: datetime
    answered_at: datetime | None


class Timeliness(StrEnum):
    """How the steps that fell due since the last digest went (PRODUCT, section 5)."""

    ALL_ON_TIME = "all-on-time"
    SOME_LATE = "some-late"
    NOTHING_DUE = "nothing-due"


@dataclass(frozen=True)
class TermTotal:
    """The cases of one term in complete fives; `name` is the term's key, on a chart its label."""

    name: str
    total: int


@dataclass(frozen=True)
class Published:
    """A digest as it is printed: every count is already in complete fives, 0 reads "fewer than 5".

    `by_category` says whether a category has 5 or more; it is empty below a total of 10, and so are
    `offers` (0 or 5, "5 or more"). Medians are whole school days, None if too few cases have one.
    `terms` are all terms so far, oldest first, this one included.
    With `detail` "totals", `new`, `open` and `closed` are the plain numbers since the last digest
    and nothing else is printed; `total` and `terms` stay in fives, for the chart.
    """

    at: datetime
    term: str
    new: int
    open: int
    total: int
    by_category: Mapping[CategoryId, bool]
    conversation: int | None
    removal: int | None
    offers: Mapping[str, int]
    timeliness: Timeliness
    terms: tuple[TermTotal, ...]
    detail: Detail = "suppressed"
    closed: int | None = None

    @property
    def has_details(self) -> bool:
        """Whether table, medians and offers are printed (from a total of 10 in fives)."""
        return self.detail == "suppressed" and self.total >= DETAILS_FROM


@dataclass(frozen=True)
class DigestChart:
    """What the chart shows: a strip of weeks, oldest first, and the cases of each term.

    A week is named by its Friday in the school's zone; None says that no digest was printed in it.
    A term is named as the school names it; its total is in complete fives, 0 reads "fewer than 5".
    """

    weeks: tuple[tuple[date, Timeliness | None], ...]
    terms: tuple[TermTotal, ...]
