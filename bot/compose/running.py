"""Schools at work in one process: acts are answered, the clock ticks, messages leave."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from adapters.counted import CountedMessenger
from adapters.diary import job_failed
from adapters.metrics import Metrics, Waiting
from adapters.watched import WatchedDeliveries
from bot.app.leaving import Leaving
from bot.app.messenger import Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.behind import Behind
from bot.compose.crossing import Crossing
from bot.compose.moving import next_stop
from bot.compose.one_database import by_database, whenever
from bot.domain.ids import PersonId

if TYPE_CHECKING:
    from adapters.scheduler import Scheduler

THREADS: Final = 8
"""Threads that work with the store, and with nothing else: asyncio's own resolve names too."""

FOLLOWS_AFTER_SECONDS: Final = 0.1
"""From an act to the deliveries and the tick that follow from it."""
TICKS_END_SECONDS: Final = 5
DELIVERIES_BEGIN_SECONDS: Final = 2
"""So long what is due is still begun while the process is being stopped."""
DELIVERIES_END_SECONDS: Final = 10
"""And so long what was begun may take: as long as we wait for a platform."""

Result = TypeVar("Result")


class RunningSchools:
    """Answers acts, ticks and delivers, until it is stopped. Lives in one event loop."""

    def __init__(
        self,
        schools: Schools,
        messenger: Callable[[School], Messenger],
        addresses: Callable[[School, PersonId], PersonId | None],
        upkeep: Callable[[School], object],
        room: Callable[[], int | None] = lambda: None,
    ) -> None:
        """``messenger`` and ``addresses`` say how a school's people are reached, and where.

        ``upkeep`` is the nightly maintenance of a school; it runs in a thread of the store's.
        ``room`` tells how many messages may leave just now, where platforms set a pace.
        """
        self.schools = schools
        self.metrics = Metrics()
        self.metrics.schools = len(schools.all)
        self._upkeep = upkeep
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        watch = WatchedDeliveries(self.metrics)
        leaving = {
            school.id: Leaving(
                school,
                CountedMessenger(messenger(school), self.metrics, self.failed),
                partial(addresses, school),
                watch,
            )
            for school in schools
        }
        self._databases = by_database(leaving, self._in_thread, room)
        self._scheduler: Scheduler | None = None
        self._crossing = Crossing()
        self._behind = Behind(schools)
        self._woken: list[asyncio.Event] = []
        self._postmen: list[asyncio.Task[None]] = []
        self._following: asyncio.TimerHandle | None = None
        self._closing = False

    async def start(self) -> None:
        """Ticks for the first time, and from then on by itself."""
        self._begin_delivering()
        try:
            await self._tick()
        except Exception as error:  # noqa: BLE001 - reported; it is not ready, and tries again
            self.failed("tick", error)
        scheduler = await asyncio.to_thread(self._new_scheduler)
        if not self.metrics.stopping:
            self._scheduler = scheduler
            scheduler.start()

    def _new_scheduler(self) -> "Scheduler":
        # Loaded here: until something is due, nobody waits for it.
        import bot.app.compose_message  # noqa: PLC0415
        import bot.app.look_at_cases  # noqa: F401, PLC0415
        from adapters.scheduler import Scheduler  # noqa: PLC0415

        zone = self.schools.first.calendar.zone
        return Scheduler(self._tick, self._nightly, zone, report=self.failed)

    async def work(self, work: Callable[[], Result]) -> Result:
        """Does an act's sync work off the event loop, and then at once what follows from it."""
        done = await self.read(work)
        self._look_after()
        return done

    def _look_after(self) -> None:
        """Delivers and ticks in a moment, once for all acts that come meanwhile.

        At once it would take the processor from whoever waits for an answer.
        """
        if self._following is None:
            loop = asyncio.get_running_loop()
            self._following = loop.call_later(FOLLOWS_AFTER_SECONDS, self._follow)

    def _follow(self) -> None:
        self._following = None
        self._wake()
        if self._scheduler is not None:
            self._scheduler.tick_soon()

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
        return await self._in_thread(self._behind.waiting)

    async def stop_ticking(self) -> None:
        """Is not ready any more, and begins nothing new by itself."""
        self.metrics.stopping = True
        if self._scheduler is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._scheduler.stop(), TICKS_END_SECONDS)

    async def stop(self) -> None:
        """Sends what is due, and ends its threads; to be called when no act can come any more.

        Within twelve seconds: what is not begun in two of them, and what is not taken in the other
        ten, leaves after the next start.
        """
        await self.stop_ticking()
        self._closing = True
        self._wake()
        if self._postmen:
            _, late = await asyncio.wait(self._postmen, timeout=DELIVERIES_BEGIN_SECONDS)
            for each in self._databases:
                each.deliveries.stop()
            if late:
                _, late = await asyncio.wait(late, timeout=DELIVERIES_END_SECONDS)
            for task in late:
                task.cancel()
        self._executor.shutdown(cancel_futures=True)

    async def _tick(self) -> None:
        began = time.monotonic()
        try:
            async with self._crossing.side_by_side():
                await self._tick_all(self._wake)
        finally:
            self.metrics.tick_took(time.monotonic() - began)
            self._wake()

    async def _tick_all(self, after_some: Callable[[], object]) -> None:
        """One round of all schools. What is wrong with one is no reason to rely on none."""
        wrong = list[Exception]()
        for each in self._databases:
            wrong += await each.tick(after_some, lambda: not self.metrics.stopping)
        self.metrics.ticked(failing=len(wrong))
        if wrong:
            raise ExceptionGroup("Some of it failed.", wrong)

    async def _nightly(self) -> None:
        """Does it for every school, whatever becomes of the others."""
        wrong = list[Exception]()
        for school in self.schools:
            if self.metrics.stopping:
                break
            try:
                await self._in_thread(partial(self._keep_up, school))
            except Exception as error:  # noqa: BLE001 - raised at the end
                wrong.append(error)
        if wrong:
            raise ExceptionGroup("Some of it failed.", wrong)

    def _keep_up(self, school: School) -> None:
        school.folded.forget_all(school.id)  # every process has its own
        with school.store.alone("upkeep", school.clock.machine_now()) as alone:
            if alone:
                self._upkeep(school)

    def _next_stop(self, moment: datetime) -> datetime:
        return min(next_stop(each, moment) for each in self.schools)

    def _begin_delivering(self) -> None:
        """Deliveries have tasks of their own: a slow platform never holds up an act or a tick.

        Nor does what is shown anew, of which platforms take less, hold up what was never told.
        """
        for each in self._databases:
            for work in (each.deliveries.deliver_due, each.deliveries.update_stale):
                woken = asyncio.Event()
                self._woken.append(woken)
                going_on = whenever(
                    woken,
                    partial(self._deliver, work),
                    going_on=lambda: not self._closing,
                )
                self._postmen.append(asyncio.create_task(going_on))

    async def _deliver(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            async with self._crossing.side_by_side():
                await work()
        except Exception as error:  # noqa: BLE001 - reported; the next ones must leave all the same
            self.failed("delivery", error)

    def _wake(self) -> None:
        for each in self._databases:
            each.deliveries.look_again()
        for woken in self._woken:
            woken.set()

    async def _settle(self) -> None:
        try:
            await self._tick_all(lambda: None)
        finally:
            for each in self._databases:
                try:
                    await each.deliveries.deliver_due()
                finally:
                    # A message that could not be made must not keep older ones as they were.
                    await each.deliveries.update_stale()

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def failed(self, what: str, error: Exception) -> None:
        """A job ended with an error: it is counted, and the log tells of it."""
        self.metrics.failed(what)
        job_failed(what, error)
