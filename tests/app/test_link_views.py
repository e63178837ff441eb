"""Where a site takes reports stands with the reported link (PRODUCT, section 3, ``ask-host``)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.letterhead import Letterhead
from bot.app.link_views import links_view, sites_view
from bot.domain.case import last_given
from bot.domain.commands import CorrectAnswer
from bot.domain.ids import CaseId, OutcomeId, StepId
from bot.screens.nodes import Line, Paragraph, StepLine, Told
from bot.screens.press import Verb
from tests.app.at_the_door import WHY, Door, a_door, button, form_in
from tests.builders import a_school, accepted, an_answer

GONE = OutcomeId("gone")


def test_each_site_is_named_once_with_its_address(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    links = {"https://www.facebook.com/a/posts/1", "https://m.facebook.com/a/posts/2"}
    file = school.file(school.report(links=links))
    told, how, where = links_view(school.school, file)
    assert isinstance(told, Told)
    assert len(told.texts) == len(links)
    words = school.school.words(file.policy)
    assert isinstance(how, Paragraph)
    assert "Checked on" in words.text(how.text)
    assert isinstance(where, Told)
    assert where.links
    assert words.text(where.label) == "Where Facebook takes reports"
    assert where.texts[0].reveal().startswith("https://www.facebook.com/")


def test_a_case_without_links_has_nothing_to_show(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    assert list(links_view(school.school, school.file(school.report()))) == []


def test_of_a_post_without_a_link_the_step_says_what_holds_for_any_site(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    how, where = sites_view(school.school, school.file(school.report()))
    assert isinstance(how, Paragraph)
    assert "Checked on" in school.school.words().text(how.text)
    assert isinstance(where, Told)
    assert where.texts[0].reveal() == "https://reportharmfulcontent.com/"


def test_the_steps_that_ask_a_site_show_the_links(tmp_path: Path) -> None:
    rules = a_school(tmp_path).school.pack.policy.steps
    assert {rule.id.value for rule in rules if rule.shows_links} == {"ask-host", "chase-host"}


def checked(door: Door) -> CaseId:
    """A post at two links, of which one is gone."""
    case = door.at.report(links={"https://example.org/a", "https://example.org/b"})
    door.at.work("head", case, accepted())
    door.at.work("head", case, an_answer("speak-to-parent", "agreed-to-remove"))
    form = form_in(
        door.press("head", button(door.view("head", case), Verb.ANSWER, "check-removed"))
    )
    door.submit("head", form, {"link-0": "gone", "link-1": "still-up"})
    return case


def lines(door: Door, case: CaseId) -> list[str]:
    """What became of each link, as the chronology says it with its time."""
    words = door.at.school.words()
    shown = [each for each in door.view("head", case).nodes if isinstance(each, Line)]
    assert all(each.at for each in shown)
    return [said for each in shown if (said := words.text(each.what)).startswith("Link ")]


def test_the_chronology_says_what_became_of_each_link(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = checked(door)
    assert lines(door, case) == ["Link 1: It is gone", "Link 2: It is still up"]
    view = door.view("head", case)
    notes = [note for each in view.nodes if isinstance(each, StepLine) for note in each.notes]
    assert "Link 2: It is still up" in [door.at.school.words().text(each) for each in notes]


def test_a_correction_is_made_link_by_link(tmp_path: Path) -> None:
    door = a_door(tmp_path)
    case = checked(door)
    form = form_in(
        door.press("head", button(door.view("head", case), Verb.CORRECT, "check-removed"))
    )
    door.submit("head", form, {"link-0": "gone", "link-1": "gone", "reason": WHY})
    assert lines(door, case)[2:] == ["Link 1: It is gone", "Link 2: It is gone"]
    given = last_given(door.at.state(case).rounds[StepId("check-removed")])
    assert given
    assert (given.outcome, given.per_link) == (GONE, (GONE, GONE))


@pytest.mark.parametrize(("outcome", "kept"), [("still-up", True), ("gone", False)])
def test_a_correction_of_old_keeps_the_links_only_beside_the_same_outcome(
    tmp_path: Path, outcome: str, *, kept: bool
) -> None:
    door = a_door(tmp_path)
    case = checked(door)
    step = StepId("check-removed")
    door.at.work("head", case, CorrectAnswer(step, OutcomeId(outcome), WHY))
    given = last_given(door.at.state(case).rounds[step])
    assert given
    assert given.per_link == ((GONE, OutcomeId("still-up")) if kept else ())


@pytest.mark.parametrize("route", ["https://www.derwentvale.example/complaints", "Ask Pat", ""])
def test_the_steps_that_offer_the_complaints_procedure_say_where_it_is(
    tmp_path: Path, route: str
) -> None:
    door = a_door(tmp_path)
    door.at.school = replace(door.at.school, letterhead=Letterhead(complaints=route))
    case = door.at.report()
    door.at.work("head", case, accepted(fair_concern="yes"))
    for step in ("speak-to-parent", "offer-complaints-route"):
        form = form_in(door.press("head", button(door.view("head", case), Verb.ANSWER, step)))
        told = [each for each in form.intro if isinstance(each, Told)]
        found = [(text.reveal(), each.links) for each in told for text in each.texts]
        assert found == ([(route, route.startswith("https"))] if route else [])
