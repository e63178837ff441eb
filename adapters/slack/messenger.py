"""Decides how messages reach people in Slack: chats, the governors' channel, and pictures in it.

The reference of a message is ``channel:ts`` with the timestamps of all of its parts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from adapters.slack.client import SlackClient
from adapters.slack.refusals import SlackRefused
from adapters.slack.render import MessagePayload, Part, PictureOf, message_payload
from bot.app.messenger import DeliveryError
from bot.domain.ids import PersonId
from bot.screens.nodes import Message
from bot.screens.wording import Words

Report = Callable[[str, Exception], None]

_CHART: Final = "chart.png"
_NOT_READY: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_arguments"})
"""What Slack says of a picture that it has not looked at yet; a second later it takes it."""


@dataclass(frozen=True)
class SlackMessenger:
    """Sends and updates messages in Slack (``bot.app.messenger.Messenger``).

    ``channel`` tells where the digest goes; ``report`` hears of a chart that could not be shown as
    a picture: its words then stand alone.
    """

    client: SlackClient
    channel: Callable[[], Awaitable[str | None]]
    report: Report
    waits: Sequence[float] = (0.5, 1.0, 2.0, 4.0)
    """Seconds to wait until Slack has looked at an uploaded picture."""
    draw: Callable[[PictureOf], bytes] = PictureOf.draw

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Posts the message, all of it or nothing; its reference. Raises ``DeliveryError``."""
        payload = message_payload(message, words)
        try:
            place = _Place(self.client, to, None if to else await self._channel())
            stamps = await self._post_drawn(place, payload)
        except SlackRefused as refused:
            raise refused.as_delivery_error() from refused
        return f"{place.channel}:{','.join(stamps)}"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows the message anew where it was posted. Raises ``DeliveryError``."""
        parts = message_payload(message, words).parts
        try:
            await self._update(message_ref, parts)
        except SlackRefused as refused:
            raise refused.as_delivery_error() from refused

    async def _channel(self) -> str:
        channel = await self.channel()
        if channel is None:
            # Somebody will type digest-here; the digest waits, and the admin hears of it.
            raise DeliveryError(permanent=False)
        return channel

    async def _post_drawn(self, place: "_Place", payload: MessagePayload) -> list[str]:
        """With its charts as pictures if Slack takes them, else with their words."""
        if not payload.pictures:
            return await self._post(place, payload.parts)
        pictures = [(each, await asyncio.to_thread(self.draw, each)) for each in payload.pictures]
        try:
            files = [await self._uploaded(*each) for each in pictures]
        except SlackRefused as refused:
            self.report("uploading a chart", refused)
            return await self._post(place, payload.parts)
        drawn = payload.with_pictures(files).parts
        for wait in self.waits:
            try:
                return await self._post(place, drawn)
            except SlackRefused as refused:
                if refused.code not in _NOT_READY:
                    raise
            await asyncio.sleep(wait)
        return await self._post_beside(place, payload, pictures)

    async def _post_beside(
        self, place: "_Place", payload: MessagePayload, pictures: Sequence[tuple[PictureOf, bytes]]
    ) -> list[str]:
        """The message with its charts in words, and the pictures as files below it."""
        stamps = await self._post(place, payload.parts)
        for each in pictures:
            try:
                await self._uploaded(*each, place.channel)
            except SlackRefused as refused:
                self.report("showing a chart", refused)
        return stamps

    async def _uploaded(
        self, picture: PictureOf, content: bytes, channel: str | None = None
    ) -> str:
        return await self.client.upload(_CHART, content, picture.alt_text, picture.title, channel)

    async def _post(self, place: "_Place", parts: Sequence[Part]) -> list[str]:
        posted: list[str] = []
        try:
            for part in parts:
                ts = await place.post(part)
                posted.append(ts)
        except SlackRefused:
            for ts in posted:
                with suppress(SlackRefused):  # the whole message is sent again, with this part
                    await self.client.delete(place.channel or "", ts)
            raise
        return posted

    async def _update(self, message_ref: str, parts: Sequence[Part]) -> None:
        channel, _, stamps = message_ref.partition(":")
        shown = stamps.split(",")
        for ts, part in zip(shown, parts, strict=False):
            await self.client.update(channel, ts, part.blocks, part.text)
        for ts in shown[len(parts) :]:
            with suppress(SlackRefused):  # gone already, as it should be
                await self.client.delete(channel, ts)
        for part in parts[len(shown) :]:
            await self.client.post(channel, part.blocks, part.text)


@dataclass
class _Place:
    """Where a message goes: to a person, whose chat the first post tells, or to a channel."""

    client: SlackClient
    person: PersonId | None
    channel: str | None

    async def post(self, part: Part) -> str:
        """Posts it there; its timestamp."""
        if self.channel is not None:
            return await self.client.post(self.channel, part.blocks, part.text)
        self.channel, ts = await self.client.say(self.person or "", part.blocks, part.text)
        return ts
