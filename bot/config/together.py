"""Reads the schools of one installation: one file, or a folder with a file for each of them.

Every mistake of every file is named at once, and what two of them must not have in common.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.config.problems import Problems
from bot.config.read import read_settings
from bot.config.settings import Settings
from bot.domain.errors import SettingsNotAccepted

_SEEN_OF_A_NAME: Final = 40
"""Letters of a school's name that surely stand on a button."""


@dataclass(frozen=True)
class SchoolFile:
    """A school's file, and what it settles."""

    path: Path
    settings: Settings


def read_schools(path: Path, environment: Mapping[str, str]) -> tuple[Settings, ...]:
    """The schools of a file, or of all ``*.toml`` of a folder, in the order of their names.

    A policy pack that lies in the folder is known by the file that names it. Raises
    ``SettingsNotAccepted`` with every mistake of every file.
    """
    if not path.is_dir():
        return (read_settings(path, environment),)
    files, problems = _read_all(path, environment)
    problems += problems_between(path, files)
    if problems:
        raise SettingsNotAccepted(tuple(dict.fromkeys(problems)))
    return tuple(each.settings for each in files)


def problems_of_folder(path: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with the folder as a whole, whatever is wrong within its files."""
    files, _ = _read_all(path, environment)
    return problems_between(path, files)


def _read_all(path: Path, environment: Mapping[str, str]) -> tuple[list[SchoolFile], list[str]]:
    """The files that can be used, and every mistake of the others."""
    files, problems = list[SchoolFile](), list[str]()
    for each in school_files(path):
        try:
            files.append(SchoolFile(each, read_settings(each, environment)))
        except SettingsNotAccepted as wrong:
            problems += wrong.problems
    return files, problems


def school_files(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that are schools: every ``*.toml`` that is no school's policy pack."""
    files = sorted(each for each in folder.glob("*.toml") if each.is_file())
    packs = {pack for each in files for pack in _pack_of(each)}
    return tuple(each for each in files if each.resolve() not in packs)


def _pack_of(file: Path) -> Iterator[Path]:
    try:
        school = tomllib.loads(file.read_text("utf-8-sig")).get("school")
    except (OSError, ValueError, RecursionError):  # told when the file itself is read
        return
    named = school.get("policy") if isinstance(school, dict) else None
    if isinstance(named, str) and named.endswith(".toml"):
        yield (file.parent / named).resolve()


def problems_between(path: Path, files: Sequence[SchoolFile]) -> tuple[str, ...]:
    """What keeps these schools from being served together; each names its file."""
    found = list[str]()
    if not school_files(path):
        none = Problems(str(path))
        none.add("", "holds no school's file.", "Put one in for each school, such as hill-top.toml")
        return none.as_error().problems
    if len(files) > 1:
        for each in files:
            if each.settings.staff is None:
                wrong = "is missing, and several schools share the workspace."
                mend = 'Say who belongs to this one: addresses = ["hilltop.example"] below [staff].'
                found.append(_problem(each, "staff.addresses", wrong, mend))
    found += _alike(
        files,
        lambda s: s.id,
        "school.id",
        "Give each school an id of its own; it names its record.",
    )
    found += _alike(
        files,
        lambda s: s.name.casefold()[:_SEEN_OF_A_NAME],
        "school.name",
        f"Let the names differ in their first {_SEEN_OF_A_NAME} letters: people choose by them.",
    )
    found += _folders_shared(files)
    return tuple(found)


def _alike(
    files: Iterable[SchoolFile], what: Callable[[Settings], str], place: str, mend: str
) -> Iterator[str]:
    first: dict[str, SchoolFile] = {}
    for each in files:
        other = first.setdefault(what(each.settings), each)
        if other is not each:
            yield _problem(each, place, f"is the same as in {other.path.name}.", mend)


def _folders_shared(files: Iterable[SchoolFile]) -> Iterator[str]:
    """Each would sweep away the evidence of the other, which its database does not know."""
    first: dict[Path, SchoolFile] = {}
    for each in files:
        other = first.setdefault(each.settings.data_folder.resolve(), each)
        if other.settings.database != each.settings.database:
            wrong = f"is that of {other.path.name}, which has another database."
            mend = "Give each school a data folder of its own, or both the same database."
            yield _problem(each, "storage.data_folder", wrong, mend)


def _problem(file: SchoolFile, place: str, wrong: str, mend: str) -> str:
    problems = Problems(str(file.path))
    problems.add(place, wrong, mend)
    (told,) = problems.as_error().problems
    return told
