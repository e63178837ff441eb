"""What is left of a case that is erased: its sealed chain without a key, and figures."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Table, delete, select, update

from bot.app.ports import KeyDestroyed, NoSuchCase
from bot.app.stored import ERASED, SCHOOL_STREAM
from bot.domain.ids import CaseId, DraftId, EvidenceId
from storage.cases import FINDING_AIDS, CaseWriting, case_row_of, index_mac, sealed_figures
from storage.drafts import DraftWriting
from storage.outbox import OutboxWriting
from storage.tables import (
    cases,
    drafts,
    heads,
)
from storage.tables import evidence as files


def month_of(moment: datetime) -> datetime:
    """The month that is kept of an instant: noon of its first day (UTC), that day everywhere."""
    return moment.astimezone(UTC).replace(day=1, hour=12, minute=0, second=0, microsecond=0)


class CaseErasing(CaseWriting, DraftWriting, OutboxWriting):
    """Erases cases."""

    def erase_case(self, case: CaseId, at: datetime, *, figures: bytes, entry: bytes) -> None:
        """Destroys the key of the case and all by which it is found; locks the school and it.

        What stays: its entries, sealed for ever, so that the chain still verifies; and an index row
        with the reference, the months of opening and closing, the pack's hash and ``figures``.
        ``entry`` is chained to the school's own stream. Nothing of the key is left in SQLite's
        files once this commits; of PostgreSQL see ``storage.traces``. Several cases are erased in
        the order of their ids.

        Raises ``NoSuchCase``, and ``KeyDestroyed`` if it was erased before.
        """
        self.lock_school()
        if case == SCHOOL_STREAM:
            raise NoSuchCase(case)
        if self.head_under_lock(case).head.erased:
            raise KeyDestroyed(case)
        self._forget_files(case)
        self._forget_drafts(case)
        for aid in FINDING_AIDS:
            self.connection.execute(delete(aid).where(self.here(aid, case_id=case)))
        self.forget_messages(case)
        self._destroy_key(case)
        self._reduce_to_figures(case, at, figures)
        self.append(SCHOOL_STREAM, at, [entry])
        self.case_erased = self.key_destroyed = True

    def _forget_files(self, case: CaseId) -> None:
        for evidence in self._ids(files, files.c.evidence_id, case_id=case):
            self.delete_file(EvidenceId(evidence))

    def _forget_drafts(self, case: CaseId) -> None:
        """Drafts from which it was alerted: they say the same."""
        for draft in self._ids(drafts, drafts.c.draft_id, case_id=case):
            self.delete_draft(DraftId(draft))

    def _ids(self, table: Table, column: ColumnElement[str], **columns: object) -> list[str]:
        found = select(column).where(self.here(table, **columns)).order_by(column)
        return list(self.connection.scalars(found))

    def _destroy_key(self, case: CaseId) -> None:
        gone = update(heads).where(self.here(heads, stream=case)).values(wrapped_key=None)
        self.connection.execute(gone)
        self.put_head(replace(self.head_under_lock(case).head, erased=True))

    def _reduce_to_figures(self, case: CaseId, at: datetime, figures: bytes) -> None:
        found = select(cases).where(self.here(cases, case_id=case)).with_for_update()
        row = self.connection.execute(found).first()
        if row is None:
            raise NoSuchCase(case)
        before, position = case_row_of(row), row.position
        genuine = row.mac == index_mac(self.keys.chain, self.school, before, position)
        kept = {
            "opened_at": month_of(before.opened_at),
            "closed_at": month_of(before.closed_at or at),
            "status": ERASED,
            "look_again_at": None,
            "erased_at": at,
            "figures": sealed_figures(self.keys.stream, self.school, case, figures),
        }
        self.connection.execute(update(cases).where(self.here(cases, case_id=case)).values(**kept))
        if genuine:
            self._seal_index(case)

    def _seal_index(self, case: CaseId) -> None:
        row = self.connection.execute(select(cases).where(self.here(cases, case_id=case))).one()
        mac = index_mac(self.keys.chain, self.school, case_row_of(row), row.position, row.erased_at)
        self.connection.execute(update(cases).where(self.here(cases, case_id=case)).values(mac=mac))
