"""How far this computer's clock is from those of the platforms."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from bot.compose.doctor.findings import Area, AtHand, Finding, Level

_A_LITTLE: Final = timedelta(minutes=1)
_TOO_MUCH: Final = timedelta(minutes=5)
"""Slack's requests and Microsoft's tokens are refused by a clock that is as far off."""
_SECONDS: Final = 10


async def clock_there(session: aiohttp.ClientSession, url: str) -> datetime | None:
    """What the clock of that server shows (UTC); ``None`` if it does not say."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with session.get(url, timeout=timeout, allow_redirects=False) as came:
            return parsedate_to_datetime(came.headers.get("Date", ""))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None


def skew_finding(at: AtHand, there: datetime | None) -> Finding:
    """How far apart the two are; ``there`` was asked for a moment after ``at.now``."""
    if there is None or there.tzinfo is None:
        says = "This computer's clock was compared with no other."
        return Finding(Area.CLOCK, Level.NOTE, says)
    apart = abs(there - at.now)
    if apart < _A_LITTLE:
        return Finding(Area.CLOCK, Level.OK, "This computer's clock is right.")
    minutes = max(round(apart.total_seconds() / 60), 1)
    return Finding(
        Area.CLOCK,
        Level.FAILS if apart >= _TOO_MUCH else Level.WARNING,
        f"This computer's clock is {minutes} minute{'s' if minutes > 1 else ''} off.",
        "Let it be set by itself (NTP): timedatectl set-ntp true",
    )
