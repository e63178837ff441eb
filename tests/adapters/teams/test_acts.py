"""What people write to the bot in Teams reaches the school, once, and is answered where it was."""

import pytest

from bot.app.inbound import Inbound
from bot.screens.nodes import Reply
from bot.screens.say import Say
from bot.screens.wording import Words
from tests.builders import SchoolAtWork
from tests.teams_screen import Screen

from .at_work import ANOTHER_TENANT, GOVERNORS, AtWork
from .client_cards import texts_in
from .sitting import FIRST, LINK, drafts, report, said_in_chat, sits
from .stand_in import TENANT, Failure

GROUP = "19:meeting_x@thread.v2"


@pytest.fixture
def staff(at: AtWork, school: SchoolAtWork) -> Screen:
    return sits(at, school)


@pytest.mark.parametrize(
    "text",
    [f"report-post {LINK}", f"/report-post {LINK}", LINK, f"/Report-Post   {LINK} ", f"See {LINK}"],
)
async def test_a_link_opens_the_questions_and_is_filled_in(
    at: AtWork, staff: Screen, text: str
) -> None:
    await staff.type(text)
    staff.fill(dict(FIRST))
    await staff.submit()
    assert LINK in staff.texts
    at.no_failures()


@pytest.mark.parametrize("text", ["report-post", "/report-post", "report", "/report-post report"])
async def test_a_report_begins_without_a_link(at: AtWork, staff: Screen, text: str) -> None:
    await staff.type(text)
    assert staff.form is not None
    assert staff.form.page == "what"
    at.no_failures()


@pytest.mark.parametrize("slash", ["", "/", "report-post ", "/report-post "])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("help", Say.HELP_TITLE),
        ("what?", Say.UNKNOWN_WORD),
        ("case 2026-999", Say.NOT_FOR_YOU),
        ("case", Say.CASE_WHICH),
        ("cases", Say.NOT_FOR_YOU),
        ("away until 24 December", Say.NOT_FOR_YOU),
        ("digest-here", Say.NOT_FOR_YOU),
    ],
)
async def test_a_word_is_answered_in_the_chat(
    at: AtWork, staff: Screen, slash: str, text: str, says: Say
) -> None:
    await staff.type(slash + text)
    assert staff.shows(says.value)
    assert at.teams.messages == staff.user.messages
    at.no_failures()


async def test_a_head_goes_away_and_is_back(at: AtWork, school: SchoolAtWork) -> None:
    head = sits(at, school, "head")
    await head.type("away until 24 December 2026")
    assert head.shows("Until Thursday 24 December 2026 the deputy hears instead of you.")
    await head.type("/back")
    assert head.shows(Say.BACK_AGAIN.value)
    at.no_failures()


# Who is not of the school


async def test_a_guest_is_told_whom_to_ask(at: AtWork, school: SchoolAtWork) -> None:
    guest = sits(at, school, "guest")
    for word in ("status", "report-post", "help"):
        await guest.type(word)
        assert guest.shows(Say.NOT_A_MEMBER.value)
        assert guest.card is None
    assert drafts(school, "guest") == 0


async def test_a_guest_who_holds_a_role_is_let_into_that_role(
    at: AtWork, school: SchoolAtWork
) -> None:
    chair = sits(at, school, "chair")
    await chair.type("cases")
    assert chair.shows(Say.CASES_NONE.value)
    await chair.type("report-post")
    assert chair.shows(Say.NOT_FOR_YOU.value)


async def test_who_comes_from_another_tenant_gets_no_answer(
    at: AtWork, school: SchoolAtWork
) -> None:
    stranger = sits(at, school, "stranger")
    status, body = await at.done(stranger.user.say("status"))
    assert (status, body) == (403, None)
    assert at.teams.said == []


async def test_an_account_of_another_tenant_within_ours_is_a_stranger(
    at: AtWork, school: SchoolAtWork
) -> None:
    """Its own administrator may have given it the headteacher's address."""
    at.teams.members["29:head"]["tenantId"] = ANOTHER_TENANT
    head = sits(at, school, "head")
    await head.type("cases")
    assert head.shows(Say.NOT_A_MEMBER.value)


# Where others read along


