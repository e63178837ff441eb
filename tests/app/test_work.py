"""Reports and case work through the application, on a real store."""

from pathlib import Path

import pytest

from bot.app.act import RefusedOnRecord, acting, put_on_record
from bot.app.drafts import (
    alert_from_draft,
    begin_draft,
    content_of,
    file_from_draft,
    keep_file,
    save_draft,
)
from bot.app.file_report import add_to_report
from bot.app.listing import listed_cases, own_reports
from bot.app.school import Pack
from bot.compose.schools import pack_named
from bot.domain.commands import AnswerStep, DeclareInterest, LinkCase, PassOn, Reopen
from bot.domain.conditions import Fact
from bot.domain.errors import Invalid, Refused, Why
from bot.domain.events import AccessRefused, CaseViewed, EvidenceAttached
from bot.domain.ids import CaseId, OutcomeId, QuestionId, ResolutionId, Role, StepId
from bot.domain.people import owner_of
from bot.domain.permissions import Doing
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from tests.builders import (
    SchoolAtWork,
    a_report,
    a_school,
    accepted,
    an_answer,
    answers_of,
    the_same_school,
)
from tests.policies.second_pack import HARBOUR, harbour_academy

WHY = Personal("because")
LINK = {"https://www.facebook.com/groups/1/posts/2?fbclid=abc"}
SAME_LINK = {"https://m.facebook.com/groups/1/posts/2/"}
ACKNOWLEDGE, CHECK_PERSON = StepId("acknowledge"), StepId("check-same-person")


def owner(school: SchoolAtWork, case: CaseId) -> Role | None:
    file = school.file(case)
    with school.school.store.reading() as reading:
        found = owner_of(file.state, file.policy, school.school.roster(reading))
    return found.role if found else None


def evidence(school: SchoolAtWork, case: CaseId) -> int:
    entries = school.file(case).entries
    return sum(isinstance(each.event, EvidenceAttached) for each in entries)


def a_duplicate(of: CaseId) -> AnswerStep:
    return AnswerStep(ACKNOWLEDGE, OutcomeId("duplicate"), other=of)


def listed(school: SchoolAtWork, who: str) -> set[CaseId]:
    with school.acting(who) as act:
        return {each.file.case for each in listed_cases(act)}


# ------------------------------------------------------------------ reports and the same post


