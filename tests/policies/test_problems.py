"""Every kind of mistake in a pack is named with its place and how to mend it, all at once."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import PolicyNotAccepted
from bot.policies.parse import bundled_text, load_pack, parse_policy

PACK = bundled_text("derwent-vale")


@dataclass(frozen=True)
class Mistake:
    """A change of the pack, and what must be said of it."""

    old: str
    new: str
    place: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong}"


MISTAKES = tuple(
    Mistake(**each)
    for each in tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text("utf-8"))[
        "mistake"
    ]
)


def problems_in(text: str) -> tuple[str, ...]:
    """What is said of a text that is no pack."""
    with pytest.raises(PolicyNotAccepted) as refused:
        parse_policy(text, "derwent_vale.toml")
    return refused.value.problems


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_named_with_its_place_and_how_to_mend_it(mistake: Mistake) -> None:
    assert mistake.old in PACK, "the pack has changed: mend this test"
    problems = problems_in(PACK.replace(mistake.old, mistake.new, 1))
    start = f"derwent_vale.toml, {mistake.place}" if mistake.place else "derwent_vale.toml: "
    at_the_place = [each for each in problems if each.startswith(start)]
    assert any(mistake.wrong in each and mistake.mend in each for each in at_the_place), "\n".join(
        problems
    )


AT_ONCE = (
    "question.seen_at.kind",
    "step.speak-to-parent.due[1].within",
    "step.hide-comment.source",
    "same_person.years",
    "owner.roles",
    "question.content.option",
    "step.written-warning",
    "asked.poster_name",
    "question.threat_who.when",
)


def test_all_mistakes_are_named_at_once() -> None:
    text = PACK
    for place in AT_ONCE:
        mistake = next(each for each in MISTAKES if each.place == place)
        assert mistake.old in text
        text = text.replace(mistake.old, mistake.new, 1)
    said = problems_in(text)
    for place in AT_ONCE:
        assert any(each.startswith(f"derwent_vale.toml, {place}: ") for each in said), place


def test_one_mistake_is_not_told_twice_nor_drags_others_behind_it() -> None:
    text = PACK.replace('"2 school days" }]\nagain', '"2 schol days" }]\nagain')
    assert len(problems_in(text)) == 1


def test_a_mistake_in_a_named_condition_is_told_once_where_it_stands() -> None:
    text = PACK.replace(
        'outcome = ["accepted"], last = true }', 'outcome = ["acepted"], last = true }'
    )
    (problem,) = problems_in(text)
    assert problem.startswith("derwent_vale.toml, named.accepted.outcome: ")


def test_an_empty_file_is_told_what_a_pack_needs() -> None:
    said = "\n".join(problems_in(""))
    for needed in ('"id"', "[clause]", "[[page]]", "[step.some-id]", "[owner]", "[digest]"):
        assert needed in said


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(PolicyNotAccepted, match=r"nowhere\.toml: cannot be read"):
        load_pack("nowhere.toml")


def test_a_name_that_is_nearly_right_gets_a_hint() -> None:
    with pytest.raises(PolicyNotAccepted, match='Did you mean "derwent-vale"'):
        load_pack("derwent-val")


LINES = PACK.splitlines()
VALUES = [number for number, line in enumerate(LINES) if re.match(r"[\w-]+ = ", line)]
JUNK = (
    *("3", "true", "1.5", '""', '"x y"', '"poster"', "[]", "[1]", "{}", "[{}]", "{ a = 1 }"),
    *("07:00:00", "2026-01-01", "2026-01-01T10:00:00", '[["x"]]', '["poster"]'),
)


@given(number=st.sampled_from(VALUES), junk=st.sampled_from(JUNK))
@settings(max_examples=60, deadline=None)
def test_no_value_of_any_kind_breaks_the_reading(number: int, junk: str) -> None:
    lines = [*LINES]
    lines[number] = re.sub(r" = .*", lambda _: f" = {junk}", lines[number], count=1)
    problems: tuple[str, ...] = ()
    try:
        parse_policy("\n".join(lines), "derwent_vale.toml")
    except PolicyNotAccepted as refused:
        problems = refused.problems
    assert all(each.startswith("derwent_vale.toml") for each in problems)
