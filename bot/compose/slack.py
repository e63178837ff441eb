"""The school's side of Slack: acts reach the application, people are found by their accounts."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Final

import aiohttp
from aiohttp import web

from adapters.scheduler import report_failure
from adapters.slack.client import SECONDS, SLACK, Hosts, SlackClient
from adapters.slack.handing import HandedFiles
from adapters.slack.messenger import SlackMessenger
from adapters.slack.payloads import PLATFORM
from adapters.slack.people import NO_ADDRESS, People
from adapters.slack.refusals import SlackRefused
from adapters.slack.server import SlackServer
from adapters.slack.workspace import Workspace
from bot.app.addresses import governors_channel
from bot.app.documents import Document
from bot.app.evidence import read_evidence
from bot.app.handed import is_still_needed, read_document
from bot.app.home import Home, Which, home_of
from bot.app.inbound import Inbound, Person
from bot.app.respond import respond
from bot.app.school import School
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.config.secrets import SlackSecrets
from bot.domain.errors import ReportPostError
from bot.domain.ids import EvidenceId, PersonId
from bot.screens.nodes import Reply
from bot.screens.wording import Words

SWEEP_SECONDS: Final = 60.0
"""Between two looks whether what was handed over need be in Slack any longer."""


class SlackNotUsable(ReportPostError):
    """Slack does not take our token, or cannot be reached; the message says what to do."""


class SlackHost:
    """The school as Slack's adapter sees it (``adapters.slack.host.Host``)."""

    def __init__(self, school: School, running: RunningSchools, whereabouts: Whereabouts) -> None:
        self._school = school
        self._running = running
        self._whereabouts = whereabouts

    @property
    def words(self) -> Words:
        """The words of the school's present pack."""
        return self._school.words()

    async def respond(self, inbound: Inbound) -> Reply:
        """Answers an act, and has delivered what follows from it."""
        return await self._running.work(partial(respond, self._school, inbound))

    async def home(self, person: Person, which: Which = Which.ALL, page: int = 0) -> Home:
        """Somebody's home, as it is now."""
        return await self._running.read(partial(home_of, self._school, person, which, page))

    async def evidence(self, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
        """The bytes and the media type. Raises ``Refused``."""
        return await self._running.read(partial(read_evidence, self._school, person, evidence))

    async def document(self, person: Person, ref: str) -> Document:
        """A document that was handed to a person. Raises ``Refused``."""
        return await self._running.read(partial(read_document, self._school, person, ref))

    async def is_still_needed(self, ref: str) -> bool:
        """Whether what Slack holds of a document may stay."""
        return await self._running.read(partial(is_still_needed, self._school, ref))

    async def keep(self, key: str, value: str | None) -> None:
        """Keeps a small note of the adapter's; ``None`` forgets it."""
        await self._running.read(partial(_keep, self._school, key, value))

    async def kept(self, beginning: str) -> Mapping[str, str]:
        """The notes whose keys begin like this."""
        return await self._running.glance(partial(_kept, self._school, beginning))

    async def now(self) -> datetime:
        """The school's clock, in UTC."""
        return self._school.now()

    async def learn(self, person: Person) -> None:
        """Keeps by which account a person is reached, if that is new."""
        stranger = not person.member and person.email.endswith(NO_ADDRESS)
        if not stranger:
            await self._whereabouts.learn(person.email, person.id, PLATFORM)

    async def governors_channel(self) -> str | None:
        """Slack's id of the channel that the digest goes to."""
        return await self._running.glance(partial(slack_channel, self._school))


def _keep(school: School, key: str, value: str | None) -> None:
    with school.store.writing() as writing:
        if value is None:
            writing.forget_value(f"{PLATFORM}:{key}")
        else:
            writing.put_value(f"{PLATFORM}:{key}", value.encode())


def _kept(school: School, beginning: str) -> Mapping[str, str]:
    with school.store.reading() as reading:
        found = reading.values(f"{PLATFORM}:{beginning}")
    return {name.removeprefix(f"{PLATFORM}:"): value.decode() for name, value in found.items()}


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
    ) -> None:
        self._client = client
        self._secrets = secrets
        self._host = host
        self._sweep_seconds = sweep_seconds
        self.people: People | None = None
        self.server: SlackServer | None = None
        self._workspace: Workspace | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def open(self) -> Sequence[web.AbstractRouteDef]:
        """Asks Slack who we are, and makes the door. Raises ``SlackNotUsable``."""
        try:
            identity = await self._client.identity()
        except SlackRefused as refused:
            raise SlackNotUsable(_why(refused)) from refused
        self.people = People(self._client, str(identity["team_id"]))
        self._workspace = Workspace(self._client, self.people, self._host, report_failure)
        self.server = SlackServer(
            self._workspace,
            signing_secret=self._secrets.signing_secret,
            app_token=self._secrets.app_token,
        )
        return self.server.routes()

    def start(self) -> None:
        """Lets Slack in."""
        if self.server is None or self._workspace is None:
            raise RuntimeError("Slack is to be opened first.")
        self.server.connect()
        self._sweeper = asyncio.create_task(self._sweep(self._workspace.handed))

    async def close(self) -> None:
        """Lets nothing more in, and finishes what came."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        if self.server is not None:
            await self.server.close()

    async def _sweep(self, handed: HandedFiles) -> None:
        """At once, since another process may have ended before its time, and then every minute."""
        while True:
            try:
                await handed.sweep()
            except Exception as error:  # noqa: BLE001 - reported; it is tried again
                report_failure("looking for files to delete from Slack", error)
            await asyncio.sleep(self._sweep_seconds)

    async def accounts(self, emails: Collection[str]) -> Mapping[str, PersonId | None]:
        """The accounts of these addresses, as far as Slack gives an answer."""
        if self.people is None:
            return {}
        asked = list(emails)
        answers = await asyncio.gather(
            *(self.people.account_of(each) for each in asked), return_exceptions=True
        )
        found: dict[str, PersonId | None] = {}
        for email, answer in zip(asked, answers, strict=True):
            if isinstance(answer, SlackRefused):
                report_failure("looking up who holds a role", answer)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found[email] = answer
        return found


@asynccontextmanager
async def slack_at_work(
    school: School,
    running: RunningSchools,
    whereabouts: Whereabouts,
    secrets: SlackSecrets,
    hosts: Hosts = SLACK,
) -> AsyncIterator[tuple[SlackAtWork, SlackMessenger]]:
    """Slack for a running school, and how messages leave for it."""
    async with slack_client(secrets, hosts) as client:
        host = SlackHost(school, running, whereabouts)
        messenger = SlackMessenger(client, host.governors_channel, report_failure)
        yield SlackAtWork(host, client, secrets), messenger


def _why(refused: SlackRefused) -> str:
    if refused.is_our_token:
        return (
            "Slack does not accept the SLACK_BOT_TOKEN. Install the app in the workspace again and "
            "copy its Bot User OAuth Token: api.slack.com/apps, OAuth & Permissions."
        )
    return "Slack cannot be reached. Check that this computer reaches slack.com, and start again."
