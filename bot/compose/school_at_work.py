"""``report-post serve``: a school at work on its platforms, in one process, until told to stop.

Which platforms these are is decided by the secrets in the environment.
"""

import asyncio
import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from adapters.clock import SystemClock
from adapters.http import health_routes
from adapters.logs import set_up_logs
from adapters.scheduler import report_failure
from adapters.slack.client import SLACK, Hosts, SlackClient
from adapters.slack.messenger import SlackMessenger
from bot.app.school import School
from bot.compose.desk import upkeep
from bot.compose.running import RunningSchool
from bot.compose.schools import open_the_store, school_of
from bot.compose.serving import NoPort, told_by_signals
from bot.compose.slack import SlackAtWork, slack_address, slack_channel, slack_client
from bot.config import Settings, read_settings
from bot.config.secrets import (
    SLACK_APP_TOKEN,
    SLACK_BOT_TOKEN,
    SLACK_SIGNING_SECRET,
    SlackSecrets,
    slack_secrets,
)
from bot.domain.errors import ReportPostError
from storage import SqlStore

_REQUESTS_END_SECONDS: Final = 5
_MOST_BYTES: Final = 1024 * 1024
"""More than any payload of a platform; pictures are fetched, and not sent to us."""


class NoPlatform(ReportPostError):
    """No platform's secrets are set; the message says which they are."""


@dataclass(frozen=True)
class Address:
    """Where the process listens: platforms that come by HTTP, and whoever asks for its health."""

    host: str
    port: int


def serve_school(
    config: Path,
    environment: Mapping[str, str],
    address: Address,
    say: Callable[[str], None],
    hosts: Hosts = SLACK,
) -> None:
    """Runs the school until the process is told to stop. ``say`` hears once that it works.

    ``hosts`` is where Slack is.

    Raises ``SettingsNotAccepted``, ``PolicyNotAccepted``, ``NoPlatform``, ``SlackNotUsable``,
    ``NoPort``, ``KeyProblem``, ``DatabaseUnusable`` or ``DatabaseTooNew``.
    """
    settings = read_settings(config, environment)
    secrets = slack_secrets(environment)
    if secrets is None:
        raise NoPlatform(
            "There is no platform to work on: the environment holds none of their secrets. For "
            f"Slack set {SLACK_BOT_TOKEN}, and {SLACK_APP_TOKEN} (Socket Mode) or "
            f"{SLACK_SIGNING_SECRET} (HTTP). To try the bot without any: report-post try"
        )
    set_up_logs(quiet=False)
    store = open_the_store(settings, environment)
    try:
        asyncio.run(_run(settings, store, secrets, address, say, hosts))
    finally:
        store.close()


async def _run(
    settings: Settings,
    store: SqlStore,
    secrets: SlackSecrets,
    address: Address,
    say: Callable[[str], None],
    hosts: Hosts,
) -> None:
    told_to_stop = asyncio.Event()
    school = school_of(settings, store, SystemClock())
    async with slack_client(secrets, hosts) as client:
        running = _running(school, store, client)
        slack = SlackAtWork(school, running, client, secrets)
        with told_by_signals(told_to_stop):
            runner = await _runner(running, slack)
            try:
                port = await _listen(runner, address)
                await slack.look_up_holders()
                await running.start()
                slack.start()
                say(f"http://{address.host}:{port}")
                await told_to_stop.wait()
            except BaseException:
                await _stop(running, slack, runner)
                raise
        # From here on a second signal ends the process at once.
        await _stop(running, slack, runner)


def _running(school: School, store: SqlStore, client: SlackClient) -> RunningSchool:
    async def channel() -> str | None:
        return await running.read(partial(slack_channel, school))

    running = RunningSchool(
        school,
        SlackMessenger(client, channel, report_failure),
        partial(slack_address, school),
        partial(upkeep, school, store),
    )
    return running


async def _runner(running: RunningSchool, slack: SlackAtWork) -> web.AppRunner:
    server = await slack.open()
    app = web.Application(client_max_size=_MOST_BYTES)
    app.add_routes([*server.routes(), *health_routes(running.metrics, running.waiting)])
    runner = web.AppRunner(
        app, handle_signals=False, access_log=None, shutdown_timeout=_REQUESTS_END_SECONDS
    )
    await runner.setup()
    return runner


async def _stop(running: RunningSchool, slack: SlackAtWork, runner: web.AppRunner) -> None:
    """Not ready, no tick, no socket; then what came in is answered, and what is due is sent."""
    await running.stop_ticking()
    await runner.cleanup()
    await slack.close()
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
