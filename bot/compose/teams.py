"""The school's side of Microsoft Teams: acts reach the application, people by their chats."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeVar

import aiohttp
from aiohttp import web

from adapters import diary
from adapters.metrics import Entrance
from adapters.teams.authentication import OpenDoor, SingleTenantAuthentication
from adapters.teams.client import TeamsClient
from adapters.teams.cloud import Connectors, Door, TeamsAdapter
from adapters.teams.endpoints import MICROSOFT, Endpoints
from adapters.teams.host import NoteOf, OneNote
from adapters.teams.payloads import PLATFORM
from adapters.teams.people import NO_ADDRESS, People
from adapters.teams.references import Reference, read_reference
from adapters.teams.server import TeamsServer
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.tenant import Tenant
from adapters.teams.tokens import NoTokens, OwnTokens
from adapters.turned_away import TurnedAway
from bot.app.addresses import address_of, governors_channel
from bot.app.inbound import Inbound, Person
from bot.app.messenger import Messenger
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.first_asked import respond_in
from bot.compose.notes import Notes
from bot.compose.platform_host import PlatformHost
from bot.compose.platforms import MessengerOf, Whereabouts
from bot.compose.running import RunningSchools
from bot.config.teams_secrets import TeamsSecrets
from bot.domain.ids import PersonId

if TYPE_CHECKING:
    from botbuilder.core import TurnContext

    from adapters.teams.turning import Turning
    from bot.screens.nodes import Reply

ACTS_END_SECONDS: Final = 5.0

Result = TypeVar("Result")


class TeamsHost(PlatformHost):
    """The school as Teams' adapter sees it (``adapters.teams.host.Host``)."""

    def __init__(
        self,
        schools: Schools,
        running: RunningSchools,
        whereabouts: Whereabouts,
        *,
        has_windows: bool = True,
    ) -> None:
        """``has_windows``: dialogs can be opened, as in every Teams; not in the Playground."""
        super().__init__(schools, running, whereabouts)
        self.has_windows = has_windows

    async def respond(self, inbound: Inbound, where: Reference, beside: NoteOf) -> "Reply":
        """Answers an act, and has delivered what follows from it."""
        with diary.act(self._running.metrics, Entrance.TEAMS, inbound.cause):
            return await self._running.work(partial(self._answered, inbound, where, beside))

    def _answered(self, inbound: Inbound, where: Reference, beside: NoteOf) -> "Reply":
        """All that an act asks of the store, in one go: to leave the event loop takes a while."""
        self._learn(inbound.person, where)
        reply = respond_in(self.schools, inbound)
        note = beside(reply)
        if note is not None:
            try:
                self._keep_one(inbound.person, note)
            except Exception as error:  # noqa: BLE001 - reported; the act itself is done and kept
                self._running.failed("keeping what files go with", error)
        return reply

    def _learn(self, person: Person, where: Reference) -> None:
        """Keeps in which chat a person is reached, if that is new."""
        stranger = not person.member and person.email.endswith(NO_ADDRESS)
        if not stranger and where.is_personal:
            self._whereabouts.note(person, PersonId(where.encode()), PLATFORM)

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Does work that takes a while, off the event loop."""
        return await self._running.glance(work)

    def known_as(self, addresses: Sequence[str]) -> str:
        """Which of a person's addresses ``school.toml`` names, else the first."""
        return self.schools.known_as(addresses)

    async def governors_channel(self, school: School) -> Reference | None:
        """The channel that a school's digest goes to, if one of Teams' was registered."""
        return await self._running.glance(partial(teams_channel, school))

    # Whether dialogs open is a matter of somebody's Teams, and says nothing of any school: it is
    # kept with the first.

    async def windows(self, user: str) -> bool:
        """Whether dialogs are opened for somebody: unless they said that none opens."""
        return self.has_windows and await self.kept(_windows_key(user), "") is None

    async def use_windows(self, user: str, *, use: bool) -> None:
        """Somebody says whether dialogs open."""
        if use != await self.windows(user):
            await self.keep(_windows_key(user), None if use else "no", "")

    async def keep(self, key: str, value: str | None, school: str) -> None:
        """Keeps a small note of the adapter's with that school; ``None`` forgets it."""
        await self._running.read(partial(self._notes(school).keep, key, value))

    async def kept(self, key: str, school: str = "") -> str | None:
        """What was kept with that school."""
        return await self._running.glance(partial(self._notes(school).one, key))

    async def keep_one(self, person: Person, note: OneNote) -> None:
        """Keeps a note of which somebody has one at a time, in whichever of their schools."""
        await self._running.read(partial(self._keep_one, person, note))

    async def kept_one(self, person: Person, key: str) -> str | None:
        """That note, if one of their schools has it."""
        return await self._running.glance(partial(self._kept_one, person, key))

    def _keep_one(self, person: Person, note: OneNote) -> None:
        for each in self.schools.of(person):
            of_it = not note.school or each.id == note.school
            self._notes(each.id).keep(note.key, note.value if of_it else None)

    def _kept_one(self, person: Person, key: str) -> str | None:
        found = (self._notes(each.id).one(key) for each in self.schools.of(person))
        return next((each for each in found if each is not None), None)

    def _notes(self, school: str) -> Notes:
        return Notes(PLATFORM, self.schools.noting(school))


