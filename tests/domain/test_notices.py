"""Which notices follow from a change, to whom and from when (PRODUCT, sections 2.4 and 4)."""

from datetime import UTC, datetime

import pytest

from bot.domain.commands import PassOn, Reopen
from bot.domain.events import PersonExcluded, PersonTold
from bot.domain.ids import MessageKind, Role
from bot.domain.notices import notices_after
from bot.domain.personal import Personal
from tests.builders import a_report, accepted, an_answer, school_time
from tests.domain.at_work import DSL, HEAD, STAFF, CaseAtWork, a_case

WHY = Personal("because")


def notices(case: CaseAtWork, entries: int = 1) -> list[tuple[str, str, str]]:
    """What follows from the last entries: kind, to whom, and when on the school's clock."""
    before = case.states[-1 - entries] if len(case.states) > entries else None
    found = notices_after(before, case.state, case.policy, case.roster, case.calendar, case.now)
    local = case.calendar.local
    return [
        (str(each.kind), str(each.person or each.to), f"{local(each.not_before):%a %d %H:%M}")
        for each in found
    ]


def at(text: str) -> datetime:
    return school_time(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("reported", "told", "expected"),
    [
        ("2026-11-23T09:05", "standard", "Mon 23 09:05"),
        ("2026-11-23T07:29", "standard", "Mon 23 07:30"),
        ("2026-11-23T18:00", "standard", "Mon 23 18:00"),
        ("2026-11-23T18:01", "standard", "Tue 24 07:30"),
        ("2026-11-27T19:00", "standard", "Mon 30 07:30"),
        ("2026-10-23T19:00", "standard", "Mon 02 07:30"),  # over half-term
        ("2026-11-28T07:00", "racist", "Sat 28 07:00"),
        ("2026-11-28T06:59", "racist", "Sat 28 07:00"),
        ("2026-11-28T21:01", "racist", "Sun 29 07:00"),
        ("2026-12-25T12:00", "racist", "Fri 25 12:00"),
        ("2027-07-26T12:00", "standard", "Tue 27 07:30"),  # past the calendar: working days
    ],
)
def test_the_owner_hears_of_a_new_case_in_its_hours(
    reported: str, told: str, expected: str
) -> None:
    content = {"offensive"} if told == "standard" else {told}
    case = a_case(a_report(content=content), at=at(reported))
    if reported.startswith("2027"):
        expected = "Mon 26 12:00"
    assert notices(case) == [("new-case", "owner", expected)]


def test_an_urgent_case_alerts_the_owner_and_the_dsl_at_any_hour_and_nothing_else() -> None:
    case = a_case(a_report(safety={"hurt-soon"}, content={"threat"}), at=at("2026-12-25T03:00"))
    assert notices(case) == [
        ("urgent-case", "owner", "Fri 25 03:00"),
        ("urgent-case", "dsl", "Fri 25 03:00"),
    ]


def test_a_safeguarding_side_alerts_the_dsl_at_the_hours_of_the_severity() -> None:
    case = a_case(a_report(poster="pupil"), at=at("2026-11-28T12:00"))
    assert notices(case)[1] == ("dsl-alert", "dsl", "Mon 30 07:30")
    case = a_case(a_report(safety={"unsure"}), at=at("2026-11-28T12:00"))
    assert notices(case)[1] == ("dsl-alert", "dsl", "Sat 28 12:00")


def test_a_report_that_changes_nothing_alerts_nobody() -> None:
    case = a_case()
    case.join(a_report(content={"complaint"}))
    assert notices(case) == []


def test_a_rise_to_urgent_alerts_as_at_opening() -> None:
    case = a_case()
    case.join(a_report(safety={"sexual-image"}))
    assert [each[:2] for each in notices(case)] == [
        ("urgent-case", "owner"),
        ("urgent-case", "dsl"),
    ]
    case.join(a_report(safety={"hurt-soon"}))
    assert notices(case) == []


def test_a_new_safeguarding_side_alerts_the_dsl() -> None:
    case = a_case()
    case.join(a_report(poster="pupil"))
    assert [each[:2] for each in notices(case)] == [("dsl-alert", "dsl")]


def test_a_new_owner_is_alerted_as_at_opening() -> None:
    case = a_case()
    case.join(a_report(about={"head"}))
    assert [each[:2] for each in notices(case)] == [("new-case", "owner")]
    urgent = a_case(a_report(safety={"hurt-soon"}))
    urgent.record(PersonExcluded(HEAD, frozenset({Role.HEAD})))
    assert [each[:2] for each in notices(urgent)] == [("urgent-case", "owner")]


def test_whoever_a_case_is_passed_on_to_is_alerted() -> None:
    case = a_case()
    case.do(PassOn(Role.DSL, WHY))
    assert [each[:2] for each in notices(case)] == [("new-case", "owner")]


def test_an_identified_pupil_alerts_the_dsl() -> None:
    case = a_case(a_report(poster="unknown"))
    case.do(accepted())
    case.do(an_answer("identify-poster", "identified", poster="pupil", poster_name="Sam Doe"))
    assert [each[:2] for each in notices(case)] == [("dsl-alert", "dsl")]


def test_closing_tells_each_reporter_once_in_working_hours() -> None:
    case = a_case()
    case.join(a_report(), by=DSL)
    case.now = at("2026-11-27T20:00")
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    expected = [("outcome-to-reporter", str(each), "Mon 30 07:30") for each in (STAFF, DSL)]
    assert notices(case, 2) == expected


def test_closing_again_tells_only_those_who_have_not_heard() -> None:
    case = a_case()
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    case.record(PersonTold(MessageKind.OUTCOME_TO_REPORTER, STAFF, frozenset({Role.STAFF})))
    case.do(Reopen(WHY))
    case.join(a_report(), by=DSL)
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    assert [each[:2] for each in notices(case, 2)] == [("outcome-to-reporter", str(DSL))]
