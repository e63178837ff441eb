"""The disk fills up under evidence and database: people are told, and nothing accepted goes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from storage.tables import evidence
from storage.traces import truncate_wal
from tests.faults.database_disk import LimitedFiles, SmallDisk, a_disk
from tests.faults.database_school import AT_ONCE, DatabaseSchool, a_database_school
from tests.faults.fault import Outcome, Scale

_TIMES = {Scale.FULL: 5, Scale.SHORT: 1}
_LITTLE = 600_000
"""Bytes that are left: enough for some pictures, and not for all."""
_FITS, _DOES_NOT = (50_000,), (50_000, 700_000)
_NOTHING = 0


def full(scale: Scale) -> Outcome:
    """There is room for some pictures only, then for nothing at all, then there is room again."""
    with a_disk() as disk, a_database_school(disk.place) as school:
        for _ in range(_TIMES[scale]):
            reports = [school.write("staff", *(_FITS, _DOES_NOT)[n % 2]) for n in range(AT_ONCE)]
            with disk.full(_LITTLE):
                failed = school.send_all(reports)
            school.must(len(failed) >= AT_ONCE // 2, "the disk was never full")
            school.must(not _strays(school), "files of what failed fill the disk up")
            school.send_again(failed)
            reports = [school.write("staff-2") for _ in range(AT_ONCE)]
            with _quite_full(disk, school):
                failed = school.send_all(reports)
            school.must(len(failed) == AT_ONCE, "something was written to a full disk")
            school.send_again(failed)
        school.at_doors(lambda: _quite_full(disk, school))
        school.counted["files that no row knows"] = len(_strays(school))
        school.must(not _strays(school), "files of what failed fill the disk up")
        school.all_is_well()
        return school.outcome(f"{disk.what}, {_TIMES[scale]} times nearly and quite full")


@contextmanager
def _quite_full(disk: SmallDisk | LimitedFiles, school: DatabaseSchool) -> Iterator[None]:
    """Nothing is left, and SQLite's log has no room of its own in which to go on for a while."""
    truncate_wal(school.store.engines.writing)
    with disk.full(_NOTHING):
        yield


def _strays(school: DatabaseSchool) -> set[str]:
    with school.store.reading() as reading:
        known = set(reading.connection.scalars(select(evidence.c.file_name)))
    return {each.name for each in school.store.folder.iterdir()} - known
