"""What comes in from a platform, translated: who, from what cause, where, and the act itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import Cause, PersonId
from bot.domain.personal import Personal
from bot.screens.press import FormRef, Press


@dataclass(frozen=True)
class Person:
    """Who acts, as the platform vouches for them. ``email`` decides the roles."""

    id: PersonId
    email: str
    member: bool
    """A full member of the school's workspace or tenant; guests, outsiders and bots are not."""
    name: Personal | None = None
    """As the platform shows it; kept in the record, never in a message."""


@dataclass(frozen=True)
class Upload:
    """A file that was added to a form: its bytes, or a handle to fetch them by."""

    content: bytes


Given = (
    str | tuple[str, ...] | Personal | tuple[Personal, ...] | datetime | tuple[Upload, ...] | None
)
"""What a field of a form came back with.

ChooseOne: the value; ChooseMany: the values; ShortText, LongText: Personal; Links: Personal (as
typed); PickDate: Personal (ISO date or date-time as typed, local time); AddFiles: uploads.
"""


@dataclass(frozen=True)
class Asked:
    """A command or a sentence typed to the bot, without the leading ``/report-post``."""

    text: Personal
    channel: str | None = None
    """Where it was typed, as the platform names it; empty in a chat with the bot alone. ``None``
    where there is but one channel, as on the local page."""
    public: bool = False
    """Everybody in that channel reads the answer too."""


@dataclass(frozen=True)
class Forwarded:
    """*Report this post* on a message: every link that was in it."""

    links: tuple[Personal, ...]


@dataclass(frozen=True)
class Pressed:
    """A button; ``answers`` are the form's present ones, if it stands in a form."""

    press: Press
    form: FormRef | None = None
    answers: Mapping[str, Given] | None = None


@dataclass(frozen=True)
class Changed:
    """A choice inside a form that may reveal or hide questions."""

    form: FormRef
    answers: Mapping[str, Given]


@dataclass(frozen=True)
class Submitted:
    """The form's main button, or *Back*."""

    form: FormRef
    answers: Mapping[str, Given]
    back: bool = False


@dataclass(frozen=True)
class Attached:
    """A file that was sent into the chat, fetched; ``None`` if it could not be.

    ``form`` is the one that asked for it, as far as the platform's side knows.
    """

    upload: Upload | None
    form: FormRef | None = None


@dataclass(frozen=True)
class Left:
    """The form was closed; what was answered so far."""

    form: FormRef
    answers: Mapping[str, Given]


Act = Asked | Forwarded | Pressed | Changed | Submitted | Attached | Left


@dataclass(frozen=True)
class Inbound:
    """One act. ``cause`` is stable across the platform's retries."""

    person: Person
    cause: Cause
    act: Act
