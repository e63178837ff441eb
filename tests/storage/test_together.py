"""Several schools in one database: who is due, whose message leaves next, and what is shared."""

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.app.leaving import Mark
from bot.app.outgoing import Errand, Landed, Outgoing
from bot.app.ports import Writing
from bot.domain.ids import CaseId, MessageKind, PersonId, SchoolId
from bot.domain.urgency import Urgency
from storage import SqlStore, open_store
from storage.engine import Engines, open_engines
from tests.claiming import claim_changed_in, claim_in
from tests.storage.places import HEAD, MASTER, MINUTE, NOW, Place, a_case, a_draft, an_intent

NAMES = ("ash", "beech", "cedar")
URGENT, DAILY, LAST = MessageKind.URGENT_CASE, MessageKind.ROUND_UP, MessageKind.DIGEST


def store_of(place: Place, name: str, engines: Engines) -> SqlStore:
    return open_store(
        place.url,
        school=SchoolId(name),
        master_key=MASTER,
        evidence_folder=place.evidence,
        engines=engines,
    )


@pytest.fixture
def stores(place: Place) -> dict[str, SqlStore]:
    Path(place.evidence).mkdir(parents=True, exist_ok=True)
    engines = open_engines(place.url, 4)
    found = {name: store_of(place, name, engines) for name in NAMES}
    place.opened.append(SqlStore(engines, found["ash"].keys, place.evidence))  # closes them
    return found


def tell(store: SqlStore, *told: tuple[str, MessageKind]) -> None:
    with store.writing() as writing:
        writing.enqueue([an_intent(key, PersonId(key), kind=kind) for key, kind in told])


def settle_hints(stores: dict[str, SqlStore], minutes: int = 60) -> None:
    for store in stores.values():
        with store.writing() as writing:
            writing.hold_school_hint()
            writing.look_at_school_again(NOW + minutes * MINUTE)


def test_messages_of_all_schools_leave_in_order_of_urgency(stores: dict[str, SqlStore]) -> None:
    tell(stores["ash"], ("1", LAST), ("2", DAILY))
    tell(stores["beech"], ("3", DAILY), ("4", MessageKind.NEW_CASE))
    tell(stores["cedar"], ("5", URGENT))
    together = stores["ash"].together(list(stores.values()))
    with together.writing() as batch:
        claimed = batch.claim(NOW, NOW, 10)
    assert [(school, each.intent.key) for school, each in claimed] == [
        ("cedar", "5"), ("beech", "4"), ("ash", "2"), ("beech", "3"), ("ash", "1"),
    ]  # fmt: skip


def test_places_for_the_most_urgent_are_given_to_nothing_else(stores: dict[str, SqlStore]) -> None:
    tell(stores["ash"], ("1", DAILY), ("2", URGENT))
    together = stores["ash"].together(list(stores.values()))
    with together.writing() as batch:
        claimed = batch.claim(NOW, NOW, 10, Urgency.NOW)
    assert [each.intent.key for _, each in claimed] == ["2"]


def test_one_person_gets_one_at_a_time_and_holds_up_nobody(stores: dict[str, SqlStore]) -> None:
    with stores["ash"].writing() as writing:
        writing.enqueue([an_intent(f"{n}", HEAD, kind=URGENT) for n in range(30)])
    tell(stores["beech"], ("other", DAILY))
    together = stores["ash"].together(list(stores.values()))
    found = []
    for _ in range(2):
        with together.writing() as batch:
            found += [(school, each.intent.key) for school, each in batch.claim(NOW, NOW, 4)]
    assert found == [("ash", "0"), ("beech", "other")]


def test_the_same_person_id_in_two_schools_is_two_people(stores: dict[str, SqlStore]) -> None:
    for name in ("ash", "beech"):
        with stores[name].writing() as writing:
            writing.enqueue([an_intent("k", HEAD)])
    together = stores["ash"].together(list(stores.values()))
    with together.writing() as batch:
        assert len(batch.claim(NOW, NOW, 10)) == 2


