"""What the governors read of a week's deadlines: nothing that was late is made good afterwards."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.app.digest_record import digest_record
from bot.domain.commands import CorrectAnswer, Exclude, ExtendDeadline, Reopen
from bot.domain.ids import CaseId, OutcomeId, ResolutionId, StepId
from bot.domain.personal import Personal
from tests.builders import SchoolAtWork, a_school, accepted, an_answer, answers_of, derwent_vale

WHY = Personal("because")
ACKNOWLEDGE, TALK = StepId("acknowledge"), StepId("speak-to-parent")
LATE, ON_TIME, NOTHING = "some-late", "all-on-time", "nothing-due"
NEXT_FRIDAY = date(2026, 12, 4)


def weeks(school: SchoolAtWork) -> list[str]:
    """How the weeks went, as printed until now."""
    with school.school.store.reading() as reading:
        return [each.timeliness.value for each in digest_record(reading).printed]


def this_friday(school: SchoolAtWork) -> str:
    """How the week went that began on Monday, 23 November."""
    school.move_to("2026-11-27T15:31")
    (week,) = weeks(school)
    return week


def not_inappropriate() -> CorrectAnswer:
    answers = answers_of(derwent_vale(), {"fair_concern": "no"})
    return CorrectAnswer(ACKNOWLEDGE, OutcomeId("not-inappropriate"), WHY, None, answers)


def extend(school: SchoolAtWork, case: CaseId) -> None:
    school.work("head", case, ExtendDeadline(TALK, NEXT_FRIDAY, WHY))


def correct(school: SchoolAtWork, case: CaseId) -> None:
    school.work("head", case, not_inappropriate())


def correct_and_reopen(school: SchoolAtWork, case: CaseId) -> None:
    correct(school, case)
    school.work("head", case, Reopen(WHY))


def close(school: SchoolAtWork, case: CaseId) -> None:
    school.work("head", case, an_answer("speak-to-parent", "not-needed", reason="left"))
    review = an_answer("review-and-close", "closed")
    resolution = ResolutionId("no-further-action")
    school.work("head", case, type(review)(review.step, review.outcome, resolution=resolution))


def hold_back(school: SchoolAtWork, case: CaseId) -> None:
    """A second report of the same post: the talk waits for the allegation to be considered."""
    joined = school.report(
        "staff-2", links={LINK}, safety={"adult-harmed-child"}, content={"allegation"}
    )
    assert joined == case
    assert not school.state(case).rounds[TALK][-1].is_pending


def answer(school: SchoolAtWork, case: CaseId) -> None:
    school.work("head", case, an_answer("speak-to-parent", "agreed-to-remove"))


LINK = "https://www.facebook.com/groups/1/posts/2"
AFTERWARDS = (extend, correct, correct_and_reopen, close, hold_back, answer)


def to_talk(folder: Path) -> tuple[SchoolAtWork, CaseId]:
    """A case in which a parent is to be spoken to until Wednesday at four."""
    school = a_school(folder)
    case = school.report(links={LINK})
    school.work("head", case, accepted())
    return school, case


def test_a_step_left_on_its_day_and_extended_on_the_next_was_late(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.move_to("2026-11-25T16:01")
    school.jump_to("2026-11-26T09:00")
    school.work("head", case, ExtendDeadline(ACKNOWLEDGE, NEXT_FRIDAY, WHY))
    assert this_friday(school) == LATE


@pytest.mark.parametrize("happens", AFTERWARDS, ids=lambda each: each.__name__)
def test_whatever_happens_after_a_deadline_it_was_late(
    tmp_path: Path, happens: Callable[[SchoolAtWork, CaseId], None]
) -> None:
    school, case = to_talk(tmp_path)
    school.move_to("2026-11-26T09:00")
    happens(school, case)
    assert this_friday(school) == LATE


@pytest.mark.parametrize("happens", [extend, correct, close, answer], ids=lambda one: one.__name__)
def test_before_its_deadline_all_of_it_is_in_time(
    tmp_path: Path, happens: Callable[[SchoolAtWork, CaseId], None]
) -> None:
    school, case = to_talk(tmp_path)
    school.move_to("2026-11-25T15:00")
    happens(school, case)
    school.jump_to("2026-11-26T09:00")
    for step in school.state(case).pending_steps():
        school.work("head", case, ExtendDeadline(step, NEXT_FRIDAY, WHY))
    assert this_friday(school) == ON_TIME


def test_a_deadline_moved_past_friday_did_not_fall_due_this_week(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.work("head", case, ExtendDeadline(ACKNOWLEDGE, NEXT_FRIDAY, WHY))
    assert this_friday(school) == NOTHING


def test_what_was_late_is_told_of_in_its_own_week_only(tmp_path: Path) -> None:
    school, case = to_talk(tmp_path)
    school.move_to("2026-11-26T09:00")
    correct(school, case)
    school.move_to("2026-12-04T15:31")
    assert weeks(school) == [LATE, NOTHING]


def test_what_is_late_on_friday_afternoon_is_told_of_a_week_later_though_closed_by_then(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path, starts="2026-11-26T10:00")
    case = school.report()
    school.move_to("2026-11-27T16:01")  # due at four, half an hour after the digest
    school.work("head", case, an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    school.move_to("2026-12-04T15:31")
    assert weeks(school) == [NOTHING, LATE]


def test_lateness_in_a_case_from_which_somebody_is_out_is_not_told_of(tmp_path: Path) -> None:
    school, case = to_talk(tmp_path)
    school.move_to("2026-11-26T09:00")
    school.work("head", case, Exclude(school.id_of("deputy"), WHY))
    assert this_friday(school) == NOTHING
