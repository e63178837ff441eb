"""So many at a time, in the order they came; and nobody any more once it is shut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Shut(Exception):
    """Nobody is let in any more: the process is being stopped."""


class Turnstile:
    """Lets so many in at once; those who wait when it is shut are turned away."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._shut = False

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Waits for those who came before. Raises ``Shut``."""
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            if self._shut:
                raise Shut
            yield
        finally:
            self._free.release()

    def shut(self) -> None:
        """Whoever is through goes on; nobody else gets in."""
        self._shut = True
        for _ in range(self._waiting):
            self._free.release()
