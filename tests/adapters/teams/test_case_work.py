"""Cases worked in Teams: morning round-ups, forms, evidence, older cards, and the digest."""

import json

import pytest

from adapters.teams.carried import OURS, Did
from bot.domain.ids import EvidenceId
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork, accepted, an_answer, school_time
from tests.teams_screen import Screen, press_of

from .at_work import GOVERNORS, AtWork
from .client_cards import button_called, buttons_in, elements_of, texts_in
from .sitting import (
    LINK,
    a_picture,
    entries,
    posted_with,
    report,
    said_in_chat,
    sits,
    the_case,
    with_pictures,
)
from .stand_in import Json, Posted

MARKER = "Zzmarker"


@pytest.fixture(params=[True, False], ids=["dialogs", "the chat"])
def head(request: pytest.FixtureRequest, at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school, "head", opens_windows=request.param)


@pytest.fixture
def staff(at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school)


async def move_to(at: AtWork, school: SchoolAtWork, text: str) -> None:
    """The clock stands there, and what is due is sent."""
    school.clock.at = school_time(text)
    await at.deliver(school.school)


async def the_morning_after_a_report(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> Posted:
    """The head's round-up."""
    await report(staff, words=f"{MARKER} words")
    await head.user.install()
    await head.type("cases")  # where no dialog opens, they say so now
    await move_to(at, school, "2026-11-24T08:15:30")
    return posted_with(head, Say.ROUND_UP_TITLE.value)


def answer_in(card: Json, step: str) -> Json:
    """The button that answers a step."""
    for each in buttons_in(card):
        press = press_of(each)
        if press and (press.verb, press.step) == (Verb.ANSWER, step):
            return each
    raise AssertionError(step)


async def test_a_step_is_answered_from_the_round_up_which_then_shows_it_done(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    round_up = await the_morning_after_a_report(at, school, staff, head)
    await head.step(head.user.press(answer_in(round_up.card, "acknowledge"), round_up))
    head.fill({"outcome": "accepted"})
    await head.submit()
    head.fill({"fair_concern": "no", "gravely_offensive": "no"})
    await head.submit(begins=True)
    assert entries(school, "StepAnswered") == 1
    assert head.shows(f"{MARKER} words")  # the case, for the head alone
    await at.deliver(school.school)
    assert Say.ROUND_UP_NONE.value in texts_in(round_up.card)
    assert not any(press_of(each) for each in buttons_in(round_up.card) if "answer" in str(each))
    assert MARKER not in json.dumps(at.teams.said)
    at.no_failures()


async def test_older_cards_change_when_the_step_was_answered_elsewhere(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    round_up = await the_morning_after_a_report(at, school, staff, head)
    before = texts_in(round_up.card)
    school.work("head", the_case(school), accepted())
    await at.deliver(school.school)
    assert texts_in(round_up.card) != before
    assert Say.ROUND_UP_NONE.value in texts_in(round_up.card)
    at.no_failures()


async def test_who_answers_second_is_told_who_was_first(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    round_up = await the_morning_after_a_report(at, school, staff, head)
    button = answer_in(round_up.card, "acknowledge")
    school.work("head", the_case(school), accepted())
    await head.step(head.user.press(button, round_up), begins=True)
    assert head.shows("This was answered already")
    assert head.shows("by the headteacher")
    assert entries(school, "StepAnswered") == 1
    at.no_failures()


async def test_a_form_that_was_overtaken_says_so_when_it_is_sent(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    await report(staff)
    await head.type("case 2026-001")
    await head.press(head.pressing(Verb.ANSWER)[0])
    school.work("head", the_case(school), accepted())
    head.fill({"outcome": "duplicate"})
    await head.submit(begins=True)
    assert head.shows("This was answered already")
    assert entries(school, "StepAnswered") == 1
    at.no_failures()


async def test_a_button_of_a_view_leads_to_a_form_and_back_to_the_case(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    await report(staff)
    await head.type("case 2026-001")
    shown = head.place
    await head.press(head.pressing(Verb.NOTE)[0])
    assert head.form is not None
    assert head.place is shown  # in the chat the form takes the view's place
    head.fill({"text": Personal(f"{MARKER} note")})
    await head.submit(begins=True)
    assert entries(school, "NoteAdded") == 1
    assert head.shows(f"{MARKER} note")
    assert MARKER not in json.dumps(at.teams.said)
    at.no_failures()


async def test_what_is_wrong_with_a_form_of_a_case_is_said_beside_its_field(
    at: AtWork, staff: Screen, head: Screen
) -> None:
    await report(staff)
    await head.type("case 2026-001")
    await head.press(head.pressing(Verb.SNOOZE)[0])
    await head.submit()
    assert head.errors
    head.fill({"days": "2"})
    await head.submit()
    assert f"❗ {Say.WRONG_REASON_NEEDED.value}" in head.errors
    head.fill({"reason": Personal("The parent is away.")})
    await head.submit(begins=True)
    assert head.errors == []
    assert head.shows("snoozed until")
    at.no_failures()


async def test_why_a_date_is_explained(at: AtWork, staff: Screen, head: Screen) -> None:
    await report(staff)
    await head.type("case 2026-001")
    await head.press(head.pressing(Verb.WHY_DATE)[0], begins=True)
    assert head.shows("school day is allowed, to 16:00")
    at.no_failures()


async def test_who_declares_an_interest_is_out_at_once(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    await report(staff)
    await head.type("case 2026-001")
    old = list(head.seen)
    await head.press(head.pressing(Verb.DECLARE_INTEREST)[0], begins=True)
    assert head.said == [Say.DECLARED.value]
    await head.type("case 2026-001")
    assert head.shows(Say.NOT_FOR_YOU.value)
    for press in {each.encode(): each for each in old if each.subject}.values():
        await head.press_old(press)
        assert head.shows(Say.NOT_FOR_YOU.value) or head.shows(Say.SEE_HERE.value), press
        assert not head.shows(LINK)
    assert entries(school, "InterestDeclared") == 1
    at.no_failures()


@pytest.mark.parametrize("label", ["staff-2", "deputy", "dsl", "chair", "admin", "guest"])
async def test_nobody_else_sees_the_case_by_any_button(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen, label: str
) -> None:
    await report(staff, words=f"{MARKER} words")
    await head.type("case 2026-001")
    other = sits(at, school, label, opens_windows=head.user.opens_windows)
    for press in {each.encode(): each for each in head.seen if each.subject}.values():
        await other.press_old(press)
        assert other.became().refused, press
        assert other.card is None
    assert MARKER not in "\n".join(other.user.shown)


# Evidence


async def test_a_picture_is_shown_in_the_case_while_it_is_open(
    at: AtWork, school: SchoolAtWork, head: Screen
) -> None:
    with_pictures(school, a_picture(), a_picture(), file_named("letter.pdf"))
    await head.type("case 2026-001")
    assert len(head.doing(Did.PICTURE)) == 2
    await head.press(head.doing(Did.PICTURE)[0])
    assert [each["altText"] for each in images(head)] == ["File 1"]
    await head.press(head.doing(Did.PICTURE)[0])
    assert [each["altText"] for each in images(head)] == ["File 2"]
    assert head.shows("A PDF cannot be shown in Teams.")
    assert "base64" not in json.dumps(at.teams.said)
    at.no_failures()


def images(me: Screen) -> list[Json]:
    return [each for each in elements_of(me.card) if each.get("type") == "Image"]


async def test_a_file_that_cannot_be_drawn_is_told_and_the_case_stays(
    at: AtWork, school: SchoolAtWork, head: Screen
) -> None:
    with_pictures(school, file_named("a.png"))  # its only pixel is damaged
    await head.type("case 2026-001")
    view = head.place
    await head.press(head.doing(Did.PICTURE)[0], begins=True)
    assert head.shows(Say.NOT_A_PICTURE.value)
    assert view is None or view.card_for(head.account)["body"]
    at.no_failures()


async def test_evidence_is_shown_to_nobody_who_may_not_see_it(
    at: AtWork, school: SchoolAtWork, head: Screen
) -> None:
    with_pictures(school, a_picture())
    (evidence,) = school.state(the_case(school)).evidence
    other = sits(at, school, "staff-2")
    here = Press(Verb.OPEN_CASE, the_case(school)).encode()
    for wanted in (str(evidence.evidence), str(EvidenceId("0" * 32)), "../../etc/passwd"):
        ours = {"did": Did.PICTURE.value, "here": here, "page": 0, "evidence": wanted}
        sent = other.user.sender.dialog_submitted({OURS: ours})
        _, body = await at.done(at.line.send(sent))
        assert body["task"]["value"] == Say.NOT_FOR_YOU.value
    assert head.card is None


# The digest


async def test_the_preview_is_held_from_its_card_and_the_digest_stays_away(
    at: AtWork, school: SchoolAtWork, head: Screen
) -> None:
    await head.user.install()
    await head.type("cases")
    await at.done(head.user.in_channel("digest-here", GOVERNORS))
    await move_to(at, school, "2026-11-27T09:00:30")
    preview = posted_with(head, Say.HOLD_DIGEST.value)
    hold = button_called(preview.card, Say.HOLD_DIGEST.value)
    await head.step(head.user.press(hold, preview), begins=True)
    assert head.shows(Say.DIGEST_WILL_BE_HELD.value)
    await move_to(at, school, "2026-11-27T15:31:00")
    assert len(at.teams.in_conversation(GOVERNORS)) == 1  # only that it will come there
    at.no_failures()


async def test_the_digest_comes_to_its_channel_with_a_picture_that_says_the_same(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    await report(staff, words=f"{MARKER} words")
    await at.done(head.user.in_channel("digest-here", GOVERNORS))
    await move_to(at, school, "2026-11-27T15:31:00")
    digest = at.teams.in_conversation(GOVERNORS)[-1]
    (chart,) = [each for each in elements_of(digest.card) if each.get("type") == "Image"]
    assert chart["url"].startswith("data:image/png;base64,")
    assert "fewer than 5" in chart["altText"]
    assert "2026-001" not in json.dumps(digest.activity)
    assert MARKER not in json.dumps(digest.activity)
    at.no_failures()


async def test_what_follows_from_an_answer_is_told_in_the_chat(
    at: AtWork, school: SchoolAtWork, staff: Screen, head: Screen
) -> None:
    await head.user.install()
    await report(staff)
    await at.deliver(school.school)
    assert "A new case: 2026-001" in head.user.messages[-1].activity["summary"]
    unfit = an_answer("acknowledge", "not-inappropriate", fair_concern="no")
    school.work("head", the_case(school), unfit)
    await at.deliver(school.school)
    assert "Your report 2026-001 has been dealt with and is now closed." in said_in_chat(staff)
    at.no_failures()
