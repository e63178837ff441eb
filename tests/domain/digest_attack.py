"""An attacker who has every digest of some weeks and every termly report, and knows all the rules.

Whatever could have been printed alike could have happened. So a count is given away only if every
history that prints the same has the same value of it; `given_away` looks for histories that do not.
It never makes up an exclusion or a reopening, so it stands for an attacker who knows of those too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice, zip_longest
from operator import ne

from bot.domain.digest import CountedCase, Detail, FellDue, Published, digest_for
from bot.domain.digest_shown import shown_count, shown_figures
from bot.domain.ids import CategoryId
from bot.domain.term_report import TermReport, term_report

OFFERS = ("complaints-route", "support")
FIRST_DIGEST = datetime(2026, 9, 4, 14, 30, tzinfo=UTC)
LOOKS_AT_MOST = 60
"""Histories that the search goes on from at each depth; enough for every example here."""


@dataclass(frozen=True)
class Incident:
    """One case's life in weeks: `late` is a week in which one of its steps was late."""

    week: int
    categories: frozenset[CategoryId]
    closed: int | None = None
    reopened: int | None = None
    excluded: int | None = None
    gains: tuple[int, CategoryId] | None = None
    offered: tuple[int, str] | None = None
    talked: tuple[int, int] | None = None
    late: int | None = None

    def is_counted(self, week: int) -> bool:
        return self.week <= week and (self.excluded is None or week < self.excluded)

    def is_open(self, week: int) -> bool:
        if self.closed is None or week < self.closed:
            return True
        return self.reopened is not None and week >= self.reopened

    def categories_in(self, week: int) -> frozenset[CategoryId]:
        if self.gains is None or week < self.gains[0]:
            return self.categories
        return self.categories | {self.gains[1]}


History = tuple[Incident, ...]
Printer = Callable[["School", History], Iterator[object]]
"""Prints week after week, so that a difference in the first week is seen at once."""


@dataclass(frozen=True)
class School:
    """What the attacker knows beforehand: the categories, and the term of each week."""

    categories: tuple[CategoryId, ...]
    terms: tuple[str, ...]

    @property
    def weeks(self) -> range:
        return range(len(self.terms))


def friday(week: int) -> datetime:
    return FIRST_DIGEST + timedelta(weeks=week)


def cases_in(school: School, history: History, week: int) -> list[CountedCase]:
    """The cases as they stand at the digest of `week`, excluded ones left out."""
    arrivals = sorted(history, key=lambda one: one.week)
    return [
        CountedCase(
            order=order,
            term=school.terms[one.week],
            opened_at=friday(one.week) - timedelta(days=2),
            closed_at=None if one.is_open(week) else friday(one.closed or 0) - timedelta(days=1),
            categories=one.categories_in(week),
            conversation_after=one.talked[1] if one.talked and one.talked[0] <= week else None,
            removal_after=None,
            offers=frozenset({one.offered[1]} if one.offered and one.offered[0] <= week else ()),
        )
        for order, one in enumerate(arrivals)
        if one.is_counted(week)
    ]


def rounds_in(history: History, week: int) -> list[FellDue]:
    """A step falls due in every week in which a case came or was open."""
    due_at = friday(week) - timedelta(hours=23)
    return [
        FellDue(due_at, None if one.late == week else due_at)
        for one in history
        if one.is_counted(week) and (one.week == week or one.is_open(week))
    ]


def digests(
    school: School, history: History, details: dict[int, Detail] | None = None
) -> Iterator[Published]:
    """Every weekly digest as the rule under test makes it."""
    printed: tuple[Published, ...] = ()
    for week in school.weeks:
        digest = digest_for(
            cases_in(school, history, week),
            rounds_in(history, week),
            categories=school.categories,
            term=school.terms[week],
            since=friday(week - 1),
            at=friday(week),
            history=printed,
            detail=(details or {}).get(week, "suppressed"),
            offers=OFFERS,
        )
        printed = (*printed, digest)
        yield digest


def in_fives(school: School, history: History) -> Iterator[object]:
    """What Report Post prints: each week's texts, and the totals of the chart."""
    for digest in digests(school, history):
        yield shown_figures(digest), digest.terms


def with_term_reports(school: School, history: History) -> Iterator[object]:
    """The same, with the termly report of every term so far, asked for again every week."""
    printed: list[Published] = []
    for digest in digests(school, history):
        printed.append(digest)
        reports = [term_report(printed, term) for term in dict.fromkeys(school.terms)]
        yield shown_figures(digest), digest.terms, [shown_report(one) for one in reports if one]


def shown_report(report: TermReport) -> tuple[object, ...]:
    """Every figure of a termly report, as governors read it."""
    weeks = tuple((each.at, each.timeliness) for each in report.digests)
    return shown_figures(report.figures), report.figures.terms, report.counted, weeks


def with_averages(school: School, history: History) -> Iterator[object]:
    """What a careless office would add to the digests: a report with the term's average week."""
    cases = cases_in(school, history, school.weeks[-1])
    for week, digest in enumerate(digests(school, history)):
        last = week == school.weeks[-1]
        yield shown_figures(digest), round(len(cases) / len(school.terms), 1) if last else None


