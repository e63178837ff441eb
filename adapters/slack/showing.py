"""Decides where in Slack an answer appears: in a new modal, in the open one, or in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, assert_never

from adapters.slack.client import SlackClient
from adapters.slack.place import DEEPEST, OpenView, Place
from adapters.slack.refusals import TRIGGER_GONE, SlackRefused
from adapters.slack.render import message_payload, modal
from bot.screens.again import what_opens
from bot.screens.facts import Plain, plain
from bot.screens.nodes import (
    Action,
    Actions,
    Done,
    FieldErrors,
    Form,
    Message,
    Paragraph,
    Reply,
    View,
)
from bot.screens.say import Say
from bot.screens.wording import Words

OVERTAKEN: Final = "hash_conflict"
"""The modal was changed after the click; whatever changed it shows the newer state."""
_CLOSED: Final = "not_found"
"""The modal is not open any more."""


class Showing:
    """Shows answers. Every method raises ``SlackRefused`` if Slack takes none of the ways."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def answer(self, reply: Reply, place: Place) -> None:
        """Shows an act's answer where it was acted."""
        show = reply.show
        match show:
            case Form() | View():
                await self._open(show, reply.words, place)
            case Done(says):
                await self._done(says, reply.words, place)
            case FieldErrors() | None:
                pass  # errors are said beside the fields of a modal that came back
            case _:
                assert_never(show)
        if reply.say is not None:
            await self.say(reply.say, reply.words, place)

    async def say(self, message: Message, words: Words, place: Place) -> None:
        """Says something to the person alone where that is possible, else in their chat."""
        parts = message_payload(message, words).parts
        if place.response_url:
            try:
                for part in parts:
                    await self._client.respond(
                        place.response_url,
                        {
                            "response_type": "ephemeral",
                            "replace_original": False,
                            "blocks": list(part.blocks),
                            "text": part.text,
                        },
                    )
            except SlackRefused:
                pass  # a response_url is good for half an hour and five times: the chat always is
            else:
                return
        channel = place.chat or await self._client.chat_with(place.user)
        for part in parts:
            await self._client.post(channel, part.blocks, part.text)

    async def say_line(self, says: Plain, words: Words, place: Place) -> None:
        """Says one sentence."""
        await self.say(Message(None, (Paragraph(says),), says), words, place)

    async def update(self, view: str, show: Form | View | Done, words: Words) -> None:
        """Shows it in a modal, however that stands now. A modal that was closed stays closed."""
        drawn = modal(show, words)
        try:
            await self._client.update_view(view, drawn)
        except SlackRefused as refused:
            if refused.code != _CLOSED:
                raise

    async def push(
        self,
        drawn: Mapping[str, Any],
        place: Place,
        words: Words,
        again: Form | View | None = None,
    ) -> None:
        """Lays a view over the open one; ``again`` is offered if it is too late for that."""
        try:
            if place.view is not None and place.view.depth >= DEEPEST:
                await self._client.update_view(place.view.id, drawn, place.view.hash)
            else:
                await self._client.push_view(place.trigger, drawn)
        except SlackRefused as refused:
            if refused.code not in TRIGGER_GONE or again is None:
                raise
            await self._offer(again, words, place, Say.TOO_SLOW)

    async def _open(self, show: Form | View, words: Words, place: Place) -> None:
        drawn = modal(show, words)
        try:
            if place.view is not None:
                await self._in_view(drawn, place, place.view)
                return
            if place.trigger:
                await self._client.open_view(place.trigger, drawn)
                return
        except SlackRefused as refused:
            if refused.permanent or refused.is_our_token:
                raise
            says = Say.TOO_SLOW if refused.code in TRIGGER_GONE else Say.SOMETHING_WENT_WRONG
            await self._offer(show, words, place, says)
            return
        await self._offer(show, words, place, Say.OPEN_HERE)

    async def _in_view(self, drawn: Mapping[str, Any], place: Place, view: OpenView) -> None:
        if not view.holds_form and view.depth < DEEPEST:
            await self._client.push_view(place.trigger, drawn)
            return
        try:
            await self._client.update_view(view.id, drawn, view.hash)
        except SlackRefused as refused:
            if refused.code not in (OVERTAKEN, _CLOSED):
                raise

    async def _offer(self, show: Form | View, words: Words, place: Place, says: Say) -> None:
        """A button that opens it, since nothing can be opened now."""
        again = Action(plain(Say.OPEN_IT), what_opens(show), primary=True)
        nodes = (Paragraph(plain(says)), Actions((again,)))
        await self.say(Message(None, nodes, plain(says)), words, replace(place, view=None))

    async def _done(self, says: Plain, words: Words, place: Place) -> None:
        if place.view is None:
            await self.say_line(says, words, place)
            return
        try:
            drawn = modal(Done(says), words)
            await self._client.update_view(place.view.id, drawn, place.view.hash)
        except SlackRefused as refused:
            if refused.code not in (OVERTAKEN, _CLOSED):
                raise
            await self.say_line(says, words, place)
