"""Whether the record can be opened: its database, key and folder. Nothing is made or changed."""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from adapters.clock import SystemClock
from bot.app.addresses import address_of, governors_channel, reached_at
from bot.app.ports import Reading
from bot.app.school import School
from bot.compose.beginning import LOOK_FOR_IT, missed_record
from bot.compose.doctor.findings import Area, AtHand, Finding, Level, listed
from bot.compose.schools import KEY_FILE, open_the_store, school_of
from bot.domain.errors import ReportPostError
from bot.domain.ids import PersonId, SchoolId
from storage import KeyProblem, holds_keys, load_master_key
from storage.checked import schools_in
from storage.keys import VARIABLE
from storage.state import Tables, tables_in

_LITTLE_ROOM: Final = 1024**3
"""Bytes. Screenshots have up to 10 MB each, and a copy of the record must fit beside it."""
_COPY: Final = "Keep a copy of it apart from the backups: without it nobody can read anything."


@dataclass(frozen=True)
class Kept:
    """What the record knows of where people and the governors' channel are reached."""

    channel: str | None = None
    addresses: Mapping[tuple[str, str], PersonId] = field(default_factory=dict, repr=False)
    """By e-mail address and platform."""
    last: Mapping[str, str] = field(default_factory=dict, repr=False)
    """On which platform somebody is reached, by e-mail address."""


@dataclass
class RecordLook:
    """The findings, and what is kept; ``None`` if there is no record, or it cannot be opened."""

    findings: list[Finding] = field(default_factory=list)
    kept: Kept | None = None

    def add(self, level: Level, says: str, mend: str = "") -> None:
        """Notes a finding."""
        self.findings.append(Finding(Area.RECORD, level, says, mend))


def look_at_record(at: AtHand, platforms: tuple[str, ...]) -> RecordLook:
    """The record, and where it says that holders are reached on these platforms."""
    look = RecordLook()
    tables = _tables(at, look)
    if tables is not None and _has_key(at, look) and tables is Tables.CURRENT:
        _open(at, look, platforms)
    _look_at_folder(at, look)
    return look


def _tables(at: AtHand, look: RecordLook) -> Tables | None:
    try:
        tables = tables_in(at.settings.database)
    except ReportPostError as error:
        look.add(Level.FAILS, *_in_two(error))
        return None
    match tables:
        case Tables.NONE:
            if _misses_record(at, look, ()):
                return None
            look.add(Level.OK, "There is no record yet; the first start makes it.")
        case Tables.OLDER:
            look.add(
                Level.WARNING,
                "The database is of an earlier version; the next start brings it up to date.",
                "Make a backup before: report-post backup",
            )
        case Tables.NEWER:
            look.add(
                Level.FAILS,
                "The database was made by a newer Report Post.",
                "Install that version again.",
            )
        case Tables.CURRENT:
            pass
    return tables


def _has_key(at: AtHand, look: RecordLook) -> bool:
    """Whether there is a master key that may be used; which one it is shows when it opens."""
    key_file = at.settings.data_folder / KEY_FILE
    named = at.environment.get(VARIABLE, "").strip()
    if not named and not key_file.exists() and not holds_keys(at.settings.database):
        look.add(Level.OK, f"The first start makes the master key, {key_file}. {_COPY}")
        return False
    try:
        load_master_key(at.environment, key_file, may_create=False)
    except KeyProblem as error:
        look.add(Level.FAILS, *_in_two(error))
        return False
    where = f"from {VARIABLE}" if named else f"in {key_file}, for its owner only"
    look.add(Level.OK, f"The master key can be read, {where}. {_COPY}")
    return True


def _open(at: AtHand, look: RecordLook, platforms: tuple[str, ...]) -> None:
    there = schools_in(at.settings.database)
    if at.settings.id not in there:
        if not _misses_record(at, look, there):
            _tell_of_none(at, look, there)
        return
    try:
        store = open_the_store(at.settings, at.environment)
    except ReportPostError as error:
        look.add(Level.FAILS, *_in_two(error))
        return
    try:
        with store.reading() as reading:
            # The pack that comes with the bot: what is wrong with another one is told elsewhere.
            settings = replace(at.settings, policy="derwent-vale")
            school = school_of(settings, store, SystemClock())
            look.kept = _kept(school, reading, platforms)
    finally:
        store.close()
    look.add(Level.OK, "The record opens with this key. To check all of it: report-post verify")


def _misses_record(at: AtHand, look: RecordLook, there: Collection[SchoolId]) -> bool:
    """Whether there is none of the school, and was one."""
    missed = missed_record(at.settings, there)
    if missed:
        look.add(Level.FAILS, missed, LOOK_FOR_IT)
    return bool(missed)


def _tell_of_none(at: AtHand, look: RecordLook, there: Collection[SchoolId]) -> None:
    """Schools that are served together may share a database; of one alone it is another's."""
    look.add(
        Level.WARNING if there and not at.several else Level.OK,
        f"There is no record of the school {at.settings.id} yet; the first start makes it.",
        f"The database holds the record of {listed(sorted(there))}. If this school is not new in "
        "it, check the id in [school] and the place in [storage]."
        if there and not at.several
        else "",
    )


def _kept(school: School, reading: Reading, platforms: tuple[str, ...]) -> Kept:
    addresses: dict[tuple[str, str], PersonId] = {}
    last: dict[str, str] = {}
    for email in {each.email for people in school.holders.values() for each in people}:
        person = school.person_of(email, reading)
        for platform in platforms:
            account = address_of(reading, person, platform)
            if account is not None:
                addresses[email, platform] = account
        found = reached_at(reading, person, platforms)
        if found is not None:
            last[email] = found[0]
    return Kept(governors_channel(reading), addresses, last)


def _look_at_folder(at: AtHand, look: RecordLook) -> None:
    folder = at.settings.data_folder
    there = next(each for each in (folder, *folder.parents) if each.exists())
    for part in (there, *_parts(folder)):
        if not os.access(part, os.W_OK | os.X_OK):
            look.add(
                Level.FAILS,
                f"{part} may not be written to by this account.",
                "Give it to the account that runs the bot, or name another data_folder.",
            )
            return
    free = shutil.disk_usage(there).free
    if free < _LITTLE_ROOM:
        look.add(
            Level.WARNING,
            f"The disk of {there} has only {free // 1024**2} MB left.",
            "Make room: a report whose pictures cannot be kept is refused.",
        )


def _parts(folder: Path) -> Iterator[Path]:
    evidence = folder / "evidence"
    if evidence.exists():
        yield evidence


def _in_two(error: ReportPostError) -> tuple[str, str]:
    """What an error says is wrong, and its advice, which comes after the first sentence."""
    wrong, stop, mend = str(error).partition(". ")
    return (f"{wrong}.", mend) if stop else (wrong, "")
