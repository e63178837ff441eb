"""A case that nothing can close is found by walking the pack, and no honest pack is blamed."""

import re

import pytest

from bot.policies.explore import Explored, explore
from bot.policies.parse import bundled_text, parse_policy

PACK = bundled_text("derwent-vale")
LAST = 'when = { all = [{ named = "accepted" }, { nothing_else_pending = true }'
FEW = 500


def explored(text: str) -> Explored:
    """What a short walk through a pack finds."""
    return explore(parse_policy(text, "pack.toml"), "pack.toml", FEW)


def test_every_case_of_derwent_vale_can_be_closed() -> None:
    found = explored(PACK)
    assert found.problems == ()
    assert found.states > FEW // 2


@pytest.mark.parametrize(
    "never_after",
    [
        '{ named = "still-up" }',
        '{ step = "acknowledge", outcome = ["accepted"] }',
        '{ step = "check-removed", outcome = ["gone"], last = true }',
    ],
)
def test_a_dead_end_is_named_with_the_way_into_it(never_after: str) -> None:
    text = PACK.replace(LAST, f"{LAST}, {{ not = {never_after} }}")
    assert text != PACK
    found = explored(text)
    assert found.problems
    for problem in found.problems:
        assert problem.startswith("pack.toml, step.")
        assert "there is no way out. After " in problem
        assert "acknowledge accepted" in problem
        assert "nothing is left to do" in problem
        assert "Let a step begin then" in problem


ADULTS = re.findall(r'{ includes = "about", any = \["head".*?\] }', PACK)[0]
BY_ITSELF = (
    '{ any = [{ step = "speak-to-parent", outcome = ["refused"] }, '
    '{ step = "write-to-invite", outcome = ["refused", "no-reply"] }, '
    '{ step = "check-removed", outcome = ["still-up"] }, { noted = "again-after-agreeing" }] }'
)


@pytest.mark.parametrize(
    ("unless", "only", "told"),
    [
        (
            f"{{ not = {ADULTS} }}",
            '{ step = "support-those-named", outcome = ["done", "declined"] }',
            "support-those-named not-needed",
        ),
        (
            '{ not = { reached = "further-action" } }',
            BY_ITSELF,
            "further-action opened by hand",
        ),
    ],
)
def test_it_also_walks_what_every_pack_allows(unless: str, only: str, told: str) -> None:
    found = explored(PACK.replace(LAST, f"{LAST}, {{ any = [{unless}, {only}] }}"))
    assert found.problems
    assert all(told in each for each in found.problems)


def test_a_step_that_only_starts_itself_again_is_no_way_out() -> None:
    text = PACK.replace('agreed = "We know what we may say"\n', "")
    found = explored(text)
    assert any("only agree-what-can-be-said can go on, for ever" in each for each in found.problems)


def test_the_walk_is_the_same_each_time() -> None:
    text = PACK.replace(LAST, f'{LAST}, {{ not = {{ named = "still-up" }} }}')
    assert explored(text) == explored(text)
