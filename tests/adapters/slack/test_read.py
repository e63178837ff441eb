"""What is asked in a modal comes back as it was answered, and nothing else is believed."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.fields import named
from adapters.slack.limits import problems_in
from adapters.slack.paging import Turn
from adapters.slack.read import (
    Did,
    FromView,
    read_action,
    read_page_turn,
    read_view,
    what_was_done,
)
from adapters.slack.render import (
    Callback,
    home_view,
    kept_view,
    modal,
    more_view,
    saving_view,
)
from adapters.slack.texts import Block
from bot.app.inbound import Given
from bot.domain.personal import Personal
from bot.screens.field_names import kind_of, name_of
from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    Done,
    FormField,
    Heading,
    Links,
    LongText,
    PickDate,
    ShortText,
)
from bot.screens.press import NotOurs, Press, Verb
from tests.adapters.desk import samples
from tests.adapters.desk.hostile import an_answer, any_text, some_fields
from tests.adapters.desk.samples import EVERY_FIELD, WORDS, a_form, a_ref, words

from .pretend_slack import inputs, sent_back

_moments = st.datetimes(datetime(2001, 9, 10), datetime(2286, 1, 1)).map(  # noqa: DTZ001 - local
    lambda moment: Personal(f"{moment:%Y-%m-%dT%H:%M}:00+00:00")
)
_days = st.dates().map(lambda day: Personal(day.isoformat()))


def shown(field: FormField) -> Given:
    """What Slack gives back for a field that nobody touched."""
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
    return field.value.isoformat()


@given(some_fields())
def test_what_a_form_shows_comes_back_unchanged(fields: tuple[FormField, ...]) -> None:
    came = read_view(sent_back(modal(a_form(*fields), WORDS)))
    expected = {field.id: shown(field) for field in fields if not isinstance(field, AddFiles)}
    assert dict(came.answers) == expected
    assert set(came.files) == {field.id for field in fields if isinstance(field, AddFiles)}
    assert came.form == a_ref()


@given(some_fields())
def test_slack_takes_every_form(fields: tuple[FormField, ...]) -> None:
    form = a_form(*fields, more=fields[:1])
    # The first field is on both views, never twice on one.
    assert problems_in(modal(replace(form, more=()), WORDS)) == ()
    assert problems_in(more_view(form, WORDS)) == ()


@given(st.data(), some_fields())
def test_what_a_person_answers_comes_back(
    data: st.DataObject, fields: tuple[FormField, ...]
) -> None:
    answers = {field.id: data.draw(_answer(field)) for field in fields}
    files = {each.id: ("F1", "F2") for each in fields if isinstance(each, AddFiles)}
    came = read_view(sent_back(modal(a_form(*fields), WORDS), answers, files))
    typed = {each.id: answers[each.id] for each in fields if not isinstance(each, AddFiles)}
    assert dict(came.answers) == {
        name: Personal("") if given is None and _is_text(fields, name) else given
        for name, given in typed.items()
    }
    assert dict(came.files) == files


def _is_text(fields: tuple[FormField, ...], name: str) -> bool:
    return any(each.id == name and not isinstance(each, ChooseOne) for each in fields)


def _answer(field: FormField) -> st.SearchStrategy[Given]:
    match field:
        case PickDate(with_time=True):
            return _moments
        case PickDate():
            return _days
        case _:
            return an_answer(field)


@pytest.mark.parametrize("most", [2_999, 3_000, 3_001, 6_500, 10_000])
@pytest.mark.parametrize("sign", ["x", "& ", "a word\n", "😀 "])
def test_a_long_text_stands_in_several_inputs_and_is_one_again(most: int, sign: str) -> None:
    text = (sign * most)[:most]
    view = modal(a_form(LongText(id="words", label=words("?"), value=Personal(text))), WORDS)
    assert problems_in(view) == ()
    assert read_view(sent_back(view)).answers == {"words": Personal(text)}
    assert all(not str(e.get("initial_value", "-")).endswith(" ") for _, e in [*inputs(view)][:-1])


def test_every_kind_of_field_has_its_own_way_back() -> None:
    kinds = {named(name_of(field)).kind for field in EVERY_FIELD}  # type: ignore[union-attr]
    assert {str(each) for each in kinds} == {"one", "many", "text", "links", "when", "files"}
    assert all(name_of(field) == f"{kind_of(field)}.{field.id}" for field in EVERY_FIELD)


def test_a_field_that_was_emptied_comes_back_empty() -> None:
    fields = tuple(each for each in EVERY_FIELD if not isinstance(each, AddFiles))
    came = read_view(sent_back(modal(a_form(*fields), WORDS), dict.fromkeys(f.id for f in fields)))
    assert {name: bool(given) for name, given in came.answers.items()} == {
        field.id: False for field in fields
    }


def test_an_untouched_input_that_slack_leaves_out_is_empty_too() -> None:
    view = modal(a_form(*EVERY_FIELD), WORDS)
    came = read_view({**view, "state": {"values": {}}})
    assert set(came.answers) | set(came.files) == {field.id for field in EVERY_FIELD}


def test_each_kind_of_view_is_told_apart() -> None:
    form = a_form(samples.SCREENSHOTS, more=(samples.POSTER_NAME,))
    kinds = {
        Callback.FORM: modal(form, WORDS),
        Callback.MORE: more_view(form, WORDS),
        Callback.KEPT: kept_view(form, WORDS),
        Callback.VIEW: modal(samples.CASE_VIEW, WORDS),
        Callback.DONE: modal(Done(words("Kept.")), WORDS),
        Callback.SAVING: saving_view(a_ref()),
        Callback.HOME: home_view(samples.ROUND_UP_NODES, WORDS),
    }
    assert {kind: read_view(sent_back(view)).kind for kind, view in kinds.items()} == {
        kind: kind for kind in kinds
    }
    of_form = (Callback.FORM, Callback.MORE, Callback.KEPT, Callback.SAVING)
    assert all(read_view(sent_back(kinds[kind])).form == a_ref() for kind in of_form)
    assert read_view(kinds[Callback.VIEW]).press == samples.CASE_VIEW.here
    assert read_view(sent_back(kinds[Callback.FORM])).holds_files
    assert not read_view(sent_back(kinds[Callback.MORE])).holds_files
    assert read_view(saving_view()) == FromView(kind=Callback.SAVING)


def buttons(view: Block) -> list[Block]:
    """Every button of a view."""
    found: list[Block] = []
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    for block in blocks:
        found += block.get("elements", []) if block["type"] == "actions" else []
        found += [block["accessory"]] if "accessory" in block else []
    return found


def test_the_buttons_of_a_form_are_told_apart() -> None:
    form = a_form(
        samples.SAFETY,
        samples.SCREENSHOTS,
        intro=(samples.STOP,),
        more=(samples.POSTER_NAME,),
        back=True,
        actions=(samples.an_action("Withdraw", Verb.WITHDRAW),),
    )
    did = [what_was_done(each) for each in buttons(modal(form, WORDS))]
    assert did == [Did.PRESS, Did.PRESS, Did.KEPT, Did.MORE, Did.BACK]
    presses = [read_action(each).verb for each in buttons(modal(form, WORDS))[:2]]
    assert presses == [Verb.ALERT_NOW, Verb.WITHDRAW]
    removes = [read_action(each) for each in buttons(kept_view(form, WORDS))]
    assert removes == [each.remove for each in samples.SCREENSHOTS.kept]


@pytest.mark.parametrize("kind", ["radio_buttons", "checkboxes", "static_select"])
def test_a_choice_is_a_change(kind: str) -> None:
    assert what_was_done({"type": kind, "action_id": "many.safety"}) is Did.CHANGE


def test_a_turned_page_says_of_what_and_which() -> None:
    from adapters.slack.paging import turner  # noqa: PLC0415

    press = Press(Verb.OPEN_CASE, "c-1")
    (previous, following) = buttons({"blocks": turner(1, 3, press)})
    assert [what_was_done(each) for each in (previous, following)] == [Did.TURN, Did.TURN]
    assert read_page_turn(previous) == Turn(press, 0)
    assert read_page_turn(following) == Turn(press, 2)
    assert read_page_turn(buttons({"blocks": turner(0, 2, None)})[0]) == Turn(None, 1)
    assert turner(0, 1, press) == []


@given(any_text)
def test_a_press_comes_back_as_it_was(what: str) -> None:
    press = Press(Verb.OPEN_CASE, what[:50], "speak-to-parent", 2, what[:50])
    button = {"type": "button", "action_id": "press.0", "value": press.encode()}
    assert read_action(button) == press


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"callback_id": "form"},
        {"callback_id": "dance", "private_metadata": "[]"},
        {"callback_id": "form", "private_metadata": "no json"},
        {"callback_id": "form", "private_metadata": DEEP},
        {"callback_id": "form", "private_metadata": "[]"},
        {"callback_id": "form", "private_metadata": "[1]"},
        {"callback_id": "form", "private_metadata": '["nothing"]'},
        {"callback_id": "view", "private_metadata": '["nothing",0]'},
        {"callback_id": "view", "private_metadata": "[0]"},
        {"callback_id": "view", "private_metadata": '{"a":1}'},
    ],
)
def test_a_view_that_we_did_not_make_is_not_ours(view: Block) -> None:
    with pytest.raises(NotOurs):
        read_view(view)


def test_an_input_that_we_did_not_make_is_not_ours() -> None:
    view = modal(a_form(samples.PLACE), WORDS)
    for name in ("strange.words", "place", "one.", "text.a~1q"):
        with pytest.raises(NotOurs):
            read_view({**view, "state": {"values": {name: {name: {"value": "x"}}}}})


@pytest.mark.parametrize(
    "state",
    [
        {"selected_option": 1},
        {"selected_option": {"value": 1}},
        {"selected_options": [1, {"value": 2}], "value": 3},
        {"files": "F1", "selected_date": 1, "selected_date_time": "soon"},
        {"files": [1, {"id": 2}], "selected_date_time": True},
        [],
        None,
    ],
)
def test_states_of_another_shape_are_empty_answers(state: object) -> None:
    view = modal(a_form(*EVERY_FIELD), WORDS)
    values = {name: {name: state} for name, _ in inputs(view)}
    came = read_view({**view, "state": {"values": values}})
    assert not any(bool(each) for each in (*came.answers.values(), *came.files.values()))


def test_a_moment_beyond_all_calendars_is_not_ours() -> None:
    view = modal(a_form(samples.SEEN_AT), WORDS)
    state = {"when.seen_at": {"when.seen_at": {"selected_date_time": 10**30}}}
    with pytest.raises(NotOurs):
        read_view({**view, "state": {"values": state}})


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"type": "button"},
        {"type": "button", "value": 1},
        {"type": "button", "value": "nothing"},
        {"type": "button", "value": DEEP},
        {"type": "checkboxes", "value": Press(Verb.CASES).encode()},
    ],
)
def test_a_button_that_we_did_not_make_is_not_ours(action: Block) -> None:
    with pytest.raises(NotOurs):
        read_action(action)
    with pytest.raises(NotOurs):
        read_page_turn(action)


@pytest.mark.parametrize(
    "action", [{}, {"action_id": 1}, {"type": "checkboxes", "action_id": "strange"}]
)
def test_a_control_that_we_did_not_make_is_not_ours(action: Block) -> None:
    with pytest.raises(NotOurs):
        what_was_done(action)


@pytest.mark.parametrize("value", ['["",-1]', '["","1"]', "[1,1]", "[]", '["nothing",1]', "1"])
def test_a_page_that_cannot_be_is_not_ours(value: str) -> None:
    with pytest.raises(NotOurs):
        read_page_turn({"type": "button", "value": value})


def test_headings_are_only_words() -> None:
    assert home_view((Heading(words("A")),), WORDS)["blocks"] == [
        {"type": "header", "text": {"type": "plain_text", "text": "A", "emoji": False}}
    ]
