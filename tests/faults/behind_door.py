"""What every platform's door knows of the school behind it."""

import asyncio

from bot.compose.core_world import CoreWorld
from tests.slack_world import SlackWorld
from tests.teams_world import TeamsWorld


class BehindDoor:
    """The school behind the door of a platform, in the world of a journey."""

    world: SlackWorld | TeamsWorld

    @property
    def core(self) -> CoreWorld:
        """The school, its clock and its people."""
        return self.world.core

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """On which everything there runs."""
        return self.world.loop

    @property
    def failures(self) -> list[tuple[str, Exception]]:
        """What was reported there to have failed."""
        return self.world.at.failures
