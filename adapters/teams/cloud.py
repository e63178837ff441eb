"""Decides how the SDK's turn is run: verified, of our own tenant, and answered through our client.

``botbuilder-integration-aiohttp`` is not used: it answers every invoke that has a body with 500.

The SDK takes a tenth of a second and fifteen megabytes to load, and so is loaded when Teams first
comes: a start does not wait for it, and whoever is on Slack alone never has it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from adapters.teams.authentication import OpenDoor, SingleTenantAuthentication
from adapters.teams.client import TeamsClient
from adapters.teams.payloads import ACTIVITY, ANSWER, reference_of, tenant_of
from adapters.teams.references import Reference
from adapters.teams.signing_keys import KeysNotThere

if TYPE_CHECKING:
    from botbuilder.core import CloudAdapterBase, TurnContext

OnTurn = Callable[["TurnContext"], Awaitable[None]]
Report = Callable[[str, Exception], None]
Door = SingleTenantAuthentication | OpenDoor

_OK: Final = 200
_BAD_REQUEST: Final = 400
_UNAUTHORISED: Final = 401
_FORBIDDEN: Final = 403
_FAILED: Final = 500
_NOT_IMPLEMENTED: Final = 501
_UNAVAILABLE: Final = 503
_INVOKE: Final = "invoke"
_READ_BY_US: Final = frozenset({"value", "entities", "timestamp", "localTimestamp"})
"""Parts of an activity that are read as they came; the SDK would copy each piece of them."""


class TeamsAdapter:
    """Runs turns for one tenant. ``report`` hears of a turn that failed."""

    def __init__(self, door: Door, tenant: str, report: Report) -> None:
        self._door = door
        self._sdk: CloudAdapterBase | None = None
        self._tenant = tenant.casefold()
        self._report = report

    @property
    def trusts_this_computer(self) -> bool:
        """Whether no token is asked for, and so nobody from elsewhere may come."""
        return self._door.trusts_this_computer

    async def sdk(self) -> "CloudAdapterBase":
        """The SDK's own adapter; loaded beside the event loop when it is first asked for."""
        if self._sdk is None:
            self._sdk = await asyncio.to_thread(_loaded, self._door)
        return self._sdk

    async def process(
        self, found: Mapping[str, Any], auth_header: str, on_turn: OnTurn
    ) -> tuple[int, object | None]:
        """The status and the body that answer an activity."""
        await self.sdk()
        from botbuilder.schema import Activity  # noqa: PLC0415 - loaded just now

        addressed = {name: part for name, part in found.items() if name not in _READ_BY_US}
        try:
            activity = Activity().deserialize(addressed)
        except Exception:  # noqa: BLE001 - the SDK fails in many ways at what it cannot read
            return _BAD_REQUEST, None
        try:
            let_in = await self._door.authenticate_request(activity, auth_header)
        except PermissionError:
            return _UNAUTHORISED, None
        except KeysNotThere as wrong:
            if wrong.asked:  # not for every request that comes until it is asked again
                self._report("fetching Microsoft's keys", wrong)
            return _UNAVAILABLE, None
        if tenant_of(found) != self._tenant:
            return _FORBIDDEN, None
        invoked = found.get("type") == _INVOKE
        if not _can_be_answered(found):
            return (_NOT_IMPLEMENTED if invoked else _OK), None
        return await self._turn(let_in, activity, found, on_turn)

    async def _turn(
        self,
        let_in: Any,  # noqa: ANN401 - the SDK's AuthenticateRequestResult
        activity: Any,  # noqa: ANN401 - the SDK's Activity
        found: Mapping[str, Any],
        on_turn: OnTurn,
    ) -> tuple[int, object | None]:
        answers: list[tuple[int, object | None]] = []

        async def turned(context: "TurnContext") -> None:
            context.turn_state[ACTIVITY] = found
            await on_turn(context)
            if ANSWER in context.turn_state:
                answers.append(context.turn_state[ANSWER])

        sdk = await self.sdk()
        try:
            response = await sdk.process_activity(let_in, activity, turned)
        except Exception as error:  # noqa: BLE001 - reported; Teams is told that it failed
            self._report("answering an activity of Teams", error)
            return _FAILED, None
        if answers:  # sent as an activity, the SDK would copy all of it
            return answers[0]
        if response is None:
            return _OK, None
        return int(response.status or _OK), _serialised(response.body)


