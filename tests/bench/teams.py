"""How long Teams waits for the next page of a report, beside a bare bot that says what it hears.

Ours: a page is submitted in a dialog, the draft is kept on disk, and the next page comes back. The
bare one: a message, answered through the same Bot Connector. Both look at the token alike.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, cast

from tests.adapters.teams.activities import a_message
from tests.adapters.teams.sitting import FIRST
from tests.adapters.teams.stand_in import StandIn
from tests.adapters.teams.teams_user import Line as TheirLine
from tests.adapters.teams.teams_user import TeamsUser
from tests.bench.ack_apart import Places
from tests.bench.ack_asking import Line, activity_request
from tests.bench.ack_processes import an_echo, ours, staff_in_teams, stand_ins

ROUNDS = 10
EACH = 20
_BREATH_SECONDS = 0.3


def measure() -> Iterator[tuple[str, float]]:
    """The ratio of the medians, and both in milliseconds."""
    with ExitStack() as stack:
        places = stack.enter_context(stand_ins())
        folder = stack.enter_context(TemporaryDirectory(prefix="report-post-bench-"))
        us = stack.enter_context(ours(places, folder))
        bare = stack.enter_context(an_echo(places))
        pages, echoes = asyncio.run(_asked(us.port, bare.port, places))
    yield "teams_ack_vs_bare", median(pages) / median(echoes)
    yield "teams_ack_page_ms", median(pages) * 1000
    yield "teams_ack_echo_ms", median(echoes) * 1000


async def _asked(us: int, bare: int, places: Places) -> tuple[list[float], list[float]]:
    ours_line, bare_line = await Line.to(us), await Line.to(bare)
    pages: list[float] = []
    echoes: list[float] = []
    for turn in range(ROUNDS + 1):
        took = await _next_pages(ours_line, places, turn)
        again = await _echoes(bare_line, places)
        if turn:  # the first round warms up
            pages += took
            echoes += again
    await ours_line.close()
    await bare_line.close()
    return pages, echoes


async def _next_pages(line: Line, places: Places, turn: int) -> list[float]:
    """Begins reports, and then submits the first page of each."""
    begun = []
    timed = _Timed(line)
    for number in range(EACH):
        user = TeamsUser(StandIn(), cast("TheirLine", timed), staff_in_teams(places))
        link = f"https://www.facebook.com/groups/1/posts/{turn}{number:04}"
        await user.forward(a_message(f'<a href="{link}">{link}</a>'))
        for name, answer in FIRST.items():
            user.fill(name, answer)
        begun.append(user)
    # Of each report the chat is told as well, behind the answer; a person takes longer than that.
    await asyncio.sleep(_BREATH_SECONDS)
    timed.took.clear()
    for user in begun:
        status, answer = await user.press("Next")
        if status != 200 or answer["task"]["type"] != "continue":
            raise RuntimeError(answer)
    return list(timed.took)


async def _echoes(line: Line, places: Places) -> list[float]:
    timed = _Timed(line)
    staff = staff_in_teams(places)
    for number in range(EACH):
        status, _ = await timed.send(staff.message(f"Hello {number}"))
        if status != 200:
            raise RuntimeError(status)
    return timed.took


class _Timed:
    """The way from Teams to a bot, with a clock."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.took: list[float] = []

    async def send(self, activity: dict[str, Any], _token: str | None = None) -> tuple[int, Any]:
        """An activity with its token; the status, and the body if there is one."""
        seconds, status, body = await self._line.ask(activity_request(activity))
        self.took.append(seconds)
        return status, json.loads(body) if body.startswith(b"{") else None