@pytest.mark.parametrize("named", [1, 200])
def test_a_school_that_is_served_elsewhere_is_left_alone(
    stores: dict[str, SqlStore], monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr("storage.together._NAMED", named)
    for name in NAMES:
        tell(stores[name], (name, DAILY))
    together = stores["ash"].together([stores["ash"], stores["beech"]])
    claimed = []
    for _ in range(3):
        with together.writing() as batch:
            claimed += [school for school, _ in batch.claim(NOW, NOW, 1)]
    assert claimed == ["ash", "beech"]
    assert "cedar" not in together.schools_due(NOW, 10)
    with stores["cedar"].writing() as writing:
        assert len(claim_in(writing, NOW, NOW, 10)) == 1


def test_strangers_that_were_never_met_hide_nobody_who_is_due(
    stores: dict[str, SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.together._NAMED", 0)
    for name in ("beech", "cedar"):  # they are due before the one that is served
        tell(stores[name], (name, URGENT))
        with stores[name].writing() as writing:
            a_case(writing, f"of-{name}")
            writing.look_again(CaseId(f"of-{name}"), NOW - MINUTE)
    tell(stores["ash"], ("late", DAILY))
    with stores["ash"].writing() as writing:
        a_case(writing, "of-ash")
        writing.look_again(CaseId("of-ash"), NOW)
    settle_hints(stores)
    together = stores["ash"].together([stores["ash"]])
    assert together.schools_due(NOW, 1) == ("ash",)
    anew = stores["ash"].together([stores["ash"]])
    with anew.writing() as batch:
        assert [school for school, _ in batch.claim(NOW, NOW, 1)] == ["ash"]


def test_what_is_shown_anew_holds_up_nothing_that_was_never_told(
    stores: dict[str, SqlStore],
) -> None:
    ash = stores["ash"]
    together = ash.together([ash])
    with ash.writing() as writing:
        a_case(writing, "shown")
        writing.enqueue([an_intent("old", HEAD, CaseId("shown"))])
    with ash.writing() as writing:
        (old,) = claim_in(writing, NOW, NOW, 1)
        writing.mark_sent(old, "ref", "shown", NOW, HEAD)
    with ash.writing() as writing:
        writing.lock_case(CaseId("shown"))
        writing.mark_stale(CaseId("shown"))
    with together.writing() as batch:
        assert len(batch.claim_changed(NOW, 1)) == 1
    with ash.writing() as writing:
        writing.enqueue([an_intent("urgent", HEAD, kind=URGENT)])
    assert together.is_any_due(NOW, NOW)


def test_a_message_on_its_way_is_kept_for_as_long_as_somebody_keeps_it(
    stores: dict[str, SqlStore],
) -> None:
    ash = stores["ash"]
    tell(ash, ("slow", DAILY))
    with ash.writing() as writing:
        (slow,) = claim_in(writing, NOW, NOW, 1)
    soon = NOW + timedelta(seconds=50)
    with ash.writing() as writing:
        assert writing.keep_lease(slow, soon)
    with ash.writing() as writing:
        assert claim_in(writing, NOW, soon + timedelta(seconds=59), 1) == ()
        (again,) = claim_in(writing, NOW, soon + timedelta(seconds=61), 1)
        assert not writing.keep_lease(slow, soon)
        assert writing.keep_lease(again, soon)


@pytest.mark.postgres
def test_marks_and_an_act_that_show_the_same_cases_never_wait_for_each_other(
    postgres_place: Place,
) -> None:
    store, case = postgres_place.store(), CaseId("shown")
    with store.writing() as writing:
        a_case(writing, case)
        writing.enqueue([an_intent(key, PersonId(key), case) for key in "ab"])
    with store.writing() as writing:
        for each in claim_in(writing, NOW, NOW, 2):
            writing.mark_sent(each, "ref", "old", NOW, None)
    with store.writing() as writing:
        writing.lock_case(case)
        writing.mark_stale(case)
    with store.writing() as writing:
        first, last = claim_changed_in(writing, NOW, 2)
    wrong: list[Exception] = []
    held = threading.Event()

    def act() -> None:
        held.wait()
        try:
            with store.writing() as writing:
                writing.lock_case(case)
                writing.mark_stale(case)
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)

    def mark_first(writing: Writing) -> None:
        held.set()
        acting.join(0.5)  # it waits for one of the two, whichever
        writing.mark_shown(first, "new")

    acting = threading.Thread(target=act)
    acting.start()
    school = store.keys.school
    landed = [
        Landed(school, Mark(last.row, lambda writing: writing.mark_shown(last, "new"))),
        Landed(school, Mark(first.row, mark_first)),
    ]
    nothing_else = cast("Errand", None)
    taken = Outgoing(store.together([store]), {}).look(nothing_else, landed, 0)
    acting.join()
    assert (wrong, taken.wrong) == ([], [])


def test_schools_with_a_danger_come_before_those_with_a_case_due_and_then_the_others(
    stores: dict[str, SqlStore],
) -> None:
    settle_hints(stores)
    together = stores["ash"].together(list(stores.values()))
    assert together.schools_due(NOW, 10) == ()
    assert together.schools_due(NOW + 60 * MINUTE, 10) == NAMES
    with stores["cedar"].writing() as writing:
        a_case(writing, "late")
        writing.look_again(CaseId("late"), NOW + 55 * MINUTE)
    with stores["beech"].writing() as writing:
        draft = a_draft()
        writing.put_draft(type(draft)(**{**draft.__dict__, "remind_at": NOW + 58 * MINUTE}))
    assert together.schools_due(NOW + 56 * MINUTE, 10) == ("cedar",)
    assert together.schools_due(NOW + 60 * MINUTE, 10) == ("beech", "cedar", "ash")
    assert together.schools_due(NOW + 60 * MINUTE, 1) == ("beech",)


def test_a_part_that_fails_takes_no_other_with_it(stores: dict[str, SqlStore]) -> None:
    together = stores["ash"].together(list(stores.values()))
    with together.writing() as batch:
        with batch.part(SchoolId("ash")) as writing:
            writing.put_value("kept", b"1")
        with suppress(KeyError), batch.part(SchoolId("beech")) as writing:
            writing.put_value("lost", b"1")
            raise KeyError
        with batch.part(SchoolId("cedar")) as writing:
            writing.put_value("kept", b"1")
    found = []
    for store in stores.values():
        with store.reading() as reading:
            found.append((reading.value("kept"), reading.value("lost")))
    assert found == [(b"1", None), (None, None), (b"1", None)]


def test_all_schools_of_a_database_write_in_turn(stores: dict[str, SqlStore]) -> None:
    with (
        stores["ash"].writing(),
        pytest.raises(RuntimeError, match="writing already"),
        stores["beech"].writing(),
    ):
        pass
    names = list(stores) * 8
    wrong: list[Exception] = []

    def write(name: str) -> None:
        try:
            with stores[name].writing() as writing:
                writing.put_value("x", b"1")
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_stores_of_other_databases_do_not_work_together(
    stores: dict[str, SqlStore], tmp_path: Path
) -> None:
    other = open_store(
        f"sqlite:///{tmp_path / 'other.db'}", school=SchoolId("x"), master_key=MASTER
    )
    with pytest.raises(ValueError, match="share their engines"):
        stores["ash"].together([stores["ash"], other])
    other.close()


@pytest.mark.postgres
def test_shared_work_is_done_by_one_process_and_not_again_for_half_a_day(
    postgres_place: Place,
) -> None:
    one, two = postgres_place.store(), postgres_place.store()
    with one.alone("night", NOW) as mine, two.alone("night", NOW) as yours:
        assert (mine, yours) == (True, False)
    with two.alone("night", NOW + timedelta(hours=1)) as again:
        assert not again
    with suppress(KeyError), two.alone("night", NOW + timedelta(hours=13)) as next_night:
        assert next_night
        raise KeyError
    with one.alone("night", NOW + timedelta(hours=13)) as made_up_for:
        assert made_up_for
