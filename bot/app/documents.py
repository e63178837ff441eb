"""What goes into the files that are handed to people, and who makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from bot.app.letter_fields import LetterFields
from bot.domain.ids import Reference
from bot.domain.personal import Personal
from bot.domain.subject_access import AnswerBy


@dataclass(frozen=True)
class RecordLine:
    """An entry as it is read. ``at`` is local time, ``sha256`` its link in the chain."""

    number: int
    at: datetime
    who: str
    name: Personal | None
    """Of who did it, where it is known."""
    what: str
    told: tuple[Personal, ...]
    sha256: str


@dataclass(frozen=True)
class PackedFile:
    """A file of the copy; ``read`` gives its bytes when they are needed."""

    number: int
    media_type: str
    size: int
    sha256: str
    read: Callable[[], bytes]
    shows_reporter: bool = False
    name: str = ""
    """Of a letter: what it is called."""


@dataclass(frozen=True)
class HandoverPack:
    """Everything that goes into the copy, and who took it when, for whom and why."""

    school: str
    reference: Reference
    taken_by: str
    taken_by_name: Personal | None
    taken_at: datetime
    """The school's local time."""
    for_whom: Personal
    why: Personal
    lines: tuple[RecordLine, ...]
    evidence: tuple[PackedFile, ...]
    withheld: bool
    """Pictures are left out, because they may be sexual images of a child."""
    letters: tuple[PackedFile, ...]
    head: str
    """The hash of the record's last entry: that an old copy was put back shows only by it."""


class Mark(Enum):
    """What is to be done with a text before it leaves the school."""

    OWN = "own"
    """It is the person's name."""
    BLACK_OUT = "black out"
    """It is somebody else's name, or holds one."""
    READ_FIRST = "read first"
    """It may tell of somebody else."""


@dataclass(frozen=True)
class MarkedText:
    """A text of an entry with what is to be done with it."""

    text: Personal
    mark: Mark


@dataclass(frozen=True)
class MarkedEntry:
    """An entry that holds the name. ``at`` is the school's local time."""

    number: int
    at: datetime
    who: str
    what: str
    texts: tuple[MarkedText, ...]


@dataclass(frozen=True)
class FileToSee:
    """A file of a case, which may show the person. Its bytes are not in the copy."""

    name: str
    media_type: str
    size: int
    added_on: date


@dataclass(frozen=True)
class MarkedCase:
    """A case that holds the name."""

    reference: Reference
    opened_on: date
    entries: tuple[MarkedEntry, ...]
    files: tuple[FileToSee, ...] = ()


@dataclass(frozen=True)
class PersonCopy:
    """All that was found."""

    school: str
    name: Personal
    made_at: datetime
    """The school's local time."""
    answer_by: AnswerBy
    cases: tuple[MarkedCase, ...]


@dataclass(frozen=True)
class Document:
    """A document’s bytes. Its name holds no personal detail."""

    name: str
    media_type: str
    content: bytes


class Documents(Protocol):
    """Makes the files."""

    def letter(self, letter: str, fields: LetterFields) -> bytes:
        """A Word file, from the school's template of that name."""

    def handover(self, pack: HandoverPack) -> bytes:
        """A ZIP file with the copy of a case."""

    def person(self, copy: PersonCopy) -> bytes:
        """A Word file with what is held on a person."""
