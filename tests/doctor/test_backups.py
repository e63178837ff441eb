"""What doctor says of the nightly backups."""

import base64
import os
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from bot.compose.doctor import backups
from bot.compose.doctor.backups import backup_findings
from bot.compose.doctor.findings import AtHand
from bot.domain.ids import SchoolId
from storage import MasterKey
from storage.backup_names import backup_name
from storage.keys import VARIABLE
from storage.sealed_file import MAGIC, SealedWriter

from .at_hand import NOW, at_hand, told, wrong

KEY = MasterKey(bytes([1]) * 32)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AtHand:
    """A school whose backups go to a folder that counts as another disk."""
    monkeypatch.setattr(backups, "_same_disk", lambda *_: False)
    return with_folder(tmp_path)


def with_folder(tmp_path: Path) -> AtHand:
    (tmp_path / "backups").mkdir()
    return at_hand(tmp_path, ('# folder = "/mnt/backup/report-post"', 'folder = "backups"'))


def taken(at: AtHand, ago: timedelta) -> None:
    assert at.settings.backup_folder
    (at.settings.backup_folder / backup_name(at.settings.id, NOW - ago)).write_bytes(b"sealed")


def test_without_a_folder_a_record_is_not_safe(tmp_path: Path) -> None:
    at = at_hand(tmp_path)
    for begun in (True, False):
        assert wrong(backup_findings(at, begun=begun)) == ["warning: No backups are taken."]


def test_a_backup_of_last_night_is_in_order(elsewhere: AtHand) -> None:
    taken(elsewhere, timedelta(days=3))
    taken(elsewhere, timedelta(hours=6))
    (said,) = told(backup_findings(elsewhere, begun=True))
    assert said.startswith("ok: The newest backup is of 23 November 2026.")


@pytest.mark.parametrize(
    ("days", "level"), [(1, "ok"), (2, "warning"), (7, "warning"), (8, "fails")]
)
def test_backups_that_stopped_are_told(elsewhere: AtHand, days: int, level: str) -> None:
    taken(elsewhere, timedelta(days=days))
    (said,) = told(backup_findings(elsewhere, begun=True))
    assert said.startswith(f"{level}: The newest backup is of")


def sealed(key: MasterKey) -> bytes:
    file = BytesIO()
    writer = SealedWriter(file, key)
    writer.write(b"the record")
    writer.finish()
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not a backup of Report Post"),
        (sealed(KEY)[:-1], "is cut short"),
        (sealed(KEY)[:20], "is cut short"),
        (MAGIC + b"\x02" + sealed(KEY)[len(MAGIC) + 1 :], "was made by a newer Report Post"),
    ],
    ids=["empty", "cut", "cut early", "newer"],
)
def test_a_backup_that_no_key_opens_is_not_laid_to_the_key(
    elsewhere: AtHand, content: bytes, says: str
) -> None:
    assert elsewhere.settings.backup_folder
    newest = elsewhere.settings.backup_folder / backup_name(elsewhere.settings.id, NOW)
    newest.write_bytes(content)
    environment = {VARIABLE: base64.b64encode(KEY.secret).decode()}
    (said,) = told(backup_findings(replace(elsewhere, environment=environment), begun=True))
    assert said.startswith("fails: ")
    assert says in said
    assert "this key" not in said


def test_a_backup_that_another_key_made_fails(elsewhere: AtHand) -> None:
    assert elsewhere.settings.backup_folder
    taken(elsewhere, timedelta(days=1))
    newest = elsewhere.settings.backup_folder / backup_name(elsewhere.settings.id, NOW)
    keys = [KEY, MasterKey(bytes([2]) * 32)]
    newest.write_bytes(sealed(keys[0]))
    for key, says in ((keys[0], "ok: The newest backup is of"), (keys[1], "fails: The newest")):
        environment = {VARIABLE: base64.b64encode(key.secret).decode()}
        (said,) = told(backup_findings(replace(elsewhere, environment=environment), begun=True))
        assert said.startswith(says)
        assert ("does not open with this key" in said) is (key is keys[1])


def test_no_backup_yet_is_told_once_there_is_a_record(elsewhere: AtHand) -> None:
    assert wrong(backup_findings(elsewhere, begun=False)) == []
    assert wrong(backup_findings(elsewhere, begun=True))[0].startswith(
        "warning: There is no backup"
    )


def test_another_schools_backups_in_the_folder_do_not_count(elsewhere: AtHand) -> None:
    other = replace(elsewhere, settings=replace(elsewhere.settings, id=SchoolId("another")))
    taken(other, timedelta(hours=1))
    assert wrong(backup_findings(elsewhere, begun=True))[0].startswith(
        "warning: There is no backup"
    )


def test_the_same_disk_is_told(tmp_path: Path) -> None:
    said = wrong(backup_findings(with_folder(tmp_path), begun=False))
    assert said == [
        "warning: Backups go to the disk that the record is on: they would be lost together."
    ]


def test_a_folder_that_may_not_be_written_to_fails(
    elsewhere: AtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    (said,) = wrong(backup_findings(elsewhere, begun=True))
    assert said.startswith("fails: The folder for backups")
