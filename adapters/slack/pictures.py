"""Decides how evidence is shown in Slack: for as long as the modal is open, and no longer.

Slack draws only what it holds. So a picture is uploaded when somebody asks for it, into no channel,
and deleted when the modal is closed, after a few minutes, and when the bot stops.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from adapters.slack.blocks import Pictures
from adapters.slack.client import SlackClient
from adapters.slack.refusals import SlackRefused
from adapters.slack.texts import Block
from bot.domain.ids import EvidenceId

SHOWN_SECONDS: Final = 600
READY_SECONDS: Final = (0.5, 1.0, 2.0)
"""Until Slack has looked at an uploaded picture."""

_NAME: Final = "file"
_ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class ShownPictures:
    """The pictures that are open now, by modal."""

    def __init__(self, client: SlackClient, report: Callable[[str, Exception], None]) -> None:
        self._client = client
        self._report = report
        self._files: dict[str, dict[EvidenceId, str]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._deleting: set[asyncio.Task[None]] = set()

    async def show(
        self, view: str, evidence: EvidenceId, content: bytes, media_type: str, alt: str
    ) -> None:
        """Uploads it for that modal. Raises ``SlackRefused``."""
        files = self._files.setdefault(view, {})
        if evidence in files:
            return
        name = f"{_NAME}.{_ENDINGS.get(media_type, 'png')}"
        files[evidence] = await self._client.upload(name, content, alt, alt)
        if view not in self._timers:
            loop = asyncio.get_running_loop()
            self._timers[view] = loop.call_later(SHOWN_SECONDS, self.hide, view)

    def in_view(self, view: str) -> Pictures:
        """What the renderer asks: the picture of a piece of evidence, if it is open."""
        files: Mapping[EvidenceId, str] = self._files.get(view, {})

        def found(evidence: EvidenceId) -> Block | None:
            file = files.get(evidence)
            return {"id": file} if file else None

        return found

    def has(self, view: str) -> bool:
        """Whether the modal shows any."""
        return bool(self._files.get(view))

    def hide(self, view: str) -> None:
        """Deletes the pictures of a modal."""
        timer = self._timers.pop(view, None)
        if timer is not None:
            timer.cancel()
        for file in self._files.pop(view, {}).values():
            task = asyncio.get_running_loop().create_task(self._delete(file))
            self._deleting.add(task)
            task.add_done_callback(self._deleting.discard)

    async def close(self) -> None:
        """Deletes them all."""
        for view in list(self._files):
            self.hide(view)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*self._deleting), SHOWN_SECONDS / 120)

    async def _delete(self, file: str) -> None:
        try:
            await self._client.delete_file(file)
        except SlackRefused as refused:
            self._report("deleting a picture from Slack", refused)
