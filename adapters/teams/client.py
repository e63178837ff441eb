"""Decides what is asked of the Bot Connector and how: every call of ours, and no other.

A pause that Microsoft asked for is kept for its method and conversation; nothing is sent meanwhile.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from adapters.teams.endpoints import CHANNEL, MICROSOFT, Endpoints
from adapters.teams.references import Reference
from adapters.teams.refusals import (
    NOT_MICROSOFTS,
    THROTTLED,
    TOO_MANY,
    UNREACHABLE,
    TeamsRefused,
    code_in,
    seconds_in,
)
from adapters.teams.tokens import Tokens

SECONDS: Final = 10.0
"""The longest wait for an answer."""
UPLOAD_SECONDS: Final = 120.0
"""The longest time for a piece of a file."""
UPLOADED: Final = 32 * 320 * 1024
"""Bytes of a piece; OneDrive takes multiples of 320 KiB, and at most 60 MiB."""
_OK: Final = 200
_DONE: Final = range(200, 300)
_UNAUTHORISED: Final = 401
_PIECE: Final = 64 * 1024
_MOST_ANSWER: Final = 1024 * 1024
_MOST_CHATS: Final = 10_000

Answer = Mapping[str, Any]
Activity = Mapping[str, Any]


class TeamsClient:
    """The Bot Connector as we use it. Every method raises ``TeamsRefused``."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        *,
        endpoints: Endpoints = MICROSOFT,
        seconds: Callable[[], float] = time.monotonic,
        patience: float = SECONDS,
    ) -> None:
        """``seconds`` never goes back. The session is the caller's to close."""
        self.endpoints = endpoints
        self._session = session
        self._tokens = tokens
        self._seconds = seconds
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._pauses: dict[tuple[str, str], float] = {}
        self._chats: dict[tuple[str, str], str] = {}

    async def send(self, where: Reference, activity: Activity) -> str:
        """Posts an activity; the id by which it is updated and deleted."""
        path = f"{_conversation(where)}/activities"
        answer = await self._call("send", "POST", where, path, _addressed(activity, where))
        return str(answer.get("id") or "")

    async def update(self, where: Reference, activity_id: str, activity: Activity) -> None:
        """Shows an activity of ours anew."""
        path = f"{_conversation(where)}/activities/{quote(activity_id, safe='')}"
        body = {**_addressed(activity, where), "id": activity_id}
        await self._call("update", "PUT", where, path, body)

    async def delete(self, where: Reference, activity_id: str) -> None:
        """Takes an activity of ours back."""
        path = f"{_conversation(where)}/activities/{quote(activity_id, safe='')}"
        await self._call("delete", "DELETE", where, path)

    async def member(self, where: Reference, user: str) -> Answer:
        """An account, as a conversation that both it and the bot are in shows it."""
        path = f"{_conversation(where)}/members/{quote(user, safe='')}"
        return await self._call("member", "GET", where, path)

    async def chat_with(self, where: Reference, user: str) -> Reference:
        """Somebody's own chat with the bot, if they have the app; asked for once."""
        known = self._chats.get((where.service_url, user))
        if known is not None:
            return where.chat_of(user, known)
        body = {
            "bot": {"id": where.bot},
            "members": [{"id": user}],
            "isGroup": False,
            "tenantId": where.tenant,
            "channelData": {"tenant": {"id": where.tenant}},
        }
        asked = where.chat_of(user, user)
        answer = await self._call("chat", "POST", asked, "v3/conversations", body)
        conversation = answer.get("id")
        if not isinstance(conversation, str) or not conversation:
            raise TeamsRefused("chat", 0, UNREACHABLE)
        if len(self._chats) >= _MOST_CHATS:
            self._chats.clear()
        self._chats[where.service_url, user] = conversation
        return where.chat_of(user, conversation)

    async def fetch(self, url: str, most: int, service_url: str) -> bytes:
        """The bytes of a file that somebody put into a chat, at most one more than ``most``.

        From Microsoft's hosts alone, and the bot's token is shown to the connector's own host
        alone. No redirection is followed: a missing right would lead to a page to sign in.
        """
        if not self.endpoints.is_file(url, service_url):
            raise TeamsRefused("fetch", 0, NOT_MICROSOFTS)
        ours = self.endpoints.is_connectors(url, service_url)
        headers = await self._headers() if ours else {}
        try:
            async with self._session.get(
                url, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as came:
                if came.status != _OK or came.content_type == "text/html":
                    raise TeamsRefused("fetch", came.status, f"http-{came.status}")
                return await _read(came.content, most)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise TeamsRefused("fetch", 0, UNREACHABLE) from error

    async def upload(self, url: str, content: bytes) -> None:
        """Puts a file into somebody's OneDrive, at the address that came with their consent.

        The address alone gives the right; the bot's token goes to no such host. In several pieces
        where it is large (learn.microsoft.com/onedrive: Upload bytes to the upload session).
        """
        if not self.endpoints.is_onedrive(url):
            raise TeamsRefused("upload", 0, NOT_MICROSOFTS)
        slowly = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
        for first in range(0, len(content), UPLOADED):
            piece = content[first : first + UPLOADED]
            last = first + len(piece) - 1
            headers = {
                "Content-Range": f"bytes {first}-{last}/{len(content)}",
                "Content-Type": "application/octet-stream",
            }
            try:
                async with self._session.put(
                    url, data=piece, headers=headers, allow_redirects=False, timeout=slowly
                ) as came:
                    if came.status not in _DONE:
                        raise TeamsRefused("upload", came.status, f"http-{came.status}")
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise TeamsRefused("upload", 0, UNREACHABLE) from error

    async def _call(
        self, method: str, verb: str, where: Reference, path: str, body: Activity | None = None
    ) -> Answer:
        if not self.endpoints.is_service(where.service_url):
            raise TeamsRefused(method, 0, NOT_MICROSOFTS)
        about = where.conversation
        self._ask_pause(method, about)
        url = f"{where.service_url.rstrip('/')}/{path}"
        headers = await self._headers()
        try:
            async with self._session.request(
                verb, url, json=body, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as came:
                found = await _read(came.content, _MOST_ANSWER)
                if came.status in _DONE:
                    return _answer_in(method, found)
                raise self._refusal(method, about, came, found)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TeamsRefused(method, 0, UNREACHABLE) from error

    async def _headers(self) -> dict[str, str]:
        token = await self._tokens.token()
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _ask_pause(self, method: str, about: str) -> None:
        left = self._pauses.get((method, about), 0.0) - self._seconds()
        if left > 0:
            raise TeamsRefused(method, TOO_MANY, THROTTLED, left)
        self._pauses.pop((method, about), None)

    def _refusal(
        self, method: str, about: str, came: aiohttp.ClientResponse, body: bytes
    ) -> TeamsRefused:
        if came.status == _UNAUTHORISED:
            self._tokens.forget()
        if came.status != TOO_MANY:
            return TeamsRefused(method, came.status, code_in(body))
        wait = seconds_in(came.headers.get("Retry-After"))
        self._pauses[method, about] = self._seconds() + wait
        return TeamsRefused(method, TOO_MANY, THROTTLED, wait)


def _conversation(where: Reference) -> str:
    return f"v3/conversations/{quote(where.conversation, safe='')}"


def _addressed(activity: Activity, where: Reference) -> dict[str, Any]:
    """The activity with where it goes, and who says it; by ids alone."""
    given = activity.get("channelData")
    data = dict(given) if isinstance(given, Mapping) else {}
    made = {
        **activity,
        "channelId": CHANNEL,
        "serviceUrl": where.service_url,
        "from": {"id": where.bot},
        "conversation": {"id": where.conversation, "tenantId": where.tenant},
        "channelData": {**data, "tenant": {"id": where.tenant}},
    }
    if where.user:
        made["recipient"] = {"id": where.user}
    return made


def _answer_in(method: str, body: bytes) -> Answer:
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise TeamsRefused(method, 0, UNREACHABLE) from wrong
    return found if isinstance(found, dict) else {}


async def _read(content: aiohttp.StreamReader, most: int) -> bytes:
    """Everything, or one byte more than ``most``: so that too much is seen and not taken in."""
    found = bytearray()
    while len(found) <= most and (piece := await content.read(_PIECE)):
        found += piece
    return bytes(found[: most + 1])
