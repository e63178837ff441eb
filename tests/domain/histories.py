"""Hypothesis strategies for schools and the terms they may have had."""

from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from bot.domain.ids import CategoryId
from tests.domain.digest_attack import OFFERS, History, Incident, School

NAMES = ("threat", "offensive", "complaint", "racist", "other-content", "defamatory")
T = TypeVar("T")
CATEGORIES = tuple(CategoryId(name) for name in NAMES)


@st.composite
def schools(draw: DrawFn, weeks: int = 4) -> School:
    """Two to `weeks` weeks, in one term or across two, with a number of categories that may be."""
    count = draw(st.integers(2, weeks))
    turn = draw(st.integers(1, count))
    terms = tuple("2026-autumn" if week < turn else "2027-spring" for week in range(count))
    return School(CATEGORIES[: draw(st.sampled_from((2, 3, 4, 6)))], terms)


@st.composite
def incidents(draw: DrawFn, school: School) -> Incident:
    last = school.weeks[-1]
    week = draw(st.integers(0, last))
    one_category = st.sampled_from(school.categories)
    later = st.integers(week, last)
    closed = draw(st.none() | later)
    reopened = None if closed is None else draw(_seldom(st.integers(closed, last)))
    return Incident(
        week=week,
        categories=draw(st.frozensets(one_category, min_size=1, max_size=2)),
        closed=closed,
        reopened=reopened,
        excluded=draw(_seldom(later)),
        gains=draw(_seldom(st.tuples(later, one_category))),
        offered=draw(st.none() | st.tuples(later, st.sampled_from(OFFERS))),
        talked=draw(st.none() | st.tuples(later, st.sampled_from((0, 0, 1, 3)))),
        late=draw(_seldom(later)),
    )


@st.composite
def histories(draw: DrawFn, school: School, most: int = 14) -> History:
    # The number first: left to itself, Hypothesis makes short lists, and short terms are easy.
    many = draw(st.integers(0, most))
    return tuple(draw(st.lists(incidents(school), min_size=many, max_size=many)))


def _seldom(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    """One time in eight; none while Hypothesis shrinks."""
    return st.integers(0, 7).flatmap(lambda roll: strategy if roll == 7 else st.none())
