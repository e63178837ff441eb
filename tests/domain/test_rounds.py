"""When rounds of steps open, wait, are withdrawn and start again (PRODUCT, section 3)."""

from datetime import timedelta

import pytest

from bot.domain.commands import CorrectAnswer, DeclareInterest, ExtendDeadline, Reopen, StartAgain
from bot.domain.deadlines import due_of
from bot.domain.events import How, PersonExcluded, Report, ReportJoined, SamePersonNoted
from bot.domain.ids import CaseId, OutcomeId, QuestionId, ResolutionId, Role, StepId
from bot.domain.lengths import Hours, SchoolDays
from bot.domain.personal import Personal
from tests.builders import a_report, accepted, an_answer
from tests.domain.at_work import DSL, HEAD, STAFF, CaseAtWork, a_case

WHY = Personal("because")
TALK = StepId("speak-to-parent")


def rounds(case: CaseAtWork, step: str) -> list[str]:
    """Each round of a step as a word."""
    return [
        "withdrawn"
        if r.withdrawn
        else "answered"
        if r.given
        else "pending"
        if r.allowed
        else "waits"
        for r in case.state.rounds.get(StepId(step), ())
    ]


def close(case: CaseAtWork, resolution: str = "removed") -> None:
    answer = an_answer("review-and-close", "closed")
    case.do(type(answer)(answer.step, answer.outcome, resolution=ResolutionId(resolution)))


def test_a_clock_starts_when_the_condition_begins_to_hold() -> None:
    case = a_case()
    case.later(hours=3)
    case.do(accepted())
    assert case.state.rounds[TALK][0].clock_at == case.now


def test_what_waits_has_no_clock_until_the_waiting_ends() -> None:
    case = a_case(a_report(safety={"unsure"}, content={"allegation"}))
    case.do(accepted(accused_by_pupil="no", protected_complaint="no"))
    assert rounds(case, "speak-to-parent") == ["waits"]
    case.later(days=1)
    case.do(an_answer("consider-allegation", "no-concern"))
    assert case.state.rounds[TALK][0].clock_at == case.now


def test_an_answered_round_is_not_held_back_again() -> None:
    case = a_case(a_report(safety={"unsure"}))
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "no-answer"))
    case.join(a_report(safety={"adult-harmed-child"}, content={"allegation"}))
    assert rounds(case, "speak-to-parent") == ["answered", "waits"]


def test_what_no_longer_applies_is_withdrawn_and_applies_again_as_a_new_round() -> None:
    case = a_case()
    case.do(accepted())
    assert rounds(case, "speak-to-parent") == ["pending"]
    case.join(a_report(poster="pupil"))
    assert rounds(case, "speak-to-parent") == ["withdrawn"]
    assert "advise-pupils-parent" in case.pending()


def test_reviewing_waits_for_everything_else_and_starts_anew_each_time() -> None:
    case = a_case()
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "removed-already"))
    case.do(an_answer("check-removed", "gone"))
    assert case.pending() == {"review-and-close"}
    case.join(a_report(safety={"hurt-soon"}))
    assert rounds(case, "review-and-close") == ["withdrawn"]
    for step, outcome in (("make-safe", "done"), ("inform-dsl", "done"), ("police", "reported")):
        case.do(an_answer(step, outcome))
    case.do(an_answer("agree-what-can-be-said", "agreed"))
    assert rounds(case, "review-and-close") == ["withdrawn", "pending"]


def test_two_unanswered_calls_each_start_a_round_and_the_third_a_letter() -> None:
    case = a_case()
    case.do(accepted())
    for number in (1, 2, 3):
        assert case.pending() == {"speak-to-parent"}
        assert len(case.state.rounds[TALK]) == number
        case.do(an_answer("speak-to-parent", "no-answer"))
    assert case.pending() == {"write-to-invite"}


def test_the_tries_count_anew_for_somebody_else() -> None:
    case = a_case()
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "no-answer"))
    case.do(an_answer("speak-to-parent", "no-answer"))
    case.do(an_answer("speak-to-parent", "not-the-poster"))
    assert case.pending() == {"identify-poster"}
    case.do(an_answer("identify-poster", "identified", poster="relative", poster_name="Sam Doe"))
    case.do(an_answer("speak-to-parent", "no-answer"))
    case.do(an_answer("speak-to-parent", "no-answer"))
    assert case.pending() == {"speak-to-parent"}


