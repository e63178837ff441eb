"""The master key: made once, for its owner only; without it nothing opens, and why is told."""

import base64
import errno
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.errors import ReportPostError
from storage import KeyProblem, MasterKey, holds_keys, load_master_key
from storage.keys import VARIABLE
from storage.tables import heads, schools
from storage.unusable import why_unusable
from tests.storage.places import MASTER, Place, a_case

OTHER = MasterKey(b"o" * 32)


def encoded(key: MasterKey) -> str:
    return base64.b64encode(key.secret).decode()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.key"


def test_a_key_is_made_once_and_found_ever_after(key_file: Path) -> None:
    made = load_master_key({}, key_file, may_create=True)
    assert load_master_key({}, key_file, may_create=True) == made
    assert load_master_key({}, key_file, may_create=False) == made
    assert list(key_file.parent.iterdir()) == [key_file]


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_a_made_key_is_readable_by_its_owner_only(key_file: Path) -> None:
    load_master_key({}, key_file, may_create=True)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_two_processes_that_make_a_key_at_once_have_the_same(key_file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda _: load_master_key({}, key_file, may_create=True), range(8))
        assert len(set(made)) == 1


def test_the_environments_key_wins_and_no_file_is_made(key_file: Path) -> None:
    given = {VARIABLE: f" {encoded(OTHER)}\n"}
    assert load_master_key(given, key_file, may_create=True) == OTHER
    assert not key_file.exists()
    load_master_key({}, key_file, may_create=True)
    assert load_master_key(given, key_file, may_create=False) == OTHER


def test_an_empty_variable_is_as_good_as_none(key_file: Path) -> None:
    made = load_master_key({VARIABLE: ""}, key_file, may_create=True)
    assert load_master_key({}, key_file, may_create=False) == made


def test_a_missing_key_is_not_made_anew_once_there_is_a_database(key_file: Path) -> None:
    with pytest.raises(KeyProblem) as told:
        load_master_key({}, key_file, may_create=False)
    assert str(key_file) in str(told.value)
    assert "Put the key file back" in str(told.value)
    assert not key_file.exists()


@pytest.mark.parametrize("text", ["nonsense!", "", encoded(MASTER)[:-4], encoded(MASTER) * 2, "ü"])
def test_a_key_that_is_none_is_told_and_not_repeated(key_file: Path, text: str) -> None:
    key_file.parent.mkdir()
    key_file.write_text(text, "utf-8")
    key_file.chmod(0o600)
    with pytest.raises(KeyProblem, match=r"master\.key") as told:
        load_master_key({}, key_file, may_create=True)
    assert len(text) < 4 or text not in str(told.value)


def test_a_wrong_variable_is_told_by_its_name(key_file: Path) -> None:
    with pytest.raises(KeyProblem, match=VARIABLE) as told:
        load_master_key({VARIABLE: "not-a-key"}, key_file, may_create=True)
    assert "not-a-key" not in str(told.value)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused_with_the_way_to_mend_it(
    key_file: Path, mode: int
) -> None:
    load_master_key({}, key_file, may_create=True)
    key_file.chmod(mode)
    with pytest.raises(KeyProblem, match=f"chmod 600 {key_file}"):
        load_master_key({}, key_file, may_create=False)
    key_file.chmod(0o600)
    assert load_master_key({}, key_file, may_create=False).secret


def test_a_folder_in_place_of_the_key_is_told(key_file: Path) -> None:
    key_file.mkdir(parents=True)
    with pytest.raises(KeyProblem, match="cannot be read"):
        load_master_key({}, key_file, may_create=True)


def test_keys_are_never_printed(place: Place) -> None:
    keys = place.store().keys
    shown = f"{MASTER} {MASTER!r} {keys} {keys!r}"
    for secret in (MASTER.secret, keys.chain, keys.index, keys.stream):
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown


def test_a_master_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"short")


def test_a_database_does_not_open_with_another_key_and_says_why(place: Place) -> None:
    with place.store().writing() as writing:
        case = a_case(writing).case
    with pytest.raises(KeyProblem, match="does not open this database") as told:
        place.store(master=OTHER)
    assert isinstance(told.value, ReportPostError)
    with place.store().reading() as reading:
        assert len(reading.entries(case)) == 1


@pytest.mark.parametrize("column", ["chain_key", "index_key", "wrapped_key"])
def test_a_school_whose_keys_were_altered_does_not_open(place: Place, column: str) -> None:
    table = heads if column == "wrapped_key" else schools
    with place.store().engines.writing.begin() as connection:
        connection.execute(update(table).values({column: b"\x01" * 61}))
    with pytest.raises(KeyProblem, match="altered"):
        place.store()


def test_a_database_holds_keys_once_a_school_was_opened(place: Place) -> None:
    assert not holds_keys(place.url)
    assert not place.database.exists()  # asking makes no file
    place.store()
    assert holds_keys(place.url)


def test_a_key_of_another_account_is_told_with_whose_it_is(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_master_key({}, key_file, may_create=True)

    def closed(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(key_file))

    monkeypatch.setattr(Path, "read_text", closed)  # root may read everything
    with pytest.raises(KeyProblem, match=f"belongs to {key_file.owner()}.*chown"):
        load_master_key({}, key_file, may_create=False)


def test_a_database_of_another_account_is_told_with_whose_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report-post.sqlite3"
    file.touch()
    error = sqlite3.OperationalError("unable to open database file")
    assert "cannot be used: unable to open" in why_unusable(str(file), error)
    monkeypatch.setattr(os, "access", lambda _, how: how == os.F_OK)  # root may read everything
    assert f"{file} belongs to {file.owner()}" in why_unusable(str(file), error)
