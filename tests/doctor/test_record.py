"""What doctor says of the record, its key and its folder; and that it makes and changes nothing."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.addresses import learn_address, put_governors_channel
from bot.compose.doctor.record import look_at_record
from bot.compose.schools import KEY_FILE, open_the_store, school_of
from bot.domain.ids import PersonId, SchoolId
from storage.backup_names import backup_name
from storage.state import Tables, tables_in
from tests.fakes import FakeClock

from .at_hand import NOW, at_hand, told, wrong

SLACK = ("slack",)
HEAD = "head@derwentvale.example"


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """The folder of a school that has worked: the head and a channel are known."""
    at = at_hand(tmp_path)
    store = open_the_store(at.settings, {})
    try:
        school = school_of(at.settings, store, FakeClock(NOW))
        learn_address(school, HEAD, PersonId("U0HEAD"), "slack", acted=True)
        with store.writing() as writing:
            put_governors_channel(writing, "slack:C1")
    finally:
        store.close()
    return tmp_path


def everything_in(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(("-wal", "-shm")):
            yield str(path.relative_to(folder)), path.stat().st_mtime_ns


def test_before_the_first_start_nothing_is_made(tmp_path: Path) -> None:
    look = look_at_record(at_hand(tmp_path), SLACK)
    assert wrong(look.findings) == []
    assert "the first start makes it" in told(look.findings)[0]
    assert look.kept is None
    assert [name for name, _ in everything_in(tmp_path)] == ["school.toml"]


def test_a_record_that_opens_is_in_order_and_unchanged(begun: Path) -> None:
    at = at_hand(begun)
    before = list(everything_in(begun))
    look = look_at_record(at, SLACK)
    assert wrong(look.findings) == []
    assert "for its owner only" in told(look.findings)[0]
    assert list(everything_in(begun)) == before


def test_where_people_and_the_channel_are_is_known(begun: Path) -> None:
    kept = look_at_record(at_hand(begun), (*SLACK, "teams")).kept
    assert kept
    assert kept.channel == "slack:C1"
    assert kept.addresses == {(HEAD, "slack"): "U0HEAD"}
    assert kept.last == {HEAD: "slack"}


def test_a_key_that_is_gone_fails(begun: Path) -> None:
    (begun / "data" / KEY_FILE).unlink()
    look = look_at_record(at_hand(begun), SLACK)
    assert [each.partition(":")[0] for each in wrong(look.findings)] == ["fails"]
    assert "The master key is missing" in wrong(look.findings)[0]
    assert not (begun / "data" / KEY_FILE).exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_a_key_that_others_can_read_fails(begun: Path) -> None:
    (begun / "data" / KEY_FILE).chmod(0o644)
    (said,) = wrong(look_at_record(at_hand(begun), SLACK).findings)
    assert said.startswith("fails: Other people on this computer can read the master key")


def test_a_key_of_another_record_fails(begun: Path) -> None:
    key = "A" * 43 + "="
    at = at_hand(begun, environment={"REPORT_POST_MASTER_KEY": key})
    look = look_at_record(at, SLACK)
    (said,) = wrong(look.findings)
    assert said.startswith("fails: The master key does not open this database")
    assert key not in str(look.findings)


def test_a_database_that_is_none_fails(begun: Path) -> None:
    (begun / "data" / "report-post.sqlite3").write_bytes(b"this is no database at all, " * 40)
    said = wrong(look_at_record(at_hand(begun), SLACK).findings)
    assert said[0].startswith("fails: The record's file")
    assert "is damaged" in said[0]


def test_a_database_of_a_newer_version_fails_and_is_left_alone(begun: Path) -> None:
    _revision(begun, "9999_of_tomorrow")
    at = at_hand(begun)
    assert tables_in(at.settings.database) is Tables.NEWER
    said = wrong(look_at_record(at, SLACK).findings)
    assert said == ["fails: The database was made by a newer Report Post."]


def test_a_database_of_an_earlier_version_is_told_and_left_alone(begun: Path) -> None:
    _revision(begun, "0001")
    at = at_hand(begun)
    assert tables_in(at.settings.database) is Tables.OLDER
    look = look_at_record(at, SLACK)
    assert wrong(look.findings)[0].startswith("warning: The database is of an earlier version")
    assert look.kept is None
    assert tables_in(at.settings.database) is Tables.OLDER


def _revision(folder: Path, revision: str) -> None:
    file = folder / "data" / "report-post.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("update alembic_version set version_num = ?", (revision,))


def test_the_record_of_another_school_is_told(begun: Path) -> None:
    at = at_hand(begun)
    at = replace(at, settings=replace(at.settings, id=SchoolId("another")))
    (said,) = wrong(look_at_record(at, SLACK).findings)
    assert said.startswith("warning: There is no record of the school another yet")
    served_with_it = look_at_record(replace(at, several=True), SLACK).findings
    assert wrong(served_with_it) == []


@pytest.mark.parametrize("gone", ["data/report-post.sqlite3", "data"])
def test_a_record_that_is_gone_fails(begun: Path, gone: str) -> None:
    folder = ('# folder = "/mnt/backup/report-post"', 'folder = "backups"')
    at = at_hand(begun, folder)
    (begun / "backups").mkdir()
    if gone == "data":
        (begun / "backups" / backup_name(at.settings.id, NOW)).write_bytes(b"sealed")
        shutil.rmtree(begun / gone)
    else:
        (begun / gone).unlink()
    (said,) = wrong(look_at_record(at, SLACK).findings)
    assert said.startswith("fails: The record of the school derwent-vale is missing")
    assert not (begun / gone).exists()


def test_a_disk_that_is_nearly_full_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = shutil.disk_usage(tmp_path)._replace(free=300 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: little)
    (said,) = wrong(look_at_record(at_hand(tmp_path), SLACK).findings)
    assert said.endswith("has only 300 MB left.")


def test_a_folder_that_may_not_be_written_to_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    (said,) = wrong(look_at_record(at_hand(tmp_path), SLACK).findings)
    assert said.startswith("fails:")
    assert said.endswith("may not be written to by this account.")
