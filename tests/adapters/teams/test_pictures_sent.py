"""Pictures are sent into the chat: for the form that is open, checked, counted, taken out again."""

import json

import pytest

from adapters.teams.carried import Did
from adapters.teams.texts import FILES_FULL, REMOVE
from bot.domain.personal import Personal
from bot.domain.uploads import MOST_BYTES, MOST_FILES
from bot.journeys.sample import file_named
from bot.screens.press import Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork
from tests.teams_screen import Screen

from .activities import pasted, uploaded
from .at_work import AtWork
from .sitting import (
    LINK,
    SECOND,
    cases,
    drafts,
    entries,
    posted_with,
    report,
    said_in_chat,
    sits,
    the_case,
    to_the_second_page,
)
from .stand_in import Failure

PNG = file_named("a.png")
MARKER = "Zzmarker"


@pytest.fixture(params=[True, False], ids=["dialogs", "the chat"])
def staff(request: pytest.FixtureRequest, at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school, opens_windows=request.param)


async def sends(me: Screen, *contents: bytes, text: str = "", pastes: bool = True) -> None:
    """Sends these pictures in one message; what they are told of them is new."""
    made = pasted if pastes else uploaded
    sent = [made(me.at.teams.add_file(each, pasted=pastes)) for each in contents]
    await me.step(me.user.say(text, sent), begins=True)


async def leaves_the_page(me: Screen) -> None:
    """*Add pictures*, where there is a dialog to leave."""
    for keep in me.doing(Did.KEEP):
        await me.press(keep, begins=True)
        assert Say.SEND_PICTURES.value in me.said
    me.user.close()


async def goes_on(me: Screen) -> None:
    """The button below what was said of the pictures; in the chat the page stands above it."""
    if me.user.opens_windows:
        newest = me.user.messages[-1]
        await me.step(me.user.press(Say.RESUME_REPORT.value, newest))


async def opens_it_again(me: Screen) -> None:
    """The button below what was said of the pictures."""
    newest = me.user.messages[-1]
    await me.step(me.user.press(Say.RESUME_REPORT.value, newest))


def kept(count: int) -> str:
    return f"Kept with your report. Pictures and files so far: {count}."


