"""The tick comes at once, on demand and again; no failure stops it, and an end is waited for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
import structlog

from adapters.scheduler import Scheduler, report_failure

LONDON = ZoneInfo("Europe/London")
NEVER = timedelta(days=365)
LIMIT = 10
"""Seconds until a test gives up; nothing here takes that long."""


@dataclass
class Work:
    """A job that says when it began, and ends when it is let go."""

    began: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0
    ended: int = 0
    breaks: list[Exception] = field(default_factory=list)

    async def __call__(self) -> None:
        self.times += 1
        self.began.put_nowait(self.times)
        await self.may_end.wait()
        if self.breaks:
            raise self.breaks.pop()
        self.ended += 1

    async def begins(self) -> int:
        """Waits until it begins; returns for which time."""
        return await asyncio.wait_for(self.began.get(), LIMIT)


class Shifted(datetime):
    """The machine's clock, set wrong by ``by``."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Shifted":
        """What the clock shows."""
        return cls.fromtimestamp(datetime.now(UTC).timestamp() + cls.by.total_seconds(), tz)


def failed(work: Callable[[str], object], given: str) -> Exception:
    """The error that it raised."""
    try:
        work(given)
    except ValueError as error:
        return error
    raise AssertionError(given)


def at_once() -> Work:
    work = Work()
    work.may_end.set()
    return work


async def test_both_jobs_run_at_first() -> None:
    tick, nightly = at_once(), at_once()
    scheduler = Scheduler(tick, nightly, LONDON, every=NEVER)
    scheduler.start()
    assert (await tick.begins(), await nightly.begins()) == (1, 1)
    await scheduler.stop()


async def test_the_tick_comes_again_by_itself() -> None:
    tick = at_once()
    scheduler = Scheduler(tick, at_once(), LONDON, every=timedelta(seconds=0.01))
    scheduler.start()
    assert [await tick.begins() for _ in range(3)] == [1, 2, 3]
    await scheduler.stop()


@pytest.mark.parametrize("days", [-1, 1])
async def test_the_tick_comes_on_when_the_clock_is_set_wrong_and_mended(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("apscheduler.schedulers.base", "adapters.scheduler"):
        monkeypatch.setattr(f"{module}.datetime", Shifted)
    tick, night = Work(), Work()
    tick.may_end.set()
    night.may_end.set()
    scheduler = Scheduler(tick, night, LONDON, every=timedelta(milliseconds=50))
    scheduler.start()
    assert await tick.begins() == 1
    for by in (timedelta(days=days), timedelta(0)):
        monkeypatch.setattr(Shifted, "by", by)
        first = await tick.begins()
        assert [await tick.begins() for _ in range(3)] == [first + 1, first + 2, first + 3]
    await scheduler.stop()


async def test_a_tick_that_is_asked_for_comes_at_once() -> None:
    tick = at_once()
    scheduler = Scheduler(tick, at_once(), LONDON, every=NEVER)
    scheduler.start()
    await tick.begins()
    scheduler.tick_soon()
    assert await tick.begins() == 2
    await scheduler.stop()


async def test_a_tick_asked_for_during_a_tick_is_not_forgotten() -> None:
    tick = Work()
    scheduler = Scheduler(tick, at_once(), LONDON, every=NEVER)
    scheduler.start()
    await tick.begins()
    scheduler.tick_soon()
    scheduler.tick_soon()
    tick.may_end.set()
    assert await tick.begins() == 2
    await scheduler.stop()
    assert tick.times == 2


async def test_a_failure_is_reported_and_the_next_tick_comes() -> None:
    tick, told = at_once(), list[tuple[str, Exception]]()
    wrong = ValueError("Pat Example")
    tick.breaks.append(wrong)
    scheduler = Scheduler(
        tick, at_once(), LONDON, every=NEVER, report=lambda *each: told.append(each)
    )
    scheduler.start()
    await tick.begins()
    scheduler.tick_soon()
    await tick.begins()
    await scheduler.stop()
    assert told == [("tick", wrong)]
    assert tick.ended == 1


async def test_the_end_waits_for_a_tick_under_way() -> None:
    tick = Work()
    scheduler = Scheduler(tick, at_once(), LONDON, every=NEVER)
    scheduler.start()
    await tick.begins()
    scheduler.tick_soon()
    told = asyncio.Event()

    async def stop() -> None:
        told.set()
        await scheduler.stop()

    stopping = asyncio.create_task(stop())
    await told.wait()
    assert not stopping.done()
    tick.may_end.set()
    await asyncio.wait_for(stopping, LIMIT)
    assert (tick.times, tick.ended) == (1, 1)


async def test_after_the_end_nothing_begins_and_a_second_end_is_none() -> None:
    tick = at_once()
    scheduler = Scheduler(tick, at_once(), LONDON, every=NEVER)
    scheduler.start()
    await tick.begins()
    await scheduler.stop()
    scheduler.tick_soon()
    await scheduler.stop()
    assert tick.times == 1


def test_a_report_says_what_and_where_but_not_what_the_error_says() -> None:
    with structlog.testing.capture_logs() as logs:
        report_failure("tick", failed(int, "Pat Example"))
    assert (logs[0]["event"], logs[0]["job"]) == ("job failed", "tick")
    assert logs[0]["error"] == "ValueError"
    assert logs[0]["where"].startswith(__file__)
    assert "Pat" not in str(logs)
