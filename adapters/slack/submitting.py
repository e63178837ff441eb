"""Decides how a modal that came back is answered: inside its ack, and durably before that.

What takes longer than Slack waits is answered with *Saving …*, which is shown anew at the end.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

from adapters.slack.attached import Attachments
from adapters.slack.payloads import Payload, cause_of_view
from adapters.slack.place import OpenView, Place, view_of
from adapters.slack.read import FromView, read_view
from adapters.slack.render import (
    Callback,
    errors_answer,
    modal,
    more_errors_payload,
    more_view,
    saving_view,
)
from adapters.slack.sound import first_input
from adapters.slack.workspace import Workspace
from bot.app.inbound import Act, Changed, Left, Submitted
from bot.domain.ids import Cause
from bot.screens.facts import plain
from bot.screens.nodes import Done, FieldErrors, Form, Reply, View
from bot.screens.press import NotOurs
from bot.screens.say import Say

PATIENCE: Final = 2.0
"""Seconds until *Saving …*: Slack waits three, and the way takes some."""

Ack = Mapping[str, Any]
"""What a submission is answered with; empty: the modal closes, and the one below is seen again."""


@dataclass(frozen=True)
class Came:
    """What a modal that came back led to."""

    reply: Reply
    lost: tuple[str, ...] = ()
    """Fields of files that did not arrive; then nothing went on."""


class Submitting:
    """Answers ``view_submission`` and ``view_closed``."""

    def __init__(
        self,
        workspace: Workspace,
        attachments: Attachments,
        background: Callable[[Coroutine[Any, Any, None]], object],
        patience: float = PATIENCE,
    ) -> None:
        """``background`` runs what follows an ack, and is waited for when the bot stops."""
        self._workspace = workspace
        self._attachments = attachments
        self._background = background
        self._patience = patience
        self._under_way: dict[Cause, asyncio.Task[Came]] = {}

    @property
    def under_way(self) -> frozenset[asyncio.Task[Came]]:
        """Modals that are being worked on."""
        return frozenset(self._under_way.values())

    async def submitted(self, body: Payload) -> Ack:
        """The answer of the ack."""
        place = Place(str(body["user"]["id"]))
        try:
            held = read_view(body["view"])
            if held.form is None:
                return {}
            view = view_of(body["view"], holds_form=True)
            task = self._begun(body, held, place)
            done, _ = await asyncio.wait({task}, timeout=self._patience)
            if done:
                return self._answer(task.result(), held, view, place)
        except NotOurs as wrong:
            self._workspace.report("reading a modal of Slack's", wrong)
            return {"response_action": "clear"}
        except Exception as error:  # noqa: BLE001 - reported; the modal stays with all it holds
            self._workspace.report("answering a modal in Slack", error)
            return self.sorry(first_input(body["view"]))
        self._background(self._finish(task, held, view, place))
        return {"response_action": "update", "view": saving_view(held.form)}

    async def closed(self, body: Payload) -> None:
        """A modal was closed; of a report everything so far is kept."""
        workspace = self._workspace
        try:
            held = read_view(body["view"])
            if held.kind is Callback.VIEW:
                school = held.press.school if held.press else ""
                workspace.pictures.hide(str(body["view"]["id"]), school)
            # Slack need not say what a closed modal held; then nothing was emptied by it either.
            if held.form is None or not (body["view"].get("state") or {}).get("values"):
                return
            fetched = await self._attachments.fetched(held)
            left = Left(held.form, fetched.answers)
            await workspace.respond(str(body["user"]["id"]), cause_of_view(body, "closed"), left)
            await self._attachments.kept(fetched.keys, held)
        except Exception as error:  # noqa: BLE001 - reported; nobody waits for an answer
            workspace.report("keeping a modal that was closed", error)

    def _begun(self, body: Payload, held: FromView, place: Place) -> asyncio.Task[Came]:
        """The same modal that comes twice at a time is answered once."""
        cause = cause_of_view(body, "submitted")
        task = self._under_way.get(cause)
        if task is None:
            task = asyncio.create_task(self._work(held, str(body["view"]["id"]), place, cause))
            self._under_way[cause] = task
            task.add_done_callback(lambda _: self._under_way.pop(cause, None))
        return task

    async def _work(self, held: FromView, view: str, place: Place, cause: Cause) -> Came:
        workspace, form = self._workspace, held.form
        if form is None:
            raise NotOurs
        async with workspace.turns.of(view):
            fetched = await self._attachments.fetched(held)
            act: Act = Submitted(form, fetched.answers)
            if held.kind is Callback.MORE:
                act = Changed(form, fetched.answers)
            elif fetched.failed:
                act = Left(form, fetched.answers)
            reply = await workspace.respond(place.user, cause, act)
            await self._attachments.kept(fetched.keys, held)
        return Came(reply, fetched.failed)

    def _answer(self, came: Came, held: FromView, view: OpenView, place: Place) -> Ack:
        reply, show = came.reply, came.reply.show
        if reply.say is not None:
            self._background(self._workspace.showing.say(reply.say, reply.words, place))
        if came.lost:
            says = reply.words.text(plain(Say.FILE_NOT_FETCHED))
            return {"response_action": "errors", "errors": {f"files.{n}": says for n in came.lost}}
        if held.kind is Callback.MORE and isinstance(show, Form):
            return more_errors_payload(show, reply.words) or {}
        match show:
            case Form():
                if show.errors and show.ref.page == _page(held):
                    return errors_answer(show, reply.words)
                return {"response_action": "update", "view": modal(show, reply.words)}
            case View():
                return self._below(show, reply, view)
            case Done():
                if show.says.key is not Say.RECEIPT_SUMMARY:  # the receipt itself says the same
                    says_so = self._workspace.showing.say_line(show.says, reply.words, place)
                    self._background(says_so)
                return {"response_action": "clear"}
            case FieldErrors() | None:
                return {}
            case _:
                assert_never(show)

    def _below(self, show: View, reply: Reply, view: OpenView) -> Ack:
        """A form that was opened from a view closes, and that view shows the present state."""
        if view.depth == 1 or not view.previous:
            return {"response_action": "update", "view": modal(show, reply.words)}
        self._background(self._workspace.showing.update(view.previous, show, reply.words))
        return {}

    async def _finish(
        self, task: asyncio.Task[Came], held: FromView, view: OpenView, place: Place
    ) -> None:
        """Takes the place of *Saving …*."""
        workspace = self._workspace
        try:
            came = await task
            reply, show = came.reply, came.reply.show
            if came.lost:
                await workspace.showing.say_line(plain(Say.FILE_NOT_FETCHED), reply.words, place)
            if held.kind is Callback.MORE and isinstance(show, Form):
                await self._finish_more(show, reply, view)
            elif isinstance(show, Form | View | Done):
                await workspace.showing.update(view.id, show, reply.words)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            await workspace.apologise("finishing a modal in Slack", error, place)

    async def _finish_more(self, form: Form, reply: Reply, view: OpenView) -> None:
        if more_errors_payload(form, reply.words):
            await self._workspace.client.update_view(view.id, more_view(form, reply.words))
        else:
            said = Done(plain(Say.ANSWERED_DONE))
            await self._workspace.showing.update(view.id, said, reply.words)

    def sorry(self, field: str) -> Ack:
        """The modal stays as it is, with the sentence beside that field, or above it."""
        words = self._workspace.host.words
        if field:
            says = words.text(plain(Say.SOMETHING_WENT_WRONG))
            return {"response_action": "errors", "errors": {field: says}}
        return {
            "response_action": "push",
            "view": modal(Done(plain(Say.SOMETHING_WENT_WRONG)), words),
        }


def _page(held: FromView) -> str:
    return held.form.page if held.form else ""
