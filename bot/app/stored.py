"""What the store gives back of a school: entries, cases, drafts and files, all without meaning."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CaseId, DraftId, EvidenceId, PersonId, Reference

SCHOOL_STREAM = CaseId("school")
"""The stream of the school itself: cases opened and erased, digests, people away."""


@dataclass(frozen=True)
class StoredEntry:
    """One entry of a stream, decrypted. ``number`` counts from 1; ``at`` is UTC."""

    number: int
    at: datetime
    payload: bytes
    hash: bytes = b""
    """The entry's own hash, chained to all before it."""

    @property
    def mark(self) -> "EntryMark":
        """By what it is told from every other entry that its stream could have here."""
        return EntryMark(self.number, self.hash)


@dataclass(frozen=True)
class EntryMark:
    """An entry of a stream. Its hash is chained: where it is the same, all before it is too."""

    number: int
    hash: bytes


@dataclass(frozen=True)
class StreamEnd:
    """The last entry of a stream whose key is there."""

    last: EntryMark
    added_here: bool
    """This very transaction added to the stream: if it rolls back, it never ended so."""


@dataclass(frozen=True)
class CaseRow:
    """The index of a case: what must be found without reading its events. No personal detail."""

    case: CaseId
    reference: Reference
    opened_at: datetime
    status: str
    policy_sha256: str
    look_again_at: datetime | None
    """The next moment at which anything about the case can change; never ``None`` while open."""
    closed_at: datetime | None = None


ERASED = "erased"
"""The status of a case that was erased; ``case_row`` and its like do not find it any more."""


@dataclass(frozen=True)
class ErasedCase:
    """What is left of a case: of ``opened_at`` and ``closed_at`` the month, and ``figures``."""

    row: CaseRow
    erased_at: datetime
    figures: bytes
    """What still counts of it, as ``Writing.erase_case`` was given it; opaque to storage."""


@dataclass(frozen=True)
class Draft:
    """A report that is being written. ``answers`` is opaque to storage and encrypted at rest."""

    draft: DraftId
    person: PersonId
    started_at: datetime
    revision: int
    answers: bytes
    remind_at: datetime | None = None
    """When its writer is reminded, if its safety answer is a danger."""
    case: CaseId | None = None
    """The case that *Alert now* opened from it."""


@dataclass(frozen=True)
class KeptFile:
    """What the vault knows of a file, without its bytes."""

    evidence: EvidenceId
    sha256: str
    size: int
    media_type: str
    draft: DraftId | None
    """Whose it is: a draft's, or a case's."""
    case: CaseId | None
