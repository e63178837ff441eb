"""That every kind of condition can be judged."""

from typing import get_args

from bot.domain import evaluate
from bot.domain.conditions import Condition


def test_every_kind_of_condition_is_judged_in_a_case() -> None:
    assert set(evaluate._IN_A_CASE) == set(get_args(Condition))  # noqa: SLF001 - mypy cannot tell


def test_what_is_judged_from_answers_alone_is_judged_in_a_case_too() -> None:
    assert set(evaluate._IN_ANSWERS) < set(evaluate._IN_A_CASE)  # noqa: SLF001 - as above
