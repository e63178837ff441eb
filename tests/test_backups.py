"""A school's backups: taken by hand and every night, restored, and its key changed."""

import base64
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from bot import __main__ as command_line
from bot.app.records import write_school_entry
from bot.app.stored import SCHOOL_STREAM
from bot.cli.output import Ends
from bot.compose.backups import BackupOfDamage, nightly_backup
from bot.compose.schools import KEY_FILE, open_the_store, school_of
from bot.compose.upkeep import upkeep
from bot.config import Settings, read_settings
from bot.domain.ids import CaseId
from storage import SqlStore
from storage.backup_names import backups_in
from storage.keys import VARIABLE
from tests.storage.places import NOW, a_case, findings

NIGHT = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)
A = CaseId("case-a")


@dataclass(frozen=True)
class Printed:
    """What a command ended with and printed."""

    code: object
    out: str
    err: str


@dataclass(frozen=True)
class AtSchool:
    """A school with one case, its settings, and the folder of its backups."""

    config: Path
    data: Path
    backups: Path

    @property
    def settings(self) -> Settings:
        """As they are read."""
        return read_settings(self.config, {})

    def store(self) -> SqlStore:
        """Its store, as ``serve`` opens it."""
        store = open_the_store(self.settings, {})
        store.backups = self.settings.backup_folder
        return store


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AtSchool:
    """A school whose data and backups lie in folders of their own."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("REPORT_POST_DATABASE", raising=False)
    at = AtSchool(tmp_path / "school.toml", tmp_path / "data", tmp_path / "backups")
    sample = files("bot").joinpath("sample_school.toml").read_text("utf-8")
    settings = sample.replace("# folder =", f'folder = "{at.backups}" #')
    at.config.write_text(settings + 'data_folder = "data"\n', "utf-8")
    store = at.store()
    with store.writing() as writing:
        a_case(writing, A)
        writing.append(SCHOOL_STREAM, NOW, [b"filed"])
    store.close()
    return at


Run = Callable[..., Printed]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run_it(*arguments: str | Path) -> Printed:
        with pytest.raises(SystemExit) as ended:
            command_line.main([str(each) for each in arguments])
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        assert "mistake" not in told.err
        return Printed(ended.value.code, told.out, told.err)

    return run_it


def the_backup(school: AtSchool) -> Path:
    (found,) = backups_in(school.backups, school.settings.id)
    return found


def head_line(printed: Printed) -> str:
    return next(line for line in printed.out.splitlines() if "last entry is number" in line)


# backup and restore


def test_a_backup_is_taken_restored_and_the_same(
    school: AtSchool, run: Run, tmp_path: Path
) -> None:
    taken = run("backup", "--config", school.config)
    assert (taken.code, taken.err) == (Ends.WELL, "")
    assert str(the_backup(school)) in taken.out
    assert "1 case, 2 entries and 0 files of evidence" in taken.out
    again = tmp_path / "again"
    key = school.data / KEY_FILE
    restored = run("restore", the_backup(school), "--into", again, "--key-file", key)
    assert (restored.code, restored.err) == (Ends.WELL, "")
    assert "as it was at" in restored.out
    assert f'data_folder = "{again}"' in restored.out
    assert "is as old as the backup itself, and names none" in restored.out
    assert "there is no list" not in restored.out
    (again / KEY_FILE).write_bytes(key.read_bytes())
    (again / KEY_FILE).chmod(0o600)
    moved = school.config.with_name("moved.toml")
    moved.write_text(school.config.read_text("utf-8").replace('"data"', '"again"'), "utf-8")
    verified = run("verify", "--config", moved)
    assert verified.code == Ends.WELL
    assert head_line(verified) == head_line(taken)


def test_the_folder_to_name_is_told_in_full(
    school: AtSchool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What school.toml names starts from beside the file, and not from where one stands."""
    run("backup", "--config", school.config)
    monkeypatch.chdir(tmp_path)
    key = school.data / KEY_FILE
    restored = run("restore", the_backup(school), "--into", "again", "--key-file", key)
    assert f'data_folder = "{tmp_path}/again"' in restored.out


