"""How cases are found without reading their entries: the index, references, links and names."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, delete, insert, select, update

from bot.app.ports import SCHOOL_STREAM, CaseRow, ErasedCase, NoSuchCase, StoreDamaged
from bot.domain.ids import CaseId, PersonId, Reference, SchoolId
from storage.chain import Head, case_digest, keyed_digest
from storage.engine import insert_if_new, insert_into
from storage.sealing import Part, Unreadable, seal, unseal
from storage.streams import LockOrder, StreamWriting
from storage.tables import case_links, case_names, case_reporters, cases, counters
from storage.transaction import Transaction
from storage.types import microseconds

FINDING_AIDS = (case_links, case_names, case_reporters)
"""The tables of keyed hashes by which a case is found."""

_REPORTER = "reporter"


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
        return self._found_case(select(cases).where(self._kept(case_id=case)))

    def case_by_reference(self, reference: Reference) -> CaseRow | None:
        """The case that is called so outside, ``None`` if there is none, or none any more."""
        return self._found_case(select(cases).where(self._kept(reference=reference.value)))

    def case_rows(self, *, status: str | None = None) -> tuple[CaseRow, ...]:
        """The school's cases in the order they came, all or those of one status; no erased one."""
        found = select(cases).where(self._kept()).order_by(cases.c.position)
        return self._found_cases(found if status is None else found.where(cases.c.status == status))

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
        return self._found_cases(
            select(cases)
            .where(self.here(cases), cases.c.look_again_at <= now)
            .order_by(cases.c.look_again_at, cases.c.position)
            .limit(limit)
        )

    def next_look_at(self) -> datetime | None:
        """The earliest ``look_again_at`` of any open case."""
        found: datetime | None = self.connection.scalar(
            select(cases.c.look_again_at)
            .where(self._open_cases(), cases.c.look_again_at.is_not(None))
            .order_by(cases.c.look_again_at)
            .limit(1)
        )
        return found

    def cases_with_link(self, link_key: str) -> tuple[CaseRow, ...]:
        """Cases that hold the link, oldest first."""
        return self._found_cases(
            self._cases_with(case_links, link_key=link_key).order_by(cases.c.position)
        )

    def cases_with_name(self, name_key: str) -> tuple[CaseRow, ...]:
        """Cases whose poster has the name, oldest first."""
        return self._found_cases(
            self._cases_with(case_names, name_key=name_key).order_by(cases.c.position)
        )

    def reports_of(self, person: PersonId) -> tuple[CaseRow, ...]:
        """Cases the person reported, newest first."""
        found = self._cases_with(case_reporters, reporter_key=self.keyed_hash(_REPORTER, person))
        return self._found_cases(found.order_by(cases.c.position.desc()))

    def _kept(self, **columns: object) -> ColumnElement[bool]:
        return self.here(cases, erased_at=None, **columns)

    def _open_cases(self) -> ColumnElement[bool]:
        # Storage knows no status by name; a case that is not closed is open.
        return self.here(cases, closed_at=None)

    def _cases_with(self, table: Table, **columns: object) -> Select[Any]:
        same = (table.c.school == cases.c.school) & (table.c.case_id == cases.c.case_id)
        return select(cases).join(table, same).where(self.here(table, **columns))

    def _found_cases(self, found: Select[Any]) -> tuple[CaseRow, ...]:
        return tuple(case_row_of(row) for row in self.connection.execute(found).all())

    def _found_case(self, found: Select[Any]) -> CaseRow | None:
        row = self.connection.execute(found).first()
        return None if row is None else case_row_of(row)


class CaseWriting(CaseReading, StreamWriting):
    """Starts cases and keeps their index."""

    def start_case(self, row: CaseRow) -> None:
        """Makes the stream's head row, its key and its index row. The school must be locked."""
        school = self._locked_school("start a case")
        position = school.members + 1
        self.start_stream(row.case)
        self.connection.execute(
            insert(cases).values(
                school=self.school,
                case_id=row.case,
                position=position,
                reference=row.reference.value,
                opened_at=row.opened_at,
                policy_sha256=row.policy_sha256,
                mac=index_mac(self.keys.chain, self.school, row, position),
                status=row.status,
                look_again_at=row.look_again_at,
                closed_at=row.closed_at,
            )
        )
        # The school counts its cases under its keyed hash: a case cannot vanish unseen.
        self.put_head(school.with_member(case_digest(self.keys.chain, row.case)))

    def next_reference(self, year: int) -> Reference:
        """Allocates the next reference of the year. The school must be locked."""
        self._locked_school("allocate a reference")
        found = insert_into(self.connection, counters).values(school=self.school, year=year, last=1)
        last: int | None = self.connection.scalar(
            found.on_conflict_do_update(
                index_elements=["school", "year"], set_={"last": counters.c.last + 1}
            ).returning(counters.c.last)
        )
        return Reference(f"{year}-{last:03d}")

    def put_case_row(self, row: CaseRow) -> None:
        """Writes what changes about a case. Raises ``NoSuchCase``, also for another reference."""
        self._update_case(
            row.case,
            {
                "status": row.status,
                "look_again_at": row.look_again_at,
                "closed_at": row.closed_at,
            },
            reference=row.reference.value,
            opened_at=row.opened_at,
            policy_sha256=row.policy_sha256,
        )

    def look_again(self, case: CaseId, at: datetime | None) -> None:
        """Sets the hint alone, without a lock on the stream. Raises ``NoSuchCase``."""
        self._update_case(case, {"look_again_at": at})

    def look_again_at_all(self, at: datetime) -> None:
        """Sets the hint of every open case."""
        self.connection.execute(update(cases).where(self._open_cases()).values(look_again_at=at))

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

    def _update_case(self, case: CaseId, values: dict[str, object], **also: object) -> None:
        done = self.connection.execute(
            update(cases).where(self._kept(case_id=case, **also)).values(**values)
        )
        if done.rowcount != 1:
            raise NoSuchCase(case)

    def _keep_aid(self, table: Table, **columns: object) -> None:
        insert_if_new(self.connection, table, school=self.school, **columns)
