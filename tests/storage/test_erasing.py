"""An erased case: its key is gone from every file, and the record still holds together."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event, insert, select, text, update

from bot.app.ports import KeyDestroyed, NoSuchCase, NoSuchFile
from bot.app.stored import ERASED, SCHOOL_STREAM, CaseRow, ErasedCase
from bot.domain.ids import CaseId, DraftId, EvidenceId
from storage import SqlStore
from storage.outbox import facts_without
from storage.store import SqlWriting
from storage.streams import LockOrder
from storage.tables import METADATA, cases, entries, heads, outbox, outbox_cases
from tests.claiming import claim_in
from tests.storage.places import (
    HEAD,
    MINUTE,
    NOW,
    SCHOOL,
    STAFF,
    Place,
    a_case,
    a_draft,
    an_intent,
    findings,
)

A, B = CaseId("case-a"), CaseId("case-b")
FIGURES = b'{"term": "2026-autumn"}'
LATER = datetime(2027, 6, 1, 3, 17, tzinfo=UTC)


def fill(store: SqlStore) -> None:
    """Two closed cases with all that a case may have."""
    with store.writing() as writing:
        for case in (A, B):
            row = a_case(writing, case, payloads=[b"one", b"two"])
            writing.keep_link(case, writing.keyed_hash("link", "x"))
            writing.keep_name(case, writing.keyed_hash("name", "y"))
            writing.keep_reporter(case, STAFF)
            for number in (1, 2):
                writing.keep_file(EvidenceId(f"{case}/{number}"), case, b"picture", "image/png")
            close(writing, row)


def close(writing: SqlWriting, row: CaseRow) -> None:
    """The case is closed, a little later."""
    writing.put_case_row(
        CaseRow(row.case, row.reference, row.opened_at, "closed", row.policy_sha256, None, NOW)
    )


def erase(store: SqlStore, case: CaseId = A, at: datetime = LATER) -> None:
    with store.writing() as writing:
        writing.erase_case(case, at, figures=FIGURES, entry=b"case erased")


def test_an_erased_case_cannot_be_read_and_the_record_verifies(store: SqlStore) -> None:
    fill(store)
    erase(store)
    with store.reading() as reading:
        with pytest.raises(KeyDestroyed):
            reading.entries(A)
        assert len(reading.entries(B)) == 2
        assert reading.entries(SCHOOL_STREAM)[-1].payload == b"case erased"
    assert findings(store) == []


def test_an_erased_case_is_found_by_nothing(store: SqlStore) -> None:
    fill(store)
    with store.reading() as reading:
        row = reading.case_row(A)
    assert row is not None
    erase(store)
    with store.reading() as reading:
        assert reading.case_row(A) is None
        assert reading.case_by_reference(row.reference) is None
        found = [
            reading.case_rows(),
            reading.case_rows(status="closed"),
            reading.case_rows(status=ERASED),
            reading.cases_with_link(reading.keyed_hash("link", "x")),
            reading.cases_with_name(reading.keyed_hash("name", "y")),
            reading.reports_of(STAFF),
        ]
    assert [[each.case for each in rows] for rows in found] == [[B], [B], [], [B], [B], [B]]


def test_figures_and_months_are_what_is_left(store: SqlStore) -> None:
    fill(store)
    with store.reading() as reading:
        row = reading.case_row(A)
    assert row is not None
    erase(store)
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    left = CaseRow(A, row.reference, noon, ERASED, row.policy_sha256, None, noon)
    with store.reading() as reading:
        assert reading.erased_cases() == (ErasedCase(left, LATER, FIGURES),)
        assert [each.payload for each in reading.entries(SCHOOL_STREAM)] == [b"case erased"]


def test_a_case_that_was_never_closed_counts_as_closed_when_it_was_erased(store: SqlStore) -> None:
    with store.writing() as writing:
        a_case(writing, A)
    erase(store)
    with store.reading() as reading:
        (left,) = reading.erased_cases()
        assert left.row.closed_at == datetime(2027, 6, 1, 12, tzinfo=UTC)
        assert reading.next_look_at() is None
    with store.writing() as writing:
        writing.look_again_at_all(LATER)
    with store.reading() as reading:
        assert reading.cases_to_look_at(LATER, 9) == ()


def test_references_go_on_after_an_erased_case(store: SqlStore) -> None:
    fill(store)
    erase(store, B)
    with store.writing() as writing:
        assert a_case(writing).reference.value == "2026-003"
    assert findings(store) == []


def test_evidence_is_gone_from_the_disk_and_overwritten_before(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = place.store()
    fill(store)
    before = {path.name: path.read_bytes() for path in place.evidence.iterdir()}
    last: dict[str, bytes] = {}
    unlink = Path.unlink

    def unlinked(path: Path, *, missing_ok: bool = False) -> None:
        last[path.name] = path.read_bytes()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlinked)
    erase(store)
    assert len(last) == 2
    for name, content in last.items():
        assert len(content) == len(before[name])
        assert content != before[name]
    assert {path.name for path in place.evidence.iterdir()} == before.keys() - last.keys()
    with store.reading() as reading:
        assert reading.file(EvidenceId(f"{A}/1")) is None
        with pytest.raises(NoSuchFile):
            reading.file_content(EvidenceId(f"{A}/1"))
        assert reading.file_content(EvidenceId(f"{B}/1")) == b"picture"


def test_a_draft_that_alerted_goes_with_its_case(store: SqlStore) -> None:
    fill(store)
    with store.writing() as writing:
        writing.put_draft(a_draft())
        writing.put_draft(a_draft("d2"))
        draft = writing.draft(DraftId("d1"))
        assert draft is not None
        writing.put_draft(type(draft)(**{**vars(draft), "revision": 2, "case": A}))
    erase(store)
    with store.reading() as reading:
        assert [each.draft for each in reading.drafts_of(STAFF)] == ["d2"]


def test_messages_about_it_are_gone_and_shared_ones_show_the_others(store: SqlStore) -> None:
    fill(store)
    shared = an_intent("shared", HEAD, A, B)
    facts = {"steps": [[A, "acknowledge", 1], [B, "acknowledge", 1]], "count": 2}
    with store.writing() as writing:
        writing.enqueue(
            [
                an_intent("alone", HEAD, A),
                an_intent(f"{A}:nobody:2026-11-23"),
                an_intent("other", HEAD, B),
                an_intent("none"),
                type(shared)(**{**vars(shared), "facts": facts}),
            ]
        )
        (claimed,) = claim_in(writing, NOW, NOW, 1)
        assert claimed.intent.key == "alone"
        assert writing.mark_sent(claimed, "ref", "shown", NOW, HEAD)
        (leased,) = claim_in(writing, NOW, NOW, 1)
    assert leased.intent.key == f"{A}:nobody:2026-11-23"
    erase(store)
    with store.writing() as writing:
        assert not writing.mark_sent(leased, "ref", "shown", NOW, HEAD)
        assert writing.sent_kinds(A, HEAD) == ()
        left = writing.connection.execute(
            select(outbox.c.key, outbox.c.facts).order_by(outbox.c.row)
        ).all()
        shown = writing.connection.scalars(select(outbox_cases.c.case_id))
        assert set(shown) == {B}
    assert [row.key for row in left] == ["none", "other", "shared"]
    assert left[2].facts == {"steps": [[B, "acknowledge", 1]], "count": 2}


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ({"steps": [[A, "x", 1]], "n": 1}, {"steps": [], "n": 1}),
        ({"case": A, A: 1, "of": B}, {"of": B}),
        ({"deep": [{"cases": [A, B]}, A]}, {"deep": [{"cases": [B]}]}),
        ("text", "text"),
    ],
)
def test_facts_are_left_without_what_names_the_case(facts: object, left: object) -> None:
    assert facts_without(facts, A) == left


def test_nothing_of_the_case_is_found_in_any_table(store: SqlStore) -> None:
    fill(store)
    with store.writing() as writing:
        keys = [
            writing.keyed_hash("link", "only-a"),
            writing.keyed_hash("name", "only-a"),
        ]
        writing.keep_link(A, keys[0])
        writing.keep_name(A, keys[1])
        writing.enqueue([an_intent("k", HEAD, A)])
    erase(store)
    with store.reading() as reading:
        naming = {
            table.name
            for table in METADATA.sorted_tables
            for row in reading.connection.execute(text(f"SELECT * FROM {table.name}"))  # noqa: S608
            if any(str(value) in {A, *keys} for value in row)
        }
    assert naming == {"heads", "entries", "cases"}


def wrapped_key_of(store: SqlStore, case: CaseId) -> bytes:
    with store.reading() as reading:
        found = select(heads.c.wrapped_key).where(heads.c.stream == case)
        return bytes(reading.connection.execute(found).scalar_one() or b"")


def holding(folder: Path, content: bytes) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.is_file() and content in path.read_bytes()
    ]


def test_no_file_holds_the_key_any_more(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    fill(store)
    key = wrapped_key_of(store, A)
    assert holding(sqlite_place.folder, key)
    erase(store)
    assert holding(sqlite_place.folder, key) == []
    sqlite_place.close()
    assert holding(sqlite_place.folder, key) == []


def test_a_reader_in_the_way_delays_only_the_emptying_of_the_wal(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    fill(store)
    key = wrapped_key_of(store, A)
    with store.reading() as reading:
        assert len(reading.entries(A)) == 2
        erase(store)
        assert len(reading.entries(A)) == 2  # it still looks at the moment when it began
        assert holding(sqlite_place.folder, key)
    store.clear_traces()
    assert holding(sqlite_place.folder, key) == []


@pytest.mark.postgres
def test_postgresql_clears_the_dead_rows_at_once(postgres_place: Place) -> None:
    store = postgres_place.store()
    fill(store)
    asked: list[str] = []
    event.listen(
        store.engines.writing,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: asked.append(statement),
    )
    erase(store)
    assert "VACUUM heads" in asked
    dead = text("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'heads'")
    with store.reading() as reading:
        assert reading.connection.execute(dead).scalar_one() == 0


def test_an_erasure_that_fails_changes_nothing(place: Place) -> None:
    def interrupted() -> None:
        with store.writing() as writing:
            writing.erase_case(A, LATER, figures=FIGURES, entry=b"case erased")
            raise ZeroDivisionError

    store = place.store()
    fill(store)
    files = {path: path.read_bytes() for path in place.evidence.iterdir()}
    with pytest.raises(ZeroDivisionError):
        interrupted()
    with store.reading() as reading:
        assert len(reading.entries(A)) == 2
        assert reading.erased_cases() == ()
    assert {path: path.read_bytes() for path in place.evidence.iterdir()} == files
    assert findings(store) == []


def test_what_is_erased_or_never_was_cannot_be_erased(store: SqlStore) -> None:
    fill(store)
    erase(store)
    with pytest.raises(KeyDestroyed):
        erase(store)
    for none in (CaseId("none"), SCHOOL_STREAM):
        with pytest.raises(NoSuchCase):
            erase(store, none)
    with store.writing() as writing, pytest.raises(NoSuchCase):
        writing.look_again(A, LATER)


def test_the_school_is_locked_before_the_case(store: SqlStore) -> None:
    fill(store)
    with store.writing() as writing:
        writing.lock_case(A)
        with pytest.raises(LockOrder, match="school"):
            writing.erase_case(A, LATER, figures=b"", entry=b"")


Tampering = Callable[[SqlWriting], object]


@pytest.mark.parametrize(
    "tampering",
    [
        lambda w: w.connection.execute(update(cases).values(opened_at=NOW)),
        lambda w: w.connection.execute(update(cases).values(erased_at=NOW)),
        lambda w: w.connection.execute(update(cases).values(erased_at=None)),
        lambda w: w.connection.execute(update(cases).values(figures=b"\x01" * 50)),
        lambda w: w.connection.execute(update(heads).values(wrapped_key=b"\x01" * 50)),
        lambda w: w.connection.execute(update(entries).values(ciphertext=b"\x01" * 50)),
        lambda w: w.connection.execute(delete(entries).where(entries.c.number == 2)),
        lambda w: w.keep_name(A, "n"),
        lambda w: w.connection.execute(
            insert(entries).values(
                school=SCHOOL, stream=A, number=3, at=NOW, ciphertext=b"x", hash=b"x"
            )
        ),
    ],
)
def test_verify_sees_what_is_altered_of_an_erased_case(
    store: SqlStore, tampering: Tampering
) -> None:
    with store.writing() as writing:
        a_case(writing, A, payloads=[b"one", b"two"])
    erase(store)
    assert findings(store) == []
    with store.writing() as writing:
        tampering(writing)
    assert "2026-001" in [each.stream for each in findings(store)]


def test_an_index_that_was_altered_before_does_not_look_right_once_erased(store: SqlStore) -> None:
    fill(store)
    with store.writing() as writing:
        altered = update(cases).where(cases.c.case_id == A).values(opened_at=NOW + MINUTE)
        writing.connection.execute(altered)
    erase(store)
    assert [each.stream for each in findings(store)] == ["2026-001"]


def test_a_head_cannot_be_erased_without_the_schools_key(store: SqlStore) -> None:
    fill(store)
    with store.writing() as writing:
        gone = update(heads).where(heads.c.stream == A).values(wrapped_key=None)
        writing.connection.execute(gone)
    assert [each.stream for each in findings(store)] == ["2026-001"]
