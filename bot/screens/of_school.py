"""Decides how a screen says of which school it is, where several are served together.

Its first line, its title or its summary names the school, and every button on it carries the
school's id, which is only a hint: who belongs to the school is asked again when it is pressed.
"""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from bot.domain.ids import SchoolId
from bot.screens.facts import NamedSchool, Plain, plain
from bot.screens.nodes import Done, FieldErrors, Form, Message, MessageNode, Paragraph, Show, View
from bot.screens.press import FormRef, Press
from bot.screens.say import Say

Shown = TypeVar("Shown")


def show_of(show: Show, school: SchoolId) -> Show:
    """A screen that names its school."""
    marked = carrying(show, school)
    match marked:
        case Form() | View():
            return replace(marked, title=_named(marked.title, school))
        case Done(says):
            return Done(_named(says, school))
        case FieldErrors():
            return marked


def message_of(message: Message, school: SchoolId) -> Message:
    """A message that names its school: above all else, and in the line of its notification."""
    return replace(
        carrying(message, school),
        nodes=tuple(nodes_of(message.nodes, school)),
        summary=_named(message.summary, school),
    )


def nodes_of(nodes: Iterable[MessageNode], school: SchoolId) -> Iterable[MessageNode]:
    """The nodes of a message or a home, below the school's name."""
    yield Paragraph(plain(Say.OF_SCHOOL, school=NamedSchool(school)))
    for each in nodes:
        yield carrying(each, school)


def carrying(shown: Shown, school: str) -> Shown:
    """The same, with that school in every press of it; ``""``: with none."""
    made: Shown = _carrying(shown, school)
    return made


def _carrying(part: Any, school: str) -> Any:  # noqa: ANN401 - screens are as varied as their nodes
    match part:
        case Press():
            return part if part.school == school else replace(part, school=school)
        case FormRef():
            return replace(part, press=_carrying(part.press, school))
        case Plain():
            return part
        case tuple():
            return tuple(_carrying(each, school) for each in part)
        case _ if is_dataclass(part) and not isinstance(part, type):
            before = {each.name: getattr(part, each.name) for each in fields(part)}
            after = {name: _carrying(value, school) for name, value in before.items()}
            changed = {name: value for name, value in after.items() if value != before[name]}
            return replace(part, **changed) if changed else part
        case _:
            return part


def _named(text: Plain, school: SchoolId) -> Plain:
    return replace(text, of=NamedSchool(school))
