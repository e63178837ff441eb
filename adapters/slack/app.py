"""Bolt's listeners: each acknowledges at once, and the work begins beside it.

A submission alone is answered inside its ack. ``process_before_response`` spares every request the
ten milliseconds after which Bolt would look for its ack (FACTS, Slack).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

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
from adapters.slack.submitting import PATIENCE, Submitting
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
        attachments = Attachments(workspace.client, workspace.report)
        self._pressing = Pressing(workspace, attachments)
        self._submitting = Submitting(workspace, attachments, self._background, patience)

    def app(self) -> AsyncApp:
        """The Bolt app. Requests come to it when they were found to be Slack's own."""
        app = AsyncApp(
            client=self._workspace.client.for_bolt(),
            signing_secret="",  # the server looks at signatures, before anything is read
            request_verification_enabled=False,
            process_before_response=True,
            logger=bolts_log(),
        )
        app.command(COMMAND)(ack=_at_once, lazy=[self._lazy(self.command)])
        app.message_shortcut(SHORTCUT)(ack=_at_once, lazy=[self._lazy(self.shortcut)])
        app.action(_ANY)(ack=_at_once, lazy=[self._lazy(self._pressing.acted)])
        app.view_submission(_ANY)(self._submitted)
        app.view_closed(_ANY)(ack=_at_once, lazy=[self._lazy(self._submitting.closed)])
        home, message = EVENTS
        app.event(home)(ack=_at_once, lazy=[self._lazy(self.home_opened)])
        app.event(message)(ack=_at_once, lazy=[self._lazy(self.message)])
        app.error(self._failed)
        return app

    async def finish(self, seconds: float) -> None:
        """Waits for what is under way."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        await self._workspace.handed.close()
        await self._workspace.pictures.close()

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
            await workspace.client.publish_home(user, home_view(home.nodes, home.words))
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

    def _lazy(self, work: Work) -> Callable[..., Awaitable[None]]:
        """Runs beside the ack; kept count of, so that the bot can wait for it when it stops."""

        async def listener(body: Mapping[str, Any]) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            try:
                await work(body)
            except Exception as error:  # noqa: BLE001 - reported: Bolt would only log its text
                self._workspace.report("listening to Slack", error)

        return listener

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        async def reported() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - reported; the act itself is done and kept
                self._workspace.report("showing what was done in Slack", error)

        task = asyncio.create_task(reported())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _at_once(ack: AsyncAck) -> None:
    await ack()
