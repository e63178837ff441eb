"""Verify names the first thing that was altered, removed, inserted or exchanged."""

# ruff: noqa: S608 - the statements are the attack; nothing in them comes from outside

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.app.ports import Finding
from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import CaseId, DraftId, EvidenceId
from storage import SqlStore
from storage.chain import GENESIS, entry_hash
from storage.sealing import new_key, seal
from storage.tables import entries
from tests.storage.places import MINUTE, NOW, SCHOOL, Place, a_case, a_draft, findings

A, B = CaseId("case-a"), CaseId("case-b")


@pytest.fixture
def record(sqlite_place: Place) -> Place:
    """Two cases of four entries each, with two files each, and a draft with one."""
    fill(sqlite_place.store())
    sqlite_place.close()
    return sqlite_place


def fill(store: SqlStore) -> None:
    with store.writing() as writing:
        for case in (A, B):
            a_case(writing, case, payloads=[b"one", b"two", b"three"])
            writing.append(SCHOOL_STREAM, NOW, [f"filed {case}".encode()])
            writing.append(case, NOW + MINUTE, [b"four"])
            for n in (1, 2):
                writing.keep_file(EvidenceId(f"{case}/{n}"), case, b"picture", "image/png")
        writing.put_draft(a_draft())
        writing.keep_file(EvidenceId("draft/1"), DraftId("d1"), b"picture", "image/png")


@contextmanager
def tampering(place: Place) -> Iterator[sqlite3.Connection]:
    """The database in the hands of somebody who has no key."""
    with closing(sqlite3.connect(place.database)) as connection, connection:
        yield connection


def tamper(place: Place, statement: str, *values: object) -> None:
    with tampering(place) as connection:
        assert connection.execute(statement, values).rowcount > 0


def found(place: Place) -> list[tuple[str, int | None]]:
    try:
        return [(each.stream, each.number) for each in findings(place.store())]
    finally:
        place.close()


def test_a_sound_store_has_no_finding(place: Place) -> None:
    store = place.store()
    assert findings(store) == []
    fill(store)
    assert findings(store) == []


def test_the_index_may_name_another_status(record: Place) -> None:
    tamper(record, "UPDATE cases SET status = 'closed', look_again_at = NULL, closed_at = 1")
    assert found(record) == []


@pytest.mark.parametrize("column", ["ciphertext", "hash"])
def test_every_altered_byte_of_an_entry_is_found(record: Place, column: str) -> None:
    store = record.store()
    entry = "stream = 'case-b' AND number = 2"
    with tampering(record) as connection:
        (sound,) = connection.execute(f"SELECT {column} FROM entries WHERE {entry}").fetchone()
    for place, byte in enumerate(sound):
        for flip in (0x01, 0x80):
            altered = sound[:place] + bytes([byte ^ flip]) + sound[place + 1 :]
            tamper(record, f"UPDATE entries SET {column} = ? WHERE {entry}", altered)
            assert [(f.stream, f.number) for f in findings(store)] == [("2026-002", 2)]
    for altered in (b"", sound + b"\0", sound[:-1], sound.hex(), 7):
        tamper(record, f"UPDATE entries SET {column} = ? WHERE {entry}", altered)
        assert [f.stream for f in findings(store)] == ["2026-002"]
    tamper(record, f"UPDATE entries SET {column} = ? WHERE {entry}", sound)
    assert findings(store) == []


def test_every_altered_bit_of_a_time_is_found(record: Place) -> None:
    store = record.store()
    entry = "stream = 'case-b' AND number = 2"
    with tampering(record) as connection:
        (sound,) = connection.execute(f"SELECT at FROM entries WHERE {entry}").fetchone()
    for bit in range(63):
        tamper(record, f"UPDATE entries SET at = ? WHERE {entry}", sound ^ (1 << bit))
        assert [(f.stream, f.number) for f in findings(store)] == [("2026-002", 2)]
    for altered in ("yesterday", b"x", 1.5):
        tamper(record, f"UPDATE entries SET at = ? WHERE {entry}", altered)
        assert [f.stream for f in findings(store)] == ["2026-002"]


