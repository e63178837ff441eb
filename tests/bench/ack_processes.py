"""The processes of the benches: ours with both platforms on, bare ones, and the stand-ins."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.adapters.slack.member import SECRET as SLACK_SECRET
from tests.adapters.slack.stand_in import TOKEN
from tests.adapters.teams.activities import Sender
from tests.adapters.teams.at_work import account_of
from tests.adapters.teams.signing import APP, jwk
from tests.adapters.teams.stand_in import SECRET as TEAMS_SECRET
from tests.adapters.teams.stand_in import TENANT
from tests.bench.ack_apart import ROOT, Apart, Places, apart, free_port, wait_for
from tests.bench.ack_asking import activity_request, command, opened, request_of

READY: Final = request_of("/readyz")
_OPENED_SECONDS: Final = 60.0
_SLACK: Final[Mapping[str, str]] = {
    "SLACK_BOT_TOKEN": TOKEN,
    "SLACK_SIGNING_SECRET": SLACK_SECRET,
}
_TEAMS: Final[Mapping[str, str]] = {
    "TEAMS_APP_ID": APP,
    "TEAMS_APP_PASSWORD": TEAMS_SECRET,
    "TEAMS_TENANT_ID": TENANT,
}


@dataclass(frozen=True)
class Answering:
    """A process that answers, at which port, and the seconds that it took to begin."""

    apart: Apart
    port: int
    began_after: float


@contextmanager
def stand_ins() -> Iterator[Places]:
    """Slack and Microsoft, for a while; Microsoft's tokens are signed by our tests' key."""
    with apart("ack_stand_ins", json.dumps([jwk()])) as running:
        yield Places.read(running.line())


@contextmanager
def ours(places: Places, folder: str) -> Iterator[Answering]:
    """``report-post serve`` for the sample school, Slack and Teams on; the record in a folder."""
    port = free_port()
    config = str(ROOT / "bot" / "sample_school.toml")
    serve = ("serve", "--config", config, "--port", str(port))
    environment = {**_SLACK, **_TEAMS, "REPORT_POST_DATA": str(Path(folder))}
    with apart("ack_ours", places.written(), *serve, environment=environment) as running:
        yield Answering(running, port, wait_for(running, port, READY))


@contextmanager
def a_bolt(shape: str, places: Places) -> Iterator[Answering]:
    """A bare Bolt app; it answers a command for the first time."""
    port = free_port()
    with apart("ack_bolt", shape, str(port), places.slack, environment=_SLACK) as running:
        yield Answering(running, port, wait_for(running, port, command(0)))


def staff_in_teams(places: Places) -> Sender:
    """A member of staff who has the app."""
    service = f"{places.microsoft}/uk/"
    return Sender(account_of("staff"), "a:chat-of-staff", service, name="Name staff")


@contextmanager
def an_echo(places: Places) -> Iterator[Answering]:
    """A bare bot on the SDK; it echoes for the first time."""
    port = free_port()
    hello = activity_request(staff_in_teams(places).message("Hello"))
    given = (str(port), places.written(), APP, TEAMS_SECRET, TENANT)
    with apart("ack_echo", *given) as running:
        yield Answering(running, port, wait_for(running, port, hello))


@asynccontextmanager
async def all_opened(places: Places, number: int) -> AsyncIterator[None]:
    """Waits at the end until so many more modals are open. Raises ``TimeoutError``: one is missing.

    Work that is still to be done would hold up whoever is asked next.
    """
    wanted = await opened(places.slack) + number
    yield
    until = time.monotonic() + _OPENED_SECONDS
    while await opened(places.slack) < wanted:
        if time.monotonic() > until:
            raise TimeoutError(number)
        await asyncio.sleep(0.02)
