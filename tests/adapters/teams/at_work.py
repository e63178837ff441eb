"""The adapter at work: a school, the stand-in for Microsoft, and the server between them."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.once import DOUBLE_CLICK_SECONDS, Once
from adapters.teams.authentication import SingleTenantAuthentication
from adapters.teams.client import TeamsClient
from adapters.teams.cloud import Connectors, TeamsAdapter
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.payloads import PLATFORM
from adapters.teams.people import People
from adapters.teams.references import Reference
from adapters.teams.server import TeamsServer
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.tenant import REPEATS_SECONDS, Tenant
from adapters.teams.tokens import OwnTokens
from adapters.teams.turning import Turning
from bot.app.deliver import Deliverer
from bot.app.messenger import Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.core_world import run_here
from bot.compose.moving import settle
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.compose.teams import TeamsHost
from bot.journeys.sample import file_named
from tests.builders import account_on
from tests.fakes import Here, RunningClock

from .activities import Sender
from .signing import APP
from .stand_in import SECRET, TENANT, StandIn
from .teams_user import Line, TeamsUser

Result = TypeVar("Result")

LABELS = (
    *("staff", "staff-2", "staff-3", "head", "deputy", "dsl"),
    *("chair", "chair-2", "admin", "guest", "stranger"),
)
GUESTS = frozenset({"chair", "chair-2", "guest"})
ANOTHER_TENANT = "9c2f9a3e-0000-4000-8000-5d1f4f6a7b8c"
GOVERNORS = "19:governors@thread.tacv2"


def account_of(label: str) -> str:
    """The account of somebody of the sample school, as the bot knows it."""
    return f"29:{label}"


def add_people(teams: StandIn) -> None:
    """The sample school's people have accounts and the app; governors are guests."""
    for label in LABELS:
        add_person(teams, label)
    teams.channels.add(GOVERNORS)


def add_person(teams: StandIn, label: str) -> None:
    """One of them: a member of the tenant, a guest in it, or the stranger of another one."""
    email = f"{label}@derwentvale.example"
    more: dict[str, Any] = {}
    if label in GUESTS:
        outside = f"{label}_derwentvale.example#EXT#@school.onmicrosoft.com"
        more = {"userPrincipalName": outside, "userRole": "guest"}
    elif label == "stranger":
        more = {"tenantId": ANOTHER_TENANT}
    teams.add_member(account_of(label), email, **more)


@dataclass
class AtWork:
    """Everything that runs."""

    teams: StandIn
    client: TeamsClient
    tenant: Tenant
    turning: Turning
    host: TeamsHost
    line: Line
    clock: RunningClock
    failures: list[tuple[str, Exception]] = field(default_factory=list)

    def user(
        self, label: str, *, opens_windows: bool = True, knows_execute: bool = True
    ) -> TeamsUser:
        """Somebody at their screen, with what their client can do."""
        user = account_of(label)
        tenant = ANOTHER_TENANT if label == "stranger" else TENANT
        chat, service = f"a:chat-of-{label}", self.teams.service_url
        sender = Sender(user, chat, service, tenant, name=f"Name {label}")
        return TeamsUser(
            self.teams,
            self.line,
            sender,
            opens_windows=opens_windows,
            knows_execute=knows_execute,
            leaves_out_empty=not opens_windows,  # as the Playground, which opens none
        )

    async def done(self, act: Coroutine[Any, Any, Result]) -> Result:
        """An act, with all that follows from it; nobody clicks twice within a second and a half."""
        self.clock.ahead += 2
        answer = await act
        await self.settled()
        return answer

    def no_failures(self) -> None:
        """Nothing of ours failed, and the connector was asked for nothing that it does not do."""
        for _, error in self.failures:
            raise error
        assert self.teams.problems == []

    async def settled(self) -> None:
        """Waits until the work that follows the answers is done."""
        while tasks := set(self.turning._tasks):  # noqa: SLF001 - what it does behind an answer
            await asyncio.wait(tasks)

    @property
    def messenger(self) -> TeamsMessenger:
        """The school's messages leave by it; a chart is one pixel."""
        return TeamsMessenger(
            self.client,
            partial(self.host.governors_channel, self.host.schools.first),
            self._windows,
            self.tenant.report,
            draw=lambda _: file_named("chart.png"),
        )

    async def deliver(self, school: School, messenger: Messenger | None = None) -> None:
        """Writes and delivers everything that is due now."""
        addresses = partial(account_on, school, PLATFORM)
        deliverer = Deliverer(school, messenger or self.messenger, run_here, addresses)
        await settle(school, deliverer)

    async def _windows(self, where: Reference) -> bool:
        return await self.host.windows(where.user)


def teams_host(school: School | Schools, *, has_windows: bool = True) -> TeamsHost:
    """The school, or several, as the adapter sees them, without threads."""
    here = cast("RunningSchools", Here())
    schools = school if isinstance(school, Schools) else Schools((school,))
    return TeamsHost(schools, here, Whereabouts(schools, here), has_windows=has_windows)


def tenant_of(
    school: School | Schools,
    teams: StandIn,
    session: aiohttp.ClientSession,
    clock: RunningClock,
) -> tuple[Tenant, list[tuple[str, Exception]]]:
    """What answering needs, and what failed."""
    tokens = OwnTokens(session, APP, SECRET, TENANT, endpoints=teams.endpoints)
    client = TeamsClient(session, tokens, endpoints=teams.endpoints)
    host = teams_host(school)
    failures: list[tuple[str, Exception]] = []
    return Tenant(
        client,
        People(client, host, TENANT),
        host,
        lambda what, error: failures.append((what, error)),
        repeats=Once(REPEATS_SECONDS, clock),
        clicks=Once(DOUBLE_CLICK_SECONDS, clock),
    ), failures


@asynccontextmanager
async def at_work(school: School | Schools) -> AsyncIterator[AtWork]:
    """Runs it for a while."""
    clock = RunningClock()
    teams = StandIn()
    add_people(teams)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(teams.open())
        timeout = aiohttp.ClientTimeout(total=10)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        tenant, failures = tenant_of(school, teams, session, clock)
        turning = Turning(tenant)
        keys = SigningKeys(session, endpoints=teams.endpoints)
        door = SingleTenantAuthentication(
            APP, keys, Connectors(tenant.client), endpoints=teams.endpoints
        )
        server = TeamsServer(TeamsAdapter(door, TENANT, tenant.report), turning.on_turn)
        app = web.Application()
        app.add_routes(server.routes())
        ours = await stack.enter_async_context(TestServer(app))
        line = Line(session, f"http://127.0.0.1:{ours.port}")
        host = cast("TeamsHost", tenant.host)
        yield AtWork(teams, tenant.client, tenant, turning, host, line, clock, failures)
        await turning.finish(5)
