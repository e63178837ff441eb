"""Decides which requests are activities, and how they are answered.

Nothing is read before somebody shows a token; what is wrong with a request is said by its status
alone.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import web

from adapters.teams.cloud import OnTurn, TeamsAdapter
from adapters.teams.endpoints import host_of, is_loopback
from adapters.teams.logs import quiet_libraries

PATH: Final = "/api/messages"
MOST_BYTES: Final = 1024 * 1024
"""An activity; the Azure Bot Service's own limit is 256 KB, and pictures are fetched."""

_TURNED_AWAY: Final = frozenset({401, 403})
_MOST_HEARD: Final = 4 * MOST_BYTES
_JSON: Final = "application/json"
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class NoActivity(ValueError):
    """A request that holds none; ``status`` says why not."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


class TeamsServer:
    """The door for Teams."""

    def __init__(
        self,
        adapter: TeamsAdapter,
        on_turn: OnTurn,
        turned_away: Callable[[], None] = lambda: None,
    ) -> None:
        """``turned_away`` hears of each request that is not the Bot Connector's, or not for us."""
        self._adapter = adapter
        self._on_turn = on_turn
        self._turned_away = turned_away
        quiet_libraries()

    def routes(self) -> list[web.RouteDef]:
        """Where the Bot Connector comes to."""
        return [web.post(PATH, self._messages)]

    async def _messages(self, request: web.Request) -> web.Response:
        answer = await self._answer(request)
        if answer.status in _TURNED_AWAY:
            self._turned_away()
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        if self._adapter.trusts_this_computer and not is_from_this_computer(request):
            return web.Response(status=403)
        header = request.headers.get("Authorization", "")
        if not header and not self._adapter.trusts_this_computer:
            return web.Response(status=401)
        try:
            found = await _activity_in(request)
        except NoActivity as none:
            return web.Response(status=none.status)
        status, body = await self._adapter.process(found, header, self._on_turn)
        if body is None:
            return web.Response(status=status)
        return web.json_response(body, status=status)


def is_from_this_computer(request: web.Request) -> bool:
    """Whether a request was made here, for here, and nobody passed it on."""
    passed_on = any(name in request.headers for name in _FORWARDED)
    asked_for = host_of(f"//{request.headers.get('Host', '')}")
    return is_loopback(request.remote or "") and is_loopback(asked_for) and not passed_on


async def _activity_in(request: web.Request) -> Mapping[str, Any]:
    """The JSON object of a request. Raises ``NoActivity``."""
    if request.content_type != _JSON:
        raise NoActivity(415)
    body = await _body_of(request)
    try:
        found = json.loads(body)
        if b"\\ud" in body.lower():
            # Half of a pair is no character: nothing could be written with it.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as wrong:
        raise NoActivity(400) from wrong
    if not isinstance(found, dict):
        raise NoActivity(400)
    return found


async def _body_of(request: web.Request) -> bytes:
    """The body. A little too much is read to its end, so that the answer can be heard."""
    body, size = bytearray(), 0
    async for piece in request.content.iter_any():
        size += len(piece)
        if size <= MOST_BYTES:
            body += piece
        elif size > _MOST_HEARD:
            break
    if size > MOST_BYTES:
        raise NoActivity(413)
    return bytes(body)
