"""A SQLite file is served by one process, and is free again however that one ended."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.alone import AlreadyServed, served_alone
from storage.engine import DatabaseUnusable, open_engines, telling_why
from tests.running_trial import ROOT
from tests.storage.places import Place

_SERVES = (
    "import sys, time\n"
    "from storage.alone import served_alone\n"
    "with served_alone(sys.argv[1]):\n"
    "    print('serves', flush=True)\n"
    "    time.sleep(600)\n"
)


def test_a_second_one_is_refused_until_the_first_ends(sqlite_place: Place) -> None:
    with served_alone(sqlite_place.url):
        with pytest.raises(AlreadyServed, match="already at work") as told:
            served_alone(sqlite_place.url).__enter__()
        assert "--config FOLDER" in str(told.value)
    with served_alone(sqlite_place.url):
        pass


def test_another_way_to_the_same_file_is_the_same_file(sqlite_place: Place, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder", target_is_directory=True)
    ways = [f"sqlite:///{tmp_path / each / 'data.db'}" for each in ("folder", "link")]
    with served_alone(ways[0]), pytest.raises(AlreadyServed), served_alone(ways[1]):
        pass
    with served_alone(ways[0]), served_alone(sqlite_place.url):
        pass


def test_it_is_free_when_the_process_was_killed(sqlite_place: Place) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _SERVES, sqlite_place.url], cwd=ROOT, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"serves\n"
        with pytest.raises(AlreadyServed), served_alone(sqlite_place.url):
            pass
        other.kill()
    with served_alone(sqlite_place.url):
        pass
    assert [each.name for each in sqlite_place.folder.iterdir()] == ["data.db.serving"]


def test_who_looks_or_copies_is_not_kept_out(sqlite_place: Place) -> None:
    with served_alone(sqlite_place.url), sqlite_place.store().writing() as writing:
        writing.put_value("mark", b"written")
    with sqlite_place.store().reading() as reading:
        assert reading.value("mark") == b"written"


def test_where_nothing_can_be_written_the_database_tells_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    database = f"sqlite:///{tmp_path / 'file' / 'data.db'}"
    with (
        served_alone(database),
        pytest.raises(DatabaseUnusable, match="cannot be used"),
        telling_why(database),
        open_engines(database, 1).writing.begin(),
    ):
        pass


@pytest.mark.postgres
def test_postgresql_is_for_several(postgres_place: Place) -> None:
    with served_alone(postgres_place.url), served_alone(postgres_place.url):
        assert not list(postgres_place.folder.rglob("*.serving"))
