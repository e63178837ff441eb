"""What the desk is given: whoever answers its acts, holds its evidence and moves its clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.app.documents import Document
from bot.app.inbound import Inbound, Person
from bot.domain.ids import EvidenceId
from bot.screens.nodes import Reply


@dataclass(frozen=True)
class DeskPerson:
    """A tab of the page: ``slug`` is its address, ``label`` its exact name.

    ``person`` is who acts there; ``None`` is the governors' channel, where messages are only read.
    """

    slug: str
    label: str
    person: Person | None


class CannotMoveClock(ValueError):
    """The school's clock stays as it is; the message is a sentence for the person who tried."""


class Host(Protocol):
    """The application as the desk sees it. ``bot.compose`` makes one."""

    @property
    def school_name(self) -> str:
        """How the school is called, for the top of the page."""

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""

    @property
    def people(self) -> tuple[DeskPerson, ...]:
        """The tabs, in order; slugs are unique."""

    async def respond(self, inbound: Inbound) -> Reply:
        """Answers an act. The same cause gets the same answer and changes nothing more."""

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        """The bytes and the media type found from them. Raises ``Refused``."""

    async def document(self, person: Person, ref: str) -> Document:
        """A document that was handed to a person. Raises ``Refused``."""

    async def now(self) -> datetime:
        """The school's clock, in UTC."""

    async def move_to(self, moment: datetime) -> None:
        """Moves the school's clock on (UTC), doing all that falls due on the way.

        Raises ``CannotMoveClock`` if the moment is in the past, ``CalendarEndsTooSoon``.
        """

    async def next_school_morning(self) -> None:
        """Moves to the next school morning. Raises ``CalendarEndsTooSoon``."""

    async def next_friday_afternoon(self) -> None:
        """Moves to the next Friday afternoon in term. Raises ``CalendarEndsTooSoon``."""
