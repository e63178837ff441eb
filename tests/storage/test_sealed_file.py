"""A sealed file opens whole or not at all, and says which of the two it is, and why."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import MasterKey
from storage import sealed_file as module
from storage.sealed_file import (
    MAGIC,
    BackupDamaged,
    BackupTooNew,
    BackupUnusable,
    SealedReader,
    SealedWriter,
    WrongKey,
)
from tests.storage.places import MASTER

OTHER = MasterKey(b"o" * 32)
TYPED = b"MARKER typed by somebody"


def sealed(*contents: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, MASTER)
    for content in contents:
        writer.write(content)
    writer.finish()
    return file.getvalue()


def opened(content: bytes, size: int, master: MasterKey = MASTER) -> bytes:
    reader = SealedReader(io.BytesIO(content), master)
    found = reader.read(size)
    reader.end()
    return found


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few bytes make several chunks."""
    monkeypatch.setattr(module, "CHUNK", 64)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=6))
def test_what_was_written_is_read_however_it_was_cut_up(contents: list[bytes]) -> None:
    whole = b"".join(contents)
    assert opened(sealed(*contents), len(whole)) == whole


@pytest.mark.parametrize("size", [0, 63, 64, 65, 128, 1000])
def test_every_byte_that_is_altered_shows(size: int) -> None:
    content = sealed(bytes(size))
    for place in range(0, len(content), 1 if size < 100 else 7):
        altered = content[:place] + bytes([content[place] ^ 0x01]) + content[place + 1 :]
        with pytest.raises(BackupUnusable):
            opened(altered, size)


@pytest.mark.parametrize("size", [0, 64, 200])
def test_a_file_that_is_cut_anywhere_shows(size: int) -> None:
    content = sealed(bytes(size))
    for length in range(len(content)):
        with pytest.raises(BackupUnusable) as told:
            opened(content[:length], size)
        if length > len(MAGIC):
            assert isinstance(told.value, BackupDamaged)
            assert "cut short" in str(told.value)


def test_a_file_that_goes_on_shows() -> None:
    with pytest.raises(BackupDamaged, match="goes on"):
        opened(sealed(TYPED) + b"x", len(TYPED))
    with pytest.raises(BackupDamaged, match="goes on"):
        opened(sealed(TYPED), len(TYPED) - 1)


def test_chunks_cannot_change_places_or_files() -> None:
    first, second = sealed(bytes(192)), sealed(bytes(192))
    begin, chunk = len(sealed(b"")) - 21, 64 + 21
    one, two = first[begin : begin + chunk], first[begin + chunk : begin + 2 * chunk]
    assert opened(first[:begin] + one + two + first[begin + 2 * chunk :], 192) == bytes(192)
    for altered in (
        first[:begin] + two + one + first[begin + 2 * chunk :],
        first[:begin] + one + first[begin + 2 * chunk :],
        first[:begin] + second[begin:],
    ):
        with pytest.raises(BackupDamaged, match="altered"):
            opened(altered, 192)


def test_a_wrong_key_is_told_from_an_altered_file() -> None:
    with pytest.raises(WrongKey, match="older backups need the older key"):
        opened(sealed(TYPED), len(TYPED), OTHER)


def test_a_newer_format_is_told_before_anything_is_read() -> None:
    content = bytearray(sealed(TYPED))
    content[len(MAGIC)] = 2
    with pytest.raises(BackupTooNew, match="newer Report Post"):
        opened(bytes(content), len(TYPED))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"SQLite format 3\0" * 9])
def test_what_is_no_backup_is_told(content: bytes) -> None:
    with pytest.raises(BackupUnusable, match="is not a backup"):
        opened(content, 1)


def test_nothing_that_was_typed_and_no_key_is_in_the_file() -> None:
    content = sealed(TYPED * 20)
    assert TYPED[:8] not in content
    assert MASTER.secret not in content
    assert sealed(TYPED) != sealed(TYPED)
