"""Who hears how deliveries go: when they left, and that one will never arrive."""

from datetime import datetime
from typing import Final, Protocol

from bot.app.intents import Claimed, Intent


class DeliveryWatch(Protocol):
    """Hears of deliveries; it must not fail, and not take long."""

    def sent(self, intent: Intent, at: datetime) -> None:
        """The platform took it at that moment of the school's clock."""

    def keeps_failing(self, claimed: Claimed) -> None:
        """It failed so often that the administrator is told; it is tried on."""

    def gave_up(self, claimed: Claimed) -> None:
        """The platform refused it for good."""


class Unwatched:
    """Nobody hears."""

    def sent(self, intent: Intent, at: datetime) -> None: ...
    def keeps_failing(self, claimed: Claimed) -> None: ...
    def gave_up(self, claimed: Claimed) -> None: ...


UNWATCHED: Final = Unwatched()
