"""What stands in the morning's round-up, and on which mornings there is one (PRODUCT, 4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.commands import SnoozeStep
from bot.domain.ids import MessageKind, Role, StepId
from bot.domain.notices import rule_of
from bot.domain.personal import Personal
from bot.domain.round_up import (
    Morning,
    calls_in_holidays,
    for_the_role,
    morning_of,
    next_morning,
    steps_for_round_up,
)
from tests.builders import a_report, an_answer, derwent_vale, school_time
from tests.domain.at_work import CaseAtWork, a_case
from tests.domain.calendars import sample_calendar

WHY = Personal("because")
RULE = rule_of(derwent_vale(), MessageKind.ROUND_UP)
ACKNOWLEDGE = StepId("acknowledge")


def at(text: str) -> datetime:
    return school_time(text).astimezone(UTC)


def listed(case: CaseAtWork, day: str) -> list[str]:
    """The steps in the round-up of that morning."""
    morning = morning_of(RULE, case.calendar, at(f"{day}T08:15"))
    assert morning is not None
    assert morning.on == date.fromisoformat(day)
    found = steps_for_round_up(case.state, case.policy, RULE, case.calendar, morning)
    return [each.step.value for each in found]


def snooze(case: CaseAtWork, days: int, now: str) -> None:
    case.now = at(now)
    case.do(SnoozeStep(ACKNOWLEDGE, days, WHY))


@pytest.mark.parametrize(
    ("now", "on", "school_day"),
    [
        ("2026-11-24T08:15", "2026-11-24", True),
        ("2026-11-24T08:14", "2026-11-23", True),
        ("2026-11-29T12:00", "2026-11-27", True),
        ("2026-10-27T09:00", "2026-10-27", False),
        ("2027-01-04T09:00", "2027-01-04", False),  # INSET
        ("2027-08-02T09:00", "2027-08-02", False),  # past the calendar
    ],
)
def test_the_newest_morning_that_has_come(now: str, on: str, *, school_day: bool) -> None:
    found = morning_of(RULE, sample_calendar(), at(now))
    assert found == Morning(date.fromisoformat(on), at(f"{on}T08:15"), school_day)


def test_the_newest_school_morning_is_found_over_a_half_term() -> None:
    found = morning_of(RULE, sample_calendar(), at("2026-10-30T12:00"), school_days_only=True)
    assert found is not None
    assert found.on == date(2026, 10, 23)


def test_the_next_morning_is_a_working_day() -> None:
    assert next_morning(RULE, sample_calendar(), at("2026-11-27T08:15")) == at("2026-11-30T08:15")
    assert next_morning(RULE, sample_calendar(), at("2026-11-27T08:14")) == at("2026-11-27T08:15")


def test_a_step_is_listed_once_it_is_due_by_the_end_of_the_next_school_day() -> None:
    case = a_case(at=at("2026-11-19T10:00"))
    case.do(an_answer("acknowledge", "accepted", fair_concern="no", gravely_offensive="no"))
    # To be spoken with by Monday 16:00.
    assert listed(case, "2026-11-19") == []
    assert listed(case, "2026-11-20") == ["speak-to-parent"]
    assert listed(case, "2026-11-23") == ["speak-to-parent"]


def test_after_three_overdue_mornings_a_step_is_listed_once_a_week() -> None:
    case = a_case()
    days = ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", "2026-12-07"]
    assert [bool(listed(case, day)) for day in days] == [True, True, True, True, False, True]


def test_what_presses_is_listed_every_morning() -> None:
    case = a_case(a_report(content={"threat"}))
    assert {"police", "inform-dsl"} <= set(listed(case, "2026-12-04"))
    assert "acknowledge" not in listed(case, "2026-12-04")


def test_in_the_holidays_a_step_that_was_listed_enough_is_not_listed_again() -> None:
    case = a_case(a_report(content={"threat"}), at=at("2026-10-14T10:00"))
    assert set(listed(case, "2026-10-27")) == {"police", "inform-dsl"}


def test_a_snoozed_step_comes_back_on_the_nth_school_day() -> None:
    case = a_case()
    snooze(case, 2, "2026-11-24T10:00")
    assert listed(case, "2026-11-25") == []
    assert listed(case, "2026-11-26") == ["acknowledge"]


def test_a_snooze_over_half_term_ends_after_it() -> None:
    case = a_case(at=at("2026-10-21T10:00"))
    snooze(case, 1, "2026-10-23T10:00")
    assert case.state.rounds[ACKNOWLEDGE][0].snoozed_until == date(2026, 11, 2)


def test_mornings_that_were_snoozed_do_not_count_whichever_snooze_it_was() -> None:
    case = a_case()
    for day in range(24, 27):  # Tuesday to Thursday, each until the next day but one
        snooze(case, 2, f"2026-11-{day}T10:00")
    # Left out from Wednesday to Friday: no morning has counted yet.
    assert listed(case, "2026-11-27") == []
    mornings = ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"]
    assert [bool(listed(case, day)) for day in mornings] == [True, True, True, False]


def test_a_snooze_before_the_round_up_keeps_the_step_out_of_it() -> None:
    case = a_case()
    snooze(case, 1, "2026-11-24T07:00")
    assert listed(case, "2026-11-24") == []
    assert listed(case, "2026-11-25") == ["acknowledge"]


def test_past_the_calendar_a_known_date_is_still_listed() -> None:
    case = a_case(at=at("2027-07-19T10:00"))
    assert listed(case, "2027-07-21") == ["acknowledge"]


def test_the_dsl_hears_of_informing_the_dsl_alone() -> None:
    case = a_case(a_report(content={"threat"}))
    morning = Morning(date(2026, 11, 24), at("2026-11-24T08:15"), school_day=True)
    steps = steps_for_round_up(case.state, case.policy, RULE, case.calendar, morning)
    assert [each.step.value for each in for_the_role(steps, case.policy, Role.DSL)] == [
        "inform-dsl"
    ]


def test_only_what_presses_calls_somebody_in_the_holidays() -> None:
    assert not calls_in_holidays(a_case().state, derwent_vale())
    threat = a_case(a_report(content={"threat"}))
    assert calls_in_holidays(threat.state, derwent_vale())
    assert calls_in_holidays(threat.state, derwent_vale(), Role.DSL)
    threat.do(an_answer("inform-dsl", "done"))
    threat.now += timedelta(hours=1)
    assert calls_in_holidays(threat.state, derwent_vale())
    assert not calls_in_holidays(threat.state, derwent_vale(), Role.DSL)
