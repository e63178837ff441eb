"""Decides which requests are Slack's, and how they reach Bolt: over HTTP or Socket Mode.

A request is looked at before anything of it is read: its signature, and that it is not older than
five minutes (docs.slack.dev, Verifying requests from Slack).
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock, SignatureVerifier

from adapters.slack.app import Listening
from adapters.slack.logs import sockets_log
from adapters.slack.submitting import PATIENCE
from adapters.slack.workspace import Workspace

PATH: Final = "/slack/events"
ACTS_END_SECONDS: Final = 5.0


class NotSlacks(ValueError):
    """A request that Slack did not make, or made too long ago."""


class _ClockOf(Clock):
    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds()


class SlackServer:
    """The door for Slack: HTTP with a signing secret, Socket Mode with an app token, or both."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        signing_secret: str = "",
        app_token: str = "",
        seconds: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        """``seconds`` is the time since 1970, by which a request is too old."""
        self._listening = Listening(workspace, patience=patience)
        self._bolt: AsyncApp = self._listening.app()
        self._app_token = app_token
        self._socket: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._verifier = (
            SignatureVerifier(signing_secret, _ClockOf(seconds)) if signing_secret else None
        )

    def routes(self) -> list[web.RouteDef]:
        """Where Slack comes to, if it comes by HTTP."""
        return [web.post(PATH, self._http)] if self._verifier else []

    def connect(self) -> None:
        """Goes to Slack, if there is an app token; lost connections are made anew."""
        if not self._app_token:
            return
        self._socket = AsyncSocketModeHandler(
            self._bolt, self._app_token, logger=sockets_log(), ping_interval=10
        )
        self._connecting = asyncio.create_task(self._socket.connect_async())  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Takes nothing more, and answers what came in."""
        if self._connecting is not None:
            self._connecting.cancel()
            with suppress(asyncio.CancelledError):
                await self._connecting
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        await self._listening.finish(ACTS_END_SECONDS)

    async def _http(self, request: web.Request) -> web.Response:
        try:
            body = await request.read()
            payload = self._payload(body, request.headers)
        except NotSlacks:
            return web.Response(status=401)
        return await to_aiohttp_response(await self.dispatch(payload, request.headers))

    async def dispatch(self, payload: Mapping[str, Any], headers: Mapping[str, str]) -> Any:  # noqa: ANN401 - Bolt's
        """Bolt's answer to a payload that is Slack's own."""
        # Read by ourselves, since Bolt drops a command in whose text "payload" stands; as in Socket
        # Mode it then comes as a whole.
        retried = {n.lower(): v for n, v in headers.items() if n.lower().startswith("x-slack-re")}
        request = AsyncBoltRequest(body=dict(payload), mode="socket_mode", headers=dict(retried))
        return await self._bolt.async_dispatch(request)

    def _payload(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """What Slack says. Raises ``NotSlacks``."""
        stamp = headers.get("X-Slack-Request-Timestamp")
        signature = headers.get("X-Slack-Signature")
        try:
            if self._verifier is None or not self._verifier.is_valid(body, stamp, signature):
                raise NotSlacks
            return payload_in(body.decode("utf-8"))
        except (ValueError, TypeError, RecursionError) as wrong:
            # A stamp that is no number, a signature that is no ASCII, a body that is no UTF-8.
            raise NotSlacks from wrong


def payload_in(body: str) -> Mapping[str, Any]:
    """A body as Slack writes it: JSON, a form, or a form with JSON in it. Raises ``ValueError``."""
    found: object
    if body.startswith("{"):
        found = json.loads(body)
    else:
        form = dict(parse_qsl(body, keep_blank_values=True))
        found = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(found, dict):
        raise NotSlacks
    return found
