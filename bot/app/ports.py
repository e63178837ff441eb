"""What the application asks of the world: a store and a clock. Adapters and storage fulfil it.

Storage keeps bytes and decides nothing. Whatever a payload means is known to ``bot.domain`` and to
``bot.app`` alone; storage encrypts it, chains it and gives it back.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.app.intents import (
    Claimed,
    Intent,
    RowId,
)
from bot.app.stored import (
    CaseRow,
    Draft,
    EntryMark,
    ErasedCase,
    KeptFile,
    StoredEntry,
    StreamEnd,
)
from bot.domain.ids import (
    CaseId,
    Cause,
    DraftId,
    EvidenceId,
    MessageKind,
    PersonId,
    Reference,
    SchoolId,
)
from bot.domain.urgency import Urgency


class NoSuchCase(Exception):
    """There is no case of that id in this school."""


class KeyDestroyed(Exception):
    """The case was erased; its entries can be verified but no longer read."""


class NoSuchFile(Exception):
    """There is no such file, or it is not of that draft."""


class StoreDamaged(Exception):
    """Something stored was altered or is missing; ``report-post verify`` tells more."""


class Reading(Protocol):
    """A consistent look at one school's store; every method reads."""

    def entries(self, stream: CaseId) -> tuple[StoredEntry, ...]:
        """Every entry in order. Raises ``NoSuchCase`` or ``KeyDestroyed``."""

    def entries_after(self, stream: CaseId, known: EntryMark) -> tuple[StoredEntry, ...] | None:
        """The entries that follow this one; ``None`` if the stream does not hold it.

        Raises as ``entries`` does.
        """

    def end_of(self, stream: CaseId) -> StreamEnd:
        """Where a stream ends. Raises as ``entries`` does: an erased case has no end to read to."""

    def case_row(self, case: CaseId) -> CaseRow | None: ...
    def case_by_reference(self, reference: Reference) -> CaseRow | None: ...
    def case_rows(self, *, status: str | None = None) -> tuple[CaseRow, ...]:
        """The school's cases in the order they came, all or those of one status; no erased one."""

    def erased_cases(self) -> tuple[ErasedCase, ...]:
        """What is left of the erased cases, in the order they came."""

    def cases_to_look_at(self, now: datetime, limit: int) -> tuple[CaseRow, ...]:
        """Cases whose ``look_again_at`` has come, earliest first."""

    def next_look_at(self) -> datetime | None:
        """The earliest ``look_again_at`` of any open case."""

    def cases_with_link(self, link_key: str) -> tuple[CaseRow, ...]:
        """Cases that hold the link (``Writing.keep_link``), oldest first."""

    def cases_with_name(self, name_key: str) -> tuple[CaseRow, ...]:
        """Cases whose poster has the name (``Writing.keep_name``), oldest first."""

    def keyed_hash(self, purpose: str, text: str) -> str:
        """HMAC under the school's index key, hex. ``text`` is normalised by the caller."""

    def policy_text(self, sha256: str) -> str | None: ...
    def draft(self, draft: DraftId) -> Draft | None: ...
    def drafts_of(self, person: PersonId) -> tuple[Draft, ...]: ...
    def drafts_to_remind(self, now: datetime) -> tuple[Draft, ...]: ...
    def file(self, evidence: EvidenceId) -> KeptFile | None: ...
    def file_content(self, evidence: EvidenceId) -> bytes:
        """The original bytes, decrypted and checked against their hash."""

    def remembered(self, cause: Cause) -> bytes | None:
        """What was answered to this cause before, if it was acted on already."""

    def value(self, name: str) -> bytes | None:
        """A small value of the school's, such as who is away or the fingerprint of its calendar."""

    def values(self, beginning: str) -> Mapping[str, bytes]:
        """The small values whose names begin like this, by name."""

    def reports_of(self, person: PersonId) -> tuple[CaseRow, ...]:
        """Cases the person reported (``Writing.keep_reporter``), newest first."""

    def sent_kinds(self, case: CaseId, person: PersonId) -> tuple[MessageKind, ...]:
        """Kinds of message about the case that were delivered to the person."""

    def school_looks_at(self) -> datetime | None:
        """When the tick is to look at the school next, early or on time; ``None``: now.

        Cases and drafts that are due are found by their own times.
        """

    def next_intent_at(self, after: datetime) -> datetime | None:
        """When the next intent is due that is not due yet at ``after`` (the school's clock)."""

    def entry_hashes(self, stream: CaseId) -> tuple[str, ...]:
        """The hash of every entry in order, hex: each is chained to the one before."""

    def head_hash(self) -> str:
        """The hash of the last entry of the school's own stream, hex."""


