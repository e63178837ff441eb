"""To which school an act belongs, where several are served together.

An act that carries a school goes there if the person belongs to it; what is carried is a hint and
never trusted. Whoever belongs to one school alone is never asked. Whoever belongs to several is
asked for each report anew: one that reached the wrong school would be a breach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.app.act import looking
from bot.app.addresses import digest_comes_to
from bot.app.asked import COMMANDS, command_in, help_for_standing
from bot.app.carried_in import school_in, subject_in
from bot.app.chosen_anew import Begun, begun_anew, throw_first_away
from bot.app.drafts import open_drafts
from bot.app.inbound import (
    Act,
    Asked,
    Attached,
    Forwarded,
    Inbound,
    Person,
    Pressed,
)
from bot.app.respond import respond
from bot.app.school import School
from bot.app.school_of_file import handed_by
from bot.app.schools import Schools, as_compared
from bot.app.until_chosen import cause_of_choice, keep_until_chosen, kept_until_chosen, went_on
from bot.domain.ids import CaseId, DraftId, SchoolId
from bot.domain.links import find_links
from bot.domain.permissions import Allowed, Doing, Standing, may, standing_of
from bot.domain.personal import Personal
from bot.screens.facts import NamedSchool, plain
from bot.screens.messages import one_line, report_button
from bot.screens.nodes import (
    Action,
    Actions,
    Bullets,
    Done,
    Form,
    Message,
    MessageNode,
    Paragraph,
    Reply,
)
from bot.screens.of_school import carrying, message_of, show_of
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Words

IN_A_ROW: Final = 5
"""Buttons beside each other."""
_DIGEST_HERE: Final = "digest-here"
_FIND: Final = "find"


@dataclass(frozen=True)
class _Wanted:
    """Somebody's act, the schools that there are, and those that they belong to: at least one."""

    schools: Schools
    theirs: tuple[School, ...]
    inbound: Inbound

    @property
    def act(self) -> Act:
        return self.inbound.act


def respond_in(schools: Schools, inbound: Inbound) -> Reply:
    """As ``respond``, in the school that the act belongs to, or the question which one it is."""
    if not schools.are_several:
        return respond(schools.first, inbound)
    theirs = schools.of(inbound.person)
    if not theirs:
        return Reply(schools.first.words(), say=one_line(Say.NOT_A_MEMBER))
    wanted = _Wanted(schools, theirs, inbound)
    match inbound.act:
        case Asked():
            return _asked(wanted, inbound.act)
        case Pressed(Press(verb=Verb.GO_ON)):
            return _go_on(wanted, inbound.act.press)
        case Attached(form=None):
            return _attached(wanted)
        case _:
            return _carried(wanted)


def _asked(wanted: _Wanted, what: Asked) -> Reply:
    typed = what.text.reveal().strip().removeprefix("/")
    command, rest = command_in(typed)
    if command == _DIGEST_HERE:
        return _digest_here(wanted, what, rest)
    if what.public:
        return _said(wanted, one_line(Say.WRITE_TO_ME_DIRECTLY))
    if len(wanted.theirs) == 1:
        return _answered(wanted.theirs[0], wanted.inbound)
    if find_links(typed):
        return _which(wanted, what)
    if command in COMMANDS:
        # Whom somebody looks for is asked in a form; what a chat says of it is not kept.
        is_find = command == _FIND
        return _which(wanted, replace(what, text=Personal(command)) if is_find else what)
    unknown = None if command == "help" else Say.UNKNOWN_WORD
    return _said(wanted, help_for_standing(_standing(wanted), unknown))


def _digest_here(wanted: _Wanted, what: Asked, named: str) -> Reply:
    """The digest of which school comes to a channel is typed; nobody chooses for all to see."""
    name = as_compared(named)
    if name or len(wanted.theirs) == 1:
        found = [s for s in wanted.theirs if not name or name in (s.id, as_compared(s.name))]
        if not found:
            return _refused(wanted)
        if _is_of_another(wanted, found[0], what.channel):
            says = plain(Say.DIGEST_OF_ANOTHER, school=NamedSchool(found[0].id))
            return _said(wanted, Message(None, (Paragraph(says),), says))
        act = replace(what, text=Personal(_DIGEST_HERE))
        return _answered(found[0], replace(wanted.inbound, act=act))
    says = plain(Say.DIGEST_WHICH)
    named_ = (plain(Say.DIGEST_HERE_OF, school=NamedSchool(each.id)) for each in wanted.theirs)
    return _said(wanted, Message(None, (Paragraph(says), Bullets(tuple(named_))), says))


def _is_of_another(wanted: _Wanted, school: School, channel: str | None) -> bool:
    """Whether the channel has another school's digest already: for those alone who may say so."""
    with school.store.reading() as reading:
        look = looking(school, reading, wanted.inbound.person)
    if not channel or not isinstance(may(look.who, Doing.DIGEST_HERE, look.roster), Allowed):
        return False
    others = (digest_comes_to(each) for each in wanted.schools if each is not school)
    place_of = wanted.schools.place_of
    return place_of(channel) in {place_of(each) for each in others if each}


