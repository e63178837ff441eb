"""``report-post serve``: schools at work on their platforms, in one process, until told to stop.

Which platforms these are is decided by the secrets in the environment.
"""

import asyncio
import errno
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from adapters import diary
from adapters.clock import SystemClock
from adapters.http import health_routes
from adapters.logs import set_up_logs
from adapters.readiness import Check
from adapters.slack.hosts import SLACK, Hosts
from adapters.slack.payloads import PLATFORM as ON_SLACK
from adapters.teams.endpoints import MICROSOFT, Endpoints
from adapters.teams.payloads import PLATFORM as ON_TEAMS
from bot.compose.before_serving import nobody_else_serves, tell_of_the_unserved
from bot.compose.beginning import records_to_begin, tell_of_new_records
from bot.compose.health import watched
from bot.compose.holders_watch import HoldersWatch
from bot.compose.platforms import (
    MessengerOf,
    Platform,
    Whereabouts,
    running_on,
)
from bot.compose.process import NoPort, told_by_signals
from bot.compose.running import RunningSchools
from bot.compose.schools import open_the_stores, schools_of
from bot.compose.slack import slack_at_work
from bot.compose.teams import teams_at_work
from bot.compose.version import our_version
from bot.config import Settings, read_schools
from bot.config.secrets import (
    SLACK_APP_TOKEN,
    SLACK_BOT_TOKEN,
    SLACK_SIGNING_SECRET,
    SlackSecrets,
    slack_secrets,
)
from bot.config.teams_secrets import (
    TEAMS_APP_ID,
    TEAMS_APP_PASSWORD,
    TEAMS_TENANT_ID,
    TeamsSecrets,
    teams_secrets,
)
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage import SqlStore

_REQUESTS_END_SECONDS: Final = 3
_MOST_BYTES: Final = 1024 * 1024
"""More than any payload of a platform; pictures are fetched, and not sent to us."""


class NoPlatform(ReportPostError):
    """No platform's secrets are set; the message says which they are."""


@dataclass(frozen=True)
class Address:
    """Where the process listens: platforms that come by HTTP, and whoever asks for its health."""

    host: str
    port: int


@dataclass(frozen=True)
class Where:
    """Where the platforms are; somewhere else in tests."""

    slack: Hosts = SLACK
    teams: Endpoints = MICROSOFT


@dataclass(frozen=True)
class _Secrets:
    slack: SlackSecrets | None
    teams: TeamsSecrets | None


