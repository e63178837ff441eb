"""Messages of many schools leave: by urgency, so many at once, and each as soon as one has landed.

At least once: a message can be repeated only if the process dies between the platform's yes and our
commit, if that yes is lost on its way to us, or if the database gives no answer for minutes. One
person's failing delivery never holds up another's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from bot.app.intents import Claimed
from bot.app.leaving import Delivery, Leaving
from bot.app.messenger import DeliveryError, OurFault
from bot.app.outgoing import Errand, Landed, Outgoing, Taken
from bot.app.ports import Clock, Together
from bot.domain.ids import SchoolId
from bot.domain.urgency import Urgency

AT_ONCE: Final = 20
"""Deliveries under way at the same time."""
_KEPT_FREE: Final = 5
"""One place in so many is for what is most urgent: what can wait never fills them all."""
_PAUSES: Final = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries to write down what has left, while the database gives no answer."""
_TRIES: Final = 120
"""Ten minutes; then they are given up, and sent again by whoever finds their lease ended, which may
be another process before that."""
_KEEP_AFTER: Final = timedelta(seconds=20)
"""So long after it was leased or kept a message that is still on its way is kept, before a lease's
sixty seconds are over."""

Result = TypeVar("Result")

Run = Callable[[Callable[[], object]], Awaitable[object]]


@dataclass
class Deliveries:
    """Delivers what is due in the schools of one database. ``run`` works off the event loop."""

    together: Together
    schools: Mapping[SchoolId, Leaving]
    run: Run
    at_once: int = AT_ONCE
    room: Callable[[], int | None] = lambda: None
    """How many more may leave just now, where a platform is not to be overrun."""
    stopping: bool = False
    """Nothing new is begun any more; what is under way ends well."""
    _under_way: set["Flight"] = field(default_factory=set)

    def look_again(self) -> None:
        """Something became due: a delivery that is under way takes it along."""
        for flight in self._under_way:
            flight.look_again()

    def stop(self) -> None:
        """Begins nothing new any more."""
        self.stopping = True
        self.look_again()

    async def deliver_due(self) -> int:
        """Sends everything that is due now; returns how many messages went out.

        What could not be made or sent for a reason of our own is tried later, like any failure, and
        raised as an ``ExceptionGroup`` once everything else has left.
        """
        clock = self._clock
        return await self._fly(
            Errand(
                lambda: self.together.is_any_due(clock.now(), clock.machine_now()),
                lambda batch, room, most: batch.claim(clock.now(), clock.machine_now(), room, most),
                lambda leaving, composer, claimed: leaving.prepare(composer, claimed),
                lambda leaving, delivery: leaving.send(delivery),
                lambda leaving, claimed, error: leaving.failed(claimed, error),
            )
        )

    async def update_stale(self) -> int:
        """Shows older messages anew where what they show has changed. Raises as ``deliver_due``."""
        clock = self._clock
        return await self._fly(
            Errand(
                lambda: self.together.is_any_changed(clock.machine_now()),
                lambda batch, room, _: batch.claim_changed(clock.machine_now(), room),
                lambda leaving, composer, claimed: leaving.prepare_update(composer, claimed),
                lambda leaving, delivery: leaving.update(delivery),
                lambda leaving, claimed, error: leaving.not_updated(claimed, error),
            )
        )

    def machine_now(self) -> datetime:
        """The time of leases."""
        return self._clock.machine_now()

    def to_keep(self) -> Sequence["OnItsWay"]:
        """Messages on their way whose lease would end soon; any, once the clock was set back."""
        now = self.machine_now()
        every = (each for flight in self._under_way for each in flight.flying)
        return [each for each in every if not timedelta(0) <= now - each.leased_at < _KEEP_AFTER]

    @property
    def _clock(self) -> Clock:
        # The schools of one database live at one time.
        return next(iter(self.schools.values())).school.clock

    async def _fly(self, errand: Errand) -> int:
        if self.stopping or not await self.run(errand.is_any):
            return 0
        flight = Flight(self, errand)
        self._under_way.add(flight)
        try:
            return await flight.fly()
        finally:
            self._under_way.discard(flight)


@dataclass
class OnItsWay:
    """A message whose delivery is under way, and since when its lease runs (machine time)."""

    school: SchoolId
    claimed: Claimed
    leased_at: datetime


