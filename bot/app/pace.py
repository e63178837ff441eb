"""How fast messages leave for a platform: within what it takes, the most urgent first."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.domain.urgency import Urgency

_ONE: Final = 1 - 1e-6
"""One call, as far as sums of seconds can tell."""
_LONGEST_REST_SECONDS: Final = 30.0
"""Whoever asked for more is not written to that long; the others try again."""


@dataclass(frozen=True)
class Speed:
    """What a platform takes: so many calls a minute, and so many at once after a pause."""

    a_minute: float
    burst: int = 1

    def shared(self, by: int) -> "Speed":
        """The share of each of so many that send side by side."""
        return Speed(self.a_minute / by, max(self.burst // by, 1))


@dataclass
class Pace:
    """Lets calls go one after another. Lives in one event loop; ``seconds`` never goes back."""

    speed: Speed
    seconds: Callable[[], float] = time.monotonic
    _waiting: list[tuple[Urgency, int, asyncio.Future[None]]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _saved: float = 0.0
    _since: float | None = None
    _timer: asyncio.TimerHandle | None = None
    _rests_until: float = 0.0

    @property
    def room(self) -> int:
        """How many more may come and go within a second or so; the others had better wait."""
        self._save()
        if self._rests_for > 1:
            return 0
        return max(int(self._saved + self._a_second + 1 - _ONE) - len(self._waiting), 0)

    async def turn(self, urgency: Urgency) -> None:
        """Waits until the call may go: the more urgent before the others, then who came first."""
        self._save()
        if not self._waiting and self._saved >= _ONE:
            self._saved -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._numbers), mine))
        self._wake_in_time()
        await mine

    def rest(self, seconds: float) -> None:
        """The platform has enough of us: nothing goes for so long, half a minute at the most."""
        self._save()
        self._saved = 0.0
        self._rests_until = max(
            self._rests_until, self.seconds() + min(seconds, _LONGEST_REST_SECONDS)
        )

    @property
    def _rests_for(self) -> float:
        return max(self._rests_until - self.seconds(), 0)

    @property
    def _a_second(self) -> float:
        return self.speed.a_minute / 60

    def _save(self) -> None:
        now = self.seconds()
        if self._since is None:
            self._saved = float(self.speed.burst)
        else:
            earned = max(now - max(self._since, self._rests_until), 0) * self._a_second
            self._saved = min(self._saved + earned, float(self.speed.burst))
        self._since = now

    def _wake_in_time(self) -> None:
        if self._timer is None:
            wait = self._rests_for + max(1 - self._saved, 0) / self._a_second
            self._timer = asyncio.get_running_loop().call_later(wait, self._let_go)

    def _let_go(self) -> None:
        self._timer = None
        self._save()
        while self._waiting and self._saved >= _ONE:
            _, _, first = heapq.heappop(self._waiting)
            if not first.done():  # whoever was cancelled needs no turn
                first.set_result(None)
                self._saved -= 1
        if self._waiting:
            self._wake_in_time()
