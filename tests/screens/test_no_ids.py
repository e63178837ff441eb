"""No screen shows an id: people read words, never ``like-this``, ``like_this`` or {this}."""

import re
from collections.abc import Iterator
from enum import Enum

import pytest

from bot.app.list_views import cases_view, own_reports_view
from bot.app.view_case import case_view, why_view
from bot.domain.conditions import Fact
from bot.domain.errors import Why
from bot.domain.events import How
from bot.domain.figures import Timeliness
from bot.domain.ids import MessageKind, Role, StepId
from bot.domain.permissions import Doing, Standing
from bot.domain.policy import Policy
from bot.domain.questions import AnswerKind
from bot.policies.parse import load_pack
from bot.screens.press import Verb
from tests.desk_page import Sheet
from tests.everything_read import everything
from tests.policies.test_engine_knows_no_pack import ids_of
from tests.screens.pack_screens import (
    Pack,
    a_pack,
    drawn,
    every_message,
    report_pages,
    small_forms,
    step_forms,
)

ENUMS: tuple[type[Enum], ...] = (
    *(MessageKind, Role, Why, How, Fact, Timeliness, AnswerKind, Verb, Doing, Standing),
)
_ID = re.compile(r"(?<![\w./@-])[a-z0-9]+(?:[-_][a-z0-9]+)+(?![\w@-])")
_IN_BRACES = re.compile(r"[{}]")
_SNAKE = re.compile(r"\b[a-z0-9]+_[a-z0-9_]+\b")

TYPED = {
    "digest-here": "a command, as people type it",
    "report-post": "the command itself",
    "round-up": "an ordinary word",
}
"""What looks like an id and is meant to be read, and why."""


def ids() -> frozenset[str]:
    """Every id of the pack and of the program that no English word could be taken for."""
    policy: Policy = load_pack("derwent-vale").policy
    names = ids_of(policy) | {str(each.value) for kind in ENUMS for each in kind}
    return frozenset(each for each in names if re.search("[-_]", each)) - TYPED.keys()


def leaks(text: str) -> list[str]:
    """What of a text is no word."""
    known = ids()
    found = [each for each in _ID.findall(text) if each in known]
    braces = _IN_BRACES.findall(text)
    return [*found, *_SNAKE.findall(text), *braces]


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with a_pack() as made:
        yield made


def seen(html: str) -> str:
    """What a person reads of a drawn screen, its described pictures included."""
    return "\n".join((*Sheet(html).texts, *re.findall(r'alt="([^"]*)"', html)))


def screens(pack: Pack) -> Iterator[tuple[str, str]]:
    for number, message in enumerate(every_message(pack)):
        yield f"message {number}", seen(drawn(message, pack.words))
        yield f"summary {number}", pack.words.text(message.summary)
    for step, outcome, form in step_forms(pack):
        yield f"{step} {outcome}", seen(drawn(form, pack.words))
    for verb, form in small_forms(pack):
        yield f"form {verb}", seen(drawn(form, pack.words))
    for name, view in (
        ("case", case_view(pack.look, pack.file)),
        ("why", why_view(pack.look, pack.file.case, StepId("acknowledge"), 1)),
        ("cases", cases_view(pack.look)),
        ("own reports", own_reports_view(pack.look)),
    ):
        yield name, seen(drawn(view, pack.words))
    for name, html in report_pages(pack.world):
        yield name, seen(html)


def test_no_screen_of_the_pack_shows_an_id(pack: Pack) -> None:
    shown = dict(screens(pack))
    assert len(shown) > 80
    assert {name: found for name, text in shown.items() if (found := leaks(text))} == {}


def test_no_wording_holds_an_id_but_the_fields_that_are_filled() -> None:
    texts = {
        place: re.sub(r"\{[a-z_]+\}", "", text) if place.startswith("Say.") else text
        for place, text in everything()
    }
    assert {place: found for place, text in texts.items() if (found := leaks(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Please answer speak-to-parent.",
        "closed-group",
        "The field poster_name is missing",
        "Case {reference} is closed",
        "due {{ date }}",
        "told: urgent-case",
    ],
)
def test_an_id_is_found(text: str) -> None:
    assert leaks(text)


@pytest.mark.parametrize(
    "text",
    ["Half-term and INSET", "type report-post", "2026-014", "head@school.example", "14:30-16:00"],
)
def test_a_word_is_none(text: str) -> None:
    assert leaks(text) == []
