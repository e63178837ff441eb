"""Teams takes every card of the pack: by the schema, by Microsoft's own parser and by our check."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

from adapters.teams import sizes
from adapters.teams.blocks import weight
from adapters.teams.limits import problems_in
from adapters.teams.read import Did, read_card
from adapters.teams.render import (
    Card,
    PictureOf,
    Shell,
    done_card,
    form_card,
    message_payload,
    view_card,
)
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.screens.nodes import AddFiles, Form, FormField, KeptFileLine, View
from bot.screens.press import Press, Verb
from bot.screens.wording import Words
from tests.adapters.slack.pack_screens import Gathered, gather
from tests.node import node_modules

from .pretend_client import button, buttons_of, sent, texts_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("teams-pack")]

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "data" / "adaptive-card.schema.1.5.json"


@pytest.fixture
def gathered() -> Gathered:
    return gather()


@cache
def cards() -> dict[str, tuple[Card, int]]:
    """Every card by name, with the room that it has."""
    found = gather()
    return dict([*_forms(found), *_views(found), *_messages(found)])


def _forms(found: Gathered) -> Iterator[tuple[str, tuple[Card, int]]]:
    for name, (form, words) in found.forms.items():
        for kind, each in (("", form), (" with files", _with_files(form))):
            dialog = form_card(each, words, Shell.DIALOG)
            yield f"{name}{kind}: dialog", (dialog, sizes.ANSWER_BYTES)
            chat = form_card(each, words, Shell.CHAT)
            yield f"{name}{kind}: chat", (chat, sizes.CARD_BYTES)


def _with_files(form: Form) -> Form:
    """With as many files as may be kept, and a text in every field that is there."""
    return replace(
        form,
        fields=tuple(map(_filled, form.fields)),
        more=tuple(map(_filled, form.more)),
    )


def _filled(field: FormField) -> FormField:
    if not isinstance(field, AddFiles):
        return field
    ids = [EvidenceId(f"{number:032}") for number in range(field.most)]
    kept = tuple(
        KeptFileLine(each, "image/webp", 9_999_999, Press(Verb.REMOVE_FILE, "d" * 32, what=each))
        for each in ids
    )
    return replace(field, kept=kept)


def _views(found: Gathered) -> Iterator[tuple[str, tuple[Card, int]]]:
    for name, (view, words) in found.views.items():
        for shell in (Shell.DIALOG, Shell.CHAT):
            for number, page in enumerate(pages(view, words, shell)):
                yield f"{name}: {shell} {number}", (page, sizes.ANSWER_BYTES)


def pages(view: View, words: Words, shell: Shell) -> list[Card]:
    """Every page of a view; the last is shown again for a page that is not there."""
    drawn = [view_card(view, words, shell)]
    while (after := view_card(view, words, shell, page=len(drawn))) != drawn[-1]:
        drawn.append(after)
    return drawn


def _messages(found: Gathered) -> Iterator[tuple[str, tuple[Card, int]]]:
    for name, (done, words) in found.dones.items():
        yield name, (done_card(done.says, words), sizes.CARD_BYTES)
    for name, (message, words) in found.messages.items():
        whole = message_payload(message, words)
        pngs = [_drawn(name.partition("-")[0], each) for each in whole.pictures]
        kinds = {
            "dialogs": whole,
            "no dialogs": message_payload(message, words, windows=False),
            "drawn": whole.with_pictures(pngs),
        }
        for kind, made in kinds.items():
            for number, part in enumerate(made.parts):
                yield f"{name}: {kind} {number}", (part, sizes.CARD_BYTES)


@cache
def _drawn(_kind: str, picture: PictureOf) -> bytes | None:
    return picture.draw()


def test_every_card_of_the_pack_is_one_that_teams_takes() -> None:
    assert len(cards()) > 400
    found = {name: problems_in(card, room) for name, (card, room) in cards().items()}
    assert {name: each for name, each in found.items() if each} == {}


def test_every_card_of_the_pack_passes_the_schema_of_adaptive_cards() -> None:
    schema = Draft6Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    # Looking at all of them takes a minute: each distinct shape of an element is enough.
    shapes = {json.dumps(each): each for card, _ in cards().values() for each in _shapes(card)}
    assert len(shapes) > 40
    assert [shape for shape, each in shapes.items() if not schema.is_valid(each)] == []
    whole = next(iter(shapes.values()))
    assert not schema.is_valid({**whole, "bodies": []})
    assert not schema.is_valid({**whole, "body": [{"type": "TextBlock", "txt": "x"}]})


def _shapes(card: Card) -> Iterator[dict[str, Any]]:
    """A card for each of the card's elements, all its words alike.

    Without ``msteams``: the width is Teams' own addition (cards-format, "Full width").
    """
    around = {name: value for name, value in _alike(card).items() if name != "msteams"}
    yield from ({**around, "body": [each]} for each in around["body"])


WORDS = {"text", "title", "label", "value", "id", "altText", "tooltip", "fallbackText", "speak"}


def _alike(value: Any) -> Any:  # noqa: ANN401 - any part of a card
    if isinstance(value, dict):
        return {
            name: {} if name == "data" else "x" if name in WORDS else _alike(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        kept: list[Any] = []
        for each in map(_alike, value):
            kept += [] if each in kept else [each]
        return kept
    return value


@pytest.mark.browser
def test_every_card_of_the_pack_passes_microsofts_own_parser() -> None:
    every = {name: card for name, (card, _) in cards().items()}
    every["wrong"] = {**every["receipt: dialogs 0"], "body": [{"type": "Input.Text", "label": 1}]}
    command = ["node", str(HERE / "parse_cards.mjs"), str(node_modules())]
    done = subprocess.run(
        command, input=json.dumps(every), capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert said.pop("wrong")
    assert said == {}


def test_every_form_of_the_pack_comes_back_as_it_is_shown(gathered: Gathered) -> None:
    for form, words in gathered.forms.values():
        for shell in (Shell.DIALOG, Shell.CHAT):
            card = form_card(form, words, shell)
            came = read_card(sent(card, button(card, words.text(form.submit))))
            assert (came.did, came.form) == (Did.SUBMIT, form.ref)
            assert set(came.answers) <= {each.partition(".")[2] for each in came.asks}
            assert _chosen(came.answers) == _shown(form)


def _chosen(answers: Any) -> dict[str, object]:  # noqa: ANN401 - answers of all kinds
    return {n: given for n, given in answers.items() if given and isinstance(given, str | tuple)}


def _shown(form: Form) -> dict[str, object]:
    fields = (*form.fields, *form.more)
    return {each.id: each.chosen for each in fields if getattr(each, "chosen", None)}  # type: ignore[union-attr]


def test_no_form_of_the_pack_tells_the_chat_what_a_person_told(gathered: Gathered) -> None:
    told = 0
    for form, words in gathered.forms.values():
        said = json.dumps(form_card(form, words, Shell.CHAT), ensure_ascii=False)
        for text in _told_in(form):
            told += 1
            assert text not in said
    assert told > 20


def _told_in(form: Form) -> Iterator[str]:
    for each in (*form.fields, *form.more):
        values = [getattr(each, "told", None), getattr(each, "value", None)]
        for value in values:
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Personal) and len(one.reveal().strip()) > 1:
                    yield one.reveal().strip()


def test_each_view_of_the_pack_says_how_it_is_shown_again(gathered: Gathered) -> None:
    for view, words in gathered.views.values():
        for card in pages(view, words, Shell.CHAT):
            came = [read_card(each["data"]) for each in buttons_of(card)]
            assert {each.here for each in came} == {view.here}


OURS = ("because …",)
"""Where an ellipsis is part of the words."""


def test_nothing_of_the_pack_is_shortened() -> None:
    for name, (card, _) in cards().items():
        for text in texts_in(card):
            kept = text
            for each in OURS:
                kept = kept.replace(each, "")
            assert "…" not in kept, name


def test_what_people_see_daily_is_far_from_the_limits() -> None:
    usual = [name for name in cards() if name.startswith("report-") and name.endswith(": chat")]
    assert max(weight(cards()[name][0]) for name in usual if "files" not in name) < 16_000
