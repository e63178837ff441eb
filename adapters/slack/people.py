"""Decides who an account of Slack is for us: a member of the school, a guest, or a stranger."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.slack.client import SlackClient
from bot.app.inbound import Person
from bot.domain.ids import PersonId
from bot.domain.personal import Personal

KEPT_SECONDS: Final = 60
"""How long an account is remembered: somebody who left is refused within a minute."""

NO_ADDRESS: Final = "@slack.invalid"
"""Ends the made-up address of an account without one that we believe."""

_MOST_KEPT: Final = 500
_SLACKBOT: Final = "USLACKBOT"  # the one bot whose is_bot is false
_GUEST: Final = ("is_restricted", "is_ultra_restricted")
_NOBODY: Final = ("deleted", "is_bot", "is_app_user", "is_stranger", "is_workflow_bot")


@dataclass(frozen=True)
class _Known:
    person: Person
    until: float


class People:
    """The accounts of one workspace. Every method raises ``SlackRefused``."""

    def __init__(
        self, client: SlackClient, team: str, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """``team`` is the workspace of our own token. ``seconds`` never goes back."""
        self._client = client
        self._team = team
        self._seconds = seconds
        self._known: dict[str, _Known] = {}

    async def person(self, account: str) -> Person:
        """Who acts."""
        known = self._known.get(account)
        if known is not None and known.until > self._seconds():
            return known.person
        person = person_of(await self._client.user(account), self._team)
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[account] = _Known(person, self._seconds() + KEPT_SECONDS)
        return person

    async def account_of(self, email: str) -> PersonId | None:
        """The account in our workspace that is reached at an address, if there is one."""
        user = await self._client.user_by_email(email)
        if user is None or not _is_ours(user, self._team):
            return None
        return PersonId(str(user["id"]))


def person_of(user: Mapping[str, Any], team: str) -> Person:
    """The person of an account, as ``users.info`` shows it.

    An address counts only where our own workspace vouches for it: another one's administrator
    could give somebody the headteacher's. Whoever has none is told apart by the account.
    """
    account = str(user["id"])
    ours = _is_ours(user, team)
    profile = user.get("profile") or {}
    email = str(profile.get("email") or "") if ours else ""
    name = profile.get("real_name") or user.get("real_name") or user.get("name")
    return Person(
        PersonId(account),
        email or f"{account.lower()}{NO_ADDRESS}",
        ours and not any(user.get(each) for each in _GUEST),
        Personal(str(name)) if name else None,
    )


def _is_ours(user: Mapping[str, Any], team: str) -> bool:
    if user.get("id") == _SLACKBOT or any(user.get(each) for each in _NOBODY):
        return False
    return user.get("team_id") == team
