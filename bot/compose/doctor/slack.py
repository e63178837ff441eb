"""Whether the bot can work in Slack: its tokens, scopes, people and the governors' channel."""

import asyncio
from collections.abc import Iterator, Mapping

from adapters.diary import job_failed
from adapters.slack.client import SlackClient
from adapters.slack.messenger import SlackMessenger
from adapters.slack.payloads import PLATFORM
from adapters.slack.people import NO_ADDRESS, person_of
from adapters.slack.refusals import SlackRefused
from adapters.slack.rights import SCOPES, ask_for_socket, knows_channel, rights_of
from bot.compose.doctor.findings import Area, AtHand, Finding, Level
from bot.compose.doctor.reaching import Account, PlatformLook
from bot.config.secrets import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SlackSecrets
from bot.domain.ids import PersonId

NAME = "Slack"
_PAGES = "api.slack.com/apps"
_MEND = (
    "In Slack: correct the address in school.toml to that of the account, or invite the person to "
    "the workspace."
)
_NOT_REACHED = "Slack cannot be reached from here."
_CHECK_NET = "Check that this computer reaches slack.com, port 443, and try again."


def _finding(level: Level, says: str, mend: str = "") -> Finding:
    return Finding(Area.SLACK, level, says, mend)


async def look_at_slack(
    at: AtHand, secrets: SlackSecrets, client: SlackClient, channel: str | None
) -> PlatformLook:
    """Everything that Slack says of us. ``channel`` is the governors', if it is one of Slack's."""
    try:
        rights = await rights_of(client)
    except SlackRefused as refused:
        return PlatformLook(PLATFORM, NAME, (_refused(refused),), _MEND)
    found = [_finding(Level.OK, f"{SLACK_BOT_TOKEN} is accepted.")]
    found += _scopes(rights.scopes)
    found.append(await _connection(client, secrets))
    accounts = await _accounts(at, client, rights.team)
    if channel:
        found.append(await _channel(client, channel))

    async def governors() -> str | None:
        return channel

    messenger = SlackMessenger(client, governors, job_failed)
    return PlatformLook(PLATFORM, NAME, tuple(found), _MEND, accounts, messenger)


def _refused(refused: SlackRefused) -> Finding:
    if refused.is_our_token:
        return _finding(
            Level.FAILS,
            f"Slack does not accept the {SLACK_BOT_TOKEN} ({refused.code}).",
            f"Install the app again and copy its Bot User OAuth Token: {_PAGES}, OAuth & "
            "Permissions.",
        )
    return _finding(Level.FAILS, _NOT_REACHED, _CHECK_NET)


def _scopes(given: frozenset[str] | None) -> Iterator[Finding]:
    if given is None:
        yield _finding(Level.NOTE, "Slack did not say which rights the app has.")
        return
    missing, more = sorted(SCOPES - given), sorted(given - SCOPES)
    if missing:
        yield _finding(
            Level.FAILS,
            f"The app lacks these scopes: {', '.join(missing)}.",
            f"{_PAGES}, App Manifest: paste manifest.json again. Then Install App, Reinstall.",
        )
    if more:
        yield _finding(
            Level.WARNING,
            f"The app has scopes that it does not use: {', '.join(more)}.",
            f"{_PAGES}, OAuth & Permissions: take them out.",
        )
    if not missing and not more:
        yield _finding(Level.OK, "The app has the scopes of manifest.json, and no others.")


async def _connection(client: SlackClient, secrets: SlackSecrets) -> Finding:
    if not secrets.app_token:
        return _finding(
            Level.NOTE,
            "Slack comes to /slack/events; whether it does, and whether SLACK_SIGNING_SECRET is "
            "right, shows when somebody types /report-post help.",
        )
    try:
        await ask_for_socket(client, secrets.app_token)
    except SlackRefused as refused:
        return _finding(
            Level.FAILS,
            f"Slack does not let the {SLACK_APP_TOKEN} connect ({refused.code}).",
            f"{_PAGES}, Basic Information, App-Level Tokens: make one with connections:write. "
            "Under Socket Mode, enable it.",
        )
    return _finding(Level.OK, f"{SLACK_APP_TOKEN} may connect (Socket Mode).")


async def _accounts(at: AtHand, client: SlackClient, team: str) -> Mapping[str, Account | None]:
    emails = sorted({each.email for people in at.settings.holders.values() for each in people})
    asked = await asyncio.gather(*(_account(client, each, team) for each in emails))
    return {email: found[0] for email, found in zip(emails, asked, strict=True) if found}


async def _account(client: SlackClient, email: str, team: str) -> tuple[Account | None] | None:
    """The account, if there is one; ``None`` alone if Slack gave no answer."""
    try:
        user = await client.user_by_email(email)
    except SlackRefused:
        return None
    if user is None:
        return (None,)
    person = person_of(user, team)
    if person.email.endswith(NO_ADDRESS):
        return (None,)
    return (Account(PersonId(str(user["id"])), guest=not person.member),)


async def _channel(client: SlackClient, channel: str) -> Finding:
    try:
        known = await knows_channel(client, channel)
    except SlackRefused:
        says = "Slack gave no answer about the governors' channel."
        return Finding(Area.GOVERNORS, Level.NOTE, says, "Run report-post doctor again later.")
    if known:
        # Only a scope that the bot does without would tell whether it is in a public channel.
        return Finding(
            Area.GOVERNORS,
            Level.WARNING,
            "The governors' channel is there, in Slack; whether the bot is in it, Slack does not "
            "say. If it is not, the digest does not arrive.",
            "Type /invite and my name in the channel: Slack adds it, or says that it is there.",
        )
    return Finding(
        Area.GOVERNORS,
        Level.FAILS,
        "The governors' channel is not there for the bot any more.",
        "Type /invite and my name in the channel, or digest-here in another one.",
    )
