"""A frozen thing with some fields changed, beside what ``dataclasses.replace`` makes of it."""

from dataclasses import FrozenInstanceError, replace

import pytest

from bot.domain.changed import changed
from tests.builders import derwent_vale
from tests.domain.at_work import a_case


def test_it_is_what_replace_makes_of_it() -> None:
    state = a_case().state
    more = {"entries": state.entries + 1, "urgent": not state.urgent}
    assert changed(state, **more) == replace(state, **more)  # type: ignore[arg-type]
    first = state.rounds[derwent_vale().first_step][0]
    assert changed(first, withdrawn=True) == replace(first, withdrawn=True)


def test_what_it_was_made_of_stays_as_it_was_and_both_stay_frozen() -> None:
    state = a_case().state
    entries = state.entries
    other = changed(state, entries=entries + 1)
    assert (state.entries, other.entries) == (entries, entries + 1)
    with pytest.raises(FrozenInstanceError):
        other.entries = entries  # type: ignore[misc]
