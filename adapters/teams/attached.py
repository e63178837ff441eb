"""Files that were sent into the chat: fetched from Microsoft, one by one."""

from collections.abc import Callable
from typing import Final

from adapters.teams.client import TeamsClient
from adapters.teams.payloads import Payload, part_of
from adapters.teams.references import Reference
from adapters.teams.refusals import TeamsRefused
from bot.app.inbound import Upload
from bot.domain.uploads import MOST_BYTES

_WHAT: Final = "fetching a file from Teams"


async def fetched(
    client: TeamsClient,
    attachment: Payload,
    where: Reference,
    report: Callable[[str, Exception], None],
) -> Upload | None:
    """The file; ``None`` if it could not be fetched. One that is too large comes cut.

    A picture that was pasted lies with the connector, a file in its owner's OneDrive
    (learn.microsoft.com: Send and receive files using bot).
    """
    try:
        return Upload(await client.fetch(_address_of(attachment), MOST_BYTES, where.service_url))
    except TeamsRefused as refused:
        report(_WHAT, refused)
        return None  # the person is told in the chat


def _address_of(attachment: Payload) -> str:
    found = part_of(attachment.get("content"), "downloadUrl") or attachment.get("contentUrl")
    return found if isinstance(found, str) else ""
