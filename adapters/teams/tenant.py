"""What answering needs in one tenant: the school, the connector, and who somebody is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from adapters.once import DOUBLE_CLICK_SECONDS, Once
from adapters.teams.client import TeamsClient
from adapters.teams.host import Host
from adapters.teams.people import People
from adapters.teams.place import Place
from adapters.turns import Turns
from bot.app.inbound import Act, Inbound, Person
from bot.domain.ids import Cause

if TYPE_CHECKING:
    from bot.screens.nodes import Reply

Report = Callable[[str, Exception], None]

REPEATS_SECONDS: Final = 3_600.0
"""The connector brings an activity again if we did not answer in time; how often, nobody says."""


@dataclass
class Tenant:
    """The tenant that we work in. ``report`` hears of whatever fails, with what it was."""

    client: TeamsClient
    people: People
    host: Host
    report: Report
    turns: Turns = field(default_factory=Turns)
    repeats: Once = field(default_factory=lambda: Once(REPEATS_SECONDS))
    clicks: Once = field(default_factory=lambda: Once(DOUBLE_CLICK_SECONDS))

    async def respond(self, person: Person, cause: Cause, act: Act, place: Place) -> "Reply":
        """The application's answer; it knows where they are, and what their files go with."""
        # What it looks at is loaded when Teams first comes.
        from adapters.teams.kept_beside import what_files_go_with  # noqa: PLC0415

        beside = partial(what_files_go_with, user=place.user)
        return await self.host.respond(Inbound(person, cause, act), place.where, beside)
