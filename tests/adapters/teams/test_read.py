"""What is asked on a card comes back as it was answered, and nothing else is believed."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from adapters.teams.carried import Inputs, Showing, carried
from adapters.teams.read import Did, NotOurs, read_card
from adapters.teams.render import Shell, TooLong, form_card, view_card
from bot.app.inbound import Given
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.screens.facts import plain
from bot.screens.field_names import name_of
from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    Form,
    FormField,
    Links,
    LongText,
    PickDate,
    ShortText,
)
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.adapters.desk import samples
from tests.adapters.desk.hostile import an_answer, any_text, some_fields
from tests.adapters.desk.samples import EVERY_FIELD, WORDS, a_form, a_ref, words

from .pretend_client import Filled, button, buttons_of, inputs_of, sent

BOTH = pytest.mark.parametrize("shell", [Shell.DIALOG, Shell.CHAT])
NEXT = Say.NEXT.value
_moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - local
    lambda moment: Personal(f"{moment:%Y-%m-%dT%H:%M}")
)
_days = st.dates(date(1900, 1, 1)).map(lambda day: Personal(day.isoformat()))


def came_back(form: Form, shell: Shell, filled: Filled | None = None) -> dict[str, Given]:
    try:
        card = form_card(form, WORDS, shell)
    except TooLong:  # labels of 10,000 letters, in the chat
        reject()
    return dict(read_card(sent(card, button(card, NEXT), filled)).answers)


def shown(field: FormField) -> Given:
    """What comes back for a field that nobody touched in a dialog."""
    match field:
        case ChooseOne():
            return field.chosen
        case ChooseMany():
            return tuple(each.value for each in field.options if each.value in field.chosen)
        case ShortText() | LongText():
            return Personal(field.value.reveal() if field.value is not None else "")
        case Links():
            return Personal("\n".join(link.reveal() for link in field.value))
        case PickDate():
            return Personal(_iso(field))
        case AddFiles():
            return None


def _iso(field: PickDate) -> str:
    if not isinstance(field.value, datetime):
        return field.value.isoformat() if field.value else ""
    return f"{field.value.astimezone(WORDS.zone):%Y-%m-%dT%H:%M}"


def is_text(field: FormField) -> bool:
    return isinstance(field, ShortText | LongText | Links)


@given(some_fields())
def test_what_a_dialog_shows_comes_back_unchanged(fields: tuple[FormField, ...]) -> None:
    expected = {field.id: shown(field) for field in fields if not isinstance(field, AddFiles)}
    assert came_back(a_form(*fields), Shell.DIALOG) == expected


@given(some_fields())
def test_in_the_chat_a_text_that_is_kept_is_left_out_and_so_unchanged(
    fields: tuple[FormField, ...],
) -> None:
    came = came_back(a_form(*fields), Shell.CHAT)
    for field in fields:
        value = shown(field)
        if is_text(field) and isinstance(value, Personal) and value.reveal().strip():
            assert field.id not in came
        elif is_text(field):
            assert _blank(came[field.id])
        elif not isinstance(field, AddFiles):
            assert came[field.id] == value


@BOTH
@given(st.data(), some_fields())
def test_what_a_person_answers_comes_back(
    shell: Shell, data: st.DataObject, fields: tuple[FormField, ...]
) -> None:
    answers = {field.id: data.draw(_answer(field)) for field in fields}
    came = came_back(a_form(*fields), shell, answers)
    for field in fields:
        told, kept = answers[field.id], shown(field)
        untouched = shell is Shell.CHAT and is_text(field) and _blank(told) and not _blank(kept)
        if untouched or isinstance(field, AddFiles):
            assert field.id not in came
        else:
            assert came[field.id] == told


def _blank(given: Given) -> bool:
    return isinstance(given, Personal) and not given.reveal().strip()


def _answer(field: FormField) -> st.SearchStrategy[Given]:
    match field:
        case PickDate(with_time=True):
            return _moments
        case PickDate():
            return _days
        case _:
            return an_answer(field)


def test_a_kept_text_is_deleted_by_its_toggle_and_replaced_by_another() -> None:
    field = replace(samples.POSTER_NAME, value=Personal("Pat Example"))
    card = form_card(a_form(field), WORDS, Shell.CHAT)
    data = sent(card, button(card, NEXT))
    assert read_card(data).answers == {}
    assert read_card({**data, "clear.text.poster_name": "true"}).answers == {
        "poster_name": Personal("")
    }
    assert read_card({**data, "text.poster_name": "Sam"}).answers == {
        "poster_name": Personal("Sam")
    }


def test_a_toggle_for_what_is_not_kept_deletes_nothing_else() -> None:
    field = replace(samples.POSTER_NAME, value=Personal("Pat Example"))
    card = form_card(a_form(field, samples.LINKS), WORDS, Shell.CHAT)
    data = sent(card, button(card, NEXT), {"links": Personal("https://x.example")})
    came = read_card({**data, "clear.links.links": "true"}).answers
    assert came == {"links": Personal("https://x.example")}


def test_a_text_for_which_a_dialog_has_no_room_is_kept_and_comes_back_unchanged() -> None:
    long = [LongText(id=f"t{n}", label=words("?"), value=Personal("😀" * 10_000)) for n in range(3)]
    came = came_back(a_form(*long), Shell.DIALOG)
    assert list(came.values()) == [Personal("😀" * 10_000)]


@BOTH
def test_a_field_that_was_emptied_comes_back_empty(shell: Shell) -> None:
    fields = tuple(each for each in EVERY_FIELD if not isinstance(each, AddFiles))
    came = came_back(a_form(*fields), shell, dict.fromkeys(each.id for each in fields))
    assert {name: bool(given) for name, given in came.items()} == {
        field.id: False for field in fields
    }


def test_half_a_moment_is_said_to_be_none_by_whoever_reads_it() -> None:
    card = form_card(a_form(samples.SEEN_AT), WORDS, Shell.DIALOG)
    data = sent(card, button(card, NEXT))
    came = read_card({**data, "when.seen_at~time": "18:30"}).answers["seen_at"]
    assert came == Personal("T18:30")
    came = read_card({**data, "when.seen_at": "2026-11-24"}).answers["seen_at"]
    assert came == Personal("2026-11-24")


def test_folded_fields_are_asked_like_the_others() -> None:
    form = a_form(samples.LINKS, more=(samples.POSTER_NAME, samples.SEEN_AT))
    came = came_back(form, Shell.CHAT, {"poster_name": Personal("Pat")})
    assert came == {
        "links": Personal(""),
        "poster_name": Personal("Pat"),
        "seen_at": Personal(""),
    }


def test_every_button_of_a_form_carries_the_form_and_its_answers() -> None:
    form = a_form(
        samples.SAFETY,
        samples.SCREENSHOTS,
        intro=(samples.STOP,),
        more=(replace(samples.POSTER_NAME, value=Personal("Pat")),),
        back=True,
        actions=(samples.an_action("Withdraw", Verb.WITHDRAW, confirm="Sure?"),),
    )
    filled = {"safety": ("unsure",)}
    for shell, did in (
        (Shell.DIALOG, "press press press press keep submit back"),
        (Shell.CHAT, "press press press press submit back see"),
    ):
        card = form_card(form, WORDS, shell)
        came = [read_card(sent(card, each, filled)) for each in buttons_of(card)]
        assert [each.did.value for each in came] == did.split()
        assert all(each.form == form.ref for each in came)
        assert all(each.answers["safety"] == ("unsure",) for each in came)
        assert all(each.asks == ("many.safety", "text.poster_name") for each in came)
        presses = [each.press.verb for each in came if each.press]
        removes = [Verb.REMOVE_FILE] * 2
        assert presses == [Verb.ALERT_NOW, Verb.WITHDRAW, *removes]


def test_a_clients_fallback_carries_the_same_and_says_so() -> None:
    card = form_card(a_form(samples.SAFETY), WORDS, Shell.CHAT)
    execute = button(card, NEXT)
    assert (execute["type"], execute["verb"]) == ("Action.Execute", "submit")
    newer, older = (read_card(sent(card, each)) for each in (execute, execute["fallback"]))
    assert (newer.fallback, older.fallback) == (False, True)
    assert replace(older, fallback=False) == newer


def test_the_buttons_of_a_view_carry_what_shows_it_again() -> None:
    for shell in (Shell.DIALOG, Shell.CHAT):
        card = view_card(samples.CASE_VIEW, WORDS, shell)
        came = [read_card(sent(card, each)) for each in buttons_of(card)]
        assert {each.here for each in came} == {samples.CASE_VIEW.here}
        assert [each.evidence for each in came if each.did is Did.PICTURE] == [EvidenceId("e-1")]
        closes = [each.did for each in came if each.did is Did.CLOSE]
        assert len(closes) == (1 if shell is Shell.CHAT else 0)


@given(any_text)
def test_a_press_comes_back_as_it_was(what: str) -> None:
    press = Press(Verb.OPEN_CASE, what[:50], "speak-to-parent", 2, what[:50])
    assert read_card(carried(Did.PRESS, press=press)).press == press


def test_every_kind_of_field_has_its_own_way_back() -> None:
    card = form_card(a_form(*EVERY_FIELD), WORDS, Shell.DIALOG)
    names = {name.partition("~")[0] for name in inputs_of(card)}
    assert names == {name_of(each) for each in EVERY_FIELD if not isinstance(each, AddFiles)}
    assert {name.partition(".")[0] for name in names} == {"one", "many", "text", "links", "when"}


OURS = carried(Did.SUBMIT, Inputs(a_ref(), ["text.words"]))["rp"]
HERE = carried(Did.PICTURE, Showing(Press(Verb.OPEN_CASE)), page=1, evidence=EvidenceId("e"))["rp"]
DEEP = "[" * 100_000


def test_the_good_ones_are_read() -> None:
    assert read_card({"rp": OURS}).answers == {"words": Personal("")}
    assert (read_card({"rp": HERE}).page, read_card({"rp": HERE}).evidence) == (1, EvidenceId("e"))
    assert read_card({"rp": {**HERE, "page": 2.0}}).page == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rp": None},
        {"rp": []},
        {"rp": "submit"},
        {"rp": {}},
        {"rp": {"did": "dance"}},
        {"rp": {"did": 1}},
        {"rp": {"did": "submit"}},
        {"rp": {"did": "press"}},
        {"rp": {"did": "turn", "page": 1}},
        {"rp": {"did": "picture", "here": Press(Verb.CASES).encode()}},
        {"rp": {"did": "close"}},
        {"rp": {"did": "press", "press": "nothing"}},
        {"rp": {"did": "press", "press": 1}},
        {"rp": {"did": "press", "press": DEEP}},
        {"rp": {**OURS, "form": DEEP}},
        {"rp": {**OURS, "form": "[]"}},
        {"rp": {**OURS, "form": {"press": 1}}},
        {"rp": {**OURS, "asks": "text.words"}},
        {"rp": {**OURS, "asks": [1]}},
        {"rp": {**OURS, "asks": ["strange.words"]}},
        {"rp": {**OURS, "asks": [None]}},
        {"rp": {**OURS, "kept": {"text.words": 1}}},
        {"rp": {**OURS, "kept": ["words"]}},
        {"rp": {**HERE, "page": -1}},
        {"rp": {**HERE, "page": "1"}},
        {"rp": {**HERE, "page": True}},
        {"rp": {**HERE, "page": 1.5}},
        {"rp": {**HERE, "page": None}},
        {"rp": {**HERE, "evidence": 5}},
        {"rp": OURS, "text.words": ["a"]},
        {"rp": OURS, "text.words": 5},
        {"rp": OURS, "text.words": {"a": "b"}},
        {"rp": OURS, "when.seen_at~time": 5},
    ],
)
def test_what_we_did_not_make_is_not_ours(data: dict[str, Any]) -> None:
    with pytest.raises(NotOurs):
        read_card(data)


def test_what_was_not_asked_is_read_all_the_same_and_left_to_the_app() -> None:
    came = read_card({"rp": OURS, "one.place": "public-page", "msteams": {}, "else": 1})
    assert came.answers == {"words": Personal(""), "place": "public-page"}
    assert came.asks == ("text.words",)


def test_files_are_never_among_the_answers() -> None:
    assert read_card({"rp": OURS, "files.screenshots": "x"}).answers == {"words": Personal("")}


def test_buttons_of_a_message_carry_a_press_alone() -> None:
    data = carried(Did.PRESS, press=Press(Verb.CASES))
    assert read_card({**data, "msteams": {"type": "task/fetch"}}).press == Press(Verb.CASES)
    assert plain(Say.NEXT).key.value == NEXT
