"""App Home: what each person finds there, page by page, and nothing that names anybody."""

from datetime import timedelta

import pytest

from bot.app.home import ON_A_PAGE
from bot.screens.say import Say
from tests.builders import SchoolAtWork

from .at_work import AtWork
from .member import Member, button_called, buttons_in, texts_in


def home_of(me: Member) -> list[str]:
    return texts_in([me.slack.homes[me.user]])


def references(me: Member) -> list[str]:
    return [text for text in home_of(me) if text.startswith("Case 2026-")]


async def test_staff_find_how_to_report_and_their_reports(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.look_at_home())
    labels = [each["text"]["text"] for each in buttons_in(staff.slack.homes[staff.user])]
    assert labels == [Say.REPORT_A_POST.value, Say.MY_REPORTS.value]
    report = button_called(staff.slack.homes[staff.user], Say.REPORT_A_POST.value)
    await at.done(staff.press_at_home(report))
    assert staff.modal.view["callback_id"] == "form"
    at.no_failures()


async def test_the_tab_of_messages_is_no_home(at: AtWork) -> None:
    await at.done(at.member("staff").look_at_home("messages"))
    assert at.slack.homes == {}


async def test_an_outsider_finds_whom_to_ask(at: AtWork) -> None:
    guest = at.member("guest")
    await at.done(guest.look_at_home())
    assert home_of(guest) == [Say.NOT_A_MEMBER.value]


async def test_two_hundred_open_cases_are_shown_page_by_page(
    at: AtWork, school: SchoolAtWork
) -> None:
    for number in range(200):
        school.report(links=[f"https://a.example/{number}"])
    head = at.member("head")
    await at.done(head.look_at_home())
    first = references(head)
    assert len(first) == ON_A_PAGE
    found = set(first)
    while True:
        later = [
            each
            for each in buttons_in(head.slack.homes[head.user])
            if each["text"]["text"] == Say.HOME_LATER.value
        ]
        if not later:
            break
        at.clock.ahead += 2
        await at.done(head.press_at_home(later[0]))
        found |= set(references(head))
    assert len(found) == 200
    at.no_failures()


async def test_what_is_overdue_and_what_is_due_today_can_be_asked_for(
    at: AtWork, school: SchoolAtWork
) -> None:
    school.report()
    head = at.member("head")
    await at.done(head.look_at_home())

    async def shown(label: Say) -> int:
        at.clock.ahead += 2
        await at.done(head.press_at_home(button_called(head.slack.homes[head.user], label.value)))
        return len(references(head))

    assert await shown(Say.HOME_OVERDUE) == 0
    school.clock.at += timedelta(days=5)
    assert await shown(Say.HOME_DUE_TODAY) == 0
    assert await shown(Say.HOME_OVERDUE) == 1
    assert await shown(Say.OPEN_CASES) == 1


async def test_whoever_is_concerned_finds_no_trace(at: AtWork, school: SchoolAtWork) -> None:
    school.report(about=["head"])
    head = at.member("head")
    await at.done(head.look_at_home())
    assert references(head) == []
    assert Say.CASES_NONE.value in home_of(head)


@pytest.mark.parametrize("press", ['["cases","all","",0,"x"]', '["cases","all","",0,"9999"]'])
async def test_a_page_that_there_is_not_is_the_nearest(
    at: AtWork, school: SchoolAtWork, press: str
) -> None:
    school.report()
    head = at.member("head")
    await at.done(head.look_at_home())
    button = {"action_id": "press.0.cases", "value": press, "type": "button"}
    await at.done(head.press_at_home(button))
    assert len(references(head)) == 1
