"""Where no dialog opens: forms and views in the chat, which keeps nothing that a person told."""

import asyncio
import json

import pytest

from adapters.teams.carried import CLEAR, Did
from adapters.teams.texts import KEPT_TEXT, SEE_TOLD, SEE_WROTE
from bot.domain.commands import AddNote
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.screens.press import Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork, accepted, an_answer
from tests.teams_screen import Screen

from .at_work import AtWork
from .client_cards import button_called, elements_of, input_called, inputs_in, texts_in
from .sitting import (
    LINK,
    SECOND,
    a_picture,
    cases,
    entries,
    posted_with,
    report,
    sits,
    the_case,
    to_the_second_page,
    with_pictures,
)
from .stand_in import Failure

MARKER = "Zzmarker"


@pytest.fixture
def staff(at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school, opens_windows=False)


@pytest.fixture
def head(at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school, "head", opens_windows=False)


def kept_by_teams(at: AtWork) -> str:
    """Everything that the bot ever sent or changed."""
    return json.dumps(at.teams.said, ensure_ascii=False)


async def test_a_report_goes_page_by_page_in_one_card_that_becomes_the_receipt(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await staff.type(f"report-post {LINK}")
    card = staff.place
    shown = len(staff.user.messages)
    await to_the_second_page(staff)
    card = staff.place
    assert card is not None
    assert card.card == card.card_for(staff.account)  # the message itself was changed as well
    staff.fill(dict(SECOND))
    await staff.submit(begins=True)
    assert texts_in(card.card) == ["Thank you. Your report is 2026-001."]
    assert inputs_in(card.card) == []
    assert len(staff.user.messages) == shown + 1
    assert cases(school) == 1
    at.no_failures()


async def test_what_was_written_is_kept_and_not_shown(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill({"poster": "parent-or-carer", "words": Personal(f"{MARKER} words")})
    await staff.submit()  # the place is missing
    assert staff.errors
    assert LINK not in kept_by_teams(at)
    assert MARKER not in kept_by_teams(at)
    assert staff.texts.count(KEPT_TEXT) == 2
    staff.fill({"place": "closed-group"})
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    head = sits(at, school, "head")
    await head.type("case 2026-001")
    assert head.shows(f"{MARKER} words")
    assert head.shows(LINK)
    at.no_failures()


async def test_what_is_kept_is_deleted_by_its_tick_and_changed_by_other_words(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill({"words": Personal(f"{MARKER} words"), "note": Personal(f"{MARKER} note")})
    await staff.submit()
    staff.user.fill(f"{CLEAR}text.words", value=True, posted=staff.place)
    staff.fill({**SECOND, "note": Personal("another")})
    await staff.submit(begins=True)
    head = sits(at, school, "head")
    await head.type("case 2026-001")
    assert not head.shows(MARKER)
    assert head.shows("another")
    at.no_failures()


async def test_ones_own_words_are_shown_in_place_and_the_form_comes_back(
    at: AtWork, staff: Screen
) -> None:
    await to_the_second_page(staff)
    staff.fill({"place": "closed-group", "words": Personal(f"{MARKER} words")})
    form = staff.place
    await staff.press(button_called(staff.card or {}, SEE_WROTE))
    assert staff.place is form
    assert {LINK, f"{MARKER} words"} <= set(staff.texts)
    assert MARKER not in kept_by_teams(at)
    assert LINK not in kept_by_teams(at)
    await staff.press(staff.doing(Did.CLOSE)[0])
    assert staff.form is not None
    assert staff.form.page == "post"
    assert (input_called(staff.card or {}, "place") or {})["value"] == "closed-group"
    assert not staff.shows(MARKER)
    at.no_failures()


async def test_a_view_is_shown_in_place_and_emptied(
    at: AtWork, staff: Screen, head: Screen
) -> None:
    await report(staff, words=f"{MARKER} words")
    await head.type("case 2026-001")
    view = head.place
    assert head.shows(f"{MARKER} words")
    assert MARKER not in kept_by_teams(at)
    await head.press(head.doing(Did.CLOSE)[0], begins=True)
    assert view is not None
    assert texts_in(view.card_for(head.account)) == [Say.VIEW_CLOSED.value]
    assert texts_in(view.card) == [Say.VIEW_CLOSED.value]
    at.no_failures()


async def test_what_came_back_wrong_with_a_form_of_a_case_is_kept_too(
    at: AtWork, staff: Screen, head: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    await head.type("case 2026-001")
    await head.press(head.pressing(Verb.EXTEND)[0])
    assert not await at.host.kept(f"typed:{head.account}")
    head.fill({"until": Personal("2026-11-01"), "reason": Personal(f"{MARKER} reason")})
    await head.submit()
    assert f"❗ {Say.WRONG_IN_THE_PAST.value}" in head.texts
    assert KEPT_TEXT in head.texts
    assert MARKER not in kept_by_teams(at)
    head.fill({"until": Personal("2026-12-01")})
    await head.submit(begins=True)
    assert entries(school, "DeadlineExtended") == 1
    assert head.shows(f"{MARKER} reason")  # in the chronology of the view that came
    assert MARKER not in kept_by_teams(at)
    assert await at.host.kept(f"typed:{head.account}") is None
    at.no_failures()


async def test_what_was_kept_of_one_form_is_not_put_into_another(
    at: AtWork, staff: Screen, head: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    await head.type("case 2026-001")
    await head.press(head.pressing(Verb.EXTEND)[0])
    head.fill({"until": Personal("2026-11-01"), "reason": Personal(f"{MARKER} reason")})
    await head.submit()
    await head.type("case 2026-001")
    await head.press(head.pressing(Verb.SNOOZE)[0])
    head.fill({"days": "1"})
    await head.submit()
    assert f"❗ {Say.WRONG_REASON_NEEDED.value}" in head.texts
    assert entries(school, "StepSnoozed") == 0
    at.no_failures()


async def test_what_others_told_is_shown_below_a_form_of_the_case_which_stays(
    at: AtWork, staff: Screen, head: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    case = the_case(school)
    school.work("head", case, accepted())
    school.work("head", case, an_answer("speak-to-parent", "agreed-to-remove"))
    await head.type("case 2026-001")
    await head.press(next(e for e in head.pressing(Verb.ANSWER) if "check-removed" in str(e)))
    form = head.place
    assert "Link 1" in head.texts
    head.fill({"link-0": "gone", "reason": Personal(f"{MARKER} reason")})
    await head.press(button_called(head.card or {}, SEE_TOLD))
    assert head.shows(LINK)
    assert head.place is not form
    head.place = form
    await head.submit(begins=True)
    assert entries(school, "StepAnswered") == 3
    assert head.shows(f"{MARKER} reason")  # in the chronology
    assert MARKER not in kept_by_teams(at)
    assert LINK not in kept_by_teams(at)
    at.no_failures()


async def test_a_long_chronology_is_turned_page_by_page(
    at: AtWork, staff: Screen, head: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    for number in range(30):
        school.work("head", the_case(school), AddNote(Personal(f"{number} {'x' * 3_900}")))
    await head.type("case 2026-001")
    first = head.texts
    assert await head.next_page()
    assert head.texts[-10:] != first[-10:]
    (back,) = [each for each in head.doing(Did.TURN) if each["title"] == "Previous"]
    await head.press(back)
    assert head.texts[:10] == first[:10]
    assert "xxx" not in kept_by_teams(at)
    at.no_failures()


async def test_a_picture_is_shown_within_its_view_and_nowhere_else(
    at: AtWork, school: SchoolAtWork, head: Screen
) -> None:
    with_pictures(school, a_picture(), file_named("letter.pdf"))
    await head.type("case 2026-001")
    (show,) = head.doing(Did.PICTURE)  # the PDF is only named
    await head.press(show)
    (image,) = [each for each in elements_of(head.card) if each["type"] == "Image"]
    assert image["url"].startswith("data:image/jpeg;base64,")
    assert image["altText"] == "File 1"
    assert head.doing(Did.PICTURE) == []
    assert "data:image" not in kept_by_teams(at)
    at.no_failures()


# An older Teams, which knows no Action.Execute


async def test_an_older_teams_takes_the_fallback_and_its_forms_work(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = sits(at, school, opens_windows=False, knows_execute=False)
    await to_the_second_page(staff)
    card = staff.place
    staff.fill({**SECOND, "words": Personal(f"{MARKER} words")})
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    assert card is not None
    assert texts_in(card.card) == staff.said
    assert cases(school) == 1
    assert MARKER not in kept_by_teams(at)
    at.no_failures()


@pytest.mark.parametrize("word", ["case 2026-001", "cases"])
async def test_an_older_teams_shows_no_view(
    at: AtWork, staff: Screen, school: SchoolAtWork, word: str
) -> None:
    await report(staff, words=f"{MARKER} words")
    head = sits(at, school, "head", opens_windows=False, knows_execute=False)
    await head.type(word)
    assert Say.SHOW_ON_COMPUTER.value in head.said
    assert head.card is None
    assert MARKER not in kept_by_teams(at)
    at.no_failures()


async def test_an_older_teams_keeps_what_was_written_when_it_cannot_be_shown(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = sits(at, school, opens_windows=False, knows_execute=False)
    await to_the_second_page(staff)
    staff.fill({"place": "closed-group", "words": Personal(f"{MARKER} words")})
    await staff.press(button_called(staff.card or {}, SEE_WROTE), begins=True)
    assert Say.SHOW_ON_COMPUTER.value in staff.said
    staff.fill({"poster": "parent-or-carer"})
    await staff.submit(begins=True)
    assert cases(school) == 1
    at.no_failures()


# What Teams does not take


async def test_a_card_that_cannot_be_changed_is_shown_to_the_person_all_the_same(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    card = staff.place
    at.teams.fails("update", Failure(500))
    await staff.submit(begins=True)
    assert card is not None
    assert texts_in(card.card_for(staff.account)) == ["Thank you. Your report is 2026-001."]
    assert cases(school) == 1
    at.no_failures()


async def test_where_there_is_no_execute_a_card_that_cannot_be_changed_comes_anew(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = sits(at, school, opens_windows=False, knows_execute=False)
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    at.teams.fails("update", Failure(404, "ActivityNotFoundInConversation"))
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    assert texts_in(staff.user.messages[-1].card) == staff.said
    assert cases(school) == 1
    at.no_failures()


# Once


async def test_a_double_click_on_a_button_of_a_message_acts_once(at: AtWork, staff: Screen) -> None:
    await staff.type("report-post")
    await staff.user.install()  # now that no dialog opens, the card's button is a plain one
    welcome = posted_with(staff, Say.HELP_TITLE.value)
    data = button_called(welcome.card, Say.REPORT_A_POST.value)["data"]
    before = len(staff.user.messages)
    clicks = [staff.user.sender.submitted_in_chat(data, welcome.id) for _ in range(2)]
    await asyncio.gather(*(at.line.send(each) for each in clicks))
    await at.settled()
    assert len(staff.user.messages) == before + 1
    await at.done(at.line.send(staff.user.sender.submitted_in_chat(data, welcome.id)))
    assert len(staff.user.messages) == before + 2  # later it is meant
    at.no_failures()


async def test_a_double_click_on_send_sends_once(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    place, data = staff.place, staff.sent(staff.main)
    assert place is not None
    clicks = [staff.user.sender.executed(staff.main, data, place.id) for _ in range(2)]
    answers = await asyncio.gather(*(at.line.send(each) for each in clicks))
    assert {status for status, _ in answers} == {200}
    assert cases(school) == 1
    assert any("Your report is 2026-001" in json.dumps(body) for _, body in answers)
    at.no_failures()


async def test_an_old_page_of_a_report_that_was_sent_says_so(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    await staff.type("status")
    (resume,) = staff.pressing(Verb.RESUME)
    await staff.press(resume)
    staff.fill(dict(SECOND))
    await staff.submit(begins=True)
    assert cases(school) == 1
    first = next(e for e in staff.user.messages if inputs_in(e.card_for(staff.account)))
    staff.place = first
    await staff.submit(begins=True)
    assert staff.said == ["This report was sent already. Its reference is 2026-001."]
    assert cases(school) == 1
    at.no_failures()