@pytest.mark.parametrize(
    "text", [f"report-post {LINK}", LINK, "status", "cases", "case 2026-001", "help", "hm?", ""]
)
@pytest.mark.parametrize("label", ["head", "staff"])
async def test_in_a_channel_nothing_is_done_and_nothing_is_told(
    at: AtWork, school: SchoolAtWork, staff: Screen, label: str, text: str
) -> None:
    await report(staff)
    before = len(at.teams.said)
    await at.done(sits(at, school, label).user.in_channel(text, GOVERNORS))
    (posted,) = at.teams.said[before:]
    (told,) = at.teams.in_conversation(GOVERNORS)
    assert texts_in(told.card) == [Say.WRITE_TO_ME_DIRECTLY.value]
    assert posted["conversation"]["id"].startswith(f"{GOVERNORS};messageid=")
    assert drafts(school, label) == 0
    at.no_failures()


@pytest.mark.parametrize("label", ["head", "admin"])
async def test_the_digest_comes_to_the_channel_in_which_it_was_asked_for(
    at: AtWork, school: SchoolAtWork, label: str
) -> None:
    me = sits(at, school, label)
    await me.type("digest-here")
    assert me.shows(Say.DIGEST_WHERE.value)
    assert await at.host.governors_channel(at.host.schools.first) is None
    await at.done(me.user.in_channel("digest-here", GOVERNORS))
    channel = await at.host.governors_channel(at.host.schools.first)
    assert channel is not None
    assert channel.conversation == GOVERNORS
    (told,) = at.teams.in_conversation(GOVERNORS)
    assert texts_in(told.card) == [Say.DIGEST_COMES_HERE.value]
    at.no_failures()


@pytest.mark.parametrize(
    ("label", "says"), [("staff", Say.NOT_FOR_YOU), ("guest", Say.NOT_A_MEMBER)]
)
async def test_the_digest_comes_to_no_channel_because_somebody_else_says_so(
    at: AtWork, school: SchoolAtWork, label: str, says: Say
) -> None:
    await at.done(sits(at, school, label).user.in_channel("digest-here", GOVERNORS))
    (told,) = at.teams.in_conversation(GOVERNORS)
    assert texts_in(told.card) == [says.value]
    assert await at.host.governors_channel(at.host.schools.first) is None


async def test_in_a_group_chat_nothing_is_done_either(at: AtWork, staff: Screen) -> None:
    chat = {"isGroup": True, "conversationType": "groupChat", "id": GROUP, "tenantId": TENANT}
    at.teams.channels.add(GROUP)
    sent = staff.user.sender.message_in_channel(f"report-post {LINK}", GROUP)
    await at.done(at.line.send({**sent, "conversation": chat}))
    (told,) = at.teams.in_conversation(GROUP)
    assert texts_in(told.card) == [Say.WRITE_TO_ME_DIRECTLY.value]
    at.no_failures()


