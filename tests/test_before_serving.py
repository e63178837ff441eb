"""Before schools are served: one process on SQLite, and nobody's record is forgotten in silence."""

from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from adapters.diary import Line
from bot.__main__ import main
from bot.compose.before_serving import (
    OneProcessAlone,
    nobody_else_serves,
    tell_of_the_unserved,
)
from bot.compose.schools import open_the_stores
from bot.config import read_schools
from storage.alone import AlreadyServed
from storage.engine import sqlite_file
from tests.storage.places import a_case
from tests.test_config_together import folder_of, text_of

NAMES = ("elm", "oak", "ash")
SECRETS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three schools in one database; one of them has an open case."""
    texts = {name: text_of(name).replace(f'"{name}-data"', '"data"') for name in NAMES}
    made = folder_of(tmp_path, {f"{name}.toml": text for name, text in texts.items()})
    with open_the_stores(read_schools(made, {}), {}) as stores:
        for school, store in stores.items():
            if school == "oak":
                with store.writing() as writing:
                    a_case(writing)
    return made


def test_a_school_whose_file_is_gone_is_told_in_the_log(folder: Path) -> None:
    (folder / "oak.toml").rename(folder / "oak.toml.bak")
    (folder / "ash.toml").unlink()
    settings = read_schools(folder, {})
    with open_the_stores(settings, {}) as stores, structlog.testing.capture_logs() as lines:
        tell_of_the_unserved(settings, stores)
    (line,) = lines
    assert line["event"] == Line.NOT_SERVED
    assert (line["log_level"], line["schools"], line["open_cases"]) == (
        "warning",
        ["ash", "oak"],
        1,
    )


def test_nothing_is_told_where_every_school_is_served(folder: Path) -> None:
    settings = read_schools(folder, {})
    with open_the_stores(settings, {}) as stores, structlog.testing.capture_logs() as lines:
        tell_of_the_unserved(settings, stores)
    assert lines == []


def test_a_record_in_a_folder_beside_is_told_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {f"{name}.toml": text_of(name) for name in NAMES})
    with open_the_stores(read_schools(folder, {}), {}) as stores:
        for store in stores.values():
            with store.writing() as writing:
                a_case(writing)
    (folder / "oak.toml").rename(folder / "oak.toml.bak")
    settings = read_schools(folder, {})
    with open_the_stores(settings, {}) as stores, structlog.testing.capture_logs() as lines:
        tell_of_the_unserved(settings, stores)
    assert [(line["schools"], line["open_cases"]) for line in lines] == [(["oak"], 1)]


def test_on_sqlite_there_is_one_process(folder: Path) -> None:
    settings = read_schools(folder, {})
    with (
        pytest.raises(OneProcessAlone, match="--processes says 2"),
        nobody_else_serves(settings, 2),
    ):
        pass
    # One of the files alone is the same database.
    with (
        nobody_else_serves(settings, 1),
        pytest.raises(AlreadyServed),
        nobody_else_serves(settings[:1], 1),
    ):
        pass


def test_schools_that_name_one_file_differently_are_served_together(
    folder: Path, tmp_path: Path
) -> None:
    settings = list(read_schools(folder, {}))
    file = sqlite_file(settings[0].database)
    assert file is not None
    (tmp_path / "link").symlink_to(file.parent, target_is_directory=True)
    settings[0] = replace(settings[0], database=f"sqlite:///{tmp_path / 'link' / file.name}")
    with nobody_else_serves(settings, 1), pytest.raises(AlreadyServed):
        nobody_else_serves(settings[1:], 1).__enter__()


def test_several_processes_may_serve_on_postgresql(folder: Path) -> None:
    settings = read_schools(folder, {"REPORT_POST_DATABASE": "postgresql://server/database"})
    with nobody_else_serves(settings, 4), nobody_else_serves(settings, 4):
        assert not list(folder.rglob("*.serving"))


@pytest.mark.parametrize("words", [["--processes", "2"], []])
def test_serve_says_so_and_does_not_start(
    folder: Path,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    with nobody_else_serves(read_schools(folder, {}), 1), pytest.raises(SystemExit) as ended:
        main(["serve", "--config", str(folder), *words])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert ("--processes says 2" if words else "already at work") in " ".join(told.err.split())
    assert told.out == ""
