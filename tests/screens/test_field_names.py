"""What a field's input is called says how its answer is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.field_names import Kind, Named, kind_of, name_of, named
from tests.adapters.desk.samples import EVERY_FIELD


def test_every_kind_of_field_has_a_name_of_its_own() -> None:
    assert {kind_of(field) for field in EVERY_FIELD} == set(Kind)
    assert all(name_of(field) == f"{kind_of(field)}.{field.id}" for field in EVERY_FIELD)


def test_a_name_says_its_kind_and_its_field() -> None:
    for field in EVERY_FIELD:
        assert named(name_of(field)) == Named(kind_of(field), field.id)


@pytest.mark.parametrize("name", ["", "text", "text.", ".words", "strange.words", "text.a~1s"])
def test_another_name_is_none_of_ours(name: str) -> None:
    assert named(name) is None


@given(st.sampled_from(Kind), st.text(min_size=1))
def test_a_field_may_be_called_anything_without_a_tilde(kind: Kind, field: str) -> None:
    found = named(f"{kind}.{field}")
    assert found == (None if "~" in field else Named(kind, field))