class Writing(Reading, Protocol):
    """One transaction that writes. Lock order: school, then cases in the order of their ids."""

    def once_committed(self, action: Callable[[], object]) -> None:
        """Does it after the commit; never, if the transaction is rolled back."""

    def lock_school(self) -> None: ...
    def lock_case(self, case: CaseId) -> None:
        """Raises ``NoSuchCase``."""

    def start_case(
        self, row: CaseRow, first: Sequence[bytes] = (), *, entry: bytes | None = None
    ) -> None:
        """Makes the stream's head row, its key and its index row. The school must be locked.

        ``first`` are the first entries of the case; ``entry`` goes to the school's own stream.
        """

    def next_reference(self, year: int) -> Reference:
        """Allocates the next reference of the year. The school must be locked."""

    def append(self, stream: CaseId, at: datetime, payloads: Sequence[bytes]) -> int:
        """Chains the payloads to the stream, which must be locked; returns the last number."""

    def put_case_row(self, row: CaseRow) -> None: ...
    def erase_case(self, case: CaseId, at: datetime, *, figures: bytes, entry: bytes) -> None:
        """Destroys the key of the case, its evidence and all by which it is found.

        Its sealed entries stay, so that the chain verifies, and an index row without detail, with
        ``figures``. ``entry`` goes to the school's own stream. Locks the school, then the case.
        Raises ``NoSuchCase``, and ``KeyDestroyed`` if it was erased before.
        """

    def look_again(self, case: CaseId, at: datetime | None) -> None:
        """Sets the hint alone, without a lock on the stream."""

    def look_again_at_all(self, at: datetime) -> None:
        """Sets the hint of every open case, after the calendar, the roles or the rules changed."""

    def keep_link(self, case: CaseId, link_key: str) -> None: ...
    def keep_name(self, case: CaseId, name_key: str) -> None: ...
    def forget_names(self, case: CaseId) -> None: ...
    def keep_reporter(self, case: CaseId, person: PersonId) -> None: ...
    def keep_policy(self, sha256: str, text: str) -> None: ...
    def put_draft(self, draft: Draft) -> None:
        """Writes the draft; raises ``DraftMovedOn`` unless its revision is the next one."""

    def delete_draft(self, draft: DraftId) -> None: ...
    def delete_drafts_before(self, moment: datetime) -> int: ...
    def keep_file(
        self, evidence: EvidenceId, owner: CaseId | DraftId, content: bytes, media_type: str
    ) -> KeptFile:
        """Encrypts and stores a file for a case, or for a draft until ``hand_files``."""

    def hand_files(self, draft: DraftId, case: CaseId, evidence: Sequence[EvidenceId]) -> None:
        """Re-wraps a draft's files for the case that its report opened or joined."""

    def delete_file(self, evidence: EvidenceId) -> None: ...
    def remember(self, cause: Cause, answer: bytes, at: datetime) -> None:
        """Raises ``ActedOnAlready`` if the cause was remembered meanwhile."""

    def forget_causes_before(self, moment: datetime) -> int:
        """Forgets answers older than the moment (the school's clock)."""

    def put_value(self, name: str, value: bytes) -> None: ...
    def forget_value(self, name: str) -> None: ...
    def forget_values(self, beginning: str) -> None:
        """Forgets every value whose name begins like this."""

    def look_at_school_now(self) -> None:
        """Something changed by which the tick finds out what is due."""

    def hold_school_hint(self) -> None:
        """Keeps others from moving the hint until the transaction ends; what they did is seen."""

    def look_at_school_again(self, at: datetime) -> None:
        """Nothing is due before this moment. The hint must be held."""

    def enqueue(self, intents: Sequence[Intent]) -> int:
        """Writes the intents whose key is new; returns how many there were."""

    def mark_stale(self, case: CaseId) -> None:
        """Sent rows that show the case are to be looked at again."""

    def keep_lease(self, claimed: Claimed, machine_now: datetime) -> bool:
        """A message that is still on its way stays ours. Returns as ``mark_sent`` does."""

    def hold_messages(self, rows: Collection[RowId], cases: Collection[CaseId]) -> None:
        """Locks messages, and those that show the cases, in the order in which acts do.

        To be called before several are marked, or one and then what shows a case.
        """

    def mark_sent(
        self, claimed: Claimed, message_ref: str, shown: str, at: datetime, person: PersonId | None
    ) -> bool:
        """False if the lease was lost meanwhile; then nothing is marked."""

    def mark_shown(self, claimed: Claimed, shown: str) -> bool: ...
    def try_later(self, claimed: Claimed, at: datetime, *, counts: bool) -> bool:
        """``at`` is the machine's time. Returns as ``mark_sent`` does."""

    def wait_until(self, claimed: Claimed, not_before: datetime) -> bool:
        """Puts it back until a moment of the school's clock (nobody holds the role)."""

    def give_up(self, claimed: Claimed, why: str) -> bool:
        """A permanent failure: kept, never tried again."""

    def drop(self, claimed: Claimed, why: str) -> bool:
        """No longer due, or no longer permitted: kept as such, never sent."""

    def split(self, claimed: Claimed, intents: Sequence[Intent]) -> bool:
        """Replaces a role's row by one a person."""


