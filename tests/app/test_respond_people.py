"""Guests, strangers, colleagues and the excluded, in every act; presses and forms made by hand."""

import json

import pytest

from adapters.desk.inbound import read
from bot.app.inbound import (
    Act,
    Attached,
    Changed,
    Forwarded,
    Given,
    Inbound,
    Left,
    Submitted,
    Upload,
)
from bot.app.respond import respond
from bot.domain.ids import Cause
from bot.domain.personal import Personal
from bot.screens.nodes import Done
from bot.screens.press import FormRef, NotOurs, Press, Verb
from bot.screens.say import Say
from tests.app.at_the_page import PNG, a_school, open_case, page, press, report
from tests.desk_page import Visitor
from tests.desk_world import DeskWorld

OUTSIDERS = ("guest", "stranger")
COMMANDS = (
    "",
    "help",
    "status",
    "cases",
    "case 2026-001",
    "away until Friday",
    "back",
    "digest-here",
    "https://www.facebook.com/groups/1/posts/2",
    "what is this",
)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_gets_the_same_sentence_whatever_they_do(who: str) -> None:
    with a_school() as world:
        case = report(world)
        head = open_case(world, "head", case)
        press(head, "Answer")
        me = world.at(who)
        for command in COMMANDS:
            me.type(command)
            assert _only_says(me, Say.NOT_A_MEMBER)
        for verb in Verb:
            me.press(f"press:{Press(verb, case, 'acknowledge', 1).encode()}")
            assert _only_says(me, Say.NOT_A_MEMBER)
        me.post(head.form.payload())
        assert _only_says(me, Say.NOT_A_MEMBER)
        assert world.facts(case).pending == {"acknowledge"}


def _only_says(me: Visitor, says: Say) -> bool:
    return (me.panel, me.passing) == ("", "") and me.shows(says.value)


@pytest.mark.parametrize("who", ["staff", "staff-2", "deputy", "dsl", "chair", "admin"])
def test_nobody_without_a_part_in_a_case_can_do_anything_in_it(who: str) -> None:
    with a_school() as world:
        case = report(world, "staff-3")
        me = world.at(who)
        for verb in _OF_A_CASE:
            me.press(f"press:{Press(verb, case, 'acknowledge', 1).encode()}")
            assert (me.panel, me.passing, me.said) == ("", Say.NOT_FOR_YOU.value, ""), verb
            missing = f"press:{Press(verb, 'f' * 32, 'acknowledge', 1).encode()}"
            me.press(missing)
            assert (me.panel, me.passing, me.said) == ("", Say.NOT_FOR_YOU.value, ""), verb
            came = _submitted(world, me, FormRef(Press(verb, case, "acknowledge", 1)))
            assert came == Say.NOT_FOR_YOU, verb
        assert world.facts(case).pending == {"acknowledge"}


_OF_A_CASE = (
    Verb.ADD,
    Verb.OPEN_CASE,
    Verb.WHY_DATE,
    Verb.ANSWER,
    Verb.SNOOZE,
    Verb.EXTEND,
    Verb.NEW_ROUND,
    Verb.CORRECT,
    Verb.FURTHER_ACTION,
    Verb.PASS_ON,
    Verb.EXCLUDE,
    Verb.DECLARE_INTEREST,
    Verb.NOTE,
    Verb.LINK,
    Verb.REOPEN,
)


def _submitted(world: DeskWorld, me: Visitor, ref: FormRef) -> Say | None:
    """What somebody is told who posts a form of that address."""
    given: dict[str, Given] = {
        "outcome": "accepted",
        "reason": Personal("x"),
        "text": Personal("x"),
    }
    acts: tuple[Act, ...] = (Submitted(ref, given), Changed(ref, given))
    for number, act in enumerate(acts):
        cause = Cause(f"{ref.encode()}{number}")
        reply = respond(world.core.school, Inbound(me.person, cause, act))
        if not isinstance(reply.show, Done) or reply.show.says.key is not Say.NOT_FOR_YOU:
            return None
    return Say.NOT_FOR_YOU


def test_the_excluded_are_answered_as_if_there_were_no_case() -> None:
    with a_school() as world:
        case = report(world, about=("head", "dsl"))
        for who in ("head", "dsl", "deputy"):
            me = world.at(who)
            for verb in _OF_A_CASE[1:]:
                me.press(f"press:{Press(verb, case, 'acknowledge', 1).encode()}")
                assert (me.panel, me.passing) == ("", Say.NOT_FOR_YOU.value), verb
            me.type("cases")
            assert "2026-" not in me.sheet.text
        assert open_case(world, "chair", case).sheet.title == "Case 2026-001"


