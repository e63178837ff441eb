"""What the sample school's pack calls its questions, answers and steps, by their ids."""

from collections.abc import Iterable
from functools import cache

from bot.compose.schools import pack_named
from bot.domain.ids import CardId, OptionId, OutcomeId, PageId, QuestionId, ResolutionId, StepId
from bot.policies.labels import PackLabels
from bot.policies.parse import load_guidance
from bot.screens.facts import OptionOf, OutcomeOf
from bot.screens.say import Say


@cache
def _labels() -> PackLabels:
    return PackLabels(pack_named("derwent-vale").policy, load_guidance())


def page(page_id: str) -> str:
    """The title of a page of the report."""
    return _found(_labels().page(PageId(page_id)), page_id)


def question(question_id: str) -> str:
    """A question of the report, or one that an outcome asks."""
    asked = _labels().text(("asked", question_id, "label"))
    return _found(asked or _labels().question(QuestionId(question_id)), question_id)


def options(question_id: str, option_ids: Iterable[str]) -> list[str]:
    """Answers that a question offers."""
    asked = QuestionId(question_id)
    return [
        _found(_labels().option(OptionOf(asked, OptionId(each))), f"{question_id}: {each}")
        for each in option_ids
    ]


def step(step_id: str) -> str:
    """A step of the procedure."""
    return _found(_labels().step(StepId(step_id)), step_id)


def outcome(step_id: str, outcome_id: str) -> str:
    """One way to answer a step."""
    if outcome_id == "not-needed":
        return Say.NOT_NEEDED.value
    found = _labels().outcome(OutcomeOf(StepId(step_id), OutcomeId(outcome_id)))
    return _found(found, f"{step_id}: {outcome_id}")


def resolution(resolution_id: str) -> str:
    """How a case ended."""
    return _found(_labels().resolution(ResolutionId(resolution_id)), resolution_id)


def card(card_id: str) -> str:
    """The title of a stop card."""
    found = _labels().card(CardId(card_id))
    return _found(found.title if found else None, card_id)


def _found(words: str | None, wanted: str) -> str:
    assert words, f"The pack has no words for {wanted}."
    return words
