"""Somebody chose one of their schools, began there, and chooses another: what becomes of the first.

A report of which nothing was answered yet is begun anew in the other school, and thrown away in the
first. One that was written in stays: its writer alone knows for which of the two it is. So does one
that was begun empty and holds the links of another choice by now.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.app.act import Look, acting, looking
from bot.app.drafts import content_of, own_draft, withdraw_draft
from bot.app.inbound import Forwarded, Person
from bot.app.ports import Reading
from bot.app.report_draft import linked
from bot.app.school import School
from bot.app.stored import Draft
from bot.domain.errors import Invalid
from bot.domain.ids import Cause, DraftId, SchoolId
from bot.domain.personal import Personal
from bot.screens.facts import NamedSchool, plain
from bot.screens.nodes import Action, Actions, Message, Paragraph
from bot.screens.press import Press, Verb
from bot.screens.say import Say

_LINKS: Final = "links-that-came"


@dataclass(frozen=True)
class Begun:
    """A report to which a choice led."""

    school: SchoolId
    draft: DraftId
    links: str
    """What tells whether it holds the links yet that came along; empty if none did."""


def links_came_as(school: School, draft: DraftId) -> str:
    """As ``Begun.links``, of a report that was just begun: links are a secret of their school."""
    with school.store.reading() as reading:
        found = reading.draft(draft)
        links = _links_alone(school, found) if found else None
        return _told_by(reading, links or ())


def begun_anew(first: School, person: Person, begun: Begun) -> Forwarded | Message:
    """What begins in the other school, with the links that came along; or why nothing does."""
    with first.store.reading() as reading:
        found = _theirs(looking(first, reading, person), begun.draft)
        links = _links_alone(first, found) if found else None
        came = links is not None and _told_by(reading, links) == begun.links
    if found is None:
        ended = plain(Say.ENDED_ELSEWHERE, school=NamedSchool(first.id))
        return Message(None, (Paragraph(ended),), ended)
    if links is None or (not came and begun.links):
        return _stays(first, begun.draft)
    return Forwarded(links if came else ())


def throw_first_away(first: School, person: Person, cause: Cause, begun: Begun) -> None:
    """Throws away what was begun in the first school, unless it holds anything else by now."""
    with first.store.writing() as writing:
        act = acting(first, writing, person, cause)
        found = _theirs(act, begun.draft)
        links = _links_alone(first, found) if found else None
        if found and links is not None and _told_by(writing, links) == begun.links:
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


def _told_by(reading: Reading, links: Sequence[Personal]) -> str:
    text = json.dumps([each.reveal() for each in links])
    return reading.keyed_hash(_LINKS, text) if links else ""


def _links_alone(school: School, draft: Draft) -> tuple[Personal, ...] | None:
    """The links of a report that holds nothing else; ``None`` if it was written in."""
    held, question = content_of(draft), linked(school.pack.policy)
    if held.files or draft.case is not None or set(held.answers) - {question}:
        return None
    links = held.answers.get(question) if question is not None else None
    if not isinstance(links, tuple):
        return ()
    return tuple(each for each in links if isinstance(each, Personal))
