"""The school's side of Slack: acts reach the application, people are found by their accounts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

import aiohttp

from adapters.scheduler import report_failure
from adapters.slack.client import SECONDS, SLACK, Hosts, SlackClient
from adapters.slack.payloads import PLATFORM
from adapters.slack.people import NO_ADDRESS, People
from adapters.slack.refusals import SlackRefused
from adapters.slack.server import SlackServer
from adapters.slack.workspace import Workspace
from bot.app.addresses import (
    address_of,
    governors_channel,
    holders_looked_up,
    learn_address,
)
from bot.app.evidence import read_evidence
from bot.app.home import Home, Which, home_of
from bot.app.inbound import Inbound, Person
from bot.app.respond import respond
from bot.app.school import School
from bot.compose.running import RunningSchool
from bot.config.secrets import SlackSecrets
from bot.domain.errors import ReportPostError
from bot.domain.ids import EvidenceId, PersonId
from bot.screens.nodes import Reply
from bot.screens.wording import Words

LOOK_UP_SECONDS: Final = 3_600.0
"""Between two looks whether those who hold a role still have an account."""


class SlackNotUsable(ReportPostError):
    """Slack does not take our token, or cannot be reached; the message says what to do."""


class SlackHost:
    """The school as Slack's adapter sees it (``adapters.slack.host.Host``)."""

    def __init__(self, school: School, running: RunningSchool) -> None:
        self._school = school
        self._running = running
        self._learnt: dict[str, PersonId] = {}

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

    async def learn(self, person: Person) -> None:
        """Keeps by which account a person is reached, if that is new."""
        stranger = not person.member and person.email.endswith(NO_ADDRESS)
        if stranger or self._learnt.get(person.email) == person.id:
            return
        keep = partial(learn_address, self._school, person.email, person.id, PLATFORM)
        await self._running.read(keep)
        self._learnt[person.email] = person.id

    async def governors_channel(self) -> str | None:
        """Slack's id of the channel that the digest goes to."""
        return await self._running.read(partial(slack_channel, self._school))


def slack_channel(school: School) -> str | None:
    """The governors' channel, if the one that was registered is one of Slack's."""
    with school.store.reading() as reading:
        platform, _, channel = (governors_channel(reading) or "").partition(":")
    return channel if platform == PLATFORM and channel else None


def slack_address(school: School, person: PersonId) -> PersonId | None:
    """The account in Slack of a person of the records."""
    with school.store.reading() as reading:
        return address_of(reading, person, PLATFORM)


@asynccontextmanager
async def slack_client(secrets: SlackSecrets, hosts: Hosts = SLACK) -> AsyncIterator[SlackClient]:
    """Slack's Web API, with connections that are kept open."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield SlackClient(secrets.bot_token, session, hosts=hosts)


class SlackAtWork:
    """Slack in a running process: its door, and the look at who holds the roles."""

    def __init__(
        self, school: School, running: RunningSchool, client: SlackClient, secrets: SlackSecrets
    ) -> None:
        self._school = school
        self._running = running
        self._client = client
        self._secrets = secrets
        self._host = SlackHost(school, running)
        self._looking: asyncio.Task[None] | None = None
        self.people: People | None = None
        self.server: SlackServer | None = None

    async def open(self) -> SlackServer:
        """Asks Slack who we are, and makes the door. Raises ``SlackNotUsable``."""
        try:
            identity = await self._client.identity()
        except SlackRefused as refused:
            raise SlackNotUsable(_why(refused)) from refused
        self.people = People(self._client, str(identity["team_id"]))
        workspace = Workspace(self._client, self.people, self._host, report_failure)
        self.server = SlackServer(
            workspace,
            signing_secret=self._secrets.signing_secret,
            app_token=self._secrets.app_token,
        )
        return self.server

    def start(self) -> None:
        """Lets Slack in, and looks now and then for those who hold a role."""
        if self.server is None:
            raise RuntimeError("Slack is to be opened first.")
        self._looking = asyncio.create_task(self._look_up_now_and_then())
        self.server.connect()

    async def close(self) -> None:
        """Lets nothing more in, and finishes what came."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        if self.server is not None:
            await self.server.close()

    async def look_up_holders(self) -> None:
        """Learns the accounts of those who hold a role; who has none is told to the admin.

        Where Slack gives no answer, nothing is concluded.
        """
        if self.people is None:
            return
        emails = {each.email for people in self._school.holders.values() for each in people}
        answers = await asyncio.gather(
            *(self.people.account_of(each) for each in emails), return_exceptions=True
        )
        found: dict[str, PersonId | None] = {}
        for email, answer in zip(emails, answers, strict=True):
            if isinstance(answer, SlackRefused):
                report_failure("looking up who holds a role", answer)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found[email] = answer
        await self._running.work(partial(holders_looked_up, self._school, found, PLATFORM))

    async def _look_up_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(LOOK_UP_SECONDS)
            try:
                await self.look_up_holders()
            except Exception as error:  # noqa: BLE001 - reported; it is tried again
                report_failure("looking up who holds a role", error)


def _why(refused: SlackRefused) -> str:
    if refused.is_our_token:
        return (
            "Slack does not accept the SLACK_BOT_TOKEN. Install the app in the workspace again and "
            "copy its Bot User OAuth Token: api.slack.com/apps, OAuth & Permissions."
        )
    return "Slack cannot be reached. Check that this computer reaches slack.com, and start again."
