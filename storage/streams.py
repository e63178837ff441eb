"""How entries are chained to a stream, in which order streams are locked, and how they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.app.ports import SCHOOL_STREAM, NoSuchCase, StoreDamaged, StoredEntry
from bot.domain.ids import CaseId
from storage.chain import Head, entry_hash
from storage.heads import LockedHead, columns_of, head_of
from storage.sealing import Unreadable, seal, unseal
from storage.tables import entries, heads
from storage.transaction import Transaction
from storage.types import microseconds


class LockOrder(RuntimeError):
    """A programming mistake: locks taken in this order could wait for each other for ever."""


class StreamReading(Transaction):
    """Reads the entries of a stream."""

    def entries(self, stream: CaseId) -> tuple[StoredEntry, ...]:
        """Every entry in order. Raises ``NoSuchCase``, ``KeyDestroyed`` or ``StoreDamaged``."""
        key = self.stream_key(stream)
        rows = self.connection.execute(
            select(entries.c.number, entries.c.at, entries.c.ciphertext)
            .where(self.here(entries, stream=stream))
            .order_by(entries.c.number)
        ).all()  # a cursor that an altered entry left half read would keep SQLite at this moment
        return tuple(self._opened_entry(stream, key, row) for row in rows)

    def _opened_entry(self, stream: CaseId, key: bytes, row: Row[Any, Any, Any]) -> StoredEntry:
        try:
            payload = unseal(key, row.ciphertext, self.school, stream, row.number)
        except Unreadable as error:
            msg = f"Entry {row.number} of {stream} was altered. Run report-post verify."
            raise StoreDamaged(msg) from error
        return StoredEntry(row.number, row.at, payload)

    def entry_hashes(self, stream: CaseId) -> tuple[str, ...]:
        """The hash of every entry in order, hex."""
        found = self.connection.scalars(
            select(entries.c.hash)
            .where(self.here(entries, stream=stream))
            .order_by(entries.c.number)
        )
        return tuple(bytes(each).hex() for each in found)

    def head_hash(self, stream: CaseId = SCHOOL_STREAM) -> str:
        """The hash of the last entry, hex: two copies of a store can be compared by it."""
        found = self.connection.execute(
            select(heads.c.hash).where(self.here(heads, stream=stream))
        ).first()
        if found is None:
            raise NoSuchCase(stream)
        return bytes(found.hash).hex()


class StreamWriting(StreamReading):
    """Locks streams (the school first, then cases in the order of their ids) and appends."""

    def lock_school(self) -> None:
        """Locks the school's head until the transaction ends."""
        self.head_under_lock(SCHOOL_STREAM)

    def lock_case(self, case: CaseId) -> None:
        """Locks the case's head until the transaction ends. Raises ``NoSuchCase``."""
        self.head_under_lock(case)

    def head_under_lock(self, stream: CaseId) -> LockedHead:
        """The head as this transaction has it, locked. Raises ``NoSuchCase`` or ``LockOrder``."""
        known = self.locked.get(stream)
        if known is not None:
            return known
        self._check_order(stream)
        row = self.connection.execute(
            select(heads).where(self.here(heads, stream=stream)).with_for_update()
        ).first()
        if row is None:
            raise NoSuchCase(stream)
        head = head_of(self.school, row)
        known = LockedHead(head, row.mac, genuine=row.mac == head.mac(self.keys.chain))
        self.locked[stream] = known
        return known

    def _check_order(self, stream: CaseId) -> None:
        # A deadlock would only be seen on PostgreSQL and under load: refuse it everywhere.
        if stream == SCHOOL_STREAM and self.locked:
            msg = "Lock the school before any case (DESIGN, Writing)."
            raise LockOrder(msg)
        held = self.locked.keys() - self.started - {SCHOOL_STREAM}
        if stream != SCHOOL_STREAM and any(other > stream for other in held):
            msg = "Lock cases in the order of their ids (DESIGN, Writing)."
            raise LockOrder(msg)

    def append(self, stream: CaseId, at: datetime, payloads: Sequence[bytes]) -> int:
        """Chains the payloads to the stream and locks it if need be; returns the last number."""
        head = self.head_under_lock(stream).head
        key = self.stream_key(stream)
        at_us, number, last_hash = microseconds(at), head.number, head.hash
        rows: list[dict[str, object]] = []
        for number, payload in enumerate(payloads, start=head.number + 1):
            ciphertext = seal(key, payload, self.school, stream, number)
            last_hash = entry_hash(last_hash, self.school, stream, number, at_us, ciphertext)
            rows.append(
                {
                    "school": self.school,
                    "stream": stream,
                    "number": number,
                    "at": at,
                    "ciphertext": ciphertext,
                    "hash": last_hash,
                }
            )
        if rows:
            self.connection.execute(insert(entries), rows)
            self.put_head(head.after(number, last_hash))
        return number

    def start_stream(self, case: CaseId) -> None:
        """Makes the head and the key of a new case; both are locked from then on."""
        head = Head(self.school, case)
        mac = head.mac(self.keys.chain)
        self.connection.execute(
            insert(heads).values(
                **columns_of(head, mac), wrapped_key=self.keys.new_stream_key(case)
            )
        )
        self.locked[case] = LockedHead(head, mac, genuine=True)
        self.started.add(case)

    def put_head(self, head: Head) -> None:
        """Writes a head that is locked, with its keyed hash."""
        known = self.head_under_lock(head.stream)
        mac = head.mac(self.keys.chain) if known.genuine else known.mac
        self.connection.execute(
            update(heads)
            .where(self.here(heads, stream=head.stream))
            .values(**columns_of(head, mac))
        )
        self.locked[head.stream] = LockedHead(head, mac, genuine=known.genuine)
