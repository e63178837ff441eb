"""The engine holds no id of the Derwent Vale pack: what it knows of a policy, a pack tells it."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import bot
from bot.app.letter_fields import LETTERS, fields_of
from bot.domain.conditions import Fact
from bot.domain.errors import Why
from bot.domain.events import How
from bot.domain.figures import Published
from bot.domain.ids import MessageKind, Role
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind
from bot.domain.step_rules import Needs
from bot.policies.parse import load_pack

ROOT = Path(bot.__file__).parent
ENGINE = sorted((*(ROOT / "domain").rglob("*.py"), *(ROOT / "app").rglob("*.py")))

OF_THE_PRODUCT = frozenset(
    {
        *(e.value for kind in (Role, MessageKind, AnswerKind, Needs, Fact, Why, How) for e in kind),
        *(field.name for field in fields(Published)),
        *(name for letter in LETTERS for name in fields_of(letter)),
    }
)
"""Words that PRODUCT fixes for every pack. Some of them are ids of this pack too."""

COMMON_WORDS = frozenset(
    {
        "school",  # a stream, a table, a key: not the answer "the school as a whole"
        "note",  # an act in every case (PRODUCT 2.1), and a question of this pack
        "other",  # a platform that nobody lists
        "what",  # a column of a letter's rows: not the first page of this pack
        "done",  # a key of what is kept of an answered act: not an outcome
    }
)


def ids_of(policy: Policy) -> set[str]:
    """Every id that the pack gives to something."""
    questions = (*policy.questions.values(), *policy.asked_by_steps.values())
    ids = {question.id.value for question in questions}
    ids |= {option.id.value for question in questions for option in question.options}
    ids |= {page.id.value for page in policy.pages}
    ids |= {rule.id.value for rule in policy.steps}
    ids |= {outcome.id.value for rule in policy.steps for outcome in rule.outcomes}
    ids |= {milestone.id for milestone in policy.milestones}
    ids |= {restriction.id for restriction in policy.restrictions}
    ids |= {rule.level for rule in policy.severities}
    ids |= {resolution.id.value for resolution in policy.resolutions}
    ids |= {card.value for card in policy.cards}
    ids |= {measure.id for measure in (*policy.digest.days_to, *policy.digest.offers)}
    return ids


def texts_in(source: str) -> Iterator[tuple[int, str]]:
    """Each text of a module with its line, docstrings left out."""
    tree = ast.parse(source)
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


@pytest.fixture(scope="module")
def forbidden() -> set[str]:
    return ids_of(load_pack("derwent-vale").policy) - OF_THE_PRODUCT - COMMON_WORDS


@pytest.mark.parametrize("module", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_of_the_engine_names_nothing_of_the_pack(
    module: Path, forbidden: set[str]
) -> None:
    found = [
        f"line {line}: {text}"
        for line, text in texts_in(module.read_text("utf-8"))
        if text in forbidden
    ]
    assert found == []


def test_the_search_finds_an_id_but_no_docstring(forbidden: set[str]) -> None:
    source = '"""speak-to-parent"""\nSTEP = "speak-to-parent"\n'
    assert [(line, text in forbidden) for line, text in texts_in(source)] == [(2, True)]
