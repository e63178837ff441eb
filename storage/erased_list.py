"""Which cases were erased, kept beside the backups: one that is older brings none of them back.

The list is sealed under a key of the school's that never changes, whatever the master key is: an
older backup, opened with an older master key, can read it.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId, SchoolId
from storage.cases import CaseReading
from storage.chain import keyed_digest
from storage.folder import make_folder, replace_file
from storage.keys import SchoolKeys
from storage.sealing import Unreadable, seal, unseal
from storage.tables import heads
from storage.types import instant, microseconds

_MAGIC: Final = b"REPORTPOSTERASED"
_UNREADABLE: Final = ".unreadable"


@dataclass(frozen=True)
class Erased:
    """When a case was erased, and the figures that stayed."""

    at: datetime
    figures: bytes


@dataclass(frozen=True)
class ErasedList:
    """The cases erased so far; complete up to that entry of the school's own stream."""

    cases: Mapping[CaseId, Erased]
    head_number: int

    def joined(self, others: Iterable["ErasedList"]) -> "ErasedList":
        """Whatever one of them knows."""
        cases, number = dict(self.cases), self.head_number
        for other in others:
            cases = {**other.cases, **cases}
            number = max(number, other.head_number)
        return ErasedList(cases, number)


def list_path(folder: Path, school: SchoolId) -> Path:
    """Where the list lies in a folder of backups."""
    return folder / f"{school}-erased-cases.list"


def erased_in(reading: CaseReading) -> ErasedList:
    """What the store knows. Raises ``StoreDamaged``."""
    head = select(heads.c.number).where(reading.here(heads, stream=SCHOOL_STREAM))
    return ErasedList(
        {each.row.case: Erased(each.erased_at, each.figures) for each in reading.erased_cases()},
        reading.connection.scalar(head) or 0,
    )


def sealed_list(keys: SchoolKeys, erased: ErasedList) -> bytes:
    """The list as it may lie anywhere."""
    told = {
        "head": erased.head_number,
        "cases": {
            case: [microseconds(each.at), base64.b64encode(each.figures).decode()]
            for case, each in erased.cases.items()
        },
    }
    return _MAGIC + seal(_key(keys), json.dumps(told).encode(), "erased cases", keys.school)


def opened_list(keys: SchoolKeys, sealed: bytes) -> ErasedList:
    """The list again. Raises ``Unreadable`` if it was altered or is another school's."""
    if not sealed.startswith(_MAGIC):
        msg = "This is no list of erased cases."
        raise Unreadable(msg)
    opened = unseal(_key(keys), sealed[len(_MAGIC) :], "erased cases", keys.school)
    told = json.loads(opened)
    return ErasedList(
        {
            CaseId(case): Erased(instant(at), base64.b64decode(figures))
            for case, (at, figures) in told["cases"].items()
        },
        told["head"],
    )


def keep_list(keys: SchoolKeys, folder: Path, erased: ErasedList) -> ErasedList:
    """Writes what is known now and what the list in the folder knew before.

    A list there that does not open is put aside and not lost. Raises ``OSError``.
    """
    make_folder(folder)
    path = list_path(folder, keys.school)
    try:
        erased = erased.joined([opened_list(keys, path.read_bytes())])
    except FileNotFoundError:
        pass
    except Unreadable:
        path.replace(path.with_name(path.name + _UNREADABLE))
    replace_file(path, sealed_list(keys, erased))
    return erased


def _key(keys: SchoolKeys) -> bytes:
    return keyed_digest(keys.chain, "erased list")
