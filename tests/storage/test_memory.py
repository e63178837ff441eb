"""What the school remembers: answered causes once each, small values, policy packs."""

import pytest

from bot.app.ports import ActedOnAlready
from bot.domain.ids import Cause, SchoolId
from storage import SqlStore
from tests.storage.places import MINUTE, NOW, Place

CAUSE = Cause("slack:Ev123")


def test_an_answer_is_remembered_by_its_cause(store: SqlStore) -> None:
    with store.writing() as writing:
        assert writing.remembered(CAUSE) is None
        writing.remember(CAUSE, b"done", NOW)
    with store.reading() as reading:
        assert reading.remembered(CAUSE) == b"done"
        assert reading.remembered(Cause("another")) is None


def test_a_cause_is_acted_on_once_and_all_of_the_second_act_is_undone(store: SqlStore) -> None:
    def again() -> None:
        with store.writing() as writing:
            writing.put_value("second", b"")
            writing.remember(CAUSE, b"again", NOW)

    with store.writing() as writing:
        writing.remember(CAUSE, b"done", NOW)
    with pytest.raises(ActedOnAlready):
        again()
    with store.reading() as reading:
        assert reading.remembered(CAUSE) == b"done"
        assert reading.value("second") is None


def test_what_was_answered_long_ago_is_forgotten_and_counted(store: SqlStore) -> None:
    with store.writing() as writing:
        for minutes, cause in enumerate(("oldest", "older", "just then", "newest")):
            writing.remember(Cause(cause), b"done", NOW + minutes * MINUTE)
        writing.put_value("away", b"until Friday")
    with store.writing() as writing:
        assert writing.forget_causes_before(NOW + 2 * MINUTE) == 2
        assert writing.forget_causes_before(NOW + 2 * MINUTE) == 0
    with store.reading() as reading:
        answers = [reading.remembered(Cause(each)) for each in ("oldest", "older", "just then")]
        assert answers == [None, None, b"done"]
        assert reading.remembered(Cause("newest")) == b"done"
        assert reading.value("away") == b"until Friday"


def test_a_forgotten_cause_may_come_again(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.remember(CAUSE, b"done", NOW)
        writing.forget_causes_before(NOW + MINUTE)
    with store.writing() as writing:
        writing.remember(CAUSE, b"again", NOW + MINUTE)
    with store.reading() as reading:
        assert reading.remembered(CAUSE) == b"again"


def test_a_school_forgets_only_its_own_answers(place: Place) -> None:
    here, there = place.store(), place.store(SchoolId("other-school"))
    for each in (here, there):
        with each.writing() as writing:
            writing.remember(CAUSE, b"done", NOW)
    with here.writing() as writing:
        assert writing.forget_causes_before(NOW + MINUTE) == 1
    with there.reading() as reading:
        assert reading.remembered(CAUSE) == b"done"


def test_a_value_is_the_one_that_was_put_last(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.put_value("away", b"until Friday")
        writing.put_value("away", b"")
        writing.put_value("calendar", b"x")
    with store.reading() as reading:
        assert reading.value("away") == b""
        assert reading.value("calendar") == b"x"
        assert reading.value("other") is None


def test_a_policy_pack_is_kept_once_as_it_was(store: SqlStore) -> None:
    with store.writing() as writing:
        writing.keep_policy("a" * 64, "title = “Derwent Vale”\n")
        writing.keep_policy("a" * 64, "something else")
    with store.reading() as reading:
        assert reading.policy_text("a" * 64) == "title = “Derwent Vale”\n"
        assert reading.policy_text("b" * 64) is None


def test_values_are_found_by_how_their_names_begin(store: SqlStore) -> None:
    names = ("slack:handed:F1", "slack:handed:F2", "slack:other", "slack_handed:F3", "slack:hand%")
    with store.writing() as writing:
        for name in names:
            writing.put_value(name, name.encode())
    with store.reading() as reading:
        found = reading.values("slack:handed:")
        assert found == {name: name.encode() for name in names[:2]}
        assert list(reading.values("slack_")) == ["slack_handed:F3"]
        assert list(reading.values("slack:hand%")) == ["slack:hand%"]
        assert reading.values("teams:") == {}


def test_a_school_finds_only_its_own_values(place: Place) -> None:
    here, there = place.store(), place.store(SchoolId("other-school"))
    with there.writing() as writing:
        writing.put_value("slack:handed:F1", b"theirs")
    with here.reading() as reading:
        assert reading.values("slack:") == {}