@pytest.mark.parametrize("column", ["school", "stream"])
def test_every_altered_byte_of_an_entrys_stream_or_school_is_found(
    record: Place, column: str
) -> None:
    store = record.store()
    sound = {"school": SCHOOL, "stream": B}[column].encode()
    entry = "hash = (SELECT hash FROM entries WHERE stream = 'case-b' AND number = 2)"
    with tampering(record) as connection:
        (row,) = connection.execute(f"SELECT rowid FROM entries WHERE {entry}").fetchone()
    for place, byte in enumerate(sound):
        altered = sound[:place] + bytes([byte ^ 1]) + sound[place + 1 :]
        tamper(
            record,
            f"UPDATE OR REPLACE entries SET {column} = ? WHERE rowid = ?",
            altered.decode(),
            row,
        )
        assert ("2026-002", 2) in [(f.stream, f.number) for f in findings(store)]


def test_an_id_that_is_no_text_any_more_is_found(record: Place) -> None:
    for table, column in (
        ("entries", "stream"),
        ("heads", "stream"),
        ("cases", "case_id"),
        ("cases", "reference"),
        ("evidence", "file_name"),
    ):
        store = record.store()
        with tampering(record) as connection:
            (row, sound) = connection.execute(
                f"SELECT rowid, {column} FROM {table} WHERE {column} <> 'school'"
            ).fetchone()
            connection.execute(
                f"UPDATE {table} SET {column} = CAST(x'ff41ff' AS TEXT) WHERE rowid = ?",
                (row,),
            )
        assert findings(store)
        tamper(record, f"UPDATE {table} SET {column} = ? WHERE rowid = ?", sound, row)
        assert findings(store) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_removed_entry_is_found_the_last_one_too(record: Place, number: int) -> None:
    tamper(record, "DELETE FROM entries WHERE stream = 'case-a' AND number = ?", number)
    assert found(record) == [("2026-001", number)]


@pytest.mark.parametrize("stream", ["school", "case-a"])
def test_an_end_that_was_cut_off_together_with_its_head_is_found(
    record: Place, stream: str
) -> None:
    with tampering(record) as connection:
        (last,) = connection.execute(
            "SELECT max(number) FROM entries WHERE stream = ?", (stream,)
        ).fetchone()
        connection.execute("DELETE FROM entries WHERE stream = ? AND number = ?", (stream, last))
        connection.execute(
            "UPDATE heads SET number = number - 1, hash = (SELECT hash FROM entries AS e"
            " WHERE e.stream = heads.stream ORDER BY number DESC LIMIT 1) WHERE stream = ?",
            (stream,),
        )
    name = "school" if stream == "school" else "2026-001"
    assert found(record) == [(name, last - 1)]


def test_a_removed_entry_whose_followers_moved_up_is_found(record: Place) -> None:
    with tampering(record) as connection:
        connection.execute("DELETE FROM entries WHERE stream = 'case-a' AND number = 2")
        for number in (3, 4):
            connection.execute(
                "UPDATE entries SET number = ? WHERE stream = 'case-a' AND number = ?",
                (number - 1, number),
            )
    assert found(record) == [("2026-001", 2)]


def test_exchanged_entries_are_found(record: Place) -> None:
    with tampering(record) as connection:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute(
                "UPDATE entries SET number = ? WHERE stream = 'case-a' AND number = ?", (new, old)
            )
    assert found(record) == [("2026-001", 2)]


@pytest.mark.parametrize("number", [0, 3, 5])
def test_an_inserted_entry_is_found(record: Place, number: int) -> None:
    with tampering(record) as connection:
        for old in (4, 3, 2, 1):
            if old >= number:
                connection.execute(
                    "UPDATE entries SET number = ? WHERE stream = 'case-a' AND number = ?",
                    (old + 1, old),
                )
        connection.execute(
            "INSERT INTO entries SELECT school, 'case-a', ?, at, ciphertext, hash FROM entries"
            " WHERE stream = 'case-b' AND number = 1",
            (number,),
        )
    assert found(record) == [("2026-001", max(number, 1))]


def test_an_entry_of_no_case_is_found(record: Place) -> None:
    tamper(
        record,
        "INSERT INTO entries SELECT school, 'ghost', 7, at, ciphertext, hash FROM entries LIMIT 1",
    )
    assert found(record) == [("school", 7)]


