"""What is kept beside a form that is open: whose pictures go with it, and the card that waits."""

from dataclasses import replace

from adapters.teams.host import OneNote
from adapters.teams.note_keys import files_key, waiting_key
from adapters.teams.place import Place
from adapters.teams.refusals import TeamsRefused
from adapters.teams.render import done_card
from adapters.teams.showing import Showing
from adapters.teams.tenant import Tenant
from bot.app.inbound import Person
from bot.screens.nodes import AddFiles, Done, Form, Reply
from bot.screens.press import Press, Verb, read_form_ref
from bot.screens.wording import Words


def what_files_go_with(reply: Reply, user: str) -> OneNote | None:
    """Files sent into the chat go with the form that asked for them last.

    Where there is one school, a report is found by its writer; of several, it is remembered which
    one was opened last. ``None``: the answer changes nothing in that.
    """
    show = reply.show
    if not isinstance(show, Form):
        return None
    press = show.ref.press
    of_several = bool(press.school) and press.verb is Verb.REPORT
    if not (of_several or _takes_files(show)):
        return None
    ref = show.ref.encode() if of_several or press.verb is not Verb.REPORT else None
    return OneNote(files_key(user), ref, press.school)


class KeptBeside:
    """What is kept beside a form is done with when the form is."""

    def __init__(self, tenant: Tenant, showing: Showing) -> None:
        self._host = tenant.host
        self._report = tenant.report
        self._showing = showing

    async def files_done(self, ends: Press | None, person: Person, place: Place) -> None:
        """Files that come from now on are not for a form that is done with."""
        host, key = self._host, files_key(place.user)
        if ends is None or not (ends.verb is Verb.ADD or ends.school):
            return
        kept = await host.kept_one(person, key)
        if kept is not None and read_form_ref(kept).press.subject == ends.subject:
            await host.keep_one(person, OneNote(key, None, ends.school))

    async def draft_done(self, ends: Press | None, done: Done, words: Words, place: Place) -> None:
        """The card that waited in the chat for a forwarded message says what became of it."""
        host = self._host
        if ends is None or ends.verb not in (Verb.REPORT, Verb.WITHDRAW):
            return
        key = waiting_key(place.user, ends.subject)
        waiting = await host.kept(key, ends.school)
        if waiting is None:
            return
        await host.keep(key, None, ends.school)
        at = replace(place, card=waiting)
        try:
            await self._showing.replace(done_card(done.says, words), at, words.text(done.says))
        except TeamsRefused as refused:
            self._report("changing a card in Teams", refused)


def _takes_files(form: Form) -> bool:
    return any(isinstance(each, AddFiles) for each in (*form.fields, *form.more))
