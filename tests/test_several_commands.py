"""Commands for one school of several that share a database: each is about that one alone."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot import __main__ as command_line
from bot.app.stored import SCHOOL_STREAM
from bot.cli.output import Ends
from bot.compose.schools import open_the_store, open_the_stores
from bot.config import Settings, read_schools, read_settings
from bot.domain.ids import EvidenceId
from storage import KeyProblem
from storage.keys import VARIABLE
from tests.storage.places import NOW, a_draft, findings
from tests.test_config_together import folder_of, text_of

NAMES = ("elm", "oak")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two schools with a file each, one data folder and one database; each with an entry."""
    for name in (VARIABLE, "REPORT_POST_DATABASE", "REPORT_POST_DATA"):
        monkeypatch.delenv(name, raising=False)
    files = {}
    for name in NAMES:
        text = text_of(name).replace(f'"{name}-data"', '"data"')
        files[f"{name}.toml"] = text.replace("# folder =", f'folder = "{tmp_path}/backups" #')
    (tmp_path / "schools").mkdir()
    made = folder_of(tmp_path / "schools", files)
    with open_the_stores(read_schools(made, {}), {}) as stores:
        for school, store in stores.items():
            with store.writing() as writing:
                writing.append(SCHOOL_STREAM, NOW, [f"an entry of {school}".encode()])
                writing.put_value("mark", f"a mark of {school}".encode())
    return made


def run(*words: object) -> object:
    """A command; the code that it ends with."""
    with pytest.raises(SystemExit) as ended:
        command_line.main([str(each) for each in words])
    return ended.value.code or 0


ONE_SCHOOL = {
    "verify": (),
    "backup": (),
    "retention": (),
    "digest": ("--term", "autumn", "--out", "report.csv"),
    "subject-access": ("--name", "Somebody"),
    "privacy-pack": ("--out", "drafts"),
    "rotate-key": ("--new-key-file", "new.key"),
}


@pytest.mark.parametrize("command", ONE_SCHOOL)
def test_a_command_for_one_school_says_so_of_a_folder(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, "--config", folder, *ONE_SCHOOL[command]) == Ends.WRONG_USE
    told = " ".join(capsys.readouterr().err.split())
    assert "is a folder, and this takes the file of one school." in told


def settings(folder: Path, name: str) -> Settings:
    return read_settings(folder / f"{name}.toml", {})


def test_the_key_is_changed_for_every_school_that_it_opens(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = folder / "new.key"
    words = ("rotate-key", "--config", folder / "elm.toml", "--new-key-file", new)
    assert run(*words) == Ends.WELL
    assert "The same key was that of oak" in capsys.readouterr().out
    with open_the_stores(read_schools(folder, {}), {}) as stores:
        for school, store in stores.items():
            assert findings(store) == []
            with store.reading() as reading:
                assert reading.value("mark") == f"a mark of {school}".encode()
                assert b"KeyRotated" in reading.entries(SCHOOL_STREAM)[-1].payload
    assert (folder / "data" / "master.key").read_bytes() == new.read_bytes()


def test_a_school_with_a_key_of_its_own_keeps_it(folder: Path, tmp_path: Path) -> None:
    """In one database, with a data folder of its own."""
    third = (folder / "elm.toml").read_text("utf-8")
    database = settings(folder, "elm").database
    third = third.replace('"data"', '"ash-data"').replace('id = "elm"', 'id = "ash"')
    (tmp_path / "ash.toml").write_text(f'{third}database = "{database}"\n', "utf-8")
    ash = read_settings(tmp_path / "ash.toml", {})
    open_the_store(ash, {}).close()
    keys = [each / "master.key" for each in (ash.data_folder, folder / "data")]
    assert keys[0].read_bytes() != keys[1].read_bytes()
    new = folder / "new.key"
    assert run("rotate-key", "--config", folder / "oak.toml", "--new-key-file", new) == Ends.WELL
    open_the_store(ash, {}).close()
    keys[0].unlink()
    with pytest.raises(KeyProblem):
        open_the_store(ash, {})


def test_a_backup_holds_its_own_school_alone(folder: Path, tmp_path: Path) -> None:
    assert run("backup", "--config", folder / "elm.toml") == Ends.WELL
    (backup,) = (tmp_path / "backups").glob("*.rpbackup")
    assert backup.name.startswith("elm-")
    again = tmp_path / "again"
    key = folder / "data" / "master.key"
    assert run("restore", backup, "--into", again, "--key-file", key) == Ends.WELL
    restored = (again / "report-post.sqlite3").read_bytes()
    assert b"elm" in restored
    assert b"oak" not in restored
    with sqlite3.connect(again / "report-post.sqlite3") as connection:
        assert connection.execute("SELECT school FROM schools").fetchall() == [("elm",)]


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_verified_by_itself(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = next(each for each in NAMES if each != name)
    with sqlite3.connect(make_url(settings(folder, name).database).database or "") as connection:
        connection.execute("UPDATE entries SET ciphertext = x'00' WHERE school = ?", (other,))
    assert run("verify", "--config", folder / f"{name}.toml") == Ends.WELL
    assert run("verify", "--config", folder / f"{other}.toml") == Ends.CHECK_FAILED
    assert capsys.readouterr()


def test_a_sweep_leaves_the_evidence_of_the_others(folder: Path) -> None:
    with open_the_stores(read_schools(folder, {}), {}) as stores:
        elm, oak = stores.values()
        with oak.writing() as writing:
            writing.put_draft(a_draft("d1"))
            draft = a_draft("d1").draft
            writing.keep_file(EvidenceId("e1"), draft, b"a picture", "image/png")
        assert elm.sweep_files(NOW + timedelta(days=4000)) == 0
        with oak.reading() as reading:
            assert reading.file_content(EvidenceId("e1")) == b"a picture"