def test_the_same_post_joins_the_open_case(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(links=LINK)
    assert school.report("staff-2", links=SAME_LINK) == case
    assert len(school.state(case).reporters) == 2


def test_after_closing_the_same_post_opens_a_case_that_knows_the_earlier_one(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    case = school.report(links=LINK)
    school.work("head", case, an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    other = school.report("staff-2", links=SAME_LINK)
    assert other != case
    assert school.state(other).earlier_same_post == (case,)


def test_an_alert_about_a_known_post_makes_that_case_urgent(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(links=LINK)
    with school.acting("staff-2") as act:
        draft = begin_draft(act, a_report(safety={"hurt-soon"}, links=SAME_LINK))
        assert alert_from_draft(act, draft).case == case
    assert school.state(case).urgent


def test_a_post_that_was_found_to_be_a_duplicate_takes_no_further_report(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    double = school.report(links=LINK, safety={"unsure"})
    case = school.report("staff-2")
    school.work("head", double, a_duplicate(case))
    assert school.state(double).closed is None  # the DSL is still to be told
    assert school.report("staff-3", links=LINK) == case


@pytest.mark.parametrize("first", ["unsure", "sexual-image"])
def test_no_picture_comes_to_a_case_in_which_anybody_ticked_what_forbids_it(
    tmp_path: Path, first: str
) -> None:
    school = a_school(tmp_path)
    case = school.report(links=LINK, safety={first})
    assert school.report("staff-2", links=LINK, files=["screen.png"]) == case
    assert evidence(school, case) == 0


def test_a_picture_comes_with_a_report_that_joins(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(links=LINK)
    school.report("staff-2", links=LINK, files=["screen.png"])
    assert evidence(school, case) == 1


def test_a_picture_of_a_draft_that_became_forbidden_is_thrown_away(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    with school.acting("staff") as act:
        draft = keep_file(act, begin_draft(act, a_report()), file_named("screen.png"))
    with school.acting("staff") as act:
        content = content_of(draft)
        forbidden = a_report(safety={"sexual-image"})
        draft = save_draft(act, draft, type(content)(forbidden, content.files))
        case = file_from_draft(act, draft).case
    assert evidence(school, case) == 0
    with school.school.store.reading() as reading:
        assert reading.file(content.files[0].evidence) is None


def test_nothing_that_is_added_may_be_a_picture_once_it_is_forbidden(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(safety={"unsure"})
    picture = EvidenceAttached("x", "image/png", 1, "0" * 64)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as wrong, school.acting("staff") as act:
        add_to_report(act, case, {}, [picture])
    assert wrong.value.problems == {"screenshots": Why.FILES_FORBIDDEN}


def test_what_is_added_is_judged_with_all_that_was_told_before(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(content={"threat"})
    for told in ({"note": "More to say"}, {"threat_who": "The caretaker"}):
        with school.acting("staff") as act:
            add_to_report(act, case, answers_of(school.school.pack.policy, told))
    assert QuestionId("threat_who") in school.state(case).answers


def test_a_closed_case_takes_nothing_more(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    school.work("head", case, an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    with pytest.raises(Invalid) as wrong, school.acting("staff") as act:
        add_to_report(act, case, {})
    assert wrong.value.problems == {"": Why.CASE_CLOSED}


# ------------------------------------------------------------------ exclusion and refusal


def test_a_joining_report_about_the_head_moves_the_case_to_the_chair(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(links=LINK)
    school.report("staff-2", links=LINK, about={"head"})
    assert owner(school, case) is Role.CHAIR
    assert (listed(school, "head"), listed(school, "chair")) == (set(), {case})


def test_whoever_is_named_is_out_whatever_the_spelling(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(about_names={"  ruth   CALDER"})
    assert owner(school, case) is Role.CHAIR


def test_the_head_who_reports_a_post_about_the_head_sees_what_any_reporter_sees(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    case = school.report("head", about={"head"})
    with school.acting("head") as act:
        assert [row.case for row in own_reports(act)] == [case]
        assert not listed_cases(act)
        with pytest.raises(Refused):
            act.file(case, Doing.VIEW)


def test_a_refusal_and_a_view_are_entries_of_the_record(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    with pytest.raises(RefusedOnRecord) as refused:
        school.view("dsl", case)
    put_on_record(school.school, school.person("dsl"), refused.value, "cause-x")  # type: ignore[arg-type]
    school.view("head", case)
    events = [each.event for each in school.file(case).entries]
    assert events[-2:] == [AccessRefused("view"), CaseViewed()]
    assert school.file(case).entries[-2].by.person == school.id_of("dsl")


def test_a_case_that_is_not_theirs_and_one_that_is_not_there_are_refused_alike(
    tmp_path: Path,
) -> None:
    school = a_school(tmp_path)
    case = school.report()
    said = []
    for each in (case, CaseId("no-such-case")):
        with pytest.raises(Refused) as refused:
            school.view("staff-2", each)
        said.append(str(refused.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("who", ["guest", "stranger", "chair"])
def test_whoever_is_no_full_member_reports_nothing(tmp_path: Path, who: str) -> None:
    school = a_school(tmp_path)
    with pytest.raises(Refused):
        school.report(who)


def test_an_earlier_case_that_the_owner_may_not_see_is_no_match(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report(poster_name="Pat Example", about={"head"})
    case = school.report("staff-2", poster_name="pat  example")
    assert school.state(case).earlier == ()


def test_a_match_that_the_new_owner_may_not_see_cannot_be_confirmed(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    school.report(poster_name="Pat Example")
    case = school.report("staff-2", poster_name="Pat Example", links=LINK)
    school.report("staff-3", links=LINK, about={"head"})
    confirm = AnswerStep(CHECK_PERSON, OutcomeId("confirmed"))
    with pytest.raises(Invalid) as wrong:
        school.work("chair", case, confirm)
    assert wrong.value.problems == {"outcome": Why.NO_SUCH_CASE}
    school.work("chair", case, AnswerStep(CHECK_PERSON, OutcomeId("unsure")))


@pytest.mark.parametrize("make", [a_duplicate, LinkCase], ids=["duplicate", "link"])
def test_a_case_that_one_may_not_see_answers_like_one_that_is_not_there(
    tmp_path: Path, make: type[LinkCase]
) -> None:
    school = a_school(tmp_path)
    case, hidden = school.report(), school.report("staff-2", about={"head"})
    for other in (hidden, CaseId("no-such-case"), case):
        with pytest.raises(Invalid) as wrong:
            school.work("head", case, make(other))
        assert wrong.value.problems == {"of": Why.NO_SUCH_CASE}


# ------------------------------------------------------------------ duplicates and the same person


def test_a_duplicate_hands_over_its_reports_and_all_of_its_evidence(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report("staff-2")
    double = school.report(files=["one.png"])
    school.work("head", double, a_duplicate(case))
    assert school.state(double).closed is not None
    assert evidence(school, case) == 1
    assert len(school.state(case).reporters) == 2
    school.settle()
    school.news()
    school.work("head", case, an_answer("acknowledge", "not-inappropriate", fair_concern="no"))
    school.settle()
    assert school.news() == [("staff", "outcome-to-reporter"), ("staff-2", "outcome-to-reporter")]


def test_a_duplicate_hands_over_no_picture_into_a_case_that_forbids_them(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report("staff-2", safety={"unsure"})
    double = school.report(files=["one.png"])
    school.work("head", double, a_duplicate(case))
    assert evidence(school, case) == 0


def test_a_duplicate_of_a_duplicate_is_not_accepted(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case, double, third = (school.report(who) for who in ("staff", "staff-2", "staff-3"))
    school.work("head", double, a_duplicate(case))
    with pytest.raises(Invalid):
        school.work("head", third, a_duplicate(double))


def test_a_duplicate_is_no_occasion_of_its_own(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(poster_name="Pat Example")
    double = school.report("staff-2", poster_name="Pat Example")
    school.work("head", double, a_duplicate(case))
    later = school.report("staff-3", poster_name="Pat Example")
    assert [each.case for each in school.state(later).earlier] == [case]


def test_somebody_named_by_role_and_by_name_is_one_person(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report(about={"head"}, about_names={"Ruth Calder"})
    assert school.state(case).noted(Fact.PEOPLE_CONCERNED) == 1
    other = school.report("staff-2", about={"staff-member"}, about_names={"Al One", "Bo Two"})
    assert school.state(other).noted(Fact.PEOPLE_CONCERNED) == 2


def test_a_confirmed_person_who_agreed_before_opens_further_action(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    first = school.report(poster_name="Pat Example")
    school.work("head", first, accepted())
    school.work("head", first, an_answer("speak-to-parent", "agreed-to-remove"))
    school.jump_to("2026-11-24T10:00")
    second = school.report("staff-2", poster_name="Pat Example")
    school.work("head", second, accepted())
    assert not school.state(second).reached
    school.work("head", second, AnswerStep(CHECK_PERSON, OutcomeId("confirmed")))
    assert school.state(second).reached == {"further-action"}


# ------------------------------------------------------------------ packs


def test_a_case_keeps_its_pack_when_the_school_changes_to_another(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    old = school.report()
    school = the_same_school(school, pack=pack_named(str(HARBOUR)))
    told = {"alarm": {"calm"}, "worries": {"rude"}, "author": "carer"}
    with school.acting("staff-2") as act:
        draft = begin_draft(act, answers_of(harbour_academy(), told))
        new = file_from_draft(act, draft).case
    assert school.file(old).policy.id == "derwent-vale"
    assert school.file(new).policy.id == "harbour-academy"
    school.work("head", old, accepted())
    assert StepId("speak-to-parent") in school.state(old).pending_steps()
    school.move_to("2026-11-24T10:00")
    assert {to for to, kind in school.news() if kind == "round-up"} == {"head", "deputy"}


def test_a_changed_text_of_the_same_pack_leaves_old_cases_as_they_were(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    old = school.report()
    pack = school.school.pack
    text = pack.text.replace(
        'due = [{ within = "2 school days" }]', 'due = [{ within = "9 school days" }]'
    )
    changed = Pack(school.school.read_pack(text), text, "another")
    school = the_same_school(school, pack=changed)
    new = school.report("staff-2")
    for case in (old, new):
        school.work("head", case, accepted())
    talk = StepId("speak-to-parent")
    allowed = [school.state(each).rounds[talk][0].allowed[0].within.n for each in (old, new)]
    assert allowed == [2, 9]


def test_the_second_pack_runs_through_the_same_engine(tmp_path: Path) -> None:
    """A full story at Harbour Academy: the deputy owns, a broken agreement brings the trust in."""
    school = a_school(tmp_path, pack=HARBOUR)
    policy = school.school.pack.policy
    told = {"alarm": {"danger-now"}, "worries": {"rude", "hate"}, "author": "nobody-knows"}
    with school.acting("staff") as act:
        case = file_from_draft(act, begin_draft(act, answers_of(policy, told))).case
    school.settle()
    assert school.news() == [
        ("deputy", "urgent-case"), ("dsl", "urgent-case"), ("staff", "receipt"),
    ]  # fmt: skip
    school.move_to("2026-11-23T09:16")
    assert ("staff", "not-yet-seen") in school.news()
    with pytest.raises(Refused):
        school.view("head", case)

    def does(step: str, outcome: str, **told: str) -> None:
        school.work("deputy", case, an_answer(step, outcome, policy=policy, **told))

    does("triage", "ours", weight="heavy")
    does("find-author", "found", author="carer")
    does("mediate", "put-off")
    does("mediate", "talked")
    does("agreement", "broken")
    assert school.state(case).reached == {"trust"}
    assert {each.value for each in school.state(case).pending_steps()} == {"trust-letter"}
    does("trust-letter", "written")
    does("solicitor", "asked")
    ends = AnswerStep(StepId("look-back"), OutcomeId("ended"), resolution=ResolutionId("settled"))
    school.work("deputy", case, ends)
    assert school.state(case).closed is not None
    school.work("deputy", case, Reopen(WHY))
    school.work("deputy", case, DeclareInterest())
    assert owner(school, case) is Role.HEAD
    school.work("head", case, PassOn(Role.CHAIR, WHY))
    assert owner(school, case) is Role.CHAIR


def test_acting_under_one_name_is_acting_under_one_cause(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    case = school.report()
    with school.school.store.writing() as writing:
        act = acting(school.school, writing, school.person("head"), "the-cause")  # type: ignore[arg-type]
        act.recorder.record(act.locked(case, Doing.VIEW), (CaseViewed(),))
    assert school.file(case).entries[-1].cause == "the-cause"