class Flight:
    """One errand until nothing is left to do for it."""

    def __init__(self, deliveries: Deliveries, errand: Errand) -> None:
        self._all = deliveries
        self._errand = errand
        self._outgoing = Outgoing(deliveries.together, deliveries.schools)
        self._flying: dict[asyncio.Task[Landed], OnItsWay] = {}
        self._landed: list[Landed] = []
        self._wrong: list[Exception] = []
        self._more = True
        self._woken = asyncio.Event()
        self._tries = 0

    def look_again(self) -> None:
        """There may be more to claim."""
        self._more = True
        self._woken.set()

    @property
    def flying(self) -> Collection[OnItsWay]:
        """What is on its way."""
        return self._flying.values()

    async def fly(self) -> int:
        """Does all of it; how many messages went out or were shown anew. Raises at the end."""
        count = 0
        try:
            while self._landed or self._flying or self._more:
                room, most = self._room()
                if self._landed or (self._more and room > 0) or self._all.to_keep():
                    count += await self._look_whatever_comes(room, most)
                elif self._flying:
                    await self._wait()
                else:
                    break
        finally:
            for task in self._flying:
                task.cancel()
        if self._wrong:
            raise ExceptionGroup("Some messages could not be made or sent.", self._wrong)
        return count

    def _room(self) -> tuple[int, Urgency]:
        """How many may be claimed, and how urgent they must be."""
        if self._all.stopping:
            self._more = False
            return 0, Urgency.NOW
        free = self._all.at_once - len(self._flying)
        kept = self._all.at_once // _KEPT_FREE
        most = Urgency.LAST if free > kept else Urgency.NOW
        room = free - kept if most is Urgency.LAST else free
        paced = self._all.room()
        if paced is not None:
            room = max(min(room, paced), 0 if self._flying else 1)
        return room, most

    async def _look_whatever_comes(self, room: int, most: Urgency) -> int:
        try:
            return await self._look(room, most)
        except Exception as error:  # noqa: BLE001 - raised once everything else has landed
            self._wrong.append(error)
            self._more = False
            return 0

    async def _look(self, room: int, most: Urgency) -> int:
        """Writes down what has landed, claims what comes next and sends it off."""
        landed, self._landed = self._landed, []
        # What comes in from now on may be missed by this look.
        self._more = self._more and room <= 0
        # Before anything is claimed: what is on its way from here is never claimed here again.
        keep, now = self._all.to_keep(), self._all.machine_now()
        for each in keep:
            each.leased_at = now
        kept = [(each.school, each.claimed) for each in keep]
        taken = await self._in_thread(
            partial(self._outgoing.look, self._errand, landed, room, most, kept)
        )
        self._landed += taken.landed
        # Whoever got something before is free by now, and of one person one message was claimed.
        # Where they had to be written one by one, nothing was claimed yet.
        self._more |= taken.committed and bool(taken.claimed or taken.wrong)
        for school, delivery in taken.ready:
            task = asyncio.create_task(self._send(school, delivery))
            self._flying[task] = OnItsWay(school, delivery.claimed, now)
        if taken.unwritten:
            await self._keep(taken)
        else:
            self._tries = 0
            self._wrong += taken.wrong
        left = {id(each) for each in taken.unwritten}
        return sum(each.mark.counts for each in landed if id(each) not in left)

    async def _keep(self, taken: Taken) -> None:
        """What has left is never forgotten while the process lives: it is written down later."""
        self._tries += 1
        if self._tries > _TRIES or self._all.stopping:
            self._wrong += taken.wrong
            return
        await asyncio.sleep(_PAUSES[min(self._tries, len(_PAUSES)) - 1])
        self._landed += taken.unwritten

    async def _wait(self) -> None:
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            done, _ = await asyncio.wait(
                {*self._flying, woken},
                timeout=_KEEP_AFTER.total_seconds(),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            woken.cancel()
        self._woken.clear()
        for task in self._flying.keys() & done:
            del self._flying[task]
            self._landed.append(task.result())

    async def _send(self, school: SchoolId, delivery: Delivery) -> Landed:
        leaving = self._all.schools[school]
        try:
            return Landed(school, await self._errand.do(leaving, delivery))
        except DeliveryError as refused:
            failed = refused
        except Exception as error:  # noqa: BLE001 - raised once everything else has left
            self._wrong.append(error)
            failed = OurFault()
        return Landed(school, self._errand.failed(leaving, delivery.claimed, failed))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await self._all.run(work)  # type: ignore[return-value] # run gives back what work does
