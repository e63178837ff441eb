"""The guided questions in a dialog of Teams: page by page, kept, corrected, resumed, sent once."""

import asyncio

import pytest

from adapters.teams.carried import Did
from adapters.teams.texts import LOOK_BELOW, MORE
from bot.domain.personal import Personal
from bot.screens.press import Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork
from tests.teams_screen import Screen

from .at_work import AtWork
from .client_cards import button_called, elements_of, inputs_in, texts_in
from .sitting import (
    LINK,
    SECOND,
    cases,
    drafts,
    posted_with,
    report,
    said_in_chat,
    sits,
    title_of,
    to_the_second_page,
)
from .stand_in import Json

MARKER = "Zzmarker"


@pytest.fixture
def staff(at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school)


def value_of(me: Screen, name: str) -> str:
    """What an input of the open dialog holds."""
    (found,) = [each for each in inputs_in(me.card or {}) if each["id"].endswith(f".{name}")]
    return str(found.get("value", ""))


def beside(me: Screen, name: str) -> list[str]:
    """What stands in the box of a field."""
    boxes = [each for each in elements_of(me.card) if each.get("type") == "Container"]
    (box,) = [each for each in boxes if _holds(each, name)]
    return texts_in(box)


def _holds(box: Json, name: str) -> bool:
    items: list[Json] = box["items"]
    return any(str(each.get("id")).endswith(f".{name}") for each in items)