class Connectors:
    """Gives the SDK connectors that ask through our client (its ``ConnectorFactory``)."""

    def __init__(self, client: TeamsClient) -> None:
        self._client = client

    async def create(self, service_url: str, audience: str | None = None) -> "Connector":  # noqa: ARG002 - the SDK's
        """A connector for a service."""
        return Connector(Conversations(self._client, service_url))


class Connector:
    """What the SDK calls a connector, as far as it asks ours for anything."""

    def __init__(self, conversations: "Conversations") -> None:
        self.conversations = conversations


class Conversations:
    """The SDK's calls, made by our client. Every method raises ``TeamsRefused``."""

    def __init__(self, client: TeamsClient, service_url: str) -> None:
        self._client = client
        self._service_url = service_url

    async def send_to_conversation(self, conversation: str, activity: Any) -> Any:  # noqa: ANN401 - the SDK's
        """Posts it."""
        from botbuilder.schema import ResourceResponse  # noqa: PLC0415

        made = activity.serialize()
        sent = await self._client.send(self._where(conversation, made), made)
        return ResourceResponse(id=sent)

    async def reply_to_activity(self, conversation: str, _replied: str, activity: Any) -> Any:  # noqa: ANN401 - the SDK's
        """Posts it; Teams shows a reply like any other message."""
        return await self.send_to_conversation(conversation, activity)

    async def update_activity(self, conversation: str, activity_id: str, activity: Any) -> Any:  # noqa: ANN401 - the SDK's
        """Shows it anew."""
        from botbuilder.schema import ResourceResponse  # noqa: PLC0415

        made = activity.serialize()
        await self._client.update(self._where(conversation, made), activity_id, made)
        return ResourceResponse(id=activity_id)

    async def delete_activity(self, conversation: str, activity_id: str) -> None:
        """Takes it back."""
        await self._client.delete(self._where(conversation, {}), activity_id)

    async def get_conversation_member(self, conversation: str, member: str) -> Any:  # noqa: ANN401 - the SDK's
        """Who somebody is (``TeamsInfo``)."""
        from botbuilder.schema import ChannelAccount  # noqa: PLC0415

        where = self._where(conversation.partition(";")[0], {})
        found = await self._client.member(where, member)
        return ChannelAccount().deserialize(dict(found))

    def _where(self, conversation: str, activity: Mapping[str, Any]) -> Reference:
        # What the SDK sends has its sender and its receiver the other way round.
        return replace(
            reference_of(activity),
            service_url=self._service_url,
            conversation=conversation,
            bot=str((activity.get("from") or {}).get("id") or ""),
            user=str((activity.get("recipient") or {}).get("id") or ""),
        )


def _loaded(door: Door) -> "CloudAdapterBase":
    # All that is asked of the SDK anywhere, so that nothing is loaded later on the event loop.
    import botbuilder.core.teams  # noqa: PLC0415
    import botbuilder.schema  # noqa: PLC0415
    import botframework.connector.auth  # noqa: F401, PLC0415

    return botbuilder.core.CloudAdapterBase(door)


def _can_be_answered(activity: Mapping[str, Any]) -> bool:
    """Whether it says who sent it, to whom and where: Teams may add kinds of events at any time."""
    parts = [activity.get(name) for name in ("from", "recipient", "conversation")]
    return isinstance(activity.get("type"), str) and all(
        isinstance(each, dict) and isinstance(each.get("id"), str) and each["id"] for each in parts
    )


def _serialised(body: Any) -> object | None:  # noqa: ANN401 - a dict, a list, or one of the SDK's
    return body.serialize() if hasattr(body, "serialize") else body  # type: ignore[no-any-return]
