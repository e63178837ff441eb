"""Decides under which name a field's answer comes back, where a platform knows inputs by name only.

An input is called ``kind.field``, so that an answer can be read without knowing the form.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    FormField,
    Links,
    LongText,
    PickDate,
    ShortText,
)


class Kind(StrEnum):
    """How a field is asked, and so how its answer is read."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"
    LINKS = "links"
    WHEN = "when"
    FILES = "files"


def kind_of(field: FormField) -> Kind:
    """How that field is asked."""
    match field:
        case ChooseOne():
            return Kind.ONE
        case ChooseMany():
            return Kind.MANY
        case ShortText() | LongText():
            return Kind.TEXT
        case Links():
            return Kind.LINKS
        case PickDate():
            return Kind.WHEN
        case AddFiles():
            return Kind.FILES
        case _:
            assert_never(field)


def name_of(field: FormField) -> str:
    """The name of the field's input: ``kind.field``."""
    return f"{kind_of(field)}.{field.id}"


@dataclass(frozen=True)
class Named:
    """What an input's name says."""

    kind: Kind
    field: str


_NAME: Final = re.compile(r"(?P<kind>[a-z]+)\.(?P<field>[^~]+)")


def named(name: str) -> Named | None:
    """The field of an input; ``None`` for a name that is none of ours."""
    found = _NAME.fullmatch(name)
    if not found or found["kind"] not in set(Kind):
        return None
    return Named(Kind(found["kind"]), found["field"])
