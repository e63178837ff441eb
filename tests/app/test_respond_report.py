"""What the guided questions say to whoever answers them badly, twice, late or only in part."""

from datetime import datetime
from pathlib import Path

import pytest

from adapters.desk.inbound import read
from bot.app.case_file import read_case
from bot.app.inbound import Inbound
from bot.app.respond import respond
from bot.compose.core_world import sample_school
from bot.domain.answers import typed
from bot.domain.ids import QuestionId
from bot.journeys.story import Journey
from bot.screens.press import Press, Verb, read_form_ref
from bot.screens.say import Say
from tests.app.at_the_page import (
    FIRST,
    PNG,
    SECOND,
    STARTS,
    a_school,
    begin,
    case_of,
    cases,
    errors,
    files,
    open_case,
    page,
    press,
    reference_in,
    report,
    text,
)
from tests.desk_world import DeskWorld

HEBREW = "\u200f\u05e9\u05dc\u05d5\u05dd, \u05d6\u05d4 \u05dc\u05d0 \u05d1\u05e1\u05d3\u05e8\u200f"
MARKUP = '<script>alert("x")</script><b>&amp;</b> {reference} *bold* <!channel>'


def test_the_commonest_report_takes_two_pages_and_at_most_15_taps() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.press(_report_button(world))
        taps = 1 + len(FIRST) + 1  # Report a post, a tick a question, Next
        page(me, FIRST)
        assert me.form.buttons[0].label == Say.SEND_REPORT.value
        taps += 2 + len(SECOND) + 1  # choosing a file and confirming it, two choices, Send report
        page(me, {**SECOND, "screenshots": files(PNG)})
        assert taps <= 15
        assert reference_in(me.passing)


def _report_button(world: DeskWorld) -> str:
    me = world.at("staff")
    me.type("help")
    return me.seen[-1]


def test_a_first_page_with_nothing_on_it_says_what_is_missing_beside_each_field() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me)
        assert errors(me) == [Say.WRONG_MISSING.value] * 3
        assert cases(world) == 0


def test_none_of_these_cannot_stand_beside_a_danger() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me, {**FIRST, "safety": ("none", "unsure")})
        assert errors(me) == [Say.WRONG_ALONE.value]
        ticked = [each.value for each in me.form.controls if each.checked]
        assert {"none", "unsure", "offensive"} <= set(ticked)


@pytest.mark.parametrize(
    "typed_text", ["🦊" * 3_000, HEBREW, MARKUP, "x" * 10_000], ids=["emoji", "rtl", "html", "long"]
)
def test_any_text_up_to_ten_thousand_characters_is_taken_and_shown_as_it_is(
    typed_text: str,
) -> None:
    with a_school() as world:
        case = report(world, words=text(typed_text), note=text(typed_text))
        head = open_case(world, "head", case)
        assert head.sheet.text.count(" ".join(typed_text.split())) == 2
        assert "<script>" not in head.panel


def test_one_character_too_many_is_said_and_nothing_is_lost() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {**SECOND, "words": text("y" * 10_001), "poster_name": text("P" * 301)})
        assert errors(me) == [Say.WRONG_TOO_LONG.value] * 2
        held = {each.name: each.value for each in me.form.controls}
        assert held["text.words"].strip() == "y" * 10_001
        page(me, {"words": text("y" * 10_000), "poster_name": text("P" * 300)})
        assert reference_in(me.passing)


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("javascript:alert(1)", "This is not the address of a web page."),
        ("file:///etc/passwd", "This is a file on a computer"),
        (f"https://{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example/", "longer than"),
        ("somebody@example.com", "e-mail address"),
        ("ftp://example.com/x", "This is not the address of a web page."),
        (f"https://example.com/{'x' * 2_000}", "too long"),
    ],
    ids=["javascript", "file", "long-host", "e-mail", "ftp", "long"],
)
def test_what_is_no_web_link_is_said_beside_it_and_kept(link: str, says: str) -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        good = "https://www.facebook.com/groups/1/posts/2"
        page(me, {**SECOND, "links": text(f"{good}\n{link}"), "note": text("My note")})
        assert len(errors(me)) == 1
        assert says in errors(me)[0]
        links = next(each for each in me.form.controls if each.name == "links.links").value
        assert links.split() == [good, link]
        assert "My note" in me.panel
        assert f'href="{link}' not in me.panel
        assert cases(world) == 0


