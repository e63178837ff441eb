"""What one transaction knows: its connection, the school, its keys, and the heads it has locked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, select

from bot.app.ports import KeyDestroyed, NoSuchCase, StoreDamaged
from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId, DraftId, SchoolId
from storage import straight
from storage.chain import keyed_digest
from storage.heads import LockedHead
from storage.keys import SchoolKeys
from storage.prepared import of_school, values_of
from storage.sealing import Unreadable
from storage.tables import drafts, heads

_KEY_OF_STREAM = select(heads.c.wrapped_key).where(of_school(heads, "stream"))
_KEY_OF_DRAFT = select(drafts.c.wrapped_key).where(of_school(drafts, "draft_id"))


@dataclass
class Transaction:
    """The ground that readers and writers of one school stand on."""

    connection: Connection
    keys: SchoolKeys
    folder: Path
    locked: dict[CaseId, LockedHead] = field(default_factory=dict)
    started: set[CaseId] = field(default_factory=set)
    """Cases that this transaction made: nobody else can see them, let alone wait for them."""
    appended: set[CaseId] = field(default_factory=set)
    """Streams that this transaction added to: if it rolls back, they never were so."""
    draft_keys: dict[DraftId, bytes] = field(default_factory=dict, repr=False)
    """The keys of the drafts that were opened in this transaction."""
    case_keys: dict[tuple[CaseId, bytes], bytes] = field(default_factory=dict, repr=False)
    """The keys of cases that this transaction unwrapped, by case and what was stored."""
    changed_cases: set[CaseId] = field(default_factory=set)
    after_commit: list[Callable[[], object]] = field(default_factory=list)
    laid_down: list[Path] = field(default_factory=list)
    """Files that this transaction wrote: if it rolls back, nobody knows them."""
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

    def of(self, **columns: object) -> dict[str, object]:
        """The values for ``of_school`` in a statement that was built before."""
        return values_of(school=self.school, **columns)

    def once_committed(self, action: Callable[[], object]) -> None:
        """Does it after the commit; never, if the transaction is rolled back."""
        self.after_commit.append(action)

    def keyed_hash(self, purpose: str, text: str) -> str:
        """HMAC under the school's index key, hex; nothing can be looked up without that key."""
        return keyed_digest(self.keys.index, purpose, text).hex()

    def stream_key(self, stream: CaseId) -> bytes:
        """The key of a stream. Raises ``NoSuchCase``, ``KeyDestroyed`` or ``StoreDamaged``."""
        if stream == SCHOOL_STREAM:
            return self.keys.stream
        known = self.locked.get(stream)
        if known is not None:
            return self.unwrapped(stream, known.wrapped_key)
        found = straight.first(self.connection, _KEY_OF_STREAM, self.of(stream=stream))
        if found is None:
            raise NoSuchCase(stream)
        return self.unwrapped(stream, found.wrapped_key)

    def unwrapped(self, stream: CaseId, wrapped: bytes | None) -> bytes:
        """The key of a case that is wrapped so. Raises ``KeyDestroyed`` or ``StoreDamaged``."""
        if wrapped is None:
            raise KeyDestroyed(stream)
        known = self.case_keys.get((stream, wrapped))
        if known is not None:
            return known
        try:
            key = self.case_keys[stream, wrapped] = self.keys.unwrap_stream(wrapped, stream)
        except Unreadable as error:
            msg = f"The key of case {stream} was altered."
            raise StoreDamaged(msg) from error
        return key

    def draft_key(self, draft: DraftId) -> bytes | None:
        """The key of a draft, ``None`` if there is no such draft."""
        wrapped = cast(
            "bytes | None", straight.scalar(self.connection, _KEY_OF_DRAFT, self.of(draft_id=draft))
        )
        if wrapped is None:
            return None
        try:
            return self.keys.unwrap_draft(wrapped, draft)
        except Unreadable as error:
            msg = f"The key of draft {draft} was altered."
            raise StoreDamaged(msg) from error
