"""Reads the schools of one installation: one file, or a folder with a file for each of them.

Every mistake of every file is named at once, and what two of them must not have in common.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from bot.app.schools import as_compared
from bot.config.problems import Problems
from bot.config.read import read_settings, school_id_in
from bot.config.settings import Settings
from bot.config.staff import domain_of_most
from bot.domain.errors import SettingsNotAccepted
from bot.domain.ids import SchoolId

_SEEN_OF_A_NAME: Final = 40
"""Letters of a school's name that surely stand on a button."""


@dataclass(frozen=True)
class SchoolFile:
    """A school's file, and what it settles."""

    path: Path
    settings: Settings


def read_schools(path: Path, environment: Mapping[str, str]) -> tuple[Settings, ...]:
    """The schools of a file, or of a folder, in the order of the names of their files.

    Raises ``SettingsNotAccepted`` with every mistake of every file.
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
    """The files of a folder that are meant as schools, in the order of their names.

    Every ``*.toml`` is that has a ``[school]``, or cannot be read: what is wrong with it is told
    when it is read as a school. A policy pack and a file of cards may lie beside them.
    """
    return tuple(each for each, kind in _kinds_in(folder).items() if kind is _Kind.SCHOOL)


def schools_beside(file: Path) -> tuple[Path, ...]:
    """The other files of its folder that have a ``[school]``, as far as they can be read."""
    others = (each for each in school_files(file.parent) if each.name != file.name)
    return tuple(each for each in others if "school" in (_top_of(each) or {}))


def schools_put_aside(folder: Path) -> Mapping[Path, SchoolId]:
    """The files of a folder that have a school's settings and another ending, such as .toml.bak."""
    found: dict[Path, SchoolId] = {}
    for each in sorted(folder.glob("*.toml?*")):
        school = (_top_of(each) or {}).get("school")
        named = school.get("id") if isinstance(school, dict) else None
        if isinstance(named, str):
            id_ = school_id_in(named, "", Problems(""))
            if id_ is not None:
                found[each] = id_
    return found


class _Kind(Enum):
    """What a file is meant as."""

    SCHOOL = auto()
    PACK = auto()
    CARDS = auto()
    UNKNOWN = auto()


_OF_A_PACK: Final = frozenset({"id", "title", "dated"})
"""What stands at the top of a policy pack."""
_OF_A_CARD: Final = frozenset({"source", "checked_on"})
"""What every card has; a file of cards holds nothing but cards."""


def _kinds_in(folder: Path) -> Mapping[Path, _Kind]:
    files = sorted(each for each in folder.glob("*.toml") if each.is_file())
    told = {each: _top_of(each) for each in files}
    packs = {pack for each, top in told.items() for pack in _pack_of(each, top)}
    return {each: _kind_of(top, named=each.resolve() in packs) for each, top in told.items()}


def _top_of(file: Path) -> Mapping[str, object] | None:
    """What the file holds; ``None`` if it cannot be read."""
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None


def _kind_of(top: Mapping[str, object] | None, *, named: bool) -> _Kind:
    """``named``: a school names it as its policy pack."""
    if top is not None and "school" in top:
        return _Kind.SCHOOL
    if named:
        return _Kind.PACK
    if top is None:
        return _Kind.SCHOOL
    if top.keys() >= _OF_A_PACK:
        return _Kind.PACK
    if top and all(isinstance(each, dict) and each.keys() >= _OF_A_CARD for each in top.values()):
        return _Kind.CARDS
    return _Kind.UNKNOWN


def _pack_of(file: Path, top: Mapping[str, object] | None) -> Iterator[Path]:
    school = top.get("school") if top else None
    named = school.get("policy") if isinstance(school, dict) else None
    if isinstance(named, str) and named.endswith(".toml"):
        yield (file.parent / named).resolve()


def problems_between(path: Path, files: Sequence[SchoolFile]) -> tuple[str, ...]:
    """What keeps these schools from being served together; each names its file."""
    found = list[str]()
    kinds = _kinds_in(path)
    for each, kind in kinds.items():
        if kind is _Kind.UNKNOWN:
            wrong = "is neither a school's file, which has a [school], nor a policy pack."
            found.append(_problem(each, "", wrong, "Put it somewhere else, or mend its [school]."))
    if _Kind.SCHOOL not in kinds.values():
        mend = "Put one in for each school, such as hill-top.toml"
        return (*found, _problem(path, "", "holds no school's file.", mend))
    if len(files) > 1:
        found += _without_staff(files)
    found += _alike(
        files,
        lambda s: s.id,
        "school.id",
        "Give each school an id of its own; it names its record.",
    )
    found += _alike(
        files,
        lambda s: as_compared(s.name)[:_SEEN_OF_A_NAME],
        "school.name",
        f"Let the names differ in their first {_SEEN_OF_A_NAME} letters: people choose by them.",
    )
    found += _folders_shared(files)
    return tuple(found)


def _without_staff(files: Iterable[SchoolFile]) -> Iterator[str]:
    for each in files:
        if each.settings.staff is None:
            held = each.settings.holders.values()
            domain = domain_of_most(one.email for people in held for one in people)
            listed = f'addresses = ["{domain}"]' if domain else "addresses = [...]"
            wrong = "is missing, and several schools share the workspace."
            mend = f"Say who belongs to this one: {listed} below [staff]."
            yield _problem(each.path, "staff.addresses", wrong, mend)


def _alike(
    files: Iterable[SchoolFile], what: Callable[[Settings], str], place: str, mend: str
) -> Iterator[str]:
    first: dict[str, SchoolFile] = {}
    for each in files:
        other = first.setdefault(what(each.settings), each)
        if other is not each:
            yield _problem(each.path, place, f"is the same as in {other.path.name}.", mend)


def _folders_shared(files: Iterable[SchoolFile]) -> Iterator[str]:
    """Each would sweep away the evidence of the other, which its database does not know."""
    first: dict[Path, SchoolFile] = {}
    for each in files:
        other = first.setdefault(each.settings.data_folder.resolve(), each)
        if other.settings.database != each.settings.database:
            wrong = f"is that of {other.path.name}, which has another database."
            mend = "Give each school a data folder of its own, or both the same database."
            yield _problem(each.path, "storage.data_folder", wrong, mend)


def _problem(file: Path, place: str, wrong: str, mend: str) -> str:
    problems = Problems(str(file))
    problems.add(place, wrong, mend)
    (told,) = problems.as_error().problems
    return told
