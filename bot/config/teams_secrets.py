"""Whether the bot works in Microsoft Teams, and as which app of which tenant: the environment says.

The values come from the Azure Bot of the school, which is registered for one tenant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.config.problems import Problems

TEAMS_APP_ID: Final = "TEAMS_APP_ID"
TEAMS_APP_PASSWORD: Final = "TEAMS_APP_PASSWORD"  # noqa: S105 - the name of a variable
TEAMS_TENANT_ID: Final = "TEAMS_TENANT_ID"

WHERE_THE_APP_ID_IS: Final = "In the Azure portal: your Azure Bot, Configuration, Microsoft App ID."
_WHERE_THE_TENANT_IS: Final = "In the Azure portal: your Azure Bot, Configuration, App Tenant ID."
_WHERE_SECRETS_ARE: Final = "your Azure Bot, Configuration, Manage Password, New client secret"
_NEW_SECRET: Final = (
    f"In the Azure portal: {_WHERE_SECRETS_ARE}; copy its Value, which is shown only once."
)
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODYS: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class TeamsSecrets:
    """What the bot needs in a tenant. Its repr shows none of it.

    ``app_id`` and ``tenant_id`` are GUIDs in small letters; ``password`` is a client secret.
    """

    app_id: str = field(repr=False)
    password: str = field(repr=False)
    tenant_id: str = field(repr=False)


def teams_secrets(environment: Mapping[str, str]) -> TeamsSecrets | None:
    """Microsoft Teams' secrets; ``None`` if there is none of them.

    Raises ``SettingsNotAccepted`` if one is missing or is not what it should be; no message repeats
    any.
    """
    app, password, tenant = (
        environment.get(name, "").strip()
        for name in (TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID)
    )
    if not (app or password or tenant):
        return None
    app_id, tenant_id = guid(app), guid(tenant)
    problems = Problems("environment")
    if app_id is None:
        problems.add(TEAMS_APP_ID, _no_guid(app), WHERE_THE_APP_ID_IS)
    if wrong := _wrong_password(password):
        problems.add(TEAMS_APP_PASSWORD, wrong, _NEW_SECRET)
    if tenant_id is None:
        problems.add(TEAMS_TENANT_ID, _no_guid(tenant), _WHERE_THE_TENANT_IS)
    elif tenant_id == app_id:
        problems.add(TEAMS_TENANT_ID, f"is the same as {TEAMS_APP_ID}.", _WHERE_THE_TENANT_IS)
    if len(problems) or app_id is None or tenant_id is None:
        raise problems.as_error()
    return TeamsSecrets(app_id, password, tenant_id)


def guid(text: str) -> str | None:
    """The id in small letters, as Microsoft's tokens have it; ``None`` if the text is none."""
    small = text.strip().lower()
    return small if _GUID.fullmatch(small) and small != _NOBODYS else None


def _no_guid(given: str) -> str:
    if not given:
        return "is missing."
    return "is not an ID such as 8f6b3c1e-0d52-4a7e-9c1b-5e2f7a904d36."


def _wrong_password(given: str) -> str:
    """What is wrong with a client secret; empty if nothing is."""
    if not given:
        return "is missing."
    if guid(given):
        return "is the secret's ID, and not the secret."
    if "***" in given:
        return "is what the portal shows of an old secret, and not the secret."
    if not (given.isascii() and given.isprintable()) or " " in given:
        return "holds a character that no client secret has."
    return ""
