"""Decides which requests are Slack's, and how they reach Bolt: over HTTP or Socket Mode.

A request is looked at before anything of it is read: its signature, and that it is not older than
five minutes (docs.slack.dev, Verifying requests from Slack).
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock, SignatureVerifier

from adapters.slack.app import Listening
from adapters.slack.hosts import PATH
from adapters.slack.sound import NotSound, sound
from adapters.slack.submitting import PATIENCE
from adapters.slack.workspace import Workspace

if TYPE_CHECKING:
    from adapters.slack.socket import SlackSocket

ACTS_END_SECONDS: Final = 5.0
"""So long what came in is worked on while the process is being stopped."""
FAREWELL_SECONDS: Final = 3.0
"""And so long Slack may take to be told of what was done, and of what was not."""


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
        turned_away: Callable[[], None] = lambda: None,
        seconds: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        """``turned_away`` hears of each request that is not Slack's.

        ``seconds`` is the time since 1970, by which a request is too old.
        """
        self._turned_away = turned_away
        self._listening = Listening(workspace, patience=patience)
        self._bolt: AsyncApp = self._listening.app()
        self._app_token = app_token
        self.socket: SlackSocket | None = None
        self._verifier = (
            SignatureVerifier(signing_secret, _ClockOf(seconds)) if signing_secret else None
        )

    def routes(self) -> list[web.RouteDef]:
        """Where Slack comes to, if it comes by HTTP."""
        return [web.post(PATH, self.http)] if self._verifier else []

    def connect(self) -> None:
        """Goes to Slack, if there is an app token; lost connections are made anew."""
        if not self._app_token:
            return
        from adapters.slack.socket import SlackSocket  # noqa: PLC0415 - HTTP does without

        self.socket = SlackSocket(self._bolt, self._app_token, self._listening.not_read)
        self.socket.open()

    async def close(self) -> None:
        """Takes nothing more, and answers what came in."""
        if self.socket is not None:
            await self.socket.close()
        await self._listening.finish(ACTS_END_SECONDS, FAREWELL_SECONDS)

    async def http(self, request: web.Request) -> web.Response:
        """Answers a request; 401 if it is not Slack's.

        What is Slack's and cannot be read is acknowledged: Slack would send the same again.
        """
        try:
            body = await request.read()
            payload = payload_in(self._signed(body, request.headers))
        except NotSlacks:
            self._turned_away()
            return web.Response(status=401)
        except NotSound as wrong:
            answer = self._listening.not_read(wrong)
            return web.json_response(answer) if answer else web.Response()
        return await to_aiohttp_response(await self.dispatch(payload, request.headers))

    async def dispatch(self, payload: Mapping[str, Any], headers: Mapping[str, str]) -> Any:  # noqa: ANN401 - Bolt's
        """Bolt's answer to a payload that is Slack's own."""
        # Read by ourselves, since Bolt drops a command in whose text "payload" stands; as in Socket
        # Mode it then comes as a whole.
        retried = {n.lower(): v for n, v in headers.items() if n.lower().startswith("x-slack-re")}
        request = AsyncBoltRequest(body=dict(payload), mode="socket_mode", headers=dict(retried))
        return await self._bolt.async_dispatch(request)

    def _signed(self, body: bytes, headers: Mapping[str, str]) -> str:
        """What Slack says. Raises ``NotSlacks``."""
        stamp = headers.get("X-Slack-Request-Timestamp")
        signature = headers.get("X-Slack-Signature")
        try:
            if self._verifier is None or not self._verifier.is_valid(body, stamp, signature):
                raise NotSlacks
            return body.decode("utf-8")
        except (ValueError, TypeError) as wrong:
            # A stamp that is no number, a signature that is no ASCII, a body that is no UTF-8.
            raise NotSlacks from wrong


def payload_in(body: str) -> Mapping[str, Any]:
    """A body as Slack writes it: JSON, a form, or a form with JSON in it. Raises ``NotSound``."""
    found: object
    try:
        if body.startswith("{"):
            found = json.loads(body)
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            found = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as wrong:
        raise NotSound from wrong
    return sound(found)
