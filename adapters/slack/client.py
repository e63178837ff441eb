"""Decides what is asked of Slack's Web API and how: every call of ours, and no other.

A pause that Slack asked for is kept for its method and channel; nothing is sent meanwhile.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.hosts import SLACK, Hosts
from adapters.slack.refusals import RATE_LIMITED, UNREACHABLE, SlackRefused

SECONDS: Final = 10
"""The longest wait for an answer."""
UPLOAD_SECONDS: Final = 300
"""The longest time for the bytes of a file: a copy of a whole case may be large."""
PICTURE_SECONDS: Final = 20
"""The longest time for the bytes of a picture, for which a message waits."""
_PAUSE: Final = 30.0
"""Seconds to wait if Slack asks for a pause and does not say how long."""
_OK: Final = 200
_TOO_MANY: Final = 429
_SERVER_IS_DOWN: Final = 500
_PIECE: Final = 64 * 1024
_NO_CHAT_YET: Final = frozenset({"channel_not_found", "not_in_channel"})


@dataclass(frozen=True)
class NewFile:
    """A file that is announced to Slack: its id, and where its bytes go."""

    id: str
    url: str


Blocks = Sequence[dict[str, Any]]
Answer = Mapping[str, Any]


class _WebAnswer(Protocol):
    @property
    def data(self) -> Any: ...  # noqa: ANN401 - slack_sdk's


class SlackClient:
    """Slack's Web API as we use it. Every method raises ``SlackRefused``."""

    def __init__(
        self,
        token: str,
        session: aiohttp.ClientSession,
        *,
        hosts: Hosts = SLACK,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``seconds`` is a clock that never goes back. The session is the caller's to close."""
        self.web = AsyncWebClient(
            token=token, base_url=hosts.api, timeout=SECONDS, session=session, retry_handlers=[]
        )
        self._token = token
        self._session = session
        self._hosts = hosts
        # A stand-in on this computer has no certificate; Slack's own addresses always have.
        self._schemes = {"https", urlsplit(hosts.api).scheme}
        self._seconds = seconds
        self._pauses: dict[tuple[str, str], float] = {}
        self._chats: dict[str, str] = {}

    def for_bolt(self) -> AsyncWebClient:
        """A client for Bolt, which asks once who we are.

        Without our connections: Bolt copies its client, deeply, for each lazy listener, and fails
        at what cannot be copied.
        """
        return AsyncWebClient(
            token=self._token, base_url=self.web.base_url, timeout=SECONDS, retry_handlers=[]
        )

    async def identity(self) -> Answer:
        """Whose token this is: ``team_id``, ``user_id``, ``bot_id``."""
        return await self._call("auth.test", "", self.web.auth_test)

    async def user(self, user: str) -> Answer:
        """An account by its id."""
        answer = await self._call("users.info", "", lambda: self.web.users_info(user=user))
        found: Answer = answer["user"]
        return found

    async def user_by_email(self, email: str) -> Answer | None:
        """The active account of an address, if there is one."""
        try:
            answer = await self._call(
                "users.lookupByEmail", "", lambda: self.web.users_lookupByEmail(email=email)
            )
        except SlackRefused as refused:
            if refused.code == "users_not_found":
                return None
            raise
        found: Answer = answer["user"]
        return found

    async def chat_with(self, user: str) -> str:
        """The channel in which the bot and that person talk."""
        if user not in self._chats:
            answer = await self._call(
                "conversations.open", user, lambda: self.web.conversations_open(users=[user])
            )
            self._chats[user] = str(answer["channel"]["id"])
        return self._chats[user]

    async def say(self, user: str, blocks: Blocks, text: str) -> tuple[str, str]:
        """Posts a message in the chat of the bot and a person; its channel and timestamp.

        Of a chat that is not known yet nothing is asked: a message goes to the person's id
        (docs.slack.dev, chat.postMessage, "Post to a direct message"), and the answer names the
        chat. ``conversations.open`` takes fifty calls a minute, which a morning's round-ups exceed.
        """
        known = self._chats.get(user)
        if known is None:
            try:
                channel, ts = await self._posted(user, blocks, text)
            except SlackRefused as refused:
                if refused.code not in _NO_CHAT_YET:
                    raise
            else:
                self._chats[user] = channel
                return channel, ts
        # It says more clearly why somebody cannot be reached, too.
        channel = await self.chat_with(user)
        return channel, await self.post(channel, blocks, text)

    async def post(self, channel: str, blocks: Blocks, text: str) -> str:
        """Posts a message; the timestamp by which Slack knows it. Links are not unfolded."""
        return (await self._posted(channel, blocks, text))[1]

    async def _posted(self, channel: str, blocks: Blocks, text: str) -> tuple[str, str]:
        answer = await self._call(
            "chat.postMessage",
            channel,
            lambda: self.web.chat_postMessage(
                channel=channel, blocks=list(blocks), text=text, unfurl_links=False,
                unfurl_media=False,
            ),
        )  # fmt: skip
        return str(answer.get("channel", channel)), str(answer["ts"])

    async def update(self, channel: str, ts: str, blocks: Blocks, text: str) -> None:
        """Shows a message of ours anew."""
        await self._call(
            "chat.update",
            channel,
            lambda: self.web.chat_update(channel=channel, ts=ts, blocks=list(blocks), text=text),
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Takes a message of ours back."""
        await self._call(
            "chat.delete", channel, lambda: self.web.chat_delete(channel=channel, ts=ts)
        )

    async def open_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Opens a modal."""
        await self._call(
            "views.open", "", lambda: self.web.views_open(trigger_id=trigger, view=dict(view))
        )

    async def push_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Lays a modal on the one that is open; three at most."""
        await self._call(
            "views.push", "", lambda: self.web.views_push(trigger_id=trigger, view=dict(view))
        )

    async def update_view(
        self, view_id: str, view: Mapping[str, Any], hash_: str | None = None
    ) -> None:
        """Shows a modal anew; with ``hash_`` only if nothing else changed it meanwhile."""
        await self._call(
            "views.update",
            "",
            lambda: self.web.views_update(view_id=view_id, view=dict(view), hash=hash_),
        )

    async def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        """Shows somebody's App Home anew."""
        await self._call(
            "views.publish", user, lambda: self.web.views_publish(user_id=user, view=dict(view))
        )

    async def upload(
        self, name: str, content: bytes, alt: str, title: str, channel: str | None = None
    ) -> str:
        """Uploads a picture; its id. In no channel it shows only where a block names it."""
        file = await self.begin_upload(name, len(content), alt)
        await self.send_upload(file, content, PICTURE_SECONDS)
        await self.share_upload(file, title, channel or "")
        return file.id

    async def begin_upload(self, name: str, length: int, alt: str | None = None) -> NewFile:
        """Announces a file; until ``share_upload`` it is Slack's to throw away."""
        answer = await self._call(
            "files.getUploadURLExternal",
            "",
            lambda: self.web.files_getUploadURLExternal(filename=name, length=length, alt_txt=alt),
        )
        return NewFile(str(answer["file_id"]), str(answer["upload_url"]))

    async def send_upload(
        self, file: NewFile, content: bytes, most_seconds: float = UPLOAD_SECONDS
    ) -> None:
        """The bytes."""
        slowly = aiohttp.ClientTimeout(total=most_seconds, sock_connect=SECONDS)
        await self._send(file.url, self._hosts.files, data=content, timeout=slowly)

    async def share_upload(
        self, file: NewFile, title: str, channel: str = "", blocks: Blocks = ()
    ) -> None:
        """Makes a file of it, in that channel beside those words, or in none."""
        await self._call(
            "files.completeUploadExternal",
            channel,
            lambda: self.web.files_completeUploadExternal(
                files=[{"id": file.id, "title": title}],
                channel_id=channel or None,
                blocks=json.dumps(list(blocks)) if blocks else None,
            ),
        )

    async def delete_file(self, file: str) -> None:
        """Takes an uploaded file away again."""
        await self._call("files.delete", "", lambda: self.web.files_delete(file=file))

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Says something to the person alone, where they acted."""
        await self._send(response_url, self._hosts.responses, json=dict(body))

    async def fetch_file(self, file: str, most: int) -> bytes:
        """The bytes of a file that a person added to a form, at most one more than ``most``.

        The bot's token is shown to Slack's own host alone, and no redirection is followed: a
        missing right would lead to a page that asks for a password.
        """
        answer = await self._call("files.info", "", lambda: self.web.files_info(file=file))
        found = answer["file"]
        url = str(found.get("url_private_download") or found.get("url_private") or "")
        self._ask_host(url, self._hosts.files, "files")
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as came:
                if came.status != _OK or came.content_type == "text/html":
                    raise SlackRefused("files", f"http-{came.status}")
                return await _read(came.content, most)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackRefused("files", UNREACHABLE) from error

    async def _send(self, url: str, hosts: frozenset[str], **given: Any) -> None:  # noqa: ANN401 - aiohttp's
        self._ask_host(url, hosts, "send")
        self._ask_pause(url, "")
        try:
            async with self._session.post(url, allow_redirects=False, **given) as came:
                if came.status != _OK:
                    raise self._paused(url, "", came.status, came.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackRefused("send", UNREACHABLE) from error

    def _ask_host(self, url: str, hosts: frozenset[str], method: str) -> None:
        try:
            parts = urlsplit(url)
            name = parts.hostname or ""
        except ValueError as wrong:
            raise SlackRefused(method, "not-slacks-host") from wrong
        if parts.scheme not in self._schemes or name not in hosts or parts.username:
            raise SlackRefused(method, "not-slacks-host")

    async def _call(
        self, method: str, about: str, call: Callable[[], Awaitable[_WebAnswer]]
    ) -> Answer:
        self._ask_pause(method, about)
        try:
            answer = await call()
        except SlackApiError as error:
            raise self._refusal(method, about, error) from error
        except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
            raise SlackRefused(method, UNREACHABLE) from error
        data: Answer = answer.data
        return data

    def _ask_pause(self, method: str, about: str) -> None:
        left = self._pauses.get((method, about), 0.0) - self._seconds()
        if left > 0:
            raise SlackRefused(method, RATE_LIMITED, left)
        self._pauses.pop((method, about), None)

    def _refusal(self, method: str, about: str, error: SlackApiError) -> SlackRefused:
        said = error.response
        data = getattr(said, "data", None)
        code = data.get("error") if isinstance(data, dict) else None
        status = int(getattr(said, "status_code", 0) or getattr(said, "status", 0) or 0)
        headers = getattr(said, "headers", {}) or {}
        if code == RATE_LIMITED or status == _TOO_MANY or code is None:
            return self._paused(method, about, _TOO_MANY if code else status, headers)
        if status >= _SERVER_IS_DOWN:
            return SlackRefused(method, UNREACHABLE)
        return SlackRefused(method, str(code))

    def _paused(
        self, method: str, about: str, status: int, headers: Mapping[str, str]
    ) -> SlackRefused:
        if status != _TOO_MANY:
            return SlackRefused(method, UNREACHABLE)
        wait = _seconds_in(headers)
        self._pauses[method, about] = self._seconds() + wait
        return SlackRefused(method, RATE_LIMITED, wait)


def _seconds_in(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return max(float(given), 1.0)
    except ValueError:
        return _PAUSE


async def _read(content: aiohttp.StreamReader, most: int) -> bytes:
    """Everything, or one byte more than ``most``: so that too much is seen and not taken in."""
    found = bytearray()
    while len(found) <= most and (piece := await content.read(_PIECE)):
        found += piece
    return bytes(found[: most + 1])
