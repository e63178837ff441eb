"""A record is erased when its months are over, nothing holds it back, and its owner was told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import CaseState, Closed, Told
from bot.domain.ids import MessageKind, PersonId, ResolutionId, StepId
from bot.domain.policy import Policy
from bot.domain.retention import (
    HeldBack,
    due_for_erasure,
    erase_on,
    erased_if_told_on,
    erasure_of,
    last_told_on,
    months_after,
    preview_on,
)
from tests.builders import a_report, derwent_vale
from tests.domain.at_work import a_case
from tests.domain.calendars import sample_calendar
from tests.policies.second_pack import harbour_academy

RULES = derwent_vale().retention
CALENDAR = sample_calendar()
CLOSED_AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SIX_MONTHS_ON, SIX_YEARS_ON = date(2027, 5, 23), date(2032, 11, 23)
NOT_INAPPROPRIATE, REMOVED = ResolutionId("not-inappropriate"), ResolutionId("removed")


def closed(state: CaseState, resolution: ResolutionId = NOT_INAPPROPRIATE) -> CaseState:
    return replace(state, closed=Closed(resolution, CLOSED_AT, StepId("acknowledge")))


def an_ordinary_case() -> CaseState:
    return closed(a_case().state)


def a_safeguarding_case() -> CaseState:
    return closed(a_case(a_report(safety={"child-harmed-otherwise"})).state)


def test_the_months_run_from_the_closing_by_how_the_case_ended() -> None:
    ends = {
        each.id: erase_on(CLOSED_AT, each.id, RULES, CALENDAR)
        for each in derwent_vale().resolutions
    }
    short = {NOT_INAPPROPRIATE, ResolutionId("duplicate")}
    assert {name for name, day in ends.items() if day == SIX_MONTHS_ON} == short
    assert {day for name, day in ends.items() if name not in short} == {SIX_YEARS_ON}


def test_the_day_is_the_schools_own() -> None:
    just_after_midnight_in_summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    end = erase_on(just_after_midnight_in_summer, NOT_INAPPROPRIATE, RULES, CALENDAR)
    assert end == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2026, 11, 23), 240, date(2046, 11, 23)),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(day: date, months: int, end: date) -> None:
    assert months_after(day, months) == end


@given(st.dates(date(2020, 1, 1), date(2050, 1, 1)), st.integers(1, 240), st.integers(min_value=0))
def test_the_day_is_one_of_the_right_month_and_the_notice_ends_by_then(
    day: date, months: int, notice: int
) -> None:
    end, notice = months_after(day, months), notice % months + 1
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day <= day.day
    assert months_after(months_after(end, -notice), notice) <= end


def test_an_ending_that_the_rules_do_not_know_is_kept_longest() -> None:
    assert RULES.months_for(ResolutionId("of-another-pack")) == 72


def test_the_owner_is_told_a_month_before() -> None:
    state = an_ordinary_case()
    assert state.closed is not None
    assert preview_on(state.closed, RULES, CALENDAR) == date(2027, 4, 23)


def test_a_case_kept_for_a_month_is_told_of_when_it_closes() -> None:
    state = closed(an_ordinary_case(), ResolutionId("passed-back"))
    assert state.closed is not None
    rules = harbour_academy().retention
    assert preview_on(state.closed, rules, CALENDAR) == date(2026, 11, 23)


def test_it_is_told_once_and_erased_when_the_months_are_over() -> None:
    state, told_on = an_ordinary_case(), date(2027, 4, 23)
    before = erasure_of(state, RULES, CALENDAR, told_on=None)
    after = erasure_of(state, RULES, CALENDAR, told_on=told_on)
    day_before = timedelta(days=1)
    assert not before.is_to_be_told(told_on - day_before)
    assert before.is_to_be_told(told_on)
    assert not after.is_to_be_told(told_on)
    assert not after.is_due(SIX_MONTHS_ON - day_before)
    assert after.is_due(SIX_MONTHS_ON)


def test_nothing_is_erased_of_which_nobody_was_told() -> None:
    long_after = SIX_MONTHS_ON + timedelta(days=900)
    state = an_ordinary_case()
    assert not due_for_erasure(state, RULES, CALENDAR, long_after, told_on=None)


def test_somebody_told_late_still_has_a_month() -> None:
    told_on = SIX_MONTHS_ON + timedelta(days=10)
    erasure = erasure_of(an_ordinary_case(), RULES, CALENDAR, told_on=told_on)
    assert not erasure.is_due(months_after(told_on, 1) - timedelta(days=1))
    assert erasure.is_due(months_after(told_on, 1))
    assert erased_if_told_on(erasure, RULES, told_on) == months_after(told_on, 1)
    assert erased_if_told_on(erasure, RULES, date(2027, 1, 1)) == SIX_MONTHS_ON


@pytest.mark.parametrize(
    ("state", "held_back_by"),
    [
        (a_case().state, (HeldBack.OPEN,)),
        (replace(an_ordinary_case(), legal_hold=True), (HeldBack.LEGAL_HOLD,)),
        (a_safeguarding_case(), (HeldBack.NOT_MOVED_TO_FILE,)),
        (
            replace(a_safeguarding_case(), legal_hold=True),
            (HeldBack.LEGAL_HOLD, HeldBack.NOT_MOVED_TO_FILE),
        ),
    ],
)
def test_what_holds_a_record_back_is_named(
    state: CaseState, held_back_by: tuple[HeldBack, ...]
) -> None:
    erasure = erasure_of(state, RULES, CALENDAR, told_on=date(2027, 1, 1))
    assert erasure.held_back_by == held_back_by
    assert not erasure.is_due(date(2060, 1, 1))
    assert not erasure.is_to_be_told(date(2060, 1, 1))


def test_a_case_that_waits_only_for_its_file_is_named_when_its_owner_would_be_told() -> None:
    waiting = erasure_of(a_safeguarding_case(), RULES, CALENDAR, told_on=None)
    on_hold = replace(a_safeguarding_case(), legal_hold=True)
    assert not waiting.is_to_be_moved(date(2027, 4, 22))
    assert waiting.is_to_be_moved(date(2027, 4, 23))
    assert not erasure_of(on_hold, RULES, CALENDAR, told_on=None).is_to_be_moved(SIX_YEARS_ON)


def test_a_safeguarding_case_that_was_moved_to_the_file_is_erased_as_any_other() -> None:
    state = replace(a_safeguarding_case(), moved_to_file=True)
    assert due_for_erasure(state, RULES, CALENDAR, SIX_MONTHS_ON, told_on=date(2027, 4, 23))


def test_a_reopened_case_is_not_erased_and_counts_anew_when_it_is_closed_again() -> None:
    reopened = replace(an_ordinary_case(), closed=None, times_closed=1)
    erasure = erasure_of(reopened, RULES, CALENDAR, told_on=None)
    assert (erasure.on, erasure.held_back_by) == (None, (HeldBack.OPEN,))
    assert erased_if_told_on(erasure, RULES, SIX_MONTHS_ON) is None
    again = replace(reopened, closed=Closed(REMOVED, CLOSED_AT, StepId("review-and-close")))
    assert erasure_of(again, RULES, CALENDAR, told_on=None).on == SIX_YEARS_ON


def test_only_being_told_since_the_last_closing_counts() -> None:
    def told(at: datetime, kind: MessageKind = MessageKind.RETENTION_PREVIEW) -> Told:
        return Told(kind, PersonId("head"), at)

    earlier, later = CLOSED_AT - timedelta(days=40), CLOSED_AT + timedelta(days=40)
    state = replace(an_ordinary_case(), told=(told(earlier),))
    assert last_told_on(state, CALENDAR) is None
    other = told(later, MessageKind.ROUND_UP)
    state = replace(state, told=(told(earlier), told(later), other))
    assert last_told_on(state, CALENDAR) == later.date()


@pytest.mark.parametrize("policy", [derwent_vale(), harbour_academy()], ids=lambda each: each.id)
def test_every_way_to_end_has_its_months(policy: Policy) -> None:
    kept = {each.id: each.keep_months for each in policy.resolutions}
    assert policy.retention.months == kept
    assert policy.retention.sources
