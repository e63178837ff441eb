"""What the bot writes is for its own account alone, from the moment that it is made."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import SqlStore
from storage.folder import make_own_database
from tests.storage.places import Place, a_case

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")


LOOKS = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("SELECT * FROM heads").fetchall()
database.close()
"""


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


def test_the_folder_of_a_new_database_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    place = Place(f"sqlite:///{folder}/data.db", folder)
    place.store()
    place.close()
    assert mode(folder) == 0o700


def test_a_database_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    file.touch()
    file.chmod(0o640)  # somebody's backup program may read it
    make_own_database(file)
    assert mode(file) == 0o640


def test_another_school_of_the_database_leaves_its_log_to_whoever_writes(
    sqlite_place: Place,
) -> None:
    with sqlite_place.store().writing() as writing:
        a_case(writing)
    file, log, _ = files_of(sqlite_place.opened[0])
    make_own_database(file)
    # Whoever closes the file last takes the log away; another process must not think it does.
    subprocess.run([sys.executable, "-c", LOOKS, str(file)], check=True)
    assert log.exists()
