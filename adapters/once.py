"""Decides whether a platform has brought the same thing before: a retry, or a second click."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

DOUBLE_CLICK_SECONDS: Final = 1.5

_MOST_KEPT: Final = 10_000


class Once:
    """Remembers keys for a while."""

    def __init__(self, for_seconds: float, seconds: Callable[[], float] = time.monotonic) -> None:
        self._for = for_seconds
        self._seconds = seconds
        self._until: OrderedDict[str, float] = OrderedDict()

    def is_first(self, key: str) -> bool:
        """Whether the key comes for the first time."""
        now = self._seconds()
        while self._until and (
            next(iter(self._until.values())) <= now or len(self._until) > _MOST_KEPT
        ):
            self._until.popitem(last=False)
        if key in self._until:
            return False
        self._until[key] = now + self._for
        return True
