"""Decides what a button or a choice in Slack does: in a message, in a modal, in App Home."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from adapters.slack.attached import Attachments
from adapters.slack.blocks import Pictures
from adapters.slack.payloads import Payload, cause_of_press
from adapters.slack.pictures import READY_SECONDS
from adapters.slack.place import OpenView, Place, place_of
from adapters.slack.read import (
    Did,
    FromView,
    read_action,
    read_page_turn,
    read_view,
    what_was_done,
)
from adapters.slack.refusals import SlackRefused
from adapters.slack.render import Callback, home_view, kept_view, modal, more_view
from adapters.slack.showing import OVERTAKEN
from adapters.slack.texts import Block
from adapters.slack.workspace import Workspace
from bot.app.home import Which, press_of_home
from bot.app.inbound import Changed, Pressed, Submitted
from bot.domain.errors import Refused
from bot.domain.ids import Cause, EvidenceId
from bot.screens.facts import plain
from bot.screens.nodes import Done, Form, Picture, Reply, View
from bot.screens.press import FormRef, NotOurs
from bot.screens.say import Say

_SHOW: Final = "show."
_IMAGE: Final = "image/"


class Pressing:
    """Answers ``block_actions``."""

    def __init__(self, workspace: Workspace, attachments: Attachments) -> None:
        self._workspace = workspace
        self._attachments = attachments

    async def acted(self, body: Payload) -> None:
        """Does it and shows the answer; tells the person and us if that fails."""
        workspace = self._workspace
        view = body.get("view")
        place = place_of(body)
        try:
            held = read_view(view) if view else FromView()
            place = place_of(body, holds_form=held.form is not None)
            (action,) = body["actions"]
            did = what_was_done(action)
            cause = cause_of_press(body, action, [view and view.get("state")])
            if workspace.comes_again(place.trigger):
                return
            if did is not Did.CHANGE and not workspace.clicks.is_first(cause):
                return
            async with workspace.turns.of(place.view.id if place.view else cause):
                await self._do(did, action, held, place, cause)
        except NotOurs as wrong:
            workspace.report("reading a button of Slack's", wrong)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            await workspace.apologise("answering a button in Slack", error, place)

    async def _do(
        self, did: Did, action: Payload, held: FromView, place: Place, cause: Cause
    ) -> None:
        match did:
            case Did.PRESS:
                await self._press(action, held, place, cause)
            case Did.BACK:
                await self._back(held, place, cause)
            case Did.MORE | Did.KEPT:
                await self._lay_over(did, held, place, cause)
            case Did.TURN:
                await self._turn(action, place, cause)
            case Did.CHANGE:
                changed = Changed(_form(held), held.answers)
                reply = await self._workspace.respond(place.user, cause, changed)
                await self._workspace.showing.answer(reply, place)
            case _:
                assert_never(did)

    async def _press(self, action: Payload, held: FromView, place: Place, cause: Cause) -> None:
        workspace, press = self._workspace, read_action(action)
        if str(action.get("action_id")).startswith(_SHOW):
            await self._show_file(EvidenceId(press.what), held, place, cause)
            return
        of_home = press_of_home(press) if place.at_home else None
        if of_home is not None:
            person = await workspace.person(place.user)
            home = await workspace.host.home(person, *of_home, press.school)
            drawn = home_view(home.nodes, home.words, here=home.here)
            await workspace.client.publish_home(place.user, drawn)
            return
        if held.kind is Callback.KEPT:
            reply = await workspace.respond(place.user, cause, Pressed(press, held.form, {}))
            await self._kept_again(reply, place)
            return
        answers = None
        keys: tuple[str, ...] = ()
        if held.form is not None:
            fetched = await self._attachments.fetched(held)
            answers, keys = fetched.answers, fetched.keys
        reply = await workspace.respond(place.user, cause, Pressed(press, held.form, answers))
        await self._attachments.kept(keys, held)
        if not (reply.hand and _is_same_form(reply, held)):
            # A form that stays as it is keeps what was typed in it, and its files.
            await workspace.showing.answer(reply, place)

    async def _kept_again(self, reply: Reply, place: Place) -> None:
        """A kept file was taken out: the list of those that are left."""
        if isinstance(reply.show, Form) and place.view is not None:
            drawn = kept_view(reply.show, reply.words)
            await self._update(place.view, drawn)
        else:
            await self._workspace.showing.answer(reply, place)

    async def _back(self, held: FromView, place: Place, cause: Cause) -> None:
        fetched = await self._attachments.fetched(held)
        act = Submitted(_form(held), fetched.answers, back=True)
        reply = await self._workspace.respond(place.user, cause, act)
        await self._attachments.kept(fetched.keys, held)
        await self._workspace.showing.answer(reply, place)

    async def _lay_over(self, did: Did, held: FromView, place: Place, cause: Cause) -> None:
        """What is folded, or the files that are kept: on a view of its own above the form's."""
        changed = Changed(_form(held), held.answers)
        reply = await self._workspace.respond(place.user, cause, changed)
        if not isinstance(reply.show, Form):
            await self._workspace.showing.answer(reply, place)
            return
        draw = more_view if did is Did.MORE else kept_view
        drawn = draw(reply.show, reply.words)
        await self._workspace.showing.push(drawn, place, reply.words, reply.show)

    async def _turn(self, action: Payload, place: Place, cause: Cause) -> None:
        workspace, turn = self._workspace, read_page_turn(action)
        of_home = press_of_home(turn.press) if turn.press and place.at_home else None
        if turn.press is None or of_home is not None:
            shown = (*(of_home or (Which.ALL, 0)), turn.press.school if turn.press else "")
            home = await workspace.host.home(await workspace.person(place.user), *shown)
            drawn = home_view(home.nodes, home.words, page=turn.page, here=home.here)
            await workspace.client.publish_home(place.user, drawn)
            return
        reply = await workspace.respond(place.user, cause, Pressed(turn.press))
        await self._view_again(reply, place, turn.page)

    async def _view_again(self, reply: Reply, place: Place, page: int) -> None:
        view = place.view
        if not isinstance(reply.show, View) or view is None:
            await self._workspace.showing.answer(reply, place)
            return
        school = reply.show.here.school
        files = await self._workspace.pictures.in_view(view.id, school)
        drawn = modal(reply.show, reply.words, page=page, pictures=_drawn_from(files))
        if files:
            drawn["notify_on_close"] = True
        await self._update(view, drawn, waits=READY_SECONDS if files else ())

    async def _show_file(
        self, evidence: EvidenceId, held: FromView, place: Place, cause: Cause
    ) -> None:
        workspace, view = self._workspace, place.view
        if view is None or held.press is None:
            raise NotOurs
        person = await workspace.person(place.user)
        try:
            school = held.press.school
            content, media_type = await workspace.host.evidence(person, evidence, school)
        except Refused:
            await workspace.showing.answer(_done(workspace, Say.NOT_FOR_YOU), place)
            return
        if not media_type.startswith(_IMAGE):
            words = workspace.host.words
            drawn = modal(Done(plain(Say.NOT_A_PICTURE)), words)
            await workspace.showing.push(drawn, place, words)
            return
        reply = await workspace.respond(place.user, cause, Pressed(held.press))
        alt = _label_of(reply, evidence)
        await workspace.pictures.show(view.id, evidence, content, media_type, alt, school)
        await self._view_again(reply, place, held.page)

    async def _update(
        self, view: OpenView, drawn: Mapping[str, Any], waits: Sequence[float] = ()
    ) -> None:
        """Shows it, if nothing newer is shown; a picture may take Slack a moment."""
        for wait in (*waits, None):
            try:
                await self._workspace.client.update_view(view.id, drawn, view.hash)
            except SlackRefused as refused:
                if refused.code == OVERTAKEN:
                    return
                if wait is None:
                    raise
                await asyncio.sleep(wait)
            else:
                return


def _drawn_from(files: Mapping[EvidenceId, str]) -> Pictures:
    """What the renderer asks: the picture of a piece of evidence, if it is open."""

    def found(evidence: EvidenceId) -> Block | None:
        file = files.get(evidence)
        return {"id": file} if file else None

    return found


def _form(held: FromView) -> FormRef:
    if held.form is None:
        raise NotOurs
    return held.form


def _is_same_form(reply: Reply, held: FromView) -> bool:
    shown = reply.show
    return isinstance(shown, Form) and held.form is not None and shown.ref.press == held.form.press


def _done(workspace: Workspace, says: Say) -> Reply:
    return Reply(workspace.host.words, Done(plain(says)))


def _label_of(reply: Reply, evidence: EvidenceId) -> str:
    nodes = reply.show.nodes if isinstance(reply.show, View) else ()
    found = [n for n in nodes if isinstance(n, Picture) and n.evidence == evidence]
    return reply.words.text(found[0].label) if found else "File"
