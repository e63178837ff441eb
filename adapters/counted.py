"""How deliveries are counted, and what becomes of an error that is none of the platform's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.diary import Pauses
from adapters.metrics import Entrance, Metrics, Unsent
from bot.app.messenger import DeliveryError, Messenger, NoAddress, OurFault
from bot.domain.ids import PersonId
from bot.screens.wording import Words

if TYPE_CHECKING:
    from bot.screens.nodes import Message

_PLATFORMS: Final = frozenset(Entrance)
_CHANNEL: Final = "channel"


@dataclass(frozen=True)
class CountedMessenger:
    """A messenger whose deliveries are counted (``bot.app.messenger.Messenger``).

    An error that is none of the platform's is reported and becomes ``OurFault``: the message is
    tried again later, and nobody else's waits for it.
    """

    messenger: Messenger
    metrics: Metrics
    report: Callable[[str, Exception], None]
    pauses: Pauses = field(default_factory=Pauses)

    async def send(self, to: PersonId | None, message: "Message", words: Words) -> str:
        """Delivers and counts. Raises ``DeliveryError``."""
        try:
            ref = await self.messenger.send(to, message, words)
        except Exception as error:
            raise self._failure(error, to or "") from error
        self.metrics.delivered()
        return ref

    async def update(self, message_ref: str, message: "Message", words: Words) -> None:
        """Shows anew, and counts if that failed. Raises ``DeliveryError``."""
        try:
            await self.messenger.update(message_ref, message, words)
        except Exception as error:
            raise self._failure(error, message_ref) from error

    def _failure(self, error: Exception, where: str) -> DeliveryError:
        if not isinstance(error, DeliveryError):
            self.metrics.not_delivered(Unsent.OUR_FAULT)
            self.report("delivery", error)
            return OurFault()
        self.metrics.not_delivered(why_of(error))
        if error.wait_seconds is not None:
            self.pauses.asked(_platform_in(where), error.wait_seconds)
        return DeliveryError(permanent=error.permanent, wait_seconds=error.wait_seconds)


def why_of(error: DeliveryError) -> Unsent:
    """Why a message did not leave."""
    if isinstance(error, NoAddress):
        return Unsent.NO_ADDRESS
    if isinstance(error, OurFault):
        return Unsent.OUR_FAULT
    if error.wait_seconds is not None:
        return Unsent.ASKED_TO_WAIT
    return Unsent.REFUSED if error.permanent else Unsent.UNREACHABLE


def _platform_in(address: str) -> str:
    """An address and a reference begin with the platform's name and a bar."""
    name = address.partition("|")[0]
    return name if name in _PLATFORMS else _CHANNEL
