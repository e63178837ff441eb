"""How a report being written is kept: under a key of its own, gone with it when it is deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from bot.app.ports import Draft, DraftMovedOn, StoreDamaged
from bot.domain.ids import CaseId, DraftId, EvidenceId, PersonId
from storage.engine import insert_if_new
from storage.sealing import Unreadable, seal, unseal
from storage.tables import drafts
from storage.tables import evidence as files
from storage.transaction import Transaction
from storage.vault import VaultWriting

_WRITER = "draft"
_LENGTH = 4


class DraftReading(Transaction):
    """Reads drafts."""

    def draft(self, draft: DraftId) -> Draft | None:
        """The draft, ``None`` if it was sent, deleted or never begun."""
        row = self.connection.execute(
            select(drafts).where(self.here(drafts, draft_id=draft))
        ).first()
        return None if row is None else self._opened_draft(row)

    def drafts_of(self, person: PersonId) -> tuple[Draft, ...]:
        """The drafts of the person, oldest first."""
        return self._found_drafts(drafts.c.person_key == self.keyed_hash(_WRITER, person))

    def drafts_to_remind(self, now: datetime) -> tuple[Draft, ...]:
        """The drafts whose ``remind_at`` has come, oldest first."""
        return self._found_drafts(drafts.c.remind_at <= now)

    def _found_drafts(self, which: ColumnElement[bool]) -> tuple[Draft, ...]:
        rows = self.connection.execute(
            select(drafts)
            .where(self.here(drafts), which)
            .order_by(drafts.c.started_at, drafts.c.draft_id)
        ).all()
        return tuple(self._opened_draft(row) for row in rows)

    def _opened_draft(self, row: Row[Any]) -> Draft:
        try:
            key = self.keys.unwrap_draft(row.wrapped_key, DraftId(row.draft_id))
            content = unseal(key, row.sealed, "draft", self.school, row.draft_id, row.revision)
        except Unreadable as error:
            msg = f"Draft {row.draft_id} was altered."
            raise StoreDamaged(msg) from error
        person, answers = _split(content)
        return Draft(
            draft=DraftId(row.draft_id),
            person=person,
            started_at=row.started_at,
            revision=row.revision,
            answers=answers,
            remind_at=row.remind_at,
            case=None if row.case_id is None else CaseId(row.case_id),
        )


class DraftWriting(DraftReading, VaultWriting):
    """Writes and deletes drafts."""

    def put_draft(self, draft: Draft) -> None:
        """Writes the draft; raises ``DraftMovedOn`` unless its revision is the stored one plus 1.

        A draft that is not stored counts as revision 0: the first one put has revision 1.
        """
        key = self.draft_key(draft.draft)
        if (key is None) != (draft.revision == 1):
            raise DraftMovedOn(draft.draft)
        done = self._begin_draft(draft) if key is None else self._go_on_with_draft(draft, key)
        if not done:
            raise DraftMovedOn(draft.draft)

    def _begin_draft(self, draft: Draft) -> bool:
        key, wrapped = self.keys.new_draft_key(draft.draft)
        return insert_if_new(
            self.connection,
            drafts,
            school=self.school,
            draft_id=draft.draft,
            wrapped_key=wrapped,
            **self._draft_columns(draft, key),
        )

    def _go_on_with_draft(self, draft: Draft, key: bytes) -> bool:
        before = self.here(drafts, draft_id=draft.draft, revision=draft.revision - 1)
        written = update(drafts).where(before).values(**self._draft_columns(draft, key))
        return self.connection.execute(written).rowcount == 1

    def _draft_columns(self, draft: Draft, key: bytes) -> dict[str, object]:
        content = _joined(draft.person, draft.answers)
        return {
            "person_key": self.keyed_hash(_WRITER, draft.person),
            "started_at": draft.started_at,
            "revision": draft.revision,
            "remind_at": draft.remind_at,
            "case_id": draft.case,
            "sealed": seal(key, content, "draft", self.school, draft.draft, draft.revision),
        }

    def delete_draft(self, draft: DraftId) -> None:
        """Deletes the draft, its key and the files that were not handed to a case."""
        left = self.connection.scalars(
            select(files.c.evidence_id).where(self.here(files, draft_id=draft))
        ).all()
        for evidence in left:
            self.delete_file(EvidenceId(evidence))
        self.connection.execute(delete(drafts).where(self.here(drafts, draft_id=draft)))
        self.key_destroyed = True

    def delete_drafts_before(self, moment: datetime) -> int:
        """Deletes the drafts started before the moment; returns how many there were."""
        old = self.connection.scalars(
            select(drafts.c.draft_id).where(self.here(drafts), drafts.c.started_at < moment)
        ).all()
        for draft in old:
            self.delete_draft(DraftId(draft))
        return len(old)


def _joined(person: PersonId, answers: bytes) -> bytes:
    name = person.encode()
    return len(name).to_bytes(_LENGTH, "big") + name + answers


def _split(content: bytes) -> tuple[PersonId, bytes]:
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    return PersonId(content[_LENGTH:end].decode()), content[end:]
