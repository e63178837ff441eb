"""Time that is not waited for: a loop whose clock jumps to whatever comes next."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing, and counts how long it would have waited."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """What is ready now."""
        if timeout:
            self.passed += timeout
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """A loop for work that waits for its own timers alone."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since it began, as it counts them."""
        return self._jumping.passed


def simulated(work: Coroutine[Any, Any, Result]) -> Result:
    """What comes of the work, which takes as long as its sums."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(work)
