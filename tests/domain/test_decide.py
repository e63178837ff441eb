"""Which commands are not accepted, and why: each leaves the case as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.commands import (
    AddNote,
    AnswerStep,
    Command,
    CorrectAnswer,
    DeclareInterest,
    Exclude,
    ExtendDeadline,
    HandOver,
    LinkCase,
    OpenFurtherAction,
    PassOn,
    RecordGovernorTold,
    RecordMovedToFile,
    Reopen,
    SetLegalHold,
    SnoozeStep,
    StartAgain,
)
from bot.domain.conditions import Severity
from bot.domain.errors import Invalid, Why
from bot.domain.events import (
    How,
    MovedToFile,
    NoteAdded,
    PersonExcluded,
    SamePersonNoted,
    StepAnswered,
)
from bot.domain.ids import CaseId, OutcomeId, PersonId, ResolutionId, Role, StepId
from bot.domain.personal import Personal
from bot.domain.questionnaire import LONGEST_TEXT
from tests.builders import a_report, accepted, an_answer
from tests.domain.at_work import CHAIR, DEPUTY, DSL, HEAD, STAFF, CaseAtWork, a_case

WHY = Personal("because")
BLANK = Personal("  ")
LONG = Personal("a" * (LONGEST_TEXT + 1))
ACKNOWLEDGE, TALK, CHECK = StepId("acknowledge"), StepId("speak-to-parent"), StepId("check-removed")
SOON = date(2026, 12, 1)
OTHER = CaseId("other")


def is_accepted() -> CaseAtWork:
    case = a_case()
    case.do(accepted())
    return case


def to_be_reviewed() -> CaseAtWork:
    case = is_accepted()
    case.do(an_answer("speak-to-parent", "removed-already"))
    case.do(an_answer("check-removed", "gone"))
    return case


def still_up_to_be_reviewed() -> CaseAtWork:
    case = is_accepted()
    case.do(an_answer("speak-to-parent", "removed-already"))
    case.do(an_answer("check-removed", "still-up"))
    for step in ("written-warning", "ask-host", "legal-advice", "police"):
        case.do(an_answer(step, "not-needed", reason="no"))
    return case


def is_closed() -> CaseAtWork:
    case = a_case()
    case.do(an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    return case


def is_held() -> CaseAtWork:
    case = a_case()
    case.do(SetLegalHold(hold=True, reason=WHY))
    assert case.state.legal_hold
    return case


def is_refused() -> CaseAtWork:
    case = is_accepted()
    case.do(an_answer("speak-to-parent", "refused"))
    return case


def nobody_knows_who() -> CaseAtWork:
    case = a_case(a_report(poster="unknown"))
    case.do(accepted())
    return case


def is_urgent() -> CaseAtWork:
    return a_case(a_report(safety={"hurt-soon"}))


def about_the_head() -> CaseAtWork:
    return a_case(a_report(about={"head"}))


def at_the_end_of_the_calendar() -> CaseAtWork:
    return a_case(at=datetime(2027, 7, 20, 9, tzinfo=UTC))


def closing(**more: object) -> AnswerStep:
    return AnswerStep(StepId("review-and-close"), OutcomeId("closed"), **more)  # type: ignore[arg-type]


NOT_ACCEPTED: list[tuple[str, Callable[[], CaseAtWork], Command, dict[str, Why]]] = [
    ("a step of no pack", a_case, an_answer("no-such", "done"), {"": Why.NO_SUCH_STEP}),
    ("an outcome of no step", a_case, an_answer("acknowledge", "maybe"),
     {"outcome": Why.NO_SUCH_OUTCOME}),
    ("an outcome that is not offered", is_accepted, an_answer("speak-to-parent", "group-reply"),
     {"outcome": Why.NO_SUCH_OUTCOME}),
    ("what is not there", a_case, an_answer("speak-to-parent", "refused"), {"": Why.NOT_PENDING}),
    ("answered twice", is_accepted, accepted(), {"": Why.ALREADY_ANSWERED}),
    ("a question left out", a_case, an_answer("acknowledge", "accepted", fair_concern="no"),
     {"gravely_offensive": Why.MISSING}),
    ("a question that is not asked", a_case,
     an_answer("acknowledge", "not-inappropriate", fair_concern="no", gravely_offensive="no"),
     {"gravely_offensive": Why.NOT_ASKED}),
    ("no such option", a_case,
     an_answer("acknowledge", "not-inappropriate", fair_concern="perhaps"),
     {"fair_concern": Why.NOT_AN_OPTION}),
    ("not needed without a reason", is_accepted, an_answer("speak-to-parent", "not-needed"),
     {"reason": Why.REASON_NEEDED}),
    ("not needed with a blank reason", is_accepted,
     AnswerStep(TALK, OutcomeId("not-needed"), reason=BLANK), {"reason": Why.REASON_NEEDED}),
    ("a reason without end", is_accepted, AnswerStep(TALK, OutcomeId("refused"), reason=LONG),
     {"reason": Why.TOO_LONG}),
    ("what must be done is not needed", a_case, an_answer("acknowledge", "not-needed", reason="x"),
     {"outcome": Why.NO_SUCH_OUTCOME}),
    ("a duplicate of nothing", a_case, an_answer("acknowledge", "duplicate"),
     {"of": Why.NO_SUCH_CASE}),
    ("closed without a resolution", to_be_reviewed, closing(), {"resolution": Why.MISSING}),
    ("closed with what nobody chooses", to_be_reviewed,
     closing(resolution=ResolutionId("duplicate")), {"resolution": Why.NOT_AN_OPTION}),
    ("closed while still up, without a reason", still_up_to_be_reviewed,
     closing(resolution=ResolutionId("no-further-action")), {"reason": Why.REASON_NEEDED}),
    ("identified as unknown", nobody_knows_who,
     an_answer("identify-poster", "identified", poster="unknown", poster_name="Sam Doe"),
     {"poster": Why.NOT_AN_OPTION}),
    ("identified without a name", nobody_knows_who,
     an_answer("identify-poster", "identified", poster="relative"), {"poster_name": Why.MISSING}),
    ("anything in a closed case", is_closed, accepted(), {"": Why.CASE_CLOSED}),
    ("excluding in a closed case", is_closed, Exclude(DEPUTY, WHY), {"": Why.CASE_CLOSED}),
    ("correcting nothing", a_case, CorrectAnswer(ACKNOWLEDGE, OutcomeId("accepted"), WHY),
     {"": Why.NOTHING_TO_CORRECT}),
    ("correcting without a reason", is_refused,
     CorrectAnswer(TALK, OutcomeId("agreed-to-remove"), None), {"reason": Why.REASON_NEEDED}),
    ("correcting to what must be done", is_accepted,
     CorrectAnswer(ACKNOWLEDGE, OutcomeId("not-needed"), WHY), {"outcome": Why.NO_SUCH_OUTCOME}),
    ("correcting to a duplicate of nothing", is_accepted,
     CorrectAnswer(ACKNOWLEDGE, OutcomeId("duplicate"), WHY), {"of": Why.NO_SUCH_CASE}),
    ("snoozing what is due in hours", is_urgent, SnoozeStep(StepId("make-safe"), 1, WHY),
     {"": Why.CANNOT_SNOOZE}),
    ("snoozing what is due in working days", is_urgent, SnoozeStep(ACKNOWLEDGE, 1, WHY),
     {"": Why.CANNOT_SNOOZE}),
    ("snoozing for three days", a_case, SnoozeStep(ACKNOWLEDGE, 3, WHY),
     {"days": Why.NOT_AN_OPTION}),
    ("snoozing without a reason", a_case, SnoozeStep(ACKNOWLEDGE, 1, None),
     {"reason": Why.REASON_NEEDED}),
    ("snoozing past the calendar", at_the_end_of_the_calendar, SnoozeStep(ACKNOWLEDGE, 5, WHY),
     {"days": Why.CALENDAR_ENDS}),
    ("extending into the past", a_case, ExtendDeadline(ACKNOWLEDGE, date(2026, 11, 20), WHY),
     {"until": Why.IN_THE_PAST}),
    ("extending to the end of time", a_case, ExtendDeadline(ACKNOWLEDGE, date.max, WHY),
     {"until": Why.NOT_A_DATE}),
    ("extending without a reason", a_case, ExtendDeadline(ACKNOWLEDGE, SOON, BLANK),
     {"reason": Why.REASON_NEEDED}),
    ("extending what is not there", a_case, ExtendDeadline(TALK, SOON, WHY), {"": Why.NOT_PENDING}),
    ("further action before accepting", a_case, OpenFurtherAction(WHY),
     {"": Why.FURTHER_ACTION_CLOSED}),
    ("further action twice", is_refused, OpenFurtherAction(WHY), {"": Why.FURTHER_ACTION_OPEN}),
    ("further action without a reason", is_accepted, OpenFurtherAction(None),
     {"reason": Why.REASON_NEEDED}),
    ("starting again what is no action", is_accepted, StartAgain(TALK, WHY),
     {"": Why.NOT_AN_ACTION}),
    ("starting again before the check", is_refused, StartAgain(StepId("police"), WHY),
     {"": Why.NOT_YET_STILL_UP}),
    ("passing on to the admin", a_case, PassOn(Role.ADMIN, WHY), {"to": Why.NOBODY_HOLDS_IT}),
    ("passing on to staff", a_case, PassOn(Role.STAFF, WHY), {"to": Why.NOBODY_HOLDS_IT}),
    ("passing on to somebody else's role", a_case, PassOn(Role.DEPUTY, WHY, CHAIR),
     {"to": Why.NOBODY_HOLDS_IT}),
    ("passing on to whom it concerns", lambda: a_case(a_report(about={"deputy"})),
     PassOn(Role.DEPUTY, WHY), {"to": Why.NOBODY_HOLDS_IT}),
    ("passing on past the head, who is out", about_the_head, PassOn(Role.DEPUTY, WHY),
     {"to": Why.EXCLUDED_THERE}),
    ("passing on to the DSL, the head being out", about_the_head, PassOn(Role.DSL, WHY),
     {"to": Why.EXCLUDED_THERE}),
    ("passing on without a reason", a_case, PassOn(Role.DEPUTY, BLANK),
     {"reason": Why.REASON_NEEDED}),
    ("excluding a colleague without a role", a_case, Exclude(STAFF, WHY),
     {"whom": Why.NOBODY_HOLDS_IT}),
    ("excluding without a reason", a_case, Exclude(DEPUTY, None), {"reason": Why.REASON_NEEDED}),
    ("an empty note", a_case, AddNote(BLANK), {"text": Why.MISSING}),
    ("a note without end", a_case, AddNote(LONG), {"text": Why.TOO_LONG}),
    ("reopening what is open", a_case, Reopen(WHY), {"": Why.CASE_OPEN}),
    ("reopening without a reason", is_closed, Reopen(None), {"reason": Why.REASON_NEEDED}),
    ("handing over to nobody, for nothing", a_case, HandOver(None, BLANK),
     {"for_whom": Why.MISSING, "why": Why.MISSING}),
    ("handing over without end", a_case, HandOver(WHY, LONG), {"why": Why.TOO_LONG}),
    ("telling nobody", a_case, RecordGovernorTold(None, WHY), {"told": Why.MISSING}),
    ("telling a governor without a reason", a_case, RecordGovernorTold(WHY, None),
     {"why": Why.MISSING}),
    ("a hold without a reason", a_case, SetLegalHold(hold=True, reason=None),
     {"reason": Why.REASON_NEEDED}),
    ("a second hold", is_held, SetLegalHold(hold=True, reason=WHY), {"": Why.HOLD_ALREADY}),
    ("lifting no hold", a_case, SetLegalHold(hold=False, reason=WHY), {"": Why.NO_HOLD}),
    ("no child’s file", a_case, RecordMovedToFile(), {"": Why.NO_CHILD_CONCERNED}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "command", "problems"),
    [each[1:] for each in NOT_ACCEPTED],
    ids=[each[0] for each in NOT_ACCEPTED],
)
def test_what_is_not_accepted_says_why_and_changes_nothing(
    make: Callable[[], CaseAtWork], command: Command, problems: dict[str, Why]
) -> None:
    case = make()
    before = len(case.entries)
    with pytest.raises(Invalid) as wrong:
        case.do(command)
    assert wrong.value.problems == problems
    assert len(case.entries) == before


def test_every_reason_of_the_engine_is_tried() -> None:
    tried = {why for *_, problems in NOT_ACCEPTED for why in problems.values()}
    elsewhere = {
        *(Why.ALONE, Why.TOO_MANY, Why.NOT_A_LINK, Why.IN_THE_FUTURE, Why.SAME_CASE),
        *(Why.ALREADY_HELD, Why.NO_DIGEST_WAITING, Why.FILES_FORBIDDEN, Why.FILE_REFUSED),
        *(Why.DRAFT_GONE, Why.OUT_OF_DATE, Why.NOT_A_DANGER, Why.NO_LETTER, Why.LETTER_REFUSED),
        *(Why.LETTER_NOT_CHOSEN, Why.TOO_MANY_LETTERS, Why.TEMPLATE_UNUSABLE),
    }
    assert tried | elsewhere == set(Why)


def test_the_second_to_answer_is_told_who_did_and_when() -> None:
    case = is_urgent()
    case.do(an_answer("make-safe", "done"), by=DSL)
    at = case.now
    case.later(minutes=5)
    with pytest.raises(Invalid) as wrong:
        case.do(AnswerStep(StepId("make-safe"), OutcomeId("done"), 1))
    assert wrong.value.facts == {"at": at, "by": case.actor(DSL)}


def test_an_answer_to_an_old_form_does_not_answer_the_next_round() -> None:
    case = is_accepted()
    case.do(an_answer("speak-to-parent", "no-answer"))
    with pytest.raises(Invalid) as wrong:
        case.do(AnswerStep(TALK, OutcomeId("refused"), round=1))
    assert wrong.value.problems == {"": Why.ALREADY_ANSWERED}


def test_each_match_is_answered_for_its_own_case() -> None:
    case = a_case(a_report(poster_name="Pat Example"))
    case.record(SamePersonNoted((CaseId("one"), CaseId("two"))))
    check = StepId("check-same-person")
    case.do(AnswerStep(check, OutcomeId("confirmed"), of=CaseId("two")))
    assert [each.confirmed for each in case.state.earlier] == [None, True]
    case.do(SnoozeStep(check, 1, WHY))
    assert case.state.rounds[check][0].snoozed_until is not None


def test_a_note_a_link_and_an_interest_are_taken_in_a_closed_case_too() -> None:
    case = is_closed()
    assert case.decided(AddNote(WHY)) == (NoteAdded(WHY),)
    assert case.decided(LinkCase(OTHER))
    assert case.decided(DeclareInterest())


def test_what_goes_to_the_childs_file_is_what_the_pack_says() -> None:
    case = a_case()
    severities = Severity(frozenset({str(case.state.severity)}))
    rules = replace(case.policy.retention, moved_to_file_first=severities)
    case.policy = replace(case.policy, retention=rules)
    assert not case.state.safeguarding
    assert case.decided(RecordMovedToFile()) == (MovedToFile(),)


def test_whoever_is_named_in_passing_on_gets_the_case() -> None:
    case = a_case(a_report(about={"head"}))
    case.do(PassOn(Role.CHAIR, WHY, PersonId("chair-2")), by=CHAIR)
    assert case.state.passed_to == (Role.CHAIR, PersonId("chair-2"))


def test_a_duplicate_closes_once_nothing_that_it_keeps_is_pending() -> None:
    case = a_case(a_report(safety={"unsure"}))
    case.do(AnswerStep(ACKNOWLEDGE, OutcomeId("duplicate"), other=OTHER))
    assert case.state.closed is None
    assert case.state.duplicate_of == OTHER
    case.do(an_answer("inform-dsl", "done"))
    assert case.state.closed is not None
    assert case.state.closed.resolution == ResolutionId("duplicate")
    assert case.state.closed.other == OTHER


def test_a_corrected_acceptance_closes_the_case() -> None:
    case = is_accepted()
    answers = an_answer("acknowledge", "not-inappropriate", fair_concern="no").answers
    case.do(CorrectAnswer(ACKNOWLEDGE, OutcomeId("not-inappropriate"), WHY, answers=answers))
    assert case.state.closed is not None
    first = next(each.event for each in case.entries if isinstance(each.event, StepAnswered))
    assert first.outcome == OutcomeId("accepted")


def test_exclusion_names_the_roles_held_at_that_moment() -> None:
    assert a_case().decided(Exclude(DSL, WHY)) == (PersonExcluded(DSL, frozenset({Role.DSL}), WHY),)


def test_how_a_report_came_is_kept() -> None:
    case = a_case()
    case.join(a_report(), how=How.ADDED, by=HEAD)
    assert [line.how for line in case.state.reports] == [How.OPENED, How.ADDED]
