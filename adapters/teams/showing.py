"""Decides how an answer is shown in Teams: in a dialog, in place of a card, or as a new card.

What the bot sends into a chat is kept by Teams and holds no personal text. Texts that somebody told
are shown in answers to a press alone, which nobody keeps as a message.
"""

from collections.abc import Mapping
from typing import Any, Final, assert_never

from adapters.teams.client import TeamsClient
from adapters.teams.host import Host
from adapters.teams.place import Place, Way
from adapters.teams.references import Reference
from adapters.teams.refusals import TeamsRefused
from adapters.teams.render import (
    Card,
    Shell,
    TooLong,
    attachment,
    continue_dialog,
    done_card,
    form_card,
    message_payload,
    offer_card,
    say_in_dialog,
    show_here_card,
    view_card,
)
from bot.domain.ids import EvidenceId
from bot.screens.again import what_opens
from bot.screens.facts import Plain, plain
from bot.screens.messages import one_line
from bot.screens.nodes import Actions, Done, FieldErrors, Form, Message, Paragraph, Reply, View
from bot.screens.press import Press
from bot.screens.say import Say
from bot.screens.wording import Words

Body = Mapping[str, Any]
"""What an invoke is answered with."""

_OK: Final = 200
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_SENTENCE: Final = "application/vnd.microsoft.activity.message"


