"""Decides when the bot asks Microsoft for a token of its own, and how long it uses it.

The secret goes to the school's own tenant at Microsoft's login alone.
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import quote

import aiohttp

from adapters.teams.endpoints import MICROSOFT, Endpoints
from adapters.teams.refusals import (
    TOKEN,
    TOO_MANY,
    UNREACHABLE,
    TeamsRefused,
    code_in,
    seconds_in,
)

_EARLY: Final = 300.0
"""Seconds before its end after which a token is not used any more."""
_OK: Final = 200
_MOST: Final = 64 * 1024


class Tokens(Protocol):
    """Whatever gives the bot's token."""

    async def token(self) -> str:
        """A token for the connector; empty if none is needed. Raises ``TeamsRefused``."""

    def forget(self) -> None:
        """The connector did not take it: another is asked for next time."""


class NoTokens:
    """For a connector on this computer that asks for none (the Playground)."""

    async def token(self) -> str:
        """None."""
        return ""

    def forget(self) -> None:
        """There is nothing to forget."""


class OwnTokens:
    """Tokens for an app of a single tenant, by its secret (OAuth 2.0 client credentials)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        app_id: str,
        secret: str,
        tenant: str,
        *,
        endpoints: Endpoints = MICROSOFT,
        seconds: Callable[[], float] = time.monotonic,
        patience: float = 10.0,
    ) -> None:
        """``seconds`` never goes back. ``patience``: the longest wait for an answer."""
        self._session = session
        self._url = f"{endpoints.login}/{quote(tenant, safe='')}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": secret,
            "scope": endpoints.scope,
        }
        self._seconds = seconds
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._asking = asyncio.Lock()
        self._held = ""
        self._until = 0.0
        self._refused: TeamsRefused | None = None
        self._paused_until = 0.0

    async def token(self) -> str:
        """The token that is held, or a new one. Raises ``TeamsRefused``.

        A pause that Microsoft asks for is kept, and who waited while another was refused is
        refused too: each would find out by itself else, one after another.
        """
        before = self._refused
        async with self._asking:
            if self._held and self._until > self._seconds():
                return self._held
            refused = self._refused
            if refused and (refused is not before or self._seconds() < self._paused_until):
                raise self._again(refused)
            try:
                self._held, lives = await self._asked()
            except TeamsRefused as refused:
                self._refused = refused
                self._paused_until = self._seconds() + (refused.wait_seconds or 0.0)
                raise
            self._until = self._seconds() + lives - _EARLY
            return self._held

    def _again(self, refused: TeamsRefused) -> TeamsRefused:
        left = self._paused_until - self._seconds() if refused.wait_seconds else None
        return TeamsRefused(TOKEN, refused.status, refused.code, left)

    def forget(self) -> None:
        """Another is asked for next time."""
        self._held = ""

    async def _asked(self) -> tuple[str, float]:
        try:
            async with self._session.post(
                self._url, data=self._form, timeout=self._timeout, allow_redirects=False
            ) as came:
                body = await came.content.read(_MOST)
                if came.status != _OK:
                    wait = came.headers.get("Retry-After")
                    pause = seconds_in(wait) if came.status == TOO_MANY else None
                    raise TeamsRefused(TOKEN, came.status, code_in(body), pause)
                found = json.loads(body)
                return str(found["access_token"]), float(found["expires_in"])
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TeamsRefused(TOKEN, 0, UNREACHABLE) from error
        except (ValueError, TypeError, KeyError, RecursionError) as wrong:
            raise TeamsRefused(TOKEN, 0, "unreadable") from wrong
