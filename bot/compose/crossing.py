"""Who may go on while the clock is moved: acts, ticks and deliveries side by side, or it alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Crossing:
    """Acts, ticks and deliveries go side by side; a move of the clock has the road alone.

    An act in the middle of a move would be dated at a moment that nobody chose, and what follows
    from it could be passed by.
    """

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._on_it = 0
        self._closed = False

    @asynccontextmanager
    async def side_by_side(self) -> AsyncIterator[None]:
        """Waits while somebody has it alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._on_it += 1
        try:
            yield
        finally:
            self._on_it -= 1
            await self._tell()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Lets nobody on any more, and waits for those who are on it."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._closed = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._on_it == 0)
            yield
        finally:
            self._closed = False
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
