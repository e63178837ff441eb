"""Who hears how deliveries go: when they left, and that one will never arrive."""

from datetime import datetime
from typing import Final, Protocol

from bot.app.intents import Claimed, Intent
from bot.app.messenger import DeliveryError


class DeliveryWatch(Protocol):
    """Hears of deliveries; it must not fail, and not take long."""

    def sent(self, intent: Intent, at: datetime) -> None:
        """The platform took it at that moment of the school's clock."""

    def no_address(self) -> None:
        """Nobody knows yet where the person is reached that it is for; it is tried on."""

    def keeps_failing(self, claimed: Claimed, error: DeliveryError) -> None:
        """It failed so often that the administrator is told; it is tried on."""

    def gave_up(self, claimed: Claimed, error: DeliveryError) -> None:
        """The platform refused it for good."""


class Unwatched:
    """Nobody hears."""

    def sent(self, intent: Intent, at: datetime) -> None: ...
    def no_address(self) -> None: ...
    def keeps_failing(self, claimed: Claimed, error: DeliveryError) -> None: ...
    def gave_up(self, claimed: Claimed, error: DeliveryError) -> None: ...


UNWATCHED: Final = Unwatched()
