"""How long a message may wait where many wait: what tells of a danger leaves first."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from bot.domain.ids import MessageKind


class Urgency(IntEnum):
    """The smaller, the sooner. The numbers are stored: never give one another meaning."""

    NOW = 0
    """Somebody may be in danger."""
    SOON = 1
    """Somebody waits for it, or can begin to work."""
    DAILY = 2
    """What comes by the clock to many at once."""
    LAST = 3
    """What nobody misses for an hour."""


URGENCY: Final[Mapping[MessageKind, Urgency]] = {
    MessageKind.URGENT_CASE: Urgency.NOW,
    MessageKind.NOT_YET_SEEN: Urgency.NOW,
    MessageKind.DSL_ALERT: Urgency.NOW,
    MessageKind.DRAFT_REMINDER: Urgency.NOW,
    MessageKind.RECEIPT: Urgency.SOON,
    MessageKind.NEW_CASE: Urgency.SOON,
    MessageKind.OVERDUE_TO_DEPUTY: Urgency.SOON,
    MessageKind.OVERDUE_TO_CHAIR: Urgency.SOON,
    MessageKind.OUTCOME_TO_REPORTER: Urgency.SOON,
    MessageKind.DIGEST_PREVIEW: Urgency.SOON,
    MessageKind.DIGEST_HELD: Urgency.SOON,
    MessageKind.ADMIN_ALERT: Urgency.SOON,
    MessageKind.ROUND_UP: Urgency.DAILY,
    MessageKind.RETENTION_PREVIEW: Urgency.LAST,
    MessageKind.DIGEST: Urgency.LAST,
}
"""Of every kind. A preview of the digest can be held back only within the hour: it goes soon."""
