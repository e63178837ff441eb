"""What the bot writes is for its own account alone, from the moment that it is made."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import SqlStore
from storage.folder import make_own_database, make_own_folder
from tests.storage.places import Place, a_case

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files_of(store: SqlStore) -> list[Path]:
    """The database with what SQLite puts beside it."""
    file = Path(make_url(store.engines.writing.url).database or "")
    return [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]


def test_the_database_and_its_log_are_nobody_elses(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    with store.writing() as writing:
        a_case(writing)
    assert [mode(each) for each in files_of(store)] == [0o600] * 3


def test_those_of_an_earlier_version_are_closed_to_others(sqlite_place: Place) -> None:
    one = sqlite_place.store()
    with one.writing() as writing:
        a_case(writing)
    for each in files_of(one):
        each.chmod(0o644)
    other = sqlite_place.store()
    assert [mode(each) for each in files_of(other)] == [0o600] * 3


def test_the_folder_of_a_new_database_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    place = Place(f"sqlite:///{folder}/data.db", folder)
    place.store()
    place.close()
    assert mode(folder) == 0o700


def test_a_data_folder_of_an_earlier_version_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    (folder / "data.db-wal").touch()
    make_own_folder(folder, ["data.db"])
    assert mode(folder) == 0o700


def test_a_folder_in_which_something_else_lies_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    (folder / "data.db").touch()
    (folder / "letters.docx").touch()
    make_own_folder(folder, ["data.db"])
    assert mode(folder) == 0o755


def test_what_is_closed_already_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    file.touch(mode=0o400)
    make_own_database(file)
    assert mode(file) == 0o400
