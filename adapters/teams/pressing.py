"""Decides what a button of ours does in Teams: in a message, a dialog, or a card in the chat."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from adapters.teams.handing import Handing
from adapters.teams.kept_beside import KeptBeside
from adapters.teams.pictures import as_data_uri
from adapters.teams.place import Place, Way
from adapters.teams.read import Did, FromCard
from adapters.teams.same_act import cause_of_form
from adapters.teams.showing import Body, Showing
from adapters.teams.tenant import Tenant
from adapters.teams.typed_before import TypedBefore
from bot.app.inbound import Act, Changed, Person, Pressed, Submitted
from bot.domain.errors import Refused
from bot.domain.ids import Cause, EvidenceId
from bot.screens.again import what_opens, with_where_it_is
from bot.screens.facts import plain
from bot.screens.nodes import (
    Action,
    Actions,
    Done,
    Form,
    Message,
    Paragraph,
    Reply,
    View,
)
from bot.screens.press import (
    ONLY_SHOWS,
    FormRef,
    NotOurs,
    Press,
    Verb,
    what_was_told,
)
from bot.screens.say import Say


class Pressing:
    """Answers every press of a button of ours."""

    def __init__(self, tenant: Tenant, showing: Showing, handing: Handing) -> None:
        self._tenant = tenant
        self._showing = showing
        self._handing = handing
        self._beside = KeptBeside(tenant, showing)

    async def pressed(
        self, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        """Does it; the body of the answer, if an invoke asked for it. Raises ``NotOurs``."""
        match held.did:
            case Did.PRESS:
                return await self._press(held, person, cause, place)
            case Did.SUBMIT:
                return await self._submit(held, person, cause, place)
            case Did.BACK:
                act: Act = Submitted(_form(held), held.answers, back=True)
                return await self._of_a_form(act, held, person, cause, place)
            case Did.CHANGE:
                act = Changed(_form(held), held.answers)
                return await self._of_a_form(act, held, person, cause, place)
            case Did.TURN | Did.PICTURE:
                return await self._look_again(held, person, cause, place)
            case Did.SEE:
                return await self._see(held, person, cause, place)
            case Did.KEEP:
                return await self._keep(held, person, cause, place)
            case Did.CLOSE:
                return await self._close(held, person, cause, place)
            case Did.HERE:
                await self._tenant.host.use_windows(place.user, use=False)
                return await self._press(held, person, cause, place)
            case _:
                assert_never(held.did)

    async def _press(
        self, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        if place.way is Way.WINDOW and held.form is None and held.here is None:
            await self._tenant.host.use_windows(place.user, use=True)
        press = _wanted(held.press)
        if place.way is Way.BUTTON and press.verb in ONLY_SHOWS and not held.fallback:
            await self._showing.offer_here(press, self._tenant.host.words, place)
            return None
        answers = held.answers if held.form else None
        act: Act = Pressed(press, held.form, answers)
        if press.verb in (Verb.ADD, Verb.ISSUE_LETTER):
            left = await TypedBefore(self._tenant.host, place).page(press)
            act = Changed(FormRef(press), left) if left else act
        return await self._of_a_form(act, held, person, cause, place)

    async def _of_a_form(
        self, act: Act, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        reply = await self._respond(person, cause, act, place)
        if held.fallback and isinstance(reply.show, View):
            # This Teams knows no Execute: a view would have to be sent, and would be kept.
            await self._showing.say_line(plain(Say.SHOW_ON_COMPUTER), reply.words, place.where)
            return None
        if isinstance(reply.show, Done):
            await self._beside.files_done(_what_ends(held), person, place)
            await self._beside.draft_done(_what_ends(held), reply.show, reply.words, place)
        return await self._showing.answer(reply, place)

    async def _submit(
        self, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        """A form came back. What a card in the chat could not repeat was kept beside it."""
        form, before = _form(held), TypedBefore(self._tenant.host, place)
        answers = await before.with_answers(form, held)
        act = Submitted(form, answers)
        reply = await self._respond(person, cause_of_form(form, answers, person, cause), act, place)
        await before.keep(reply, form, answers)
        if isinstance(reply.show, Done):
            await self._beside.files_done(form.press, person, place)
            await self._beside.draft_done(form.press, reply.show, reply.words, place)
        return await self._showing.answer(reply, place)

    async def _respond(self, person: Person, cause: Cause, act: Act, place: Place) -> Reply:
        """The application's answer; what it hands over is on its way to the chat."""
        reply = await self._tenant.respond(person, cause, act, place)
        self._handing.hand_over(reply, person, place)
        return with_where_it_is(reply)

    async def _look_again(
        self, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        """The same view at another page, or with a picture in it."""
        here = _wanted(held.here)
        pictures: Mapping[EvidenceId, str] = {}
        if held.did is Did.PICTURE and held.evidence is not None:
            found = await self._picture(held.evidence, person, here.school)
            if isinstance(found, Say):
                return await self._showing.answer(
                    Reply(self._tenant.host.words, Done(plain(found))),
                    replace(place, held_form=False),
                )
            pictures = {held.evidence: found}
        reply = await self._tenant.respond(person, cause, Pressed(here), place)
        return await self._showing.answer(reply, place, page=held.page, pictures=pictures)

    async def _picture(self, evidence: EvidenceId, person: Person, school: str) -> str | Say:
        try:
            content, media_type = await self._tenant.host.evidence(person, evidence, school)
        except Refused:
            return Say.NOT_FOR_YOU
        drawn = await self._tenant.host.in_thread(lambda: as_data_uri(content, media_type))
        return drawn if drawn is not None else Say.NOT_A_PICTURE

    async def _see(self, held: FromCard, person: Person, cause: Cause, place: Place) -> Body | None:
        """What was told: of a report in place of its form, which is kept; else below the form."""
        form, words = _form(held), self._tenant.host.words
        told = _wanted(what_was_told(form))
        if form.press.verb is Verb.REPORT:
            keep = Changed(form, held.answers)
            await self._tenant.respond(person, Cause(f"{cause}:kept"), keep, place)
        if held.fallback:
            await self._showing.say_line(plain(Say.SHOW_ON_COMPUTER), words, place.where)
            return None
        if form.press.verb is not Verb.REPORT:
            # Nobody keeps what is typed in this form: it stays as it is.
            await self._showing.offer_here(told, words, place)
            return self._showing.nothing_new(place)
        reply = await self._tenant.respond(person, cause, Pressed(told), place)
        return await self._showing.answer(reply, place)

    async def _keep(
        self, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        """The page is kept and its dialog closes: pictures are sent into the chat."""
        form = _form(held)
        act = Changed(form, held.answers)
        reply = await self._tenant.respond(person, cause, act, place)
        if not isinstance(reply.show, Form):
            return await self._showing.answer(reply, place)
        await TypedBefore(self._tenant.host, place).keep_page(form, held.answers)
        says_so, label = _SENT_IN_CHAT.get(form.press.verb, (Say.SEND_PICTURES, Say.RESUME_REPORT))
        says = plain(says_so)
        go_on = Action(plain(label), what_opens(reply.show), primary=True)
        message = Message(None, (Paragraph(says), Actions((go_on,))), says)
        await self._showing.say(message, reply.words, place.where)
        return self._showing.sentence(says, reply.words, place)

    async def _close(
        self, held: FromCard, person: Person, cause: Cause, place: Place
    ) -> Body | None:
        """A view in the chat is emptied; behind somebody's own words stands their report."""
        here = held.here
        if here is not None and here.verb is Verb.MY_WORDS:
            resumed = Pressed(Press(Verb.RESUME, here.subject, school=here.school))
            reply = await self._tenant.respond(person, cause, resumed, place)
            return await self._showing.answer(reply, place)
        closed = Reply(self._tenant.host.words, Done(plain(Say.VIEW_CLOSED)))
        return await self._showing.answer(closed, place)


_SENT_IN_CHAT: Mapping[Verb, tuple[Say, Say]] = {
    Verb.ADD: (Say.SEND_PICTURES, Say.ADD_SOMETHING),
    Verb.ISSUE_LETTER: (Say.SEND_LETTER, Say.LETTER_APPROVE),
}
"""What is said when a dialog closes so that files can be sent, and the button that goes on."""


def _what_ends(held: FromCard) -> Press | None:
    """The form that a press ends: another report is thrown away from within a form as well."""
    if held.press is not None and held.press.verb is Verb.WITHDRAW:
        return held.press
    return held.form.press if held.form else None


def _wanted(press: Press | None) -> Press:
    if press is None:
        raise NotOurs
    return press


def _form(held: FromCard) -> FormRef:
    if held.form is None:
        raise NotOurs
    return held.form
