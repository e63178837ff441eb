"""Who may send a message now: leases on the rows of the outbox, and what became of them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, not_, or_, select, text, update

from bot.app.ports import Claimed, Intent, LeaseToken, RowId
from bot.domain.ids import CaseId, MessageKind, PersonId
from storage.outbox import OutboxWriting, Stale, State, addressee_of
from storage.tables import outbox, outbox_cases

LEASE = timedelta(seconds=60)
"""How long a row belongs to whoever claimed it, by the machine's clock."""


class OutboxLeasing(OutboxWriting):
    """Claims rows of the outbox and marks them; every mark needs the lease."""

    def claim(self, now: datetime, machine_now: datetime, limit: int) -> tuple[Claimed, ...]:
        """Leases due rows, one a recipient at a time, least attempts first.

        ``now`` is the school's time, ``machine_now`` that of leases and retries.
        """
        due = and_(self.here(outbox, state=State.WAITING), outbox.c.not_before <= now)
        return self._claim(due, Stale.NO, machine_now, limit)

    def claim_stale(self, machine_now: datetime, limit: int) -> tuple[Claimed, ...]:
        """Leases sent rows that show something older than it is, likewise."""
        due = and_(
            self.here(outbox, state=State.SENT),
            outbox.c.stale >= Stale.YES,
            outbox.c.message_ref.is_not(None),
        )
        return self._claim(due, Stale.YES, machine_now, limit)

    def _claim(
        self, due: ColumnElement[bool], stale: Stale, machine_now: datetime, limit: int
    ) -> tuple[Claimed, ...]:
        self.settle()
        self._one_claim_at_a_time()
        free = and_(due, self._not_waiting(machine_now), self._recipient_is_free(machine_now))
        first = _first_of_each_recipient(free)
        rows = self.connection.execute(
            select(outbox)
            .where(outbox.c.row.in_(first), free)
            .order_by(*_ORDER)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        ).all()
        return tuple(self._lease(row, stale, machine_now + LEASE) for row in rows)

    def _one_claim_at_a_time(self) -> None:
        # Two claims at once could each lease a row of the same recipient, since neither sees the
        # other's lease before it commits. SQLite has one writer anyway.
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
                {"name": f"report-post claim {self.school}"},
            )

    def _not_waiting(self, machine_now: datetime) -> ColumnElement[bool]:
        return or_(outbox.c.try_again_at.is_(None), outbox.c.try_again_at <= machine_now)

    def _recipient_is_free(self, machine_now: datetime) -> ColumnElement[bool]:
        leased = select(outbox.c.recipient).where(
            self.here(outbox), outbox.c.lease_until > machine_now
        )
        return not_(outbox.c.recipient.in_(leased))

    def _lease(self, row: Row[Any], stale: Stale, until: datetime) -> Claimed:
        token = LeaseToken(secrets.token_hex(16))
        # What is shown is read after this commits, so that an older mark is settled by it.
        self.connection.execute(
            update(outbox)
            .where(outbox.c.row == row.row)
            .values(lease_token=token, lease_until=until, stale=stale.value)
        )
        shown = self.connection.scalars(
            select(outbox_cases.c.case_id)
            .where(outbox_cases.c.row == row.row)
            .order_by(outbox_cases.c.place)
        )
        intent = Intent(
            key=row.key,
            kind=MessageKind(row.kind),
            to=addressee_of(row.recipient),
            not_before=row.not_before,
            cases=tuple(CaseId(each) for each in shown),
            facts=row.facts,
        )
        return Claimed(RowId(row.row), token, intent, row.attempts, row.message_ref, row.shown)

    def mark_sent(
        self, claimed: Claimed, message_ref: str, shown: str, at: datetime, person: PersonId | None
    ) -> bool:
        """False if the lease was lost meanwhile; then nothing is marked."""
        return self._mark(
            claimed,
            state=State.SENT.value,
            message_ref=message_ref,
            shown=shown,
            sent_at=at,
            person=person,
            stale=_still_stale(),
            **_FRESH,
        )

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
        held = self.here(outbox, row=claimed.row, lease_token=claimed.token)
        marked = self.connection.execute(
            update(outbox).where(held).values(lease_token=None, lease_until=None, **values)
        )
        return marked.rowcount == 1


_ORDER = (outbox.c.attempts, outbox.c.not_before, outbox.c.row)
_FRESH: dict[str, Any] = {"attempts": 0, "try_again_at": None, "why": None}


def _first_of_each_recipient(free: ColumnElement[bool]) -> Select[int]:
    place = func.row_number().over(partition_by=outbox.c.recipient, order_by=_ORDER)
    ranked = select(outbox.c.row, place.label("place")).where(free).subquery()
    return select(ranked.c.row).where(ranked.c.place == 1)


def _still_stale() -> ColumnElement[int]:
    return case((outbox.c.stale == Stale.AGAIN, Stale.YES.value), else_=Stale.NO.value)
