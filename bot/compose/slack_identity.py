"""Whose Slack token this is: asked at the start, and on and on while Slack gives no answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from adapters import diary
from adapters.metrics import Entrance
from adapters.slack.client import SlackClient
from adapters.slack.people import People
from adapters.slack.refusals import SlackRefused
from bot.domain.errors import ReportPostError

FIRST_AGAIN_SECONDS: Final = 5.0
LONGEST_AGAIN_SECONDS: Final = 60.0
"""Until Slack is asked again; doubled each time."""


class SlackNotUsable(ReportPostError):
    """Slack does not take our token; the message says what to do."""


class SlackIdentity:
    """Who we are in Slack, as soon as it says so."""

    def __init__(
        self, client: SlackClient, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """``pause`` is made between two tries."""
        self._client = client
        self._pause = pause
        self._again = FIRST_AGAIN_SECONDS
        self.people: People | None = None
        """Those whom Slack knows; ``None`` until it says who we are."""
        self.why_unknown = "it has not asked Slack yet"

    async def begin(self) -> None:
        """Asks once. An outage is no reason to end: whoever wants to know asks on.

        Raises ``SlackNotUsable`` for a token that Slack does not take.
        """
        refused = await self._ask()
        if refused is not None and refused.is_our_token:
            raise SlackNotUsable(
                "Slack does not accept the SLACK_BOT_TOKEN. Install the app in the workspace "
                "again and copy its Bot User OAuth Token: api.slack.com/apps, OAuth & Permissions."
            ) from refused
        if refused is not None:
            self._tell(refused)

    async def known(self) -> People:
        """Those whom Slack knows; comes when Slack has said who we are."""
        while self.people is None:
            await self._pause(self._again)
            self._again = min(2 * self._again, LONGEST_AGAIN_SECONDS)
            refused = await self._ask()
            if refused is not None:
                self._tell(refused)
        return self.people

    async def _ask(self) -> SlackRefused | None:
        try:
            identity = await self._client.identity()
        except SlackRefused as refused:
            return refused
        self.people = People(self._client, str(identity["team_id"]))
        return None

    def _tell(self, refused: SlackRefused) -> None:
        wrong = refused.is_our_token
        not_reached = "it has not reached Slack yet"
        self.why_unknown = "Slack does not accept its token" if wrong else not_reached
        diary.not_reached(Entrance.SLACK, refused.told_as, self._again)
