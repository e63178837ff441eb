"""What Slack's refusals mean: wait, try again later, or never again."""

from typing import Final

from adapters.refused import PlatformRefused
from bot.app.messenger import DeliveryError

RATE_LIMITED: Final = "ratelimited"
UNREACHABLE: Final = "unreachable"
"""Our own word: no answer, a broken one, or one of a server that is down."""

_OUR_TOKEN: Final = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
"""A new token mends these, and until then nothing may be lost: they count as temporary."""

_OUTAGE: Final = frozenset(
    {
        RATE_LIMITED,
        UNREACHABLE,
        # Slack's own faults, of any method (docs.slack.dev: auth.test)
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",  # the workspace is being moved; it says when that is over
    }
)
"""Nobody need do anything: these mend themselves."""

_PERMANENT: Final = frozenset(
    {
        # Whom we write to (docs.slack.dev: conversations.open, chat.postMessage, chat.update)
        "cannot_dm_bot",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "is_archived",
        "message_not_found",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)

TRIGGER_GONE: Final = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"}
)
"""A trigger lives for three seconds and works once."""


class SlackRefused(PlatformRefused):
    """Slack did not do what it was asked to; ``code`` is its own word for why."""

    def __init__(self, method: str, code: str, wait_seconds: float | None = None) -> None:
        self.method = method
        self.code = code
        self.wait_seconds = wait_seconds
        super().__init__(f"{method}: {code}")

    @property
    def permanent(self) -> bool:
        """Whether asking again will not help; what nobody knows is asked again."""
        return self.code in _PERMANENT

    @property
    def is_our_token(self) -> bool:
        """Whether Slack does not take our own token."""
        return self.code in _OUR_TOKEN

    @property
    def is_outage(self) -> bool:
        """Whether Slack is away or busy: what it answers later may be another thing."""
        return self.code in _OUTAGE

    def as_delivery_error(self) -> DeliveryError:
        """The same, as delivery knows it."""
        return DeliveryError(permanent=self.permanent, wait_seconds=self.wait_seconds)