def test_two_hundred_links_are_too_many_and_all_are_kept() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        many = [f"https://example.com/{n}" for n in range(200)]
        page(me, FIRST)
        page(me, {**SECOND, "links": text("\n".join(many))})
        assert errors(me) == [Say.WRONG_TOO_MANY.value]
        links = next(each for each in me.form.controls if each.name == "links.links").value
        assert links.split() == many
        page(me, {"links": text("\n".join(many[:10]))})
        case = case_of(world, reference_in(me.passing))
        assert len(_links_kept(world, case)) == 10


def _links_kept(world: DeskWorld, case: str) -> list[str]:

    school = world.core.school
    with school.store.reading() as reading:
        row = next(each for each in reading.case_rows() if each.case == case)
        answers = read_case(school, reading, row).state.answers
    return [each.reveal() for each in typed(answers, QuestionId("links"))]


def test_words_around_a_link_are_left_out_and_no_mistake() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        said = "Look at this!\nhttps://example.com/1 and then (https://example.com/2).\nTerrible."
        page(me, {**SECOND, "links": text(said)})
        case = case_of(world, reference_in(me.passing))
        assert _links_kept(world, case) == ["https://example.com/1", "https://example.com/2"]


def test_a_link_typed_to_the_bot_is_filled_in() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("/report-post https://www.facebook.com/groups/1/posts/2?fbclid=x")
        page(me, FIRST)
        links = next(each for each in me.form.controls if each.name == "links.links").value
        assert "groups/1/posts/2" in links


def test_a_moment_in_the_future_is_said_and_stays_to_be_corrected() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {**SECOND, "seen_at": text("2027-01-01T10:00")})
        assert errors(me) == [Say.WRONG_IN_THE_FUTURE.value]
        held = next(each for each in me.form.controls if each.name == "when.seen_at").value
        assert held == "2027-01-01T10:00"
        page(me, {"seen_at": text("2026-11-22T10:00")})
        assert reference_in(me.passing)


def test_an_impossible_date_is_said() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {**SECOND, "seen_at": text("2026-02-31T10:00")})
        assert errors(me) == [Say.WRONG_NOT_A_DATE.value]
        assert me.form.asked["seen_at"] == "when"


# --- pages, drafts, stop cards


def test_back_keeps_the_answers_of_both_pages() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {"place": "review-site", "note": text("My note")}, "back")
        assert [e.value for e in me.form.controls if e.checked] == [
            "none",
            "offensive",
            "staff-member",
        ]
        page(me)
        assert [e.value for e in me.form.controls if e.checked] == ["review-site"]
        assert "My note" in me.panel


def test_an_answer_whose_question_no_longer_applies_is_dropped() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me, {"content": ("names-children", "offensive")})
        page(me, SECOND)
        page(me, {"whose_child": "own-only"}, "back")
        page(me, {}, "back")
        page(me, {"content": ("offensive",)})
        page(me, SECOND)
        assert world.facts(case_of(world, reference_in(me.passing))).severity == "standard"


def test_what_was_never_asked_is_not_taken() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        sneaked = (("asks", "one.whose_child"), ("one.whose_child", "others"))
        page(me, SECOND, more=sneaked)
        assert errors(me) == [Say.WRONG_NOT_ASKED.value]
        assert cases(world) == 0


def test_a_stop_card_comes_at_once_and_stays_on_top_up_to_the_review() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me, {**FIRST, "safety": ("hurt-soon",)}, "change")
        for given in ({}, SECOND, {}):
            assert 'data-card="call-999"' in me.panel
            assert me.panel.index("data-card") < me.panel.index('class="fields"')
            assert Say.ALERT_NOW.value in [each.label for each in me.sheet.buttons]
            page(me, given)
        assert reference_in(me.passing)


def test_alert_now_opens_one_case_however_often_it_is_pressed() -> None:
    with a_school() as world:
        me = world.at("staff")
        me.type("report-post")
        page(me, {"safety": ("hurt-soon",), "about": ("staff-member",)}, "change")
        old = me.form.payload(me.form.button(Say.ALERT_NOW.value))
        for _ in range(2):
            me.post(old)
            assert me.shows(Say.ALERTED.value)
        page(me, FIRST | {"safety": ("hurt-soon",)})
        page(me, SECOND)
        page(me)
        assert reference_in(me.passing)
        assert cases(world) == 1


