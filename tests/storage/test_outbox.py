"""The outbox: a message is written once, sent once by whoever holds its lease, and kept current."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.app.intents import Claimed, Intent, LeaseToken, ToChannel, ToPerson, ToRole
from bot.domain.ids import CaseId, MessageKind, PersonId, Role
from storage import SqlStore
from tests.claiming import claim_changed_in, claim_in, waiting_in
from tests.storage.places import HEAD, MINUTE, NOW, STAFF, an_intent, keys_of

MACHINE = NOW + timedelta(days=40)  # the two clocks have nothing to do with each other
LATER = MACHINE + timedelta(seconds=61)
A, B = CaseId("a"), CaseId("b")


def put(store: SqlStore, *intents: Intent) -> int:
    with store.writing() as writing:
        return writing.enqueue(intents)


def claim(store: SqlStore, machine_now: datetime = MACHINE, limit: int = 10) -> tuple[Claimed, ...]:
    with store.writing() as writing:
        return claim_in(writing, NOW, machine_now, limit)


def send(store: SqlStore, claimed: Claimed, person: PersonId | None = HEAD) -> bool:
    with store.writing() as writing:
        return writing.mark_sent(claimed, "ref", "shown", NOW, person)


def sent(store: SqlStore, *intents: Intent) -> None:
    """Has the intents sent, one after another."""
    for intent in intents:
        put(store, intent)
        (claimed,) = claim(store)
        assert send(store, claimed)


def stale(store: SqlStore, machine_now: datetime = MACHINE) -> tuple[Claimed, ...]:
    with store.writing() as writing:
        return claim_changed_in(writing, machine_now, 10)


def change(store: SqlStore, case: CaseId) -> None:
    with store.writing() as writing:
        writing.mark_stale(case)


def test_an_intent_is_written_once(store: SqlStore) -> None:
    assert put(store, an_intent("k1"), an_intent("k2"), an_intent("k1")) == 2
    assert put(store, an_intent("k2"), an_intent("k3", STAFF)) == 1
    with store.reading() as reading:
        assert waiting_in(reading, NOW) == 3


@pytest.mark.parametrize("to", [ToPerson(HEAD), ToRole(Role.DSL), ToRole("owner"), ToChannel()])
def test_an_intent_comes_back_as_it_was_written(
    store: SqlStore, to: ToPerson | ToRole | ToChannel
) -> None:
    facts = {"steps": ["police"], "count": 2, "on": "2026-11-23", "none": None}
    intent = Intent("k", MessageKind.ROUND_UP, to, NOW, (B, A), facts)
    put(store, intent)
    (claimed,) = claim(store)
    assert claimed.intent == intent
    assert (claimed.attempts, claimed.message_ref, claimed.shown) == (0, None, None)


def test_nothing_is_claimed_before_it_is_due(store: SqlStore) -> None:
    put(store, an_intent("k", not_before=NOW + MINUTE))
    assert claim(store) == ()
    with store.reading() as reading:
        assert waiting_in(reading, NOW) == 0
        assert waiting_in(reading, NOW + MINUTE) == 1
        assert reading.next_intent_at(NOW) == NOW + MINUTE
        assert reading.next_intent_at(NOW + MINUTE) is None


def test_a_recipient_has_one_message_at_a_time_the_earliest_first(store: SqlStore) -> None:
    put(
        store,
        an_intent("second", not_before=NOW - MINUTE),
        an_intent("first", not_before=NOW - 2 * MINUTE),
        an_intent("other", STAFF),
    )
    claimed = claim(store)
    assert keys_of(claimed) == ["first", "other"]
    assert claim(store) == ()
    assert send(store, claimed[0])
    assert keys_of(claim(store)) == ["second"]


def test_two_claims_of_one_transaction_give_a_recipient_one_message(store: SqlStore) -> None:
    put(store, an_intent("k1"), an_intent("k2"))
    with store.writing() as writing:
        assert len(claim_in(writing, NOW, MACHINE, 10)) == 1
        assert claim_in(writing, NOW, MACHINE, 10) == ()


def test_no_more_is_claimed_than_asked_for(store: SqlStore) -> None:
    put(store, *(an_intent(f"k{n}", PersonId(f"p{n}")) for n in range(5)))
    assert len(claim(store, limit=2)) == 2
    assert len(claim(store, limit=10)) == 3


def test_what_failed_less_often_comes_first(store: SqlStore) -> None:
    put(store, an_intent("failed", not_before=NOW - MINUTE))
    (claimed,) = claim(store)
    with store.writing() as writing:
        assert writing.try_later(claimed, MACHINE, counts=True)
    put(store, an_intent("new"), an_intent("other", STAFF))
    again = claim(store)
    assert keys_of(again) == ["new", "other"]
    send(store, again[0])
    (failed,) = claim(store)
    assert (failed.intent.key, failed.attempts) == ("failed", 1)


def test_a_lease_runs_out_after_a_minute_of_the_machine(store: SqlStore) -> None:
    put(store, an_intent("k"))
    claim(store)
    assert claim(store, MACHINE + timedelta(seconds=59)) == ()
    assert keys_of(claim(store, LATER)) == ["k"]


def test_what_a_clock_that_was_ahead_held_back_waits_no_more_once_it_is_mended(
    store: SqlStore,
) -> None:
    put(store, an_intent("leased"), an_intent("failed", STAFF))
    tomorrow = MACHINE + timedelta(days=1)
    leased, failed = claim(store, tomorrow)
    with store.writing() as writing:
        assert writing.try_later(failed, tomorrow + MINUTE, counts=True)
    assert keys_of(claim(store)) == [leased.intent.key, failed.intent.key]


def test_a_lease_of_a_clock_that_is_minutes_ahead_counts(store: SqlStore) -> None:
    put(store, an_intent("leased"))
    assert claim(store, MACHINE + 10 * MINUTE)
    assert claim(store) == ()


def test_only_the_holder_of_the_lease_marks_a_row(store: SqlStore) -> None:
    put(store, an_intent("k", HEAD, A))
    (lost,) = claim(store)
    (held,) = claim(store, LATER)
    assert lost.token != held.token
    with store.writing() as writing:
        for token in (lost.token, LeaseToken("")):
            late = replace(lost, token=token)
            assert not writing.mark_sent(late, "ref", "shown", NOW, HEAD)
            assert not writing.mark_shown(late, "shown")
            assert not writing.try_later(late, LATER, counts=True)
            assert not writing.wait_until(late, NOW)
            assert not writing.give_up(late, "why")
            assert not writing.drop(late, "why")
            assert not writing.split(late, [an_intent("split")])
    with store.reading() as reading:
        assert waiting_in(reading, NOW) == 1
        assert reading.sent_kinds(A, HEAD) == ()
    assert send(store, held)
    assert not send(store, held)


def test_a_retry_waits_for_the_machines_clock_and_counts_if_told(store: SqlStore) -> None:
    put(store, an_intent("k"))
    for attempts, counts in ((0, True), (1, False), (1, True), (2, True)):
        (claimed,) = claim(store)
        assert claimed.attempts == attempts
        with store.writing() as writing:
            assert writing.try_later(claimed, LATER, counts=counts)
        assert claim(store) == ()
        with store.writing() as writing:
            (again,) = claim_in(writing, NOW, LATER, 10)
            writing.try_later(again, MACHINE, counts=False)


def test_a_message_that_nobody_can_have_waits_for_the_schools_clock(store: SqlStore) -> None:
    put(store, an_intent("k"))
    (claimed,) = claim(store)
    with store.writing() as writing:
        assert writing.wait_until(claimed, NOW + MINUTE)
        assert claim_in(writing, NOW, LATER, 10) == ()
        assert keys_of(claim_in(writing, NOW + MINUTE, MACHINE, 10)) == ["k"]


def test_what_was_given_up_or_dropped_is_never_claimed_again(store: SqlStore) -> None:
    put(store, an_intent("k1", HEAD, A), an_intent("k2", STAFF, A))
    first, second = claim(store)
    with store.writing() as writing:
        assert writing.give_up(first, "no such account")
        assert writing.drop(second, "not permitted any more")
    change(store, A)
    assert claim(store, LATER) == stale(store, LATER) == ()
    assert put(store, an_intent("k1"), an_intent("k2")) == 0
    with store.reading() as reading:
        assert waiting_in(reading, NOW) == 0
        assert reading.next_intent_at(NOW - MINUTE) is None
        assert reading.sent_kinds(A, HEAD) == ()


def test_a_roles_row_is_replaced_by_one_a_person(store: SqlStore) -> None:
    role = replace(an_intent("k"), to=ToRole(Role.HEAD))
    put(store, role)
    (claimed,) = claim(store)
    with store.writing() as writing:
        assert writing.split(claimed, [an_intent("k/1", HEAD), an_intent("k/2", STAFF)])
        assert keys_of(claim_in(writing, NOW, LATER, 10)) == ["k/1", "k/2"]
    assert put(store, role) == 0


def test_what_a_person_was_sent_about_a_case_is_told_once_a_kind(store: SqlStore) -> None:
    receipt = replace(an_intent("k1", HEAD, A), kind=MessageKind.RECEIPT)
    urgent = [
        replace(an_intent(key, HEAD, A, B), kind=MessageKind.URGENT_CASE) for key in ("k2", "k3")
    ]
    sent(store, receipt, *urgent)
    put(store, replace(an_intent("k4", HEAD, A), kind=MessageKind.DIGEST))
    with store.reading() as reading:
        assert reading.sent_kinds(A, HEAD) == (MessageKind.RECEIPT, MessageKind.URGENT_CASE)
        assert reading.sent_kinds(B, HEAD) == (MessageKind.URGENT_CASE,)
        assert reading.sent_kinds(A, STAFF) == ()


def test_a_change_makes_sent_messages_that_show_the_case_stale(store: SqlStore) -> None:
    sent(store, an_intent("k1", HEAD, A, B), an_intent("k2", STAFF, B))
    assert stale(store) == ()
    change(store, A)
    (claimed,) = stale(store)
    assert (claimed.intent.key, claimed.message_ref, claimed.shown) == ("k1", "ref", "shown")
    assert claimed.intent.cases == (A, B)
    with store.writing() as writing:
        assert writing.mark_shown(claimed, "newer")
    assert stale(store, LATER) == ()
    change(store, A)
    assert stale(store)[0].shown == "newer"


def test_a_stale_message_is_leased_too(store: SqlStore) -> None:
    sent(store, an_intent("k1", HEAD, A))
    put(store, an_intent("k2", HEAD))
    change(store, A)
    assert keys_of(stale(store)) == ["k1"]
    assert stale(store) == ()
    assert keys_of(claim(store)) == ["k2"]  # what was never told waits for no update
    assert keys_of(stale(store, LATER)) == ["k1"]


def test_a_change_while_a_message_is_updated_makes_it_stale_again(store: SqlStore) -> None:
    sent(store, an_intent("k1", HEAD, A))
    change(store, A)
    (claimed,) = stale(store)
    change(store, A)
    with store.writing() as writing:
        assert writing.mark_shown(claimed, "already too old")
    assert keys_of(stale(store)) == ["k1"]


def test_a_change_while_a_message_is_sent_makes_it_stale(store: SqlStore) -> None:
    put(store, an_intent("k1", HEAD, A))
    (claimed,) = claim(store)
    change(store, A)
    assert send(store, claimed)
    assert keys_of(stale(store)) == ["k1"]


def test_a_change_before_a_message_is_sent_makes_nothing_stale(store: SqlStore) -> None:
    put(store, an_intent("k1", HEAD, A))
    change(store, A)
    (claimed,) = claim(store)
    assert send(store, claimed)
    assert stale(store) == ()


def test_an_update_that_fails_is_tried_later_and_given_up_without_unsending(
    store: SqlStore,
) -> None:
    sent(store, an_intent("k1", HEAD, A))
    change(store, A)
    (claimed,) = stale(store)
    with store.writing() as writing:
        assert writing.try_later(claimed, LATER, counts=True)
    assert stale(store) == ()
    (again,) = stale(store, LATER)
    assert again.attempts == 1
    with store.writing() as writing:
        assert writing.give_up(again, "the message was deleted")
    assert stale(store, LATER + MINUTE) == claim(store, LATER + MINUTE) == ()
    with store.reading() as reading:
        assert reading.sent_kinds(A, HEAD) == (MessageKind.NEW_CASE,)


def test_a_rolled_back_change_makes_nothing_stale(store: SqlStore) -> None:
    def interrupted() -> None:
        with store.writing() as writing:
            writing.mark_stale(A)
            raise ZeroDivisionError

    sent(store, an_intent("k1", HEAD, A))
    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert stale(store) == ()
