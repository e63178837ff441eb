"""What is wrong with a store: the first altered, removed or inserted thing of every stream."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from bot.app.ports import Finding, StoreDamaged
from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId
from storage.chain import Head, case_digest
from storage.store import SqlReading, SqlStore
from storage.tables import cases, entries, heads
from storage.telling import Tell, untold
from storage.verify_case import CheckFile, Wrong, check_case, check_chain, check_file
from storage.verify_memory import checks_of_memory

# What a row can raise whose value has become of another type, or no text any more.
_NOT_AS_WRITTEN = (SQLAlchemyError, TypeError, ValueError, OverflowError, AttributeError)


class SqlVerifier:
    """Checks chains, heads, the index, the evidence and what is remembered (``ports.Verifier``)."""

    def __init__(
        self, store: SqlStore, *, check_file: CheckFile = check_file, tell: Tell = untold
    ) -> None:
        """``check_file`` looks at a file of the vault; ``tell`` hears how far it has come."""
        self._store = store
        self._check_file = check_file
        self._tell = tell

    def findings(self) -> Iterator[Finding]:
        """The first problem of each stream, the school's first, then cases in their order.

        ``Finding.stream`` is ``school``, ``index``, a case's reference (its id if that is lost),
        ``drafts``, ``policies``, ``values`` or ``answers``. Everything is read as it was at one
        moment.
        """
        with self._store.reading() as reading:
            yield from _first(SCHOOL_STREAM, partial(_check_school, reading))
            try:
                names = _names(reading)
            except _NOT_AS_WRITTEN:
                names = {}
                yield Finding("index", None, "The index of cases cannot be read.")
            streams = _streams(reading, names)
            for done, (stream, name) in enumerate(streams.items()):
                self._tell("Checking cases", done, len(streams))
                yield from _first(name, partial(check_case, reading, stream, self._check_file))
            self._tell("Checking cases", len(streams), len(streams))
            for name, check in checks_of_memory(reading, self._check_file):
                yield from _first(name, check)


def _first(stream: str, check: Callable[[], None]) -> Iterator[Finding]:
    try:
        check()
    except Wrong as wrong:
        yield Finding(stream, wrong.number, wrong.says)
    except StoreDamaged as damage:
        yield Finding(stream, None, str(damage))
    except _NOT_AS_WRITTEN:
        yield Finding(stream, None, "Something of it is stored in a form that cannot be read.")


def _names(reading: SqlReading) -> dict[CaseId, str]:
    """The cases of the index, with the name that people know them by."""
    rows = reading.connection.execute(
        select(cases.c.case_id, cases.c.reference)
        .where(reading.here(cases))
        .order_by(cases.c.position)
    )
    return {CaseId(row.case_id): str(row.reference) for row in rows}


def _streams(reading: SqlReading, names: dict[CaseId, str]) -> dict[CaseId, str]:
    """Every case that has an index row or a head, with its name, or its id if that is lost."""
    try:
        found = reading.connection.scalars(
            select(heads.c.stream)
            .where(reading.here(heads), heads.c.stream != SCHOOL_STREAM)
            .order_by(heads.c.stream)
        )
        return names | {CaseId(s): str(s) for s in found if s not in names}
    except _NOT_AS_WRITTEN:
        return names  # an id that is no text any more: the check of the school has told so


def _check_school(reading: SqlReading) -> None:
    head = check_chain(reading, SCHOOL_STREAM)
    there = Head(reading.school, SCHOOL_STREAM)
    for stream in reading.connection.scalars(
        select(heads.c.stream).where(reading.here(heads), heads.c.stream != SCHOOL_STREAM)
    ):
        there = there.with_member(case_digest(reading.keys.chain, CaseId(stream)))
    if there.members < head.members:
        raise Wrong(f"{head.members - there.members} of {head.members} cases have vanished.")
    if (there.members, there.members_sum) != (head.members, head.members_sum):
        raise Wrong("There is a case that the school never opened, or one under another id.")
    _check_strays(reading)


def _check_strays(reading: SqlReading) -> None:
    known = exists().where(heads.c.school == entries.c.school, heads.c.stream == entries.c.stream)
    stray = reading.connection.execute(
        select(entries.c.number).where(reading.here(entries), ~known).limit(1)
    ).first()
    if stray is not None:
        raise Wrong("There is an entry that belongs to no case.", stray.number)