def test_a_draft_is_resumed_after_a_restart_with_everything_in_it() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        page(me, {"place": "review-site", "note": text("My note")}, "leave")
        assert (me.panel, me.passing) == ("", Say.KEPT_FOR_LATER.value)
        world.core.school.store.close()
        journey = Journey("Again", "derwent-vale", STARTS, (), "again")
        world.core.school, world.core.clock = sample_school(journey, Path(world.core.folder.name))
        world.visitors.clear()
        again = world.at("staff")
        again.type("report-post")
        assert again.shows(Say.RESUME_OFFER.value.partition("{")[0].strip())
        press(again, Say.RESUME_REPORT.value)
        assert "My note" in again.panel
        page(again, SECOND)
        assert reference_in(again.passing)


def test_a_report_that_was_only_begun_offers_an_earlier_one_whenever_it_is_opened() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        me.type("report-post https://a.example/1")
        offer = Say.RESUME_OFFER.value.partition("{")[0].strip()
        assert me.shows(offer)
        draft = read_form_ref(str(dict(me.form.payload())["form"])).press.subject
        me.type("help")
        me.press(f"press:{Press(Verb.RESUME, draft).encode()}")
        assert me.shows(offer)
        page(me, FIRST)
        assert "https://a.example/1" in me.panel
        assert not me.shows(offer)


def test_the_same_link_typed_again_begins_no_other_report() -> None:
    with a_school() as world:
        me = world.at("staff")
        drafts = set()
        for link in ("https://a.example/1", "https://a.example/1", "https://b.example/2"):
            me.type(f"report-post {link}")
            drafts.add(read_form_ref(str(dict(me.form.payload())["form"])).press.subject)
        assert len(drafts) == 2


def test_a_draft_that_is_thrown_away_is_gone() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        old = me.form.payload()
        me.type("status")
        press(me, Say.WITHDRAW_REPORT.value)
        assert me.passing == Say.REPORT_WITHDRAWN.value
        me.post(old)
        assert me.passing == Say.WRONG_DRAFT_GONE.value


def test_a_form_sent_twice_opens_one_case() -> None:
    with a_school() as world:
        me = world.at("staff")
        begin(me)
        form = me.form
        for control in form.controls:
            control.checked = control.checked or control.value in SECOND.values()
        payload = form.payload()
        me.post(payload)
        first = me.passing
        me.post(payload)
        assert me.passing == first
        me.post((*payload, ("note", "another")))
        assert me.passing == Say.WRONG_DRAFT_SENT.value.format(reference=reference_in(first))
        assert cases(world) == 1
        world.settle()
        assert [each.kind for each in world.sent() if each.to == "staff"] == ["receipt"]


def test_somebody_elses_draft_is_as_good_as_none() -> None:
    with a_school() as world:
        me, other = world.at("staff"), world.at("staff-2")
        begin(me, {"content": ("racist",)})
        other.post(me.form.payload())
        assert other.passing == Say.WRONG_DRAFT_GONE.value
        draft = read_form_ref(str(dict(me.form.payload())["form"])).press.subject
        for verb in (Verb.RESUME, Verb.WITHDRAW, Verb.ALERT_NOW):
            other.press(f"press:{Press(verb, draft).encode()}")
            assert other.passing == Say.WRONG_DRAFT_GONE.value
        payload = me.form.payload()
        page(me, SECOND)
        reference = reference_in(me.passing)
        other.post(payload)
        assert other.passing == Say.WRONG_DRAFT_GONE.value
        assert reference not in "".join(other.told)


def test_the_same_act_twice_at_once_is_answered_alike() -> None:
    with a_school(datetime(2026, 11, 24, 10, 0)) as world:  # noqa: DTZ001 - local time
        me = world.at("staff")
        begin(me)
        came = read(me.form.payload())
        inbound = Inbound(me.person, came.cause, came.act)
        replies = [respond(world.core.school, inbound) for _ in range(2)]
        assert replies[0].show == replies[1].show
