"""What is asked on the page comes back as it was answered, and nothing else is believed."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.inbound import Payload, read, read_answers
from adapters.desk.render import Place, draw_form, refilled
from bot.app.inbound import Asked, Changed, Given, Left, Pressed, Submitted, Upload
from bot.domain.personal import Personal
from bot.screens.field_names import kind_of, name_of
from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    FormField,
    Links,
    LongText,
    PickDate,
    ShortText,
)
from bot.screens.press import NotOurs, Press, Verb

from .hostile import an_answer, some_fields
from .pretend_browser import PretendForm
from .samples import EVERY_FIELD, WORDS, a_form, a_ref

MARK = "0123456789abcdef" * 2
PLACE = Place("staff", MARK)


def drawn(*fields: FormField) -> PretendForm:
    return PretendForm(str(draw_form(a_form(*fields), WORDS, PLACE)))


def shown(field: FormField) -> Given:
    """What the page gives back for a field that nobody touched."""
    match field:
        case ChooseOne():
            return field.chosen
        case ChooseMany():
            return tuple(each.value for each in field.options if each.value in field.chosen)
        case ShortText():
            return Personal(one_line(field.value.reveal() if field.value is not None else ""))
        case LongText():
            return Personal(plain_ends(field.value.reveal() if field.value is not None else ""))
        case Links():
            return Personal(plain_ends("\n".join(link.reveal() for link in field.value)))
        case PickDate():
            return Personal(_iso(field))
        case AddFiles():
            return ()


def _iso(field: PickDate) -> str:
    if field.value is None:
        return ""
    if not field.with_time:
        return field.value.isoformat()
    assert isinstance(field.value, datetime)
    return f"{field.value.astimezone(WORDS.zone):%Y-%m-%dT%H:%M}"


def plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


@given(some_fields())
def test_what_a_form_shows_comes_back_unchanged(fields: tuple[FormField, ...]) -> None:
    form = drawn(*fields)
    assert read_answers(form.payload()) == {field.id: shown(field) for field in fields}


@given(st.data(), some_fields())
def test_what_a_person_answers_comes_back(
    data: st.DataObject, fields: tuple[FormField, ...]
) -> None:
    form = drawn(*fields)
    answers = {field.id: data.draw(an_answer(field)) for field in fields}
    form.fill(answers)
    expected = {field.id: _as_typed(field, answers[field.id]) for field in fields}
    assert read_answers(form.payload()) == expected


def _as_typed(field: FormField, given: Given) -> Given:
    if not isinstance(given, Personal):
        return given
    single = isinstance(field, ShortText)
    return Personal(one_line(given.reveal()) if single else plain_ends(given.reveal()))


@given(st.data(), some_fields())
def test_a_form_with_errors_holds_what_was_answered(
    data: st.DataObject, fields: tuple[FormField, ...]
) -> None:
    kept = tuple(field for field in fields if not isinstance(field, AddFiles | PickDate))
    form = drawn(*kept)
    form.fill({field.id: data.draw(an_answer(field)) for field in kept})
    answers = read_answers(form.payload())
    again = refilled(a_form(*kept), answers, {})
    assert read_answers(drawn(*again.fields).payload()) == answers


def test_a_date_that_was_typed_is_shown_again() -> None:
    field = PickDate(id="seen_at", label=EVERY_FIELD[0].label, with_time=True)
    again = refilled(a_form(field), {"seen_at": Personal("2026-11-24T09:05")}, {})
    assert read_answers(drawn(*again.fields).payload()) == {"seen_at": Personal("2026-11-24T09:05")}


def test_every_kind_of_field_has_its_own_way_back() -> None:
    assert {name_of(field).split(".")[0] for field in EVERY_FIELD} == {
        "one", "many", "text", "links", "when", "files",
    }  # fmt: skip
    assert all(name_of(field) == f"{kind_of(field)}.{field.id}" for field in EVERY_FIELD)


@pytest.mark.parametrize(
    ("do", "act"),
    [
        ("submit", Submitted(a_ref(), {"words": Personal("so")})),
        ("back", Submitted(a_ref(), {"words": Personal("so")}, back=True)),
        ("change", Changed(a_ref(), {"words": Personal("so")})),
        ("leave", Left(a_ref(), {"words": Personal("so")})),
        (
            f"press:{Press(Verb.ALERT_NOW, 'd-1').encode()}",
            Pressed(Press(Verb.ALERT_NOW, "d-1"), a_ref(), {"words": Personal("so")}),
        ),
    ],
)
def test_each_button_of_a_form_is_its_own_act(do: str, act: object) -> None:
    form = drawn(replace(EVERY_FIELD[4], id="words"))
    form.fill({"words": Personal("so")})
    assert read(form.payload(do)).act == act


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("help", "help"),
        ("/report-post https://x.com/a", "https://x.com/a"),
        ("Report-Post\nhttps://x.com/a\r\nhttps://x.com/b", "https://x.com/a\nhttps://x.com/b"),
        ("  /report-post  ", ""),
        ("report-poster", "report-poster"),
    ],
)
def test_a_command_may_be_typed_with_or_without_its_name(typed: str, asked: str) -> None:
    assert read(_said(typed)).act == Asked(Personal(asked))


def test_a_button_outside_a_form_has_no_answers() -> None:
    press = Press(Verb.MY_REPORTS)
    came = read((("mark", MARK), ("do", f"press:{press.encode()}")))
    assert came.act == Pressed(press)


def test_a_double_click_has_the_same_cause_and_a_correction_another() -> None:
    once, twice, corrected = _said("help"), _said("help"), _said("status")
    assert read(once).cause == read(twice).cause
    assert read(once).cause != read(corrected).cause
    files = (*once, ("files.a", Upload(b"1")))
    assert read(files).cause != read((*once, ("files.a", Upload(b"2")))).cause


def _said(text: str) -> Payload:
    return (("mark", MARK), ("text", text), ("do", "say"))


FORM = ("form", a_ref().encode())


@pytest.mark.parametrize(
    "payload",
    [
        (),
        (("mark", MARK),),
        (("mark", "no mark"), ("do", "say"), ("text", "help")),
        (("mark", MARK), ("do", "say")),
        (("mark", MARK), ("do", "say"), ("text", "a"), ("text", "b")),
        (("mark", MARK), ("do", "say"), ("text", Upload(b"a"))),
        (("mark", MARK), ("do", "dance")),
        (("mark", MARK), ("do", "submit")),
        (("mark", MARK), ("do", "submit"), ("form", "nothing")),
        (("mark", MARK), ("do", "press:nothing")),
        (("mark", MARK), ("do", "press:" + "[" * 100_000)),
        (("mark", MARK), ("do", "submit"), FORM, ("asks", "strange.words")),
        (("mark", MARK), ("do", "submit"), FORM, ("asks", "words")),
        (("mark", MARK), ("do", "submit"), FORM, ("asks", "one.a"), ("asks", "many.a")),
        (("mark", MARK), ("do", "submit"), FORM, ("asks", "one.a"), ("one.a", "x"), ("one.a", "y")),
        (("mark", MARK), ("do", "submit"), FORM, ("asks", "text.a"), ("text.a", Upload(b"x"))),
        (("mark", MARK), ("do", "submit"), FORM, ("asks", Upload(b"x"))),
    ],
)
def test_what_the_page_did_not_make_is_not_ours(payload: Payload) -> None:
    with pytest.raises(NotOurs):
        read(payload)


def test_an_answer_that_was_not_asked_is_not_read() -> None:
    payload = (("asks", "one.place"), ("one.place", "x"), ("one.poster", "y"))
    assert read_answers(payload) == {"place": "x"}
