"""Decides what a refusal of Microsoft's means: wait, try again later, or never again.

The statuses are those of learn.microsoft.com, Messages in bot conversations, "Status codes from bot
conversational APIs".
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from adapters.refused import PlatformRefused
from bot.app.messenger import DeliveryError

UNREACHABLE: Final = "unreachable"
"""Our own word: no answer, a broken one, or none in time."""
NOT_MICROSOFTS: Final = "not-microsofts-host"
"""Our own word: an address that we do not ask."""
THROTTLED: Final = "Throttled"

TOO_MANY: Final = 429
_UNAUTHORISED: Final = 401

_PERMANENT: Final = frozenset(
    {
        400,  # Bad Argument: the same message again would be no better
        403,  # blocked or removed: nothing is sent until somebody writes to the bot again
        404,  # the conversation or the message is gone
        413,  # MessageSizeTooBig: "Retry request: No"; ours are paged well below it
    }
)
"""The table says "Retry request: No". Not among them: 401, which a new secret mends, and 500; until
then nothing may be lost. What nobody knows is asked again."""

_NOT_HERE: Final = frozenset({403, 404})
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class TeamsRefused(PlatformRefused):
    """Microsoft did not do what it was asked to; ``code`` is its own word for why.

    ``status`` is 0 where there was no answer.
    """

    def __init__(
        self, method: str, status: int, code: str, wait_seconds: float | None = None
    ) -> None:
        self.method = method
        self.status = status
        self.code = code
        self.wait_seconds = wait_seconds
        super().__init__(f"{method}: {status} {code}")

    @property
    def told_as(self) -> str:
        """What the log says of it: the status, where Microsoft gave no word."""
        return self.code or f"http-{self.status}"

    @property
    def permanent(self) -> bool:
        """Whether asking again will not help."""
        return self.status in _PERMANENT and not self.is_our_secret

    @property
    def is_our_secret(self) -> bool:
        """Whether Microsoft does not take our own app id or secret."""
        return self.method == TOKEN or self.status == _UNAUTHORISED

    @property
    def is_not_in_this_chat(self) -> bool:
        """Whether the bot is not, or no longer, in the conversation."""
        return self.status in _NOT_HERE and not self.is_our_secret

    def as_delivery_error(self) -> DeliveryError:
        """The same, as delivery knows it."""
        return DeliveryError(permanent=self.permanent, wait_seconds=self.wait_seconds)


TOKEN: Final = "token"  # noqa: S105 - the name of a call
"""The method of a refusal by which we got no token of our own."""


def code_in(body: bytes) -> str:
    """The connector's word for what was wrong: a name, and nothing that may quote somebody."""
    try:
        return _code_of(json.loads(body))
    except (ValueError, RecursionError):
        return ""


def _code_of(found: object) -> str:
    """The code of ``{"error": {"code"}}``, or the subCode of a message that is JSON itself."""
    if not isinstance(found, Mapping):
        return ""
    error = found.get("error")
    inner = error if isinstance(error, Mapping) else found
    names = [inner.get("code"), inner.get("subCode"), error]
    for name in names:
        if isinstance(name, str) and _CODE.fullmatch(name):
            return name
    message = inner.get("message")
    if isinstance(message, str) and message.lstrip().startswith("{"):
        return code_in(message.encode(errors="replace"))
    return ""


def seconds_in(retry_after: str | None) -> float:
    """How long to wait, at least a second; a while if it is not said."""
    try:
        wait = float(retry_after or "")
    except ValueError:
        return _PAUSE
    return min(max(wait, 1.0), _LONGEST_PAUSE) if wait == wait else _PAUSE  # noqa: PLR0124 - NaN


_PAUSE: Final = 30.0
_LONGEST_PAUSE: Final = 3_600.0
"""The longest window over which Teams counts (learn.microsoft.com: Rate limiting)."""
