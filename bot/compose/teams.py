"""The school's side of Microsoft Teams: acts reach the application, people by their chats."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar

import aiohttp
from aiohttp import web

from adapters.scheduler import report_failure
from adapters.teams.authentication import OpenDoor, SingleTenantAuthentication
from adapters.teams.client import TeamsClient
from adapters.teams.cloud import Connectors, Door, TeamsAdapter
from adapters.teams.endpoints import MICROSOFT, Endpoints
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.payloads import PLATFORM
from adapters.teams.people import NO_ADDRESS, People
from adapters.teams.references import Reference, read_reference
from adapters.teams.server import TeamsServer
from adapters.teams.signing_keys import SigningKeys
from adapters.teams.tenant import Tenant
from adapters.teams.tokens import NoTokens, OwnTokens
from adapters.teams.turning import Turning
from bot.app.addresses import address_of, governors_channel
from bot.app.documents import Document
from bot.app.evidence import read_evidence
from bot.app.handed import read_document
from bot.app.inbound import Inbound, Person
from bot.app.respond import respond
from bot.app.school import School
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.config.teams_secrets import TeamsSecrets
from bot.domain.ids import EvidenceId, PersonId
from bot.screens.nodes import Reply
from bot.screens.wording import Words

ACTS_END_SECONDS: Final = 5.0

Result = TypeVar("Result")


class TeamsHost:
    """The school as Teams' adapter sees it (``adapters.teams.host.Host``)."""

    def __init__(
        self,
        school: School,
        running: RunningSchools,
        whereabouts: Whereabouts,
        *,
        has_windows: bool = True,
    ) -> None:
        """``has_windows``: dialogs can be opened, as in every Teams; not in the Playground."""
        self._school = school
        self._running = running
        self._whereabouts = whereabouts
        self.has_windows = has_windows

    @property
    def words(self) -> Words:
        """The words of the school's present pack."""
        return self._school.words()

    async def respond(self, inbound: Inbound) -> Reply:
        """Answers an act, and has delivered what follows from it."""
        return await self._running.work(partial(respond, self._school, inbound))

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        """The bytes and the media type. Raises ``Refused``."""
        return await self._running.read(partial(read_evidence, self._school, person, evidence))

    async def document(self, person: Person, ref: str) -> Document:
        """A document that was handed to a person. Raises ``Refused``."""
        return await self._running.read(partial(read_document, self._school, person, ref))

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Does work that takes a while, off the event loop."""
        return await self._running.glance(work)

    async def learn(self, person: Person, where: Reference) -> None:
        """Keeps in which chat a person is reached, if that is new."""
        stranger = not person.member and person.email.endswith(NO_ADDRESS)
        if not stranger and where.is_personal:
            account = PersonId(where.encode())
            await self._whereabouts.learn(person.email, account, PLATFORM)

    def known_as(self, addresses: Sequence[str]) -> str:
        """Which of a person's addresses ``school.toml`` names, else the first."""
        return self._school.known_as(addresses)

    async def governors_channel(self) -> Reference | None:
        """The channel that the digest goes to, if one of Teams' was registered."""
        return await self._running.glance(partial(teams_channel, self._school))

    async def windows(self, user: str) -> bool:
        """Whether dialogs are opened for somebody: unless they said that none opens."""
        return self.has_windows and await self.kept(_windows_key(user)) is None

    async def use_windows(self, user: str, *, use: bool) -> None:
        """Somebody says whether dialogs open."""
        if use != await self.windows(user):
            await self.keep(_windows_key(user), None if use else "no")

    async def keep(self, key: str, value: str | None) -> None:
        """Keeps a small note of the adapter's; ``None`` forgets it."""
        if await self.kept(key) != value:
            await self._running.read(partial(_keep, self._school, key, value))

    async def kept(self, key: str) -> str | None:
        """What was kept."""
        return await self._running.glance(partial(_kept, self._school, key))


def _keep(school: School, key: str, value: str | None) -> None:
    with school.store.writing() as writing:
        if value is None:
            writing.forget_value(f"{PLATFORM}:{key}")
        else:
            writing.put_value(f"{PLATFORM}:{key}", value.encode())


def _kept(school: School, key: str) -> str | None:
    with school.store.reading() as reading:
        stored = reading.value(f"{PLATFORM}:{key}")
    return stored.decode() if stored is not None else None


def _windows_key(user: str) -> str:
    return f"no-windows:{user}"


def teams_channel(school: School) -> Reference | None:
    """The governors' channel, if the one that was registered is one of Teams'."""
    with school.store.reading() as reading:
        platform, _, channel = (governors_channel(reading) or "").partition(":")
    return read_reference(channel) if platform == PLATFORM and channel else None


class TeamsAtWork:
    """Teams in a running process (``bot.compose.platforms.Platform``)."""

    def __init__(self, school: School, server: TeamsServer, turning: Turning) -> None:
        self._school = school
        self._server = server
        self._turning = turning

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        """The door; whether Microsoft knows us shows when somebody first comes."""
        return self._server.routes()

    def start(self) -> None:
        """Teams comes by itself."""

    async def close(self) -> None:
        """Finishes what came."""
        await self._turning.finish(ACTS_END_SECONDS)

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        """The chats with these people: who never opened the app has none."""
        with self._school.store.reading() as reading:
            return {
                email: address_of(reading, self._school.person_of(email, reading), PLATFORM)
                for email in emails
            }


@asynccontextmanager
async def teams_at_work(
    school: School,
    running: RunningSchools,
    whereabouts: Whereabouts,
    secrets: TeamsSecrets,
    endpoints: Endpoints = MICROSOFT,
) -> AsyncIterator[tuple[TeamsAtWork, TeamsMessenger]]:
    """Teams for a running school, and how messages leave for it."""
    async with aiohttp.ClientSession() as session:
        tokens = OwnTokens(
            session, secrets.app_id, secrets.password, secrets.tenant_id, endpoints=endpoints
        )
        client = TeamsClient(session, tokens, endpoints=endpoints)
        keys = SigningKeys(session, endpoints=endpoints)
        door = SingleTenantAuthentication(
            secrets.app_id, keys, Connectors(client), endpoints=endpoints
        )
        host = TeamsHost(school, running, whereabouts)
        yield _teams(school, host, client, door, secrets.tenant_id)


@asynccontextmanager
async def playground_at_work(
    school: School, running: RunningSchools, whereabouts: Whereabouts, tenant: str
) -> AsyncIterator[tuple[TeamsAtWork, TeamsMessenger]]:
    """The same for a Playground on this computer, which shows no token and opens no dialogs."""
    async with aiohttp.ClientSession() as session:
        client = TeamsClient(session, NoTokens(), endpoints=Endpoints(loopback=True))
        door = OpenDoor(Connectors(client))
        host = TeamsHost(school, running, whereabouts, has_windows=False)
        yield _teams(school, host, client, door, tenant)


def _teams(
    school: School, host: TeamsHost, client: TeamsClient, door: Door, tenant: str
) -> tuple[TeamsAtWork, TeamsMessenger]:
    people = People(client, host, tenant)
    turning = Turning(Tenant(client, people, host, report_failure))
    server = TeamsServer(TeamsAdapter(door, tenant, report_failure), turning.on_turn)

    async def windows(where: Reference) -> bool:
        return await host.windows(where.user)

    messenger = TeamsMessenger(client, host.governors_channel, windows, report_failure)
    return TeamsAtWork(school, server, turning), messenger
