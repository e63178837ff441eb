"""What lies beside the data folders is somebody else's: looked at, never touched or waited for."""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot.compose.before_serving import tell_of_the_unserved
from bot.compose.schools import open_the_stores
from bot.compose.unserved import kept_in, look_beside
from bot.config import Settings, read_schools
from bot.config.places import DATABASE_FILE
from bot.domain.ids import SchoolId
from storage.checked import Kept
from storage.engine import DatabaseUnusable
from tests.storage.places import a_case
from tests.test_config_together import folder_of, text_of

NAMES = ("ash", "elm", "oak")
OAK = SchoolId("oak")


@pytest.fixture
def settings(tmp_path: Path) -> tuple[Settings, ...]:
    """Two schools; the folder of a third, which has an open case, was put beside theirs."""
    folder = folder_of(tmp_path, {f"{name}.toml": text_of(name) for name in NAMES})
    with open_the_stores(read_schools(folder, {}), {}) as stores, stores[OAK].writing() as writing:
        a_case(writing)
    (folder / "oak.toml").unlink()
    return read_schools(folder, {})


@pytest.fixture
def oak(settings: tuple[Settings, ...]) -> Path:
    return settings[0].data_folder.with_name("oak-data")


def told_at_the_start(settings: tuple[Settings, ...]) -> list[list[str]]:
    with open_the_stores(settings, {}) as stores, structlog.testing.capture_logs() as lines:
        tell_of_the_unserved(settings, stores)
    return [line["schools"] for line in lines]


def damage(folder: Path) -> None:
    """As a disk does: the pages of one table are no longer what they were."""
    file = folder / DATABASE_FILE
    with closing(sqlite3.connect(file)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        pages = connection.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'schools'")
        first = [(page - 1) * size for (page,) in pages]
    content = bytearray(file.read_bytes())
    for at in first:
        content[at : at + 64] = b"\xff" * 64
    file.write_bytes(content)


def test_a_damaged_copy_beside_ends_nothing(settings: tuple[Settings, ...], oak: Path) -> None:
    broken = oak.with_name("oak-data.broken")
    shutil.copytree(oak, broken)
    damage(broken)
    found = look_beside(settings)
    assert found.not_looked_into == [broken]
    assert found.kept == {oak: {OAK: Kept(1, 1)}}
    assert told_at_the_start(settings) == [["oak"]]


def test_a_copy_that_was_put_aside_stays_as_it_is(
    settings: tuple[Settings, ...], oak: Path
) -> None:
    killed = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute('PRAGMA journal_mode = WAL')\n"
        "connection.execute('CREATE TABLE more (more)')\n"
        "connection.commit()\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", killed, oak / DATABASE_FILE], check=False)
    before = files_in(oak)
    assert before[f"{DATABASE_FILE}-wal"]
    assert look_beside(settings).kept == {oak: {OAK: Kept(1, 1)}}
    assert files_in(oak) == before


def files_in(folder: Path) -> Mapping[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


def test_nobody_who_is_at_work_beside_is_waited_for(
    settings: tuple[Settings, ...], oak: Path
) -> None:
    with closing(sqlite3.connect(oak / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert look_beside(settings).kept == {oak: {OAK: Kept(1, 1)}}
        assert time.monotonic() - began < 4, "SQLite would wait for five seconds"


def test_a_folder_that_may_not_be_read_hides_no_other(
    settings: tuple[Settings, ...], oak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = oak.with_name("another")
    closed.mkdir()
    is_file = Path.is_file

    def refuse(path: Path) -> bool:
        if path.parent == closed:
            raise PermissionError(path)
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    found = look_beside(settings)
    assert found.not_looked_into == [closed]
    assert set(found.kept) == {oak}
    assert told_at_the_start(settings) == [["oak"]]


def test_a_place_whose_folders_cannot_be_listed_is_said(
    settings: tuple[Settings, ...], oak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert look_beside(settings).not_looked_into == [oak.parent]


def test_of_a_served_database_that_cannot_be_read_it_is_said_why(
    settings: tuple[Settings, ...],
) -> None:
    with open_the_stores(settings, {}) as stores:
        file = settings[0].data_folder / DATABASE_FILE
        with closing(sqlite3.connect(file)) as other:
            other.execute("ALTER TABLE schools RENAME TO others")
        with pytest.raises(DatabaseUnusable):
            tell_of_the_unserved(settings, stores)
        assert kept_in(settings[0].database, ()) == {}
