"""The school's side of Slack: acts reach the application, people are found by their accounts."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import web

from adapters import diary
from adapters.connection import Connection
from adapters.metrics import Entrance
from adapters.slack.client import SECONDS, SlackClient
from adapters.slack.hosts import PATH, SLACK, Hosts
from adapters.slack.payloads import PLATFORM
from adapters.slack.people import NO_ADDRESS, People
from adapters.slack.refusals import SlackRefused
from adapters.turned_away import TurnedAway
from bot.app.addresses import governors_channel
from bot.app.inbound import Inbound, Person
from bot.app.messenger import Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.first_asked import (
    home_in,
    is_still_needed,
    named_in_document,
    respond_in,
)
from bot.compose.notes import Notes
from bot.compose.platform_host import PlatformHost
from bot.compose.platforms import MessengerOf, Whereabouts
from bot.compose.running import RunningSchools
from bot.compose.slack_identity import SlackIdentity
from bot.config.secrets import SlackSecrets
from bot.domain.ids import PersonId

if TYPE_CHECKING:
    from adapters.slack.server import SlackServer
    from adapters.slack.workspace import Workspace
    from bot.app.home import Home, Which
    from bot.screens.nodes import Reply

SWEEP_SECONDS: Final = 60.0
"""Between two looks whether what was handed over need be in Slack any longer."""
_UNAVAILABLE: Final = 503


class SlackHost(PlatformHost):
    """The school as Slack's adapter sees it (``adapters.slack.host.Host``)."""

    def __init__(self, schools: Schools, running: RunningSchools, whereabouts: Whereabouts) -> None:
        super().__init__(schools, running, whereabouts)
        self.turned_away = TurnedAway(Entrance.SLACK, running.metrics)
        self.failed = running.failed

    async def respond(self, inbound: Inbound) -> "Reply":
        """Answers an act, and has delivered what follows from it."""
        with diary.act(self._running.metrics, Entrance.SLACK, inbound.cause):
            return await self._running.work(partial(respond_in, self.schools, inbound))

    async def home(
        self, person: Person, which: "Which | None" = None, page: int = 0, school: str = ""
    ) -> "Home":
        """Somebody's home, as it is now: of that school, or of their first."""
        look = partial(home_in, self.schools, person, which, page, school)
        return await self._running.read(look)

    def school_of(self, ref: str) -> str:
        """Which school handed a document over; empty where there is one."""
        found = named_in_document(self.schools, ref) if self.schools.are_several else None
        return found[0].id if found else ""

    async def is_still_needed(self, ref: str) -> bool:
        """Whether what Slack holds of a document may stay."""
        found = named_in_document(self.schools, ref)
        return found is not None and await self._running.read(partial(is_still_needed, *found))

    async def keep(self, key: str, value: str | None, school: str) -> None:
        """Keeps a small note of the adapter's with that school; ``None`` forgets it."""
        # A note of the time when there was one school does not say which of them that was.
        unknown = value is None and not school
        for each in self.schools if unknown else (self.schools.noting(school),):
            await self._running.read(partial(Notes(PLATFORM, each).keep, key, value))

    async def kept(self, beginning: str, school: str | None = None) -> Mapping[str, str]:
        """The notes whose keys begin like this, of that school or of all."""
        of = self.schools.all if school is None else (self.schools.noting(school),)
        found: dict[str, str] = {}
        for each in of:
            found |= await self._running.glance(partial(Notes(PLATFORM, each).all, beginning))
        return found

    async def now(self) -> datetime:
        """The schools' clock, in UTC."""
        return self.schools.first.now()

    async def learn(self, person: Person) -> None:
        """Keeps by which account a person is reached, if that is new."""
        stranger = not person.member and person.email.endswith(NO_ADDRESS)
        if not stranger:
            await self._whereabouts.learn(person, person.id, PLATFORM)

    async def governors_channel(self, school: School) -> str | None:
        """Slack's id of the channel that a school's digest goes to."""
        return await self._running.glance(partial(slack_channel, school))


def slack_channel(school: School) -> str | None:
    """The governors' channel, if the one that was registered is one of Slack's."""
    with school.store.reading() as reading:
        platform, _, channel = (governors_channel(reading) or "").partition(":")
    return channel if platform == PLATFORM and channel else None


