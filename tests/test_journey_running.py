"""A journey is walked through a world step by step, and every difference is told in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import PolicyNotAccepted
from bot.domain.ids import CaseId, MessageKind
from bot.journeys.deeds import (
    Report,
    ViewCase,
)
from bot.journeys.running import run_journey
from bot.journeys.story import Journey
from bot.journeys.world import Happened, SentMessage, World
from tests.journey_fakes import (
    CAME,
    REPORT,
    REPORT_B,
    VIEW,
    A,
    B,
    ScriptedWorld,
    a_journey,
    run,
    said,
    some_facts,
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_the_clock_moves_first_then_the_deed_is_done_and_its_mail_delivered() -> None:
    world = ScriptedWorld(script=[CAME], posted=None)
    run(world, "at = 2026-12-01T08:15:30\n" + REPORT, "at = 2027-06-01T08:15:30")
    assert world.calls == ["move_to", "do", "settle", "move_to", "settle", "close"]
    assert world.moments == [utc(2026, 12, 1, 8, 15, 30), utc(2027, 6, 1, 7, 15, 30)]


def test_a_second_name_is_another_name_of_the_case_that_was_joined() -> None:
    world = ScriptedWorld(script=[CAME, CAME], lists={"head": frozenset({A})})
    look = 'who = "head"\ndoes = "view"\ncase = "B"\nexpect = { lists = ["A"] }'
    again = look.replace('["A"]', '["B"]')
    assert run(world, REPORT, REPORT_B + 'expect = { joined = "A" }', look, again) == ()
    assert world.deeds[2][1] == ViewCase(A)


@pytest.mark.parametrize(
    ("second", "came"),
    [(Happened(case=CaseId("case-3")), "it opened a case of its own"), (CAME, "it joined A")],
)
def test_a_report_that_joined_no_case_or_another_is_told(second: Happened, came: str) -> None:
    world = ScriptedWorld(script=[CAME, Happened(case=B), second])
    joining = REPORT.replace('"A"', '"C"') + 'expect = { joined = "B" }'
    assert said(run(world, REPORT, REPORT_B, joining)) == [(3, "joined", "it to join B", came)]


DONE, REFUSED, INVALID = Happened(), Happened(refused=True, why="no role"), Happened(invalid=True)


@pytest.mark.parametrize(
    ("expect", "happened", "told"),
    [
        ("", DONE, None),
        ("refused = false, invalid = false", DONE, None),
        ("refused = true", REFUSED, None),
        ("invalid = true", INVALID, None),
        ("", REFUSED, ("it to be done", "it was refused (no role)")),
        ("", INVALID, ("it to be done", "it was found invalid")),
        ("refused = true", DONE, ("it to be refused", "it was done")),
        ("invalid = true", DONE, ("it to be found invalid", "it was done")),
        ("refused = true", INVALID, ("it to be refused", "it was found invalid")),
        ("invalid = true", REFUSED, ("it to be found invalid", "it was refused (no role)")),
    ],
)
def test_a_deed_ends_as_expected_or_that_is_told(
    expect: str, happened: Happened, told: tuple[str, str] | None
) -> None:
    found = run(ScriptedWorld(script=[CAME, happened]), REPORT, f"{VIEW}expect = {{ {expect} }}")
    assert said(found) == ([(2, "does", *told)] if told else [])


def test_a_case_that_was_not_opened_is_told_where_it_is_missed() -> None:
    message = SentMessage("head", MessageKind.NEW_CASE)
    world = ScriptedWorld(
        script=[INVALID, Happened(case=B)],
        on_the_way=[(message,)],
        lists={"head": frozenset({B})},
    )
    found = run(
        world,
        REPORT + 'expect = { owner = "head" }',
        "at = 2026-11-24T08:00:00\n" + VIEW,
        REPORT_B + "expect = { sent = [] }",
        'who = "head"\nexpect = { lists = ["A", "B"] }',
    )
    assert said(found) == [
        (1, "does", "it to be done", "it was found invalid"),
        (2, "case", "a case called A", "none was opened as that"),
        (4, "lists", "A, B", "B"),
    ]
    assert [deed for _, deed in world.deeds] == [Report({}), Report({})]


def test_a_world_that_keeps_the_case_of_a_report_to_itself_is_told() -> None:
    found = run(ScriptedWorld(script=[DONE]), REPORT + 'expect = { owner = "head" }')
    assert said(found) == [(1, "case", "one to come of it", "the world named none")]


@pytest.mark.parametrize(
    ("fits", "differs", "told"),
    [
        ('severity = "grave"', 'severity = "mild"', ("severity", "mild", "grave")),
        ('owner = "chair"', 'owner = "head"', ("owner", "head", "chair (chair-2)")),
        ('owner = "chair-2"', 'owner = "nobody"', ("owner", "nobody", "chair (chair-2)")),
        ('categories = ["fire"]', "categories = []", ("categories", "nothing", "fire")),
        ("safeguarding = true", "safeguarding = false", ("safeguarding", "false", "true")),
        ('stop_cards = ["call"]', 'stop_cards = ["ask"]', ("stop_cards", "ask", "call")),
        ('status = "open"', 'status = "closed"', ("status", "closed", "open")),
        ('resolution = "mended"', 'resolution = "lost"', ("resolution", "lost", "mended")),
        (
            'pending = ["close", "look"]',
            'pending = ["look"]',
            ("pending", "look", "close, look"),
        ),
        (
            'recommended = ["look"]',
            'recommended = ["look", "close"]',
            ("recommended", "close, look", "look"),
        ),
        ('possible = ["close"]', 'possible = ["look"]', ("possible", "look", "close")),
        ("further_action = true", "further_action = false", ("further_action", "false", "true")),
        (
            "due = { look = 2026-11-24T16:00:00 }",
            "due = { look = 2026-11-24T16:00:01 }",
            ("due.look", "Tue 24 Nov 2026 16:00:01", "Tue 24 Nov 2026 16:00:00"),
        ),
        (
            "due = { look = 2026-11-24T16:00:00 }",
            "due = { close = 2026-11-24T16:00:00 }",
            ("due.close", "Tue 24 Nov 2026 16:00:00", "nothing"),
        ),
        ('earlier = ["B"]', "earlier = []", ("earlier", "nothing", "B")),
        ('earlier = ["B"]', 'earlier = ["A", "B"]', ("earlier", "A, B", "B")),
        ("occasions = 2", "occasions = 0", ("occasions", "0", "2")),
    ],
)
def test_a_fact_is_as_expected_or_that_is_told(
    fits: str, differs: str, told: tuple[str, str, str]
) -> None:
    def found(expect: str) -> list[tuple[int | None, str, str, str]]:
        world = ScriptedWorld(script=[CAME, Happened(case=B)])
        return said(run(world, REPORT, REPORT_B, f"{VIEW}expect = {{ {expect} }}"))

    assert found(fits) == []
    assert found(differs) == [(3, *told)]


def test_nobody_owns_a_case_that_nobody_is_left_to_work() -> None:
    stored = {A: replace(some_facts(), owner="nobody", owner_person=None)}

    def found(owner: str) -> list[tuple[int | None, str, str, str]]:
        world = ScriptedWorld(script=[CAME], stored=stored)
        return said(run(world, REPORT + f'expect = {{ owner = "{owner}" }}'))

    assert found("nobody") == []
    assert found("head") == [(1, "owner", "head", "nobody")]


def test_a_case_can_be_looked_at_without_a_deed() -> None:
    world = ScriptedWorld(script=[CAME])
    found = run(world, REPORT, 'at = 2026-11-24T08:00:00\ncase = "A"\nexpect = { occasions = 3 }')
    assert said(found) == [(2, "occasions", "3", "2")]


def test_a_case_is_looked_at_only_if_something_is_expected_of_it() -> None:
    world = ScriptedWorld(script=[CAME])
    run(world, REPORT + "expect = { sent = [] }")
    assert "facts" not in world.calls


def test_every_difference_of_a_step_is_told_and_the_journey_goes_on() -> None:
    world = ScriptedWorld(script=[CAME])
    found = run(
        world,
        REPORT + 'expect = { severity = "mild", occasions = 1, lists = ["A"] }',
        VIEW + "expect = { occasions = 1 }",
    )
    assert [(each.step, each.about) for each in found] == [
        (1, "severity"),
        (1, "occasions"),
        (1, "lists"),
        (2, "occasions"),
    ]


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ({A, B}, None),
        ({A}, ("A, B", "A")),
        (set(), ("A, B", "nothing")),
        ({A, B, CaseId("case-9")}, ("A, B", "A, B, a case without a name")),
    ],
)
def test_the_cases_that_somebody_sees_are_those_named(
    lists: set[CaseId], told: tuple[str, str] | None
) -> None:
    world = ScriptedWorld(script=[CAME, Happened(case=B)], lists={"dsl": frozenset(lists)})
    found = run(world, REPORT, REPORT_B, 'who = "dsl"\nexpect = { lists = ["A", "B"] }')
    assert said(found) == ([(3, "lists", *told)] if told else [])


def test_a_mismatch_says_file_step_and_both_sides_in_a_sentence() -> None:
    found = run(ScriptedWorld(script=[CAME]), REPORT, VIEW + "expect = { occasions = 3 }")
    assert [str(each) for each in found] == [
        "t.toml, step 2 (head: view): occasions: expected 3; came: 2."
    ]


@pytest.mark.parametrize("method", ["do", "move_to", "settle", "facts"])
def test_an_error_of_our_own_ends_the_journey_with_a_mismatch(method: str) -> None:
    world = ScriptedWorld(script=[CAME], fails_at=method)
    step = "at = 2026-11-24T08:00:00\n" + REPORT + "expect = { occasions = 2 }"
    (found,) = run(world, step, VIEW)
    assert (found.step, found.came) == (
        1,
        "ReportPostError: The calendar ends. The journey ends here",
    )
    assert world.calls[-2:] == [method, "close"]


def test_a_bug_is_not_a_mismatch() -> None:
    world = ScriptedWorld(fails_at="do", error=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        run(world, REPORT)
    assert world.calls[-1] == "close"


def test_a_pack_that_is_not_accepted_is_a_mismatch_at_the_start() -> None:
    def make_world(journey: Journey) -> World:
        raise PolicyNotAccepted((f"{journey.pack}: there is no such pack.",))

    found = run_journey(a_journey(REPORT), make_world)
    assert [str(each) for each in found] == [
        "t.toml, the start: policy: expected a school; came: small: there is no such pack."
    ]
