"""Turns: one at a time, in the order in which they came, and nobody waits for who went away."""

import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from storage.turns import NoTurn, Turns


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def come(pool: ThreadPoolExecutor, turns: Turns, who: int, served: list[int]) -> Future[None]:
    """Has a thread wait for its turn; returns once it waits."""
    waiting = turns.waiting

    def have_a_turn() -> None:
        with turns.one():
            served.append(who)

    future = pool.submit(have_a_turn)
    while turns.waiting == waiting:
        pass
    return future


def test_turns_are_had_in_the_order_in_which_they_were_waited_for() -> None:
    turns, served = Turns(), list[int]()
    with ThreadPoolExecutor(8) as pool:
        with turns.one():
            all_of_them = [come(pool, turns, who, served) for who in range(8)]
            assert served == []
        for each in all_of_them:
            each.result()
    assert served == list(range(8))


def test_a_turn_is_passed_on_by_who_raises() -> None:
    turns = Turns()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.one():
            raise ZeroDivisionError


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers that interrupt are POSIX's")
def test_who_is_interrupted_while_waiting_is_not_waited_for() -> None:
    def interrupt(_signal: int, _frame: object) -> None:
        raise Interrupted

    turns, served = Turns(), list[int]()
    has_it, done = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.one():
            has_it.set()
            done.wait()

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with ThreadPoolExecutor(2) as pool:
            holding = pool.submit(hold)
            has_it.wait()
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(Interrupted), turns.one():
                served.append(0)
            after = come(pool, turns, 1, served)
            done.set()
            holding.result()
            after.result()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert served == [1]


def test_nobody_waits_for_a_turn_for_ever_and_the_next_one_comes_all_the_same() -> None:
    turns, served = Turns(patience=0.01), list[int]()
    with ThreadPoolExecutor(1) as pool:
        with turns.one():
            waited = come(pool, turns, 1, served)
            with pytest.raises(NoTurn):
                waited.result()
            assert turns.waiting == 0
        with turns.one():
            pass
    assert served == []
