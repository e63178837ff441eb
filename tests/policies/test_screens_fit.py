"""``policy check`` draws every screen of a pack for every platform, and names what does not fit."""

from pathlib import Path

import pytest

from bot.compose.pack_check import check_in_full
from bot.compose.pack_fits import problems_of_screens
from bot.compose.pack_screens import PackScreens, screens_of
from bot.domain.errors import PolicyNotAccepted
from bot.policies.bundled import bundled_text
from bot.policies.parse import load_pack
from bot.screens.nodes import ChooseMany, Form, Message, StopCard, View

from .second_pack import HARBOUR

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def screens() -> PackScreens:
    return screens_of("derwent-vale")


def wrong_in(tmp_path: Path, *changes: tuple[str, str]) -> tuple[str, ...]:
    """What does not fit in the bundled pack so changed."""
    text = bundled_text("derwent-vale")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "ours.toml"
    path.write_text(text, "utf-8")
    return problems_of_screens(load_pack(str(path)), str(path))


def test_the_packs_that_there_are_fit_everywhere() -> None:
    for name in ("derwent-vale", str(HARBOUR)):
        assert problems_of_screens(load_pack(name), name) == ()


def test_every_question_step_outcome_and_stop_card_is_drawn(screens: PackScreens) -> None:
    policy = load_pack("derwent-vale").policy
    drawn = [(e.place, e.screen) for e in screens.screens if isinstance(e.screen, Form)]
    fields = {field.id for _, form in drawn for field in (*form.fields, *form.more)}
    assert {str(each) for each in policy.questions} <= fields
    assert {str(each) for each in policy.asked_by_steps} <= fields
    places = {place for place, _ in drawn}
    for rule in policy.steps:
        assert f"step.{rule.id}" in places
        assert {f"step.{rule.id}.outcome.{outcome.id}" for outcome in rule.outcomes} <= places
    cards = {each.card for _, form in drawn for each in form.intro if isinstance(each, StopCard)}
    assert {rule.card for rule in policy.stop_cards if rule.to_reporter} <= cards
    assert {type(each.screen) for each in screens.screens} == {Form, View, Message}


def test_the_first_page_is_drawn_with_everything_ticked(screens: PackScreens) -> None:
    chosen = [
        len(field.chosen)
        for each in screens.screens
        if isinstance(each.screen, Form)
        for field in each.screen.fields
        if isinstance(field, ChooseMany) and field.id == "content"
    ]
    assert max(chosen) == 9


def test_too_many_questions_on_a_page_are_named_for_each_platform(tmp_path: Path) -> None:
    asked = "".join(
        f'[question.q{n}]\nkind = "one"\nlabel = "Question {n}?"\nwhy = "Because."\n'
        f'source = ["P1"]\noptional = true\n[question.q{n}.option]\na = "A"\nb = "B"\n'
        for n in range(60)
    )
    names = ", ".join(f'"q{n}"' for n in range(60))
    page = 'questions = ["whose_child", "threat_who"'
    told = wrong_in(
        tmp_path,
        (page, f"{page}, {names}"),
        ("[question.threat_who]\n", f"{asked}\n[question.threat_who]\n"),
    )
    assert [each.partition(" (")[0] for each in told] == [
        "ours.toml, page.details: does not fit in Microsoft Teams",
        "ours.toml, page.details: does not fit in Slack",
    ]
    assert all(each.endswith("offer fewer answers in one place.") for each in told)


def test_more_options_than_slack_offers_are_named(tmp_path: Path) -> None:
    options = "".join(
        f'extra-{n} = {{ label = "Extra {n}", source = ["P22"] }}\n' for n in range(112)
    )
    told = wrong_in(tmp_path, ("\nother-content =", f"\n{options}other-content ="))
    assert any("page.what: does not fit in Slack (" in each for each in told)


def test_a_card_that_is_a_book_is_named_at_its_step(tmp_path: Path) -> None:
    book = (
        '[card.guide-police]\ntitle = "Long"\nlines = ["' + "word " * 30_000 + '"]\n'
        'source = "s"\nchecked_on = 2026-11-01\n\n'
    )
    told = wrong_in(tmp_path, ("[digest]\n", f"{book}[digest]\n"))
    assert told[0].startswith("ours.toml, step.police: does not fit in Microsoft Teams")


def test_long_words_alone_are_shown_in_full_and_fit(tmp_path: Path) -> None:
    label = 'label = "Tell the police"'
    assert wrong_in(tmp_path, (label, 'label = "' + "Tell the police " * 30 + '"')) == ()


# The whole check


def test_a_pack_in_order_passes_with_its_letters() -> None:
    assert check_in_full("derwent-vale").policy.id == "derwent-vale"


def test_what_does_not_fit_makes_the_check_fail(tmp_path: Path) -> None:
    text = bundled_text("derwent-vale").replace("public-page", "public-page" + "x" * 160)
    path = tmp_path / "ours.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PolicyNotAccepted) as refused:
        check_in_full(str(path))
    assert refused.value.problems[0].startswith("ours.toml, page.post: does not fit in Slack (")


def test_a_template_of_a_letter_that_cannot_be_used_makes_the_check_fail(tmp_path: Path) -> None:
    (tmp_path / "warning-letter.docx").write_bytes(b"no Word file")
    with pytest.raises(PolicyNotAccepted) as refused:
        check_in_full("derwent-vale", tmp_path)
    assert "warning-letter.docx" in refused.value.problems[0]
