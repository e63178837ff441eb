"""Sixteen threads at once: nothing locked out, lost or doubled, on either database."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from bot.app.ports import ActedOnAlready, DraftMovedOn
from bot.domain.ids import CaseId, Cause, PersonId
from storage import SqlStore
from tests.claiming import claim_changed_in, claim_in, waiting_in
from tests.storage.places import NOW, Place, a_case, a_draft, an_intent, findings

T = TypeVar("T")
THREADS = 16
ROUNDS = 12


def at_once(work: Callable[[int], T]) -> list[T]:
    """Runs the work in all threads, which begin together; raises what any of them raised."""
    ready = threading.Barrier(THREADS)

    def run(number: int) -> T:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_reports_filed_at_once_give_one_case_a_link_and_one_reference_a_case(
    store: SqlStore,
) -> None:
    def report(thread: int) -> None:
        for round_ in range(ROUNDS):
            link, payload = f"link-{(thread + round_) % 9}", f"{thread}/{round_}".encode()
            with store.writing() as writing:
                writing.lock_school()
                found = writing.cases_with_link(link)
                if found:
                    writing.append(found[0].case, NOW, [payload])
                else:
                    case = a_case(writing, payloads=[payload]).case
                    writing.keep_link(case, link)

    at_once(report)
    with store.reading() as reading:
        rows = reading.case_rows()
        assert all(len(reading.cases_with_link(f"link-{n}")) == 1 for n in range(9))
        written = Counter(e.payload for row in rows for e in reading.entries(row.case))
    assert [row.reference.value for row in rows] == [f"2026-{n:03d}" for n in range(1, 10)]
    assert written == Counter(f"{t}/{r}".encode() for t in range(THREADS) for r in range(ROUNDS))
    assert findings(store) == []


def test_entries_appended_at_once_are_each_there_once_in_one_chain(store: SqlStore) -> None:
    with store.writing() as writing:
        cases = [a_case(writing, f"c{n}").case for n in range(3)]

    def work(thread: int) -> list[tuple[CaseId, int]]:
        numbers = []
        for round_ in range(ROUNDS):
            case = cases[(thread + round_) % 3]
            with store.writing() as writing:
                writing.lock_case(case)
                number = writing.append(case, NOW, [f"{thread}/{round_}".encode(), b"second"])
                numbers.append((case, number))
            with store.reading() as reading:
                assert len(reading.entries(case)) >= number
        return numbers

    numbers = [each for numbers in at_once(work) for each in numbers]
    assert len(set(numbers)) == THREADS * ROUNDS
    with store.reading() as reading:
        found = [entry for case in cases for entry in reading.entries(case)]
    assert len(found) == 3 + 2 * THREADS * ROUNDS
    assert len({entry.payload for entry in found}) == 2 + THREADS * ROUNDS
    assert findings(store) == []


def test_a_cause_that_arrives_in_all_threads_is_acted_on_once(store: SqlStore) -> None:
    def act(thread: int) -> bool:
        try:
            with store.writing() as writing:
                a_case(writing)
                writing.remember(Cause("one"), str(thread).encode(), NOW)
        except ActedOnAlready:
            return False
        return True

    acted = at_once(act)
    assert acted.count(True) == 1
    with store.reading() as reading:
        assert reading.remembered(Cause("one")) == str(acted.index(True)).encode()
        assert len(reading.case_rows()) == 1


def test_a_revision_of_a_draft_is_put_by_one_thread(store: SqlStore) -> None:
    def put(thread: int, revision: int) -> bool:
        try:
            with store.writing() as writing:
                writing.put_draft(a_draft(revision=revision, answers=str(thread).encode()))
        except DraftMovedOn:
            return False
        return True

    for revision in (1, 2, 3):
        assert at_once(lambda t, revision=revision: put(t, revision)).count(True) == 1  # type: ignore[misc]


def test_messages_claimed_at_once_are_each_sent_once_and_one_at_a_time(store: SqlStore) -> None:
    people, each = 5, 6
    intents = [an_intent(f"{p}/{n}", PersonId(f"p{p}")) for p in range(people) for n in range(each)]
    busy: Counter[str] = Counter()
    sent: list[str] = []
    overlaps: list[str] = []

    def deliver(_thread: int) -> None:
        while True:
            with store.writing() as writing:
                claimed = claim_in(writing, NOW, NOW, 2)
            people = [row.intent.key.partition("/")[0] for row in claimed]
            busy.update(people)
            overlaps.extend(person for person in people if busy[person] != 1)
            for row, person in zip(claimed, people, strict=True):
                sent.append(row.intent.key)
                busy[person] -= 1
                with store.writing() as writing:
                    writing.mark_sent(row, "ref", "shown", NOW, None)
            with store.reading() as reading:
                if not waiting_in(reading, NOW):
                    return

    with store.writing() as writing:
        writing.enqueue(intents)
    at_once(deliver)
    assert overlaps == []
    assert sorted(sent) == sorted(intent.key for intent in intents)


def test_reminders_written_at_once_in_any_order_are_there_once(store: SqlStore) -> None:
    keys = [f"k{n}" for n in range(40)]

    def remind(_thread: int) -> int:
        mine = sorted(keys, key=lambda _: secrets.token_bytes(4))
        with store.writing() as writing:
            return writing.enqueue([an_intent(key) for key in mine])

    assert sum(at_once(remind)) == len(keys)


def test_shared_messages_are_marked_stale_at_once_without_waiting_for_each_other(
    store: SqlStore,
) -> None:
    cases = [CaseId(f"c{n}") for n in range(8)]
    with store.writing() as writing:
        writing.enqueue([an_intent(f"k{n}", PersonId(f"p{n}"), *cases) for n in range(20)])
        for row in claim_in(writing, NOW, NOW, 20):
            writing.mark_sent(row, "ref", "shown", NOW, None)

    def change(thread: int) -> None:
        for round_ in range(ROUNDS):
            with store.writing() as writing:
                writing.mark_stale(cases[(thread * 5 + round_ * 3) % 8])
                writing.mark_stale(cases[(thread * 3 + round_ * 5) % 8])

    at_once(change)
    with store.writing() as writing:
        assert len(claim_changed_in(writing, NOW, 100)) == 20


@pytest.mark.postgres
def test_replicas_that_open_an_empty_database_at_once_agree_on_its_keys(
    postgres_place: Place,
) -> None:
    stores = at_once(lambda _: postgres_place.store())
    assert len({store.keys.chain for store in stores}) == 1
    assert len({store.keys.stream for store in stores}) == 1
    with stores[0].writing() as writing:
        case = a_case(writing, payloads=[b"shared"]).case
    with stores[-1].reading() as reading:
        assert reading.entries(case)[0].payload == b"shared"
    for store in stores[1:]:
        store.close()


def test_two_stores_on_one_sqlite_file_take_turns(sqlite_place: Place) -> None:
    one, other = sqlite_place.store(), sqlite_place.store()

    def work(thread: int) -> None:
        for _ in range(ROUNDS):
            with (one, other)[thread % 2].writing() as writing:
                a_case(writing)

    at_once(work)
    with other.reading() as reading:
        assert len({row.reference for row in reading.case_rows()}) == THREADS * ROUNDS
    assert findings(one) == []
