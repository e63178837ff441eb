"""Decides how a document is handed over in Teams: by consent, into the person's own OneDrive.

A card in the chat asks for consent; when it comes back, permission is asked again and the bytes go
where Microsoft says. Nothing of the document stands in the chat but its name and what it is.
Shapes: learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from adapters.teams.carried import OURS
from adapters.teams.payloads import Payload, part_of
from adapters.teams.place import Place
from adapters.teams.references import Reference
from adapters.teams.refusals import NOT_MICROSOFTS, TeamsRefused
from adapters.teams.showing import Showing
from adapters.teams.tenant import Tenant
from bot.app.inbound import Person
from bot.domain.errors import Refused
from bot.screens.facts import plain
from bot.screens.nodes import Handed, Reply
from bot.screens.press import NotOurs
from bot.screens.say import Say
from bot.screens.wording import Words

INVOKE: Final = "fileConsent/invoke"
"""How the answer to the card is called."""
CONSENT: Final = "application/vnd.microsoft.teams.card.file.consent"
INFO: Final = "application/vnd.microsoft.teams.card.file.info"

_ACCEPT, _DECLINE = "accept", "decline"
_UPLOAD: Final = "upload"
_REF: Final = "file"


@dataclass(frozen=True)
class Consented:
    """What somebody answered to the card."""

    ref: str
    accepts: bool
    upload_url: str
    """Where the bytes go."""
    content_url: str
    """Where the file is seen then."""
    name: str
    unique_id: str
    file_type: str


def read_consent(value: object) -> Consented:
    """The answer to a card of ours. Raises ``NotOurs``."""
    ref = part_of(part_of(part_of(value, "context"), OURS), _REF)
    action = part_of(value, "action")
    if not isinstance(ref, str) or action not in (_ACCEPT, _DECLINE):
        raise NotOurs
    info = part_of(value, "uploadInfo")
    upload_url, content_url, name, unique_id, file_type = (
        found if isinstance(found := part_of(info, each), str) else ""
        for each in ("uploadUrl", "contentUrl", "name", "uniqueId", "fileType")
    )
    accepts = action == _ACCEPT
    return Consented(ref, accepts, upload_url, content_url, name, unique_id, file_type)


class Handing:
    """Offers documents, and puts those into OneDrive for which consent came back."""

    def __init__(
        self,
        tenant: Tenant,
        showing: Showing,
        background: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """``background`` runs what nobody waits for, and is waited for when the bot stops."""
        self._tenant = tenant
        self._showing = showing
        self._background = background

    def hand_over(self, reply: Reply, person: Person, place: Place) -> None:
        """Begins to offer what comes with an answer; whoever pressed is not kept waiting."""
        if reply.hand is not None:
            self._background(self._offer(reply.hand, reply.words, person, place.where))

    def answered(self, activity: Payload, person: Person, where: Reference) -> None:
        """Somebody answered a card. Raises ``NotOurs``."""
        told = read_consent(activity.get("value"))
        card = str(activity.get("replyToId") or "")
        # A second click does not send the file a second time.
        if self._tenant.clicks.is_first(f"{where.user} {card} {told.ref} {told.accepts}"):
            self._background(self._consented(told, person, where, card))

    async def _offer(self, handed: Handed, words: Words, person: Person, where: Reference) -> None:
        try:
            document = await self._tenant.host.document(person, handed.ref)
            content = {
                "description": words.text(handed.says),
                "sizeInBytes": len(document.content),
                "acceptContext": {OURS: {_REF: handed.ref}},
                "declineContext": {OURS: {_REF: handed.ref}},
            }
            card = {"contentType": CONSENT, "name": document.name, "content": content}
            await self._send(card, words.text(handed.name), where)
        except Refused:
            await self._say(Say.NOT_FOR_YOU, where)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            self._tenant.report("offering a file in Teams", error)
            await self._say(Say.SOMETHING_WENT_WRONG, where)

    async def _consented(
        self, told: Consented, person: Person, where: Reference, card: str
    ) -> None:
        try:
            async with self._tenant.turns.of(f"{where.user}:{card}"):
                await self._done_with(told, person, where)
        except Refused:
            await self._say(Say.NOT_FOR_YOU, where)
        except Exception as error:  # noqa: BLE001 - reported, and the person is told
            self._tenant.report("putting a file into OneDrive", error)
            await self._say(Say.SOMETHING_WENT_WRONG, where)
            return  # the card stays, to be answered once more
        await self._take_back(card, where)

    async def _done_with(self, told: Consented, person: Person, where: Reference) -> None:
        if not told.accepts:
            await self._say(Say.FILE_DECLINED, where)
            return
        client = self._tenant.client
        if not client.endpoints.is_onedrive(told.content_url):
            raise TeamsRefused(_UPLOAD, 0, NOT_MICROSOFTS)
        document = await self._tenant.host.document(person, told.ref)
        await client.upload(told.upload_url, document.content)
        seen = {
            "contentType": INFO,
            "contentUrl": told.content_url,
            "name": told.name or document.name,
            "content": {"uniqueId": told.unique_id, "fileType": told.file_type},
        }
        says = self._tenant.host.words.text(plain(Say.FILE_IN_ONEDRIVE))
        await self._send(seen, says, where)

    async def _send(self, card: dict[str, Any], summary: str, where: Reference) -> None:
        activity = {"type": "message", "summary": summary, "attachments": [card]}
        await self._tenant.client.send(where, activity)

    async def _take_back(self, card: str, where: Reference) -> None:
        """A card that was answered asks for nothing more."""
        if not card:
            return
        try:
            await self._tenant.client.delete(where, card)
        except TeamsRefused as refused:
            self._tenant.report("deleting a card in Teams", refused)

    async def _say(self, says: Say, where: Reference) -> None:
        try:
            await self._showing.say_line(plain(says), self._tenant.host.words, where)
        except TeamsRefused as refused:
            self._tenant.report("telling somebody what became of a file", refused)
