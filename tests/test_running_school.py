"""A school at work: messages leave as soon as an act is done, and no failure holds up another's."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

from bot.app.folded_cases import FoldedCase
from bot.app.intents import Intent, ToRole
from bot.app.school import School
from bot.app.schools import Schools
from bot.app.stored import EntryMark
from bot.compose.core_world import MovableClock
from bot.compose.moving import next_school_morning
from bot.compose.running import RunningSchools
from bot.compose.schools import open_the_store, school_of
from bot.config import sample_settings
from bot.domain.case import CaseState
from bot.domain.ids import CaseId, MessageKind, PersonId, Role
from bot.screens.nodes import Message
from bot.screens.wording import Words

MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
LIMIT = 30
"""Seconds until a test gives up."""


@dataclass
class Platform:
    """Takes messages for all but those whose account breaks it."""

    breaks_for: set[PersonId] = field(default_factory=set)
    got: asyncio.Queue[PersonId | None] = field(default_factory=asyncio.Queue)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        del message, words
        if to in self.breaks_for:
            raise KeyError(to)
        self.got.put_nowait(to)
        return "ref"

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        raise AssertionError(message_ref, message, words)


@dataclass
class AtWork:
    """A school at work, with its platform, and the threads in which it was tidied."""

    school: School
    clock: MovableClock
    platform: Platform
    running: RunningSchools
    tidied: asyncio.Queue[str]

    def person(self, role: Role) -> PersonId:
        with self.school.store.reading() as reading:
            return self.school.roster(reading).of(role)[0]

    def alert(self, role: Role, at: datetime) -> None:
        """Writes a message that needs no case."""
        facts = {"why": "calendar"}
        intent = Intent(f"alert:{role}", MessageKind.ADMIN_ALERT, ToRole(role), at, (), facts)
        with self.school.store.writing() as writing:
            writing.enqueue([intent])


@asynccontextmanager
async def at_work(folder: Path, value: tuple[str, bytes] | None = None) -> AsyncIterator[AtWork]:
    settings = sample_settings(folder)
    store = open_the_store(settings, {})
    clock, platform, tidied = MovableClock(MONDAY), Platform(), asyncio.Queue[str]()
    school = school_of(settings, store, clock)
    loop = asyncio.get_running_loop()

    def tidy(_school: School) -> None:
        loop.call_soon_threadsafe(tidied.put_nowait, threading.current_thread().name)

    if value is not None:
        with store.writing() as writing:
            writing.put_value(*value)
    running = RunningSchools(Schools((school,)), lambda _: platform, lambda _, person: person, tidy)
    await running.start()
    async with asyncio.timeout(LIMIT):
        yield AtWork(school, clock, platform, running, tidied)
        await running.stop()
    store.close()


async def test_what_an_act_writes_leaves_at_once(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        await here.running.work(partial(here.alert, Role.ADMIN, MONDAY))
        assert await here.platform.got.get() == here.person(Role.ADMIN)


async def test_a_message_that_breaks_the_platform_holds_up_no_other(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        here.platform.breaks_for.add(here.person(Role.HEAD))
        await here.running.work(partial(here.alert, Role.HEAD, MONDAY - timedelta(minutes=1)))
        await here.running.work(partial(here.alert, Role.ADMIN, MONDAY))
        assert await here.platform.got.get() == here.person(Role.ADMIN)
        assert here.running.metrics.why_not_ready() == ""


async def test_a_moved_clock_has_done_all_that_fell_due_on_its_way(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        here.alert(Role.ADMIN, MONDAY + timedelta(hours=3))
        until = partial(next_school_morning, here.school.calendar, MONDAY)
        await here.running.move_on(partial(setattr, here.clock, "at"), until)
        assert here.clock.at == until()
        assert here.platform.got.get_nowait() == here.person(Role.ADMIN)


async def test_it_tells_how_far_it_is_behind(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        here.platform.breaks_for.add(here.person(Role.ADMIN))
        here.alert(Role.ADMIN, MONDAY - timedelta(minutes=2))
        waiting = await here.running.waiting()
        assert (waiting.hint, waiting.queue) == (timedelta(0), timedelta(minutes=2))


async def test_upkeep_is_done_at_first_in_a_thread_of_the_stores(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        assert (await here.tidied.get()).startswith("store")


async def test_each_night_every_process_forgets_the_cases_that_it_holds(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        await here.tidied.get()
        school, case = here.school, CaseId("a")
        folded = FoldedCase(EntryMark(1, b"hash"), (), cast("CaseState", None))
        school.folded.keep(school.id, case, "pack", folded)
        assert school.folded.of(school.id, case, "pack") == folded
        await here.running._nightly()  # noqa: SLF001 - it is done at a time of the day
        assert school.folded.of(school.id, case, "pack") is None


async def test_once_stopped_it_is_not_ready_and_moves_no_clock(tmp_path: Path) -> None:
    async with at_work(tmp_path) as here:
        await here.running.stop_ticking()
        assert here.running.metrics.why_not_ready() == "it is being stopped"
        later = MONDAY + timedelta(days=1)
        await here.running.move_on(partial(setattr, here.clock, "at"), lambda: later)
        assert here.clock.at == MONDAY


async def test_what_acts_wrote_while_it_was_being_stopped_leaves_all_the_same(
    tmp_path: Path,
) -> None:
    async with at_work(tmp_path) as here:
        await here.running.stop_ticking()
        for role in (Role.ADMIN, Role.HEAD):
            await here.running.work(partial(here.alert, role, MONDAY))
            assert await here.platform.got.get() == here.person(role)
        here.alert(Role.DEPUTY, MONDAY)
        await here.running.stop()
        assert here.platform.got.get_nowait() == here.person(Role.DEPUTY)


async def test_the_fault_of_one_school_is_counted_and_the_process_is_ready(
    tmp_path: Path,
) -> None:
    async with at_work(tmp_path, value=("digest", b"not what it should be")) as here:
        metrics = here.running.metrics
        assert metrics.why_not_ready() == ""
        assert b"report_post_schools_failing 1.0" in metrics.text(None)
