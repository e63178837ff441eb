"""One school's messages leave, as those of many do (``bot.app.deliveries``)."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.app.deliveries import Deliveries, Run
from bot.app.delivery_watch import UNWATCHED, DeliveryWatch
from bot.app.leaving import Leaving
from bot.app.messenger import Messenger
from bot.app.school import School
from bot.domain.ids import PersonId


@dataclass(frozen=True)
class Deliverer:
    """Delivers what is due in a school. ``run`` does sync work off the event loop."""

    school: School
    messenger: Messenger
    run: Run
    addresses: Callable[[PersonId], PersonId | None]
    """The account that a person is reached at; ``None`` if none is known yet."""
    watch: DeliveryWatch = UNWATCHED

    async def deliver_due(self) -> int:
        """Sends everything that is due now (``Deliveries.deliver_due``)."""
        return await self._deliveries().deliver_due()

    async def update_stale(self) -> int:
        """Shows older messages anew where what they show has changed."""
        return await self._deliveries().update_stale()

    def _deliveries(self) -> Deliveries:
        school = self.school
        leaving = Leaving(school, self.messenger, self.addresses, self.watch)
        together = school.store.together([school.store])
        return Deliveries(together, {school.id: leaving}, self.run)
