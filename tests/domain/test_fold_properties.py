"""What holds in every state that a case can be in, whatever was done in which order."""

from collections.abc import Callable
from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.domain.answering import questions_of
from bot.domain.answers import joined, ticked
from bot.domain.case import CaseState, Round
from bot.domain.commands import AnswerStep
from bot.domain.events import NOT_NEEDED, EntryCorrected
from bot.domain.fold import fold
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind
from bot.domain.step_rules import Opens
from tests.builders import derwent_vale
from tests.domain.at_work import HEAD, CaseAtWork
from tests.domain.walks import (
    WHY,
    attempt,
    completed,
    note_an_earlier_case,
    pending_answers,
    reports,
    walks,
)
from tests.policies.second_pack import harbour_academy

PACKS = (derwent_vale, harbour_academy)
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
each_pack = pytest.mark.parametrize("pack", PACKS, ids=["derwent-vale", "harbour-academy"])


def open_rounds(state: CaseState, policy: Policy) -> dict[str, int]:
    """How many rounds of each step are open, where there may be only one."""
    several = {rule.id for rule in policy.steps if rule.opens is Opens.EACH_EARLIER_CASE}
    return {
        step.value: sum(each.is_open for each in rounds)
        for step, rounds in state.rounds.items()
        if step not in several
    }


@each_pack
@often
@given(data=st.data())
def test_nothing_is_pending_in_a_closed_case(
    pack: Callable[[], Policy], data: st.DataObject
) -> None:
    case = data.draw(walks(pack()))
    assert all(not state.pending() for state in case.states if state.closed)


@each_pack
@often
@given(data=st.data())
def test_a_step_has_one_open_round_at_most(pack: Callable[[], Policy], data: st.DataObject) -> None:
    case = data.draw(walks(pack()))
    for state in case.states:
        assert all(count <= 1 for count in open_rounds(state, case.policy).values())


@each_pack
@often
@given(data=st.data())
def test_an_answer_stands_until_it_is_corrected(
    pack: Callable[[], Policy], data: st.DataObject
) -> None:
    case = data.draw(walks(pack()))
    for (before, after), entry in zip(pairwise(case.states), case.entries[1:], strict=True):
        for step, rounds in before.rounds.items():
            assert len(after.rounds[step]) >= len(rounds)
            for was, now in zip(rounds, after.rounds[step], strict=False):
                corrected = isinstance(entry.event, EntryCorrected) and entry.event.step == step
                _stands(was, now, corrected=corrected)


def _stands(was: Round, now: Round, *, corrected: bool) -> None:
    assert (was.number, was.opened_at, was.opened_by) == (now.number, now.opened_at, now.opened_by)
    assert not was.withdrawn or now.withdrawn
    if was.given and not corrected:
        assert now.given == was.given


@each_pack
@often
@given(data=st.data())
def test_folding_all_entries_is_applying_them_one_by_one(
    pack: Callable[[], Policy], data: st.DataObject
) -> None:
    case = data.draw(walks(pack()))
    assert fold(case.entries, case.policy) == case.state
    assert fold(case.entries, case.policy) == fold(tuple(case.entries), case.policy)


@each_pack
@often
@given(data=st.data())
def test_an_open_case_always_has_something_to_do(
    pack: Callable[[], Policy], data: st.DataObject
) -> None:
    case = data.draw(walks(pack()))
    assert all(state.closed or state.pending() for state in case.at_rest)


@each_pack
@often
@given(data=st.data())
def test_a_case_can_be_closed_from_wherever_it_is(
    pack: Callable[[], Policy], data: st.DataObject
) -> None:
    case = data.draw(walks(pack()))
    for _ in range(60):
        if case.state.closed:
            break
        _towards_the_end(case)
    assert case.state.closed


def _towards_the_end(case: CaseAtWork) -> None:
    """Says *not needed* where one may, and else gives the first answer that opens the least."""
    for step, round_ in case.state.pending():
        if case.policy.steps_by_id[step].may_be_not_needed:
            attempt(case, AnswerStep(step, NOT_NEEDED, round_.number, reason=WHY), HEAD)
            return
    ways = pending_answers(case)
    waits = [each for each in ways if each.outcome.value != "wait"]
    for command in reversed(waits):
        outcome = case.policy.steps_by_id[command.step].outcome(command.outcome)
        assert outcome is not None
        asked = questions_of(case.state, case.policy, outcome)
        answers = {name: each.options[1].id for name, each in asked.items() if each.options}
        before = len(case.states)
        attempt(case, completed(case, command, answers), HEAD)
        if len(case.states) > before:
            return


@each_pack
@often
@given(data=st.data())
def test_reports_that_join_in_any_order_tick_the_same(
    pack: Callable[[], Policy], data: st.DataObject
) -> None:
    policy = pack()
    told = data.draw(st.lists(reports(policy), min_size=2, max_size=3))
    first, *others = (joined(policy.questions, order) for order in permutations(told))
    decided = [
        q for q, each in policy.questions.items() if each.graver or each.kind is AnswerKind.MANY
    ]
    for other in others:
        assert [ticked(first, q) for q in decided] == [ticked(other, q) for q in decided]


@often
@given(data=st.data())
def test_each_earlier_case_is_checked_once(data: st.DataObject) -> None:
    case = data.draw(walks(derwent_vale(), most=4))
    assume(not case.state.closed)
    note_an_earlier_case(case, "one")
    note_an_earlier_case(case, "one")
    note_an_earlier_case(case, "two")
    rounds = case.state.rounds[next(s for s in case.state.rounds if s.value == "check-same-person")]
    assert sorted(str(each.of) for each in rounds if not each.withdrawn) == ["one", "two"]
