"""Somebody chose one of their schools, began there, and chooses another: what becomes of the first.

A report of which nothing was answered yet is begun anew in the other school, and thrown away in the
first. One that was written in stays: its writer alone knows for which of the two it is.
"""

from bot.app.act import Look, acting, looking
from bot.app.drafts import content_of, own_draft, withdraw_draft
from bot.app.inbound import Forwarded, Person
from bot.app.report_draft import linked
from bot.app.school import School
from bot.app.stored import Draft
from bot.domain.errors import Invalid
from bot.domain.ids import Cause, DraftId
from bot.domain.personal import Personal
from bot.screens.facts import NamedSchool, plain
from bot.screens.nodes import Action, Actions, Message, Paragraph
from bot.screens.press import Press, Verb
from bot.screens.say import Say


def begun_anew(first: School, person: Person, draft: DraftId) -> Forwarded | Message:
    """What begins in the other school, with the links that came along; or why nothing does."""
    with first.store.reading() as reading:
        look = looking(first, reading, person)
        found = _theirs(look, draft)
        links = _links_alone(look, found) if found else None
    if found is None:
        ended = plain(Say.ENDED_ELSEWHERE, school=NamedSchool(first.id))
        return Message(None, (Paragraph(ended),), ended)
    return _stays(first, draft) if links is None else Forwarded(links)


def throw_first_away(first: School, person: Person, cause: Cause, draft: DraftId) -> None:
    """Throws away what was begun in the first school, unless it was written in meanwhile."""
    with first.store.writing() as writing:
        act = acting(first, writing, person, cause)
        found = _theirs(act, draft)
        if found is not None and _links_alone(act, found) is not None:
            withdraw_draft(act, found)


def _stays(first: School, draft: DraftId) -> Message:
    says = plain(Say.BEGUN_ELSEWHERE, school=NamedSchool(first.id))
    resume = Press(Verb.RESUME, draft, school=first.id)
    withdraw = Press(Verb.WITHDRAW, draft, school=first.id)
    buttons = (
        Action(plain(Say.RESUME_REPORT), resume),
        Action(plain(Say.WITHDRAW_REPORT), withdraw, danger=True),
    )
    return Message(None, (Paragraph(says), Actions(buttons)), says)


def _theirs(look: Look, draft: DraftId) -> Draft | None:
    try:
        return own_draft(look, draft)
    except Invalid:
        return None


def _links_alone(look: Look, draft: Draft) -> tuple[Personal, ...] | None:
    """The links of a report that holds nothing else; ``None`` if it was written in."""
    held, question = content_of(draft), linked(look.school.pack.policy)
    if held.files or draft.case is not None or set(held.answers) - {question}:
        return None
    links = held.answers.get(question) if question is not None else None
    if not isinstance(links, tuple):
        return ()
    return tuple(each for each in links if isinstance(each, Personal))
