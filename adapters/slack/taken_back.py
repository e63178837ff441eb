"""How a file of ours is taken back from Slack, whoever was first."""

from typing import Final

from adapters.slack.client import SlackClient
from adapters.slack.refusals import SlackRefused

_GONE: Final = frozenset({"file_not_found", "file_deleted"})
"""Somebody deleted it before us, or it never came to be."""


async def delete_file(client: SlackClient, file: str) -> None:
    """Deletes it, if it is still there. Raises ``SlackRefused``."""
    try:
        await client.delete_file(file)
    except SlackRefused as refused:
        if refused.code not in _GONE:
            raise
