"""What is wrong with one stream: its entries, its head, its index row, its evidence."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Row, select, type_coerce

from bot.app.ports import StoreDamaged
from bot.domain.ids import CaseId
from storage.cases import FINDING_AIDS, case_row_of, erased_case_of, index_mac
from storage.chain import GENESIS, Head, entry_hash
from storage.heads import head_of
from storage.sealing import Unreadable, unseal
from storage.store import SqlReading
from storage.tables import cases, entries, heads
from storage.tables import evidence as files
from storage.vault import file_digest, key_of_file, unsealed_file


class Wrong(Exception):
    """The first problem of a stream; ``number`` is that of its entry, if it is about one."""

    def __init__(self, says: str, number: int | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.number = number


CheckFile = Callable[[SqlReading, Row[Any], bytes | None], None]
"""Raises ``Wrong`` if a file is not what its row says; it gets the owner's key, if there is one."""


def check_case(reading: SqlReading, case: CaseId, check_file: CheckFile) -> None:
    """Raises ``Wrong`` for the first problem of a case."""
    head = check_chain(reading, case)
    _check_index(reading, head)
    _check_evidence(reading, head, check_file)


def check_chain(reading: SqlReading, stream: CaseId) -> Head:
    """The head of the stream. Raises ``Wrong`` for the first problem of its entries or its head."""
    row = reading.connection.execute(
        select(heads).where(reading.here(heads, stream=stream))
    ).first()
    if row is None:
        raise Wrong("Its head is missing.")
    head = head_of(reading.school, row)
    count, last_hash = _check_entries(reading, stream, _key(reading, head))
    if row.mac != head.mac(reading.keys.chain):
        raise Wrong(
            "Its head does not carry the school's seal: entries were cut off its end or added "
            "to it, or the chain was made anew without the school's key.",
            min(count, head.number) + 1 if count != head.number else head.number,
        )
    if count < head.number:
        raise Wrong(f"Entries are missing: it has {head.number}, {count} are left.", count + 1)
    if count > head.number:
        raise Wrong("An entry was added after its end.", head.number + 1)
    if last_hash != head.hash:
        raise Wrong("Its last entry was exchanged.", head.number)
    return head


def _key(reading: SqlReading, head: Head) -> bytes | None:
    """The stream's key, ``None`` if the case was erased."""
    if head.erased:
        return None
    try:
        return reading.stream_key(head.stream)
    except StoreDamaged as error:
        raise Wrong("Its key was altered: nothing of it can be read.") from error


def _check_entries(reading: SqlReading, stream: CaseId, key: bytes | None) -> tuple[int, bytes]:
    """How many entries there are, and the hash of the last."""
    # The bare number: the chain is over what is stored, not over what we take it for.
    at = type_coerce(entries.c.at, BigInteger).label("at")
    rows = reading.connection.execute(
        select(entries.c.number, at, entries.c.ciphertext, entries.c.hash)
        .where(reading.here(entries, stream=stream))
        .order_by(entries.c.number)
        .execution_options(yield_per=500)
    )
    count, last_hash = 0, GENESIS
    for row in rows:
        count += 1
        if row.number != count:
            raise Wrong(f"Entry {count} is missing.", count)
        _check_entry(reading, stream, key, last_hash, row)
        last_hash = row.hash
    return count, last_hash


def _check_entry(
    reading: SqlReading, stream: CaseId, key: bytes | None, previous: bytes, row: Row[Any]
) -> None:
    wanted = entry_hash(previous, reading.school, stream, row.number, row.at, row.ciphertext)
    altered = f"Entry {row.number} was altered, or one was removed or inserted here."
    if row.hash != wanted:
        raise Wrong(altered, row.number)
    if key is None:
        return
    try:
        unseal(key, row.ciphertext, reading.school, stream, row.number)
    except Unreadable as error:
        raise Wrong(altered, row.number) from error


def _check_index(reading: SqlReading, head: Head) -> None:
    case = head.stream
    row = reading.connection.execute(select(cases).where(reading.here(cases, case_id=case))).first()
    if row is None:
        raise Wrong("It is missing from the index of cases.")
    mac = index_mac(
        reading.keys.chain, reading.school, case_row_of(row), row.position, row.erased_at
    )
    if row.mac != mac:
        raise Wrong("Its reference, its opening or its policy was altered in the index of cases.")
    if head.erased != (row.erased_at is not None):
        raise Wrong("The index of cases and its key do not agree whether it was erased.")
    if head.erased:
        _check_erased(reading, row)


def _check_erased(reading: SqlReading, row: Row[Any]) -> None:
    try:
        erased_case_of(reading.keys.stream, reading.school, row)
    except StoreDamaged as error:
        raise Wrong("The figures that were kept of it were altered.") from error
    for aid in FINDING_AIDS:
        here = select(aid.c.case_id).where(reading.here(aid, case_id=row.case_id)).limit(1)
        if reading.connection.execute(here).first() is not None:
            raise Wrong("It was erased, and yet it can be found by a name, a link or a reporter.")


def _check_evidence(reading: SqlReading, head: Head, check_file: CheckFile) -> None:
    rows = reading.connection.execute(
        select(files).where(reading.here(files, case_id=head.stream)).order_by(files.c.evidence_id)
    )
    key = _key(reading, head)
    there = Head(head.school, head.stream)
    for row in rows:
        check_file(reading, row, key)
        there = there.with_member(file_digest(reading.keys.chain, row))
    if there.members < head.members:
        raise Wrong(f"{head.members - there.members} of {head.members} files are missing.")
    if (there.members, there.members_sum) != (head.members, head.members_sum):
        raise Wrong("A file was exchanged or added.")


def check_file(reading: SqlReading, row: Row[Any], key: bytes | None) -> None:
    """Raises ``Wrong`` if the file is not what its row says; without its owner's key, sealed."""
    try:
        sealed = (reading.folder / row.file_name).read_bytes()
    except OSError as error:
        raise Wrong(f"The file of evidence {row.evidence_id} is missing.") from error
    altered = f"The file of evidence {row.evidence_id} was altered."
    if hashlib.sha256(sealed).hexdigest() != row.file_sha256:
        raise Wrong(altered)
    if key is None:
        return
    try:
        unsealed_file(key, reading.school, row, sealed)
    except Unreadable as error:
        raise Wrong(altered) from error


def check_files_by(hashes: Mapping[str, str]) -> CheckFile:
    """Compares the files with hashes (SHA-256, hex, by the file's name) taken before."""

    def check(reading: SqlReading, row: Row[Any], key: bytes | None) -> None:
        if row.file_name not in hashes:
            raise Wrong(f"The file of evidence {row.evidence_id} is missing.")
        altered = Wrong(f"The file of evidence {row.evidence_id} was altered.")
        if hashes[row.file_name] != row.file_sha256:
            raise altered
        if key is not None:
            try:
                key_of_file(key, reading.school, row)
            except Unreadable as error:
                raise altered from error

    return check
