"""The door alone: our server and client, the stand-in for Microsoft, and a bot that keeps turns."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.schema import Activity

from adapters.teams.authentication import OpenDoor, SingleTenantAuthentication
from adapters.teams.client import TeamsClient
from adapters.teams.cloud import Connectors, TeamsAdapter
from adapters.teams.payloads import activity_of
from adapters.teams.references import Reference
from adapters.teams.server import TeamsServer
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.tokens import NoTokens, OwnTokens

from .activities import Sender
from .signing import APP
from .stand_in import BOT, SECRET, TENANT, Json, StandIn
from .teams_user import Line, TeamsUser

STAFF = "29:staff"
CHANNEL = "19:governors@thread.tacv2"

Turn = Callable[[TurnContext], Awaitable[None]]


@dataclass
class Now:
    """A clock moved by hand."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class AtTheDoor:
    """Everything that runs."""

    teams: StandIn
    client: TeamsClient
    line: Line
    now: Now
    adapter: TeamsAdapter = field(init=False)
    turns: list[Json] = field(default_factory=list)
    """The activities that reached the bot."""
    answer: object = field(default_factory=lambda: {"task": {"type": "message", "value": "Hello"}})
    """What invokes are answered with; ``None``: not at all."""
    then: Turn | None = None
    """Done in each turn."""
    failures: list[tuple[str, Exception]] = field(default_factory=list)

    async def on_turn(self, context: TurnContext) -> None:
        """A turn of the bot's."""
        activity = dict(activity_of(context))
        self.turns.append(activity)
        if self.then is not None:
            await self.then(context)
        if activity["type"] == "invoke" and self.answer is not None:
            response = InvokeResponse(status=200, body=self.answer)
            await context.send_activity(Activity(type="invokeResponse", value=response))

    def report(self, what: str, error: Exception) -> None:
        """Keeps what failed."""
        self.failures.append((what, error))

    @property
    def staff(self) -> Sender:
        """Somebody who has the app."""
        return Sender(STAFF, self.teams.chats[STAFF], self.teams.service_url)

    @property
    def user(self) -> TeamsUser:
        """The same, at their screen."""
        return TeamsUser(self.teams, self.line, self.staff)

    @property
    def chat(self) -> Reference:
        """Their chat with the bot."""
        return Reference(self.teams.service_url, self.teams.chats[STAFF], BOT, TENANT, user=STAFF)

    @property
    def channel(self) -> Reference:
        """A channel that the bot is in."""
        return Reference(self.teams.service_url, CHANNEL, BOT, TENANT, channel=CHANNEL)


@asynccontextmanager
async def at_the_door(
    *,
    open_to_all: bool = False,
    patience: float = 5.0,
    **given: Any,  # noqa: ANN401 - StandIn's
) -> AsyncIterator[AtTheDoor]:
    """Runs it for a while; ``open_to_all`` as for the Playground."""
    async with AsyncExitStack() as stack:
        teams = await stack.enter_async_context(StandIn(**given).open())
        teams.add_member(STAFF, "staff@derwentvale.example")
        teams.channels.add(CHANNEL)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        now, where = Now(), teams.endpoints
        own = OwnTokens(session, APP, SECRET, TENANT, endpoints=where, seconds=now)
        tokens = NoTokens() if open_to_all else own
        client = TeamsClient(session, tokens, endpoints=where, seconds=now, patience=patience)
        keys = SigningKeys(session, endpoints=where, seconds=now, patience=patience)
        at = AtTheDoor(teams, client, Line(session, ""), now)
        connectors = Connectors(client)
        ours = SingleTenantAuthentication(APP, keys, connectors, endpoints=where)
        door = OpenDoor(connectors) if open_to_all else ours
        app = web.Application()
        at.adapter = TeamsAdapter(door, TENANT, at.report)
        app.add_routes(TeamsServer(at.adapter, at.on_turn).routes())
        server = await stack.enter_async_context(TestServer(app))
        at.line = Line(session, f"http://127.0.0.1:{server.port}")
        yield at
