"""Bolt's listeners: each acknowledges at once, and the work begins beside it.

A submission alone is answered inside its ack. ``process_before_response`` spares every request the
ten milliseconds after which Bolt would look for its ack (FACTS, Slack).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from adapters import diary
from adapters.metrics import Entrance
from adapters.slack.attached import Attachments
from adapters.slack.logs import bolts_log
from adapters.slack.payloads import (
    Payload,
    asked_in_chat,
    asked_in_command,
    cause_of_event,
    cause_of_trigger,
    forwarded,
    is_from_a_person,
)
from adapters.slack.place import Place, place_of
from adapters.slack.pressing import Pressing
from adapters.slack.render import home_view
from adapters.slack.sound import SUBMISSION, NotSound
from adapters.slack.submitting import PATIENCE, Ack, Submitting
from adapters.slack.workspace import Workspace
from bot.app.inbound import Asked, Forwarded
from bot.domain.ids import Cause

COMMAND: Final = "/report-post"
SHORTCUT: Final = "report-this-post"
EVENTS: Final = ("app_home_opened", "message")
"""As events are called; manifest.json subscribes to ``message.im`` of the second."""

_ANY: Final = re.compile(".*", re.DOTALL)

Work = Callable[[Payload], Awaitable[None]]


class Listening:
    """What the listeners do, and the work that is under way."""

    def __init__(self, workspace: Workspace, *, patience: float = PATIENCE) -> None:
        """``patience``: seconds until a submission is answered with *Saving …*."""
        self._workspace = workspace
        self._tasks: set[asyncio.Task[Any]] = set()
        attachments = Attachments(workspace.client, workspace.host, workspace.report)
        self._pressing = Pressing(workspace, attachments)
        self._submitting = Submitting(workspace, attachments, self._background, patience)

    def app(self) -> AsyncApp:
        """The Bolt app. Requests come to it when they were found to be Slack's own."""
        app = AsyncApp(
            name="report-post",  # else Bolt looks through every loaded module for one
            client=self._workspace.client.for_bolt(),
            signing_secret="",  # the server looks at signatures, before anything is read
            request_verification_enabled=False,
            process_before_response=True,
            logger=bolts_log(),
        )
        app.command(COMMAND)(self._at_once(self.command))
        app.message_shortcut(SHORTCUT)(self._at_once(self.shortcut))
        app.action(_ANY)(self._at_once(self._pressing.acted))
        app.view_submission(_ANY)(self._submitted)
        app.view_closed(_ANY)(self._at_once(self._submitting.closed))
        home, message = EVENTS
        app.event(home)(self._at_once(self.home_opened))
        app.event(message)(self._at_once(self.message))
        app.error(self._failed)
        return app

    async def finish(self, seconds: float, farewell_seconds: float) -> None:
        """Waits for what is under way. Whose turn has not come by then is told to try again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._all_done()
        self._workspace.answering.shut()
        try:
            async with asyncio.timeout(farewell_seconds):
                await self._all_done()
                await self._workspace.handed.close()
                await self._workspace.pictures.close()
        except TimeoutError as late:
            self._workspace.report("ending before Slack had everything", late)

    def not_read(self, wrong: NotSound) -> Ack:
        """The answer to what cannot be read. A modal stays open, with all that was typed."""
        diary.not_read(Entrance.SLACK, wrong.kind)
        return self._submitting.sorry(wrong.field) if wrong.kind == SUBMISSION else {}

    async def _all_done(self) -> None:
        """Comes to its end when nothing is under way, nor what began meanwhile."""
        while tasks := self._tasks | self._submitting.under_way:
            await asyncio.wait(tasks)

    async def command(self, body: Payload) -> None:
        """``/report-post …``."""
        place = Place(
            user=str(body["user_id"]),
            trigger=str(body.get("trigger_id") or ""),
            response_url=str(body.get("response_url") or ""),
        )
        if not self._workspace.comes_again(place.trigger):
            await self._answer(asked_in_command(body), cause_of_trigger(body), place)

    async def shortcut(self, body: Payload) -> None:
        """*Report this post* on a message."""
        place = place_of(body)
        if not self._workspace.comes_again(place.trigger):
            await self._answer(forwarded(body["message"]), cause_of_trigger(body), place)

    async def message(self, body: Payload) -> None:
        """Somebody wrote to the bot."""
        event = body["event"]
        if event.get("channel_type") != "im" or not is_from_a_person(event):
            return
        if self._workspace.retries.is_first(str(body["event_id"])):
            place = Place(user=str(event["user"]), chat=str(event["channel"]))
            await self._answer(asked_in_chat(event), cause_of_event(body), place)

    async def home_opened(self, body: Payload) -> None:
        """App Home is drawn anew whenever somebody looks at it."""
        event = body["event"]
        if event.get("tab") != "home":
            return
        workspace, user = self._workspace, str(event["user"])
        try:
            home = await workspace.host.home(await workspace.person(user))
            drawn = home_view(home.nodes, home.words, here=home.here)
            await workspace.client.publish_home(user, drawn)
        except Exception as error:  # noqa: BLE001 - reported; it is drawn the next time
            workspace.report("drawing App Home", error)

    async def _answer(self, act: Asked | Forwarded, cause: Cause, place: Place) -> None:
        workspace = self._workspace
        try:
            reply = await workspace.respond(place.user, cause, act)
            await workspace.showing.answer(reply, place)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            await workspace.apologise("answering in Slack", error, place)

    async def _submitted(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        answer = await self._submitting.submitted(body)
        await (ack(dict(answer)) if answer else ack())

    async def _failed(self, error: Exception) -> BoltResponse:
        self._workspace.report("listening to Slack", error)
        return BoltResponse(status=500, body="")

    def _at_once(self, work: Work) -> Callable[..., Awaitable[None]]:
        """Acknowledges, and begins the work when the answer has left.

        Not by Bolt's lazy listeners: before it answers, Bolt makes deep copies for each of them.
        """

        async def listener(ack: AsyncAck, body: Mapping[str, Any]) -> None:
            await ack()
            self._begin("listening to Slack", work(body))

        return listener

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        """What follows an answer; the act itself is done and kept."""
        self._begin("showing what was done in Slack", work)

    def _begin(self, what: str, work: Awaitable[None]) -> None:
        """Runs beside what comes in; kept count of, so that the bot can wait for it at the end."""

        async def reported() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - reported: nobody waits for it
                self._workspace.report(what, error)

        task = asyncio.create_task(reported())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
