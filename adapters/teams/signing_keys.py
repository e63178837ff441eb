"""Decides by which keys the Bot Connector's tokens are verified: fetched once, and kept a day.

Nothing here waits for a server on the event loop, which is why the SDK's own fetching is not used.
"""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from adapters.teams.endpoints import CHANNEL, MICROSOFT, Endpoints, host_of, is_loopback

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FRESH_SECONDS: Final = 24 * 3_600.0
"""Keys are fetched again after a day, as the SDK does."""
KEPT_SECONDS: Final = 5 * 24 * 3_600.0
"""While Microsoft cannot be reached they hold: "may be cached for long periods of time (by default,
5 days)" (learn.microsoft.com: Authentication with the Bot Connector API)."""
UNKNOWN_SECONDS: Final = 3_600.0
"""For a key that nobody knows they are fetched again, once an hour at the most, as the SDK does."""
FAILED_SECONDS: Final = 5.0
"""After a failure nobody is asked for a moment, however many requests come."""

_OK: Final = 200
_MOST: Final = 1024 * 1024


class KeysNotThere(Exception):
    """Microsoft's keys cannot be fetched: nobody can be let in for now.

    ``asked``: this was found out just now, and is not what was found out a moment ago.
    """

    def __init__(self, *, asked: bool) -> None:
        self.asked = asked
        super().__init__("asked just now" if asked else "asked a moment ago")


@dataclass(frozen=True)
class SigningKey:
    """A key and the channels that it may speak for. The SDK reads it by these names."""

    public_key: "RSAPublicKey"
    endorsements: tuple[str, ...]


class SigningKeys:
    """The keys that the OpenID metadata name."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        endpoints: Endpoints = MICROSOFT,
        seconds: Callable[[], float] = time.monotonic,
        patience: float = 5.0,
    ) -> None:
        """``seconds`` never goes back. ``patience``: the longest wait for an answer."""
        self._session = session
        self._endpoints = endpoints
        self._seconds = seconds
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._fetching = asyncio.Lock()
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._failed_at: float | None = None

    async def get(self, key_id: object) -> SigningKey:
        """A key that speaks for Teams. Raises ``PermissionError`` if there is none of that id.

        Raises ``KeysNotThere`` while nobody can say.
        """
        if not isinstance(key_id, str):
            raise PermissionError("signed without a key's name")
        if not self._is_usable(key_id):
            async with self._fetching:
                if self._is_older_than(FRESH_SECONDS):
                    await self._refresh()
                if key_id not in self._keys and self._is_older_than(UNKNOWN_SECONDS):
                    await self._refresh()
        found = self._keys.get(key_id)
        if found is None or CHANNEL not in found.endorsements:
            # The SDK would take a key without any endorsement.
            raise PermissionError("not signed for Teams")
        return found

    def _is_usable(self, key_id: str) -> bool:
        """Whether a key is fresh, or holds while somebody else waits for fresh ones."""
        most = KEPT_SECONDS if self._fetching.locked() else FRESH_SECONDS
        return key_id in self._keys and not self._is_older_than(most)

    def _is_older_than(self, age: float) -> bool:
        return self._fetched_at is None or self._seconds() - self._fetched_at >= age

    async def _refresh(self) -> None:
        asked = self._failed_at is None or self._seconds() - self._failed_at >= FAILED_SECONDS
        if asked:
            try:
                self._keys = await self._fetch()
                self._fetched_at, self._failed_at = self._seconds(), None
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
                self._failed_at = self._seconds()
        if self._failed_at is not None and self._is_older_than(KEPT_SECONDS):
            raise KeysNotThere(asked=asked)

    async def _fetch(self) -> Mapping[str, SigningKey]:
        metadata = await self._document(self._endpoints.metadata)
        where = str(metadata.get("jwks_uri"))
        if host_of(where) != host_of(self._endpoints.metadata):
            raise ValueError("keys of another host")
        keys = (await self._document(where)).get("keys")
        found = dict(filter(None, map(_key_in, keys if isinstance(keys, list) else [])))
        if not found:
            raise ValueError("no keys")
        return found

    async def _document(self, url: str) -> Mapping[str, Any]:
        if not self._is_safe(url):
            raise ValueError("not https")
        async with self._session.get(url, timeout=self._timeout, allow_redirects=False) as came:
            if came.status != _OK:
                raise ValueError("not there")
            body = bytearray()
            while len(body) <= _MOST and (piece := await came.content.read(_MOST)):
                body += piece
        found = json.loads(body)
        return found if isinstance(found, dict) else {}

    def _is_safe(self, url: str) -> bool:
        if url.startswith("https://"):
            return True
        here = self._endpoints.loopback and url.startswith("http://")
        return here and is_loopback(host_of(url))


def _key_in(found: object) -> tuple[str, SigningKey] | None:
    """A key as JWKS has it (RFC 7518, 6.3.1); ``None`` for one that is none of ours to use."""
    if not isinstance(found, dict) or not isinstance(found.get("kid"), str):
        return None
    # Loaded when Teams first comes, as the SDK is.
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers  # noqa: PLC0415

    try:
        public = RSAPublicNumbers(_number(found["e"]), _number(found["n"])).public_key()
    except (ValueError, TypeError, KeyError):
        return None
    named = found.get("endorsements")
    endorsements = tuple(str(each) for each in named) if isinstance(named, list) else ()
    return found["kid"], SigningKey(public, endorsements)


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
