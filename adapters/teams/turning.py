"""Decides what an activity of Teams asks for, and has it answered."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from adapters.teams.attached import fetched
from adapters.teams.handing import INVOKE as CONSENTED
from adapters.teams.handing import Handing
from adapters.teams.note_keys import files_key, waiting_key
from adapters.teams.payloads import (
    ANSWER,
    Payload,
    activity_of,
    attachments_of,
    card_data,
    cause_of,
    channel_of,
    click_of,
    in_channel,
    links_of,
    reference_of,
    thread_of,
    typed_text,
)
from adapters.teams.place import Place, Way
from adapters.teams.pressing import Pressing
from adapters.teams.read import read_card
from adapters.teams.references import Reference
from adapters.teams.refusals import TeamsRefused
from adapters.teams.showing import Body, Showing
from adapters.teams.tenant import Tenant
from bot.app.inbound import Asked, Attached, Forwarded, Person
from bot.domain.ids import Cause
from bot.domain.personal import Personal
from bot.screens.facts import plain
from bot.screens.nodes import Done, Form, Reply
from bot.screens.press import NotOurs, read_form_ref
from bot.screens.say import Say

if TYPE_CHECKING:
    from botbuilder.core import TurnContext

_OK: Final = 200
_FAILED: Final = 500
_NOT_IMPLEMENTED: Final = 501
_SUBMITS: Final = frozenset({"task/submit", "composeExtension/submitAction"})
_WINDOWS: Final = frozenset({"task/fetch", "task/submit", "composeExtension/submitAction"})
_EXECUTE: Final = "adaptiveCard/action"
_FORWARD: Final = "composeExtension/fetchTask"
_ADDED: Final = frozenset({"add", "add-upgrade"})


class Turning:
    """Answers activities of our own tenant; whatever else comes is turned away before."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._showing = Showing(tenant.client, tenant.host)
        self._tasks: set[asyncio.Task[None]] = set()
        self._handing = Handing(tenant, self._showing, self._background)
        self._pressing = Pressing(tenant, self._showing, self._handing)

    async def on_turn(self, context: "TurnContext") -> None:
        """A turn of the adapter’s."""
        activity = activity_of(context)
        if activity.get("type") != "invoke":
            await self._told(activity, context)
            return
        context.turn_state[ANSWER] = await self._invoked(activity, context)

    async def finish(self, seconds: float) -> None:
        """Waits for what is under way, and for what that begins."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(set(self._tasks))

    # What is told, and waits for no answer

    async def _told(self, activity: Payload, context: "TurnContext") -> None:
        if not self._tenant.repeats.is_first(str(cause_of(activity))):
            return
        try:
            match activity.get("type"):
                case "message" if card_data(activity):
                    await self._button(activity, context)
                case "message" if in_channel(activity):
                    await self._in_channel(activity, context)
                case "message":
                    await self._typed(activity, context)
                case "installationUpdate" if activity.get("action") in _ADDED:
                    await self._installed(activity, context)
                case _:
                    pass  # an edited message was answered when it was written
        except NotOurs as wrong:
            self._tenant.report("reading a card of Teams’s", wrong)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            await self._apologise(error, reference_of(activity))

    async def _typed(self, activity: Payload, context: "TurnContext") -> None:
        person, where = await self._who(activity, context)
        place = Place(where, str(activity["from"]["id"]), Way.TYPED)
        text, files = typed_text(activity), attachments_of(activity)
        cause = cause_of(activity)
        if text or not files:
            reply = await self._tenant.respond(person, cause, Asked(Personal(text), ""), place)
            await self._showing.answer(reply, place)
        if files:
            await self._files(files, person, cause, place)

    async def _files(
        self, files: Sequence[Payload], person: Person, cause: Cause, place: Place
    ) -> None:
        kept = await self._tenant.host.kept_one(person, files_key(place.user))
        form = read_form_ref(kept) if kept else None
        for number, file in enumerate(files):
            upload = await fetched(self._tenant.client, file, place.where, self._tenant.report)
            act = Attached(upload, form)
            reply = await self._tenant.respond(person, Cause(f"{cause}:{number}"), act, place)
            await self._showing.answer(reply, place)

    async def _in_channel(self, activity: Payload, context: "TurnContext") -> None:
        person = await self._tenant.people.person(context)
        place = Place(thread_of(activity), str(activity["from"]["id"]), Way.TYPED)
        asked = Asked(Personal(typed_text(activity)), channel_of(activity), public=True)
        reply = await self._tenant.respond(person, cause_of(activity), asked, place)
        if reply.say is not None:
            await self._showing.say(reply.say, reply.words, place.where)
        elif isinstance(reply.show, Done):
            await self._showing.say_line(reply.show.says, reply.words, place.where)

    async def _button(self, activity: Payload, context: "TurnContext") -> None:
        """A button of a card in the chat that is no Execute."""
        if not self._tenant.clicks.is_first(click_of(activity)):
            return
        if in_channel(activity):
            says = plain(Say.WRITE_TO_ME_DIRECTLY)
            words = self._tenant.host.words
            await self._showing.say_line(says, words, thread_of(activity))
            return
        person, where = await self._who(activity, context)
        await self._press(activity, person, where, Way.BUTTON)

    async def _installed(self, activity: Payload, context: "TurnContext") -> None:
        """The bot comes to somebody, or to a team."""
        if in_channel(activity):
            words, says = self._tenant.host.words, plain(Say.CHANNEL_WELCOME)
            await self._showing.say_line(says, words, reference_of(activity))
            return
        person, where = await self._who(activity, context)
        place = Place(where, str(activity["from"]["id"]), Way.TYPED)
        hello = Asked(Personal("help"), "")
        reply = await self._tenant.respond(person, cause_of(activity), hello, place)
        await self._showing.answer(reply, place)

    # Invokes, which wait for their answer

    async def _invoked(self, activity: Payload, context: "TurnContext") -> tuple[int, Body | None]:
        name = str(activity.get("name"))
        way = Way.CARD if name == _EXECUTE else Way.WINDOW
        place = Place(reference_of(activity), str(activity["from"]["id"]), way)
        words = self._tenant.host.words
        try:
            if name == _FORWARD:
                return _OK, await self._forwarded(activity, context)
            if name == CONSENTED:
                self._handing.answered(activity, *await self._who(activity, context))
                return _OK, None
            if name == _EXECUTE or name in _WINDOWS:
                person, where = await self._who(activity, context)
                return _OK, await self._press(activity, person, where, way)
        except NotOurs as wrong:
            self._tenant.report("reading a card of Teams’s", wrong)
            return _OK, self._showing.sentence(plain(Say.NOT_FOR_YOU), words, place)
        except NotKnown:
            return _OK, self._showing.sentence(plain(Say.KNOW_YOU_FIRST), words, place)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            self._tenant.report("answering in Teams", error)
            if name in _SUBMITS:
                # Teams says itself that it did not work, and the dialog stays with all it holds.
                return _FAILED, None
            return _OK, self._showing.sentence(plain(Say.SOMETHING_WENT_WRONG), words, place)
        return _NOT_IMPLEMENTED, None

    async def _press(
        self, activity: Payload, person: Person, where: Reference, way: Way
    ) -> Body | None:
        held = read_card(card_data(activity))
        held_form = held.form is not None or held.here is not None
        user = str(activity["from"]["id"])
        place = Place(where, user, way, str(activity.get("replyToId") or ""), held_form)
        # Two clicks on one card are answered one after the other; the second finds what is done.
        async with self._tenant.turns.of(f"{user}:{place.card}"):
            return await self._pressing.pressed(held, person, cause_of(activity), place)

    async def _forwarded(self, activity: Payload, context: "TurnContext") -> Body | None:
        """*Report this post* on a message: a dialog; the draft waits in the chat meanwhile."""
        person, where = await self._who(activity, context)
        place = Place(where, str(activity["from"]["id"]), Way.WINDOW)
        links = Forwarded(tuple(Personal(each) for each in links_of(activity)))
        reply = await self._tenant.respond(person, cause_of(activity), links, place)
        if isinstance(reply.show, Form):
            self._background(self._let_it_wait(reply.show, reply, place))
        return await self._showing.answer(reply, place)

    async def _let_it_wait(self, form: Form, reply: Reply, place: Place) -> None:
        typed = Place(place.where, place.user, Way.TYPED)
        press, host = form.ref.press, self._tenant.host
        key = waiting_key(place.user, press.subject)
        if await host.kept(key, press.school) is None:
            card = await self._showing.offer(form, reply.words, typed, Say.DRAFT_WAITS)
            await host.keep(key, card, press.school)

    async def _who(self, activity: Payload, context: "TurnContext") -> tuple[Person, Reference]:
        """Who acts, and their chat with the bot. Raises ``NotKnown``."""
        try:
            person = await self._tenant.people.person(context)
            where = reference_of(activity)
            if not where.is_personal:
                where = await self._tenant.client.chat_with(where, str(activity["from"]["id"]))
        except TeamsRefused as refused:
            if refused.permanent:
                raise NotKnown from refused
            raise
        return person, where

    async def _apologise(self, error: Exception, where: Reference) -> None:
        self._tenant.report("answering in Teams", error)
        try:
            await self._showing.apologise(self._tenant.host.words, where)
        except TeamsRefused as refused:
            self._tenant.report("telling somebody that it did not work", refused)

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        async def reported() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - reported; the act itself is done and kept
                self._tenant.report("showing what was done in Teams", error)

        task = asyncio.create_task(reported())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class NotKnown(LookupError):
    """Teams does not tell us who it is: the person has no chat with the bot yet."""
