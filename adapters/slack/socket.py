"""The line that is kept open to Slack (Socket Mode), and how its health is known.

The library's own log stays silent: its errors quote the address, which holds a ticket to connect.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters import diary
from adapters.connection import Connection
from adapters.metrics import Entrance
from adapters.slack.logs import sockets_log
from adapters.slack.sound import NotSound, sound

_PING: Final = 10.0
"""Seconds between two looks whether the line still carries anything."""


class SlackSocket:
    """Takes what Slack sends over a line that we open. Needs a running event loop."""

    def __init__(
        self,
        bolt: AsyncApp,
        app_token: str,
        not_read: Callable[[NotSound], Mapping[str, Any]],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``not_read`` answers what cannot be read; ``seconds`` never goes back."""
        self._bolt = bolt
        self._not_read = not_read
        self._client = _Client(
            app_token=app_token,
            logger=sockets_log(),
            web_client=bolt.client,
            ping_interval=_PING,
        )
        self._client.socket_mode_request_listeners.append(self._take)
        self.connection = Connection(Entrance.SLACK, self._is_up, seconds)
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Connects, again and again until it is closed; a lost connection is made anew."""
        connecting = asyncio.create_task(self._client.connect())  # type: ignore[no-untyped-call]
        self._tasks = [connecting, asyncio.create_task(self.connection.watch())]

    async def close(self) -> None:
        """Takes nothing more."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _is_up(self) -> bool:
        up = await self._client.is_connected()
        if not up:
            # The library would knock for ever at an address whose ticket has run out meanwhile.
            self._client.wss_uri = None
        return up

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        try:
            request.payload = dict(sound(request.payload))
        except NotSound as wrong:
            # Without an answer it would come again.
            said = SocketModeResponse(request.envelope_id, dict(self._not_read(wrong)) or None)
            await client.send_socket_mode_response(said)
            return
        answer = await run_async_bolt_app(self._bolt, request)
        await send_async_response(client, request, answer, began)


class _Client(SocketModeClient):
    """Says why Slack does not let us connect: a token that was revoked is seen in the log."""

    async def issue_new_wss_url(self) -> str:
        """Where to connect. Raises ``SlackApiError``."""
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as refused:
            diary.not_connected(Entrance.SLACK, refused.response.get("error"))
            raise