class DraftMovedOn(Exception):
    """The draft was changed elsewhere since this page was shown."""


class ActedOnAlready(Exception):
    """The same cause was acted on in another transaction."""


class Batch(Protocol):
    """One transaction for several schools."""

    def of(self, school: SchoolId) -> Writing:
        """Writes for the school, and stands or falls with everything else."""

    def part(self, school: SchoolId) -> AbstractContextManager[Writing]:
        """A part that stands or falls by itself: it is rolled back alone if it raises."""

    def claim(
        self, now: datetime, machine_now: datetime, limit: int, most: Urgency = Urgency.LAST
    ) -> tuple[tuple[SchoolId, Claimed], ...]:
        """Leases messages that are due by the schools' ``now``, and at least so urgent.

        One a recipient, most urgent first. Leases, retries and backoff run on the machine's clock.
        """

    def claim_changed(
        self, machine_now: datetime, limit: int
    ) -> tuple[tuple[SchoolId, Claimed], ...]:
        """Leases messages that show something older than it is, likewise."""


class Together(Protocol):
    """The schools of one database: what is asked or written once for all of them."""

    def schools_due(self, now: datetime, limit: int) -> tuple[SchoolId, ...]:
        """Schools that the tick is to look at, those with a case due first."""

    def is_any_due(self, now: datetime, machine_now: datetime) -> bool:
        """Whether there is a message that may be claimed."""

    def is_any_changed(self, machine_now: datetime) -> bool:
        """Whether there is a message that is to be shown anew."""

    def reading(self) -> AbstractContextManager[Callable[[SchoolId], Reading]]:
        """One look at several schools."""

    def writing(self) -> AbstractContextManager[Batch]:
        """Commits when the block ends, rolls back when it raises."""


class Store(Protocol):
    """The store of one school."""

    @property
    def database(self) -> Hashable:
        """The same for all stores that may work ``together``."""

    def reading(self) -> AbstractContextManager[Reading]: ...
    def writing(self) -> AbstractContextManager[Writing]:
        """Commits when the block ends, rolls back when it raises."""

    def parts(self) -> AbstractContextManager[Callable[[], AbstractContextManager[Writing]]]:
        """As ``writing``, in parts: each stands or falls by itself, and all commit as one."""

    def together(self, stores: "Collection[Store]") -> Together:
        """These stores, which share this one's ``database``, as one."""

    def alone(self, work: str, now: datetime) -> AbstractContextManager[bool]:
        """Whether this process is to do work that replicas share; no other begins it meanwhile.

        It is not, where another one does it now, or ended it well in the last hours before ``now``
        (the machine's clock).
        """

    def close(self) -> None: ...


@dataclass(frozen=True)
class Finding:
    """What ``verify`` found wrong first, in plain English, with the stream and the number."""

    stream: str
    number: int | None
    says: str


class Verifier(Protocol):
    """Checks chains, heads, the index and the evidence of a store (PRODUCT, section 6)."""

    def findings(self) -> Iterator[Finding]: ...


class Clock(Protocol):
    """Two clocks: the school's, which may be moved on, and the machine's. Both give aware UTC."""

    def now(self) -> datetime: ...
    def machine_now(self) -> datetime: ...


@dataclass(frozen=True)
class AwaySpan:
    """The head is away; ``until_on`` is included."""

    person: PersonId
    until_on: date
