"""Decides how a document is handed over in Slack: as a file in the chat, for as long as it must be.

Slack keeps what is in a chat. So each file is noted before its bytes leave, and the bot deletes it
once its step is answered or a day is over; a note that outlives the process is seen to by the next.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.slack.blocks import paragraph
from adapters.slack.client import SlackClient
from adapters.slack.host import Host
from adapters.slack.place import Place
from adapters.slack.refusals import SlackRefused
from adapters.slack.showing import Showing
from adapters.slack.taken_back import delete_file
from bot.app.inbound import Person
from bot.domain.errors import Refused
from bot.screens.facts import plain
from bot.screens.nodes import Handed, Reply
from bot.screens.say import Say
from bot.screens.wording import Words

NOTES: Final = "handed:"
"""How the names of the notes begin; Slack's id of the file follows."""
KEPT_FOR: Final = timedelta(hours=24)
_ENDS_SECONDS: Final = 5.0


@dataclass(frozen=True)
class _Note:
    """What was handed, if it may end before the day does, when, and by which school."""

    ref: str
    at: datetime
    school: str

    def encode(self) -> str:
        school = [self.school] if self.school else []
        return json.dumps([self.ref, self.at.isoformat(), *school])

    @classmethod
    def read(cls, text: str) -> "_Note":
        ref, at, *school = json.loads(text)
        return cls(ref, datetime.fromisoformat(at), "".join(school))


class HandedFiles:
    """Hands documents over, and takes them back from Slack."""

    def __init__(
        self,
        client: SlackClient,
        host: Host,
        showing: Showing,
        report: Callable[[str, Exception], None],
    ) -> None:
        self._client = client
        self._host = host
        self._showing = showing
        self._report = report
        self._under_way: set[asyncio.Task[None]] = set()

    def hand_over(self, reply: Reply, person: Person) -> None:
        """Begins to hand over what comes with an answer; a modal is not kept waiting for it."""
        if reply.hand is not None:
            self._begin(self._handed(reply.hand, reply.words, person))

    async def sweep(self) -> None:
        """Deletes what need not be in Slack any more; what fails is tried again the next time."""
        now = await self._host.now()
        for name, text in (await self._host.kept(NOTES)).items():
            note = _Note.read(text)
            try:
                if now - note.at >= KEPT_FOR or not await self._is_needed(note):
                    await self._delete(name.removeprefix(NOTES), note.school)
            except Exception as error:  # noqa: BLE001 - reported; the others must go all the same
                self._report("deleting a file from Slack", error)

    async def close(self) -> None:
        """Finishes what is under way."""
        if self._under_way:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*self._under_way), _ENDS_SECONDS)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _handed(self, handed: Handed, words: Words, person: Person) -> None:
        try:
            await self._upload(handed, words, person)
        except Refused:
            await self._say(Say.NOT_FOR_YOU, words, person)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            self._report("handing a file over in Slack", error)
            await self._say(Say.SOMETHING_WENT_WRONG, words, person)

    async def _upload(self, handed: Handed, words: Words, person: Person) -> None:
        document = await self._host.document(person, handed.ref)
        # One that is asked for again after its step was answered stays for its day.
        needed = await self._host.is_still_needed(handed.ref)
        school = self._host.school_of(handed.ref)
        note = _Note(handed.ref if needed else "", await self._host.now(), school)
        chat = await self._client.chat_with(person.id)
        file = await self._client.begin_upload(document.name, len(document.content))
        await self._host.keep(f"{NOTES}{file.id}", note.encode(), school)
        try:
            await self._client.send_upload(file, document.content)
            said = paragraph(words.text(handed.says))
            await self._client.share_upload(file, words.text(handed.name), chat, said)
        except BaseException:
            await self._take_back(file.id, school)
            raise

    async def _take_back(self, file: str, school: str) -> None:
        try:
            await self._delete(file, school)
        except SlackRefused as refused:
            self._report("deleting a file from Slack", refused)

    async def _delete(self, file: str, school: str) -> None:
        await delete_file(self._client, file)
        await self._host.keep(f"{NOTES}{file}", None, school)

    async def _is_needed(self, note: _Note) -> bool:
        return not note.ref or await self._host.is_still_needed(note.ref)

    async def _say(self, says: Say, words: Words, person: Person) -> None:
        try:
            await self._showing.say_line(plain(says), words, Place(person.id))
        except SlackRefused as refused:
            self._report("telling somebody that it did not work", refused)
