"""Decides what becomes of answers that a card in the chat must not repeat and nobody else keeps.

A report is kept as a draft. Texts that came back wrong with any other form, and a form that was
left to send pictures, are kept here, sealed, until the form is done with or the night comes.
"""

import json
from collections.abc import Mapping

from adapters.teams.host import Host
from adapters.teams.note_keys import TYPED
from adapters.teams.place import Place, Way
from adapters.teams.read import FromCard
from bot.app.inbound import Given
from bot.domain.personal import Personal
from bot.screens.nodes import Form, Reply
from bot.screens.press import FormRef, Press, Verb


class TypedBefore:
    """The texts of the form that somebody has before them in the chat."""

    def __init__(self, host: Host, place: Place) -> None:
        self._host = host
        self._key = f"{TYPED}{place.user}"
        self._in_chat = place.way is not Way.WINDOW

    async def keep_page(self, form: FormRef, answers: Mapping[str, Given]) -> None:
        """Keeps all of a form that is left for a while."""
        if form.press.verb is not Verb.REPORT:
            await self._keep(form, {name: _stored(given) for name, given in answers.items()})

    async def page(self, press: Press) -> Mapping[str, Given]:
        """What was kept of the form that this button opens again; nothing if it was not left."""
        found = await self._kept_of(press)
        return {name: _restored(kept) for name, kept in found.items()}

    async def with_answers(self, form: FormRef, held: FromCard) -> Mapping[str, Given]:
        """The answers of the card, with what was typed before and left as it was."""
        if form.press.verb is Verb.REPORT or not self._in_chat:
            return held.answers
        asked = {name.partition(".")[2] for name in held.asks}
        kept = await self._kept_of(form.press)
        before = {n: Personal(t) for n, t in kept.items() if n in asked and isinstance(t, str)}
        return {**before, **held.answers}

    async def keep(self, reply: Reply, form: FormRef, answers: Mapping[str, Given]) -> None:
        """Keeps what came back wrong; forgets it once the form is done with."""
        if form.press.verb is Verb.REPORT:
            return
        shown = isinstance(reply.show, Form) and reply.show.ref.press == form.press
        again = shown and self._in_chat  # a dialog holds them itself
        texts = {
            name: given.reveal()
            for name, given in answers.items()
            if again and isinstance(given, Personal) and given.reveal()
        }
        await self._keep(form, texts)

    async def _keep(self, form: FormRef, answers: Mapping[str, object]) -> None:
        kept = json.dumps([form.press.encode(), answers]) if answers else None
        await self._host.keep(self._key, kept, form.press.school)

    async def _kept_of(self, press: Press) -> Mapping[str, object]:
        stored = await self._host.kept(self._key, press.school)
        of_form, answers = json.loads(stored) if stored else ("", {})
        return answers if of_form == press.encode() else {}


def _stored(given: Given) -> object:
    """An answer as JSON: a text, the list of what was ticked, what was chosen by its name."""
    match given:
        case Personal():
            return given.reveal()
        case tuple():
            return [each for each in given if isinstance(each, str)]
        case str():
            return {"chose": given}
        case _:
            return None


def _restored(kept: object) -> Given:
    match kept:
        case str():
            return Personal(kept)
        case list():
            return tuple(str(each) for each in kept)
        case {"chose": str(chosen)}:
            return chosen
        case _:
            return None
