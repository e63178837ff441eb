"""How a report being written is kept: under a key of its own, gone with it when it is deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, select, update

from bot.app.ports import DraftMovedOn, StoreDamaged
from bot.app.stored import Draft
from bot.domain.ids import CaseId, DraftId, EvidenceId, PersonId
from storage import straight
from storage.engine import insert_if_new
from storage.prepared import of_school
from storage.sealing import Unreadable, seal, unseal
from storage.tables import drafts
from storage.tables import evidence as files
from storage.transaction import Transaction
from storage.vault import VaultWriting

_WRITER = "draft"
_LENGTH = 4

_DRAFT = select(drafts).where(of_school(drafts, "draft_id"))
_OLDEST_FIRST = (drafts.c.started_at, drafts.c.draft_id)
_DRAFTS_OF = select(drafts).where(of_school(drafts, "person_key")).order_by(*_OLDEST_FIRST)
_DRAFTS_TO_REMIND = (
    select(drafts)
    .where(of_school(drafts), drafts.c.remind_at <= bindparam("now"))
    .order_by(*_OLDEST_FIRST)
)
_PUT_DRAFT = update(drafts).where(of_school(drafts, "draft_id", "revision"))
_FILES_LEFT = select(files.c.evidence_id).where(of_school(files, "draft_id"))
_DELETE_DRAFT = delete(drafts).where(of_school(drafts, "draft_id"))


class DraftReading(Transaction):
    """Reads drafts."""

    def draft(self, draft: DraftId) -> Draft | None:
        """The draft, ``None`` if it was sent, deleted or never begun."""
        row = straight.first(self.connection, _DRAFT, self.of(draft_id=draft))
        return None if row is None else self._opened_draft(row)

    def drafts_of(self, person: PersonId) -> tuple[Draft, ...]:
        """The drafts of the person, oldest first."""
        writer = self.keyed_hash(_WRITER, person)
        return self._found_drafts(_DRAFTS_OF, self.of(person_key=writer))

    def drafts_to_remind(self, now: datetime) -> tuple[Draft, ...]:
        """The drafts whose ``remind_at`` has come, oldest first."""
        return self._found_drafts(_DRAFTS_TO_REMIND, {**self.of(), "now": now})

    def _found_drafts(self, which: Select[Any], values: dict[str, object]) -> tuple[Draft, ...]:
        rows = straight.rows(self.connection, which, values)
        return tuple(self._opened_draft(row) for row in rows)

    def _opened_draft(self, row: Row[Any]) -> Draft:
        try:
            key = self.keys.unwrap_draft(row.wrapped_key, DraftId(row.draft_id))
            content = unseal(key, row.sealed, "draft", self.school, row.draft_id, row.revision)
        except Unreadable as error:
            msg = f"Draft {row.draft_id} was altered."
            raise StoreDamaged(msg) from error
        self.draft_keys[DraftId(row.draft_id)] = key
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
        first = draft.revision == 1
        done = self._begin_draft(draft) if first else self._go_on_with_draft(draft)
        if not done:
            raise DraftMovedOn(draft.draft)

    def _begin_draft(self, draft: Draft) -> bool:
        key, wrapped = self.keys.new_draft_key(draft.draft)
        begun = insert_if_new(
            self.connection,
            drafts,
            school=self.school,
            draft_id=draft.draft,
            person_key=self.keyed_hash(_WRITER, draft.person),
            started_at=draft.started_at,
            wrapped_key=wrapped,
            **self._what_changes(draft, key),
        )
        if begun:
            self.draft_keys[draft.draft] = key
        return begun

    def _go_on_with_draft(self, draft: Draft) -> bool:
        key = self.draft_keys.get(draft.draft) or self.draft_key(draft.draft)
        if key is None:
            return False
        before = self.of(draft_id=draft.draft, revision=draft.revision - 1)
        written = {**self._what_changes(draft, key), **before}
        return straight.run(self.connection, _PUT_DRAFT, written) == 1

    def _what_changes(self, draft: Draft, key: bytes) -> dict[str, object]:
        content = _joined(draft.person, draft.answers)
        return {
            "revision": draft.revision,
            "remind_at": draft.remind_at,
            "case_id": draft.case,
            "sealed": seal(key, content, "draft", self.school, draft.draft, draft.revision),
        }

    def delete_draft(self, draft: DraftId) -> None:
        """Deletes the draft, its key and the files that were not handed to a case."""
        which = self.of(draft_id=draft)
        for row in straight.rows(self.connection, _FILES_LEFT, which):
            self.delete_file(EvidenceId(row.evidence_id))
        straight.run(self.connection, _DELETE_DRAFT, which)
        self.draft_keys.pop(draft, None)
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
