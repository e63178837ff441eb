"""Somebody in Teams at their screen: what they see, and what their acts send, signed by Microsoft.

The screen follows the answers as a Teams client does: dialogs open, turn their pages and close,
and a card that was pressed shows what it was answered with.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from adapters.teams.limits import problems_in
from adapters.teams.server import PATH
from adapters.teams.sizes import ANSWER_BYTES

from .activities import ADAPTIVE, Sender
from .client_cards import (
    Filled,
    began_with,
    button_called,
    input_called,
    taps_for,
    texts_in,
    written,
)
from .signing import sign
from .stand_in import Json, Posted, StandIn

Answer = tuple[int, Any]


@dataclass(frozen=True)
class Line:
    """The way from Teams to the bot: signed requests over HTTP."""

    session: aiohttp.ClientSession
    origin: str

    async def send(self, activity: Json, token: str | None = None) -> Answer:
        """An activity with its token; the status, and the body if it is JSON."""
        headers = {"Authorization": f"Bearer {sign(activity) if token is None else token}"}
        async with self.session.post(self.origin + PATH, json=activity, headers=headers) as came:
            text = await came.text()
            return came.status, json.loads(text) if text else None


@dataclass
class Dialog:
    """A dialog that is open; ``forwarding`` if the message extension opened it."""

    title: str
    filled: Filled
    forwarding: Json | None = None
    """The chat in which it was."""

    @property
    def card(self) -> Json:
        """What it shows."""
        return self.filled.card


@dataclass
class TeamsUser:
    """Somebody with an account, and whatever client they have."""

    teams: StandIn
    line: Line
    sender: Sender
    opens_windows: bool = True
    """Whether the client knows dialogs; the Playground does not."""
    knows_execute: bool = True
    """Whether it knows ``Action.Execute``; an older one takes the fallback."""
    leaves_out_empty: bool = False
    """Whether it sends an empty text not at all."""
    dialog: Dialog | None = None
    told: list[str] = field(default_factory=list)
    """Sentences that popped up in answer to a press."""
    screens: dict[str, Filled] = field(default_factory=dict)
    """What was typed into the cards of the chat, by message."""
    failed: int = 0
    """How often "Something went wrong" came up: an answer that Teams cannot show."""
    taps: int = 0
    """Buttons pressed and choices made."""

    # What they do

    async def say(self, text: str, attachments: Sequence[Json] = ()) -> Answer:
        """Writes to the bot."""
        return await self.line.send(self.sender.message(text, attachments))

    async def edit(self, text: str, message: str) -> Answer:
        """Changes a message that was written before."""
        return await self.line.send(self.sender.edited(text, message))

    async def in_channel(self, text: str, channel: str) -> Answer:
        """Writes to the bot in a channel of a team."""
        return await self.line.send(self.sender.message_in_channel(text, channel))

    async def install(self) -> None:
        """Installs the app; Teams tells it twice."""
        self.teams.chats[self.sender.user] = self.sender.chat
        await self.line.send(self.sender.added())
        await self.line.send(self.sender.installed())

    async def uninstall(self) -> None:
        """Removes the app: the bot can write no more."""
        del self.teams.chats[self.sender.user]
        await self.line.send(self.sender.installed("remove"))

    async def forward(self, message: Json | None, chat: Json | None = None) -> Answer:
        """*Report this post* on a message, or from the box where one is written (``None``)."""
        sent = self.sender.forwarded(message, chat)
        status, body = await self.line.send(sent)
        self._follow_dialog(status, body, sent["conversation"])
        return status, body

    def fill(self, named: str, value: object, posted: Posted | None = None) -> bool:
        """Fills in an input of the dialog or of a card in the chat; whether it is there.

        What is folded away is unfolded first.
        """
        filled = self._screen(posted)
        element = input_called(filled.card, named)
        if element is None:
            return False
        if not filled.is_seen(element["id"]):
            toggle = filled.toggle_for(element["id"])
            assert toggle is not None, f"{named} cannot be unfolded"
            filled.toggle(toggle)
            self.taps += 1
        before = filled.typed.get(element["id"], began_with(element))
        filled.typed[element["id"]] = after = written(element, value)
        self.taps += taps_for(element, before, after)
        return True

    def smuggle(self, named: str, value: object, posted: Posted | None = None) -> None:
        """Sends under an input's id what its card does not ask or offer."""
        self._screen(posted).smuggled[named] = value

    async def press(self, button: Json | str, posted: Posted | None = None) -> Answer:
        """Presses a button, by itself or its title: of the dialog, or of a card in the chat."""
        filled = self._screen(posted)
        wanted = button_called(filled.card, button) if isinstance(button, str) else button
        self.taps += 1
        match wanted["type"]:
            case "Action.ShowCard" | "Action.OpenUrl":
                return 0, None  # nothing is sent; what it opens is on the screen already
            case "Action.ToggleVisibility":
                filled.toggle(wanted)
                return 0, None
            case "Action.Execute" if posted is not None and self.knows_execute:
                return await self._execute(wanted, filled, posted)
            case "Action.Execute":
                return await self._submit(wanted["fallback"], wanted, filled, posted)
            case "Action.Submit":
                return await self._submit(wanted, wanted, filled, posted)
            case other:
                raise AssertionError(other)

    def close(self) -> None:
        """Closes the dialog; Teams tells nobody."""
        self.dialog = None

    # What they see

    @property
    def messages(self) -> list[Posted]:
        """Their chat with the bot."""
        return self.teams.in_conversation(self.sender.chat)

    @property
    def cards(self) -> list[Json]:
        """The cards of the chat, as this person sees them."""
        return [each.card_for(self.sender.user) for each in self.messages]

    @property
    def shown(self) -> list[str]:
        """Everything they can read: the chat, the dialog, and what popped up."""
        dialog = [self.dialog.title, *texts_in(self.dialog.card)] if self.dialog else []
        return [*(text for each in self.cards for text in texts_in(each)), *dialog, *self.told]

    # What a client does

    def _screen(self, posted: Posted | None) -> Filled:
        if posted is None:
            assert self.dialog is not None, "no dialog is open"
            return self.dialog.filled
        card = posted.card_for(self.sender.user)
        known = self.screens.get(posted.id)
        if known is None or known.card is not card:
            # A card that was shown anew begins with what it says itself.
            known = self.screens[posted.id] = Filled(card)
        return known

    async def _submit(
        self, action: Json, button: Json, filled: Filled, posted: Posted | None
    ) -> Answer:
        """``action`` is the button, or what it falls back on."""
        data = self._data(action, button, filled)
        opens = (data.get("msteams") or {}).get("type") == "task/fetch"
        if posted is None:
            return await self._submit_dialog(data)
        if not opens:
            return await self.line.send(self.sender.submitted_in_chat(data, posted.id))
        if not self.opens_windows:
            return 0, None
        status, body = await self.line.send(self.sender.dialog_opened(data, posted.id))
        self._follow_dialog(status, body, None)
        return status, body

    async def _submit_dialog(self, data: Json) -> Answer:
        assert self.dialog is not None, "no dialog is open"
        chat = self.dialog.forwarding
        if chat is None:
            status, body = await self.line.send(self.sender.dialog_submitted(data))
        else:
            status, body = await self.line.send(self.sender.forward_submitted(data, chat))
        self._follow_dialog(status, body, chat)
        return status, body

    async def _execute(self, button: Json, filled: Filled, posted: Posted) -> Answer:
        data = self._data(button, button, filled)
        status, body = await self.line.send(self.sender.executed(button, data, posted.id))
        kind = body.get("type") if isinstance(body, dict) else None
        if status != 200 or not isinstance(body, dict) or body.get("statusCode") != 200:
            self.failed += 1
        elif kind == ADAPTIVE:
            self._look_at(body["value"])
            posted.seen_by[self.sender.user] = body["value"]
        elif kind == "application/vnd.microsoft.activity.message":
            self.told.append(body["value"])
        return status, body

    def _data(self, action: Json, button: Json, filled: Filled) -> Json:
        inputs = filled.inputs_for(button, leaves_out_empty=self.leaves_out_empty)
        return {**(action.get("data") or {}), **inputs}

    def _follow_dialog(self, status: int, body: object, forwarding: Json | None) -> None:
        """What Teams does with the answer to a dialog's invoke."""
        task = body.get("task") if isinstance(body, dict) else None
        was_open, self.dialog = self.dialog, None
        if status != 200:
            self.failed += 1
            self.dialog = was_open  # with "Unable to reach the app" below it
        elif task and task["type"] == "continue":
            value = task["value"]
            assert value["card"]["contentType"] == ADAPTIVE
            self._look_at(value["card"]["content"])
            self.dialog = Dialog(value["title"], Filled(value["card"]["content"]), forwarding)
        elif task:
            assert task["type"] == "message"
            self.told.append(task["value"])

    def _look_at(self, card: Json) -> None:
        """What Teams would not take of an answer is a problem."""
        self.teams.problems += problems_in(card, ANSWER_BYTES)