async def test_a_button_that_found_its_way_into_a_channel_does_nothing_there(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    await report(staff)
    head = sits(at, school, "head")
    await head.type("case 2026-001")
    data = head.sent(next(e for e in head.buttons if "declare" in str(e.get("data"))))
    channel = head.user.sender.message_in_channel("", GOVERNORS)
    sent = {**channel, "text": "", "entities": [], "value": data, "replyToId": "1790000000001"}
    await at.done(at.line.send(sent))
    (told,) = at.teams.in_conversation(GOVERNORS)
    assert texts_in(told.card) == [Say.WRITE_TO_ME_DIRECTLY.value]
    await head.type("case 2026-001")
    assert not head.became().refused
    at.no_failures()


# Once


async def test_a_message_that_was_edited_is_not_answered_again(at: AtWork, staff: Screen) -> None:
    await at.done(staff.user.edit("help", "1780000000001"))
    assert at.teams.said == []
    at.no_failures()


async def test_a_message_that_teams_brings_again_is_answered_once(
    at: AtWork, staff: Screen, school: SchoolAtWork
) -> None:
    sent = staff.user.sender.message(f"report-post {LINK}")
    for _ in range(3):
        status, _ = await at.done(at.line.send(sent))
        assert status == 200
    assert len(staff.user.messages) == 1
    assert drafts(school) == 1


async def test_the_same_words_written_twice_are_answered_twice(at: AtWork, staff: Screen) -> None:
    for _ in range(2):
        await at.done(staff.user.say("help"))
    assert len(staff.user.messages) == 2


# Coming and going


async def test_who_installs_the_app_is_welcomed_once(
    at: AtWork, school: SchoolAtWork, staff: Screen
) -> None:
    await staff.user.install()
    (welcome,) = staff.user.messages
    assert Say.HELP_TITLE.value in texts_in(welcome.card)
    await staff.step(staff.user.press(Say.REPORT_A_POST.value, welcome))
    assert staff.form is not None
    assert drafts(school) == 1
    at.no_failures()


async def test_a_guest_who_installs_the_app_is_told_whom_to_ask(
    at: AtWork, school: SchoolAtWork
) -> None:
    guest = sits(at, school, "guest")
    await guest.user.install()
    assert said_in_chat(guest) == Say.NOT_A_MEMBER.value


async def test_who_removes_the_app_is_left_alone(at: AtWork, staff: Screen) -> None:
    await staff.user.install()
    before = len(at.teams.calls)
    await staff.user.uninstall()
    await at.settled()
    assert at.teams.calls[before:] == []
    at.no_failures()


async def test_a_team_that_gets_the_app_is_told_of_the_digest_alone(
    at: AtWork, staff: Screen
) -> None:
    await at.done(at.line.send(staff.user.sender.installed_in_team(GOVERNORS)))
    (told,) = at.teams.in_conversation(GOVERNORS)
    assert texts_in(told.card) == [Say.CHANNEL_WELCOME.value]
    await at.done(at.line.send(staff.user.sender.installed_in_team(GOVERNORS, "remove")))
    assert len(at.teams.said) == 1
    at.no_failures()


# What fails


class Broken:
    """A school that fails at everything."""

    def __init__(self, words: Words) -> None:
        self.words = words

    async def windows(self, _user: str) -> bool:
        return True

    def known_as(self, addresses: tuple[str, ...]) -> str:
        return addresses[0]

    async def respond(self, inbound: Inbound, *_: object) -> Reply:
        raise RuntimeError(inbound.cause)


async def test_a_failure_of_ours_is_told_and_reported(at: AtWork, staff: Screen) -> None:
    await staff.user.install()
    at.tenant.host = Broken(at.host.words)  # type: ignore[assignment]
    (welcome,) = staff.user.messages
    await staff.step(staff.user.press(Say.REPORT_A_POST.value, welcome))
    assert staff.said == [Say.SOMETHING_WENT_WRONG.value]
    await at.done(staff.user.say("status"))
    assert said_in_chat(staff).endswith(Say.SOMETHING_WENT_WRONG.value)
    assert [what for what, _ in at.failures] == ["answering in Teams", "answering in Teams"]


async def test_a_page_that_we_fail_to_take_stays_with_all_that_it_holds(
    at: AtWork, staff: Screen
) -> None:
    await staff.type("report-post")
    staff.fill(dict(FIRST))
    dialog, host = staff.user.dialog, at.tenant.host
    at.tenant.host = Broken(at.host.words)  # type: ignore[assignment]
    status, body = await at.done(staff.user.press(staff.main))
    assert (status, body) == (500, None)  # Teams says itself that it did not work
    assert staff.user.dialog is dialog
    assert [what for what, _ in at.failures] == ["answering in Teams"]
    at.tenant.host, staff.user.failed = host, 0
    await staff.submit()
    assert staff.form is not None
    assert staff.form.page == "post"


async def test_a_connector_that_takes_nothing_is_reported_and_the_door_stays_open(
    at: AtWork, staff: Screen
) -> None:
    at.teams.fails("send", Failure(500), Failure(500))
    status, _ = await at.done(staff.user.say("help"))
    assert status == 200
    assert len(at.failures) == 2
    await staff.type("help")
    assert staff.shows(Say.HELP_TITLE.value)


@pytest.mark.parametrize(
    "data", ["a", 1.5, True, ["a"], {"team": "a"}, {"team": {"id": 7}}], ids=str
)
async def test_who_it_is_does_not_hang_on_data_that_nobody_knows(
    at: AtWork, staff: Screen, data: object
) -> None:
    more = {"channelData": data, "conversation": staff.user.sender.message("")["conversation"]}
    sent = {**staff.user.sender.message("status"), **more}
    status, _ = await at.done(at.line.send(sent))
    assert status == 200
    at.no_failures()
