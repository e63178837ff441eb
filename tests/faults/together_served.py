"""Two ``report-post serve`` processes for one school on one PostgreSQL, and a pretended Slack."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
from sqlalchemy import func, select

from adapters.clock import SystemClock
from bot.app.case_file import CaseFile, read_case
from bot.app.school import School
from bot.compose.schools import open_the_store, school_of
from bot.config.places import DATA, DATABASE
from bot.config.read import read_settings
from storage import SqlStore
from storage.outbox import State
from storage.tables import outbox
from tests.adapters.slack.at_work import account_of, add_people
from tests.adapters.slack.member import SECRET, Line, Member, texts_in
from tests.adapters.slack.stand_in import TOKEN, StandIn
from tests.adapters.slack.test_serve_several import calendar_of_today
from tests.fakes import RunningClock
from tests.faults.places import Place
from tests.running_trial import ROOT
from tests.school_files import SAMPLE

PATIENCE: Final = 60.0
"""Seconds until a fault gives up."""
_CALENDAR: Final = re.compile(r"(?<=\[calendar\]\n).*?(?=\n# -----)", re.DOTALL)


def config_in(place: Place) -> Path:
    """The sample school, in a term about today: the processes look at the real clock."""
    config = place.folder.parent / "school.toml"
    config.write_text(_CALENDAR.sub(lambda _: calendar_of_today(), SAMPLE), "utf-8")
    return config


@dataclass
class Served:
    """One of the two, while it lives; begun again it has another address."""

    process: asyncio.subprocess.Process
    line: Line

    async def ready(self) -> bool:
        """Whether ``/readyz`` says so."""
        async with self.line.session.get(f"{self.line.origin}/readyz") as answer:
            return answer.status == 200

    async def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        await self.process.wait()

    async def end(self) -> int:
        """SIGTERM; what it ends with."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await self.process.communicate()
        return self.process.returncode or 0


@dataclass
class Two:
    """Both, and the workspace in which people act."""

    place: Place
    config: Path
    slack: StandIn
    session: aiohttp.ClientSession
    both: list[Served] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Where the data are, and Slack's secrets."""
        return {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            DATA: str(self.place.folder),
            DATABASE: self.place.url,
        }

    def at(self, which: int, label: str) -> Member:
        """Somebody whose next act goes to that one of the two."""
        return Member(self.slack, self.both[which].line, account_of(label))

    async def begin(self) -> Served:
        """Starts one more; it serves when this returns."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.adapters.slack.serve_here"),
            *(str(self.config), f"{self.slack.origin}/api/"),
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            address = await process.stdout.readline()
        return Served(process, Line(self.session, address.decode().strip()))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something is so, of which the pretended Slack hears. ``TimeoutError``."""
        async with asyncio.timeout(PATIENCE), self.slack.whispered:
            await self.slack.whispered.wait_for(holds)

    async def read(self, me: Member, sentence: str) -> None:
        """Waits until somebody has the sentence before their eyes."""
        await self.until(lambda: sentence in _read(me))


def _read(me: Member) -> str:
    told = [text for body in me.told for text in texts_in(body["blocks"])]
    chat = [text for each in me.messages for text in texts_in(each.blocks)]
    top = me.slack.top(me.user)
    return "\n".join([*told, *chat, *texts_in(top.view if top else None)])


@asynccontextmanager
async def two_served(place: Place) -> AsyncIterator[Two]:
    """Both at work; those that still live are killed when the block ends."""
    slack = StandIn(RunningClock())
    add_people(slack)
    async with slack.server() as server, aiohttp.ClientSession() as session:
        slack.origin = f"http://127.0.0.1:{server.port}"
        two = Two(place, config_in(place), slack, session)
        # Its key and its tables, which the first to start would make.
        open_the_store(read_settings(two.config, two.environment), {}).close()
        try:
            two.both += await asyncio.gather(two.begin(), two.begin())
            yield two
        finally:
            for each in two.both:
                if each.process.returncode is None:
                    await each.kill()


@dataclass
class Kept:
    """The school from outside."""

    store: SqlStore
    school: School

    def cases(self) -> list[CaseFile]:
        """All of them, in the order they came."""
        with self.store.reading() as reading:
            return [read_case(self.school, reading, row) for row in reading.case_rows()]

    def due(self) -> int:
        """How many messages are due and not sent."""
        rows = select(func.count()).where(
            outbox.c.state == State.WAITING, outbox.c.not_before <= self.school.now()
        )
        with self.store.engines.reading.begin() as connection:
            return connection.execute(rows).scalar_one()

    async def all_sent(self) -> None:
        """Waits until nothing is due any more."""
        while await asyncio.to_thread(self.due):  # the processes tell of it by no event
            pass


@contextmanager
def kept_by(two: Two) -> Iterator[Kept]:
    """The school's record, as a third process sees it."""
    settings = read_settings(two.config, two.environment)
    store = open_the_store(settings, {})
    try:
        yield Kept(store, school_of(settings, store, SystemClock()))
    finally:
        store.close()
