"""Decides how evidence is shown in Slack: for as long as the modal is open, and no longer.

Slack draws only what it holds. So a picture is uploaded when somebody asks for it, into no channel,
and deleted when the modal is closed, after a few minutes, and when the bot stops. It is noted
before its bytes leave: whichever process hears of the modal next finds it, and one that is left
over is deleted by whoever sweeps.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.slack.client import SlackClient
from adapters.slack.host import Host
from adapters.slack.refusals import SlackRefused
from adapters.slack.taken_back import delete_file
from bot.domain.ids import EvidenceId

NOTES: Final = "shown:"
"""How the names of the notes begin; the modal, the piece of evidence and the file follow."""
SHOWN_FOR: Final = timedelta(minutes=10)
READY_SECONDS: Final = (0.5, 1.0, 2.0)
"""Until Slack has looked at an uploaded picture."""

_ENDS_SECONDS: Final = 5.0
_NAME: Final = "file"
_ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True)
class _Shown:
    """A picture in a modal: which file of Slack's it is, since when, and of which school."""

    view: str
    evidence: EvidenceId
    file: str
    school: str

    @property
    def key(self) -> str:
        return f"{NOTES}{self.view}:{self.evidence}:{self.file}"

    def note(self, at: datetime) -> str:
        return json.dumps([self.school, at.isoformat()])

    @classmethod
    def read(cls, key: str, text: str) -> tuple["_Shown", datetime]:
        view, evidence, file = key.removeprefix(NOTES).split(":")
        school, at = json.loads(text)
        return cls(view, EvidenceId(evidence), file, school), datetime.fromisoformat(at)


class ShownPictures:
    """The pictures that are open now, by modal."""

    def __init__(
        self, client: SlackClient, host: Host, report: Callable[[str, Exception], None]
    ) -> None:
        self._client = client
        self._host = host
        self._report = report
        self._uploaded: dict[str, _Shown] = {}
        """By this process, which deletes them when it ends in its time."""
        self._deleting: set[asyncio.Task[None]] = set()

    async def show(
        self,
        view: str,
        evidence: EvidenceId,
        content: bytes,
        media_type: str,
        alt: str,
        school: str,
    ) -> None:
        """Uploads it for that modal. Raises ``SlackRefused``."""
        if evidence in await self.in_view(view, school):
            return
        name = f"{_NAME}.{_ENDINGS.get(media_type, 'png')}"
        file = await self._client.begin_upload(name, len(content), alt)
        shown = _Shown(view, evidence, file.id, school)
        await self._host.keep(shown.key, shown.note(await self._host.now()), school)
        self._uploaded[shown.key] = shown
        try:
            await self._client.send_upload(file, content)
            await self._client.share_upload(file, alt)
        except BaseException:
            await self._deleted(shown)
            raise

    async def in_view(self, view: str, school: str) -> Mapping[EvidenceId, str]:
        """Slack's files that are open in a modal, by the piece of evidence that they show."""
        notes = await self._host.kept(f"{NOTES}{view}:", school)
        shown = [_Shown.read(*each)[0] for each in notes.items()]
        return {each.evidence: each.file for each in shown}

    def hide(self, view: str, school: str) -> None:
        """Deletes the pictures of a modal, whichever process uploaded them."""
        self._begin(self._hidden(view, school))

    async def sweep(self) -> None:
        """Deletes what was open long enough; what fails is tried again the next time."""
        now = await self._host.now()
        for each in (await self._host.kept(NOTES)).items():
            shown, at = _Shown.read(*each)
            if now - at >= SHOWN_FOR:
                await self._deleted(shown)

    async def close(self) -> None:
        """Deletes those that this process uploaded; another one may show others."""
        for shown in list(self._uploaded.values()):
            self._begin(self._deleted(shown))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*self._deleting), _ENDS_SECONDS)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)

    async def _hidden(self, view: str, school: str) -> None:
        for each in (await self._host.kept(f"{NOTES}{view}:", school)).items():
            await self._deleted(_Shown.read(*each)[0])

    async def _deleted(self, shown: _Shown) -> None:
        try:
            await delete_file(self._client, shown.file)
        except SlackRefused as refused:
            self._report("deleting a picture from Slack", refused)
            return
        await self._host.keep(shown.key, None, shown.school)
        self._uploaded.pop(shown.key, None)
