"""What the tables hold. Private to storage; every table carries the school."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from storage.types import UtcDateTime

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_1_name)s",
        "ix": "ix_%(table_name)s_%(column_1_name)s",
    }
)


def _belongs_to(table: str, *columns: str, to: tuple[str, ...] = ()) -> ForeignKeyConstraint:
    """A foreign key within the school: ``columns`` here, those of ``to`` (or the same) there."""
    theirs = [f"{table}.{name}" for name in ("school", *(to or columns))]
    return ForeignKeyConstraint(["school", *columns], theirs)


class StoredRow(SQLModel):
    """What every row has: the school that it belongs to."""

    metadata = METADATA
    # Rows are never validated (``table=True`` skips it): what would do so is not built at a start.
    model_config = {"defer_build": True}
    school: str = Field(primary_key=True)


def _only(name: str, *columns: str, where: str) -> Index:
    """An index over all schools, of those rows alone: queries name the condition in these words.

    On PostgreSQL too, as the migrations made it: said here, it would load PostgreSQL's dialect.
    """
    return Index(name, *columns, sqlite_where=text(where))


class SchoolRow(StoredRow, table=True):
    """A school and its two keys, wrapped by the master key and never rotated.

    ``look_again_at`` is when the tick is to look at the school next; ``None``: now.
    """

    __tablename__ = "schools"
    __table_args__ = (Index("ix_schools_look_again_at", "look_again_at"),)
    chain_key: bytes
    index_key: bytes
    look_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HeadRow(StoredRow, table=True):
    """Where a stream ends; ``mac`` covers all but the key. No key: the case was erased."""

    __tablename__ = "heads"
    stream: str = Field(primary_key=True)
    number: int
    hash: bytes
    members: int
    members_sum: bytes
    mac: bytes
    wrapped_key: bytes | None = None


class EntryRow(StoredRow, table=True):
    """One entry of a stream."""

    __tablename__ = "entries"
    __table_args__ = (_belongs_to("heads", "stream"),)
    stream: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    ciphertext: bytes
    hash: bytes


class CaseIndexRow(StoredRow, table=True):
    """How a case is found. ``mac`` covers what never changes about it.

    Of an erased case ``erased_at`` says when it was, and ``figures``, sealed, what still counts.
    """

    __tablename__ = "cases"
    __table_args__ = (
        _belongs_to("heads", "case_id", to=("stream",)),
        UniqueConstraint("school", "reference"),
        UniqueConstraint("school", "position"),
        Index(None, "school", "look_again_at"),
        Index(None, "school", "status", "position"),
        _only("ix_cases_due", "look_again_at", "school", where="look_again_at IS NOT NULL"),
    )
    case_id: str = Field(primary_key=True)
    position: int
    reference: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    policy_sha256: str
    mac: bytes
    status: str
    look_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    figures: bytes | None = None


class CounterRow(StoredRow, table=True):
    """The last reference of a year."""

    __tablename__ = "counters"
    year: int = Field(primary_key=True)
    last: int


class LinkRow(StoredRow, table=True):
    """A keyed hash of a link that a case holds."""

    __tablename__ = "case_links"
    __table_args__ = (_belongs_to("cases", "case_id"),)
    link_key: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)


class NameRow(StoredRow, table=True):
    """A keyed hash of a name that a case's poster has."""

    __tablename__ = "case_names"
    __table_args__ = (_belongs_to("cases", "case_id"),)
    name_key: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)


class ReporterRow(StoredRow, table=True):
    """A keyed hash of a person who reported a case."""

    __tablename__ = "case_reporters"
    __table_args__ = (_belongs_to("cases", "case_id"),)
    reporter_key: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)


class PolicyRow(StoredRow, table=True):
    """A policy pack under which a case was opened."""

    __tablename__ = "policies"
    sha256: str = Field(primary_key=True)
    text: str


class DraftRow(StoredRow, table=True):
    """A report being written; who writes it, and what, is inside ``sealed``."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index(None, "school", "person_key"),
        Index(None, "school", "remind_at"),
        _only("ix_drafts_due", "remind_at", "school", where="remind_at IS NOT NULL"),
    )
    draft_id: str = Field(primary_key=True)
    person_key: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    revision: int
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    case_id: str | None = None
    sealed: bytes
    wrapped_key: bytes


class EvidenceRow(StoredRow, table=True):
    """A file in the vault: of a draft or of a case, its own key wrapped by its owner's key."""

    __tablename__ = "evidence"
    __table_args__ = (
        _belongs_to("drafts", "draft_id"),
        _belongs_to("heads", "case_id", to=("stream",)),
        Index(None, "school", "draft_id"),
        Index(None, "school", "case_id"),
    )
    evidence_id: str = Field(primary_key=True)
    draft_id: str | None = None
    case_id: str | None = None
    file_name: str
    file_sha256: str
    sha256: str
    size: int
    media_type: str
    wrapped_key: bytes | None = None


class AnswerRow(StoredRow, table=True):
    """What was answered to a cause; both are unreadable without the school's keys."""

    __tablename__ = "answers"
    __table_args__ = (Index(None, "school", "at"),)
    cause_key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    sealed: bytes


class ValueRow(StoredRow, table=True):
    """A small value of the school's."""

    __tablename__ = "school_values"
    name: str = Field(primary_key=True)
    sealed: bytes


_IN_ORDER = ("urgency", "attempts", "not_before", "row")
"""The order in which messages leave."""


class OutboxRow(StoredRow, table=True):
    """A message to be sent, or sent. Times of leases and retries are the machine's.

    ``stale``: 0 as shown; 1 to be looked at again; 2 changed while it was being shown.
    ``urgency``: the number of a ``bot.domain.urgency.Urgency``.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("school", "key"),
        Index(None, "school", "state", "not_before"),
        Index(None, "school", "recipient"),
        Index(None, "school", "stale"),
        _only("ix_outbox_waiting", *_IN_ORDER, where="state = 'waiting'"),
        _only("ix_outbox_due", "not_before", where="state = 'waiting'"),
        _only("ix_outbox_changed", *_IN_ORDER, where="stale > 0"),
        _only("ix_outbox_leased", "school", "recipient", where="lease_token IS NOT NULL"),
    )
    school: str
    row: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    recipient: str
    not_before: datetime = Field(sa_type=UtcDateTime)
    facts: dict[str, Any] = Field(sa_type=JSON)
    state: str
    urgency: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    attempts: int
    try_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_token: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    person: str | None = None
    message_ref: str | None = None
    shown: str | None = None
    stale: int
    why: str | None = None


class OutboxCaseRow(StoredRow, table=True):
    """A case that a message shows."""

    __tablename__ = "outbox_cases"
    __table_args__ = (
        ForeignKeyConstraint(["row"], ["outbox.row"]),
        Index(None, "school", "case_id"),
    )
    row: int = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    place: int


def _table(row: type[StoredRow]) -> Table:
    return cast("Table", row.__table__)  # type: ignore[attr-defined]


schools = _table(SchoolRow)
heads = _table(HeadRow)
entries = _table(EntryRow)
cases = _table(CaseIndexRow)
counters = _table(CounterRow)
case_links = _table(LinkRow)
case_names = _table(NameRow)
case_reporters = _table(ReporterRow)
policies = _table(PolicyRow)
drafts = _table(DraftRow)
evidence = _table(EvidenceRow)
answers = _table(AnswerRow)
school_values = _table(ValueRow)
outbox = _table(OutboxRow)
outbox_cases = _table(OutboxCaseRow)
