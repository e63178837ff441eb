"""Which reminders a case calls for, and that the hint when to look again is never late."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.commands import ExtendDeadline
from bot.domain.events import PersonExcluded
from bot.domain.ids import MessageKind, Role, StepId
from bot.domain.personal import Personal
from bot.domain.reminders import due_reminders, look_again_at, newest_repeat
from tests.builders import a_report, accepted, an_answer, derwent_vale, school_time
from tests.domain.at_work import DSL, HEAD, CaseAtWork, a_case
from tests.domain.walks import walks

WHY = Personal("because")


def due(case: CaseAtWork, at: datetime) -> list[tuple[str, str, str, int]]:
    """What is called for then: kind, to whom, of which step, which repeat."""
    found = due_reminders(case.state, case.policy, case.calendar, case.roster, at)
    return sorted(
        (str(each.kind), str(each.person or each.to), each.step.value, each.number)
        for each in found
    )


def after(case: CaseAtWork, minutes: int) -> list[tuple[str, str, str, int]]:
    return due(case, case.now + timedelta(minutes=minutes))


def at(text: str) -> datetime:
    return school_time(text).astimezone(UTC)


def test_an_urgent_case_is_repeated_to_owner_dsl_and_deputy_until_it_is_safe() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    assert after(case, 14) == []
    everybody = [("urgent-case", who, "make-safe") for who in ("deputy", "dsl", "owner")]
    for minutes, number in ((15, 1), (30, 2), (60, 3), (600, 3)):
        alerts = [each[:3] for each in after(case, minutes) if each[0] == "urgent-case"]
        assert alerts == everybody
        assert {each[3] for each in after(case, minutes) if each[0] == "urgent-case"} == {number}
    case.do(an_answer("make-safe", "done"), by=DSL)
    assert after(case, 60) == []


def test_the_reporter_hears_after_a_quarter_of_an_hour_that_nobody_has_opened_it() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    assert ("not-yet-seen", "staff", "make-safe", 1) in after(case, 15)


def test_only_the_reporter_of_a_new_danger_hears_that_nobody_has_opened_it() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    case.do(an_answer("make-safe", "done"))
    case.join(a_report(safety={"may-harm-themselves"}))
    told = [each[1] for each in after(case, 15) if each[0] == "not-yet-seen"]
    assert told == ["staff-2"]


def test_the_deputy_hears_nothing_urgent_of_a_case_that_the_head_is_excluded_from() -> None:
    case = a_case(a_report(safety={"hurt-soon"}, about={"head"}))
    assert {each[1] for each in after(case, 15)} == {"owner", "dsl", "staff"}


def test_what_is_overdue_goes_to_the_deputy_and_then_to_the_chair() -> None:
    case = a_case()  # to be acknowledged by Tuesday
    assert due(case, at("2026-11-26T15:59")) == []
    deputy = ("overdue-to-deputy", "deputy", "acknowledge", 0)
    assert due(case, at("2026-11-26T16:00")) == [deputy]
    assert due(case, at("2026-12-01T15:59")) == [deputy]
    chair = ("overdue-to-chair", "chair", "acknowledge", 0)
    assert due(case, at("2026-12-01T16:00")) == [chair, deputy]


def test_what_presses_is_escalated_sooner_and_on_working_days() -> None:
    case = a_case(a_report(content={"threat"}), at=at("2026-10-23T10:00"))
    overdue = [each[:3] for each in due(case, at("2026-10-27T16:00"))]
    assert overdue == [
        ("overdue-to-deputy", "deputy", "inform-dsl"),
        ("overdue-to-deputy", "deputy", "police"),
    ]
    later = {each[:3] for each in due(case, at("2026-10-28T16:00"))}
    assert ("overdue-to-chair", "chair", "police") in later


def test_an_extension_puts_the_escalation_off() -> None:
    case = a_case()
    until = at("2026-12-03T12:00").date()
    case.do(ExtendDeadline(StepId("acknowledge"), until, WHY))
    assert due(case, at("2026-12-04T16:00")) == []
    assert due(case, at("2026-12-07T16:00")) != []


def test_past_the_calendar_nothing_is_guessed_and_nothing_breaks() -> None:
    case = a_case(at=at("2027-07-20T12:00"))
    case.do(accepted())
    assert due(case, at("2028-01-01T12:00")) == []
    hint = look_again_at(case.state, case.policy, case.calendar, case.roster, case.now)
    assert hint == case.now + timedelta(hours=24)


def test_a_closed_case_is_not_looked_at_again() -> None:
    case = a_case()
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    assert look_again_at(case.state, case.policy, case.calendar, case.roster, case.now) is None
    assert after(case, 60 * 24 * 30) == []


def test_a_reminder_has_the_same_key_each_time_it_is_worked_out() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    case.record(PersonExcluded(HEAD, frozenset({Role.HEAD})))
    moments = [case.now + timedelta(minutes=each) for each in (61, 90)]
    keys = [
        {
            each.key
            for each in due_reminders(case.state, case.policy, case.calendar, case.roster, at)
        }
        for at in moments
    ]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 3


def test_the_newest_repeat_is_known() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    counted = [
        newest_repeat(
            case.state,
            case.policy,
            MessageKind.URGENT_CASE,
            StepId("make-safe"),
            1,
            case.now + timedelta(minutes=each),
        )
        for each in (14, 15, 59, 60)
    ]
    assert counted == [0, 1, 2, 3]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), hours=st.booleans())
def test_the_hint_when_to_look_again_is_never_late(data: st.DataObject, *, hours: bool) -> None:
    case = data.draw(walks(derwent_vale(), most=6))
    step = timedelta(hours=1) if hours else timedelta(minutes=5)
    start = now = case.now
    known = due(case, now)
    hint = look_again_at(case.state, case.policy, case.calendar, case.roster, now)
    while now < start + 200 * step:
        now += step
        present = due(case, now)
        if present != known:
            assert hint is not None
            assert hint <= now
            known = present
        if hint is not None and hint <= now:
            hint = look_again_at(case.state, case.policy, case.calendar, case.roster, now)
            assert hint is None or now < hint <= now + timedelta(hours=24)
