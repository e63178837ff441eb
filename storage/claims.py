"""Which messages leave next, among those of all schools: by urgency, one a recipient at a time."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    text,
    update,
)

from bot.app.intents import Claimed, Intent, LeaseToken, RowId
from bot.domain.ids import CaseId, MessageKind, SchoolId
from bot.domain.urgency import Urgency
from storage.outbox import Stale, addressee_of
from storage.tables import outbox, outbox_cases

LEASE: Final = timedelta(seconds=60)
"""How long a row belongs to whoever claimed it, by the machine's clock."""

_LEASED_AT_MOST: Final = LEASE + timedelta(minutes=15)
_WAITS_AT_MOST: Final = timedelta(hours=2)
"""A lease or a pause that ends later was dated by a clock that was ahead and has been mended, and
counts no more. Replicas' clocks may differ by some minutes; a pause is of an hour at most."""

_SPARE: Final = 2
"""So many times the rows that are wanted are looked at: a recipient may be there twice."""

# Written out and not bound: the indexes are of these rows alone, and a database sees that they
# serve only where it sees the value.
WAITS: Final = outbox.c.state == literal_column("'waiting'")
_WAS_SENT: Final = outbox.c.state == literal_column("'sent'")
_CHANGED: Final = outbox.c.stale > literal_column("0")

_ORDER: Final = (outbox.c.urgency, outbox.c.attempts, outbox.c.not_before, outbox.c.row)

Found = tuple[SchoolId, Claimed]


class _Schools(Enum):
    NAMED = outbox.c.school.in_(bindparam("schools", expanding=True))
    ALL_BUT = outbox.c.school.not_in(bindparam("schools", expanding=True))


@dataclass(frozen=True)
class Of:
    """Of which schools messages are wanted: of those, or of all but those."""

    schools: Collection[str]
    but: bool = False

    @property
    def condition(self) -> _Schools:
        """The condition that a message is of one of them."""
        return _Schools.ALL_BUT if self.but else _Schools.NAMED


class _Errand(Enum):
    DUE = and_(
        WAITS,
        outbox.c.not_before <= bindparam("now"),
        outbox.c.urgency <= bindparam("most"),
    )
    CHANGED = and_(_CHANGED, _WAS_SENT, outbox.c.message_ref.is_not(None))


@dataclass(frozen=True)
class Wanted:
    """Which messages are wanted."""

    errand: _Errand
    stale: Stale
    """How a message is marked that is claimed."""
    values: Mapping[str, object]


def due(now: datetime, most: Urgency = Urgency.LAST) -> Wanted:
    """Messages whose time has come by the school's clock, at least as urgent as that."""
    return Wanted(_Errand.DUE, Stale.NO, {"now": now, "most": most.value})


def changed() -> Wanted:
    """Messages that were sent and show something older than it is."""
    return Wanted(_Errand.CHANGED, Stale.YES, {})


def is_any(connection: Connection, wanted: Wanted, of: Of, machine_now: datetime) -> bool:
    """Whether any of them may be claimed now."""
    asked = {**wanted.values, "schools": list(of.schools), **_moments(machine_now), "rows": 1}
    found = connection.execute(_first_free(wanted.errand, of.condition, locked=False), asked)
    return found.first() is not None


def claim(
    connection: Connection,
    wanted: Wanted,
    of: Of,
    machine_now: datetime,
    limit: int,
    is_ours: Callable[[str], bool] = lambda _: True,
) -> tuple[Found, ...]:
    """Leases the first of them, one a recipient, and gives them back in their order.

    A row of a school that is not ours is left alone.
    """
    _one_claim_at_a_time(connection)
    asked = {
        **wanted.values,
        "schools": list(of.schools),
        **_moments(machine_now),
        "rows": limit * _SPARE,
    }
    rows = connection.execute(_first_free(wanted.errand, of.condition, locked=True), asked).all()
    first: dict[tuple[str, str], Row[Any]] = {}
    for row in rows:
        if is_ours(row.school):
            first.setdefault((row.school, row.recipient), row)
    chosen = list(first.values())[:limit]
    return _leased(connection, chosen, wanted.stale, machine_now + LEASE)


def _moments(machine_now: datetime) -> dict[str, datetime]:
    return {
        "machine_now": machine_now,
        "leased_at_most": machine_now + _LEASED_AT_MOST,
        "waits_at_most": machine_now + _WAITS_AT_MOST,
    }


def _one_claim_at_a_time(connection: Connection) -> None:
    # Two claims at once could each lease a row of the same recipient, since neither sees the
    # other's lease before it commits. SQLite has one writer anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)


_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('report-post claim', 0))")


@cache
def _first_free(errand: _Errand, schools: _Schools, *, locked: bool) -> Select[Any]:
    """Those that do not wait for another try, and whose recipient gets nothing just now.

    Built once: it costs more to put together than to ask.
    """
    leased = outbox.alias("leased")
    busy = exists().where(
        leased.c.lease_token.is_not(None),
        leased.c.lease_until > bindparam("machine_now"),
        leased.c.lease_until <= bindparam("leased_at_most"),
        leased.c.school == outbox.c.school,
        leased.c.recipient == outbox.c.recipient,
        # What is shown anew holds up nothing that was never told.
        leased.c.state == outbox.c.state,
    )
    again = outbox.c.try_again_at
    waits_no_more = or_(again <= bindparam("machine_now"), again > bindparam("waits_at_most"))
    ready = or_(again.is_(None), waits_no_more)
    found = (
        select(outbox)
        .where(errand.value, schools.value, ready, ~busy)
        .order_by(*_ORDER)
        .limit(bindparam("rows", type_=Integer))
    )
    return found.with_for_update(skip_locked=True, of=outbox) if locked else found


_LEASED: Final = update(outbox).where(outbox.c.row.in_(bindparam("rows", expanding=True)))
_SHOWN: Final = (
    select(outbox_cases.c.row, outbox_cases.c.case_id)
    .where(
        # The primary key begins with the school: without it all rows would be looked through.
        outbox_cases.c.school.in_(bindparam("schools", expanding=True)),
        outbox_cases.c.row.in_(bindparam("rows", expanding=True)),
    )
    .order_by(outbox_cases.c.row, outbox_cases.c.place)
)


def _leased(
    connection: Connection, rows: Sequence[Row[Any]], stale: Stale, until: datetime
) -> tuple[Found, ...]:
    if not rows:
        return ()
    numbers = [row.row for row in rows]
    token = LeaseToken(secrets.token_hex(16))
    # What is shown is read after this commits, so that an older mark is settled by it.
    values = {"lease_token": token, "lease_until": until, "stale": stale.value}
    connection.execute(_LEASED.values(**values), {"rows": numbers})
    shown: dict[int, list[CaseId]] = {row: [] for row in numbers}
    which = {"rows": numbers, "schools": sorted({row.school for row in rows})}
    for row, case in connection.execute(_SHOWN, which):
        shown[row].append(CaseId(case))
    return tuple((SchoolId(row.school), _claimed(row, token, shown[row.row])) for row in rows)


def _claimed(row: Row[Any], token: LeaseToken, cases: Iterable[CaseId]) -> Claimed:
    intent = Intent(
        key=row.key,
        kind=MessageKind(row.kind),
        to=addressee_of(row.recipient),
        not_before=row.not_before,
        cases=tuple(cases),
        facts=row.facts,
    )
    return Claimed(RowId(row.row), token, intent, row.attempts, row.message_ref, row.shown)
