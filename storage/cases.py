"""How cases are found without reading their entries: the index, references, links and names."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from bot.app.ports import NoSuchCase, StoreDamaged
from bot.app.stored import SCHOOL_STREAM, CaseRow, ErasedCase
from bot.domain.ids import CaseId, PersonId, Reference, SchoolId
from storage import straight
from storage.chain import Head, case_digest, keyed_digest
from storage.engine import insert_if_new, insert_on
from storage.prepared import of_school
from storage.sealing import Part, Unreadable, seal, unseal
from storage.streams import LockOrder, StreamWriting
from storage.tables import case_links, case_names, case_reporters, cases, counters
from storage.transaction import Transaction
from storage.types import microseconds

FINDING_AIDS = (case_links, case_names, case_reporters)
"""The tables of keyed hashes by which a case is found."""

_REPORTER = "reporter"

_STAYS = cases.c.erased_at.is_(None)
_CASE = select(cases).where(of_school(cases, "case_id"), _STAYS)
_BY_REFERENCE = select(cases).where(of_school(cases, "reference"), _STAYS)
_IN_ORDER = select(cases).where(of_school(cases), _STAYS).order_by(cases.c.position)
_OF_STATUS = select(cases).where(of_school(cases, "status"), _STAYS).order_by(cases.c.position)
_DUE = (
    select(cases)
    .where(of_school(cases), cases.c.look_again_at <= bindparam("now"))
    .order_by(cases.c.look_again_at, cases.c.position)
    .limit(bindparam("most"))
)
_NEXT_LOOK = (
    select(cases.c.look_again_at)
    # Storage knows no status by name; a case that is not closed is open.
    .where(of_school(cases), cases.c.closed_at.is_(None), cases.c.look_again_at.is_not(None))
    .order_by(cases.c.look_again_at)
    .limit(1)
)


def _found_by(table: Table, key: str) -> Select[Any]:
    # In no order: asked for one, SQLite would go through all cases in it, and look each one up.
    same = (table.c.school == cases.c.school) & (table.c.case_id == cases.c.case_id)
    return select(cases).join(table, same).where(of_school(table, key))


_WITH_LINK = _found_by(case_links, "link_key")
_WITH_NAME = _found_by(case_names, "name_key")
_REPORTED_BY = _found_by(case_reporters, "reporter_key")
_NEW_CASE = insert(cases)
_LOOK_AGAIN = update(cases).where(of_school(cases, "case_id"), _STAYS)
_WHAT_STAYS_THE_SAME = ("case_id", "reference", "opened_at", "policy_sha256")
_PUT_CASE = update(cases).where(of_school(cases, *_WHAT_STAYS_THE_SAME), _STAYS)


def case_row_of(row: Row[Any]) -> CaseRow:
    """The index of a case that a row of ``cases`` stands for."""
    return CaseRow(
        case=CaseId(row.case_id),
        reference=Reference(row.reference),
        opened_at=row.opened_at,
        status=row.status,
        policy_sha256=row.policy_sha256,
        look_again_at=row.look_again_at,
        closed_at=row.closed_at,
    )


def index_mac(
    chain_key: bytes,
    school: SchoolId,
    row: CaseRow,
    position: int,
    erased_at: datetime | None = None,
) -> bytes:
    """The keyed hash of what never changes in the index of a case, or in what erasing left."""
    erased: tuple[Part, ...] = () if erased_at is None else ("erased", microseconds(erased_at))
    return keyed_digest(
        chain_key,
        "index",
        school,
        row.case,
        position,
        row.reference.value,
        microseconds(row.opened_at),
        row.policy_sha256,
        *erased,
    )


def sealed_figures(key: bytes, school: SchoolId, case: CaseId, figures: bytes) -> bytes:
    """What is kept of an erased case, under the key of the school's own stream."""
    return seal(key, figures, "figures", school, case)


def erased_case_of(key: bytes, school: SchoolId, row: Row[Any]) -> ErasedCase:
    """What a row of ``cases`` says of an erased case. Raises ``StoreDamaged``."""
    found = case_row_of(row)
    try:
        figures = unseal(key, row.figures or b"", "figures", school, found.case)
    except Unreadable as error:
        msg = f"What was kept of the erased case {found.reference} was altered."
        raise StoreDamaged(msg) from error
    return ErasedCase(found, row.erased_at, figures)


