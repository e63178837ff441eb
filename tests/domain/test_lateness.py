"""What was late stays late, and what was not waited for at its deadline was not late."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.case import CaseState
from bot.domain.commands import CorrectAnswer, ExtendDeadline, Reopen
from bot.domain.deadlines import due_steps
from bot.domain.events import BOT, CaseViewed, Entry
from bot.domain.figures import FellDue
from bot.domain.fold import apply
from bot.domain.ids import Cause, OutcomeId, ResolutionId, StepId
from bot.domain.lateness import answered_rounds, rounds_left_waiting
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from tests.builders import a_report, accepted, an_answer, answers_of, derwent_vale
from tests.domain.at_work import CaseAtWork, a_case
from tests.domain.walks import walks
from tests.policies.second_pack import harbour_academy

WHY = Personal("because")
ACKNOWLEDGE, TALK = StepId("acknowledge"), StepId("speak-to-parent")
WEDNESDAY = datetime(2026, 11, 25, 16, tzinfo=UTC)
"""When the talk is due, in a case that was accepted on Monday morning."""
FRIDAY = datetime(2026, 11, 27, 16, tzinfo=UTC)


def to_talk() -> CaseAtWork:
    """A case of which a parent is to be spoken to until Wednesday."""
    case = a_case()
    case.do(accepted())
    (talk,) = due_steps(case.state, case.calendar)
    assert (talk.step, talk.due and talk.due.at) == (TALK, WEDNESDAY)
    return case


def left(case: CaseAtWork) -> list[datetime]:
    """The deadlines that have passed by now while they were waited for."""
    found = rounds_left_waiting(case.entries, case.policy, case.calendar)
    return [each.due_at for each in found if each.due_at < case.now]


def extended(case: CaseAtWork) -> None:
    case.do(ExtendDeadline(TALK, FRIDAY.date(), WHY))


def answered(case: CaseAtWork) -> None:
    case.do(an_answer("speak-to-parent", "refused"))


def answered_and_corrected(case: CaseAtWork) -> None:
    answered(case)
    case.later(hours=1)
    case.do(CorrectAnswer(TALK, OutcomeId("agreed-to-remove"), WHY))


def withdrawn(case: CaseAtWork) -> None:
    """It is found not to fall under the policy, which closes it."""
    answers = answers_of(case.policy, {"fair_concern": "no"})
    case.do(CorrectAnswer(ACKNOWLEDGE, OutcomeId("not-inappropriate"), WHY, None, answers))
    assert case.state.closed is not None


def closed_and_reopened(case: CaseAtWork) -> None:
    withdrawn(case)
    case.later(hours=1)
    case.do(Reopen(WHY))


def held_back(case: CaseAtWork) -> None:
    """A later report says that an adult harmed a child; the talk waits."""
    case.join(a_report(safety={"adult-harmed-child"}, content={"allegation"}))
    assert not case.state.rounds[TALK][-1].is_pending


def held_back_and_let_go(case: CaseAtWork) -> None:
    held_back(case)
    case.later(hours=1)
    case.do(an_answer("consider-allegation", "no-concern"))
    assert case.state.rounds[TALK][-1].is_pending


def not_needed_and_closed(case: CaseAtWork) -> None:
    case.do(an_answer("speak-to-parent", "not-needed", reason="they have left"))
    review = an_answer("review-and-close", "closed")
    case.do(type(review)(review.step, review.outcome, resolution=ResolutionId("removed")))
    assert case.state.closed is not None


AFTERWARDS = (
    extended,
    answered,
    answered_and_corrected,
    withdrawn,
    closed_and_reopened,
    held_back,
    held_back_and_let_go,
    not_needed_and_closed,
)
each_pack = pytest.mark.parametrize(
    "pack", [derwent_vale, harbour_academy], ids=["derwent-vale", "harbour-academy"]
)
whatever_happens = pytest.mark.parametrize("happens", AFTERWARDS, ids=lambda each: each.__name__)


@whatever_happens
def test_a_deadline_that_passed_is_late_for_good(happens: Callable[[CaseAtWork], None]) -> None:
    case = to_talk()
    case.later(days=3)
    assert left(case) == [WEDNESDAY]
    happens(case)
    assert left(case).count(WEDNESDAY) == 1
    case.later(days=1)
    assert left(case).count(WEDNESDAY) == 1


@whatever_happens
def test_a_deadline_that_did_not_come_to_pass_was_not_late(
    happens: Callable[[CaseAtWork], None],
) -> None:
    case = to_talk()
    case.later(days=1)
    happens(case)
    for step, _ in case.state.pending():
        if step != TALK:  # some of what has just begun is due on Wednesday too
            case.do(ExtendDeadline(step, FRIDAY.date(), WHY))
    case.now = WEDNESDAY + timedelta(minutes=1)
    assert WEDNESDAY not in left(case)


def test_what_is_pending_is_waited_for_at_its_deadline_to_come() -> None:
    case = to_talk()
    assert rounds_left_waiting(case.entries, case.policy, case.calendar) == (
        FellDue(WEDNESDAY, None),
    )


@pytest.mark.parametrize(("seconds", "late"), [(0, []), (1, [WEDNESDAY])])
def test_an_answer_at_the_very_moment_is_in_time(seconds: int, late: list[datetime]) -> None:
    case = to_talk()
    case.now = WEDNESDAY + timedelta(seconds=seconds)
    answered(case)
    case.later(minutes=1)
    assert left(case) == late


def test_one_extended_after_its_deadline_and_left_again_was_late_twice() -> None:
    case = to_talk()
    case.later(days=3)
    extended(case)
    case.later(days=3)
    assert left(case) == [WEDNESDAY, FRIDAY]


def test_one_extended_twice_is_waited_for_at_its_last_deadline_only() -> None:
    case = to_talk()
    extended(case)
    monday = date(2026, 11, 30)
    case.do(ExtendDeadline(TALK, monday, WHY))
    case.later(days=14)
    assert [each.date() for each in left(case)] == [monday]


def test_a_deadline_that_a_later_report_made_shorter_passes_at_its_new_time() -> None:
    case = a_case(a_report(content={"threat"}))
    case.later(hours=5)
    case.join(a_report(safety={"hurt-soon"}))
    soon = case.now + timedelta(hours=1)
    case.later(hours=2)
    case.do(ExtendDeadline(StepId("police"), date(2026, 12, 4), WHY))
    assert soon in left(case)


def test_a_deadline_past_the_calendar_is_left_out() -> None:
    case = a_case(at=datetime(2027, 7, 20, 15, 30, tzinfo=UTC))
    case.later(days=30)
    assert left(case) == []
    assert list(answered_rounds(case.state, case.calendar)) == []


def test_an_answered_round_has_the_deadline_it_was_answered_under() -> None:
    case = to_talk()
    extended(case)
    case.later(days=4)
    answered(case)
    fell_due = list(answered_rounds(case.state, case.calendar))
    assert FellDue(FRIDAY, case.now) in fell_due
    assert WEDNESDAY not in {each.due_at for each in fell_due}


def one_by_one(
    entries: list[Entry], policy: Policy, case: CaseAtWork
) -> set[tuple[str, int, datetime]]:
    """What every state on the way was still waiting for when the next entry came."""
    state: CaseState | None = None
    found = set()
    for entry, after in zip(entries, [*entries[1:], None], strict=True):
        state = apply(state, entry, policy)
        found |= {
            (each.step.value, each.round.number, each.due.at)
            for each in due_steps(state, case.calendar)
            if each.due and (after is None or each.due.at < after.at)
        }
    return found


def seen_in_between(entries: list[Entry]) -> list[Entry]:
    """The same entries, each of them followed by somebody's look at the case."""
    found: list[Entry] = []
    for each in entries:
        look = Entry(each.number, each.at, BOT, Cause(f"look-{each.number}"), CaseViewed())
        found += [each, look]
    return found


@each_pack
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_entry_takes_back_what_was_late(pack: Callable[[], Policy], data: st.DataObject) -> None:
    case = data.draw(walks(pack()))
    until = data.draw(st.integers(1, len(case.entries)))
    before = CaseAtWork(case.policy, case.entries[:until], now=case.entries[until - 1].at)
    assert set(left(before)) <= set(left(case))


@each_pack
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_looks_at_a_case_change_nothing(pack: Callable[[], Policy], data: st.DataObject) -> None:
    case = data.draw(walks(pack()))
    seen = seen_in_between(case.entries)
    found = rounds_left_waiting(seen, case.policy, case.calendar)
    expected = sorted(due_at for _, _, due_at in one_by_one(seen, case.policy, case))
    assert sorted(each.due_at for each in found) == expected
