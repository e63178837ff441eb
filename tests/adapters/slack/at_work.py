"""The adapter at work: a school, the stand-in for Slack, and the server between them."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.once import DOUBLE_CLICK_SECONDS, Once
from adapters.slack.client import SlackClient
from adapters.slack.hosts import Hosts
from adapters.slack.people import People
from adapters.slack.server import SlackServer
from adapters.slack.workspace import Workspace
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.compose.slack import SlackHost
from tests.fakes import Here, RunningClock

from .member import SECRET, Line, Member
from .stand_in import TEAM, TOKEN, StandIn

Result = TypeVar("Result")


@dataclass
class AtWork:
    """Everything that runs."""

    slack: StandIn
    client: SlackClient
    workspace: Workspace
    server: SlackServer
    host: SlackHost
    line: Line
    clock: RunningClock
    failures: list[tuple[str, Exception]] = field(default_factory=list)

    def member(self, label: str) -> Member:
        """Somebody at their screen."""
        return Member(self.slack, self.line, account_of(label))

    async def done(self, act: Coroutine[Any, Any, tuple[int, str]]) -> tuple[int, str]:
        """An act, with all that follows from it."""
        answer = await act
        await self.settled()
        return answer

    def no_failures(self) -> None:
        """Nothing of ours failed, and nothing broke a limit of Slack's."""
        for _, error in self.failures:
            raise error
        assert self.slack.problems == []

    async def settled(self) -> None:
        """Waits until the work that follows the acks is done."""
        listening, pictures = self.server._listening, self.workspace.pictures  # noqa: SLF001
        # What an ack set off begins at the loop's next turn.
        turn = asyncio.Event()
        asyncio.get_running_loop().call_soon(turn.set)
        await turn.wait()
        handing = self.workspace.handed._under_way  # noqa: SLF001
        while tasks := listening._tasks | pictures._deleting | handing:  # noqa: SLF001
            await asyncio.wait(tasks)


def slack_host(school: School | Schools) -> SlackHost:
    """The school, or several, as the adapter sees them, without threads."""
    here = cast("RunningSchools", Here())
    schools = school if isinstance(school, Schools) else Schools((school,))
    return SlackHost(schools, here, Whereabouts(schools, here))


LABELS = ("staff", "staff-2", "head", "deputy", "dsl", "chair", "chair-2", "admin", "guest")
GUESTS = ("chair", "chair-2", "guest")


def account_of(label: str) -> str:
    """The account of somebody of the sample school."""
    return f"U0{label.upper().replace('-', '')}"


def add_people(slack: StandIn) -> None:
    """The sample school's people have accounts; governors are guests."""
    for label in LABELS:
        email = f"{label}@derwentvale.example"
        slack.add_user(account_of(label), email, is_restricted=label in GUESTS)


def stand_in_client(slack: StandIn, session: aiohttp.ClientSession, **given: object) -> SlackClient:
    """A client that talks to the stand-in."""
    return SlackClient(str(given.get("token", TOKEN)), session, hosts=hosts_of(slack))


def hosts_of(slack: StandIn) -> Hosts:
    """Where the stand-in is."""
    here = frozenset({"127.0.0.1"})
    return Hosts(f"{slack.origin}/api/", here, here)


@asynccontextmanager
async def at_work(school: School | Schools, patience: float = 2.0) -> AsyncIterator[AtWork]:
    """Runs it for a while."""
    clock = RunningClock()
    slack = StandIn(clock)
    add_people(slack)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(slack.server())
        slack.origin = f"http://127.0.0.1:{api.port}"
        timeout = aiohttp.ClientTimeout(total=5)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        client = stand_in_client(slack, session)
        host = slack_host(school)
        failures: list[tuple[str, Exception]] = []
        workspace = Workspace(
            client,
            People(client, TEAM),
            host,
            lambda what, error: failures.append((what, error)),
            clicks=Once(DOUBLE_CLICK_SECONDS, clock),
        )
        server = SlackServer(workspace, signing_secret=SECRET, seconds=clock, patience=patience)
        app = web.Application()
        app.add_routes(server.routes())
        ours = await stack.enter_async_context(TestServer(app))
        line = Line(session, f"http://127.0.0.1:{ours.port}")
        yield AtWork(slack, client, workspace, server, host, line, clock, failures)
        await server.close()
