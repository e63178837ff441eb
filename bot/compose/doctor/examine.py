"""All checks of ``report-post doctor``, in the order in which they are told."""

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import aiohttp

from adapters.slack.payloads import PLATFORM as ON_SLACK
from adapters.teams.client import TeamsClient
from adapters.teams.payloads import PLATFORM as ON_TEAMS
from adapters.teams.tokens import OwnTokens
from bot.compose.doctor import slack, teams
from bot.compose.doctor.backups import backup_findings
from bot.compose.doctor.calendar import calendar_findings
from bot.compose.doctor.contacts import contact_findings
from bot.compose.doctor.dates import date_findings
from bot.compose.doctor.findings import Area, AtHand, Finding, Level
from bot.compose.doctor.governors import channel_finding, detail_finding, panel_findings
from bot.compose.doctor.policy import pack_of, policy_findings
from bot.compose.doctor.reaching import PlatformLook, people_findings
from bot.compose.doctor.record import Kept, RecordLook, look_at_record
from bot.compose.doctor.skew import clock_there, skew_finding
from bot.compose.doctor.trial_message import send_trial_messages
from bot.compose.school_at_work import Where
from bot.compose.slack import slack_client
from bot.config import Settings, read_settings
from bot.config.secrets import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SlackSecrets, slack_secrets
from bot.config.teams_secrets import (
    TEAMS_APP_ID,
    TEAMS_APP_PASSWORD,
    TEAMS_TENANT_ID,
    TeamsSecrets,
    teams_secrets,
)
from bot.domain.errors import SettingsNotAccepted
from bot.domain.policy import Policy

REAL: Final = Where()


@dataclass(frozen=True)
class _Secrets:
    slack: SlackSecrets | None = field(repr=False)
    teams: TeamsSecrets | None = field(repr=False)
    findings: tuple[Finding, ...]

    @property
    def on(self) -> Mapping[str, str]:
        """The platforms that are on, by id, with their names."""
        names = {ON_SLACK: slack.NAME, ON_TEAMS: teams.NAME}
        there = {ON_SLACK: self.slack, ON_TEAMS: self.teams}
        return {each: name for each, name in names.items() if there[each] is not None}


def examine(
    config: Path,
    environment: Mapping[str, str],
    now: datetime,
    *,
    send_test: bool = False,
    several: bool = False,
    where: Where = REAL,
    look_at_pack: Callable[[AtHand], Iterable[Finding]] = policy_findings,
) -> Iterator[Finding]:
    """Everything that was found, area by area.

    ``now`` is the machine's time (UTC). Nothing is made or changed; only ``send_test`` sends.
    ``several``: other schools are served with it. ``look_at_pack`` takes some seconds.
    """
    settings = yield from _settings(config, environment)
    if settings is None:
        return
    at = AtHand(config, settings, environment, now, several)
    yield from calendar_findings(at)
    policy = pack_of(at)
    yield from contact_findings(at, policy)
    yield from look_at_pack(at)
    if policy is not None:
        yield from date_findings(at, policy)
    secrets = _secrets(environment)
    record = look_at_record(at, tuple(secrets.on))
    yield from record.findings
    yield from backup_findings(at, begun=record.kept is not None)
    there = asyncio.run(_platforms(at, secrets, record, policy, where, send_test=send_test))
    there += [*secrets.findings, detail_finding(at), *panel_findings(at)]
    yield from sorted(there, key=lambda each: list(Area).index(each.area))


def _settings(
    config: Path, environment: Mapping[str, str]
) -> Generator[Finding, None, Settings | None]:
    try:
        settings = read_settings(config, environment)
    except SettingsNotAccepted as refused:
        for problem in refused.problems:
            yield Finding(Area.SETTINGS, Level.FAILS, problem)
        says = "Nothing else was looked at, because the settings cannot be used."
        yield Finding(Area.SETTINGS, Level.NOTE, says)
        return None
    yield Finding(Area.SETTINGS, Level.OK, f"{config} is in order.")
    if not settings.letterhead.address:
        says = "Letters have no address of the school."
        yield Finding(Area.SETTINGS, Level.WARNING, says, "Add address = [...] to [letterhead].")
    return settings


def _secrets(environment: Mapping[str, str]) -> _Secrets:
    found: list[Finding] = []
    in_slack: SlackSecrets | None = None
    in_teams: TeamsSecrets | None = None
    try:
        in_slack = slack_secrets(environment)
    except SettingsNotAccepted as refused:
        found += [Finding(Area.SLACK, Level.FAILS, each) for each in refused.problems]
    try:
        in_teams = teams_secrets(environment)
    except SettingsNotAccepted as refused:
        found += [Finding(Area.TEAMS, Level.FAILS, each) for each in refused.problems]
    if in_slack is None and in_teams is None and not found:
        found.append(
            Finding(
                Area.PLATFORMS,
                Level.FAILS,
                "This environment holds no platform's secrets: the bot would not start in it.",
                f"Slack: {SLACK_BOT_TOKEN} and {SLACK_APP_TOKEN}. Teams: {TEAMS_APP_ID}, "
                f"{TEAMS_APP_PASSWORD} and {TEAMS_TENANT_ID}.",
            )
        )
    return _Secrets(in_slack, in_teams, tuple(found))


async def _platforms(
    at: AtHand,
    secrets: _Secrets,
    record: RecordLook,
    policy: Policy | None,
    where: Where,
    *,
    send_test: bool,
) -> list[Finding]:
    """The platforms, the people on them, and the governors' channel."""
    channel = record.kept.channel if record.kept else None
    async with AsyncExitStack() as stack:
        looks = await _looks(stack, at, secrets, record.kept, where)
        found = [each for look in looks for each in look.findings]
        found.insert(0, await _skew(stack, at, secrets, where))
        found += people_findings(at, looks)
        wrong = channel_finding(channel, secrets.on, begun=record.kept is not None)
        found += [wrong] if wrong else []
        if send_test and policy is not None:
            last = record.kept.last if record.kept else {}
            found += await send_trial_messages(at, policy, looks, last)
    return found


async def _looks(
    stack: AsyncExitStack, at: AtHand, secrets: _Secrets, kept: Kept | None, where: Where
) -> list[PlatformLook]:
    platform, _, name = ((kept.channel if kept else None) or "").partition(":")
    found = []
    if secrets.slack is not None:
        client = await stack.enter_async_context(slack_client(secrets.slack, where.slack))
        channel = name if platform == ON_SLACK else None
        found.append(await slack.look_at_slack(at, secrets.slack, client, channel))
    if secrets.teams is not None:
        ours = secrets.teams
        session = await stack.enter_async_context(aiohttp.ClientSession())
        tokens = OwnTokens(
            session, ours.app_id, ours.password, ours.tenant_id, endpoints=where.teams
        )
        teams_client = TeamsClient(session, tokens, endpoints=where.teams)
        channel = name if platform == ON_TEAMS else None
        found.append(await teams.look_at_teams(at, ours, tokens, teams_client, kept, channel))
    return found


async def _skew(stack: AsyncExitStack, at: AtHand, secrets: _Secrets, where: Where) -> Finding:
    """This computer's clock against that of the first platform that says what it shows."""
    session = await stack.enter_async_context(aiohttp.ClientSession())
    urls = [f"{where.slack.api}api.test"] if secrets.slack else []
    urls += [where.teams.metadata] if secrets.teams else []
    for url in urls:
        there = await clock_there(session, url)
        if there is not None:
            return skew_finding(at, there)
    return skew_finding(at, None)
