"""What the adapter is given: whoever answers acts, draws homes, holds evidence and knows places."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.app.documents import Document
from bot.app.home import Home, Which
from bot.app.inbound import Inbound, Person
from bot.domain.ids import EvidenceId
from bot.screens.nodes import Reply
from bot.screens.wording import Words


class Host(Protocol):
    """The application as Slack's side sees it. ``bot.compose`` makes one."""

    @property
    def words(self) -> Words:
        """The words of the school's present pack, for what the adapter says by itself."""

    async def respond(self, inbound: Inbound) -> Reply:
        """Answers an act, durably; the same cause gets the same answer and changes nothing more."""

    async def home(
        self, person: Person, which: Which = Which.ALL, page: int = 0, school: str = ""
    ) -> Home:
        """Somebody's home, as it is now; ``school`` is the one that they want to see of theirs."""

    async def evidence(
        self, person: Person, evidence: EvidenceId, school: str
    ) -> tuple[bytes, str]:
        """The bytes and the media type found from them. Raises ``Refused``.

        ``school`` is what the screen carries on which the file stands; here and below it is empty
        where there is but one.
        """

    async def document(self, person: Person, ref: str) -> Document:
        """A document that was handed to a person. Raises ``Refused``."""

    def school_of(self, ref: str) -> str:
        """Which school handed a document over."""

    async def is_still_needed(self, ref: str) -> bool:
        """Whether what Slack holds of a document may stay."""

    async def keep(self, key: str, value: str | None, school: str) -> None:
        """Keeps a small note of the adapter's with that school, durably; ``None`` forgets it."""

    async def kept(self, beginning: str, school: str | None = None) -> Mapping[str, str]:
        """The notes whose keys begin like this, by key; ``None``: whichever school they are of."""

    async def now(self) -> datetime:
        """The school's clock, in UTC."""

    async def learn(self, person: Person) -> None:
        """Keeps by which account a person is reached."""
