"""Decides whether Slack lets the bot do its work: its scopes, its channel, its connection.

Asked by ``report-post doctor`` alone; nothing is posted.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.slack.client import SlackClient
from adapters.slack.refusals import UNREACHABLE, SlackRefused

SCOPES: Final = frozenset(
    {
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
    }
)
"""What ``manifest.json`` asks for; a test holds the two together."""

_NO_MESSAGE: Final = "0000000001.000000"


@dataclass(frozen=True)
class Rights:
    """Which workspace the bot's token is of, and what it may do.

    ``scopes`` is ``None`` where Slack does not say.
    """

    team: str
    scopes: frozenset[str] | None


class _WebAnswer(Protocol):
    @property
    def data(self) -> Any: ...  # noqa: ANN401 - slack_sdk's
    @property
    def headers(self) -> Any: ...  # noqa: ANN401 - slack_sdk's


async def rights_of(client: SlackClient) -> Rights:
    """Who we are and what we may do. Raises ``SlackRefused``."""
    answer = await _asked("auth.test", client.web.auth_test())
    given = _header(answer.headers, "x-oauth-scopes")
    names = (each.strip() for each in given.split(",")) if given is not None else ()
    scopes = frozenset(each for each in names if each)
    return Rights(str(answer.data["team_id"]), scopes if given is not None else None)


async def knows_channel(client: SlackClient, channel: str) -> bool:
    """Whether the channel is there for the bot. Raises ``SlackRefused``.

    Asking for the link of a message that is not there needs no scope, and posts nothing; Slack
    looks for the channel first (docs.slack.dev/reference/methods/chat.getPermalink).
    """
    asked = client.web.chat_getPermalink(channel=channel, message_ts=_NO_MESSAGE)
    try:
        await _asked("chat.getPermalink", asked)
    except SlackRefused as refused:
        if refused.code == "message_not_found":
            return True
        if refused.code == "channel_not_found":
            return False
        raise
    return True


async def ask_for_socket(client: SlackClient, app_token: str) -> None:
    """Asks where a connection could be opened, and opens none. Raises ``SlackRefused``."""
    await _asked("apps.connections.open", client.web.apps_connections_open(app_token=app_token))


async def _asked(method: str, call: Awaitable[_WebAnswer]) -> _WebAnswer:
    try:
        return await call
    except SlackApiError as error:
        data = getattr(error.response, "data", None)
        code = data.get("error") if isinstance(data, dict) else None
        raise SlackRefused(method, str(code) if code else UNREACHABLE) from error
    except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
        raise SlackRefused(method, UNREACHABLE) from error


def _header(headers: Mapping[str, Any], wanted: str) -> str | None:
    for name, value in headers.items():
        if name.lower() == wanted:
            return ",".join(value) if isinstance(value, list) else str(value)
    return None
