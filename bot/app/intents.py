"""What is to be sent and to whom, as the outbox keeps it: never a word that somebody typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from bot.domain.ids import CaseId, MessageKind, PersonId, Role

LeaseToken = NewType("LeaseToken", str)


RowId = NewType("RowId", int)


@dataclass(frozen=True)
class ToPerson:
    """An intent for one person."""

    person: PersonId


@dataclass(frozen=True)
class ToRole:
    """An intent for whoever holds the role when it is due; ``owner`` is the owner of its case."""

    role: Role | str


@dataclass(frozen=True)
class ToChannel:
    """An intent for the governors' channel."""


Addressee = ToPerson | ToRole | ToChannel


@dataclass(frozen=True)
class Intent:
    """A message to be sent. ``key`` is unique in the school: writing it twice is a no-op.

    ``facts`` is plain JSON (step ids, dates, counts), never personal detail. ``cases`` are those
    that the message shows: a change in one of them marks the sent row stale.
    """

    key: str
    kind: MessageKind
    to: Addressee
    not_before: datetime
    cases: tuple[CaseId, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Claimed:
    """An outbox row under lease: only the holder of ``token`` can mark it."""

    row: RowId
    token: LeaseToken
    intent: Intent
    attempts: int
    message_ref: str | None
    """The platform's reference, once sent (a stale row is claimed for an update)."""
    shown: str | None
    """Hash of what was last shown."""
