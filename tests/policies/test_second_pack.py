"""Another pack, with other questions, steps and units, is read and printed by the same code."""

from pathlib import Path

from bot.domain.conditions import Safeguarding
from bot.domain.ids import CardId, StepId
from bot.domain.lengths import CalendarDays, Hours, Minutes
from bot.policies.check_pack import check_pack
from bot.policies.explore import explore
from bot.policies.parse import load_pack, parse_policy
from bot.policies.show import show_policy

HARBOUR = str(Path(__file__).parent / "harbour_academy.toml")


def test_it_is_read_with_its_own_first_step_and_units() -> None:
    policy = load_pack(HARBOUR).policy
    assert policy.first_step == StepId("triage")
    assert len(policy.questions[policy.categories].options) == 7
    assert [due.within for due in policy.steps_by_id[StepId("triage")].due] == [
        Minutes(30),
        Hours(6),
    ]
    assert policy.steps_by_id[StepId("agreement")].due[0].within == CalendarDays(14)


def test_it_shares_no_question_and_no_step_with_the_other() -> None:
    harbour, derwent = load_pack(HARBOUR).policy, load_pack("derwent-vale").policy
    assert not harbour.questions.keys() & derwent.questions.keys()
    assert not harbour.steps_by_id.keys() & derwent.steps_by_id.keys()


def test_a_card_of_its_own_stands_beside_the_shared_ones() -> None:
    cards = load_pack(HARBOUR).policy.cards
    assert cards[CardId("ring-the-bell")].title == "Ring the bell."
    assert CardId("call-999") in cards


def test_every_case_of_it_can_be_closed() -> None:
    pack = check_pack(HARBOUR)
    explored = explore(pack.policy)
    assert explored.complete
    assert explored.states > 50


def test_it_is_printed_too() -> None:
    assert "Offer a mediated talk" in show_policy(load_pack(HARBOUR).policy)


def test_a_pack_is_known_by_the_hash_of_its_text() -> None:
    first, second = load_pack(HARBOUR), load_pack("derwent-vale")
    assert first.sha256 != second.sha256
    assert first.sha256 == load_pack(HARBOUR).sha256


def test_a_pack_without_retention_rules_errs_on_the_side_of_keeping() -> None:
    text = Path(HARBOUR).read_text("utf-8")
    start = text.index("[retention]")
    without = text[:start] + text[text.index("[same_post]", start) :]
    rules = parse_policy(without).retention
    assert rules.moved_to_file_first == Safeguarding()
    assert (rules.notice_months, rules.sources) == (1, ())