def _windows_key(user: str) -> str:
    return f"no-windows:{user}"


def teams_channel(school: School) -> Reference | None:
    """The governors' channel, if the one that was registered is one of Teams'."""
    with school.store.reading() as reading:
        platform, _, channel = (governors_channel(reading) or "").partition(":")
    return read_reference(channel) if platform == PLATFORM and channel else None


class _Answering:
    """Answers activities (``adapters.teams.turning``); loaded, as the SDK is, for the first one."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._turning: Turning | None = None

    async def on_turn(self, context: "TurnContext") -> None:
        """A turn of the adapter's."""
        if self._turning is None:
            turning = await asyncio.to_thread(import_module, "adapters.teams.turning")
            self._turning = self._turning or turning.Turning(self._tenant)
        await self._turning.on_turn(context)

    async def finish(self, seconds: float) -> None:
        """Waits for what is under way."""
        if self._turning is not None:
            await self._turning.finish(seconds)


class TeamsAtWork:
    """Teams in a running process (``bot.compose.platforms.Platform``)."""

    def __init__(
        self, schools: Schools, running: RunningSchools, server: TeamsServer, answering: _Answering
    ) -> None:
        self._schools = schools
        self._running = running
        self._server = server
        self._answering = answering

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        """The door; whether Microsoft knows us shows when somebody first comes."""
        return self._server.routes()

    def start(self) -> None:
        """Teams comes by itself."""

    async def reached(self) -> None:
        """At once: accounts are those of whoever came."""

    async def why_away(self) -> str:
        """Teams comes by itself; whether it does is not known."""
        return ""

    async def close(self) -> None:
        """Finishes what came."""
        await self._answering.finish(ACTS_END_SECONDS)

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        """The chats with these people: who never opened the app has none."""
        return {email: await self._running.read(partial(self._chat, email)) for email in emails}

    def _chat(self, email: str) -> PersonId | None:
        """The chat that any of the schools knows in which they hold a role."""
        for school in self._schools.naming(email):
            with school.store.reading() as reading:
                found = address_of(reading, school.person_of(email, reading), PLATFORM)
            if found is not None:
                return found
        return None


@asynccontextmanager
async def teams_at_work(
    schools: Schools,
    running: RunningSchools,
    whereabouts: Whereabouts,
    secrets: TeamsSecrets,
    endpoints: Endpoints = MICROSOFT,
) -> AsyncIterator[tuple[TeamsAtWork, MessengerOf]]:
    """Teams for running schools, and how messages leave for each of them."""
    async with aiohttp.ClientSession() as session:
        tokens = OwnTokens(
            session, secrets.app_id, secrets.password, secrets.tenant_id, endpoints=endpoints
        )
        client = TeamsClient(session, tokens, endpoints=endpoints)
        keys = SigningKeys(session, endpoints=endpoints)
        door = SingleTenantAuthentication(
            secrets.app_id, keys, Connectors(client), endpoints=endpoints
        )
        host = TeamsHost(schools, running, whereabouts)
        yield _teams(schools, running, host, _Line(client, door, secrets.tenant_id))


@asynccontextmanager
async def playground_at_work(
    schools: Schools, running: RunningSchools, whereabouts: Whereabouts, tenant: str
) -> AsyncIterator[tuple[TeamsAtWork, MessengerOf]]:
    """The same for a Playground on this computer, which shows no token and opens no dialogs."""
    async with aiohttp.ClientSession() as session:
        client = TeamsClient(session, NoTokens(), endpoints=Endpoints(loopback=True))
        door = OpenDoor(Connectors(client))
        host = TeamsHost(schools, running, whereabouts, has_windows=False)
        yield _teams(schools, running, host, _Line(client, door, tenant))


@dataclass(frozen=True)
class _Line:
    """How we reach the connector, and who it lets in."""

    client: TeamsClient
    door: Door
    tenant: str


def _teams(
    schools: Schools, running: RunningSchools, host: TeamsHost, line: _Line
) -> tuple[TeamsAtWork, MessengerOf]:
    client, tenant = line.client, line.tenant
    people = People(client, host, tenant)
    answering = _Answering(Tenant(client, people, host, running.failed))
    turned_away = TurnedAway(Entrance.TEAMS, running.metrics)
    adapter = TeamsAdapter(line.door, tenant, running.failed)
    server = TeamsServer(adapter, answering.on_turn, turned_away)

    async def windows(where: Reference) -> bool:
        return await host.windows(where.user)

    def messenger(school: School) -> Messenger:
        from adapters.teams.messenger import TeamsMessenger  # noqa: PLC0415 - for the first one

        channel = partial(host.governors_channel, school)
        return TeamsMessenger(client, channel, windows, running.failed)

    return TeamsAtWork(schools, running, server, answering), messenger
