"""Decides where things lie: the database, the data folder, the backups, the policy pack.

The environment goes before the file. A relative path in the file starts from the file's folder, one
in the environment from where the bot was started.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.config.problems import Problems
from bot.config.table import Table
from bot.policies.problems import did_you_mean

DATABASE: Final = "REPORT_POST_DATABASE"
DATA: Final = "REPORT_POST_DATA"

DATABASE_FILE: Final = "report-post.sqlite3"
"""How the embedded database is called in its data folder."""

_PACKS: Final = ("derwent-vale",)  # those that come with the bot
_DATA_FOLDER: Final = "report-post-data"
_ADDRESSES: Final = (
    "Use sqlite:////folder/file.sqlite3 or postgresql+psycopg://user:password@server/database, "
    "or take it out: the bot then keeps a file in its data folder."
)


@dataclass(frozen=True)
class Storage:
    """Where the bot keeps what it knows; ``database`` is an address for SQLAlchemy."""

    database: str
    data_folder: Path


@dataclass(frozen=True)
class _Given:
    """A setting that was given: in the file or in the environment, and so relative to what."""

    text: str
    where: str
    start: Path


def storage_from(table: Table, folder: Path, environment: Mapping[str, str]) -> Storage:
    """Where ``[storage]`` and the environment say; ``folder`` is the one of the file."""
    problems = table.problems
    chosen = _given(table, "data_folder", "/srv/report-post", folder, DATA, environment)
    data_folder = (folder / _DATA_FOLDER).absolute()
    if chosen is not None:
        data_folder = _folder(chosen, problems) or data_folder
    given = _given(table, "database", "postgresql+psycopg://…", folder, DATABASE, environment)
    database = _sqlite(data_folder / DATABASE_FILE)
    if given is not None:
        database = _database(given, problems) or database
    table.end()
    return Storage(database, data_folder)


def backups_from(table: Table, folder: Path, storage: Storage) -> Path | None:
    """Where ``[backup]`` wants nightly backups; ``None`` if it says nothing.

    Not in the data folder: whatever happens to the one would happen to the other.
    """
    problems = table.problems
    text = table.text("folder", example="/mnt/backup/report-post", needed=False)
    table.end()
    if text is None:
        return None
    where = f"{problems.file}, {table.at('folder')}"
    found = _folder(_Given(text, where, folder), problems)
    if found is not None and found.is_relative_to(storage.data_folder):
        wrong = "is the data folder, or lies in it: what happens to the data happens to its backup."
        problems.add_elsewhere(where, wrong, "Name a folder on another disk or computer.")
    return found


def policy_from(table: Table, folder: Path) -> str | Path:
    """The pack: one that comes with the bot by its name, or the file of another."""
    text = table.text("policy", example=_PACKS[0], needed=False) or _PACKS[0]
    if text in _PACKS:
        return text
    if not text.endswith(".toml"):
        hint = f'{did_you_mean(text, _PACKS)} For a pack of your own, write its file: "….toml".'
        table.problems.add(table.at("policy"), "is not a pack that comes with the bot.", hint)
        return text
    path = (folder / text).absolute()
    if not _is_file(path):
        mend = f"Correct the path; it starts from the folder of {table.problems.file}."
        table.problems.add(table.at("policy"), "names a file that is not there.", mend)
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long for a name
        return False


def _given(
    table: Table,
    key: str,
    example: str,
    folder: Path,
    variable: str,
    environment: Mapping[str, str],
) -> _Given | None:
    in_file = table.text(key, example=example, needed=False)
    in_environment = environment.get(variable, "").strip()
    if variable in environment and not in_environment:
        # Whoever set it meant a place, and not the one that would be taken instead.
        mend = f"Give it what it should hold, or take it out: unset {variable}"
        table.problems.add_elsewhere(f"environment, {variable}", "is set, but empty.", mend)
    if in_environment:
        return _Given(in_environment, f"environment, {variable}", Path.cwd())
    if in_file is not None:
        return _Given(in_file, f"{table.problems.file}, {table.at(key)}", folder)
    return None


def _folder(given: _Given, problems: Problems) -> Path | None:
    try:
        folder = (given.start / Path(given.text).expanduser()).absolute()
        if next(each for each in (folder, *folder.parents) if each.exists()).is_dir():
            return folder
    except (OSError, RuntimeError):  # too long, not to be read, no such user
        pass
    problems.add_elsewhere(given.where, "is not a folder and cannot become one.", "Name a folder.")
    return None


def _database(given: _Given, problems: Problems) -> str | None:
    # What was given is never repeated, nor is the library's error: both may hold a password.
    url = _parsed(given.text)
    backend = url.get_backend_name() if url else ""
    if url is None or backend not in {"sqlite", "postgresql"}:
        wrong = "is no address of a database we know."
    elif "@" in (url.host or ""):
        # The driver would take the end of the password for the server, and name it in its error.
        wrong = "has an @ in its user or password. Write it as %40."
    elif not url.database or url.database == ":memory:":
        wrong = "names no file." if backend == "sqlite" else "names no database on the server."
    elif backend == "sqlite":
        return _sqlite(given.start / url.database)
    else:
        # The driver that the bot comes with, whichever was named.
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    problems.add_elsewhere(given.where, wrong, _ADDRESSES)
    return None


def _sqlite(file: Path) -> str:
    return URL.create("sqlite", database=str(file.absolute())).render_as_string()


def _parsed(text: str) -> URL | None:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):  # ValueError: a port that is not a number
        return None