def test_the_trial_of_a_backup_is_not_taken_for_an_upgrade(
    school: AtSchool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    store = school.store()
    assert nightly_backup(store, NIGHT) is not None
    store.close()
    assert [each for each in caplog.records if each.name.startswith("alembic")] == []


def test_an_empty_record_is_told_to_be_empty(school: AtSchool, run: Run) -> None:
    new = school.config.with_name("new.toml")
    new.write_text(school.config.read_text("utf-8").replace('"data"', '"new"'), "utf-8")
    open_the_store(read_settings(new, {}), {}).close()
    assert "The record is empty" in run("verify", "--config", new).out
    assert "The record is empty" not in run("verify", "--config", school.config).out


def test_a_backup_goes_where_it_is_told(school: AtSchool, run: Run, tmp_path: Path) -> None:
    taken = run("backup", "--config", school.config, "--out", tmp_path / "elsewhere")
    assert taken.code == Ends.WELL
    assert len(list((tmp_path / "elsewhere").glob("*.rpbackup"))) == 1
    assert not school.backups.exists()


def test_a_backup_of_a_record_that_is_not_in_order_is_taken_and_told(
    school: AtSchool, run: Run
) -> None:
    with closing(sqlite3.connect(school.settings.data_folder / "report-post.sqlite3")) as altered:
        altered.execute("UPDATE entries SET at = at + 1 WHERE stream = 'case-a'")
        altered.commit()
    taken = run("backup", "--config", school.config)
    assert taken.code == Ends.CHECK_FAILED
    assert "2026-001, entry 1" in taken.err
    assert the_backup(school).exists()


@pytest.mark.parametrize("table", ["entries", "cases", "heads"])
def test_a_file_that_is_damaged_within_is_told(school: AtSchool, run: Run, table: str) -> None:
    """Where a table begins is written elsewhere: the file opens, and shows it when it is read."""
    file = school.settings.data_folder / "report-post.sqlite3"
    with closing(sqlite3.connect(file)) as found:
        (page,) = found.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        (size,) = found.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"x" * size)
    verified = run("verify", "--config", school.config)
    assert verified.code == Ends.WRONG_USE
    assert "restore the newest backup into a new folder" in verified.err
    for command in ("backup", "retention"):
        run(command, "--config", school.config)  # in words, whatever it comes upon