async def test_the_commonest_report_takes_few_taps(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    """A rant in a closed group with one screenshot: at most 15 (PRODUCT, 2.2)."""
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    await leaves_the_page(staff)
    await sends(staff, PNG)
    await goes_on(staff)
    await staff.submit(begins=True)
    assert staff.user.taps <= 15
    assert len(school.state(the_case(school)).evidence) == 1
    at.no_failures()


@pytest.mark.parametrize("pastes", [True, False], ids=["pasted", "uploaded"])
async def test_a_picture_is_kept_with_the_report_that_is_being_written(
    at: AtWork, staff: Screen, school: SchoolAtWork, pastes: bool
) -> None:
    await to_the_second_page(staff)
    staff.fill({"place": "closed-group", "words": Personal(f"{MARKER} words")})
    await leaves_the_page(staff)
    await sends(staff, PNG, pastes=pastes)
    assert kept(1) in staff.said
    await goes_on(staff)
    staff.fill({"poster": "parent-or-carer"})
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    (evidence,) = school.state(the_case(school)).evidence
    assert evidence.media_type == "image/png"
    assert MARKER not in json.dumps(at.teams.said)
    head = sits(at, school, "head")
    await head.type("case 2026-001")
    assert head.shows(f"{MARKER} words")  # nothing of the page was lost
    at.no_failures()


async def test_pictures_can_be_sent_while_the_page_stands_there(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    await sends(staff, PNG)
    await staff.submit(begins=True)
    assert staff.said == ["Thank you. Your report is 2026-001."]
    assert len(school.state(the_case(school)).evidence) == 1
    at.no_failures()


async def test_several_pictures_are_counted_and_one_is_taken_out(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    await leaves_the_page(staff)
    await sends(staff, PNG, file_named("letter.pdf"))
    assert [each for each in staff.said if each.startswith("Kept")] == [kept(1), kept(2)]
    await opens_it_again(staff)
    assert any("Kept so far: 2" in each for each in staff.texts)
    staff.fill(dict(SECOND))
    remove = [each for each in staff.buttons if each.get("title") == REMOVE]
    assert len(remove) == 2
    await staff.press(remove[0])
    assert any("Kept so far: 1" in each for each in staff.texts)
    await staff.submit(begins=True)
    (evidence,) = school.state(the_case(school)).evidence
    assert evidence.media_type == "application/pdf"
    at.no_failures()


async def test_a_link_and_a_picture_in_one_message_begin_a_report(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await sends(staff, PNG, text=f"report-post {LINK}")
    assert kept(1) in staff.said
    assert drafts(school) == 1
    at.no_failures()


async def test_a_message_that_teams_brings_again_keeps_its_picture_once(
    at: AtWork, staff: Screen
) -> None:
    await to_the_second_page(staff)
    await leaves_the_page(staff)
    sent = staff.user.sender.message("", [pasted(at.teams.add_file(PNG, pasted=True))])
    for _ in range(2):
        await staff.step(at.line.send(sent))
    assert staff.said.count(kept(1)) == 1
    assert len(at.teams.called("file")) == 1
    at.no_failures()


async def test_no_more_are_taken_than_the_product_says(at: AtWork, staff: Screen) -> None:
    await to_the_second_page(staff)
    await leaves_the_page(staff)
    await sends(staff, *[PNG] * (MOST_FILES + 1))
    assert kept(MOST_FILES) in staff.said
    assert any(f"A report can have {MOST_FILES} files" in each for each in staff.said)
    await opens_it_again(staff)
    assert FILES_FULL in staff.texts
    assert staff.doing(Did.KEEP) == []
    at.no_failures()


# What is not taken


@pytest.mark.parametrize("safety", ["sexual-image", "unsure"])
async def test_no_picture_is_asked_for_or_taken_where_it_may_be_of_a_child(
    at: AtWork, staff: Screen, school: SchoolAtWork, safety: str
) -> None:
    await to_the_second_page(staff, safety=(safety,))
    assert staff.doing(Did.KEEP) == []
    staff.user.close()
    await sends(staff, PNG)
    assert any(each.startswith(Say.WRONG_FILES_FORBIDDEN.value) for each in staff.said)
    await staff.type("report-post")
    await staff.press(staff.pressing(Verb.RESUME)[0])
    staff.fill(dict(SECOND))
    await staff.submit()
    await staff.submit(begins=True)
    assert school.state(the_case(school)).evidence == ()
    at.no_failures()


@pytest.mark.parametrize(
    "content",
    [b"neither picture nor PDF", b"", b"\x89PNG\r\n\x1a\n" + b"x" * (MOST_BYTES + 10)],
    ids=["no picture", "empty", "too large"],
)
async def test_a_file_that_is_not_taken_is_told_and_nothing_is_lost(
    at: AtWork, staff: Screen, school: SchoolAtWork, content: bytes
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    await leaves_the_page(staff)
    await sends(staff, content)
    assert not any(each.startswith("Kept") for each in staff.said)
    assert any(Say.RESUME_REPORT.value in each for each in staff.said)
    await goes_on(staff)
    await staff.submit(begins=True)
    assert school.state(the_case(school)).evidence == ()
    at.no_failures()


async def test_a_file_that_does_not_arrive_is_told_and_may_come_again(
    at: AtWork, staff: Screen
) -> None:
    await to_the_second_page(staff)
    await leaves_the_page(staff)
    at.teams.fails("file", Failure(status=500))
    await sends(staff, PNG)
    assert Say.PICTURE_LOST.value in staff.said
    assert [what for what, _ in at.failures] == ["fetching a file from Teams"]
    await sends(staff, PNG)
    assert kept(1) in staff.said


async def test_a_file_from_elsewhere_is_not_fetched(at: AtWork, staff: Screen) -> None:
    await to_the_second_page(staff)
    await leaves_the_page(staff)
    for each in (pasted("https://evil.example/a.png"), uploaded("file:///etc/passwd")):
        await staff.step(staff.user.say("", [each]), begins=True)
        assert Say.PICTURE_LOST.value in staff.said
    assert at.teams.called("file") == []


async def test_a_picture_for_nothing_is_not_kept(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await sends(staff, PNG)
    assert Say.PICTURE_FOR_NOTHING.value in staff.said
    assert drafts(school) == 0
    newest = posted_with(staff, Say.PICTURE_FOR_NOTHING.value)
    staff.user.opens_windows = True
    await staff.step(staff.user.press(Say.REPORT_A_POST.value, newest))
    assert staff.form is not None
    at.no_failures()


async def test_a_guests_picture_is_not_fetched_into_anything(
    at: AtWork, school: SchoolAtWork
) -> None:
    guest = sits(at, school, "guest")
    await sends(guest, PNG)
    assert guest.said == [Say.NOT_A_MEMBER.value]
    assert cases(school) == 0


async def test_the_receipt_says_what_to_delete(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await to_the_second_page(staff)
    staff.fill(dict(SECOND))
    await sends(staff, PNG)
    await staff.submit()
    await at.deliver(school.school)
    assert Say.RECEIPT_DELETE.value in said_in_chat(staff)
    at.no_failures()


# To a report that was sent


async def adds(me: Screen) -> None:
    """Opens the form with which one adds to an own report."""
    await me.type("status")
    (add,) = me.pressing(Verb.ADD)
    await me.press(add, begins=True)


async def test_a_picture_is_added_to_an_own_report_at_once(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    await adds(staff)
    await leaves_the_page(staff)
    await sends(staff, PNG)
    assert Say.FILES_ADDED.value in staff.said
    assert entries(school, "EvidenceAttached") == 1
    await sends(staff, PNG)
    assert entries(school, "EvidenceAttached") == 2
    at.no_failures()


async def test_what_was_typed_before_the_picture_is_there_after_it(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    await adds(staff)
    staff.fill({"words": Personal(f"{MARKER} words"), "seen_how": "own-account"})
    await leaves_the_page(staff)
    await sends(staff, PNG)
    if staff.user.opens_windows:
        newest = posted_with(staff, Say.FILES_ADDED.value)
        await staff.step(staff.user.press(Say.ADD_SOMETHING.value, newest))
        assert f"{MARKER} words" in staff.texts
    await staff.submit(begins=True)
    assert staff.said == ["Added to 2026-001. Thank you."]
    head = sits(at, school, "head")
    await head.type("case 2026-001")
    assert head.shows(f"{MARKER} words")
    assert MARKER not in json.dumps(at.teams.said)
    await adds(staff)
    assert not any(MARKER in each for each in staff.texts)  # it was saved, and is not kept twice
    at.no_failures()


async def test_a_picture_goes_with_what_was_opened_last(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    await adds(staff)
    await to_the_second_page(staff)
    await leaves_the_page(staff)
    await sends(staff, PNG)
    assert kept(1) in staff.said
    assert entries(school, "EvidenceAttached") == 0
    at.no_failures()
