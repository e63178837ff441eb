"""*Report this post*: on a message wherever it stands, and from the box where one is written."""

import json

import pytest

from bot.domain.personal import Personal
from bot.screens.press import Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork
from tests.teams_screen import Screen

from .activities import a_message, chat_of_two, group_chat
from .at_work import AtWork
from .client_cards import button_called, inputs_in, texts_in
from .sitting import FIRST, LINK, SECOND, cases, drafts, posted_with, sits
from .stand_in import Failure, Json

MARKER = "Zzmarker"
OTHER = "https://www.instagram.com/p/abc/"
MESSAGE = a_message(
    f'<div>{MARKER} has <a href="{LINK}" title="{LINK}">this</a>, and see {OTHER} too</div>'
)


@pytest.fixture
def staff(at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school)


async def forwards(me: Screen, message: Json | None, chat: Json | None = None) -> None:
    """Chooses it on a message; what waits in the chat meanwhile is left there."""
    me.user.close()
    me.place = None
    me.said = []
    status, _ = await me.at.done(me.user.forward(message, chat))
    assert (status, me.user.failed) == (200, 0)


def links_in(me: Screen) -> str:
    (found,) = [each for each in inputs_in(me.card or {}) if each["id"] == "links.links"]
    return str(found.get("value", ""))


async def to_the_second_page(me: Screen) -> None:
    me.fill(dict(FIRST))
    await me.press(me.main)


@pytest.mark.parametrize("chat", [group_chat(), chat_of_two()], ids=["of several", "of two"])
async def test_a_message_is_reported_where_the_bot_itself_is_not(
    at: AtWork, staff: Screen, school: SchoolAtWork, chat: Json
) -> None:
    await forwards(staff, MESSAGE, chat)
    assert staff.form is not None
    assert staff.form.page == "what"
    await to_the_second_page(staff)
    assert links_in(staff) == f"{LINK}\n{OTHER}"
    staff.fill(dict(SECOND))
    await staff.press(staff.main)
    assert staff.user.told == ["Thank you. Your report is 2026-001."]
    assert staff.user.dialog is None
    assert cases(school) == 1
    at.no_failures()


async def test_nothing_but_its_links_is_kept_of_the_message(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await forwards(staff, MESSAGE)
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    await staff.press(staff.main)
    head = sits(at, school, "head")
    await head.type("case 2026-001")
    assert head.shows(LINK)
    assert not head.shows(MARKER)
    assert MARKER not in json.dumps(at.teams.said)


async def test_a_report_begins_from_the_box_where_one_writes(at: AtWork, staff: Screen) -> None:
    await forwards(staff, None)
    await to_the_second_page(staff)
    assert links_in(staff) == ""
    at.no_failures()


async def test_a_message_without_a_link_is_reported_too(at: AtWork, staff: Screen) -> None:
    await forwards(staff, a_message("<p>Have you seen what they say?</p>"))
    await to_the_second_page(staff)
    assert links_in(staff) == ""
    at.no_failures()


async def test_closing_the_dialog_leaves_the_report_waiting_in_the_chat(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await forwards(staff, MESSAGE)
    await to_the_second_page(staff)
    staff.user.close()
    (waiting,) = staff.user.messages
    assert Say.DRAFT_WAITS.value in texts_in(waiting.card)
    assert LINK not in json.dumps(at.teams.said)
    await staff.step(staff.user.press(Say.OPEN_IT.value, waiting))
    assert links_in(staff) == f"{LINK}\n{OTHER}"
    staff.fill(dict(SECOND))
    await staff.submit(begins=True)
    assert cases(school) == 1
    at.no_failures()


async def test_sending_it_turns_the_waiting_card_into_the_receipts_sentence(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await forwards(staff, MESSAGE)
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    await staff.press(staff.main)
    (waiting,) = staff.user.messages
    assert texts_in(waiting.card) == ["Thank you. Your report is 2026-001."]
    assert cases(school) == 1
    at.no_failures()


async def test_throwing_it_away_turns_the_waiting_card_into_a_sentence_too(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await forwards(staff, MESSAGE)
    await to_the_second_page(staff)
    staff.user.close()
    (waiting,) = staff.user.messages
    await staff.type("report-post")
    await staff.press(staff.pressing(Verb.WITHDRAW)[0], begins=True)
    assert set(staff.said) == {Say.REPORT_WITHDRAWN.value}
    assert texts_in(waiting.card) == [Say.REPORT_WITHDRAWN.value]
    assert drafts(school) == 1
    at.no_failures()


async def test_a_report_waits_in_one_card_though_it_was_opened_twice(
    staff: Screen, school: SchoolAtWork
) -> None:
    for _ in range(2):
        await forwards(staff, None)
    assert drafts(school) == 1
    assert len(staff.user.messages) == 1


async def test_who_sees_no_dialog_in_the_chat_finds_the_form_there(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    """The dialog of a message extension opens all the same."""
    await at.host.use_windows(staff.account, use=False)
    await forwards(staff, MESSAGE)
    staff.user.close()
    (waiting,) = staff.user.messages
    button = button_called(waiting.card, Say.OPEN_IT.value)
    assert "msteams" not in button["data"]
    staff.user.opens_windows = False
    await staff.step(staff.user.press(button, waiting))
    assert staff.form is not None
    await to_the_second_page(staff)
    staff.fill({**SECOND, "words": Personal(f"{MARKER} words")})
    await staff.submit(begins=True)
    assert cases(school) == 1
    assert MARKER not in json.dumps(at.teams.said)
    at.no_failures()


async def test_who_never_opened_the_app_is_told_to_open_a_chat_first(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    del at.teams.chats[staff.account]
    await forwards(staff, MESSAGE)
    assert staff.user.told == [Say.KNOW_YOU_FIRST.value]
    assert staff.user.dialog is None
    assert drafts(school) == 0
    at.no_failures()
    at.teams.chats[staff.account] = staff.user.sender.chat
    await forwards(staff, MESSAGE)
    assert staff.form is not None


async def test_a_guest_is_told_whom_to_ask_in_the_dialog_alone(
    at: AtWork, school: SchoolAtWork
) -> None:
    guest = sits(at, school, "guest")
    await forwards(guest, MESSAGE)
    assert guest.user.told == [Say.NOT_A_MEMBER.value]
    assert at.teams.said == []
    at.no_failures()


async def test_a_chat_that_takes_no_card_does_not_hinder_the_dialog(
    at: AtWork, staff: Screen
) -> None:
    at.teams.fails("send", Failure(500))
    await forwards(staff, MESSAGE)
    assert staff.form is not None
    assert [what for what, _ in at.failures] == ["showing what was done in Teams"]


async def test_a_message_that_teams_brings_again_is_one_report(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    sent = staff.user.sender.forwarded(MESSAGE)
    for _ in range(2):
        status, body = await at.done(at.line.send(sent))
        assert status == 200
        assert body["task"]["type"] == "continue"
    assert drafts(school) == 1
    assert staff.user.messages == [posted_with(staff, Say.DRAFT_WAITS.value)]
    at.no_failures()