class CaseReading(Transaction):
    """Reads the index of cases."""

    def case_row(self, case: CaseId) -> CaseRow | None:
        """The index row of the case, ``None`` if there is none, or none any more."""
        return self._found_case(_CASE, case_id=case)

    def case_by_reference(self, reference: Reference) -> CaseRow | None:
        """The case that is called so outside, ``None`` if there is none, or none any more."""
        return self._found_case(_BY_REFERENCE, reference=reference.value)

    def case_rows(self, *, status: str | None = None) -> tuple[CaseRow, ...]:
        """The school's cases in the order they came, all or those of one status; no erased one."""
        if status is None:
            return self._found_cases(_IN_ORDER, self.of())
        return self._found_cases(_OF_STATUS, self.of(status=status))

    def erased_cases(self) -> tuple[ErasedCase, ...]:
        """What is left of the erased cases, in the order they came. Raises ``StoreDamaged``."""
        rows = self.connection.execute(
            select(cases)
            .where(self.here(cases), cases.c.erased_at.is_not(None))
            .order_by(cases.c.position)
        ).all()
        return tuple(erased_case_of(self.keys.stream, self.school, row) for row in rows)

    def cases_to_look_at(self, now: datetime, limit: int) -> tuple[CaseRow, ...]:
        """Cases whose ``look_again_at`` has come, earliest first."""
        return self._found_cases(_DUE, {**self.of(), "now": now, "most": limit})

    def next_look_at(self) -> datetime | None:
        """The earliest ``look_again_at`` of any open case."""
        found: datetime | None = straight.scalar(self.connection, _NEXT_LOOK, self.of())
        return found

    def cases_with_link(self, link_key: str) -> tuple[CaseRow, ...]:
        """Cases that hold the link, oldest first."""
        return self._found_by_key(_WITH_LINK, self.of(link_key=link_key))

    def cases_with_name(self, name_key: str) -> tuple[CaseRow, ...]:
        """Cases whose poster has the name, oldest first."""
        return self._found_by_key(_WITH_NAME, self.of(name_key=name_key))

    def reports_of(self, person: PersonId) -> tuple[CaseRow, ...]:
        """Cases the person reported, newest first."""
        reporter = self.keyed_hash(_REPORTER, person)
        return self._found_by_key(_REPORTED_BY, self.of(reporter_key=reporter))[::-1]

    def _found_cases(self, found: Select[Any], values: dict[str, object]) -> tuple[CaseRow, ...]:
        return tuple(case_row_of(row) for row in straight.rows(self.connection, found, values))

    def _found_by_key(self, found: Select[Any], values: dict[str, object]) -> tuple[CaseRow, ...]:
        rows = straight.rows(self.connection, found, values)
        return tuple(case_row_of(row) for row in sorted(rows, key=lambda each: each.position))

    def _found_case(self, found: Select[Any], **columns: object) -> CaseRow | None:
        row = straight.first(self.connection, found, self.of(**columns))
        return None if row is None else case_row_of(row)


@cache
def _counted_on(dialect: str) -> ReturningInsert[Any]:
    """The next number of a year, the first one included."""
    return (
        insert_on(dialect, counters)
        .on_conflict_do_update(
            index_elements=["school", "year"], set_={"last": counters.c.last + 1}
        )
        .returning(counters.c.last)
    )


class CaseWriting(CaseReading, StreamWriting):
    """Starts cases and keeps their index."""

    def start_case(
        self, row: CaseRow, first: Sequence[bytes] = (), *, entry: bytes | None = None
    ) -> None:
        """Makes the stream's head row, its key and its index row. The school must be locked.

        ``first`` are the first entries of the case; ``entry`` is chained to the school's stream.
        """
        school = self._locked_school("start a case")
        position = school.members + 1
        self.start_stream(row.case, row.opened_at, first)
        new = {
            "school": self.school,
            "case_id": row.case,
            "position": position,
            "reference": row.reference.value,
            "opened_at": row.opened_at,
            "policy_sha256": row.policy_sha256,
            "mac": index_mac(self.keys.chain, self.school, row, position),
            "status": row.status,
            "look_again_at": row.look_again_at,
            "closed_at": row.closed_at,
        }
        straight.run(self.connection, _NEW_CASE, new)
        # The school counts its cases under its keyed hash: a case cannot vanish unseen.
        school = school.with_member(case_digest(self.keys.chain, row.case))
        self.append_and_put(school, row.opened_at, () if entry is None else (entry,))

    def next_reference(self, year: int) -> Reference:
        """Allocates the next reference of the year. The school must be locked."""
        self._locked_school("allocate a reference")
        first = {"school": self.school, "year": year, "last": 1}
        counted = _counted_on(self.connection.dialect.name)
        last: int | None = straight.scalar(self.connection, counted, first)
        return Reference(f"{year}-{last:03d}")

    def put_case_row(self, row: CaseRow) -> None:
        """Writes what changes about a case. Raises ``NoSuchCase``, also for another reference."""
        same = (row.case, row.reference.value, row.opened_at, row.policy_sha256)
        self._update_case(
            _PUT_CASE,
            dict(zip(_WHAT_STAYS_THE_SAME, same, strict=True)),
            status=row.status,
            look_again_at=row.look_again_at,
            closed_at=row.closed_at,
        )

    def look_again(self, case: CaseId, at: datetime | None) -> None:
        """Sets the hint alone, without a lock on the stream. Raises ``NoSuchCase``."""
        self._update_case(_LOOK_AGAIN, {"case_id": case}, look_again_at=at)

    def look_again_at_all(self, at: datetime) -> None:
        """Sets the hint of every open case."""
        still_open = self.here(cases, closed_at=None)
        self.connection.execute(update(cases).where(still_open).values(look_again_at=at))

    def keep_link(self, case: CaseId, link_key: str) -> None:
        """Lets the case be found by the link; a second time changes nothing."""
        self._keep_aid(case_links, case_id=case, link_key=link_key)

    def keep_name(self, case: CaseId, name_key: str) -> None:
        """Lets the case be found by its poster's name; a second time changes nothing."""
        self._keep_aid(case_names, case_id=case, name_key=name_key)

    def forget_names(self, case: CaseId) -> None:
        """The case is found by no name any more."""
        self.connection.execute(delete(case_names).where(self.here(case_names, case_id=case)))

    def keep_reporter(self, case: CaseId, person: PersonId) -> None:
        """Lets the case be found as one that the person reported."""
        key = self.keyed_hash(_REPORTER, person)
        self._keep_aid(case_reporters, case_id=case, reporter_key=key)

    def _locked_school(self, to_do: str) -> Head:
        if SCHOOL_STREAM not in self.locked:
            msg = f"Lock the school before you {to_do} (DESIGN, Writing)."
            raise LockOrder(msg)
        return self.locked[SCHOOL_STREAM].head

    def _update_case(self, how: Update, which: dict[str, object], **values: object) -> None:
        if straight.run(self.connection, how, {**values, **self.of(**which)}) != 1:
            raise NoSuchCase(which["case_id"])

    def _keep_aid(self, table: Table, **columns: object) -> None:
        insert_if_new(self.connection, table, school=self.school, **columns)
