"""How deliveries are counted and told of (``bot.app.delivery_watch.DeliveryWatch``)."""

from dataclasses import dataclass
from datetime import datetime

from adapters import diary
from adapters.metrics import Metrics
from bot.app.intents import Claimed, Intent


@dataclass(frozen=True)
class WatchedDeliveries:
    """Counts how late messages are taken; the log names a message by its row and kind alone."""

    metrics: Metrics

    def sent(self, intent: Intent, at: datetime) -> None:
        """It was taken then."""
        self.metrics.sent_late(at - intent.not_before)

    def keeps_failing(self, claimed: Claimed) -> None:
        """It is tried on; the administrator is told."""
        diary.delivery_fails(claimed.row, claimed.intent.kind, claimed.attempts + 1)

    def gave_up(self, claimed: Claimed) -> None:
        """Nobody will get it."""
        self.metrics.gave_up()
        diary.gave_up(claimed.row, claimed.intent.kind, claimed.attempts + 1)
