"""What the adapter is given: whoever answers acts, holds evidence and knows people and places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from adapters.teams.references import Reference
from bot.app.inbound import Inbound, Person
from bot.domain.ids import EvidenceId
from bot.screens.wording import Words

if TYPE_CHECKING:
    from bot.app.documents import Document
    from bot.screens.nodes import Reply

Result = TypeVar("Result")


@dataclass(frozen=True)
class OneNote:
    """A note of which somebody has one at a time, in whichever of their schools."""

    key: str
    value: str | None
    """``None`` forgets it."""
    school: str
    """Whose it is; empty where there is but one."""


NoteOf = Callable[["Reply"], OneNote | None]
"""What is to be kept with an answer, if anything."""


class Host(Protocol):
    """The application as the Teams side sees it. ``bot.compose`` makes one."""

    @property
    def words(self) -> Words:
        """The words of the school's present pack, for what the adapter says by itself."""

    @property
    def has_windows(self) -> bool:
        """Whether there are dialogs where the school works; the Playground opens none."""

    async def respond(self, inbound: Inbound, where: Reference, beside: NoteOf) -> "Reply":
        """Answers an act, durably; the same cause gets the same answer and changes nothing more.

        ``where`` is kept before, if it is the chat in which the person is reached, and what
        ``beside`` finds in the answer is kept behind it.
        """

    async def evidence(
        self, person: Person, evidence: EvidenceId, school: str
    ) -> tuple[bytes, str]:
        """The bytes and the media type found from them. Raises ``Refused``.

        ``school`` is what the card carries on which the file stands; here and below it is empty
        where there is but one.
        """

    async def document(self, person: Person, ref: str) -> "Document":
        """A document that was handed to a person. Raises ``Refused``."""

    def known_as(self, addresses: Sequence[str]) -> str:
        """Which of somebody's addresses ``school.toml`` names; the first if it names none."""

    async def keep(self, key: str, value: str | None, school: str) -> None:
        """Keeps a value of the adapter's own with that school; ``None`` forgets it."""

    async def kept(self, key: str, school: str = "") -> str | None:
        """The value that was kept with that school."""

    async def keep_one(self, person: Person, note: OneNote) -> None:
        """Keeps it, and nothing of that key in any other of their schools."""

    async def kept_one(self, person: Person, key: str) -> str | None:
        """What one of their schools has kept of it."""

    async def windows(self, user: str) -> bool:
        """Whether dialogs open where somebody works, by their account in Teams."""

    async def use_windows(self, user: str, *, use: bool) -> None:
        """Keeps whether dialogs open there."""

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Does what takes long beside the event loop."""