async def test_a_report_is_filed_and_the_receipt_comes(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    assert staff.user.dialog is None
    assert staff.said == ["Thank you. Your report is 2026-001."]
    assert (cases(school), drafts(school)) == (1, 0)
    await at.deliver(school.school)
    assert Say.RECEIPT_DELETE.value in said_in_chat(staff)
    at.no_failures()


async def test_what_is_missing_is_said_beside_its_field(at: AtWork, staff: Screen) -> None:
    await staff.type("report-post")
    staff.fill({"content": ("offensive",)})
    await staff.submit()
    missing = f"❗ {Say.WRONG_MISSING.value}"
    assert missing in beside(staff, "safety")
    assert missing in beside(staff, "about")
    assert missing not in beside(staff, "content")
    assert value_of(staff, "content") == "offensive"
    assert any(LOOK_BELOW in each for each in staff.texts)
    at.no_failures()


async def test_what_was_given_with_a_mistake_is_not_lost(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill({**SECOND, "links": Personal("javascript:alert(1)"), "note": Personal(MARKER)})
    await staff.submit()
    assert beside(staff, "links")[0].startswith("❗ This is not the address of a web page.")
    assert value_of(staff, "place") == "closed-group"
    assert value_of(staff, "note") == MARKER
    staff.fill({"links": Personal(LINK)})
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    assert cases(school) == 1
    at.no_failures()


async def test_back_keeps_the_page_and_so_does_next(at: AtWork, staff: Screen) -> None:
    await to_the_second_page(staff)
    staff.fill({"place": "closed-group", "note": Personal(MARKER)})
    await staff.press(staff.doing(Did.BACK)[0])
    assert value_of(staff, "about") == "staff-member"
    await staff.submit()
    assert value_of(staff, "place") == "closed-group"
    assert value_of(staff, "note") == MARKER
    assert value_of(staff, "poster") == ""
    at.no_failures()


async def test_back_from_a_page_without_an_answer_is_no_mistake(at: AtWork, staff: Screen) -> None:
    await to_the_second_page(staff)
    await staff.press(staff.doing(Did.BACK)[0])
    assert staff.form is not None
    assert staff.form.page == "what"
    assert staff.errors == []
    at.no_failures()


async def test_a_dialog_that_was_closed_is_resumed_where_it_was(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.user.close()  # Teams tells nobody
    await staff.type("report-post")
    assert any("that isn’t sent yet" in each for each in staff.texts)
    await staff.press(staff.pressing(Verb.RESUME)[0])
    assert value_of(staff, "links") == LINK
    staff.fill(dict(SECOND))
    await staff.submit(begins=True)
    assert cases(school) == 1
    at.no_failures()


async def test_an_unfinished_report_is_thrown_away_after_a_question(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    await staff.type("report-post")
    await staff.press(staff.pressing(Verb.WITHDRAW)[0], begins=True)
    assert staff.said == [Say.REPORT_WITHDRAWN.value]
    assert drafts(school) == 1  # the one that was just begun
    at.no_failures()


async def test_the_button_of_the_offer_leads_to_the_report_also_later(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    """The card stays in the chat: whoever closes the dialog presses it once more."""
    await to_the_second_page(staff)
    staff.user.close()
    offer = posted_with(staff, Say.OPEN_HERE.value)
    await staff.step(staff.user.press(Say.OPEN_IT.value, offer))
    assert value_of(staff, "links") == LINK
    assert drafts(school) == 1
    at.no_failures()


async def test_an_answer_brings_the_page_that_it_asks_for_and_takes_it_away(
    at: AtWork, staff: Screen
) -> None:
    await to_the_second_page(staff, content=("names-children",))
    staff.fill(dict(SECOND))
    await staff.submit()
    assert staff.asked() == ["whose_child"]
    staff.fill({"whose_child": "others"})
    for _ in range(2):
        await staff.press(staff.doing(Did.BACK)[0])
    staff.fill({"content": ("offensive",)})
    await staff.submit()
    assert title_of(staff.main) == Say.SEND_REPORT.value
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    at.no_failures()


async def test_a_danger_shows_its_stop_card_above_the_next_page_and_a_review_last(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff, safety=("hurt-soon",))
    assert any("999" in each for each in staff.texts[:6])
    await staff.press(staff.pressing(Verb.ALERT_NOW)[0])
    assert cases(school) == 1
    assert any(Say.ALERTED.value in each for each in staff.texts)
    staff.fill({**SECOND, "words": Personal(MARKER)})
    await staff.submit()
    assert staff.form is not None
    assert staff.form.page == "review"
    assert any("1 link" in each for each in staff.texts)
    assert not any(MARKER in each or LINK in each for each in staff.texts)
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    assert cases(school) == 1
    at.no_failures()


async def test_what_may_be_left_out_is_folded_until_it_holds_something(
    at: AtWork, staff: Screen
) -> None:
    await to_the_second_page(staff)
    toggle = button_called(staff.card or {}, MORE)
    (folded,) = toggle["targetElements"]
    boxes = {each["id"]: each for each in elements_of(staff.card) if "id" in each}
    assert boxes[folded]["isVisible"] is False
    staff.fill({"words": Personal("What it says")})
    await staff.submit()
    boxes = {each["id"]: each for each in elements_of(staff.card) if "id" in each}
    assert boxes[folded].get("isVisible", True) is True
    at.no_failures()


async def test_the_dialog_asks_nothing_that_a_client_would_insist_on(staff: Screen) -> None:
    """Back must work from an empty page."""
    await to_the_second_page(staff)
    assert [each for each in inputs_in(staff.card or {}) if each.get("isRequired")] == []


# Once


async def test_a_page_that_teams_brings_again_is_taken_once(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    data = staff.sent(staff.main)
    sent = staff.user.sender.dialog_submitted(data)
    answers = await asyncio.gather(*(at.line.send(sent) for _ in range(3)))
    answers.append(await at.done(at.line.send(sent)))
    assert {str(each) for each in answers} == {str(answers[0])}
    assert "2026-001" in str(answers[0])
    assert cases(school) == 1
    at.no_failures()


async def test_send_pressed_twice_sends_once_and_says_so(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    data = staff.sent(staff.main)
    both = [staff.user.sender.dialog_submitted(data) for _ in range(2)]
    answers = await asyncio.gather(*(at.line.send(each) for each in both))
    said = {body["task"]["value"] for _, body in answers}
    assert said == {
        "Thank you. Your report is 2026-001.",
        "This report was sent already. Its reference is 2026-001.",
    }
    assert cases(school) == 1
    at.no_failures()


async def test_the_buttons_of_a_report_that_was_sent_say_that_it_was(
    at: AtWork, staff: Screen
) -> None:
    await report(staff)
    offer = posted_with(staff, Say.OPEN_HERE.value)
    await staff.step(staff.user.press(Say.OPEN_IT.value, offer), begins=True)
    assert staff.said == ["This report was sent already. Its reference is 2026-001."]
    at.no_failures()


async def test_nobody_goes_on_with_somebody_elses_report(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    assert staff.form is not None
    other = sits(at, school, "staff-2")
    await other.press_old(staff.seen[0])
    assert other.said == [Say.WRONG_DRAFT_GONE.value]
    data = staff.sent(staff.main)
    await other.step(at.line.send(other.user.sender.dialog_submitted(data)))
    await staff.type("status")
    assert drafts(school) == 1
    at.no_failures()


# Where no dialog opens


async def test_who_sees_no_dialog_is_asked_in_the_chat_from_then_on(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = sits(at, school, opens_windows=False)
    await staff.type("report-post")  # presses "No window opens?"
    assert staff.place is not None
    assert not await at.host.windows(staff.account)
    shown = len(staff.user.messages)
    await staff.type(f"report-post {LINK}")
    assert len(staff.user.messages) == shown + 1  # the form itself, with nothing to press before
    assert staff.form is not None
    at.no_failures()


async def test_who_opens_a_dialog_after_all_gets_dialogs_again(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff = sits(at, school, opens_windows=False)
    await staff.user.install()
    await staff.type("report-post")
    staff.user.opens_windows = True
    (welcome, *_) = staff.user.messages
    await staff.step(staff.user.press(Say.REPORT_A_POST.value, welcome))
    assert staff.user.dialog is not None
    assert await at.host.windows(staff.account)
    await staff.type("report-post")
    assert staff.user.dialog is not None
    assert staff.place is None
    at.no_failures()


async def test_a_dialog_is_not_lost_when_a_page_is_answered_out_of_turn(
    at: AtWork, staff: Screen
) -> None:
    """Two dialogs of one report, on two devices: whoever saved last is right."""
    await to_the_second_page(staff)
    old = staff.user.dialog
    assert old is not None
    offer = posted_with(staff, Say.OPEN_HERE.value)
    await staff.step(staff.user.press(Say.OPEN_IT.value, offer))
    staff.fill({"place": "review-site"})
    await staff.press(staff.doing(Did.BACK)[0])
    staff.user.dialog = old
    staff.fill(dict(SECOND))
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    at.no_failures()
