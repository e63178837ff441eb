"""What somebody did in a process that is killed, told in plain values that cross a pipe."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from bot.app.inbound import Given, Inbound, Submitted, Upload
from bot.compose.core_world import person_of
from bot.domain.ids import Cause
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.press import Verb, read_form_ref

HURRIES = 600
"""Seconds of the school's for one of the machine's: ten minutes, so that reminders fall due."""

_TYPED = frozenset({"words", "links", "note", "text", "reason"})
_FILES = "screenshots"

Told = Mapping[str, str | tuple[str, ...] | tuple[bytes, ...]]


@dataclass(frozen=True)
class Deed:
    """A form that somebody sends. ``mark`` is in what they typed, and in no other deed."""

    cause: str
    who: str
    form: str
    given: Told
    mark: str = ""
    about_head: bool = False

    @property
    def verb(self) -> Verb:
        """What the form is for."""
        return read_form_ref(self.form).press.verb

    @property
    def files(self) -> tuple[bytes, ...]:
        """The pictures that were added."""
        return tuple(each for each in self.given.get(_FILES, ()) if isinstance(each, bytes))

    def inbound(self) -> Inbound:
        """The act, as a platform brings it, and brings it again."""
        given = {name: _given(name, value) for name, value in self.given.items()}
        act = Submitted(read_form_ref(self.form), given)
        return Inbound(person_of(self.who), Cause(self.cause), act)


def _given(name: str, value: str | tuple[str, ...] | tuple[bytes, ...]) -> Given:
    if name == _FILES:
        return tuple(Upload(each) for each in value if isinstance(each, bytes))
    if isinstance(value, str):
        return Personal(value) if name in _TYPED else value
    return tuple(each for each in value if isinstance(each, str))


@dataclass(frozen=True)
class Begun:
    """Somebody does something; no answer has come yet."""

    deed: Deed


@dataclass(frozen=True)
class Accepted:
    """They were told that it is done. ``reference`` is empty for a page before the last."""

    cause: str
    reference: str = ""


@dataclass(frozen=True)
class Marked:
    """The process has written that the message of this reference left."""

    ref: str


@dataclass(frozen=True)
class Broke:
    """Something failed that nobody killed."""

    what: str


Line = Begun | Accepted | Marked | Broke


@dataclass(frozen=True)
class Leaving:
    """A message on its way to the platform, which answers with its reference."""

    number: int
    to: str
    kind: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Showing:
    """A message that was sent is shown anew."""

    number: int
    ref: str


@dataclass(frozen=True)
class Life:
    """When a process lives, by the school's clock, and its own chance."""

    number: int
    seed: int
    starts_at: datetime
    hurries: int = HURRIES


@dataclass(frozen=True)
class LifeClock:
    """The clocks of one process: both begin with its life, and the school's hurries on.

    Every life begins some minutes after the one before: its leases have run out by then.
    """

    life: Life
    began: float = field(default_factory=monotonic)

    def now(self) -> datetime:
        """The school's time (UTC)."""
        passed = timedelta(seconds=monotonic() - self.began)
        return self.life.starts_at + passed * self.life.hurries

    def machine_now(self) -> datetime:
        """The machine's time (UTC)."""
        passed = timedelta(seconds=monotonic() - self.began)
        return self.life.starts_at + passed


def a_picture(noise: bytes) -> bytes:
    """A valid picture that differs from every other: a chunk of its own before the end."""
    plain = file_named("screenshot.png")
    chunk = b"raNd" + noise
    own = struct.pack(">I", len(noise)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return plain[:-12] + own + plain[-12:]