def rechain(place: Place, stream: CaseId, ciphertexts: Sequence[bytes]) -> None:
    """Makes a stream's chain anew over other ciphertexts, as one can who has no key."""
    with tampering(place) as connection:
        (at,) = connection.execute("SELECT min(at) FROM entries").fetchone()
        connection.execute("DELETE FROM entries WHERE stream = ?", (stream,))
        last = GENESIS
        for number, ciphertext in enumerate(ciphertexts, 1):
            last = entry_hash(last, SCHOOL, stream, number, at, ciphertext)
            connection.execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
                (SCHOOL, stream, number, at, ciphertext, last),
            )
        connection.execute(
            "UPDATE heads SET number = ?, hash = ? WHERE stream = ?",
            (len(ciphertexts), last, stream),
        )


def test_a_chain_made_anew_over_other_contents_is_found(record: Place) -> None:
    key = new_key()
    rechain(record, A, [seal(key, b"invented", SCHOOL, A, n) for n in (1, 2)])
    assert found(record) == [("2026-001", 1)]


@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_chain_made_anew_without_its_end_is_found(record: Place, left: int) -> None:
    with tampering(record) as connection:
        sound = connection.execute(
            "SELECT ciphertext FROM entries WHERE stream = ? ORDER BY number", (A,)
        ).fetchall()
    rechain(record, A, [ciphertext for (ciphertext,) in sound[:left]])
    assert found(record) == [("2026-001", left)]


def test_the_entries_of_an_erased_case_are_still_checked(record: Place) -> None:
    store = record.store()
    with store.writing() as writing:
        writing.erase_case(A, NOW, figures=b"figures", entry=b"erased")
    assert findings(store) == []
    tamper(record, "UPDATE entries SET at = at + 1 WHERE stream = 'case-a' AND number = 3")
    assert found(record) == [("2026-001", 3)]


def test_a_key_that_was_taken_away_is_not_an_erased_case(record: Place) -> None:
    tamper(record, "UPDATE heads SET wrapped_key = NULL WHERE stream = 'case-a'")
    assert found(record) == [("2026-001", 4)]


@pytest.mark.parametrize(
    "column", ["number", "hash", "members", "members_sum", "mac", "wrapped_key"]
)
@pytest.mark.parametrize("stream", ["school", "case-a"])
def test_an_altered_head_is_found(record: Place, column: str, stream: str) -> None:
    store = record.store()
    name = "school" if stream == "school" else "2026-001"
    with tampering(record) as connection:
        (sound,) = connection.execute(
            f"SELECT {column} FROM heads WHERE stream = ?",
            (stream,),
        ).fetchone()
    others: list[object] = (
        [sound + 1, sound - 1]
        if isinstance(sound, int)
        else [sound[:n] + bytes([b ^ 1]) + sound[n + 1 :] for n, b in enumerate(sound)]
    )
    if (stream, column) == ("school", "wrapped_key"):
        others = []  # the store does not even open: KeyProblem (test_keys)
    for other in others:
        tamper(record, f"UPDATE heads SET {column} = ? WHERE stream = ?", other, stream)
        assert [each.stream for each in findings(store)] == [name]


def vanish(connection: sqlite3.Connection, case: CaseId) -> None:
    """Every trace of a case, in every table."""
    for table in ("case_links", "case_names", "case_reporters", "outbox_cases", "evidence"):
        connection.execute(f"DELETE FROM {table} WHERE case_id = ?", (case,))
    for table, column in (("cases", "case_id"), ("entries", "stream"), ("heads", "stream")):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (case,))


def test_a_case_that_vanished_with_all_its_rows_is_found(record: Place) -> None:
    with tampering(record) as connection:
        vanish(connection, B)
    (finding,) = findings(record.store())
    assert finding == Finding("school", None, "1 of 2 cases have vanished.")


def test_a_case_that_took_the_place_of_another_is_found(record: Place) -> None:
    with tampering(record) as connection:
        vanish(connection, B)
        connection.execute(
            "INSERT INTO heads SELECT school, 'ghost', number, hash, members, members_sum, mac,"
            " wrapped_key FROM heads WHERE stream = 'case-a'"
        )
    assert ("school", None) in found(record)


