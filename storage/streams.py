"""How entries are chained to a stream, in which order streams are locked, and how they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.app.ports import NoSuchCase, StoreDamaged
from bot.app.stored import SCHOOL_STREAM, EntryMark, StoredEntry, StreamEnd
from bot.domain.ids import CaseId
from storage import straight
from storage.chain import Head, entry_hash
from storage.heads import LockedHead, columns_of, head_of
from storage.prepared import of_school
from storage.sealing import Unreadable, seal, unseal
from storage.tables import entries, heads
from storage.transaction import Transaction
from storage.types import microseconds

_HEAD = select(heads).where(of_school(heads, "stream"))
_LOCKED_HEAD = _HEAD.with_for_update()
_NEW_HEAD = insert(heads)
_PUT_HEAD = update(heads).where(of_school(heads, "stream"))
_ENTRIES = (
    select(entries.c.number, entries.c.at, entries.c.ciphertext, entries.c.hash)
    .where(of_school(entries, "stream"), entries.c.number >= bindparam("from_number"))
    .order_by(entries.c.number)
)
_NEW_ENTRIES = insert(entries)
_ITS_NAME = ("school", "stream")


class LockOrder(RuntimeError):
    """A programming mistake: locks taken in this order could wait for each other for ever."""


class StreamReading(Transaction):
    """Reads the entries of a stream."""

    def entries(self, stream: CaseId) -> tuple[StoredEntry, ...]:
        """Every entry in order. Raises ``NoSuchCase``, ``KeyDestroyed`` or ``StoreDamaged``."""
        key = self.stream_key(stream)
        return tuple(self._opened_entry(stream, key, row) for row in self._rows(stream, 0))

    def entries_after(self, stream: CaseId, known: EntryMark) -> tuple[StoredEntry, ...] | None:
        """The entries that follow this one; ``None`` if the stream does not hold it.

        Raises as ``entries`` does.
        """
        key = self.stream_key(stream)
        rows = self._rows(stream, known.number)
        if not rows or EntryMark(rows[0].number, bytes(rows[0].hash)) != known:
            return None
        return tuple(self._opened_entry(stream, key, row) for row in rows[1:])

    def _rows(self, stream: CaseId, number: int) -> Sequence[Row[Any]]:
        first = {**self.of(stream=stream), "from_number": number}
        # All at once: a cursor left half read would keep SQLite at this moment.
        return straight.rows(self.connection, _ENTRIES, first)

    def end_of(self, stream: CaseId) -> StreamEnd:
        """Where a stream ends. Raises ``NoSuchCase``, ``KeyDestroyed`` or ``StoreDamaged``."""
        known = self.locked.get(stream)
        if known is None:
            row = straight.first(self.connection, _HEAD, self.of(stream=stream))
            if row is None:
                raise NoSuchCase(stream)
            head, wrapped = head_of(self.school, row), row.wrapped_key
        else:
            head, wrapped = known.head, known.wrapped_key
        if stream != SCHOOL_STREAM:
            self.unwrapped(stream, wrapped)
        mark = EntryMark(head.number, bytes(head.hash))
        return StreamEnd(mark, added_here=stream in self.appended)

    def _opened_entry(self, stream: CaseId, key: bytes, row: Row[Any]) -> StoredEntry:
        try:
            payload = unseal(key, row.ciphertext, self.school, stream, row.number)
        except Unreadable as error:
            msg = f"Entry {row.number} of {stream} was altered. Run report-post verify."
            raise StoreDamaged(msg) from error
        return StoredEntry(row.number, row.at, payload, bytes(row.hash))

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
        row = straight.first(self.connection, _LOCKED_HEAD, self.of(stream=stream))
        if row is None:
            raise NoSuchCase(stream)
        head = head_of(self.school, row)
        genuine = row.mac == head.mac(self.keys.chain)
        known = LockedHead(head, row.mac, genuine, row.wrapped_key)
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
        return self.append_and_put(self.head_under_lock(stream).head, at, payloads)

    def append_and_put(self, head: Head, at: datetime, payloads: Sequence[bytes]) -> int:
        """As ``append``, to a locked head that has changed otherwise too and is written with it."""
        key = self.stream_key(head.stream)
        rows, after = self._chained(head, key, at, payloads)
        if rows:
            straight.run_each(self.connection, _NEW_ENTRIES, rows)
            self.appended.add(head.stream)
        if after != self.locked[head.stream].head:
            self.put_head(after)
        return after.number

    def _chained(
        self, head: Head, key: bytes, at: datetime, payloads: Sequence[bytes]
    ) -> tuple[list[dict[str, object]], Head]:
        at_us, number, last_hash = microseconds(at), head.number, head.hash
        rows: list[dict[str, object]] = []
        for number, payload in enumerate(payloads, start=head.number + 1):
            ciphertext = seal(key, payload, self.school, head.stream, number)
            last_hash = entry_hash(last_hash, self.school, head.stream, number, at_us, ciphertext)
            rows.append(
                {
                    "school": self.school,
                    "stream": head.stream,
                    "number": number,
                    "at": at,
                    "ciphertext": ciphertext,
                    "hash": last_hash,
                }
            )
        return rows, head.after(number, last_hash)

    def start_stream(self, case: CaseId, at: datetime, payloads: Sequence[bytes]) -> None:
        """Makes the head and the key of a new case, with its first entries; it is locked then."""
        key, wrapped = self.keys.new_stream_key(case)
        rows, head = self._chained(Head(self.school, case), key, at, payloads)
        mac = head.mac(self.keys.chain)
        new = {**columns_of(head, mac), "wrapped_key": wrapped}
        straight.run(self.connection, _NEW_HEAD, new)
        if rows:
            straight.run_each(self.connection, _NEW_ENTRIES, rows)
        self.locked[case] = LockedHead(head, mac, genuine=True, wrapped_key=wrapped)
        self.started.add(case)
        self.appended.add(case)

    def put_head(self, head: Head) -> None:
        """Writes a head that is locked, with its keyed hash."""
        known = self.head_under_lock(head.stream)
        mac = head.mac(self.keys.chain) if known.genuine else known.mac
        # Not the columns by which others refer to it: SQLite would look for those that do.
        changing = {**columns_of(head, mac), **self.of(stream=head.stream)}
        written = {name: each for name, each in changing.items() if name not in _ITS_NAME}
        straight.run(self.connection, _PUT_HEAD, written)
        wrapped = None if head.erased else known.wrapped_key
        self.locked[head.stream] = LockedHead(head, mac, known.genuine, wrapped)
