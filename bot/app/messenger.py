"""The door through which messages leave: one for each platform, all alike."""

from typing import TYPE_CHECKING, Protocol

from bot.domain.ids import PersonId
from bot.screens.wording import Words

if TYPE_CHECKING:
    from bot.screens.nodes import Message


class DeliveryError(Exception):
    """The platform did not take a message.

    ``permanent``: trying again will not help (the account is gone). ``wait_seconds``: the platform
    asked for a pause (429); such a delay does not count as a failure.
    """

    def __init__(self, *, permanent: bool, wait_seconds: float | None = None) -> None:
        self.permanent = permanent
        self.wait_seconds = wait_seconds
        super().__init__("permanent" if permanent else "temporary")


class NoAddress(DeliveryError):
    """No platform was asked: nobody knows yet where the person is reached."""

    def __init__(self) -> None:
        super().__init__(permanent=False)


class OurFault(DeliveryError):
    """A mistake of the program's kept the message from leaving; it is tried again later."""

    def __init__(self) -> None:
        super().__init__(permanent=False)


class Messenger(Protocol):
    """Sends and updates messages on one platform."""

    async def send(self, to: PersonId | None, message: "Message", words: Words) -> str:
        """Delivers to a person, or with ``None`` to the governors' channel.

        Returns the platform's reference of the message. Raises ``DeliveryError``.
        """

    async def update(self, message_ref: str, message: "Message", words: Words) -> None:
        """Shows the message anew where it was sent. Raises ``DeliveryError``."""
