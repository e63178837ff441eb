"""What one transaction knows: its connection, the school, its keys, and the heads it has locked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, select

from bot.app.ports import SCHOOL_STREAM, KeyDestroyed, NoSuchCase, StoreDamaged
from bot.domain.ids import CaseId, DraftId, SchoolId
from storage.chain import keyed_digest
from storage.heads import LockedHead
from storage.keys import SchoolKeys
from storage.sealing import Unreadable
from storage.tables import drafts, heads


@dataclass
class Transaction:
    """The ground that readers and writers of one school stand on."""

    connection: Connection
    keys: SchoolKeys
    folder: Path
    locked: dict[CaseId, LockedHead] = field(default_factory=dict)
    started: set[CaseId] = field(default_factory=set)
    """Cases that this transaction made: nobody else can see them, let alone wait for them."""
    changed_cases: set[CaseId] = field(default_factory=set)
    after_commit: list[Callable[[], object]] = field(default_factory=list)
    key_destroyed: bool = False
    case_erased: bool = False

    @property
    def school(self) -> SchoolId:
        """The school of this store."""
        return self.keys.school

    def here(self, table: Table, **columns: object) -> ColumnElement[bool]:
        """The condition that a row is this school's and has these values."""
        return and_(
            table.c.school == self.school,
            *(table.c[name] == value for name, value in columns.items()),
        )

    def keyed_hash(self, purpose: str, text: str) -> str:
        """HMAC under the school's index key, hex; nothing can be looked up without that key."""
        return keyed_digest(self.keys.index, purpose, text).hex()

    def stream_key(self, stream: CaseId) -> bytes:
        """The key of a stream. Raises ``NoSuchCase``, ``KeyDestroyed`` or ``StoreDamaged``."""
        if stream == SCHOOL_STREAM:
            return self.keys.stream
        found = self.connection.execute(
            select(heads.c.wrapped_key).where(self.here(heads, stream=stream))
        ).first()
        if found is None:
            raise NoSuchCase(stream)
        if found.wrapped_key is None:
            raise KeyDestroyed(stream)
        try:
            return self.keys.unwrap_stream(found.wrapped_key, stream)
        except Unreadable as error:
            msg = f"The key of case {stream} was altered."
            raise StoreDamaged(msg) from error

    def draft_key(self, draft: DraftId) -> bytes | None:
        """The key of a draft, ``None`` if there is no such draft."""
        wrapped = cast(
            "bytes | None",
            self.connection.scalar(
                select(drafts.c.wrapped_key).where(self.here(drafts, draft_id=draft))
            ),
        )
        if wrapped is None:
            return None
        try:
            return self.keys.unwrap_draft(wrapped, draft)
        except Unreadable as error:
            msg = f"The key of draft {draft} was altered."
            raise StoreDamaged(msg) from error
