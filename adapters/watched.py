"""How deliveries are counted and told of (``bot.app.delivery_watch.DeliveryWatch``)."""

from dataclasses import dataclass
from datetime import datetime

from adapters import diary
from adapters.counted import why_of
from adapters.metrics import Metrics, Unsent
from bot.app.intents import Claimed, Intent
from bot.app.messenger import DeliveryError


@dataclass(frozen=True)
class WatchedDeliveries:
    """Counts how late messages are taken; the log names a message by its row and kind alone."""

    metrics: Metrics

    def sent(self, intent: Intent, at: datetime) -> None:
        """It was taken then."""
        self.metrics.sent_late(at - intent.not_before)

    def no_address(self) -> None:
        """Nobody knows where the person is reached: no messenger was asked, and so none counted."""
        self.metrics.not_delivered(Unsent.NO_ADDRESS)

    def keeps_failing(self, claimed: Claimed, error: DeliveryError) -> None:
        """It is tried on; the administrator is told."""
        kind, attempts = claimed.intent.kind, claimed.attempts + 1
        diary.delivery_fails(claimed.row, kind, attempts, why_of(error), diary.code_of(error))

    def gave_up(self, claimed: Claimed, error: DeliveryError) -> None:
        """Nobody will get it."""
        self.metrics.gave_up()
        kind, attempts = claimed.intent.kind, claimed.attempts + 1
        diary.gave_up(claimed.row, kind, attempts, why_of(error), diary.code_of(error))
