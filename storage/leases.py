"""Who may send a message now: leases on the rows of the outbox, and what became of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, or_, select, update

from bot.app.intents import Claimed, Intent, RowId
from bot.domain.ids import CaseId, PersonId
from storage.claims import LEASE
from storage.outbox import OutboxWriting, Stale, State
from storage.prepared import of_school
from storage.tables import outbox, outbox_cases


class OutboxLeasing(OutboxWriting):
    """Claims rows of the outbox and marks them; every mark needs the lease."""

    def keep_lease(self, claimed: Claimed, machine_now: datetime) -> bool:
        """A message that is still on its way stays ours. Returns as ``mark_sent`` does."""
        return self._keep(claimed, lease_until=machine_now + LEASE)

    def hold_messages(self, rows: Collection[RowId], cases: Collection[CaseId]) -> None:
        """Locks messages, and those that show the cases, in the order of their rows.

        Acts lock what shows a case in this order: whoever locked one message and then what shows
        its case would wait for an act that waits for it.
        """
        if self.connection.dialect.name == "postgresql":  # SQLite has one writer
            which = {**self.of(), "these": sorted(rows), "shown": sorted(cases)}
            self.connection.execute(_HOLD, which).all()

    def mark_sent(
        self, claimed: Claimed, message_ref: str, shown: str, at: datetime, person: PersonId | None
    ) -> bool:
        """False if the lease was lost meanwhile; then nothing is marked."""
        values = {
            **self._held(claimed),
            "sent_ref": message_ref,
            "sent_shown": shown,
            "sent_then": at,
            "sent_to": person,
        }
        return self.connection.execute(_SENT, values).rowcount == 1

    def mark_shown(self, claimed: Claimed, shown: str) -> bool:
        """The message shows this now. Returns as ``mark_sent`` does."""
        return self._mark(claimed, shown=shown, stale=_still_stale(), **_FRESH)

    def try_later(self, claimed: Claimed, at: datetime, *, counts: bool) -> bool:
        """``at`` is the machine's time. Returns as ``mark_sent`` does."""
        return self._mark(
            claimed, try_again_at=at, attempts=outbox.c.attempts + (1 if counts else 0)
        )

    def wait_until(self, claimed: Claimed, not_before: datetime) -> bool:
        """Puts it back until a moment of the school's clock (nobody holds the role)."""
        return self._mark(claimed, not_before=not_before)

    def give_up(self, claimed: Claimed, why: str) -> bool:
        """A permanent failure: kept, never tried again."""
        return self._end(claimed, State.GAVE_UP, why)

    def drop(self, claimed: Claimed, why: str) -> bool:
        """No longer due, or no longer permitted: kept as such, never sent."""
        return self._end(claimed, State.DROPPED, why)

    def split(self, claimed: Claimed, intents: Sequence[Intent]) -> bool:
        """Replaces a role's row by one a person."""
        if not self._end(claimed, State.SPLIT, None):
            return False
        self.enqueue(intents)
        return True

    def _end(self, claimed: Claimed, state: State, why: str | None) -> bool:
        # A message that was sent stays sent: it is only its update that ends here.
        ended = case((outbox.c.state == State.SENT, State.SENT.value), else_=state.value)
        return self._mark(claimed, state=ended, why=why, stale=Stale.NO.value)

    def _mark(self, claimed: Claimed, **values: object) -> bool:
        return self._keep(claimed, **_FREE, **values)

    def _keep(self, claimed: Claimed, **values: object) -> bool:
        marked = self.connection.execute(_HELD.values(**values), self._held(claimed))
        return marked.rowcount == 1

    def _held(self, claimed: Claimed) -> dict[str, object]:
        return {"its_row": claimed.row, "its_token": claimed.token, "its_school": self.school}


_HOLD = (
    select(outbox.c.row)
    .where(
        of_school(outbox),
        or_(
            outbox.c.row.in_(bindparam("these", expanding=True)),
            outbox.c.row.in_(
                select(outbox_cases.c.row).where(
                    of_school(outbox_cases),
                    outbox_cases.c.case_id.in_(bindparam("shown", expanding=True)),
                )
            ),
        ),
    )
    .order_by(outbox.c.row)
    .with_for_update()
)
_FRESH: dict[str, Any] = {"attempts": 0, "try_again_at": None, "why": None}


def _still_stale() -> ColumnElement[int]:
    return case((outbox.c.stale == Stale.AGAIN, Stale.YES.value), else_=Stale.NO.value)


_FREE: dict[str, Any] = {"lease_token": None, "lease_until": None}
_HELD = update(outbox).where(
    outbox.c.row == bindparam("its_row"),
    outbox.c.lease_token == bindparam("its_token"),
    outbox.c.school == bindparam("its_school"),
)
_SENT = _HELD.values(
    state=State.SENT.value,
    message_ref=bindparam("sent_ref"),
    shown=bindparam("sent_shown"),
    sent_at=bindparam("sent_then"),
    person=bindparam("sent_to"),
    stale=_still_stale(),
    **_FREE,
    **_FRESH,
)
