"""What somebody asked before they had said for which of their schools: kept until they choose.

It may hold a link or a name. So it is kept sealed in the store of one of their own schools, until
it went on in the chosen one, for a day at most; neither a message nor a button holds any of it.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.app.chosen_anew import Begun, links_came_as
from bot.app.inbound import Asked, Forwarded, Inbound, Person, Pressed
from bot.app.ports import Writing
from bot.app.records import pack, unpack
from bot.app.school import School
from bot.domain.ids import Cause, DraftId, SchoolId
from bot.screens.nodes import Form, Reply
from bot.screens.press import Verb, read_press

CHOICE: Final = "until-chosen:"
"""How the names of these values begin."""

KEPT_FOR: Final = timedelta(days=1)

Kept = Asked | Forwarded | Pressed
"""An act that can wait: no form of ours, which always says of which school it is."""


def keep_until_chosen(theirs: Sequence[School], inbound: Inbound, act: Kept) -> str:
    """Keeps the act; the token by which it is found. The same act has the same token."""
    school = theirs[0]
    with school.store.writing() as writing:
        token = writing.keyed_hash(CHOICE, inbound.cause)[:32]
        whose = school.person_of(inbound.person.email, writing)
        if writing.value(f"{CHOICE}{token}") is None:
            _put(writing, token, [whose, school.now().isoformat(), *_told(act)])
    return token


def kept_until_chosen(theirs: Sequence[School], person: Person, token: str) -> Kept | Begun | None:
    """The act of that token, or the report that it led to, if it is theirs and still kept."""
    for school in theirs:
        with school.store.reading() as reading:
            stored = reading.value(f"{CHOICE}{token}")
            whose, *told = json.loads(stored) if stored else ("",)
            if stored and whose == school.person_of(person.email, reading):
                return _act(*told[-_TOLD:])
    return None


def went_on(theirs: Sequence[School], token: str, school: School, reply: Reply) -> None:
    """Forgets what was typed, now that the form it led to in that school holds it.

    What is kept in its place leads to the same form, should the choice come again.
    """
    if not isinstance(reply.show, Form) or reply.show.ref.press.verb is not Verb.REPORT:
        return
    draft = DraftId(reply.show.ref.press.subject)
    begun = Begun(school.id, draft, links_came_as(school, draft))
    for each in theirs:
        with each.store.writing() as writing:
            stored = writing.value(f"{CHOICE}{token}")
            if stored:
                about = json.loads(stored)[:-_TOLD]
                _put(writing, token, [*about, *_told(begun)])


def forget_choices(writing: Writing, now: datetime) -> None:
    """Forgets what was kept for a day; nobody is asked any more what it was."""
    for name, stored in writing.values(CHOICE).items():
        _, *at = json.loads(stored)[:-_TOLD]
        if not at or datetime.fromisoformat(at[0]) < now - KEPT_FOR:
            writing.forget_value(name)


def _put(writing: Writing, token: str, told: Sequence[object]) -> None:
    writing.put_value(f"{CHOICE}{token}", json.dumps(told).encode())


def cause_of_choice(token: str, school: School, instead_of: str = "") -> Cause:
    """The same each time that the act goes on in that school, ``instead_of`` a draft elsewhere."""
    return Cause(f"{CHOICE}{token}:{school.id}:{instead_of}".removesuffix(":"))


_TOLD: Final = 2
"""An act is two things at the end, after whose it is and, but in older ones, since when."""


def _told(act: Kept | Begun) -> tuple[str, object]:
    match act:
        case Asked(text, channel, public):
            return "asked", pack((text, channel, public))
        case Forwarded(links):
            return "forwarded", pack(links)
        case Pressed(press):
            return "pressed", press.encode()
        case Begun(school, draft, links):
            return "begun", [school, draft, links]


def _act(kind: str, told: Any) -> Kept | Begun:  # noqa: ANN401 - whatever JSON holds
    match kind:
        case "asked":
            return Asked(*unpack(told))
        case "forwarded":
            return Forwarded(unpack(told))
        case "begun":
            school, draft, links = told
            return Begun(SchoolId(school), DraftId(draft), links)
        case _:
            return Pressed(read_press(str(told)))
