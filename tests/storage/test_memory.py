"""What the school remembers: answered causes once each, small values, policy packs."""

import pytest

from bot.app.ports import ActedOnAlready
from bot.domain.ids import Cause
from storage import SqlStore
from tests.storage.places import NOW

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
