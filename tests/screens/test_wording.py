"""Every sentence: used, filled with what it needs, short, and in the words of a school."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policies.bundled import load_guidance
from bot.policies.parse import load_pack
from bot.screens.say import Say

ROOT = Path(__file__).parents[2]
LONGEST_SENTENCE = 28
"""Words. Longer ones are read twice."""
JARGON = (
    "boolean",
    "deprecated",
    "draft id",
    "invalid",
    "null",
    "none type",
    "outcome",
    "parameter",
    "payload",
    "pending",
    "slug",
    "stakeholder",
    "submit",
    "undefined",
    "user",
    "workflow",
)


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Where a sentence is made with facts by name: place, member, and the names given."""
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("plain", "one_line"):
                key = node.args[0] if node.args else None
                named = {each.arg for each in node.keywords}
                for member in _members(key):
                    if None not in named:
                        facts = {name for name in named if name}
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", member, facts


def _members(key: ast.expr | None) -> Iterator[str]:
    """The member or members that an expression names: ``Say.A``, ``Say.A if x else Say.B``."""
    match key:
        case ast.Attribute(value=ast.Name(id="Say"), attr=member):
            yield member
        case ast.IfExp(body=body, orelse=other):
            yield from (*_members(body), *_members(other))


def needs(says: Say) -> set[str]:
    """The facts that a sentence is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(says.value) if name}


def test_every_sentence_is_filled_with_the_facts_that_it_needs() -> None:
    found = list(calls())
    assert len(found) > 150
    wrong = [(at, key, facts) for at, key, facts in found if needs(Say[key]) != facts]
    assert wrong == []


def test_every_sentence_is_used_somewhere() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("bot", "adapters")
        for path in (ROOT / folder).rglob("*.py")
    )
    used = set(re.findall(r"\bSay\.([A-Z0-9_]+)\b", code))
    assert set(Say.__members__) - used == set()


def test_no_sentence_stands_there_twice() -> None:
    assert len(Say.__members__) == len(set(Say))


def wordings() -> dict[str, str]:
    """Everything that people read, by where it stands."""
    found = {f"Say.{each.name}": each.value for each in Say}
    policy = load_pack("derwent-vale").policy
    for question in (*policy.questions.values(), *policy.asked_by_steps.values()):
        found |= {f"{question.id} {part}": getattr(question, part) for part in _PARTS}
        found |= {
            f"{question.id} {each.id}": f"{each.label} {each.hint}" for each in question.options
        }
    for rule in policy.steps:
        found[f"{rule.id}"] = f"{rule.label}. {rule.hint}"
        found |= {f"{rule.id} {each.id}": each.label for each in rule.outcomes}
    for card in load_guidance().values():
        found |= {f"{card.id} {n}": line for n, line in enumerate((card.title, *card.lines))}
    return {place: text for place, text in found.items() if text}


_PARTS = ("label", "why", "hint")


def test_every_sentence_is_short() -> None:
    long = {
        place: len(sentence.split())
        for place, text in wordings().items()
        for sentence in re.split(r"[.!?:;](?:\s|$)", text)
        if len(sentence.split()) > LONGEST_SENTENCE
    }
    assert long == {}


@pytest.mark.parametrize("word", JARGON)
def test_nobody_reads_a_word_of_the_trade(word: str) -> None:
    pattern = re.compile(rf"\b{word}s?\b", re.IGNORECASE)
    unfilled = {place: re.sub(r"\{\w+\}", "", text) for place, text in wordings().items()}
    assert [place for place, text in unfilled.items() if pattern.search(text)] == []


def test_nobody_reads_an_id_of_the_pack() -> None:
    policy = load_pack("derwent-vale").policy
    options = {o.id.value for q in policy.questions.values() for o in q.options}
    ids = {each for each in options | {r.id.value for r in policy.steps} if "-" in each}
    texts = {each for place, text in wordings().items() for each in re.findall(r"[\w-]+", text)}
    assert ids & texts == set()
