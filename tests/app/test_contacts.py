"""Whom a stop card says to ring: never somebody whom the post is about (PRODUCT, 1 and 2.3)."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.app.contacts import stop_cards_of
from bot.app.report_draft import contacts_for
from bot.domain.ids import Role
from bot.domain.questionnaire import stop_cards_for
from tests.builders import a_report, a_school


def rung(
    tmp_path: Path, safety: str, about: str, held: Mapping[Role, tuple[str, ...]] | None = None
) -> tuple[str, ...]:
    """Everybody whom the card names, before the report is sent and after: the same people."""
    school = a_school(tmp_path, held=held)
    told = a_report(safety={safety}, about={about})
    policy = school.school.pack.policy
    (card,) = (policy.cards[rule.card] for rule in stop_cards_for(policy, told))
    with school.acting("staff") as act:
        before = contacts_for(act, card.contacts, told)
    file = school.file(school.report(safety={safety}, about={about}))
    with school.school.store.reading() as reading:
        roster = school.school.roster(reading)
    ((_, after),) = stop_cards_of(school.school, roster, file)
    assert before == after
    return tuple(contact.value for contact in before)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("school", ("dsl", "head", "deputy", "social-care-day", "social-care-night")),
        ("head", ("dsl", "chair", "social-care-day", "social-care-night")),
        ("deputy", ("dsl", "head", "social-care-day", "social-care-night")),
        ("dsl", ("head", "deputy", "social-care-day", "social-care-night")),
    ],
)
def test_a_danger_is_rung_about_to_the_right_people(
    tmp_path: Path, about: str, expected: tuple[str, ...]
) -> None:
    assert rung(tmp_path, "hurt-soon", about) == expected


def test_for_an_excluded_safeguarding_lead_the_owner_is_rung(tmp_path: Path) -> None:
    assert rung(tmp_path, "child-harmed-otherwise", "dsl")[0] == "head"


def test_a_head_who_is_also_the_safeguarding_lead_is_rung_as_neither(tmp_path: Path) -> None:
    found = rung(tmp_path, "child-harmed-otherwise", "head", {Role.DSL: ("head",)})
    assert "dsl" not in found
    assert "head" not in found
    assert found[0] == "chair"
