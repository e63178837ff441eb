"""Whether the bot can work in Microsoft Teams: its secret, people and the governors' channel."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from adapters.diary import job_failed
from adapters.teams.client import TeamsClient
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.payloads import PLATFORM
from adapters.teams.people import account_of
from adapters.teams.references import NotAReference, Reference, read_reference
from adapters.teams.refusals import TeamsRefused
from adapters.teams.tokens import OwnTokens
from bot.compose.doctor.findings import Area, AtHand, Finding, Level, day
from bot.compose.doctor.reaching import Account, PlatformLook
from bot.compose.doctor.record import Kept
from bot.config.teams_secrets import TEAMS_APP_ID, TEAMS_APP_PASSWORD, TeamsSecrets
from bot.domain.ids import PersonId

NAME: Final = "Microsoft Teams"
_MEND: Final = (
    "In Teams: ask the person to open Report Post once and write help; the app must be installed "
    "for them."
)
_MAKE_ANOTHER: Final = (
    "In the Azure portal: your Azure Bot, Configuration, Manage Password, New client secret; set "
    "its Value."
)
_SOON: Final = timedelta(days=30)
_NOT_IN_TEAM: Final = frozenset({"MemberNotFoundInConversation", "MemberNotFound"})
"""The channel is there; only that person is not in its team."""


def _finding(level: Level, says: str, mend: str = "") -> Finding:
    return Finding(Area.TEAMS, level, says, mend)


async def look_at_teams(
    at: AtHand,
    secrets: TeamsSecrets,
    tokens: OwnTokens,
    client: TeamsClient,
    kept: Kept | None,
    channel: str | None,
) -> PlatformLook:
    """Everything that Microsoft says of us. ``channel`` is the governors', if one of Teams'."""
    advice = (*_secret_ends(at), _pupils())
    try:
        await tokens.token()
    except TeamsRefused as refused:
        return PlatformLook(PLATFORM, NAME, (_refused(refused), *advice), _MEND)
    found = [_finding(Level.OK, f"{TEAMS_APP_ID} and {TEAMS_APP_PASSWORD} are accepted.")]
    accounts = await _accounts(at, client, kept, secrets.tenant_id)
    where = _reference(channel)
    if channel:
        found.append(await _channel(client, where, accounts))

    async def governors() -> Reference | None:
        return where

    async def windows(_where: Reference) -> bool:
        return True

    messenger = TeamsMessenger(client, governors, windows, job_failed)
    return PlatformLook(PLATFORM, NAME, (*found, *advice), _MEND, accounts, messenger)


def _refused(refused: TeamsRefused) -> Finding:
    if refused.is_our_secret and refused.status:
        code = refused.code or str(refused.status)
        return _finding(
            Level.FAILS,
            f"Microsoft gives the bot no token ({code}): the secret has expired or was replaced, "
            "or one of the three values is of another app.",
            _MAKE_ANOTHER,
        )
    return _finding(
        Level.FAILS,
        "Microsoft cannot be reached from here.",
        "Check that this computer reaches login.microsoftonline.com, port 443, and try again.",
    )


def _secret_ends(at: AtHand) -> Iterator[Finding]:
    ends = at.settings.teams_secret_ends
    if ends is None:
        yield _finding(
            Level.NOTE,
            "When the client secret expires is not known here; on that day the bot falls silent.",
            "Add secret_expires = 2028-11-01, or the day that Azure shows, to [teams].",
        )
    elif ends <= at.today:
        says = f"The client secret has expired, on {day(ends)}."
        yield _finding(
            Level.FAILS, says, f"{_MAKE_ANOTHER} Then correct secret_expires in [teams]."
        )
    elif ends - at.today < _SOON:
        says = f"The client secret expires soon, on {day(ends)}."
        yield _finding(
            Level.WARNING, says, f"{_MAKE_ANOTHER} Then correct secret_expires in [teams]."
        )
    else:
        yield _finding(Level.OK, f"The client secret is good until {day(ends)}.")


def _pupils() -> Finding:
    return _finding(
        Level.NOTE,
        "Whoever has the app can report, and pupils are often in the same tenant.",
        "In the Teams admin centre, Manage apps: make it available to your group of staff only.",
    )


async def _accounts(
    at: AtHand, client: TeamsClient, kept: Kept | None, tenant: str
) -> Mapping[str, Account | None]:
    emails = sorted({each.email for people in at.settings.holders.values() for each in people})
    known = kept.addresses if kept else {}
    chats = [known.get((each, PLATFORM)) for each in emails]
    asked = await asyncio.gather(*(_account(client, each, tenant) for each in chats))
    return {email: found[0] for email, found in zip(emails, asked, strict=True) if found}


async def _account(
    client: TeamsClient, address: PersonId | None, tenant: str
) -> tuple[Account | None] | None:
    """The account, if there is one; ``None`` alone if Microsoft gave no answer."""
    where = _reference(address)
    if address is None or where is None:
        return (None,)
    try:
        member = await client.member(where, where.user)
    except TeamsRefused as refused:
        return (None,) if refused.is_not_in_this_chat else None
    found = account_of({**member, "tenantId": member.get("tenantId") or where.tenant}, tenant)
    return (Account(address, guest=not found.member),)


async def _channel(
    client: TeamsClient, where: Reference | None, accounts: Mapping[str, Account | None]
) -> Finding:
    asked = next((_reference(each.address) for each in accounts.values() if each), None)
    if where is None or asked is None:
        says = "The governors' channel is registered, in Teams; it was not looked at."
        return Finding(Area.GOVERNORS, Level.NOTE, says)
    try:
        await client.member(where, asked.user)
    except TeamsRefused as refused:
        if refused.code not in _NOT_IN_TEAM:
            return _channel_refused(refused)
    return Finding(Area.GOVERNORS, Level.OK, "The governors' channel is there, in Teams.")


def _channel_refused(refused: TeamsRefused) -> Finding:
    if refused.is_not_in_this_chat:
        return Finding(
            Area.GOVERNORS,
            Level.FAILS,
            "The bot is not in the governors' channel any more.",
            "Add the app to the governors' team, or write digest-here in another channel.",
        )
    says = "Microsoft gave no answer about the governors' channel."
    return Finding(Area.GOVERNORS, Level.NOTE, says, "Run report-post doctor again later.")


def _reference(text: str | None) -> Reference | None:
    try:
        return read_reference(text) if text else None
    except NotAReference:
        return None
