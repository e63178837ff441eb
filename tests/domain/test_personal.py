"""What a person typed is read only by those who ask for it by name."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.personal import Personal

SECRET = "Pat Example of Mill Lane"


def test_reveal_gives_the_text() -> None:
    assert Personal(SECRET).reveal() == SECRET


@given(st.text())
def test_reveal_gives_any_text_unchanged(text: str) -> None:
    assert Personal(text).reveal() == text


ACCIDENTS: dict[str, Callable[[Any], object]] = {
    "str": str,
    "f-string": lambda p: f"{p}",
    "f-string with a width": lambda p: f"{p:>20}",
    "f-string with !s": lambda p: f"{p!s}",
    "format": "{}".format,
    "percent": lambda p: "%s" % p,  # noqa: UP031 - this very form is being tried
    "plus": lambda p: "x" + p,
    "plus from the left": lambda p: p + "x",
    "join": lambda p: ", ".join([p]),  # noqa: FLY002 - this very form is being tried
    "iteration": list,
    "unpacking": lambda p: [*p],
    "length": len,
    "index": lambda p: p[0],
    "membership": lambda p: "Pat" in p,
    "bytes": bytes,
    "json": json.dumps,
    "json with default=str": lambda p: json.dumps(p, default=str),
    "vars": vars,
    "order": lambda p: sorted([p, p]),
    "print": lambda p: print(p, file=io.StringIO()),
}


@pytest.mark.parametrize("accident", ACCIDENTS.values(), ids=ACCIDENTS.keys())
def test_no_accident_gives_the_text_away(accident: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as caught:
        accident(Personal(SECRET))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_the_refusal_says_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"personal .* Call reveal\(\)"):
        str(Personal(SECRET))


def test_repr_shows_neither_text_nor_length() -> None:
    assert repr(Personal("a")) == repr(Personal("a" * 900)) == "Personal(…)"
    assert f"{Personal(SECRET)!r}" == "Personal(…)"
    assert str([Personal(SECRET)]) == "[Personal(…)]"


def test_logging_does_not_give_it_away(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    logger = logging.Logger("test")  # noqa: LOG001 - of its own, so that no handler is shared
    logger.addHandler(logging.StreamHandler(stream))
    logger.warning("%s", Personal(SECRET))
    logger.warning(Personal(SECRET))
    logger.warning("%r", Personal(SECRET))
    written = stream.getvalue() + "".join(capsys.readouterr())
    assert "Personal(…)" in written
    assert not any(word in written for word in SECRET.split() if word != "of")


def test_an_exception_does_not_give_it_away() -> None:
    # The name lives in no local source line that a traceback would quote.
    for error in (ValueError(Personal(SECRET)), ValueError("x", Personal(SECRET))):
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert not any(word in shown for word in ("Pat", "Example", "Mill"))


def test_equality_and_hash_go_by_text() -> None:
    assert Personal("a") == Personal("a")
    assert Personal("a") != Personal("b")
    assert Personal("a") != "a"
    assert len({Personal("a"), Personal("a"), Personal("b")}) == 2


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u00a0"])
def test_blank_text_counts_as_nothing(blank: str) -> None:
    assert not Personal(blank)
    assert Personal(blank + "x")


def test_it_cannot_be_changed() -> None:
    personal = Personal("a")
    for name in ("text", "_Personal__text"):
        with pytest.raises(AttributeError):
            setattr(personal, name, "b")
        with pytest.raises(AttributeError):
            delattr(personal, name)
    assert personal.reveal() == "a"
    assert not hasattr(personal, "__dict__")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_can_be_pickled(protocol: int) -> None:
    assert pickle.loads(pickle.dumps(Personal(SECRET), protocol)) == Personal(SECRET)  # noqa: S301


def test_it_can_be_copied() -> None:
    assert copy.copy(Personal(SECRET)) == copy.deepcopy(Personal(SECRET)) == Personal(SECRET)


def test_a_dataclass_that_holds_it_stays_closed() -> None:
    @dataclass(frozen=True)
    class Report:
        words: Personal

    report = Report(Personal(SECRET))
    assert repr(asdict(report)) == "{'words': Personal(…)}"
    with pytest.raises(TypeError):
        json.dumps(asdict(report))


def test_only_a_string_is_accepted_and_nothing_else_is_shown() -> None:
    with pytest.raises(TypeError) as caught:
        Personal(b"Pat Example")  # type: ignore[arg-type]
    assert "Pat" not in str(caught.value)
