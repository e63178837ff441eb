"""Sealed bytes open for what they belong to and for nothing else; instants come back exactly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.sealing import Part, Unreadable, new_key, pack, seal, unseal
from storage.types import instant, microseconds

PARTS = st.lists(st.binary(max_size=12) | st.text(max_size=12), max_size=4)
KEY = new_key()


@given(PARTS, PARTS)
def test_two_lists_of_parts_are_packed_alike_only_if_they_are_alike(
    one: list[Part], other: list[Part]
) -> None:
    def raw(parts: list[Part]) -> list[bytes]:
        return [part.encode() if isinstance(part, str) else bytes(part) for part in parts]

    assert (pack(*one) == pack(*other)) == (raw(one) == raw(other))


@given(st.binary(max_size=300), PARTS)
def test_sealed_bytes_open_again(content: bytes, parts: list[Part]) -> None:
    assert unseal(KEY, seal(KEY, content, *parts), *parts) == content


def test_the_same_bytes_are_never_sealed_alike() -> None:
    assert seal(KEY, b"x", "a") != seal(KEY, b"x", "a")


def test_sealed_bytes_open_for_nothing_else() -> None:
    sealed = seal(KEY, b"content", "school", "case", 1)
    for key, parts in (
        (new_key(), ("school", "case", 1)),
        (KEY, ("school", "case", 2)),
        (KEY, ("school", "other", 1)),
        (KEY, ("school", "case")),
        (KEY, ("schoolcase", "", 1)),
    ):
        with pytest.raises(Unreadable):
            unseal(key, sealed, *parts)


def test_no_altered_or_missing_byte_goes_unseen() -> None:
    sealed = seal(KEY, b"content", "school")
    broken = [sealed[:n] + bytes([b ^ 1]) + sealed[n + 1 :] for n, b in enumerate(sealed)]
    for each in (*broken, *(sealed[:n] for n in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(Unreadable):
            unseal(KEY, each, "school")


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_comes_back_to_the_microsecond_in_utc(at: datetime) -> None:
    again = instant(microseconds(at))
    assert again - at == timedelta(0)
    assert again.tzinfo is UTC


def test_an_hour_that_comes_twice_is_two_instants() -> None:
    summer, winter = timezone(timedelta(hours=1)), UTC
    twice = [datetime(2026, 10, 25, 1, 30, tzinfo=zone) for zone in (summer, winter)]
    assert microseconds(twice[1]) - microseconds(twice[0]) == 3_600_000_000
