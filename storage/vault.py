"""How evidence is kept: sealed in files, each under a key of its own that its owner's key wraps."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.app.ports import KeyDestroyed, NoSuchFile, StoreDamaged
from bot.app.stored import KeptFile
from bot.domain.ids import CaseId, DraftId, EvidenceId, SchoolId
from storage.chain import keyed_digest
from storage.folder import shred, write_file
from storage.sealing import Unreadable, new_key, seal, unseal
from storage.streams import StreamReading, StreamWriting
from storage.tables import evidence as files


def kept_file_of(row: Row[Any]) -> KeptFile:
    """What a row of ``evidence`` says of its file."""
    return KeptFile(
        EvidenceId(row.evidence_id),
        row.sha256,
        row.size,
        row.media_type,
        None if row.draft_id is None else DraftId(row.draft_id),
        None if row.case_id is None else CaseId(row.case_id),
    )


def file_digest(chain_key: bytes, row: Row[Any]) -> bytes:
    """What a file adds to the members of its case: all that never changes about it."""
    return keyed_digest(
        chain_key,
        "evidence",
        row.evidence_id,
        row.file_name,
        row.file_sha256,
        row.sha256,
        row.size,
        row.media_type,
    )


def key_of_file(owner_key: bytes, school: SchoolId, row: Row[Any]) -> bytes:
    """The file's own key. Raises ``Unreadable``."""
    return unseal(owner_key, row.wrapped_key, "file key", school, row.evidence_id)


def unsealed_file(owner_key: bytes, school: SchoolId, row: Row[Any], sealed: bytes) -> bytes:
    """The original bytes, checked against their hash and size. Raises ``Unreadable``."""
    key = key_of_file(owner_key, school, row)
    content = unseal(key, sealed, "file", school, row.evidence_id)
    if hashlib.sha256(content).hexdigest() != row.sha256 or len(content) != row.size:
        msg = "The file is not the one that its hash and size tell of."
        raise Unreadable(msg)
    return content


class VaultReading(StreamReading):
    """Reads evidence."""

    def file(self, evidence: EvidenceId) -> KeptFile | None:
        """What is known of the file, ``None`` if there is none."""
        row = self.file_row(evidence)
        return None if row is None else kept_file_of(row)

    def file_content(self, evidence: EvidenceId) -> bytes:
        """The original bytes, decrypted and checked against their hash.

        Raises ``NoSuchFile``, ``KeyDestroyed`` or ``StoreDamaged``.
        """
        row = self.file_row(evidence)
        if row is None:
            raise NoSuchFile(evidence)
        try:
            sealed = (self.folder / row.file_name).read_bytes()
            return unsealed_file(self._file_owner_key(row), self.school, row, sealed)
        except (Unreadable, OSError) as error:
            msg = f"The file of evidence {evidence} is missing or was altered."
            raise StoreDamaged(msg) from error

    def file_row(self, evidence: EvidenceId) -> Row[Any] | None:
        """The row of the file, ``None`` if there is none."""
        return self.connection.execute(
            select(files).where(self.here(files, evidence_id=evidence))
        ).first()

    def _file_owner_key(self, row: Row[Any]) -> bytes:
        if row.case_id is not None:
            return self.stream_key(CaseId(row.case_id))
        key = self.draft_key(DraftId(row.draft_id))
        if key is None:
            raise KeyDestroyed(row.draft_id)
        return key


class VaultWriting(VaultReading, StreamWriting):
    """Keeps evidence, hands it from a draft to a case, and deletes it."""

    def keep_file(
        self, evidence: EvidenceId, owner: CaseId | DraftId, content: bytes, media_type: str
    ) -> KeptFile:
        """Encrypts and stores a file for a draft or a case (which it locks).

        The file is on the disk before the row commits. If it does not commit the file is removed,
        or swept later.
        Raises ``NoSuchCase`` if there is neither a draft nor a case of that id.
        """
        draft_key = self.draft_key(DraftId(owner))
        owner_key = self.stream_key(CaseId(owner)) if draft_key is None else draft_key
        key = new_key()
        sealed = seal(key, content, "file", self.school, evidence)
        file_name = write_file(self.folder, sealed)
        self.laid_down.append(self.folder / file_name)
        self.connection.execute(
            insert(files).values(
                school=self.school,
                evidence_id=evidence,
                draft_id=None if draft_key is None else owner,
                case_id=owner if draft_key is None else None,
                file_name=file_name,
                file_sha256=hashlib.sha256(sealed).hexdigest(),
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                media_type=media_type,
                wrapped_key=seal(owner_key, key, "file key", self.school, evidence),
            )
        )
        row = self._known_file(evidence)
        if draft_key is None:
            self._join_case(CaseId(owner), row)
        return kept_file_of(row)

    def hand_files(self, draft: DraftId, case: CaseId, evidence: Sequence[EvidenceId]) -> None:
        """Re-wraps a draft's files for the case (which it locks); the draft's wrap is gone.

        Raises ``NoSuchCase``, or ``NoSuchFile`` for a file that is not this draft's.
        """
        case_key = self.stream_key(case)
        draft_key = self.draft_key(draft)
        for each in evidence:
            row = self._known_file(each)
            if draft_key is None or row.draft_id != draft:
                raise NoSuchFile(each)
            key = unseal(draft_key, row.wrapped_key, "file key", self.school, each)
            self.connection.execute(
                update(files)
                .where(self.here(files, evidence_id=each))
                .values(
                    draft_id=None,
                    case_id=case,
                    wrapped_key=seal(case_key, key, "file key", self.school, each),
                )
            )
            self._join_case(case, row)

    def delete_file(self, evidence: EvidenceId) -> None:
        """Deletes the file and its key (and locks its case); nothing if there is none."""
        row = self.file_row(evidence)
        if row is None:
            return
        if row.case_id is not None:
            head = self.head_under_lock(CaseId(row.case_id)).head
            self.put_head(head.without_member(file_digest(self.keys.chain, row)))
        self.connection.execute(delete(files).where(self.here(files, evidence_id=evidence)))
        # Only once the row is gone for good: a rollback must find the file.
        self.after_commit.append(lambda: shred(self.folder / row.file_name))
        self.key_destroyed = True

    def _join_case(self, case: CaseId, row: Row[Any]) -> None:
        head = self.head_under_lock(case).head
        self.put_head(head.with_member(file_digest(self.keys.chain, row)))

    def _known_file(self, evidence: EvidenceId) -> Row[Any]:
        row = self.file_row(evidence)
        if row is None:
            raise NoSuchFile(evidence)
        return row
