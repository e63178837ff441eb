"""What a journey asks of the world that it runs in: the core, the local page, Slack or Teams."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.ids import CaseId, MessageKind
from bot.domain.policy import Policy
from bot.journeys.deeds import Deed
from bot.journeys.story import Journey


@dataclass(frozen=True)
class Happened:
    """What became of a deed: it was done unless it was refused or invalid."""

    refused: bool = False
    invalid: bool = False
    case: CaseId | None = None
    """The case that a report opened or joined, or that *Alert now* opened."""
    why: str = ""
    """For the reader of a mismatch: why it was refused or invalid."""


@dataclass(frozen=True)
class SentMessage:
    """A message as it was sent; ``to`` is a person's label or ``governors``."""

    to: str
    kind: MessageKind
    cases: tuple[CaseId, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseFacts:
    """A case as it is stored, whoever asks."""

    severity: str
    owner: str
    """A role, or ``nobody``."""
    owner_person: str | None
    """The label of the person who holds it."""
    status: str
    """``open`` or ``closed``."""
    safeguarding: bool = False
    further_action: bool = False
    resolution: str | None = None
    categories: frozenset[str] = frozenset()
    stop_cards: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    recommended: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    due: Mapping[str, datetime] = field(default_factory=dict)
    """When each pending step is due: the school's local time, without a zone."""
    earlier: frozenset[CaseId] = frozenset()
    occasions: int = 0


@dataclass(frozen=True)
class DigestFacts:
    """A digest as it reads. ``None``: it does not show the figure."""

    new: str
    open: str
    timeliness: str
    """The id, such as ``some-late``."""
    timeliness_shown: str = ""
    total: str | None = None
    by_category: Mapping[str, str] = field(default_factory=dict)


class World(Protocol):
    """A school with a clock of its own, empty and at the journey's start when it is made."""

    @property
    def policy(self) -> Policy:
        """The pack that the journey names (``Journey.pack``)."""

    @property
    def zone(self) -> ZoneInfo:
        """The school's zone."""

    def do(self, who: str, deed: Deed) -> Happened:
        """Does it as the person of that label. What is refused or invalid is no error."""

    def move_to(self, moment: datetime) -> None:
        """Moves the clock (UTC), and does everything that falls due on the way, inclusive."""

    def settle(self) -> None:
        """Delivers what is due now."""

    def sent(self) -> tuple[SentMessage, ...]:
        """Everything that was sent since the world was made, in order."""

    def facts(self, case: CaseId) -> CaseFacts: ...

    def listed(self, who: str) -> frozenset[CaseId]:
        """The cases that the person sees in a list, own reports included."""

    def digest(self) -> DigestFacts | None:
        """The last digest that was posted."""

    def close(self) -> None: ...


MakeWorld = Callable[[Journey], World]