def rounded_only(school: School, history: History) -> Iterator[object]:
    """What a careful office would print: true counts each week, rounded, small ones hidden."""
    names = ["new", "total", "open", *(f"category {one}" for one in school.categories)]
    for week in school.weeks:
        counts = _counts_in(school, cases_in(school, history, week), week)
        yield [shown_count(counts[name] // 5 * 5) for name in names]


def exact_counts(school: School, history: History) -> dict[str, int]:
    """Every count that must stay hidden, by a name that says which and in which week."""
    counts: dict[str, int] = {}
    before: dict[str, int] = {}
    for week in school.weeks:
        now = _counts_in(school, cases_in(school, history, week), week)
        counts |= {f"{name}, {week}": count for name, count in now.items()}
        counts |= {
            f"change of {name}, {week}": abs(count - before.get(name, 0))
            for name, count in now.items()
        }
        before = now
    return counts


def _counts_in(school: School, cases: list[CountedCase], week: int) -> dict[str, int]:
    of_term = [case for case in cases if case.term == school.terms[week]]
    full = of_term[: len(of_term) // 5 * 5]
    began = friday(week - 1)
    now = {
        "new": sum(case.opened_at > began for case in cases),
        "total": len(of_term),
        "waiting for their group": len(of_term) - len(full),
        "open": sum(case.closed_at is None for case in cases),
        "closed": sum(case.closed_at is not None for case in cases),
        "closed of the term": sum(case.closed_at is not None for case in of_term),
        "closed this week": sum(bool(case.closed_at and case.closed_at > began) for case in cases),
    }
    for name, among in (("", of_term), ("of full groups ", full)):
        features: dict[str, list[bool]] = {
            f"{name}category {one}": [one in case.categories for case in among]
            for one in school.categories
        }
        features |= {f"{name}offer {o}": [o in case.offers for case in among] for o in OFFERS}
        talks = [case.conversation_after for case in among]
        features[f"{name}talked"] = [days is not None for days in talks]
        features[f"{name}talked at once"] = [days == 0 for days in talks]
        now |= {feature: sum(having) for feature, having in features.items()}
        now |= {f"not {feature}": len(among) - sum(having) for feature, having in features.items()}
    return now


def given_away(
    school: School, history: History, printed: Printer, *, depth: int = 3
) -> dict[str, int]:
    """The counts from 1 to 4 for which no other value was found that prints the same."""
    texts = list(printed(school, history))
    secret = {name: n for name, n in exact_counts(school, history).items() if 1 <= n <= 4}
    seen, frontier = {history}, [history]
    for _ in range(depth):
        alike: list[tuple[History, dict[str, int]]] = []
        for one in frontier:
            for other in neighbours(school, one):
                if other in seen or any(map(ne, printed(school, other), texts)):
                    continue
                seen.add(other)
                counts = exact_counts(school, other)
                alike.append((other, counts))
                secret = {name: n for name, n in secret.items() if counts[name] == n}
                if not secret:
                    return {}
        frontier = _spread(alike, {name.split(",")[0] for name in secret} | {"total", "open"})
    return secret


def _spread(alike: list[tuple[History, dict[str, int]]], kinds: set[str]) -> list[History]:
    """Some histories that print alike, as different as can be in `kinds` of counts.

    What is still secret most often needs a second change, in another week, that makes up for it.
    """
    families: dict[tuple[int, ...], list[History]] = {}
    for history, counts in alike:
        family = tuple(count for name, count in counts.items() if name.split(",")[0] in kinds)
        families.setdefault(family, []).append(history)
    turns = (one for turn in zip_longest(*families.values()) for one in turn if one is not None)
    return list(islice(turns, LOOKS_AT_MOST))


def neighbours(school: School, history: History) -> Iterator[History]:
    """Histories with one case more, one less, one that went otherwise, or two closings swapped."""
    for week in school.weeks:
        for category in school.categories:
            for closed in (None, week):
                yield (*history, Incident(week, frozenset({category}), closed=closed))
    for place, one in enumerate(history):
        rest_before, rest_after = history[:place], history[place + 1 :]
        yield rest_before + rest_after
        for other in _otherwise(school, one):
            yield (*rest_before, other, *rest_after)
    for (first, one), (second, other) in combinations(enumerate(history), 2):
        if one.closed != other.closed and _may_swap(one, other) and _may_swap(other, one):
            swapped = list(history)
            swapped[first] = replace(one, closed=other.closed, reopened=other.reopened)
            swapped[second] = replace(other, closed=one.closed, reopened=one.reopened)
            yield tuple(swapped)


def _may_swap(one: Incident, other: Incident) -> bool:
    return other.closed is None or other.closed >= one.week


def _otherwise(school: School, one: Incident) -> Iterator[Incident]:
    last = len(school.terms)
    for week in school.weeks:
        if week < min(one.closed or last, one.excluded or last):
            yield replace(one, week=week)
        if week >= one.week and one.reopened is None:
            yield replace(one, closed=week)
        if week >= one.week:
            for offer in OFFERS:
                yield replace(one, offered=(week, offer))
            yield from (replace(one, talked=(week, days)) for days in (0, 1, 3))
    if one.reopened is None:
        yield replace(one, closed=None)
    yield from (replace(one, offered=None), replace(one, talked=None))
    for category in school.categories:
        yield replace(one, categories=frozenset({category}))
        if one.categories != {category}:
            yield replace(one, categories=one.categories ^ {category})
