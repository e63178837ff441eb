"""Decides how messages reach people in Teams: chats, the governors' channel, and its picture.

The reference of a message is the conversation's, then in a second line the ids of all its parts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adapters.teams.client import TeamsClient
from adapters.teams.references import NotAReference, Reference, read_reference
from adapters.teams.refusals import TeamsRefused
from adapters.teams.render import Card, MessagePayload, PictureOf, attachment, message_payload
from bot.app.messenger import DeliveryError
from bot.domain.ids import PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words

Report = Callable[[str, Exception], None]


@dataclass(frozen=True)
class TeamsMessenger:
    """Sends and updates messages in Teams (``bot.app.messenger.Messenger``).

    ``channel`` tells where the digest goes, ``windows`` whether dialogs open in a conversation;
    ``report`` hears of a chart that could not be drawn: its words then stand alone.
    """

    client: TeamsClient
    channel: Callable[[], Awaitable[Reference | None]]
    windows: Callable[[Reference], Awaitable[bool]]
    report: Report
    draw: Callable[[PictureOf], bytes | None] = PictureOf.draw

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Posts the message, all of it or nothing; its reference. Raises ``DeliveryError``."""
        where = await self._where(to)
        payload = await self._drawn(await self._payload(where, message, words))
        try:
            posted = await self._post(where, payload)
        except TeamsRefused as refused:
            raise refused.as_delivery_error() from refused
        return f"{where.encode()}\n{','.join(posted)}"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows the message anew where it was posted. Raises ``DeliveryError``."""
        named, _, ids = message_ref.partition("\n")
        where = _read(named)
        payload = await self._payload(where, message, words)
        try:
            await self._update(where, [each for each in ids.split(",") if each], payload)
        except TeamsRefused as refused:
            raise refused.as_delivery_error() from refused

    async def _where(self, to: PersonId | None) -> Reference:
        if to is not None:
            return _read(to)
        channel = await self.channel()
        if channel is None:
            # Somebody will type digest-here; the digest waits, and the admin hears of it.
            raise DeliveryError(permanent=False)
        return channel

    async def _payload(self, where: Reference, message: Message, words: Words) -> MessagePayload:
        return message_payload(message, words, windows=await self.windows(where))

    async def _drawn(self, payload: MessagePayload) -> MessagePayload:
        """With its charts as pictures if they can be drawn, else with their words."""
        if not payload.pictures:
            return payload
        return payload.with_pictures([await self._picture(each) for each in payload.pictures])

    async def _picture(self, picture: PictureOf) -> bytes | None:
        try:
            return await asyncio.to_thread(self.draw, picture)
        except Exception as error:  # noqa: BLE001 - reported; the digest goes out all the same
            self.report("drawing a chart", error)
            return None

    async def _post(self, where: Reference, payload: MessagePayload) -> list[str]:
        posted: list[str] = []
        try:
            for card in payload.parts:
                sent = await self.client.send(where, _activity(card, payload.summary))
                posted.append(sent)
        except TeamsRefused:
            for sent in posted:
                with suppress(TeamsRefused):  # the whole message is sent again, with this part
                    await self.client.delete(where, sent)
            raise
        return posted

    async def _update(
        self, where: Reference, shown: Sequence[str], payload: MessagePayload
    ) -> None:
        for sent, card in zip(shown, payload.parts, strict=False):
            await self.client.update(where, sent, _activity(card, payload.summary))
        for sent in shown[len(payload.parts) :]:
            with suppress(TeamsRefused):  # gone already, as it should be
                await self.client.delete(where, sent)
        for card in payload.parts[len(shown) :]:
            await self.client.send(where, _activity(card, payload.summary))


def _activity(card: Card, summary: str) -> dict[str, Any]:
    """A message that is its card; ``summary`` is the line of the notification.

    No text beside it: Teams would make two messages of one, and not say their ids
    (learn.microsoft.com: Messages in bot conversations, "Message splitting").
    """
    return {"type": "message", "summary": summary, "attachments": [attachment(card)]}


def _read(named: str) -> Reference:
    try:
        return read_reference(named)
    except NotAReference as wrong:
        raise DeliveryError(permanent=True) from wrong
