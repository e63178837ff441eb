"""Decides who an account of Teams is for us: a member of the school, a guest, or a stranger."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.teams.client import TeamsClient
from adapters.teams.host import Host
from adapters.teams.payloads import Payload, activity_of, part_of, reference_of
from adapters.teams.refusals import TeamsRefused
from bot.app.inbound import Person
from bot.domain.ids import PersonId
from bot.domain.personal import Personal

KEPT_SECONDS: Final = 60
"""How long an account is remembered: somebody who left is refused within a minute."""

NO_ADDRESS: Final = "@teams.invalid"
"""Ends the made-up address of an account without one that we believe."""

_MOST_KEPT: Final = 500
_OUTSIDE: Final = "#ext#"
"""Marks the user principal name of a guest (learn.microsoft.com/entra: Properties of a B2B guest
user)."""
_NO_MEMBER: Final = frozenset({"guest", "anonymous"})
"""Values of ``userRole`` (learn.microsoft.com: Get Teams specific context for your bot)."""


@dataclass(frozen=True)
class _Known:
    person: Person
    until: float


@dataclass(frozen=True)
class Account:
    """What Teams vouches for. Without an address of our own tenant, ``addresses`` is empty."""

    id: str
    addresses: tuple[str, ...]
    """The e-mail address, then the user principal name; of a guest, the e-mail address alone."""
    member: bool
    name: Personal | None


class People:
    """The accounts of one tenant."""

    def __init__(
        self,
        client: TeamsClient,
        host: Host,
        tenant: str,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``tenant`` is the school's own. ``seconds`` never goes back."""
        self._client = client
        self._host = host
        self._tenant = tenant
        self._seconds = seconds
        self._known: dict[str, _Known] = {}

    async def person(self, context: Any) -> Person:  # noqa: ANN401 - the SDK's TurnContext
        """Who acts. Raises ``TeamsRefused``, for good if they do not have the app."""
        activity = activity_of(context)
        user = str(activity["from"]["id"])
        known = self._known.get(user)
        if known is not None and known.until > self._seconds():
            return known.person
        account = account_of(await self._member(context, activity, user), self._tenant)
        person = self._as_person(account)
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[user] = _Known(person, self._seconds() + KEPT_SECONDS)
        return person

    async def _member(self, context: Any, activity: Payload, user: str) -> Mapping[str, Any]:  # noqa: ANN401 - the SDK's
        from botbuilder.core.teams import TeamsInfo  # noqa: PLC0415 - loaded by ``cloud``

        where = reference_of(activity)
        try:
            # All that the SDK reads of it, which fails at whatever else stands there.
            team = part_of(part_of(activity.get("channelData"), "team"), "id")
            named = isinstance(team, str) and team
            context.activity.channel_data = {"team": {"id": team}} if named else {}
            found = (await TeamsInfo.get_member(context, user)).serialize()
        except TeamsRefused as refused:
            if where.is_personal or not refused.is_not_in_this_chat:
                raise
            # *Report this post* was chosen where the bot itself is not.
            where = await self._client.chat_with(where, user)
            found = dict(await self._client.member(where, user))
        if where.is_personal:
            # The chat is of the tenant that was looked at already.
            found.setdefault("tenantId", where.tenant)
        return {**found, "id": user}

    def _as_person(self, account: Account) -> Person:
        if account.addresses:
            email = self._host.known_as(account.addresses)
        else:
            email = f"{account.id.lower()}{NO_ADDRESS}"
        return Person(PersonId(account.id), email, account.member, account.name)


def account_of(member: Mapping[str, Any], tenant: str) -> Account:
    """The account of a member, as the connector shows it.

    An address counts only where our own tenant vouches for it: another one's administrator could
    give somebody the headteacher's. Whoever has none is told apart by the account.
    """
    principal = _text(member, "userPrincipalName")
    role = _text(member, "userRole").casefold()
    ours = _text(member, "tenantId").casefold() == tenant.casefold()
    guest = _OUTSIDE in principal.casefold() or role in _NO_MEMBER
    named = [_text(member, "email"), "" if guest else principal]
    addresses = tuple(dict.fromkeys(each for each in named if "@" in each))
    name = _text(member, "name") or _full_name(member)
    return Account(
        _text(member, "id"),
        addresses if ours else (),
        ours and not guest and bool(addresses),
        Personal(name) if name else None,
    )


def _full_name(member: Mapping[str, Any]) -> str:
    return f"{_text(member, 'givenName')} {_text(member, 'surname')}".strip()


def _text(member: Mapping[str, Any], name: str) -> str:
    found = member.get(name)
    return found.strip() if isinstance(found, str) else ""