def _carried(wanted: _Wanted) -> Reply:
    """An act of a screen of ours, which says of which school it was."""
    act, theirs = wanted.act, wanted.theirs
    named = school_in(act)
    if named:
        school = next((each for each in theirs if each.id == named), None)
    elif len(theirs) == 1:
        school = theirs[0]
    elif isinstance(act, Forwarded) or (isinstance(act, Pressed) and not subject_in(act)):
        return _which(wanted, act)
    else:
        # A screen of the time when there was one school.
        school = next((each for each in theirs if _knows(each, subject_in(act))), None)
    return _answered(school, wanted.inbound) if school else _refused(wanted)


def _attached(wanted: _Wanted) -> Reply:
    """A picture that no form asked for goes with a report only if it can be no other's."""
    if len(wanted.theirs) == 1:
        return _answered(wanted.theirs[0], wanted.inbound)
    if any(_writes(each, wanted.inbound.person) for each in wanted.theirs):
        return _said(wanted, one_line(Say.PICTURE_WHICH))
    says = plain(Say.PICTURE_FOR_NOTHING)
    return _said(wanted, Message(None, (Paragraph(says), Actions((report_button(),))), says))


def _which(wanted: _Wanted, act: Asked | Forwarded | Pressed) -> Reply:
    token = keep_until_chosen(wanted.theirs, wanted.inbound, act)
    buttons = [
        Action(
            plain(Say.OF_SCHOOL, school=NamedSchool(each.id)),
            Press(Verb.GO_ON, token, school=each.id),
        )
        for each in wanted.theirs
    ]
    rows = [buttons[at : at + IN_A_ROW] for at in range(0, len(buttons), IN_A_ROW)]
    says = plain(Say.WHICH_SCHOOL)
    nodes: tuple[MessageNode, ...] = (Paragraph(says), *(Actions(tuple(row)) for row in rows))
    return _said(wanted, Message(None, nodes, plain(Say.WHICH_SCHOOL_TITLE)))


def _go_on(wanted: _Wanted, press: Press) -> Reply:
    """They chose: what was kept is done there."""
    school = next((each for each in wanted.theirs if each.id == press.school), None)
    if school is None:
        return _refused(wanted)
    person = wanted.inbound.person
    kept = kept_until_chosen(wanted.theirs, person, press.subject)
    match kept:
        case None:
            return Reply(words_of(wanted.theirs), Done(plain(Say.CHOICE_GONE)))
        case Begun(school=school.id):
            act: Act = Pressed(Press(Verb.RESUME, kept.draft))
        case Begun():
            return _go_on_elsewhere(wanted, press, kept, school)
        case _:
            act = kept
    cause = cause_of_choice(press.subject, school)
    reply = _answered(school, Inbound(person, cause, act))
    if not isinstance(kept, Begun):
        went_on(wanted.theirs, press.subject, school, reply)
    return reply


def _go_on_elsewhere(wanted: _Wanted, press: Press, begun: Begun, school: School) -> Reply:
    """They chose before, and choose another school now."""
    person, token = wanted.inbound.person, press.subject
    before = next((each for each in wanted.theirs if each.id == begun.school), None)
    if before is None:
        return _refused(wanted)
    act = begun_anew(before, person, begun)
    if isinstance(act, Message):
        if kept_until_chosen(wanted.theirs, person, token) != begun:
            # The same choice came twice at once, and the other one went on meanwhile.
            return _go_on(wanted, press)
        return _said(wanted, act)
    cause = cause_of_choice(token, school, begun.draft)
    reply = _answered(school, Inbound(person, cause, act))
    if isinstance(reply.show, Form):
        # In this order: whatever fails in between, the choice leads to a report that is there.
        went_on(wanted.theirs, token, school, reply)
        throw_first_away(before, person, cause, begun)
    return reply


def _answered(school: School, inbound: Inbound) -> Reply:
    """What the school answers, marked as its own."""
    reply = respond(school, replace(inbound, act=carrying(inbound.act, "")))
    return replace(
        reply,
        show=show_of(reply.show, school.id) if reply.show else None,
        say=message_of(reply.say, school.id) if reply.say else None,
        hand=handed_by(school, reply.hand) if reply.hand else None,
    )


def words_of(schools: Sequence[School]) -> Words:
    """The words of the first, which name all of them."""
    names: Mapping[SchoolId, str] = {each.id: each.name for each in schools}
    return replace(schools[0].words(), schools=names)


def _said(wanted: _Wanted, message: Message) -> Reply:
    return Reply(words_of(wanted.theirs), say=message)


def _refused(wanted: _Wanted) -> Reply:
    return Reply(words_of(wanted.theirs), Done(plain(Say.NOT_FOR_YOU)))


def _knows(school: School, subject: str) -> bool:
    """Whether a case or a draft of that id is the school's."""
    with school.store.reading() as reading:
        case, draft = reading.case_row(CaseId(subject)), reading.draft(DraftId(subject))
    return case is not None or draft is not None


def _writes(school: School, person: Person) -> bool:
    with school.store.reading() as reading:
        return bool(open_drafts(looking(school, reading, person)))


def _standing(wanted: _Wanted) -> frozenset[Standing]:
    """What they may do in any of their schools."""
    found: frozenset[Standing] = frozenset()
    for school in wanted.theirs:
        with school.store.reading() as reading:
            found |= frozenset(standing_of(looking(school, reading, wanted.inbound.person).who))
    return found
