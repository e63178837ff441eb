"""Another master key: every key opens with the new one, or every key with the old one."""

import pytest
from sqlalchemy import update

from bot.domain.ids import CaseId, DraftId, EvidenceId, SchoolId
from storage import KeyProblem, MasterKey
from storage import rotation as module
from storage.rotation import StoreInUse, opens, refuse_while_in_use, rewrap
from storage.tables import drafts, heads
from tests.storage.places import MASTER, NOW, SCHOOL, Place, a_case, a_draft, findings
from tests.storage.records import A, fill, rows_of

NEW = MasterKey(b"n" * 32)


@pytest.fixture
def record(place: Place) -> Place:
    """A record that nobody has open."""
    fill(place.store())
    place.close()
    return place


def test_everything_opens_with_the_new_key_and_nothing_with_the_old(record: Place) -> None:
    # The school's own three keys, two cases and a draft; an erased case has none.
    assert rewrap(record.url, [SCHOOL], MASTER, NEW) == 6
    with pytest.raises(KeyProblem, match="does not open this database"):
        record.store()
    store = record.store(master=NEW)
    with store.reading() as reading:
        assert [each.payload for each in reading.entries(A)] == [b"one", b"two"]
        assert reading.file_content(EvidenceId(f"{A}/1")) == b"picture 1 of case-a" * 50
        draft = reading.draft(DraftId("d1"))
        assert draft is not None
        assert draft.answers == b"answers"
        assert reading.value("away") == b"until Friday"
        assert len(reading.cases_with_link(reading.keyed_hash("link", A))) == 1
    with store.writing() as writing:
        a_case(writing)
        writing.put_draft(a_draft("d2"))
    assert findings(store) == []


def test_which_key_opens_is_found(record: Place) -> None:
    assert opens(record.url, SCHOOL, MASTER)
    assert not opens(record.url, SCHOOL, NEW)
    assert not opens(record.url, SchoolId("other"), MASTER)


def test_another_school_in_the_database_keeps_its_key(record: Place) -> None:
    other = SchoolId("other")
    record.store(other)
    record.close()
    rewrap(record.url, [SCHOOL], MASTER, NEW)
    assert opens(record.url, other, MASTER)
    assert findings(record.store(other)) == []


@pytest.mark.parametrize("table", [heads, drafts])
def test_a_key_that_does_not_open_changes_none(record: Place, table: object) -> None:
    assert table in {heads, drafts}
    damaged = update(heads if table is heads else drafts).values(wrapped_key=b"\x01" * 61)
    if table is heads:
        damaged = damaged.where(heads.c.stream == A)
    with record.store().writing() as writing:
        writing.connection.execute(damaged)
    before = rows_of(record.opened[0])
    record.close()
    with pytest.raises(KeyProblem, match="Nothing was changed"):
        rewrap(record.url, [SCHOOL], MASTER, NEW)
    assert rows_of(record.store()) == before


def test_a_wrong_old_key_changes_nothing(record: Place) -> None:
    with pytest.raises(KeyProblem, match="does not open"):
        rewrap(record.url, [SCHOOL], NEW, MASTER)
    assert opens(record.url, SCHOOL, MASTER)


def test_an_interruption_leaves_the_old_key_valid(record: Place) -> None:
    def interrupted(_what: str, done: int, _of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rewrap(record.url, [SCHOOL], MASTER, NEW, interrupted)
    assert findings(record.store()) == []


def test_a_key_that_comes_back_otherwise_is_told(
    record: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    unwrapped = module._unwrapped  # noqa: SLF001 - what the database gives back

    def once_wrong(master: MasterKey, key: object) -> bytes:
        seen.append(key)
        found = unwrapped(master, key)  # type: ignore[arg-type]
        return found if len(seen) < 8 else bytes(32)

    monkeypatch.setattr(module, "_unwrapped", once_wrong)
    with pytest.raises(KeyProblem, match="did not come back"):
        rewrap(record.url, [SCHOOL], MASTER, NEW)
    monkeypatch.undo()
    assert findings(record.store()) == []


def test_the_old_wrapped_keys_are_gone_from_every_file(sqlite_place: Place) -> None:
    store = sqlite_place.store()
    fill(store)
    old = [bytes(row[-1]) for row in rows_of(store)["heads"] if isinstance(row[-1], bytes)]
    sqlite_place.close()
    rewrap(sqlite_place.url, [SCHOOL], MASTER, NEW)
    content = b"".join(
        path.read_bytes() for path in sqlite_place.folder.glob("data.db*") if path.is_file()
    )
    assert len(old) == 3
    assert not any(key in content for key in old)


# Nobody may be at work


def test_a_database_that_nobody_has_open_is_free(record: Place) -> None:
    refuse_while_in_use(record.url)
    assert findings(record.store()) == []


def test_a_database_that_somebody_has_open_is_refused(record: Place) -> None:
    store = record.store()
    with store.reading() as reading:
        assert len(reading.case_rows()) == 2
    with pytest.raises(StoreInUse, match="Stop report-post serve"):
        refuse_while_in_use(record.url)
    with store.writing() as writing:
        a_case(writing)  # whoever had it open works on
    record.close()
    refuse_while_in_use(record.url)


def test_a_process_that_was_overlooked_writes_nothing_any_more(record: Place) -> None:
    store = record.store()
    rewrap(record.url, [SCHOOL], MASTER, NEW)
    with pytest.raises(KeyProblem, match="start it again"), store.writing() as writing:
        a_case(writing, "case-of-the-old-key")
    fresh = record.store(master=NEW)
    with fresh.writing() as writing:
        assert writing.case_row(CaseId("case-of-the-old-key")) is None
        a_case(writing, at=NOW)
    assert findings(fresh) == []
