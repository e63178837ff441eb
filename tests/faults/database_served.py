"""A real process whose database goes away and comes back: what it tells those who watch over it."""

import asyncio
import os
import sys
from collections.abc import Callable
from time import monotonic

import aiohttp

from tests.adapters.slack.at_work import add_people
from tests.adapters.slack.member import SECRET
from tests.adapters.slack.stand_in import TOKEN, StandIn
from tests.fakes import RunningClock
from tests.faults.places import Place
from tests.running_trial import ROOT

_SOON = 40.0
"""Seconds within which those who watch must hear of it: a load balancer asks every few."""
_BETWEEN = 0.2


def readiness_tells(
    place: Place, stop: Callable[[], object], start: Callable[[], object]
) -> list[str]:
    """What was wrong with ``/readyz`` before, during and after; the process is never restarted."""
    return asyncio.run(_readiness(place, stop, start))


async def _readiness(
    place: Place, stop: Callable[[], object], start: Callable[[], object]
) -> list[str]:
    slack = StandIn(RunningClock())
    add_people(slack)
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "REPORT_POST_DATA": str(place.folder),
        "REPORT_POST_DATABASE": place.url,
    }
    config = ROOT / "bot" / "sample_school.toml"
    async with slack.server() as server, aiohttp.ClientSession() as session:
        slack.origin = f"http://127.0.0.1:{server.port}"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.adapters.slack.serve_here"),
            *(str(config), f"{slack.origin}/api/"),
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            origin = (await process.stdout.readline()).decode().strip()
            wrong = []
            if not await _becomes(session, origin, 200):
                wrong.append("the process was not ready")
            stop()
            if not await _becomes(session, origin, 503):
                wrong.append(f"without its database it called itself ready for {_SOON:.0f} s")
            start()
            if not await _becomes(session, origin, 200):
                wrong.append(f"{_SOON:.0f} s after its database came back it was not ready")
            if process.returncode is not None:
                wrong.append("the process ended with its database")
            return wrong
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _becomes(session: aiohttp.ClientSession, origin: str, status: int) -> bool:
    """Whether ``/readyz`` answers so before long."""
    until = monotonic() + _SOON
    while monotonic() < until:
        async with session.get(f"{origin}/readyz") as answer:
            if answer.status == status:
                return True
        await asyncio.sleep(_BETWEEN)
    return False
