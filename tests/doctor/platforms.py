"""Slack and Microsoft for doctor: the adapters' stand-ins, and a school that has begun."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from adapters.slack.hosts import Hosts
from adapters.slack.rights import SCOPES
from adapters.teams.payloads import PLATFORM as ON_TEAMS
from adapters.teams.references import Reference
from bot.app.addresses import learn_address, put_governors_channel
from bot.compose.doctor.examine import examine
from bot.compose.doctor.findings import Area, AtHand, Finding, Level
from bot.compose.school_at_work import Where
from bot.compose.schools import open_the_store, school_of
from bot.config.teams_secrets import TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID
from bot.domain.ids import PersonId
from tests.adapters.slack import stand_in as slack
from tests.adapters.slack.at_work import account_of as slack_account
from tests.adapters.teams import stand_in as teams
from tests.adapters.teams.at_work import account_of as teams_account
from tests.adapters.teams.signing import APP
from tests.fakes import FakeClock, RunningClock

from .at_hand import NOW

HOLDERS = ("head", "deputy", "dsl", "chair", "chair-2", "admin")
CHANNEL = "C0GOVERNORS"
TEAMS_CHANNEL = "19:governors@thread.tacv2"

SLACK_SECRETS = {"SLACK_BOT_TOKEN": slack.TOKEN, "SLACK_APP_TOKEN": slack.APP_TOKEN}
TEAMS_SECRETS = {
    TEAMS_APP_ID: APP,
    TEAMS_APP_PASSWORD: teams.SECRET,
    TEAMS_TENANT_ID: teams.TENANT,
}


@dataclass
class Slack(slack.StandIn):
    """Tells its scopes, as Slack does with every answer, and knows channels."""

    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    channels: set[str] = field(default_factory=lambda: {CHANNEL})
    now: datetime = NOW
    """What its clock shows."""

    async def _api(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._api(request)
        answer.headers["x-oauth-scopes"] = ",".join(sorted(self.scopes))
        return _at(answer, self.now)

    def _chat_getPermalink(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        raise slack.No(
            "message_not_found" if given["channel"] in self.channels else "channel_not_found"
        )


@dataclass
class Teams(teams.StandIn):
    """Its clock shows the same."""

    now: datetime = NOW

    async def _answered(
        self,
        call: str,
        request: web.Request,
        found: dict[str, Any],
        given: dict[str, Any] | None = None,
    ) -> web.StreamResponse:
        return _at(await super()._answered(call, request, found, given), self.now)


def _at(answer: web.StreamResponse, now: datetime) -> web.StreamResponse:
    answer.headers["Date"] = format_datetime(now, usegmt=True)
    return answer


@dataclass
class Both:
    """The two, where they are, and how doctor is run against them."""

    slack: Slack
    teams: Teams

    @property
    def where(self) -> Where:
        here = frozenset({"127.0.0.1"})
        return Where(Hosts(f"{self.slack.origin}/api/", here, here), self.teams.endpoints)

    def teams_chat(self, label: str) -> PersonId:
        """Somebody's chat with the bot, as it is learnt when they open the app."""
        chat = f"a:chat-of-{label}"
        service, bot = self.teams.service_url, teams.BOT
        return PersonId(Reference(service, chat, bot, teams.TENANT, teams_account(label)).encode())

    def teams_channel(self) -> str:
        """The governors' channel in Teams, as digest-here keeps it."""
        where = Reference(self.teams.service_url, TEAMS_CHANNEL, teams.BOT, teams.TENANT)
        return f"{ON_TEAMS}:{where.encode()}"

    async def findings(self, at: AtHand, *, send_test: bool = False) -> list[Finding]:
        """Everything that doctor finds, but for the pack, which takes some seconds."""

        def look() -> list[Finding]:
            return list(
                examine(
                    at.config,
                    {**at.environment, "REPORT_POST_DATA": str(at.settings.data_folder)},
                    at.now,
                    send_test=send_test,
                    several=at.several,
                    where=self.where,
                    look_at_pack=lambda _: (),
                )
            )

        return await asyncio.to_thread(look)


@asynccontextmanager
async def both() -> AsyncIterator[Both]:
    """Both platforms, with the sample school's people on each."""
    async with AsyncExitStack() as stack:
        in_slack = Slack(RunningClock())
        server = await stack.enter_async_context(in_slack.server())
        in_slack.origin = f"http://127.0.0.1:{server.port}"
        in_teams = Teams()
        await stack.enter_async_context(in_teams.open())
        for label in HOLDERS:
            email = f"{label}@derwentvale.example"
            in_slack.add_user(slack_account(label), email)
            in_teams.add_member(teams_account(label), email)
        in_teams.channels.add(TEAMS_CHANNEL)
        yield Both(in_slack, in_teams)


def begin(
    at: AtHand, channel: str = f"slack:{CHANNEL}", chats: Mapping[str, PersonId] = {}
) -> None:
    """A school that has worked: the channel is registered, and some have opened Teams."""
    store = open_the_store(at.settings, {})
    try:
        school = school_of(at.settings, store, FakeClock(at.now))
        for label, chat in chats.items():
            email = f"{label}@derwentvale.example"
            learn_address(school, email, chat, ON_TEAMS, acted=True)
        with store.writing() as writing:
            put_governors_channel(writing, channel)
    finally:
        store.close()


def about(findings: list[Finding], *areas: Area) -> list[str]:
    """What is said of these, with its level."""
    return [f"{each.level}: {each.says}" for each in findings if each.area in areas]


def failing(findings: list[Finding]) -> list[str]:
    """What would fail, each with how to mend it."""
    found = [each for each in findings if each.level is Level.FAILS]
    assert all(each.mend for each in found)
    return [each.says for each in found]
