"""Requests that are none of a platform's: how many there were, and when the log tells of them."""

import time
from collections.abc import Callable
from typing import Final

from adapters import diary
from adapters.metrics import Entrance, Metrics

TELL_SECONDS: Final = 60.0
"""Between two lines of the log at least: whoever tries the door must not be able to fill it."""


class TurnedAway:
    """Counts every one. The log hears of the first at once, and then once a minute at the most."""

    def __init__(
        self,
        entrance: Entrance,
        metrics: Metrics,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``seconds`` is a clock that never goes back."""
        self._entrance = entrance
        self._metrics = metrics
        self._seconds = seconds
        self._untold = 0
        self._told_at: float | None = None

    def __call__(self) -> None:
        """One was turned away. Nothing of it is looked at."""
        self._metrics.turned_away(self._entrance)
        self._untold += 1
        now = self._seconds()
        if self._told_at is None or now - self._told_at >= TELL_SECONDS:
            diary.turned_away(self._entrance, self._untold)
            self._untold, self._told_at = 0, now
