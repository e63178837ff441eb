"""How much was checked is counted for one school, and counting makes nothing."""

from pathlib import Path

from sqlalchemy import update

from bot.app.stored import SCHOOL_STREAM
from bot.domain.ids import EvidenceId, SchoolId
from storage import SqlStore
from storage.alone import release_leases
from storage.checked import Kept, extent_of, kept_besides, kept_in_file, schools_in
from storage.tables import cases
from tests.claiming import claim_in
from tests.storage.places import NOW, SCHOOL, Place, a_case, an_intent, keys_of

OTHER = SchoolId("elsewhere")


def test_streams_entries_and_files_are_counted(store: SqlStore) -> None:
    empty = extent_of(store)
    assert (empty.streams, empty.entries, empty.files) == (1, 0, 0)
    assert (empty.head_number, empty.head_hash) == (0, "00" * 32)
    with store.writing() as writing:
        case = a_case(writing, payloads=[b"opened", b"answered"]).case
        writing.keep_file(EvidenceId("e"), case, b"picture", "image/png")
        writing.append(SCHOOL_STREAM, NOW, [b"a case was opened"])
    extent = extent_of(store)
    assert (extent.streams, extent.entries, extent.files) == (2, 3, 1)
    assert extent.head_number == 1
    assert len(bytes.fromhex(extent.head_hash)) == 32
    assert extent.head_hash != empty.head_hash


def test_another_school_in_the_same_database_is_not_counted(place: Place) -> None:
    store, other = place.store(), place.store(OTHER)
    with other.writing() as writing:
        a_case(writing)
    assert extent_of(store).streams == 1
    assert schools_in(place.url) == (SCHOOL, OTHER)


def test_what_is_kept_of_other_schools_is_counted(place: Place) -> None:
    store, other = place.store(), place.store(OTHER)
    with other.writing() as writing:
        for name in ("open", "closed", "erased"):
            a_case(writing, name)
    with other.writing() as writing:
        dates = {"closed": {"closed_at": NOW}, "erased": {"closed_at": NOW, "erased_at": NOW}}
        for name, values in dates.items():
            where = writing.here(cases, case_id=name)
            writing.connection.execute(update(cases).where(where).values(**values))
    assert kept_besides(store.engines, {SCHOOL}) == {OTHER: Kept(1, 2)}
    assert kept_besides(store.engines, {SCHOOL, OTHER}) == {}
    assert kept_besides(store.engines, {OTHER}) == {SCHOOL: Kept(0, 0)}


def test_what_is_kept_in_a_file_is_counted_alike(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path}/data.db", tmp_path)
    store, other = place.store(), place.store(OTHER)
    with other.writing() as writing:
        for name in ("open", "closed", "erased"):
            a_case(writing, name)
        for name, gone in (("closed", None), ("erased", NOW)):
            where = writing.here(cases, case_id=name)
            ended = update(cases).where(where).values(closed_at=NOW, erased_at=gone)
            writing.connection.execute(ended)
    told = [kept_besides(store.engines, served) for served in ((), {SCHOOL}, {SCHOOL, OTHER})]
    place.close()
    assert [kept_in_file(place.database, s) for s in ((), {SCHOOL}, {SCHOOL, OTHER})] == told
    assert told[1] == {OTHER: Kept(1, 2)}


def test_looking_for_schools_makes_none(place: Place) -> None:
    assert schools_in(place.url) == ()
    assert not place.database.exists()
    assert schools_in(place.url) == ()


def test_what_a_killed_process_held_is_free_at_once(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.enqueue([an_intent("k1")])
        held = claim_in(writing, NOW, NOW, 10)
    with store.writing() as writing:
        assert claim_in(writing, NOW, NOW, 10) == ()
    assert release_leases(store) == 1
    with store.writing() as writing:
        assert not writing.mark_sent(held[0], "ref", "shown", NOW, None)
        assert keys_of(claim_in(writing, NOW, NOW, 10)) == ["k1"]
    assert release_leases(store) == 1
    assert release_leases(store) == 0
