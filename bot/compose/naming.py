"""How a message says of which school it is, where several share a workspace or a tenant."""

from dataclasses import dataclass

from bot.app.messenger import Messenger
from bot.domain.ids import PersonId, SchoolId
from bot.screens.nodes import Message
from bot.screens.of_school import message_of
from bot.screens.wording import Words


@dataclass(frozen=True)
class NamingMessenger:
    """Says in every message of which school it is (``Messenger``)."""

    messenger: Messenger
    school: SchoolId

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Delivers it; the reference. Raises ``DeliveryError``."""
        return await self.messenger.send(to, message_of(message, self.school), words)

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Shows it anew where it was sent. Raises ``DeliveryError``."""
        await self.messenger.update(message_ref, message_of(message, self.school), words)