def test_a_corrected_unanswered_call_takes_its_next_try_back() -> None:
    case = a_case()
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "no-answer"))
    assert rounds(case, "speak-to-parent") == ["answered", "pending"]
    case.do(CorrectAnswer(TALK, OutcomeId("agreed-to-remove"), WHY))
    assert rounds(case, "speak-to-parent") == ["answered", "withdrawn"]
    assert case.pending() == {"check-removed"}


def test_a_corrected_wait_takes_its_next_round_back() -> None:
    case = a_case(a_report(safety={"unsure"}, content={"allegation"}))
    case.do(an_answer("consider-allegation", "lado-told"))
    case.do(an_answer("agree-what-can-be-said", "wait"))
    case.do(CorrectAnswer(StepId("consider-allegation"), OutcomeId("no-concern"), WHY))
    assert "agree-what-can-be-said" not in case.pending()


def test_each_round_of_waiting_has_its_own_day() -> None:
    case = a_case(a_report(safety={"unsure"}, content={"allegation"}))
    case.do(an_answer("consider-allegation", "lado-told"))
    for _ in range(4):
        case.later(days=1)
        case.do(an_answer("agree-what-can-be-said", "wait"))
    pending = case.state.rounds[StepId("agree-what-can-be-said")][-1]
    assert (pending.number, pending.clock_at) == (5, case.now)


def test_a_shorter_time_counts_from_the_change() -> None:
    case = a_case(a_report(content={"threat"}))
    police = StepId("police")
    before = due_of(case.state.rounds[police][0], case.calendar).at
    case.later(hours=5)
    case.join(a_report(safety={"hurt-soon"}))
    after = due_of(case.state.rounds[police][0], case.calendar)
    assert after.at == case.now + timedelta(hours=1) < before
    assert after.sum is not None
    assert after.sum.length == Hours(1)


def test_a_shorter_time_that_would_end_later_changes_nothing() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    due = due_of(case.state.rounds[StepId("police")][0], case.calendar).at
    case.later(minutes=50)
    case.join(a_report(safety={"sexual-image"}))
    assert due_of(case.state.rounds[StepId("police")][0], case.calendar).at == due


def test_an_extension_stands_until_a_later_change_allows_less() -> None:
    case = a_case(a_report(content={"threat"}))
    police = StepId("police")
    until = (case.now + timedelta(days=7)).date()
    case.do(ExtendDeadline(police, until, WHY))
    moved = due_of(case.state.rounds[police][0], case.calendar)
    assert (moved.at.date(), moved.sum) == (until, None)
    case.later(hours=2)
    case.join(a_report(safety={"sexual-image"}))
    assert due_of(case.state.rounds[police][0], case.calendar).at == case.now + timedelta(hours=1)


@pytest.mark.parametrize("danger", ["may-harm-themselves", "child-harmed-otherwise"])
def test_a_newly_ticked_danger_starts_a_new_round(danger: str) -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    case.do(an_answer("make-safe", "done"))
    case.do(an_answer("inform-dsl", "done"))
    case.join(a_report(safety={"hurt-soon"}))
    assert not case.pending() & {"make-safe", "inform-dsl"}
    case.join(a_report(safety={danger}))
    assert case.pending() >= {"make-safe", "inform-dsl"}


def test_the_exclusion_of_whoever_answered_starts_a_new_round() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    case.do(an_answer("make-safe", "done"), by=DSL)
    case.do(an_answer("inform-dsl", "done"), by=HEAD)
    case.join(a_report(about={"dsl"}))
    assert rounds(case, "make-safe") == ["answered", "pending"]
    assert rounds(case, "inform-dsl") == ["answered"]
    case.record(PersonExcluded(HEAD, frozenset({Role.HEAD})))
    assert rounds(case, "inform-dsl") == ["answered", "pending"]


