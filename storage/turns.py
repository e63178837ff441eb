"""Who may write next on SQLite: threads take turns in the order in which they came."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE: Final = 10.0
"""Seconds that a thread waits for its turn at most. Turns take milliseconds; if another process
holds the database, each of those in front waits SQLite's own five seconds in vain, one by one."""


class NoTurn(Exception):
    """Others had the writer for too long; nothing was done, and it may be tried again."""


class Turns:
    """A lock that is fair: a plain one lets a busy thread overtake those who wait."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn now."""
        return len(self._waiting)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Waits for its turn and has it until the block ends.

        Raises ``NoTurn`` if it does not come in good time.
        """
        self._wait()
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        try:
            came = gate.acquire(timeout=self._patience)
        except BaseException:  # Ctrl-C while waiting: nobody must wait for us
            if self._was_given(gate):
                self._pass_on()
            raise
        if not came and not self._was_given(gate):
            raise NoTurn

    def _was_given(self, gate: threading.Lock) -> bool:
        """Whether the turn came after all; else its place in the row is given up."""
        with self._guard:
            if gate not in self._waiting:
                return True
            self._waiting.remove(gate)
            return False

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
