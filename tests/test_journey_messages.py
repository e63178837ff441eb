"""What was sent must be exactly what was expected, the digest what it is said to show."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import (
    CaseId,
    MessageKind,
)
from bot.journeys.matching import unmatched
from bot.journeys.world import DigestFacts, Happened, SentMessage
from tests.journey_fakes import (
    CAME,
    REPORT,
    REPORT_B,
    VIEW,
    A,
    B,
    ScriptedWorld,
    run,
    said,
)


def a_message(to: str, kind: str, *steps: str, cases: tuple[CaseId, ...] = ()) -> SentMessage:
    return SentMessage(to, MessageKind(kind), cases, steps)


HEAD_A = a_message("head", "round-up", "look", "close", cases=(A, B))
HEAD_B = a_message("head", "new-case", cases=(B,))
DSL_A = a_message("dsl", "new-case", cases=(A,))


@pytest.mark.parametrize(
    ("entries", "sent"),
    [
        ("", ()),
        ('{ to = "head", kind = "round-up", steps = ["close", "look"] }', (HEAD_A,)),
        ('{ case = "A" }', (HEAD_A,)),
        ('{ case = "B" }', (HEAD_A,)),
        ('{ kind = "new-case" }, { kind = "new-case" }', (DSL_A, HEAD_B)),
        # The first entry fits both; the second one only the message that the first met first.
        ('{ kind = "new-case" }, { to = "head" }', (HEAD_B, DSL_A)),
        ('{ to = "head" }, { case = "B" }, { case = "A" }', (HEAD_A, HEAD_B, DSL_A)),
        ('{ to = "head" }, { case = "A" }, { to = "head", case = "A" }', (HEAD_A, HEAD_B, DSL_A)),
    ],
)
def test_messages_match_if_there_is_a_way_to_pair_them(
    entries: str, sent: tuple[SentMessage, ...]
) -> None:
    world = ScriptedWorld(script=[CAME, Happened(case=B)], mail=[(), (), sent])
    assert run(world, REPORT, REPORT_B, f"{VIEW}expect = {{ sent = [{entries}] }}") == ()


@pytest.mark.parametrize(
    ("entries", "sent", "expected", "came"),
    [
        ("", (HEAD_B,), "nothing more", "new-case to head about B"),
        ('{ kind = "receipt" }', (), "receipt to anybody", "nothing else"),
        (
            '{ to = "head", steps = ["look"] }',
            (HEAD_A,),
            "any message to head with look",
            "round-up to head about A, B with close, look",
        ),
        (
            '{ to = "dsl" }, { to = "dsl" }',
            (DSL_A,),
            "any message to dsl",
            "nothing else (beside 1 as expected)",
        ),
        (
            '{ to = "dsl" }',
            (DSL_A, DSL_A),
            "nothing more",
            "new-case to dsl about A (beside 1 as expected)",
        ),
        (
            '{ kind = "new-case", case = "A" }, { to = "head" }, { to = "dsl" }',
            (HEAD_A, HEAD_B, DSL_A),
            "any message to dsl",
            "new-case to head about B (beside 2 as expected)",
        ),
    ],
)
def test_messages_that_are_missing_or_were_not_expected_are_told(
    entries: str, sent: tuple[SentMessage, ...], expected: str, came: str
) -> None:
    world = ScriptedWorld(script=[CAME, Happened(case=B)], mail=[(), (), sent])
    found = run(world, REPORT, REPORT_B, f"{VIEW}expect = {{ sent = [{entries}] }}")
    assert said(found) == [(3, "sent", expected, came)]


def test_messages_count_in_the_step_in_which_they_were_sent() -> None:
    world = ScriptedWorld(
        script=[CAME], mail=[(DSL_A,), (HEAD_B,), (HEAD_A,)], on_the_way=[(DSL_A,)]
    )
    found = run(
        world,
        REPORT,  # what is not looked at is over all the same
        "at = 2026-11-24T08:00:00\n"
        + VIEW
        + 'expect = { sent = [{ to = "head" }, { to = "dsl" }] }',
        VIEW + 'expect = { sent = [{ kind = "round-up" }] }',
        VIEW + "expect = { sent = [] }",
    )
    assert found == ()


@given(st.lists(st.frozensets(st.integers(0, 4))), st.integers(0, 5))
def test_as_many_are_paired_as_can_be(entries: list[frozenset[int]], many: int) -> None:
    """The size of the best pairing is found by trying; ``unmatched`` must reach it."""

    def best(left: tuple[frozenset[int], ...], free: frozenset[int]) -> int:
        if not left:
            return 0
        taken = (1 + best(left[1:], free - {each}) for each in left[0] & free)
        return max(best(left[1:], free), *taken, 0)

    entries = entries[:6]
    came = tuple(range(many))
    missing, surplus = unmatched(entries, came, lambda entry, one: one in entry)
    paired = best(tuple(entries), frozenset(came))
    assert (len(entries) - len(missing), many - len(surplus)) == (paired, paired)


POSTED = DigestFacts(
    new="fewer than 5",
    open="5",
    total="10",
    timeliness="some-late",
    timeliness_shown="Some things were late",
    by_category={"fire": "5 or more", "rain": "fewer than 5"},
)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ('new = "fewer than 5", open = "5", total = "10"', None),
        ('timeliness = "some-late"', None),
        ('timeliness = "Some things were late"', None),
        ('by_category = { fire = "5 or more" }', None),
        ('new = "5"', ("digest.new", "5", "fewer than 5")),
        ('open = "0"', ("digest.open", "0", "5")),
        ('total = "5"', ("digest.total", "5", "10")),
        ('timeliness = "all-on-time"', ("digest.timeliness", "all-on-time", "some-late")),
        (
            'by_category = { rain = "5 or more" }',
            ("digest.by_category.rain", "5 or more", "fewer than 5"),
        ),
        (
            'by_category = { snow = "fewer than 5" }',
            ("digest.by_category.snow", "fewer than 5", "nothing"),
        ),
        ("by_category = {}", ("digest.by_category", "no table", "fire, rain")),
    ],
)
def test_the_digest_reads_as_expected_or_that_is_told(
    expect: str, told: tuple[str, str, str] | None
) -> None:
    found = run(ScriptedWorld(posted=POSTED), f"expect = {{ digest = {{ {expect} }} }}")
    assert said(found) == ([(1, *told)] if told else [])


def test_a_digest_without_a_table_has_none() -> None:
    world = ScriptedWorld(posted=replace(POSTED, by_category={}))
    assert run(world, "expect = { digest = { by_category = {} } }") == ()


def test_a_digest_that_was_never_posted_is_told() -> None:
    found = run(ScriptedWorld(), 'expect = { digest = { new = "5" } }')
    assert said(found) == [(1, "digest", "one", "none was posted yet")]
