"""*Find a person*: what is held on somebody, for a request to see it (PRODUCT, section 6).

The name that was looked for is kept, sealed, for a day: so that the list can be shown again and a
copy be made. Every case that came up has on its record that it did.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.app.act import Act, Look
from bot.app.case_file import read_case
from bot.app.held_on_person import HeldCase, held_in
from bot.app.inbound import Given
from bot.app.reading import text_in
from bot.domain.errors import Invalid, Why
from bot.domain.events import PersonLookedUp
from bot.domain.permissions import Doing
from bot.domain.personal import Personal
from bot.domain.questionnaire import LONGEST_LINE
from bot.domain.subject_access import answer_by
from bot.screens.facts import plain
from bot.screens.nodes import (
    Action,
    Actions,
    Facts,
    Form,
    Handed,
    Paragraph,
    ShortText,
    View,
    ViewNode,
)
from bot.screens.press import FormRef, NotOurs, Press, Verb, is_plain
from bot.screens.say import Say
from bot.screens.wrong import errors_of

WHO: Final = "who"
SEARCH: Final = "person:"
"""How the names of the values begin that keep whom somebody looked for; they last a day."""
TAKE: Final = "take"
_ACTS: Final = uuid.UUID("3f0b4c53-9f43-4a5c-9a41-2f6f2f4ea0c1")


@dataclass(frozen=True)
class Search:
    """Who was looked for, by whom."""

    token: str
    name: Personal
    by: str


def find_form(look: Look, given: Mapping[str, Given], wrong: Invalid | None = None) -> Form:
    """Asks whose data it is. Raises ``Refused``."""
    look.ask(Doing.FIND_PERSON)
    due = answer_by(look.today, look.school.calendar)
    who = ShortText(
        id=WHO,
        label=plain(Say.FIND_PERSON_WHO),
        why=plain(Say.FIND_PERSON_WHO_WHY),
        required=True,
        value=text_in(given.get(WHO)),
        most=LONGEST_LINE,
    )
    return Form(
        ref=FormRef(Press(Verb.FIND_PERSON)),
        title=plain(Say.FIND_PERSON),
        intro=(Paragraph(plain(Say.FIND_PERSON_BY, on=due.due_on)),),
        fields=(who,),
        submit=plain(Say.FIND_PERSON),
        errors=errors_of(wrong) if wrong else {},
    )


def find_person(act: Act, given: Mapping[str, Given]) -> Form | View:
    """Looks for the name in every case that the person may see, and keeps that it was."""
    act.ask(Doing.FIND_PERSON)
    name = text_in(given.get(WHO))
    if name is None or len(name.reveal()) > LONGEST_LINE:
        wrong = Invalid({WHO: Why.TOO_LONG if name else Why.MISSING}, most=LONGEST_LINE)
        return find_form(act, given, wrong)
    # The same act that comes again is the same search, and is on the record once.
    search = Search(uuid.uuid5(_ACTS, act.cause).hex, name, act.who.person)
    if act.reading.value(f"{SEARCH}{search.token}") is not None:
        return found_again(act, search.token)
    kept = json.dumps([name.reveal(), search.by]).encode()
    act.writing.put_value(f"{SEARCH}{search.token}", kept)
    found = _recorded(act, search, taken_out=False)
    return found_view(act, search, found)


def found_again(look: Look, token: str) -> View:
    """The list of an earlier search. Raises ``Refused``, and ``NotOurs`` if it is over."""
    search = search_of(look, token)
    return found_view(look, search, tuple(all_held(look, search.name)))


def take_copy(act: Act, token: str) -> Handed:
    """A copy of what was found, for its owner to look through. Raises as ``found_again``."""
    search = search_of(act, token)
    _recorded(act, search, taken_out=True)
    return Handed(f"{SEARCH}{token}", plain(Say.FILE_OF_PERSON), plain(Say.FIND_PERSON_READY))


def search_of(look: Look, token: str) -> Search:
    """The person's own search. Raises ``Refused`` and ``NotOurs``."""
    look.ask(Doing.FIND_PERSON)
    kept = look.reading.value(f"{SEARCH}{token}") if is_plain(token) else None
    if kept is None:
        raise NotOurs
    name, by = json.loads(kept)
    if by != look.who.person:
        raise NotOurs
    return Search(token, Personal(name), by)


def all_held(look: Look, name: Personal) -> Iterator[HeldCase]:
    """Every case that the person may see and that holds the name."""
    for row in look.reading.case_rows():
        file = read_case(look.school, look.reading, row)
        held = held_in(file, name) if look.may_do(Doing.VIEW, file) else None
        if held is not None:
            yield held


def _recorded(act: Act, search: Search, *, taken_out: bool) -> Sequence[HeldCase]:
    found = tuple(all_held(act, search.name))
    for each in sorted(found, key=lambda held: held.file.case):
        file = act.locked(each.file.case, Doing.VIEW)
        act.recorder.record(file, (PersonLookedUp(taken_out),))
    return found


def found_view(look: Look, search: Search, found: Iterable[HeldCase]) -> View:
    """Where the name stands, by when an answer is due, and a button for a copy."""
    cases = tuple(found)
    due = answer_by(look.today, look.school.calendar)
    nodes: list[ViewNode] = [
        Paragraph(plain(Say.FIND_PERSON_SUM, asked=due.asked_on, due=due.due_on)),
        Paragraph(
            plain(Say.FIND_PERSON_FOUND, count=len(cases)) if cases else plain(Say.FIND_PERSON_NONE)
        ),
    ]
    for each in cases:
        name = plain(Say.REFERENCE, reference=each.file.state.reference)
        count = plain(Say.FIND_PERSON_PLACES, count=len(each.entries))
        nodes.append(Facts(((name, count),)))
        nodes.append(
            Actions((Action(plain(Say.OPEN_CASE), Press(Verb.OPEN_CASE, each.file.case)),))
        )
    here = Press(Verb.FIND_PERSON, search.token)
    if cases:
        take = Press(Verb.FIND_PERSON, search.token, what=TAKE)
        nodes.append(Actions((Action(plain(Say.FIND_PERSON_TAKE), take, primary=True),)))
    return View(plain(Say.FIND_PERSON), tuple(nodes), here)