def serve_school(
    config: Path,
    environment: Mapping[str, str],
    address: Address,
    say: Callable[[str], None],
    where: Where = Where(),
    processes: int = 1,
) -> None:
    """Runs the school of a file, or those of a folder, until the process is told to stop.

    ``say`` hears once that it works; ``processes`` is how many serve together. Raises
    ``SettingsNotAccepted``, ``PolicyNotAccepted``, ``NoPlatform``, ``SlackNotUsable``, ``NoPort``,
    ``RecordMissed``, ``OneProcessAlone``, ``AlreadyServed``, ``KeyProblem``,
    ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    settings = read_schools(config, environment)
    secrets = _Secrets(slack_secrets(environment), teams_secrets(environment))
    if secrets.slack is None and secrets.teams is None:
        raise NoPlatform(
            "There is no platform to work on: the environment holds none of their secrets. For "
            f"Slack set {SLACK_BOT_TOKEN}, and {SLACK_APP_TOKEN} (Socket Mode) or "
            f"{SLACK_SIGNING_SECRET} (HTTP). For Microsoft Teams set {TEAMS_APP_ID}, "
            f"{TEAMS_APP_PASSWORD} and {TEAMS_TENANT_ID}. To try the bot without any: "
            "report-post try"
        )
    set_up_logs(quiet=False)
    new = records_to_begin(settings, environment)
    with (
        nobody_else_serves(settings, processes),
        open_the_stores(settings, environment) as stores,
    ):
        tell_of_new_records(new)
        tell_of_the_unserved(settings, stores)
        asyncio.run(_run(settings, stores, secrets, address, say, where, processes))


async def _run(
    settings: Sequence[Settings],
    stores: Mapping[SchoolId, SqlStore],
    secrets: _Secrets,
    address: Address,
    say: Callable[[str], None],
    where: Where,
    processes: int,
) -> None:
    told_to_stop = asyncio.Event()
    schools = schools_of(settings, stores, SystemClock())
    async with AsyncExitStack() as stack:
        messengers: dict[str, MessengerOf] = {}
        running = running_on(schools, stores, messengers, ON_SLACK, processes)
        platforms = await _platforms(stack, running, messengers, secrets, where)
        watch = HoldersWatch(schools, running, platforms)
        probes = watched(stores.values(), running.metrics)
        for probe in probes:
            stack.callback(probe.close)
        diary.started(
            version=our_version(),
            schools=len(settings),
            platforms=platforms,
            database=_kind(stores),
        )
        with told_by_signals(told_to_stop):
            runner = await _runner(running, platforms, probes)
            try:
                port = await _listen(runner, address)
                await running.start()
                watch.start()
                for platform in platforms.values():
                    platform.start()
                say(f"http://{address.host}:{port}")
                await told_to_stop.wait()
                diary.stopping()
            except BaseException:
                await _stop(running, watch, platforms, runner)
                raise
        # From here on a second signal ends the process at once.
        await _stop(running, watch, platforms, runner)
    diary.stopped()


def _kind(stores: Mapping[SchoolId, SqlStore]) -> str:
    """SQLite or PostgreSQL; all schools of a process are on the same kind."""
    return "sqlite" if all(each.engines.is_sqlite for each in stores.values()) else "postgresql"


async def _platforms(
    stack: AsyncExitStack,
    running: RunningSchools,
    messengers: dict[str, MessengerOf],
    secrets: _Secrets,
    where: Where,
) -> Mapping[str, Platform]:
    """The platforms whose secrets are there."""
    schools = running.schools
    whereabouts = Whereabouts(schools, running)
    found: dict[str, Platform] = {}
    if secrets.slack is not None:
        opening = slack_at_work(schools, running, whereabouts, secrets.slack, where.slack)
        found[ON_SLACK], messengers[ON_SLACK] = await stack.enter_async_context(opening)
    if secrets.teams is not None:
        door = teams_at_work(schools, running, whereabouts, secrets.teams, where.teams)
        found[ON_TEAMS], messengers[ON_TEAMS] = await stack.enter_async_context(door)
    return found


async def _runner(
    running: RunningSchools, platforms: Mapping[str, Platform], probes: Sequence[Check]
) -> web.AppRunner:
    app = web.Application(client_max_size=_MOST_BYTES)
    for platform in platforms.values():
        app.add_routes(await platform.open())
    checks = [*probes, *(each.why_away for each in platforms.values())]
    app.add_routes(health_routes(running.metrics, running.waiting, checks))
    runner = web.AppRunner(
        app, handle_signals=False, access_log=None, shutdown_timeout=_REQUESTS_END_SECONDS
    )
    await runner.setup()
    return runner


async def _stop(
    running: RunningSchools,
    watch: HoldersWatch,
    platforms: Mapping[str, Platform],
    runner: web.AppRunner,
) -> None:
    """Not ready, no tick, no socket; then what came in is answered, and what is due is sent."""
    await running.stop_ticking()
    await watch.close()
    await runner.cleanup()
    for platform in platforms.values():
        await platform.close()
    await running.stop()


async def _listen(runner: web.AppRunner, address: Address) -> int:
    site = web.TCPSite(runner, address.host, address.port)
    try:
        await site.start()
    except OSError as error:
        taken = " It is taken by another program." if error.errno == errno.EADDRINUSE else ""
        where = f"Port {address.port} of {address.host}"
        raise NoPort(f"{where} cannot be opened.{taken} Name another: --port 9000") from error
    return int(runner.addresses[0][1])
