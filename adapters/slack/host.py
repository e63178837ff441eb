"""What the adapter is given: whoever answers acts, draws homes, holds evidence and knows places."""

from typing import Protocol

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

    async def home(self, person: Person, which: Which = Which.ALL, page: int = 0) -> Home:
        """Somebody's home, as it is now."""

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        """The bytes and the media type found from them. Raises ``Refused``."""

    async def learn(self, person: Person) -> None:
        """Keeps by which account a person is reached."""

    async def governors_channel(self) -> str | None:
        """Slack's id of the channel that the digest goes to, if one of Slack's was registered."""
