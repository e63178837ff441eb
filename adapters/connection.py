"""Whether a line that is kept open to a platform is up, and since when it is not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from adapters import diary
from adapters.metrics import Entrance

AWAY: Final = 60.0
"""Seconds without the line after which nobody should rely on the process: Slack itself gives up a
connection now and then, and a new one takes a few seconds."""
_EVERY: Final = 2.0


class Connection:
    """Watches a line (``adapters.readiness.Check``). ``seconds`` never goes back."""

    def __init__(
        self,
        platform: Entrance,
        asks: Callable[[], Awaitable[bool]],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``asks`` whether it is up at this moment."""
        self._platform = platform
        self._asks = asks
        self._seconds = seconds
        self._since = seconds()
        self._ever = False
        self.is_up = False

    async def look(self) -> None:
        """Asks, and tells the log of a change."""
        up, now = await self._asks(), self._seconds()
        if up == self.is_up:
            return
        self.is_up = up
        if up:
            diary.connected(self._platform, now - self._since)
        else:
            diary.connection_lost(self._platform)
        self._ever |= up
        self._since = now

    async def watch(self) -> None:
        """Looks now and then, until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_EVERY)

    async def __call__(self) -> str:
        """Why nobody can act through it: never up, or away for more than a minute."""
        await self.look()
        away = self._seconds() - self._since
        name = self._platform.value.title()
        if self.is_up:
            return ""
        if not self._ever:
            return f"it has not connected to {name} yet"
        return f"it has had no connection to {name} for {away:.0f} seconds" if away > AWAY else ""
