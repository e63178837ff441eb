"""Decides which activities are the Bot Connector's, and meant for our app.

The seven demands of learn.microsoft.com, Authentication with the Bot Connector API, "Authenticate
requests from the Bot Connector service to your bot". Tokens of skills and of the Emulator, which
the SDK would take as well, are no reason to let anybody in.

The SDK is loaded when it is needed for the first time (``adapters.teams.cloud``).
"""

from functools import cached_property
from typing import Any, Final

from adapters.teams.endpoints import CHANNEL, MICROSOFT, Endpoints, host_of, is_loopback
from adapters.teams.signing_keys import KeysNotThere, SigningKeys

_CLOCK_SKEW_SECONDS: Final = 5 * 60
""""Industry-standard clock-skew is 5 minutes" (the same page, 5)."""
_ALGORITHMS: Final = ["RS256"]
_CALLER: Final = "urn:botframework:azure"


class SingleTenantAuthentication:
    """Lets in what the Bot Connector signed for our app, from Teams, about its own service URL.

    The SDK asks it as a ``BotFrameworkAuthentication``.
    """

    trusts_this_computer: Final = False

    def __init__(
        self,
        app_id: str,
        keys: SigningKeys,
        connectors: Any,  # noqa: ANN401 - the SDK's ConnectorFactory
        *,
        endpoints: Endpoints = MICROSOFT,
    ) -> None:
        """Raises ``ValueError`` without an app id: that would turn authentication off."""
        if not app_id:
            raise ValueError("Teams needs an app id.")
        self._app_id = app_id
        self._connectors = connectors
        self._keys = keys
        self._endpoints = endpoints

    @cached_property
    def _extractor(self) -> Any:  # noqa: ANN401 - the SDK's
        from botframework.connector.auth import (  # noqa: PLC0415
            JwtTokenExtractor,
            VerifyOptions,
        )

        options = VerifyOptions(
            issuer=[self._endpoints.issuer],
            audience=None,  # looked at below
            clock_tolerance=_CLOCK_SKEW_SECONDS,
            ignore_expiration=False,
        )
        made = JwtTokenExtractor(options, self._endpoints.metadata, _ALGORITHMS)
        made.open_id_metadata = self._keys
        return made

    async def authenticate_request(self, activity: Any, auth_header: str) -> Any:  # noqa: ANN401 - the SDK's
        """Who sent it. Raises ``PermissionError``, or ``KeysNotThere`` if nobody can say."""
        try:
            identity = await self._extractor.get_identity_from_auth_header(auth_header, CHANNEL)
        except (PermissionError, KeysNotThere):
            raise
        except Exception as wrong:
            # The SDK and PyJWT say in many ways that a token is none.
            raise PermissionError("not a token of the Bot Connector") from wrong
        if identity is None:
            raise PermissionError("not a token of the Bot Connector")
        self._check(identity.claims, activity)
        return _result(identity, self._connectors, self._endpoints.scope)

    def _check(self, claims: dict[str, object], activity: Any) -> None:  # noqa: ANN401 - the SDK's
        wanted = {"iss": self._endpoints.issuer, "aud": self._app_id}
        if any(claims.get(name) != value for name, value in wanted.items()):
            raise PermissionError("not for this app")
        if "exp" not in claims:
            raise PermissionError("without an end")
        if activity.channel_id != CHANNEL:
            raise PermissionError("not from Teams")
        service = activity.service_url
        if not service or claims.get("serviceurl") != service:
            raise PermissionError("about another service")
        if not self._endpoints.is_service(service):
            raise PermissionError("about a service that is not Microsoft's")

    async def authenticate_streaming_request(self, _auth_header: str, _channel_id: str) -> Any:  # noqa: ANN401 - the SDK's
        """Nothing of ours streams."""
        raise PermissionError("no streaming")

    def create_connector_factory(self, _claims: Any) -> Any:  # noqa: ANN401 - the SDK's
        """Connectors through which everything goes out."""
        return self._connectors

    async def create_user_token_client(self, _claims: Any) -> None:  # noqa: ANN401 - the SDK's
        """Nobody signs in to anything through the bot."""


class OpenDoor:
    """Lets in whatever comes from this computer, without any token: tests and the Playground.

    The server turns away everything that did not come from this computer.
    """

    trusts_this_computer: Final = True

    def __init__(self, connectors: Any) -> None:  # noqa: ANN401 - the SDK's ConnectorFactory
        self._connectors = connectors

    async def authenticate_request(self, activity: Any, _auth_header: str) -> Any:  # noqa: ANN401 - the SDK's
        """Raises ``PermissionError`` for an activity that is to be answered elsewhere."""
        if not is_loopback(host_of(activity.service_url or "")):
            raise PermissionError("to be answered elsewhere")
        from botframework.connector.auth import ClaimsIdentity  # noqa: PLC0415

        return _result(ClaimsIdentity({}, is_authenticated=True), self._connectors, "")

    async def authenticate_streaming_request(self, _auth_header: str, _channel_id: str) -> Any:  # noqa: ANN401 - the SDK's
        """Nothing of ours streams."""
        raise PermissionError("no streaming")

    def create_connector_factory(self, _claims: Any) -> Any:  # noqa: ANN401 - the SDK's
        """Connectors through which everything goes out."""
        return self._connectors

    async def create_user_token_client(self, _claims: Any) -> None:  # noqa: ANN401 - the SDK's
        """Nobody signs in to anything through the bot."""


def _result(identity: Any, connectors: Any, audience: str) -> Any:  # noqa: ANN401 - the SDK's
    from botframework.connector.auth import AuthenticateRequestResult  # noqa: PLC0415

    made = AuthenticateRequestResult()
    made.audience = audience
    made.claims_identity = identity
    made.caller_id = _CALLER
    made.connector_factory = connectors
    return made