class Showing:
    """Shows answers. What is sent raises ``TeamsRefused`` if Teams does not take it."""

    def __init__(self, client: TeamsClient, host: Host) -> None:
        self._client = client
        self._host = host

    async def answer(
        self,
        reply: Reply,
        place: Place,
        *,
        page: int = 0,
        pictures: Mapping[EvidenceId, str] | None = None,
    ) -> Body | None:
        """Shows an act's answer where it was acted; the body, if an invoke asked for it."""
        show, words = reply.show, reply.words
        if reply.say is not None and not (place.way is Way.WINDOW and show is None):
            await self.say(reply.say, words, place.where)
        match show:
            case Form():
                return await self._form(show, words, place)
            case View():
                drawn = view_card(show, words, shell_of(place), page=page, pictures=pictures or {})
                return await self._view(show, drawn, words, place)
            case Done(says):
                return await self._done(says, words, place)
            case FieldErrors() | None:
                return self._said(reply, place)
            case _:
                assert_never(show)

    async def say(self, message: Message, words: Words, where: Reference) -> None:
        """Says something in the chat."""
        windows = await self._host.windows(where.user)
        await self._say(message, words, where, windows=windows)

    async def apologise(self, words: Words, where: Reference) -> None:
        """Says that it did not work.

        It has no button, and asks nothing of the store: that may be what failed.
        """
        await self._say(one_line(Say.SOMETHING_WENT_WRONG), words, where, windows=True)

    async def _say(
        self, message: Message, words: Words, where: Reference, *, windows: bool
    ) -> None:
        payload = message_payload(message, words, windows=windows)
        for card in payload.parts:
            await self.send(card, where, payload.summary)

    async def say_line(self, says: Plain, words: Words, where: Reference) -> None:
        """Says one sentence in the chat."""
        await self.say(Message(None, (Paragraph(says),), says), words, where)

    async def send(self, card: Card, where: Reference, summary: str) -> str:
        """A new card in the chat; its id."""
        return await self._client.send(where, activity_with(card, summary))

    async def replace(self, card: Card, place: Place, summary: str) -> None:
        """The card whose button was pressed shows this from now on."""
        await self._client.update(place.where, place.card, activity_with(card, summary))

    async def offer(
        self, show: Form | View, words: Words, place: Place, says: Say | None = None
    ) -> str:
        """A card with a button that opens it; its id."""
        press = what_opens(show)
        said = plain(says) if says else _said_before(show)
        windows = await self._host.windows(place.user)
        other = self._host.has_windows
        drawn = offer_card(said, plain(Say.OPEN_IT), press, words, windows=windows, other=other)
        return await self.send(drawn, place.where, words.text(said))

    async def offer_here(
        self, press: Press, words: Words, place: Place, says: Plain | None = None
    ) -> None:
        """A card whose button shows a view in its place."""
        said = says or plain(Say.SEE_HERE)
        here = show_here_card(said, plain(Say.OPEN_IT), press, words)
        await self.send(here, place.where, words.text(said))

    def sentence(self, says: Plain, words: Words, place: Place) -> Body | None:
        """Says one sentence in answer to a press, and leaves everything as it is."""
        match place.way:
            case Way.WINDOW:
                return say_in_dialog(words.text(says))
            case Way.CARD:
                return {"statusCode": _OK, "type": _SENTENCE, "value": words.text(says)}
            case Way.TYPED | Way.BUTTON:
                return None
            case _:
                assert_never(place.way)

    async def _form(self, form: Form, words: Words, place: Place) -> Body | None:
        try:
            return await self._drawn_form(form, words, place)
        except TooLong:
            return await self._done(plain(Say.TOO_LONG_TO_SHOW), words, place)

    async def _drawn_form(self, form: Form, words: Words, place: Place) -> Body | None:
        summary = words.text(form.title)
        match place.way:
            case Way.WINDOW:
                return continue_dialog(form_card(form, words, Shell.DIALOG), summary)
            case Way.TYPED if await self._host.windows(place.user):
                await self.offer(form, words, place)
                return None
            case Way.TYPED | Way.BUTTON | Way.CARD:
                return await self._in_chat(form_card(form, words, Shell.CHAT), summary, place)
            case _:
                assert_never(place.way)

    async def _view(self, view: View, drawn: Card, words: Words, place: Place) -> Body | None:
        match place.way:
            case Way.WINDOW:
                return continue_dialog(drawn, words.text(view.title))
            case Way.CARD:
                return in_place(drawn)
            case Way.TYPED if await self._host.windows(place.user):
                await self.offer(view, words, place)
            case Way.TYPED | Way.BUTTON:
                await self.offer_here(view.here, words, place, _said_before(view))
            case _:
                assert_never(place.way)
        return None

    async def _done(self, says: Plain, words: Words, place: Place) -> Body | None:
        match place.way:
            case Way.WINDOW:
                return say_in_dialog(words.text(says))
            case Way.CARD | Way.BUTTON | Way.TYPED:
                return await self._in_chat(done_card(says, words), words.text(says), place)
            case _:
                assert_never(place.way)

    async def _in_chat(self, card: Card, summary: str, place: Place) -> Body | None:
        """In place of the card that was pressed, if that was a form; else as a new one."""
        if not place.held_form or not place.card:
            await self.send(card, place.where, summary)
            return self.nothing_new(place)
        try:
            # The answer to an Execute is seen by the person at once; the message itself has to be
            # changed too, or the old card would be back the next time the chat is opened.
            await self.replace(card, place, summary)
        except TeamsRefused:
            if place.way is not Way.CARD:
                await self.send(card, place.where, summary)
        return in_place(card) if place.way is Way.CARD else None

    def _said(self, reply: Reply, place: Place) -> Body | None:
        """Nothing to show: in a dialog it is said there, with its buttons; in the chat it was."""
        said = reply.say
        if said is None:
            return self.nothing_new(place)
        asked = [each for row in said.nodes if isinstance(row, Actions) for each in row.actions]
        if place.way is Way.WINDOW and asked:
            view = View(said.summary, said.nodes, asked[0].press)
            drawn = view_card(view, reply.words, Shell.DIALOG)
            return continue_dialog(drawn, reply.words.text(said.summary))
        return self.sentence(said.summary, reply.words, place)

    def nothing_new(self, place: Place) -> Body | None:
        """The answer to a press whose card stays as it is, with what was typed into it."""
        return {"statusCode": _OK} if place.way is Way.CARD else None


def _said_before(show: Form | View) -> Plain:
    """What stands above the button that opens it.

    What a view begins with may be why nothing was done, such as that somebody answered before; the
    button opens the view alone.
    """
    match show:
        case View(nodes=(Paragraph(said), *_)):
            return said
        case View():
            return plain(Say.SEE_HERE)
        case Form():
            return plain(Say.OPEN_HERE)
        case _:
            assert_never(show)


def shell_of(place: Place) -> Shell:
    """Whether a form or a view stands in a dialog or in the chat."""
    return Shell.DIALOG if place.way is Way.WINDOW else Shell.CHAT


def activity_with(card: Card, summary: str) -> dict[str, Any]:
    """A message with a card; ``summary`` is the line of the notification."""
    return {"type": "message", "summary": summary, "attachments": [attachment(card)]}


def in_place(card: Card) -> Body:
    """The answer to an Execute: this card instead."""
    return {"statusCode": _OK, "type": _CARD, "value": card}