def test_a_backup_without_a_folder_or_a_record_is_told(
    school: AtSchool, run: Run, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.toml"
    text = school.config.read_text("utf-8")
    bare.write_text(text.replace("folder =", "# folder =", 1), "utf-8")
    nowhere = run("backup", "--config", bare)
    assert nowhere.code == Ends.WRONG_USE
    assert "--out FOLDER" in nowhere.err
    bare.write_text(text.replace('"data"', '"none"'), "utf-8")
    nothing = run("backup", "--config", bare)
    assert nothing.code == Ends.WRONG_USE
    assert "There is no record" in nothing.err
    assert not (tmp_path / "none").exists()


def test_a_restore_that_cannot_be_is_told_and_touches_nothing(
    school: AtSchool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "--config", school.config)
    into, backup = tmp_path / "again", the_backup(school)
    key = school.data / KEY_FILE
    for words, told in (
        ([backup, "--into", into], "--key-file FILE"),
        ([backup, "--into", into, "--key-file", tmp_path / "none"], "cannot be read"),
        ([tmp_path / "none", "--into", into, "--key-file", key], "cannot be read"),
        ([key, "--into", into, "--key-file", key], "is not a backup"),
        ([backup, "--into", school.data, "--key-file", key], "is not empty"),
        ([backup, "--into", school.data, "--key-file", key], "a folder of its own"),
        ([backup, "--into", into, "--key-file", key, "--database", "mysql://x/y"], "postgresql"),
        ([backup, "--into", into, "--key-file", key, "--database", "sqlite:///x"], "PostgreSQL"),
    ):
        printed = run("restore", *words)
        assert printed.code == Ends.WRONG_USE
        assert told in printed.err
    monkeypatch.setenv("REPORT_POST_DATABASE", "")
    assert "is set, but empty" in run("restore", backup, "--into", into, "--key-file", key).err
    monkeypatch.delenv("REPORT_POST_DATABASE")
    monkeypatch.setenv(VARIABLE, base64.b64encode(b"o" * 32).decode())
    wrong = run("restore", backup, "--into", into)
    assert wrong.code == Ends.WRONG_USE
    assert "does not open" in wrong.err
    assert not into.exists()


def test_what_was_erased_since_is_erased_again_and_told(
    school: AtSchool, run: Run, tmp_path: Path
) -> None:
    run("backup", "--config", school.config)
    store = school.store()
    with store.writing() as writing:
        writing.erase_case(A, NOW, figures=b"", entry=write_school_entry("CaseErased", {}))
    store.close()
    key = school.data / KEY_FILE
    words = ("restore", the_backup(school), "--key-file", key, "--into")
    restored = run(*words, tmp_path / "again")
    assert restored.code == Ends.WELL
    assert "1 case that had been erased since then was in it, and erased again" in restored.out
    assert "no list" not in restored.out
    for each in school.backups.glob("*.list"):
        each.unlink()
    restored = run(*words, tmp_path / "third")
    assert restored.code == Ends.WELL
    assert "there is no list of erased cases that is as new as it" in restored.out


def test_verify_says_how_many_cases_are_erased(school: AtSchool, run: Run) -> None:
    store = school.store()
    with store.writing() as writing:
        writing.erase_case(A, NOW, figures=b"", entry=b"erased")
    store.close()
    verified = run("verify", "--config", school.config)
    assert verified.code == Ends.WELL
    assert "nothing is wrong" in verified.out
    assert "1 case is erased" in verified.out


# Every night


def test_every_night_one_is_taken_and_old_ones_go(school: AtSchool) -> None:
    store = school.store()
    for number in range(10):
        assert nightly_backup(store, NIGHT + number * DAY) is not None
    kept = backups_in(school.backups, school.settings.id)
    store.close()
    assert list(kept.values())[:7] == [NIGHT + number * DAY for number in range(9, 2, -1)]
    assert len(kept) < 10


def test_a_restart_in_the_same_night_takes_no_second_one(school: AtSchool) -> None:
    store = school.store()
    assert nightly_backup(store, NIGHT) is not None
    assert nightly_backup(store, NIGHT + timedelta(hours=5)) is None
    assert nightly_backup(store, NIGHT + timedelta(hours=7)) is not None
    store.close()


def test_without_a_folder_none_is_taken(school: AtSchool) -> None:
    store = school.store()
    store.backups = None
    assert nightly_backup(store, NIGHT) is None
    store.close()
    assert not school.backups.exists()


def test_while_the_record_is_not_in_order_no_older_backup_goes(school: AtSchool) -> None:
    store = school.store()
    for number in range(3):
        nightly_backup(store, NIGHT + timedelta(hours=7 * number))
    before = set(school.backups.iterdir())
    with store.writing() as writing:
        writing.connection.exec_driver_sql("UPDATE entries SET at = at + 1 WHERE stream = 'case-a'")
    with pytest.raises(BackupOfDamage, match="report-post verify"):
        nightly_backup(store, NIGHT + timedelta(hours=21))
    store.close()
    assert set(school.backups.iterdir()) > before


def test_the_nightly_upkeep_takes_it(school: AtSchool) -> None:
    store = school.store()
    upkeep(school_of(school.settings, store, SystemClock()), store)
    store.close()
    assert the_backup(school).exists()


# rotate-key


def key_in(path: Path) -> bytes:
    return path.read_bytes()


def test_the_key_is_changed_and_the_old_one_kept_aside(
    school: AtSchool, run: Run, tmp_path: Path
) -> None:
    run("backup", "--config", school.config)
    old, new = key_in(school.data / KEY_FILE), tmp_path / "keys" / "new.key"
    printed = run("rotate-key", "--config", school.config, "--new-key-file", new)
    assert (printed.code, printed.err) == (Ends.WELL, "")
    assert "4 keys opened with the old key" in printed.out
    assert key_in(school.data / KEY_FILE) == key_in(new) != old
    (aside,) = school.data.glob("master.key.before-*")
    assert key_in(aside) == old
    assert str(aside) in printed.out
    assert {path.stat().st_mode & 0o777 for path in (aside, new, school.data / KEY_FILE)} == {0o600}
    assert base64.b64encode(base64.b64decode(old)).decode() not in printed.out
    store = school.store()
    with store.reading() as reading:
        assert [each.payload for each in reading.entries(A)] == [b"opened"]
        assert b"KeyRotated" in reading.entries(SCHOOL_STREAM)[-1].payload
    assert findings(store) == []
    store.close()
    words = ("restore", the_backup(school), "--into", tmp_path / "again", "--key-file")
    assert "older backups need the older key" in run(*words, new).err
    restored = run(*words, aside)
    assert (restored.code, restored.err) == (Ends.WELL, "")


def test_a_key_from_the_environment_is_told_to_be_set_anew(
    school: AtSchool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = school.data / KEY_FILE
    monkeypatch.setenv(VARIABLE, file.read_text("ascii"))
    file.unlink()
    new = tmp_path / "new.key"
    printed = run("rotate-key", "--config", school.config, "--new-key-file", new)
    assert printed.code == Ends.WELL
    assert f"set {VARIABLE} to what is in {new}" in printed.out
    assert not file.exists()
    assert list(school.data.glob("master.key*")) == []
    assert run("verify", "--config", school.config).code == Ends.WRONG_USE
    monkeypatch.setenv(VARIABLE, new.read_text("ascii"))
    assert run("verify", "--config", school.config).code == Ends.WELL


def test_a_rotation_that_was_interrupted_is_finished(
    school: AtSchool, run: Run, tmp_path: Path
) -> None:
    old, new = key_in(school.data / KEY_FILE), tmp_path / "new.key"
    assert run("rotate-key", "--config", school.config, "--new-key-file", new).code == Ends.WELL
    # As if it had ended before the new key came to its place.
    (school.data / KEY_FILE).write_bytes(old)
    stuck = run("verify", "--config", school.config)
    assert stuck.code == Ends.WRONG_USE
    assert "report-post rotate-key was interrupted, run it again" in stuck.err
    printed = run("rotate-key", "--config", school.config, "--new-key-file", new)
    assert printed.code == Ends.WELL
    assert "had been changed already" in printed.out
    assert run("verify", "--config", school.config).code == Ends.WELL


def test_a_rotation_that_cannot_be_is_told_and_changes_nothing(
    school: AtSchool, run: Run, tmp_path: Path
) -> None:
    key, unsafe = school.data / KEY_FILE, tmp_path / "unsafe.key"
    before = key_in(key)
    unsafe.write_text("nonsense")
    unsafe.chmod(0o600)
    copy = tmp_path / "copy.key"
    copy.write_bytes(before)
    copy.chmod(0o600)
    (tmp_path / "file").write_text("x")
    words = ("rotate-key", "--config", school.config, "--new-key-file")
    for file, told in (
        (key, "is the key in use"),
        (copy, "is the one in use"),
        (unsafe, "is not a master key"),
        (tmp_path / "file" / "new.key", "cannot be written"),
    ):
        printed = run(*words, file)
        assert printed.code == Ends.WRONG_USE
        assert told in printed.err
    store = school.store()
    with store.reading() as reading:
        assert reading.entries(A)
    busy = run(*words, tmp_path / "new.key")
    assert (busy.code, "Stop report-post serve" in busy.err) == (Ends.WRONG_USE, True)
    store.close()
    assert key_in(key) == before
    assert run("verify", "--config", school.config).code == Ends.WELL
