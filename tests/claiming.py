"""Messages of one school, claimed and counted; deliveries do it for all schools of a database."""

from datetime import datetime

from sqlalchemy import func, select

from bot.app.intents import Claimed
from bot.app.ports import Reading, Writing
from storage import claims
from storage.outbox import State
from storage.store import SqlReading, SqlWriting
from storage.tables import outbox


def claim_in(
    writing: Writing, now: datetime, machine_now: datetime, limit: int
) -> tuple[Claimed, ...]:
    """Leases messages that are due, as ``Batch.claim``."""
    return _claimed(writing, claims.due(now), machine_now, limit)


def claim_changed_in(writing: Writing, machine_now: datetime, limit: int) -> tuple[Claimed, ...]:
    """Leases messages that are to be shown anew, as ``Batch.claim_changed``."""
    return _claimed(writing, claims.changed(), machine_now, limit)


def _claimed(
    writing: Writing, wanted: claims.Wanted, machine_now: datetime, limit: int
) -> tuple[Claimed, ...]:
    assert isinstance(writing, SqlWriting)
    writing.settle()
    of = claims.Of([writing.school])
    found = claims.claim(writing.connection, wanted, of, machine_now, limit)
    return tuple(claimed for _, claimed in found)


def waiting_in(reading: Reading, now: datetime) -> int:
    """How many messages are due at the school's ``now``, and neither sent nor given up."""
    assert isinstance(reading, SqlReading)
    due = reading.here(outbox, state=State.WAITING), outbox.c.not_before <= now
    return reading.connection.scalar(select(func.count()).select_from(outbox).where(*due)) or 0