def test_a_refusal_is_on_the_record_and_says_so_to_the_owner_alone() -> None:
    with a_school() as world:
        case = report(world)
        open_case(world, "deputy", case)
        head = open_case(world, "head", case)
        assert Say.DID_REFUSED.value in head.sheet.texts


FORGED = (
    "press:",
    "press:[]",
    'press:["answer"]',
    'press:["fly","","",0,""]',
    'press:["answer",{},"",0,""]',
    'press:["answer","x","../../etc",0,""]',
    'press:["answer","x","acknowledge",true,""]',
    'press:["answer","x","acknowledge",1e99,""]',
    'press:["open-case","\\u0000","",0,""]',
    'press:["open-case","\\ud800","",0,""]',
    "press:" + "[" * 2_000,
    "submit",
    "nonsense",
)


@pytest.mark.parametrize("do", FORGED)
def test_a_press_that_the_page_never_made_is_not_read(do: str) -> None:
    with pytest.raises(NotOurs):
        read((("mark", "0" * 32), ("do", do)))


def test_no_press_or_form_that_somebody_made_up_gets_further_than_a_sentence() -> None:
    with a_school() as world:
        case = report(world)
        head = world.at("head")
        subjects = ("", "x", "'; drop table cases; --", "\x01")
        made_up = [(each, "no-such-step") for each in subjects]
        made_up += [(case, step) for step in ("no-such-step", "", "a" * 300)]
        for verb in Verb:
            for subject, step in made_up:
                made = Press(verb, subject, step, 99, "no-such-thing")
                head.press(f"press:{made.encode()}")
                ref = json.dumps([made.encode(), "no-such page!", -1])
                payload = (("mark", head.mark), ("form", ref), ("asks", "text.reason"))
                for do in ("submit", "change", "back", "leave"):
                    head.post((*payload, ("text.reason", "x"), ("do", do)))
        assert world.facts(case).status == "open"
        assert world.facts(case).pending == {"acknowledge"}


def test_every_act_that_is_no_payload_of_the_page_is_answered_too() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me, {"safety": ("none",), "content": ("racist",), "about": ("school",)})
        draft = json.loads(json.loads(str(dict(me.form.payload())["form"]))[0])[1]
        ref = FormRef(Press(Verb.REPORT, draft), "post")
        acts: tuple[Act, ...] = (
            Forwarded((Personal("https://example.com/1"),)),
            Attached(Upload(PNG), ref),
            Left(ref, {"note": Personal("My note")}),
            Left(FormRef(Press(Verb.REPORT, "gone"), "post"), {}),
        )
        for number, act in enumerate(acts):
            respond(world.core.school, Inbound(me.person, Cause(f"c{number}"), act))
        me.press(f"press:{Press(Verb.RESUME, draft).encode()}")
        assert "My note" in me.panel
        assert "Picture (PNG)" in me.panel


@pytest.mark.parametrize("word", ["", "hello", "help me", "cases!", "🦊", "<b>", "x" * 10_001])
def test_an_unknown_word_gets_the_help_never_silence(word: str) -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type(f"what about {word}")
        assert me.shows(Say.UNKNOWN_WORD.value)
        assert me.shows(Say.HELP_REPORT.value)
        assert not me.shows(Say.HELP_CASES.value)


@pytest.mark.parametrize("day", ["31 February", "never", "", "2026-13-40", "99/99/9999", "\u0661"])
def test_an_impossible_day_is_asked_for_again(day: str) -> None:
    with a_school() as world:
        me = world.at("head")
        me.type(f"away until {day}")
        assert me.shows(Say.AWAY_HOW.value)


def test_a_day_in_the_past_is_said() -> None:
    with a_school() as world:
        me = world.at("head")
        me.type("away until 2026-11-01")
        assert me.shows(Say.WRONG_IN_THE_PAST.value)


def test_a_chair_who_is_a_guest_is_admitted_to_that_role_alone() -> None:
    with a_school() as world:
        me = world.at("chair")
        me.type("help")
        assert me.shows(Say.HELP_CASES.value)
        assert not me.shows(Say.HELP_REPORT.value)
        me.type("report-post")
        assert me.passing == Say.NOT_FOR_YOU.value
        me.type("cases")
        assert me.sheet.title == Say.CASES_TITLE.value


def test_what_was_typed_is_never_said_back() -> None:
    with a_school() as world:
        me = world.at("head")
        for typed in ("zqx", "case zqx", "away until zqx", "help zqx"):
            me.type(typed)
            assert "zqx" not in me.panel + me.passing + me.said


def test_text_in_a_field_that_is_a_choice_is_no_answer() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me, more=(("many.safety", "zqx!"), ("many.content", "no-such-content")))
        assert len(me.sheet.errors) == 3
        assert "zqx" not in me.panel