@asynccontextmanager
async def slack_client(secrets: SlackSecrets, hosts: Hosts = SLACK) -> AsyncIterator[SlackClient]:
    """Slack's Web API, with connections that are kept open."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield SlackClient(secrets.bot_token, session, hosts=hosts)


class SlackAtWork:
    """Slack in a running process (``bot.compose.platforms.Platform``)."""

    def __init__(
        self,
        host: SlackHost,
        client: SlackClient,
        secrets: SlackSecrets,
        *,
        sweep_seconds: float = SWEEP_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``pause`` is made between two tries to reach Slack."""
        self._client = client
        self._secrets = secrets
        self._host = host
        self._sweep_seconds = sweep_seconds
        self._identity = SlackIdentity(client, pause)
        self._server: SlackServer | None = None
        self._opening: asyncio.Task[SlackServer] | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        """Asks Slack who we are; the door is opened by whoever comes first.

        Slack that gives no answer is asked again once this is started: an outage needs nobody.
        Raises ``SlackNotUsable`` if it answers, and does not take our token.
        """
        await self._identity.begin()
        return [web.post(PATH, self._http)] if self._secrets.signing_secret else []

    def start(self) -> None:
        """Lets Slack in, as soon as it can be reached."""
        self._begin()

    def _begin(self) -> "asyncio.Task[SlackServer]":
        if self._opening is None:
            self._opening = asyncio.create_task(self._opened())
        return self._opening

    async def _opened(self) -> "SlackServer":
        try:
            return await self._open_for(await self._identity.known())
        except Exception as error:
            self._host.failed("beginning to answer Slack", error)
            raise

    async def _open_for(self, people: People) -> "SlackServer":
        """What answers Slack, loaded beside the event loop: the start does not wait for it."""
        await asyncio.to_thread(_load_what_answers)
        from adapters.slack.server import SlackServer  # noqa: PLC0415 - loaded just now
        from adapters.slack.workspace import Workspace  # noqa: PLC0415

        workspace = Workspace(self._client, people, self._host, self._host.failed)
        self._server = SlackServer(
            workspace,
            signing_secret=self._secrets.signing_secret,
            app_token=self._secrets.app_token,
            turned_away=self._host.turned_away,
        )
        self._server.connect()
        self._sweeper = asyncio.create_task(self._sweep(workspace))
        return self._server

    async def _http(self, request: web.Request) -> web.Response:
        server = self._server
        if self._identity.people is None:
            return web.Response(status=_UNAVAILABLE)
        if server is None:  # a request that ends must not end what all others wait for
            server = await asyncio.shield(self._begin())
        return await server.http(request)

    async def reached(self) -> None:
        """Comes when Slack has said who we are."""
        await self._identity.is_known.wait()

    async def why_away(self) -> str:
        """Why nobody would be answered; or why Socket Mode, if Slack comes so, brings nothing."""
        if self._identity.people is None:
            return self._identity.why_unknown
        if self._opening is not None and self._opening.done() and self._opening.exception():
            return "what answers Slack could not be loaded"
        if not self._secrets.app_token:
            return ""
        line = self._line
        return await line() if line else "it has not connected to Slack yet"

    @property
    def is_connected(self) -> bool:
        """Whether the line of Socket Mode is up."""
        return self._line is not None and self._line.is_up

    @property
    def _line(self) -> Connection | None:
        server = self._server
        return server.socket.connection if server and server.socket else None

    async def close(self) -> None:
        """Lets nothing more in, and finishes what came."""
        if self._opening is not None:
            if self._identity.people is None:
                self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)  # the log was told
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        if self._server is not None:
            await self._server.close()

    async def _sweep(self, workspace: "Workspace") -> None:
        """At once, since another process may have ended before its time, and then every minute."""
        while True:
            for sweep in (workspace.handed.sweep, workspace.pictures.sweep):
                try:
                    await sweep()
                except Exception as error:  # noqa: BLE001 - reported; it is tried again
                    self._host.failed("looking for files to delete from Slack", error)
            await asyncio.sleep(self._sweep_seconds)

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        """The accounts of these addresses, as far as Slack gives an answer."""
        people = self._identity.people
        if people is None:
            return {}
        asked = list(emails)
        answers = await asyncio.gather(
            *(people.account_of(each) for each in asked), return_exceptions=True
        )
        found: dict[str, PersonId | None] = {}
        refused = [each for each in answers if isinstance(each, SlackRefused)]
        if refused:  # one line for all of them: they are refused for the same reason
            self._host.failed("looking up who holds a role", refused[0])
        for email, answer in zip(asked, answers, strict=True):
            if isinstance(answer, SlackRefused):
                continue
            if isinstance(answer, BaseException):
                raise answer
            found[email] = answer
        return found


def _load_what_answers() -> None:
    import bot.app.which_school  # noqa: F401, PLC0415

    gc.freeze()  # it stays (bot.cli.serving)


@asynccontextmanager
async def slack_at_work(
    schools: Schools,
    running: RunningSchools,
    whereabouts: Whereabouts,
    secrets: SlackSecrets,
    hosts: Hosts = SLACK,
) -> AsyncIterator[tuple[SlackAtWork, MessengerOf]]:
    """Slack for running schools, and how messages leave for each of them."""
    async with slack_client(secrets, hosts) as client:
        host = SlackHost(schools, running, whereabouts)

        def messenger(school: School) -> Messenger:
            from adapters.slack.messenger import SlackMessenger  # noqa: PLC0415 - for the first one

            return SlackMessenger(client, partial(host.governors_channel, school), host.failed)

        at_work = SlackAtWork(host, client, secrets)
        if secrets.app_token:
            running.metrics.connections[Entrance.SLACK] = lambda: at_work.is_connected
        yield at_work, messenger
