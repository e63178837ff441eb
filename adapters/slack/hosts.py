"""Where Slack is, whom our client shows the bot's token, and where Slack comes to us."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Hosts:
    """Where Slack is; somewhere else in tests."""

    api: str = "https://slack.com/api/"
    files: frozenset[str] = frozenset({"files.slack.com"})
    """Where files come from: the bot's token goes nowhere else."""
    responses: frozenset[str] = frozenset({"hooks.slack.com"})


SLACK: Final = Hosts()

PATH: Final = "/slack/events"
"""Where Slack comes to, if it comes by HTTP."""