def test_a_case_that_is_missing_from_the_index_or_altered_in_it_is_found(record: Place) -> None:
    tamper(record, "UPDATE cases SET reference = '2026-009' WHERE case_id = 'case-a'")
    assert found(record) == [("2026-009", None)]
    tamper(record, "UPDATE cases SET reference = '2026-001' WHERE case_id = 'case-a'")
    tamper(record, "UPDATE cases SET policy_sha256 = 'x', mac = mac WHERE case_id = 'case-b'")
    assert found(record) == [("2026-002", None)]
    tamper(record, "DELETE FROM cases WHERE case_id = 'case-b'")
    assert found(record) == [("case-b", None)]


def test_a_damaged_head_stays_damaged_when_the_case_goes_on(record: Place) -> None:
    with tampering(record) as connection:
        connection.execute("DELETE FROM entries WHERE stream = 'case-a' AND number = 4")
        connection.execute(
            "UPDATE heads SET number = 3, hash = (SELECT hash FROM entries"
            " WHERE stream = 'case-a' AND number = 3) WHERE stream = 'case-a'"
        )
    with record.store().writing() as writing:
        assert writing.append(A, NOW, [b"the case goes on"]) == 4
    assert found(record) == [("2026-001", 4)]


def file_of(place: Place, evidence: str) -> Path:
    with tampering(place) as connection:
        (name,) = connection.execute(
            "SELECT file_name FROM evidence WHERE evidence_id = ?", (evidence,)
        ).fetchone()
    return place.evidence / str(name)


@pytest.mark.parametrize(
    ("evidence", "stream"),
    [("case-a/1", "2026-001"), ("case-b/2", "2026-002"), ("draft/1", "drafts")],
)
def test_every_altered_byte_of_a_file_is_found(record: Place, evidence: str, stream: str) -> None:
    store, path = record.store(), file_of(record, evidence)
    sound = path.read_bytes()
    for place, byte in enumerate(sound):
        path.write_bytes(sound[:place] + bytes([byte ^ 1]) + sound[place + 1 :])
        (finding,) = findings(store)
        assert finding == Finding(stream, None, f"The file of evidence {evidence} was altered.")
    path.unlink()
    assert findings(store) == [
        Finding(stream, None, f"The file of evidence {evidence} is missing.")
    ]


def exchange_the_file(place: Place) -> None:
    other = file_of(place, "case-a/1").read_bytes()[:-1] + b"\0"
    file_of(place, "case-a/1").write_bytes(other)
    tamper(
        place,
        "UPDATE evidence SET file_sha256 = ? WHERE evidence_id = 'case-a/1'",
        hashlib.sha256(other).hexdigest(),
    )


def alter_the_row(column: str, value: object) -> Callable[[Place], None]:
    def alter(place: Place) -> None:
        tamper(
            place,
            f"UPDATE evidence SET {column} = ? WHERE evidence_id = 'case-a/1'",
            value,
        )

    return alter


def remove_file_and_row(place: Place) -> None:
    file_of(place, "case-a/1").unlink()
    tamper(place, "DELETE FROM evidence WHERE evidence_id = 'case-a/1'")


@pytest.mark.parametrize(
    "attack",
    [
        exchange_the_file,
        remove_file_and_row,
        alter_the_row("sha256", "0" * 64),
        alter_the_row("size", 8),
        alter_the_row("media_type", "text/html"),
        alter_the_row("evidence_id", "case-a/9"),
        alter_the_row("case_id", None),
        alter_the_row("wrapped_key", b"\x01" * 61),
    ],
)
def test_a_file_that_was_exchanged_or_vanished_with_its_row_is_found(
    record: Place, attack: Callable[[Place], None]
) -> None:
    attack(record)
    assert found(record) == [("2026-001", None)]


def test_the_first_problem_of_every_stream_is_named_the_schools_first(record: Place) -> None:
    tamper(record, "UPDATE entries SET at = at + 1 WHERE number IN (2, 3)")
    assert found(record) == [("school", 2), ("2026-001", 2), ("2026-002", 2)]


def test_attacks_are_found_on_either_database(place: Place) -> None:
    store = place.store()
    fill(store)
    with store.engines.writing.begin() as connection:
        connection.execute(
            update(entries).where(entries.c.stream == A, entries.c.number == 2).values(hash=b"x")
        )
        connection.execute(delete(entries).where(entries.c.stream == B, entries.c.number == 4))
    assert [(f.stream, f.number) for f in findings(store)] == [("2026-001", 2), ("2026-002", 4)]
