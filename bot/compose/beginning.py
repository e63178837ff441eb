"""Decides whether a new, empty record may be begun, or an older one is only not where it should be.

A folder that is not mounted looks like a school that never began. Whoever began anew there would
answer "received" into a record that nobody knows of, and nobody would look for the older one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters import diary
from bot.compose.schools import EVIDENCE, KEY_FILE
from bot.config import Settings
from bot.domain.errors import ReportPostError
from bot.domain.ids import SchoolId
from storage.backup_names import backups_in
from storage.checked import schools_in
from storage.engine import place_of, sqlite_file
from storage.keys import VARIABLE

LOOK_FOR_IT = (
    "Nothing was made. If the folder is on another disk, mount it. If the place is the wrong one, "
    "mend data_folder or database in school.toml, or REPORT_POST_DATA or REPORT_POST_DATABASE. If "
    "the record is lost, restore its newest backup (docs/at-night.md, Restore). To begin anew on "
    "purpose, move what is named here to another place first."
)


class RecordMissed(ReportPostError):
    """A school has no record where it should be, and had one; nothing was made."""


class NoRecord(ReportPostError):
    """There is no record of the school where one was looked for; the message says where."""


@dataclass(frozen=True)
class NewRecord:
    """A record that is about to be begun, and whether with a master key that is new too."""

    school: SchoolId
    where: str
    new_key: bool


def records_to_begin(
    schools: Sequence[Settings], environment: Mapping[str, str]
) -> tuple[NewRecord, ...]:
    """Those of these schools that have no record yet. Nothing is made or changed.

    Raises ``RecordMissed`` if there are signs that one of them had one, and ``DatabaseUnusable``.
    """
    there = {each: schools_in(each) for each in dict.fromkeys(one.database for one in schools)}
    new = [each for each in schools if each.id not in there[each.database]]
    missed = [why for each in new if (why := missed_record(each, there[each.database]))]
    if missed:
        raise RecordMissed("\n".join([*missed, LOOK_FOR_IT]))
    return tuple(
        NewRecord(each.id, place_of(each.database), new_key=_has_no_key(each, environment))
        for each in new
    )


def tell_of_new_records(new: Sequence[NewRecord]) -> None:
    """Says of each that it was begun: nobody is to begin one without seeing it."""
    for each in new:
        diary.begun(each.school, each.where, new_key=each.new_key)


def refuse_without_record(settings: Settings) -> None:
    """Raises ``NoRecord`` if there is none of the school, and ``DatabaseUnusable``.

    Opening a store makes what is missing; nobody wants an empty record to be looked through.
    """
    there = schools_in(settings.database)
    if settings.id in there:
        return
    missed = missed_record(settings, there)
    if missed:
        raise NoRecord(f"{missed}\n{LOOK_FOR_IT}")
    raise NoRecord(
        f"There is no record of the school {settings.id} yet: nothing was ever kept of it in "
        f"{place_of(settings.database)}. Check that the id and the place of the data are the right "
        "ones."
    )


def missed_record(settings: Settings, there: Collection[SchoolId]) -> str:
    """What is missing and what tells of it, if the school had a record; else nothing.

    ``there``: the schools that have one in its database.
    """
    signs = list(_signs(settings, there))
    if not signs:
        return ""
    return (
        f"The record of the school {settings.id} is missing. It was looked for in "
        f"{place_of(settings.database)}, and there is none; but there was one: "
        f"{' and '.join(signs)}."
    )


def _signs(settings: Settings, there: Collection[SchoolId]) -> Iterator[str]:
    """Whoever's key opens them, backups are of the school whose id they bear."""
    if settings.backup_folder is not None:
        backups = list(backups_in(settings.backup_folder, settings.id))
        if len(backups) == 1:
            yield f"{backups[0]} is its backup"
        elif backups:
            yield f"{backups[0]} is the newest of its {len(backups)} backups"
    if there:
        return  # the key and the evidence are those of the others in this database
    key = settings.data_folder / KEY_FILE
    file = sqlite_file(settings.database)
    # A database that is there and empty was just begun: by a process that was killed, or, on
    # PostgreSQL, by another one at this moment.
    if file is not None and not file.exists() and key.exists():
        yield f"{key} is a master key"
    evidence = settings.data_folder / EVIDENCE
    if _holds_something(evidence):
        yield f"{evidence} holds evidence"


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _has_no_key(settings: Settings, environment: Mapping[str, str]) -> bool:
    given = environment.get(VARIABLE, "").strip()
    return not given and not (settings.data_folder / KEY_FILE).exists()
