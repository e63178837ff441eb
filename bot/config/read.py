"""Reads ``school.toml`` and the environment, and names every mistake at once."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast, get_args

from bot.config.bank_holidays import COUNTRIES
from bot.config.expiry import teams_secret_ends
from bot.config.letterhead import letterhead_from, templates_from
from bot.config.people import contacts_from, holders_from
from bot.config.places import DATA, backups_from, policy_from, storage_from
from bot.config.problems import Problems
from bot.config.school_days import DATE_LIKE, calendar_from
from bot.config.settings import Settings
from bot.config.staff import staff_from
from bot.config.table import Table
from bot.domain.figures import Detail
from bot.domain.ids import SchoolId

_SAMPLE: Final = "sample_school.toml"
_SCHOOL_ID: Final = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
FEWEST_GOVERNORS: Final = 3
MOST_GOVERNORS: Final = 60
_PUPILS_UNDER_13: Final = "pupils-under-13"  # as conditions of the packs name it

_AT: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_TWICE: Final = ("Cannot declare", "Cannot overwrite", "Duplicate")
_BARE_DATE: Final = re.compile(rf"""(?<![\w"'./-]){DATE_LIKE}(?![\w"'./-])""")


def read_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """The settings in the file at ``path``. Raises ``SettingsNotAccepted`` with every mistake."""
    problems = Problems(str(path))
    try:
        text = path.read_text("utf-8-sig")  # Notepad begins a file with a byte-order mark
    except UnicodeDecodeError:
        problems.add("", "is not written in UTF-8.", "Save it again with the encoding UTF-8.")
    except FileNotFoundError:
        problems.add(
            "",
            "is not there.",
            "Check the path, or make it: report-post init",
        )
    except (OSError, ValueError):  # ValueError: a zero byte in the path
        if path.is_dir():
            wrong = "is a folder, and this takes the file of one school."
            problems.add("", wrong, f"Name it, such as {path / 'hill-top.toml'}.")
        else:
            problems.add("", "cannot be read.", "Check that it is a file that the bot may read.")
    else:
        return settings_from(text, path, environment)
    raise problems.as_error()


def settings_from(text: str, place: Path, environment: Mapping[str, str]) -> Settings:
    """The settings in a text, as if it were the file at ``place``.

    Raises ``SettingsNotAccepted`` with every mistake: where, what is wrong, how to mend it. No
    message repeats an address, a number or a name.
    """
    problems = Problems(str(place))
    values = _toml(text, problems)
    folder = place.absolute().parent
    if values is None:
        storage_from(Table({}, "storage", problems), folder, environment)
        raise problems.as_error()
    return _settings(Table(values, "", problems), folder, environment)


def sample_text() -> str:
    """The commented ``school.toml`` of the sample school."""
    return files("bot").joinpath(_SAMPLE).read_text("utf-8")


def sample_settings(data_folder: Path) -> Settings:
    """The sample school (DESIGN, Journeys), which keeps its data in ``data_folder``."""
    return settings_from(sample_text(), Path(_SAMPLE), {DATA: str(data_folder)})


def _settings(top: Table, folder: Path, environment: Mapping[str, str]) -> Settings:
    school = top.table("school")
    school_id = _school_id(school)
    name = school.text("name", example="Derwent Vale Primary School")
    country = school.choice("country", COUNTRIES)
    under_13 = school.flag("pupils_under_13")
    governors = school.number("governors", least=FEWEST_GOVERNORS, most=MOST_GOVERNORS)
    policy = policy_from(school, folder)
    school.end()
    calendar = calendar_from(top.table("calendar"), country)
    holders = holders_from(top.table("roles", about_people=True))
    staff = staff_from(top.table("staff", about_people=True))
    contacts = contacts_from(top.table("contacts", about_people=True))
    digest = top.table("digest")
    detail = digest.choice("detail", get_args(Detail), default="suppressed")
    digest.end()
    letters = top.table("letterhead", about_people=True)
    templates = templates_from(letters, folder)
    letterhead = letterhead_from(letters)
    secret_ends = teams_secret_ends(top.table("teams"))
    storage = storage_from(top.table("storage"), folder, environment)
    backup_folder = backups_from(top.table("backup"), folder, storage)
    top.end()
    if len(top.problems) or school_id is None or name is None or calendar is None:
        raise top.problems.as_error()
    return Settings(
        id=school_id,
        name=name,
        calendar=calendar,
        traits=frozenset({_PUPILS_UNDER_13} if under_13 else ()),
        holders=MappingProxyType(holders),
        contacts=MappingProxyType(contacts),
        policy=policy,
        database=storage.database,
        data_folder=storage.data_folder,
        backup_folder=backup_folder,
        digest_detail=cast("Detail", detail),
        governors=governors,
        letterhead=letterhead,
        letter_templates=templates,
        staff=staff,
        teams_secret_ends=secret_ends,
    )


def _school_id(school: Table) -> SchoolId | None:
    text = school.text("id", example="derwent-vale")
    return None if text is None else school_id_in(text, school.at("id"), school.problems)


def school_id_in(text: str, place: str, problems: Problems) -> SchoolId | None:
    """The name by which the records know a school; ``None``, and noted, if it cannot be one."""
    if _SCHOOL_ID.fullmatch(text):
        return SchoolId(text)
    wrong = "is not a short name in small letters."
    mend = 'Use up to 40 small letters, digits and hyphens, such as "derwent-vale".'
    problems.add(place, wrong, mend)
    return None


def _toml(text: str, problems: Problems) -> dict[str, object] | None:
    """The values; ``None``, and noted, if it is not TOML.

    A date that does not exist is no TOML, and the parser would stop there and hide all mistakes
    behind it. So it becomes a text, and is named with its key like any other mistake.
    """
    while True:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            said = str(error)
        except (RecursionError, ValueError):  # brackets in brackets; a number of 5,000 digits
            problems.add("", "cannot be read as TOML.", "Begin again from the sample.")
            return None
        at = _AT.search(said)
        mended = _date_quoted(text, int(at[1]), int(at[2])) if at else None
        if mended is None:
            _note_syntax(said, at, problems)
            return None
        text = mended


def _date_quoted(text: str, line: int, column: int) -> str | None:
    """The text with the date at that place in quotes; ``None`` if there is no date."""
    lines = text.replace("\r\n", "\n").split("\n")
    there = lines[line - 1]
    for match in _BARE_DATE.finditer(there):
        if match.start() <= column - 1 <= match.end():
            lines[line - 1] = f'{there[: match.start()]}"{match[0]}"{there[match.end() :]}'
            return "\n".join(lines)
    return None


def _note_syntax(said: str, at: re.Match[str] | None, problems: Problems) -> None:
    # What the parser said is not repeated: it may quote the file.
    place = f"line {at[1]}, column {at[2]}" if at else "the last line"
    if said.startswith(_TWICE):
        problems.add(place, "a key or a table stands there a second time.", "Keep one of the two.")
    else:
        mend = (
            "Look at this line and the one above: texts and telephone numbers stand in quotes, "
            "lists in [ ], and between a key and its value stands =."
        )
        problems.add(place, "cannot be read as TOML.", mend)
