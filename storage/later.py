"""What is done a little later, in a thread of its own, once for all who ask for it meanwhile."""

import threading
from collections.abc import Callable
from typing import Final

AFTER_SECONDS: Final = 5.0
"""So long a destroyed key of a draft stays in SQLite's log; twice as long if a reader is there."""


class Later:
    """Work that is put off. Whoever ends the process may stop it: then it is not done any more."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None
        self._at_work: threading.Timer | None = None
        self._stopped = False

    def ask(self, work: Callable[[], bool]) -> None:
        """Does it soon, unless it is about to be done; again, until it says that it is done."""
        with self._guard:
            if self._timer is None and not self._stopped:
                self._begin(work)

    def _begin(self, work: Callable[[], bool]) -> None:
        self._timer = threading.Timer(AFTER_SECONDS, self._do, (work,))
        self._timer.name, self._timer.daemon = "later", True
        self._timer.start()

    def _do(self, work: Callable[[], bool]) -> None:
        with self._guard:
            if self._stopped:
                return
            # Whoever asks from now on asks for another time.
            self._at_work, self._timer = self._timer, None
        done = work()
        self._at_work = None
        if not done:
            self.ask(work)

    def stop(self) -> None:
        """Begins nothing any more, and waits for what is under way."""
        with self._guard:
            self._stopped = True
            timer, self._timer, at_work = self._timer, None, self._at_work
        if timer is not None:
            timer.cancel()
        if at_work is not None:
            at_work.join()
