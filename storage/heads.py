"""How the head of a stream is written to its row and read from it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from bot.domain.ids import CaseId, SchoolId
from storage.chain import Head


@dataclass(frozen=True)
class LockedHead:
    """A head that a transaction has locked, with the keyed hash that is stored beside it.

    Of a head that somebody tampered with the keyed hash is kept as it is, so that the next entry
    does not make it look right again: the case can be worked, and ``verify`` still sees it.
    """

    head: Head
    mac: bytes
    genuine: bool
    wrapped_key: bytes | None
    """``None`` once the case is erased."""


def head_of(school: SchoolId, row: Row[Any]) -> Head:
    """The head that a row of ``heads`` stands for."""
    return Head(
        school=school,
        stream=CaseId(row.stream),
        number=row.number,
        hash=row.hash,
        members=row.members,
        members_sum=row.members_sum,
        erased=row.wrapped_key is None,
    )


def columns_of(head: Head, mac: bytes) -> dict[str, object]:
    """What the row of a head holds, all but its key."""
    return {
        "school": head.school,
        "stream": head.stream,
        "number": head.number,
        "hash": head.hash,
        "members": head.members,
        "members_sum": head.members_sum,
        "mac": mac,
    }
