"""What is wrong with what belongs to no case: packs, small values, answered causes, drafts."""

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import select

from bot.domain.ids import DraftId
from storage.sealing import Unreadable, unseal
from storage.store import SqlReading
from storage.tables import answers, drafts, policies, school_values
from storage.tables import evidence as files
from storage.verify_case import CheckFile, Wrong

Check = Callable[[], None]


def checks_of_memory(reading: SqlReading, check_file: CheckFile) -> Iterator[tuple[str, Check]]:
    """What to check, each under its name; a check raises ``Wrong`` or ``StoreDamaged``."""
    yield "drafts", lambda: _check_drafts(reading, check_file)
    yield "policies", lambda: _check_policies(reading)
    yield "values", lambda: _check_values(reading)
    yield "answers", lambda: _check_answers(reading)


def _check_drafts(reading: SqlReading, check_file: CheckFile) -> None:
    for draft in reading.connection.scalars(
        select(drafts.c.draft_id).where(reading.here(drafts)).order_by(drafts.c.draft_id)
    ):
        reading.draft(DraftId(draft))
    rows = reading.connection.execute(
        select(files)
        .where(reading.here(files), files.c.draft_id.is_not(None))
        .order_by(files.c.evidence_id)
    )
    for row in rows:
        check_file(reading, row, reading.draft_key(DraftId(row.draft_id)))


def _check_policies(reading: SqlReading) -> None:
    rows = reading.connection.execute(
        select(policies.c.sha256, policies.c.text)
        .where(reading.here(policies))
        .order_by(policies.c.sha256)
    )
    for row in rows:
        if hashlib.sha256(row.text.encode()).hexdigest() != row.sha256:
            raise Wrong(f"The policy pack {row.sha256[:12]}… is not the one that its hash names.")


def _check_values(reading: SqlReading) -> None:
    # The name of a value is not told: it may hold somebody's address.
    rows = reading.connection.execute(
        select(school_values.c.name, school_values.c.sealed)
        .where(reading.here(school_values))
        .order_by(school_values.c.name)
    )
    for row in rows:
        _check_sealed(reading, row.sealed, "value", row.name)


def _check_answers(reading: SqlReading) -> None:
    rows = reading.connection.execute(
        select(answers.c.cause_key, answers.c.sealed)
        .where(reading.here(answers))
        .order_by(answers.c.cause_key)
        .execution_options(yield_per=500)
    )
    for row in rows:
        _check_sealed(reading, row.sealed, "answer", row.cause_key)


def _check_sealed(reading: SqlReading, sealed: bytes, what: str, name: str) -> None:
    try:
        unseal(reading.keys.stream, sealed, what, reading.school, name)
    except Unreadable as error:
        raise Wrong(f"A stored {what} of the school was altered.") from error
