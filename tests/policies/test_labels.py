"""A pack's words are found by their ids, and what is not of the pack is found nowhere."""

from datetime import date

import pytest

from bot.domain.ids import (
    CardId,
    CategoryId,
    OptionId,
    OutcomeId,
    PageId,
    QuestionId,
    ResolutionId,
    StepId,
)
from bot.domain.policy import Policy
from bot.domain.questions import Card
from bot.policies.labels import PackLabels
from bot.policies.parse import load_guidance, load_pack
from bot.screens.facts import OptionOf, OutcomeOf, SeverityOf
from bot.screens.wording import Labels


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_pack("derwent-vale").policy


@pytest.fixture(scope="module")
def labels(policy: Policy) -> Labels:
    return PackLabels(policy, load_guidance())


def test_every_id_of_the_pack_has_words(policy: Policy, labels: Labels) -> None:
    for option in policy.questions[policy.categories].options:
        assert labels.category(CategoryId(option.id.value)) == option.label
    for question in (*policy.questions.values(), *policy.asked_by_steps.values()):
        assert labels.question(question.id)
        for option in question.options:
            assert labels.option(OptionOf(question.id, option.id))
    for rule in policy.steps:
        assert labels.step(rule.id) == rule.label
        assert labels.text(("step", rule.id.value, "hint")) == rule.hint
        for outcome in rule.outcomes:
            assert labels.outcome(OutcomeOf(rule.id, outcome.id)) == outcome.label
        for card in rule.cards:
            assert labels.card(card)
    for page in policy.pages:
        assert labels.page(page.id) == page.title
        assert labels.text(("page", page.id.value, "intro")) == page.intro
    for severity in policy.severities:
        assert labels.severity(SeverityOf(OptionId(severity.level))) == severity.label
    for resolution in policy.resolutions:
        assert labels.resolution(resolution.id) == resolution.label
    for stop in policy.stop_cards:
        assert labels.card(stop.card)


def test_an_unknown_id_has_no_words(labels: Labels) -> None:
    assert labels.category(CategoryId("weather")) is None
    assert labels.question(QuestionId("weather")) is None
    assert labels.option(OptionOf(QuestionId("place"), OptionId("moon"))) is None
    assert labels.step(StepId("dance")) is None
    assert labels.outcome(OutcomeOf(StepId("police"), OutcomeId("sang"))) is None
    assert labels.severity(SeverityOf(OptionId("purple"))) is None
    assert labels.resolution(ResolutionId("forgotten")) is None
    assert labels.page(PageId("last")) is None
    assert labels.card(CardId("birthday")) is None
    assert labels.text(("step", "dance", "hint")) is None


def test_a_card_of_today_is_found_though_the_pack_does_not_name_it(policy: Policy) -> None:
    fresh = Card(CardId("fresh"), "Fresh", ("A line.",), "A source", date(2026, 11, 22))
    assert PackLabels(policy, {fresh.id: fresh}).card(fresh.id) is fresh


def test_a_category_has_the_words_of_its_option_only(labels: Labels) -> None:
    assert labels.category(CategoryId("racist")) == "Racist comments"
    assert labels.category(CategoryId("school-page")) is None
