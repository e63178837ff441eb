"""Decides how messages reach the page: the desk is its own platform and keeps them itself."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from adapters.desk.kept import KeptMessage, KeptMessages
from adapters.desk.render import draw_message
from bot.app.messenger import DeliveryError
from bot.domain.ids import Cause, PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words

CHANNEL: Final = ""
"""The box of the governors' channel."""

Listener = asyncio.Queue[str | None]
"""Gets the box of each message that is new or changed; ``None`` when the desk closes."""


class DeskMessenger:
    """Sends and updates messages on the page (``bot.app.messenger.Messenger``)."""

    def __init__(
        self,
        path: Path,
        people: Collection[PersonId],
        now: Callable[[], Awaitable[datetime]],
    ) -> None:
        """Keeps its file at ``path``; ``now`` is the school's clock, in UTC."""
        self._kept = KeptMessages(path)
        self._people = frozenset(people)
        self._now = now
        self._listeners: set[Listener] = set()

    def hang_up(self) -> None:
        """Tells everybody who listens that there is no more to come."""
        for listener in self._listeners:
            listener.put_nowait(None)

    def close(self) -> None:
        """Closes the file."""
        self._kept.close()

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Keeps the message and returns its reference. Raises ``DeliveryError``."""
        if to is not None and to not in self._people:
            raise DeliveryError(permanent=True)
        ref = secrets.token_hex(8)
        await self._keep(CHANNEL if to is None else to, ref, message, words)
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows the message anew, in its old place. Raises ``DeliveryError`` if it is not kept."""
        html = await asyncio.to_thread(draw_message, message, words, f"m{message_ref}")
        summary = words.text(message.summary)
        try:
            box = await asyncio.to_thread(self._kept.change, message_ref, summary, str(html))
        except sqlite3.Error as wrong:
            raise DeliveryError(permanent=False) from wrong
        if box is None:
            raise DeliveryError(permanent=True)
        self._tell(box)

    async def say(self, to: PersonId, cause: Cause, message: Message, words: Words) -> None:
        """Keeps what an act was answered with, once for each cause. Raises ``DeliveryError``."""
        await self._keep(to, f"say-{cause.removeprefix('desk:')}", message, words)

    async def log(self, box: str) -> tuple[KeptMessage, ...]:
        """The messages of a box, the oldest first; they count as seen from now on."""
        messages = await asyncio.to_thread(self._kept.log, box)
        await asyncio.to_thread(self._kept.saw, box)
        return messages

    async def unread(self) -> dict[str, int]:
        """How many messages each box got since it was last looked at."""
        return await asyncio.to_thread(self._kept.unread)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        """A queue that gets the box of every message that is sent or shown anew."""
        listener: Listener = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def _keep(self, box: str, ref: str, message: Message, words: Words) -> None:
        html = await asyncio.to_thread(draw_message, message, words, f"m{ref}")
        kept = KeptMessage(ref, await self._now(), 1, words.text(message.summary), str(html))
        try:
            new = await asyncio.to_thread(self._kept.keep, box, kept)
        except sqlite3.Error as wrong:
            raise DeliveryError(permanent=False) from wrong
        if new:
            self._tell(box)

    def _tell(self, box: str) -> None:
        for listener in self._listeners:
            listener.put_nowait(box)
