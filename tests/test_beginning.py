"""No record is begun where an older one should be; and each that is begun is told."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot import __main__ as command_line
from bot.cli.output import Ends
from bot.compose.beginning import RecordMissed, records_to_begin, tell_of_new_records
from bot.compose.schools import KEY_FILE, open_the_stores
from bot.config import Settings, read_schools
from bot.config.places import DATABASE_FILE
from storage.keys import VARIABLE
from tests.test_config_together import folder_of, text_of

NAMES = ("elm", "oak")
SECRETS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture
def schools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two schools that share a data folder, each with a backup; the folder of their files."""
    for name in (VARIABLE, "REPORT_POST_DATABASE", "REPORT_POST_DATA"):
        monkeypatch.delenv(name, raising=False)
    files = {}
    for name in NAMES:
        text = text_of(name).replace(f'"{name}-data"', f'"{tmp_path}/data"')
        files[f"{name}.toml"] = text.replace("# folder =", f'folder = "{tmp_path}/backups" #')
    (tmp_path / "schools").mkdir()
    folder = folder_of(tmp_path / "schools", files)
    with open_the_stores(read_schools(folder, {}), {}):
        pass
    for name in NAMES:
        assert run("backup", "--config", folder / f"{name}.toml") == Ends.WELL
    return folder


def run(*words: object) -> object:
    """A command; the code that it ends with."""
    with pytest.raises(SystemExit) as ended:
        command_line.main([str(each) for each in words])
    return ended.value.code or 0


def all_settings(folder: Path) -> tuple[Settings, ...]:
    return tuple(read_schools(folder, {}))


def without_backups(folder: Path) -> tuple[Settings, ...]:
    return tuple(replace(each, backup_folder=None) for each in all_settings(folder))


def test_a_data_folder_that_is_not_mounted_is_told_and_nothing_is_made(
    schools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = schools.parent / "data"
    shutil.rmtree(data)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    capsys.readouterr()
    # An address that is nobody's (RFC 5737): it could not begin to serve.
    assert run("serve", "--config", schools, "--host", "192.0.2.1") == Ends.WRONG_USE
    told = capsys.readouterr().err.replace("\n", " ")
    for name in NAMES:
        assert f"The record of the school {name} is missing" in told
        assert f"{name}-" in told
    assert str(data / DATABASE_FILE) in told
    assert "mount it" in told
    assert "restore its newest backup" in told
    assert not data.exists()


@pytest.mark.parametrize("command", ["verify", "backup", "retention"])
def test_a_command_says_the_same(
    schools: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(schools.parent / "data")
    assert run(command, "--config", schools / "elm.toml") == Ends.WRONG_USE
    assert "The record of the school elm is missing" in capsys.readouterr().err
    assert not (schools.parent / "data").exists()


def test_a_database_that_is_gone_beside_its_key_is_missed(schools: Path) -> None:
    (schools.parent / "data" / DATABASE_FILE).unlink()
    with pytest.raises(RecordMissed, match=KEY_FILE):
        records_to_begin(without_backups(schools), {})
    (schools.parent / "data" / KEY_FILE).unlink()
    assert len(records_to_begin(without_backups(schools), {})) == len(NAMES)
    (schools.parent / "data" / "evidence" / "a-picture").write_bytes(b"sealed")
    with pytest.raises(RecordMissed, match="holds evidence"):
        records_to_begin(without_backups(schools), {})


def test_a_first_start_that_was_killed_may_begin_again(schools: Path) -> None:
    """Between the database's file and its tables, with the key made."""
    database = schools.parent / "data" / DATABASE_FILE
    database.unlink()
    database.touch()
    assert len(records_to_begin(without_backups(schools), {})) == len(NAMES)


def test_a_mistyped_place_of_the_database_is_missed(schools: Path) -> None:
    there = [replace(each, database="sqlite:////nope/x.db") for each in without_backups(schools)]
    with pytest.raises(RecordMissed, match=r"looked for in /nope/x\.db"):
        records_to_begin(there, {})


def test_one_of_two_that_is_not_in_the_restored_folder_is_missed(schools: Path) -> None:
    """The other's key and evidence are no sign of it; its backup is."""
    elm, oak = all_settings(schools)
    shutil.rmtree(elm.data_folder)
    with open_the_stores([elm], {}):
        pass
    with pytest.raises(RecordMissed, match="school oak is missing") as told:
        records_to_begin([elm, oak], {})
    assert "elm" not in str(told.value)
    assert KEY_FILE not in str(told.value)


def test_a_school_that_joins_others_is_begun(schools: Path) -> None:
    elm, oak = without_backups(schools)
    ash = replace(oak, id=type(oak.id)("ash"))
    (begun,) = records_to_begin([elm, oak, ash], {})
    assert (begun.school, begun.new_key) == ("ash", False)


def test_once_what_is_named_was_moved_away_a_record_is_begun_and_told(schools: Path) -> None:
    for each in ("data", "backups"):
        (schools.parent / each).rename(schools.parent / f"{each}-of-old")
    new = records_to_begin(all_settings(schools), {})
    with structlog.testing.capture_logs() as lines:
        tell_of_new_records(new)
    assert [(each["event"], each["school"], each["new_key"]) for each in lines] == [
        ("a new, empty record was begun", name, True) for name in NAMES
    ]
    assert lines[0]["where"] == str(schools.parent / "data" / DATABASE_FILE)


def test_a_record_that_is_there_is_not_begun(schools: Path) -> None:
    assert records_to_begin(all_settings(schools), {}) == ()
