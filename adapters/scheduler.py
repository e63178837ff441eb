"""When the tick and the nightly maintenance run; that one of them fails stops neither."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from adapters import diary

EVERY: Final = timedelta(seconds=15)
"""Between two ticks, of the machine's time: reminders are due to the minute."""

_TICK, _NIGHTLY = "tick", "nightly"
_NIGHT: Final = {"hour": 3, "minute": 17}  # nobody works, and other nightly jobs begin on the hour
_LONGEST_DAY: Final = timedelta(hours=25)
"""Between two nights, when the clocks go back."""

Work = Callable[[], Awaitable[object]]
Report = Callable[[str, Exception], None]


def report_failure(what: str, error: Exception) -> None:
    """Says what failed and where, in the log; never what the error says."""
    diary.job_failed(what, error)


class Scheduler:
    """Runs the tick now and then, and at once when asked; the maintenance at night and at first.

    Jobs are kept in memory and never overlap; a missed one is made up for once (FACTS, "Together":
    APScheduler would drop whatever is more than a second late). APScheduler goes by the machine's
    clock; where that was set back, it is told so, and does not wait until it is late again.
    """

    def __init__(
        self,
        tick: Work,
        nightly: Work,
        zone: ZoneInfo,
        *,
        every: timedelta = EVERY,
        report: Report = report_failure,
    ) -> None:
        """``zone`` is where it is night. ``report`` hears of every failure, with the job's name."""
        self._report = report
        self._tick = _Job(_TICK, tick, report)
        self._nightly = _Job(_NIGHTLY, nightly, report)
        self._zone = zone
        self._every = every
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._beat: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begins; both jobs run for the first time at once. Needs a running event loop."""
        now = datetime.now(UTC)
        self._scheduler.add_job(
            self._tick.run,
            IntervalTrigger(seconds=self._every.total_seconds(), timezone=UTC),
            id=_TICK,
            next_run_time=now,
        )
        self._scheduler.add_job(self._nightly.run, self._at_night(), id=_NIGHTLY, next_run_time=now)
        self._scheduler.start()
        self._look_at_clock()

    def tick_soon(self) -> None:
        """Ticks at once, or again if a tick is under way: it may have looked before the change."""
        if not self._scheduler.running:
            return
        if self._tick.running:
            self._tick.once_more = True
        else:
            self._scheduler.modify_job(_TICK, next_run_time=datetime.now(UTC))

    def _at_night(self) -> CronTrigger:
        return CronTrigger(**_NIGHT, timezone=self._zone)

    def _look_at_clock(self) -> None:
        """Whether the jobs are further off than they can be: then the clock was set back.

        By the event loop's own time, which nobody sets.
        """
        now = datetime.now(UTC)
        if self._is_beyond(_TICK, now + self._every):
            self.tick_soon()
        if self._is_beyond(_NIGHTLY, now + _LONGEST_DAY):
            self._scheduler.reschedule_job(_NIGHTLY, trigger=self._at_night())
        every = self._every.total_seconds()
        self._beat = asyncio.get_running_loop().call_later(every, self._look_at_clock)

    def _is_beyond(self, name: str, moment: datetime) -> bool:
        job = self._scheduler.get_job(name)
        return job is not None and job.next_run_time is not None and job.next_run_time > moment

    async def stop(self) -> None:
        """Starts no further job and waits for those under way.

        APScheduler itself would cancel them, whatever its ``wait`` says.
        """
        if not self._scheduler.running:
            return
        if self._beat is not None:
            self._beat.cancel()
        self._scheduler.pause()
        self._tick.once_more = False
        await self._tick.idle.wait()
        await self._nightly.idle.wait()
        self._scheduler.shutdown(wait=False)
        # It shuts down in a later turn of the loop.
        while self._scheduler.running:  # noqa: ASYNC110 - it offers no event to wait for
            await asyncio.sleep(0)


class _Job:
    """One job: whether it runs now, and whether it is to run once more."""

    def __init__(self, name: str, work: Work, report: Report) -> None:
        self.idle = asyncio.Event()
        self.idle.set()
        self.once_more = False
        self._name = name
        self._work = work
        self._report = report

    @property
    def running(self) -> bool:
        return not self.idle.is_set()

    async def run(self) -> None:
        """Does the work; reports an error and goes on, so that the next time comes."""
        self.idle.clear()
        try:
            while True:
                self.once_more = False
                await self._try()
                if not self.once_more:
                    return
        finally:
            self.idle.set()

    async def _try(self) -> None:
        try:
            await self._work()
        except Exception as error:  # noqa: BLE001 - reported; the next tick must come all the same
            self._report(self._name, error)
