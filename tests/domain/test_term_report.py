"""What a termly report says, and what nobody can work out from it and the weekly digests."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.figures import Detail, Published, TermTotal, Timeliness
from bot.domain.term_report import TermReport, term_report
from tests.domain.digest_attack import (
    History,
    Incident,
    School,
    digests,
    given_away,
    with_averages,
    with_term_reports,
)
from tests.domain.histories import CATEGORIES, histories, schools

THREAT, OFFENSIVE = CATEGORIES[:2]
LONDON = ZoneInfo("Europe/London")
AUTUMN, SPRING = "2026-autumn", "2027-spring"


def a_school(*terms: str) -> School:
    return School(CATEGORIES[:3], terms or (AUTUMN,) * 4)


def a_case(week: int = 0, **told: object) -> Incident:
    return replace(Incident(week, frozenset({THREAT})), **told)  # type: ignore[arg-type]


def printed(
    school: School, history: History, details: dict[int, Detail] | None = None
) -> list[Published]:
    return list(digests(school, history, details))


def report_of(every: list[Published], term: str = AUTUMN) -> TermReport:
    report = term_report(every, term)
    assert report is not None
    return report


def test_a_term_without_a_digest_has_no_report() -> None:
    assert term_report((), AUTUMN) is None
    assert term_report(printed(a_school(), ()), SPRING) is None


def test_the_report_says_what_the_last_digest_of_the_term_says() -> None:
    offensive = a_case(1, categories=frozenset({OFFENSIVE}))
    history = (a_case(0, talked=(1, 2), offered=(1, "support")),) * 6 + (offensive,) * 5
    every = printed(a_school(), history)
    figures = report_of(every).figures

    assert (figures.total, figures.new, figures.open) == (10, 10, 10)
    for name in ("by_category", "conversation", "removal", "offers", "terms"):
        assert getattr(figures, name) == getattr(every[-1], name)
    assert report_of(every).counted == 10


def test_what_a_later_digest_adds_to_the_term_is_in_its_report() -> None:
    school = a_school(AUTUMN, AUTUMN, SPRING)
    before = tuple(a_case(1) for _ in range(14))
    every = printed(school, before)
    raised = replace(every[-1], terms=(TermTotal(AUTUMN, 15), TermTotal(SPRING, 0)))
    report = report_of([*every[:-1], raised])

    assert (report.figures.total, report.counted) == (15, 10)
    assert report.figures.by_category == every[1].by_category
    assert report.figures.terms == (TermTotal(AUTUMN, 15),)


def test_the_gravest_week_is_that_of_the_term() -> None:
    said = {
        found.timeliness
        for found in (
            report_of(printed(a_school(), history)).figures
            for history in ((), (a_case(0, closed=2),), (a_case(0, late=1), a_case(2)))
        )
    }
    assert said == {Timeliness.NOTHING_DUE, Timeliness.ALL_ON_TIME, Timeliness.SOME_LATE}


def test_what_became_late_in_another_term_is_none_of_this_one() -> None:
    school = a_school(AUTUMN, AUTUMN, SPRING)
    every = printed(school, (a_case(0, late=2),))

    assert report_of(every).figures.timeliness is Timeliness.ALL_ON_TIME
    assert report_of(every, SPRING).figures.timeliness is Timeliness.SOME_LATE


def test_plain_numbers_are_added_up_only_if_every_week_had_them() -> None:
    history = (a_case(0, closed=1),) * 2 + (a_case(0),) * 9 + (a_case(1),)
    school = a_school(AUTUMN, AUTUMN)
    plain = report_of(printed(school, history, {0: "totals", 1: "totals"}))
    mixed = report_of(printed(school, history, {1: "totals"}))

    assert (plain.figures.new, plain.figures.closed, plain.figures.open) == (12, 2, 10)
    assert (plain.counted, plain.figures.by_category) == (0, {})
    assert mixed.figures.detail == "suppressed"
    assert (mixed.figures.new, mixed.figures.closed, mixed.figures.open) == (10, None, 10)
    assert mixed.counted == 10


def test_details_that_were_never_printed_are_not_made_up() -> None:
    history = (a_case(0),) * 6 + (a_case(1),) * 6
    report = report_of(printed(a_school(AUTUMN, AUTUMN), history, {1: "totals"}))

    assert (report.figures.total, report.counted, report.figures.by_category) == (10, 0, {})


def test_the_weeks_run_from_the_first_digest_to_the_last() -> None:
    every = printed(a_school(*(AUTUMN,) * 15), ())
    held = [each for number, each in enumerate(every) if number != 7]
    early = [replace(every[0], at=every[0].at - timedelta(days=3)), *every[1:]]

    assert [report_of(each).weeks(LONDON) for each in (every, held, early, every[:1])] == [
        *(15, 15, 15),
        1,
    ]


def test_a_report_asked_for_again_is_the_same_whatever_became_of_the_cases() -> None:
    school = a_school()
    history = (a_case(0),) * 12
    later = (*(a_case(0),) * 2, *(a_case(0, excluded=3),) * 10)

    assert term_report(printed(school, history)[:3], AUTUMN) == term_report(
        printed(school, later)[:3], AUTUMN
    )


def test_the_attack_breaks_a_report_with_an_average() -> None:
    school = a_school(*(AUTUMN,) * 2)
    history = (a_case(0),) * 6 + (a_case(1),)

    away = given_away(school, history, with_averages, depth=2)
    assert away["waiting for their group, 1"] == 2
    assert given_away(school, history, with_term_reports) == {}


@pytest.mark.parametrize("cases", [4, 9, 12, 14, 19])
def test_reports_at_the_turn_of_a_term_give_no_term_away(cases: int) -> None:
    school = a_school(AUTUMN, AUTUMN, SPRING)
    history = tuple(a_case(number % 3, closed=2) for number in range(cases))

    assert given_away(school, history, with_term_reports) == {}


# Derandomised and not shrunk, for the reasons given beside the digests' own attack.
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_no_count_from_one_to_four_can_be_worked_out_with_the_reports(data: st.DataObject) -> None:
    school = data.draw(schools())
    history = data.draw(histories(school))

    assert given_away(school, history, with_term_reports) == {}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_report_never_contradicts_a_digest_of_its_term(data: st.DataObject) -> None:
    school = data.draw(schools(weeks=6))
    history = data.draw(histories(school, most=30))
    every = printed(school, history)

    for term in dict.fromkeys(school.terms):
        report = report_of(every, term)
        figures = report.figures
        for digest in report.digests:
            assert figures.total >= digest.total
            assert all(figures.by_category[one] for one, more in digest.by_category.items() if more)
            assert all(figures.offers[one] >= made for one, made in digest.offers.items())
            assert digest.conversation is None or figures.conversation is not None
        last = report.digests[-1]
        assert figures.open == last.open
        assert sum(digest.new for digest in report.digests) <= figures.new
        assert figures.total % 5 == 0
