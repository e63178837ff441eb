"""A picture that is sent into the chat goes with the report that is being written, or nowhere."""

from pathlib import Path

import pytest

from bot.app.drafts import begin_draft, content_of, open_drafts
from bot.app.inbound import Asked, Attached, Inbound, Pressed, Upload
from bot.app.respond import respond
from bot.domain.answers import Answers
from bot.domain.ids import CaseId, Cause
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.facts import Plain
from bot.screens.nodes import Actions, Done, Picture, Reply, Told, View
from bot.screens.press import FormRef, Press, Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork, a_school, answers_of

PNG = file_named("chart.png")
PUBLIC = "teams:somewhere"


@pytest.fixture
def school(tmp_path: Path) -> SchoolAtWork:
    return a_school(tmp_path)


def act(school: SchoolAtWork, who: str, what: Asked | Attached | Pressed, cause: str = "") -> Reply:
    named = Cause(cause or f"act-{next(school.causes)}")
    return respond(school.school, Inbound(school.person(who), named, what))


def begun(school: SchoolAtWork, who: str = "staff", **told: object) -> str:
    answers: Answers = answers_of(school.school.pack.policy, told)  # type: ignore[arg-type]
    with school.acting(who) as writing:
        return begin_draft(writing, answers).draft


def files_of(school: SchoolAtWork, who: str = "staff") -> list[int]:
    with school.acting(who) as looking:
        return [len(content_of(each).files) for each in open_drafts(looking)]


def said(reply: Reply) -> Plain:
    assert reply.show is None
    assert reply.say is not None
    return reply.say.summary


def presses(reply: Reply) -> list[Press]:
    nodes = reply.say.nodes if reply.say else ()
    return [each.press for node in nodes if isinstance(node, Actions) for each in node.actions]


def test_it_is_kept_with_the_newest_report_and_counted(school: SchoolAtWork) -> None:
    draft = begun(school)
    replies = [act(school, "staff", Attached(Upload(PNG))) for _ in range(2)]
    counted = [Plain(Say.PICTURE_KEPT, {"count": count}) for count in (1, 2)]
    assert [said(each) for each in replies] == counted
    assert presses(replies[1]) == [Press(Verb.RESUME, draft)]
    assert files_of(school) == [2]


def test_the_same_picture_that_comes_again_is_kept_once(school: SchoolAtWork) -> None:
    begun(school)
    act(school, "staff", Attached(Upload(PNG)), "once")
    again = act(school, "staff", Attached(Upload(PNG)), "once")
    assert again.show == Done(Plain(Say.PICTURE_KEPT, {"count": 1}))
    assert files_of(school) == [1]


def test_without_a_report_it_is_not_kept_and_that_is_said(school: SchoolAtWork) -> None:
    reply = act(school, "staff", Attached(Upload(PNG)))
    assert said(reply).key is Say.PICTURE_FOR_NOTHING
    assert presses(reply) == [Press(Verb.REPORT)]
    assert files_of(school) == []


def test_one_that_did_not_arrive_is_asked_for_again(school: SchoolAtWork) -> None:
    begun(school)
    assert said(act(school, "staff", Attached(None))).key is Say.PICTURE_LOST
    assert files_of(school) == [0]


@pytest.mark.parametrize("safety", ["sexual-image", "unsure"])
def test_no_picture_is_taken_where_none_may_be(school: SchoolAtWork, safety: str) -> None:
    begun(school, safety={safety})
    assert said(act(school, "staff", Attached(Upload(PNG)))).key is Say.WRONG_FILES_FORBIDDEN
    assert files_of(school) == [0]


def test_what_is_no_picture_is_refused_with_the_reason(school: SchoolAtWork) -> None:
    begun(school)
    reply = act(school, "staff", Attached(Upload(b"MZ no picture")))
    assert "PNG" in reply.words.text(said(reply))
    assert files_of(school) == [0]


def test_a_picture_for_a_report_that_was_sent_is_not_kept(school: SchoolAtWork) -> None:
    draft = begun(school)
    form = FormRef(Press(Verb.REPORT, draft), "post", 1)
    with school.acting("staff") as writing:
        writing.writing.delete_draft(open_drafts(writing)[0].draft)
    assert said(act(school, "staff", Attached(Upload(PNG), form))).key is Say.WRONG_DRAFT_GONE


def test_it_can_be_added_to_an_own_report(school: SchoolAtWork) -> None:
    case = school.report()
    form = FormRef(Press(Verb.ADD, case), "", 1)
    assert said(act(school, "staff", Attached(Upload(PNG), form))).key is Say.FILES_ADDED
    assert len(school.state(case).evidence) == 1


def test_nobody_adds_a_picture_to_somebody_elses(school: SchoolAtWork) -> None:
    draft, case = begun(school), school.report()
    for form in (Press(Verb.REPORT, draft), Press(Verb.ADD, case)):
        act(school, "staff-2", Attached(Upload(PNG), FormRef(form, "post", 1)))
    assert (files_of(school), len(school.state(CaseId(case)).evidence)) == ([0], 0)


def test_its_writer_sees_what_was_written_and_nobody_else_does(school: SchoolAtWork) -> None:
    draft = begun(school, links={"https://example.com/1"}, safety={"none"})
    act(school, "staff", Attached(Upload(PNG)))
    mine = act(school, "staff", Pressed(Press(Verb.MY_WORDS, draft))).show
    assert isinstance(mine, View)
    told = [each for each in mine.nodes if isinstance(each, Told)]
    assert [(each.texts, each.links) for each in told] == [
        ((Personal("https://example.com/1"),), True)
    ]
    assert [each.media_type for each in mine.nodes if isinstance(each, Picture)] == ["image/png"]
    for who in ("staff-2", "head", "admin"):
        shown = act(school, who, Pressed(Press(Verb.MY_WORDS, draft))).show
        assert isinstance(shown, Done)
        assert shown.says.key is Say.WRONG_DRAFT_GONE


@pytest.mark.parametrize("who", ["staff", "head", "admin"])
@pytest.mark.parametrize(
    "typed", ["", "help", "status", "cases", "case 2026-001", "report-post https://example.com/1"]
)
def test_where_others_read_along_nothing_is_answered(
    school: SchoolAtWork, who: str, typed: str
) -> None:
    reply = act(school, who, Asked(Personal(typed), PUBLIC, public=True))
    assert said(reply).key is Say.WRITE_TO_ME_DIRECTLY
    assert files_of(school, who) == []


def test_the_digests_channel_is_named_by_those_who_may(school: SchoolAtWork) -> None:
    here = Asked(Personal("Digest-here"), PUBLIC, public=True)
    for who in ("head", "admin"):
        assert said(act(school, who, here)).key is Say.DIGEST_COMES_HERE
    refused = act(school, "staff", here)
    assert refused.show == Done(Plain(Say.NOT_FOR_YOU))
