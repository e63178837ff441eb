"""How the process of ``report-post try`` begins, listens, and ends."""

import asyncio
import errno
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from adapters.desk.server import make_app
from adapters.http import health_routes
from adapters.logs import set_up_logs
from adapters.teams.payloads import PLATFORM
from adapters.teams.server import PATH
from bot.compose.desk import Desk, open_desk
from bot.compose.platforms import Platform
from bot.compose.playground import TENANT, write_playgrounds
from bot.compose.process import NoPort, told_by_signals
from bot.compose.teams import playground_at_work
from bot.compose.trial_folder import TrialFolder

LOOPBACK: Final = "127.0.0.1"
_PORTS_TRIED: Final = 50
_ACTS_END_SECONDS: Final = 5


@dataclass(frozen=True)
class Trial:
    """A trial that runs: where its page answers, and where the folders of Playgrounds are."""

    address: str
    playgrounds: Path | None = None


def try_sample_school(
    path: Path, port: int, *, fresh: bool, teams: bool, say: Callable[[Trial], None]
) -> None:
    """Runs the sample school on the local page until the process is told to stop.

    ``teams``: a Playground on this computer is answered too. ``say`` hears once that it works.
    Raises ``FolderNotUsable``, ``NoPort``, ``ClockUnreadable``, ``KeyProblem``,
    ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    set_up_logs(quiet=True)
    folder = TrialFolder(path)
    with folder.in_use(fresh=fresh):
        asyncio.run(_run(folder, port, teams=teams, say=say))


async def _run(
    folder: TrialFolder, port: int, *, teams: bool, say: Callable[[Trial], None]
) -> None:
    told_to_stop = asyncio.Event()
    with open_desk(folder) as desk:
        async with AsyncExitStack() as stack:
            platforms = [await _playground(stack, desk)] if teams else []
            with told_by_signals(told_to_stop):
                runner = await _runner(desk, platforms)
                try:
                    address = f"http://{LOOPBACK}:{await _listen(runner, port)}"
                    await desk.running.start()
                    folder.runs_at(address)
                    seats = write_playgrounds(folder.path, desk.host.people) if teams else None
                    say(Trial(address, seats))
                    await told_to_stop.wait()
                except BaseException:
                    await _stop(desk, runner, platforms)
                    raise
            # From here on a second signal ends the process at once.
            await _stop(desk, runner, platforms)


async def _playground(stack: AsyncExitStack, desk: Desk) -> Platform:
    schools = desk.running.schools
    opening = playground_at_work(schools, desk.running, desk.whereabouts, TENANT)
    platform, desk.messengers[PLATFORM] = await stack.enter_async_context(opening)
    return platform


async def _stop(desk: Desk, runner: web.AppRunner, platforms: Sequence[Platform]) -> None:
    """Not ready, no tick, no socket; then what came in is answered, and what is due is sent."""
    await desk.running.stop_ticking()
    await runner.cleanup()
    for platform in platforms:
        await platform.close()
    await desk.running.stop()


async def _runner(desk: Desk, platforms: Sequence[Platform]) -> web.AppRunner:
    routes = [route for platform in platforms for route in await platform.open()]
    app = make_app(desk.host, desk.messenger, [PATH] if routes else [])
    app.add_routes(routes)
    app.add_routes(health_routes(desk.running.metrics, desk.running.waiting))
    runner = web.AppRunner(
        app, handle_signals=False, access_log=None, shutdown_timeout=_ACTS_END_SECONDS
    )
    await runner.setup()
    return runner


async def _listen(runner: web.AppRunner, wanted: int) -> int:
    """Opens the wanted port, or the next one that is free; returns which."""
    last = min(wanted + _PORTS_TRIED, 65535)
    for port in range(wanted, last + 1):
        site = web.TCPSite(runner, LOOPBACK, port)
        try:
            await site.start()
        except OSError as error:
            await site.stop()
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                continue
            raise NoPort(f"Port {port} of this computer cannot be opened: {error}.") from error
        return int(runner.addresses[0][1])
    raise NoPort(
        f"No port from {wanted} to {last} of this computer can be opened. Name another: --port 9000"
    )