def test_declaring_an_interest_starts_what_oneself_answered_anew() -> None:
    case = a_case(a_report(safety={"hurt-soon"}))
    case.do(an_answer("make-safe", "done"), by=DSL)
    case.do(DeclareInterest(), by=DSL)
    assert rounds(case, "make-safe") == ["answered", "pending"]


def test_what_somebody_of_the_school_posted_has_only_the_steps_of_that_case() -> None:
    case = a_case(a_report(content={"threat"}, poster="governor", place="school-site"))
    case.do(accepted(fair_concern="yes"))
    assert case.pending() == {"inform-dsl", "police"}


def test_while_a_closing_is_in_force_only_what_it_keeps_is_pending() -> None:
    case = a_case(a_report(content={"threat"}, place="school-site"))
    assert "hide-comment" in case.pending()
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="yes"))
    assert case.pending() == {"inform-dsl", "police", "offer-complaints-route"}
    case.do(an_answer("inform-dsl", "done"))
    case.do(an_answer("police", "not-needed", reason="no crime"))
    assert case.state.closed is None
    case.do(an_answer("offer-complaints-route", "declined"))
    assert case.state.closed is not None
    assert case.state.closed.resolution == ResolutionId("not-inappropriate")


def test_reopening_starts_every_step_that_was_still_open_anew() -> None:
    case = a_case(a_report(place="school-site"))
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    assert case.state.closed is not None
    case.later(days=2)
    case.do(Reopen(WHY))
    assert case.pending() == {"acknowledge", "hide-comment"}
    assert rounds(case, "hide-comment") == ["withdrawn", "pending"]
    assert {each.clock_at for _, each in case.state.pending()} == {case.now}


def test_reopening_after_a_review_reviews_again_and_leaves_further_action_open() -> None:
    case = a_case()
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "refused"))
    for step in ("written-warning", "ask-host", "legal-advice", "police"):
        case.do(an_answer(step, "not-needed", reason="no"))
    close(case, "no-further-action")
    case.do(Reopen(WHY))
    assert case.pending() == {"review-and-close"}
    assert case.state.reached == {"further-action"}
    close(case, "no-further-action")
    assert case.state.times_closed == 2


def test_an_action_starts_again_after_a_later_check_found_the_post_still_up() -> None:
    case = a_case()
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "refused"))
    case.do(an_answer("written-warning", "sent"))
    case.do(an_answer("check-removed", "still-up"))
    case.do(StartAgain(StepId("written-warning"), WHY))
    assert rounds(case, "written-warning") == ["answered", "pending"]


def test_each_possible_match_has_a_round_and_a_cleared_name_withdraws_it() -> None:
    case = a_case(a_report(poster_name="Pat Example"))
    case.record(SamePersonNoted((CaseId("one"), CaseId("two"))))
    assert rounds(case, "check-same-person") == ["pending", "pending"]
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "not-the-poster"))
    assert rounds(case, "check-same-person") == ["withdrawn", "withdrawn"]
    assert case.state.earlier == ()


def test_a_duplicate_that_joins_is_no_earlier_occasion() -> None:
    case = a_case(a_report(poster_name="Pat Example"))
    case.record(SamePersonNoted((CaseId("one"),)))
    case.record(ReportJoined(Report(STAFF, a_report()), How.DUPLICATE, CaseId("one")))
    assert case.state.earlier == ()
    assert rounds(case, "check-same-person") == ["withdrawn"]


def test_a_second_try_has_its_own_shorter_time() -> None:
    case = a_case()
    case.do(accepted())
    case.do(an_answer("speak-to-parent", "no-answer"))
    assert case.state.rounds[TALK][1].allowed[0].within == SchoolDays(1)


def test_an_identified_poster_replaces_what_the_report_said() -> None:
    case = a_case(a_report(poster="unknown", poster_name="Somebody Else"))
    case.do(accepted())
    case.do(an_answer("identify-poster", "identified", poster="pupil", poster_name="Sam Doe"))
    assert case.state.safeguarding
    assert case.state.answers[QuestionId("poster_name")] == (Personal("Sam Doe"),)
    assert case.pending() >= {"advise-pupils-parent", "report-underage-account", "inform-dsl"}
