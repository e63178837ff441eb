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
        self.is_known = asyncio.Event()
        self.why_unknown = "it has not asked Slack yet"

    async def begin(self) -> None:
        """Asks once. An outage is no reason to end: whoever wants to know asks on.

        Raises ``SlackNotUsable`` for whatever else Slack answers: waiting does not mend it.
        """
        refused = await self._ask()
        if refused is not None and not refused.is_outage:
            raise SlackNotUsable(
                f"Slack does not accept the SLACK_BOT_TOKEN ({refused.told_as}). Install the app "
                "in the workspace again and copy its Bot User OAuth Token, which begins with "
                "xoxb-: api.slack.com/apps, OAuth & Permissions."
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
        self.is_known.set()
        return None

    def _tell(self, refused: SlackRefused) -> None:
        not_reached, wrong = "it has not reached Slack yet", "Slack does not accept its token"
        self.why_unknown = not_reached if refused.is_outage else wrong
        diary.not_reached(Entrance.SLACK, refused.told_as, self._again)
