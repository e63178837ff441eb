"""Which cases of a restored record were erased after its backup, and must be erased again."""

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.domain.ids import CaseId
from storage.backup_names import backups_in
from storage.backup_parts import read_manifest
from storage.erased_list import ErasedList, erased_in, list_path, opened_list
from storage.keys import MasterKey, SchoolKeys
from storage.sealed_file import BackupUnusable, SealedReader
from storage.sealing import Unreadable
from storage.store import SqlStore


class ListFound(StrEnum):
    """How the newest list beside a backup stands to it: it knows of no case that was erased later.

    A list is written with each backup and each time that a case is erased.
    """

    NEWER = "newer"
    AS_OLD = "as old"
    NONE = "none"
    """None at all, or older ones alone: nobody can tell what was erased since."""


@dataclass(frozen=True)
class ErasedAgain:
    """How many cases were erased again, and by what kind of list."""

    cases: int
    by_list: ListFound


def lists_beside(backup: Path, master: MasterKey, keys: SchoolKeys) -> tuple[ErasedList, ...]:
    """Every list beside the backup that opens: the one of the folder, those in other backups."""
    found = []
    for sealed in _sealed_lists(backup, master, keys):
        try:
            found.append(opened_list(keys, sealed))
        except Unreadable:
            continue  # another school's; that none is left is told
    return tuple(found)


def _sealed_lists(backup: Path, master: MasterKey, keys: SchoolKeys) -> Iterator[bytes]:
    folder = backup.absolute().parent
    with suppress(OSError):  # that there is none is told
        yield list_path(folder, keys.school).read_bytes()
    for other in backups_in(folder, keys.school):
        if other.name == backup.name:
            continue
        try:
            with other.open("rb") as file:
                yield base64.b64decode(read_manifest(SealedReader(file, master)).erased)
        except (OSError, BackupUnusable, ValueError):
            continue  # of another key, or damaged: it can tell us nothing


def erase_again(
    store: SqlStore,
    lists: tuple[ErasedList, ...],
    now: datetime,
    entry: Callable[[CaseId], bytes],
) -> ErasedAgain:
    """Erases every case of the record that one of the lists names."""
    with store.reading() as reading:
        here, known = erased_in(reading), ErasedList({}, 0).joined(lists)
        back = sorted(case for case in known.cases if reading.case_row(case) is not None)
    with store.writing() as writing:
        for case in back:
            figures = known.cases[case].figures
            writing.erase_case(case, now, figures=figures, entry=entry(case))
    return ErasedAgain(len(back), _found(lists, here))


def _found(lists: tuple[ErasedList, ...], here: ErasedList) -> ListFound:
    newest = max((each.head_number for each in lists), default=-1)
    if newest > here.head_number:
        return ListFound.NEWER
    return ListFound.AS_OLD if newest == here.head_number else ListFound.NONE
