"""Where a site takes reports stands with the reported link (PRODUCT, section 3, ``ask-host``)."""

from pathlib import Path

from bot.app.link_views import links_view, sites_view
from bot.screens.nodes import Paragraph, Told
from tests.builders import a_school


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
