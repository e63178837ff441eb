"""Schools at work in one process: acts are answered, the clock ticks, messages leave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from adapters.metrics import CountedMessenger, Metrics, Waiting
from adapters.scheduler import Scheduler, report_failure
from bot.app.deliver import Deliverer
from bot.app.messenger import Messenger
from bot.app.remind import tick
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.moving import next_stop
from bot.domain.ids import PersonId

THREADS: Final = 8
"""Threads that work with the store, and with nothing else: asyncio's own resolve names too."""

TICKS_END_SECONDS: Final = 5
DELIVERIES_END_SECONDS: Final = 12

Result = TypeVar("Result")


class RunningSchools:
    """Answers acts, ticks and delivers, until it is stopped. Lives in one event loop."""

    def __init__(
        self,
        schools: Schools,
        messenger: Callable[[School], Messenger],
        addresses: Callable[[School, PersonId], PersonId | None],
        upkeep: Callable[[School], object],
    ) -> None:
        """``messenger`` and ``addresses`` say how a school's people are reached, and where.

        ``upkeep`` is the nightly maintenance of a school; it runs in a thread of the store's.
        """
        self.schools = schools
        self.metrics = Metrics()
        self._upkeep = upkeep
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._deliverers = [
            Deliverer(
                school,
                CountedMessenger(messenger(school), self.metrics, self._failed),
                self._in_thread,
                partial(addresses, school),
            )
            for school in schools
        ]
        zone = schools.first.calendar.zone
        self._scheduler = Scheduler(self._tick, self._nightly, zone, report=self._failed)
        self._crossing = Crossing()
        self._letters = asyncio.Event()
        self._postman: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Ticks for the first time, and from then on by itself."""
        self._postman = asyncio.create_task(self._deliver_when_woken())
        try:
            await self._tick()
        except Exception as error:  # noqa: BLE001 - reported; it is not ready, and tries again
            self._failed("tick", error)
        self._scheduler.start()

    async def work(self, work: Callable[[], Result]) -> Result:
        """Does an act's sync work off the event loop, and then at once what follows from it."""
        done = await self.read(work)
        self._letters.set()
        self._scheduler.tick_soon()
        return done

    async def read(self, look: Callable[[], Result]) -> Result:
        """Does sync work from which no message follows, off the event loop."""
        async with self._crossing.side_by_side():
            return await self._in_thread(look)

    async def glance(self, look: Callable[[], Result]) -> Result:
        """Reads something small off the event loop, also from within a delivery.

        A delivery is on the road already: were it to ask for it again, it would wait for a move of
        the clock that waits for it.
        """
        return await self._in_thread(look)

    async def move_on(
        self, set_clock: Callable[[datetime], None], until: Callable[[], datetime]
    ) -> None:
        """Moves the clock to a moment by all that falls due on the way, and does it.

        ``until`` is asked when nothing else is under way, and may raise. Acts wait meanwhile.
        """
        async with self._crossing.alone():
            moment, at = until(), None
            await self._settle()
            while at != moment and not self.metrics.stopping:
                at = await self._in_thread(lambda: self._next_stop(moment))
                set_clock(at)
                await self._settle()

    async def waiting(self) -> Waiting:
        """How far they are behind."""
        return await self._in_thread(lambda: _waiting(self.schools))

    async def stop_ticking(self) -> None:
        """Is not ready any more, and begins nothing new by itself."""
        self.metrics.stopping = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._scheduler.stop(), TICKS_END_SECONDS)

    async def stop(self) -> None:
        """Sends what is due, and ends its threads; to be called when no act can come any more."""
        await self.stop_ticking()
        self._letters.set()
        if self._postman is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._postman, DELIVERIES_END_SECONDS)
        self._executor.shutdown(cancel_futures=True)

    async def _tick(self) -> None:
        try:
            async with self._crossing.side_by_side():
                await self._tick_all()
            self.metrics.ticked()
        finally:
            self._letters.set()

    async def _tick_all(self) -> None:
        await self._for_each(tick)

    async def _nightly(self) -> None:
        await self._for_each(self._upkeep)

    async def _for_each(self, work: Callable[[School], object]) -> None:
        """Does it for every school, whatever becomes of the others."""
        wrong = list[Exception]()
        for school in self.schools:
            try:
                await self._in_thread(partial(work, school))
            except Exception as error:  # noqa: BLE001 - raised at the end
                wrong.append(error)
        if wrong:
            raise ExceptionGroup("Some of it failed.", wrong)

    def _next_stop(self, moment: datetime) -> datetime:
        return min(next_stop(each, moment) for each in self.schools)

    async def _deliver_when_woken(self) -> None:
        """Delivery has a task of its own: a slow platform never holds up an act or a tick."""
        while not self.metrics.stopping:
            await self._letters.wait()
            self._letters.clear()
            try:
                async with self._crossing.side_by_side():
                    await self._deliver()
            except Exception as error:  # noqa: BLE001 - reported; the next ones must leave all the same
                self._failed("delivery", error)

    async def _deliver(self) -> None:
        for deliverer in self._deliverers:
            try:
                await deliverer.deliver_due()
            finally:
                # A message that could not be made must not keep older ones as they were.
                await deliverer.update_stale()

    async def _settle(self) -> None:
        try:
            await self._tick_all()
            self.metrics.ticked()
        finally:
            await self._deliver()

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _failed(self, what: str, error: Exception) -> None:
        self.metrics.failed()
        report_failure(what, error)


class Crossing:
    """Acts, ticks and deliveries go side by side; a move of the clock has the road alone.

    An act in the middle of a move would be dated at a moment that nobody chose, and what follows
    from it could be passed by.
    """

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._on_it = 0
        self._closed = False

    @asynccontextmanager
    async def side_by_side(self) -> AsyncIterator[None]:
        """Waits while somebody has it alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._on_it += 1
        try:
            yield
        finally:
            self._on_it -= 1
            await self._tell()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Lets nobody on any more, and waits for those who are on it."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._closed = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._on_it == 0)
            yield
        finally:
            self._closed = False
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _waiting(schools: Schools) -> Waiting:
    waiting = [_waiting_of(each) for each in schools]
    return Waiting(max(each.hint for each in waiting), max(each.queue for each in waiting))


def _waiting_of(school: School) -> Waiting:
    now = school.now()
    with school.store.reading() as reading:
        look, intent = reading.next_look_at(), reading.next_intent_at(_LONG_AGO)
    return Waiting(_late(look, now), _late(intent, now))


def _late(due: datetime | None, now: datetime) -> timedelta:
    return max(now - due, timedelta(0)) if due else timedelta(0)
