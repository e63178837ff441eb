"""How the process of ``report-post try`` begins, listens, and ends."""

import asyncio
import errno
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from aiohttp import web

from adapters.desk.server import make_app
from adapters.http import health_routes
from adapters.logs import set_up_logs
from bot.compose.desk import Desk, open_desk
from bot.compose.trial_folder import TrialFolder
from bot.domain.errors import ReportPostError

LOOPBACK: Final = "127.0.0.1"
_PORTS_TRIED: Final = 50
_ACTS_END_SECONDS: Final = 5


class NoPort(ReportPostError):
    """The page cannot be opened at this port; the message says why and what to do."""


def try_sample_school(path: Path, port: int, *, fresh: bool, say: Callable[[str], None]) -> None:
    """Runs the sample school on the local page until the process is told to stop.

    ``say`` gets the address once it answers. Raises ``FolderNotUsable``, ``NoPort``,
    ``ClockUnreadable``, ``KeyProblem``, ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    set_up_logs(quiet=True)
    folder = TrialFolder(path)
    with folder.in_use(fresh=fresh):
        asyncio.run(_run(folder, port, say))


async def _run(folder: TrialFolder, port: int, say: Callable[[str], None]) -> None:
    told_to_stop = asyncio.Event()
    with open_desk(folder) as desk:
        with told_by_signals(told_to_stop):
            runner = await _runner(desk)
            try:
                address = f"http://{LOOPBACK}:{await _listen(runner, port)}"
                await desk.running.start()
                folder.runs_at(address)
                say(address)
                await told_to_stop.wait()
            except BaseException:
                await _stop(desk, runner)
                raise
        # From here on a second signal ends the process at once.
        await _stop(desk, runner)


async def _stop(desk: Desk, runner: web.AppRunner) -> None:
    """Not ready, no tick, no socket; then what came in is answered, and what is due is sent."""
    await desk.running.stop_ticking()
    await runner.cleanup()
    await desk.running.stop()


async def _runner(desk: Desk) -> web.AppRunner:
    app = make_app(desk.host, desk.messenger)
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


@contextmanager
def told_by_signals(told: asyncio.Event) -> Iterator[None]:
    """Handlers of our own for SIGTERM and Ctrl-C; those from before come back at the end."""
    loop = asyncio.get_running_loop()

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(told.set)

    # Not loop.add_signal_handler, which Windows does not have.
    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
