"""Reports that come in by the one door, page by page, as every platform brings them."""

import itertools
from collections.abc import Mapping

from bot.app.inbound import Act, Forwarded, Given, Inbound, Pressed, Submitted
from bot.app.respond import respond
from bot.domain.ids import CaseId, Cause, Reference
from bot.domain.personal import Personal
from bot.screens.nodes import Done, Form, Reply, View
from bot.screens.press import FormRef, Press, Verb
from tests.builders import SchoolAtWork

FIRST: Mapping[str, Given] = {
    "safety": ("none",),
    "content": ("offensive",),
    "about": ("school",),
}
SECOND: Mapping[str, Given] = {
    "place": "closed-group",
    "poster": "parent-or-carer",
    "words": Personal("They call the new lunch rules a disgrace, and the kitchen lazy."),
}
ACCEPTED: Mapping[str, Given] = {
    "outcome": "accepted",
    "fair_concern": "no",
    "gravely_offensive": "no",
}

_numbers = itertools.count()


def act(there: SchoolAtWork, who: str, what: Act) -> Reply:
    """What somebody's act is answered with."""
    cause = Cause(f"bench-{next(_numbers)}")
    return respond(there.school, Inbound(there.person(who), cause, what))


def a_link() -> Personal:
    """A link that no case holds yet."""
    return Personal(f"https://www.facebook.com/groups/7/posts/{next(_numbers)}")


def until_the_last_page(there: SchoolAtWork, who: str, link: Personal) -> FormRef:
    """A report that is written but for its last page."""
    first = _form(act(there, who, Forwarded((link,))))
    given: dict[str, Given] = {**FIRST, "links": (link,)}
    return _form(act(there, who, Submitted(first.ref, _asked(first, given)))).ref


def send(there: SchoolAtWork, who: str, last: FormRef) -> Reply:
    """The last page is sent: when this returns, the report is a case that stays."""
    return act(there, who, Submitted(last, SECOND))


def _form(reply: Reply) -> Form:
    if not isinstance(reply.show, Form):
        raise TypeError(type(reply.show).__name__)
    return reply.show


def _asked(form: Form, given: Mapping[str, Given]) -> dict[str, Given]:
    asked = {field.id for field in (*form.fields, *form.more)}
    return {name: value for name, value in given.items() if name in asked}


def reference_of(reply: Reply) -> Reference:
    """The reference that the reporter is thanked with. Raises ``TypeError`` for anything else."""
    found = reply.show.says.facts["reference"] if isinstance(reply.show, Done) else None
    if not isinstance(found, Reference):
        raise TypeError(type(reply.show).__name__)
    return found


def acknowledge(there: SchoolAtWork, who: str, case: CaseId) -> Reply:
    """Opens the first step's form and answers it: two acts. The case is shown then."""
    form = _form(act(there, who, Pressed(Press(Verb.ANSWER, case, "acknowledge", 1))))
    reply = act(there, who, Submitted(form.ref, ACCEPTED))
    if not isinstance(reply.show, View):
        raise TypeError(type(reply.show).__name__)
    return reply
