"""A document goes into the person's own OneDrive once they consent, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.teams.carried import OURS
from adapters.teams.client import UPLOADED
from adapters.teams.endpoints import MICROSOFT
from adapters.teams.handing import CONSENT, INFO, read_consent
from adapters.teams.refusals import TeamsRefused
from bot.domain.commands import Exclude
from bot.domain.ids import CaseId, Role
from bot.screens.press import NotOurs, Press, Verb
from bot.screens.say import Say
from tests.app.at_the_door import WHY, Door, a_door, a_word_file
from tests.teams_screen import Screen

from .activities import uploaded
from .at_work import AtWork, at_work
from .door import at_the_door
from .sitting import said_in_chat, sits
from .stand_in import Failure, Json, Posted

STEP = "ask-host"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path, {Role.HEAD: ("head", "deputy")})


@pytest_asyncio.fixture
async def at(door: Door) -> AsyncIterator[AtWork]:
    async with at_work(door.at.school) as running:
        yield running


def files_in(me: Screen, kind: str = CONSENT) -> list[Posted]:
    """The cards about files that stand in somebody's chat."""
    found = [(each, each.activity["attachments"][0]) for each in me.user.messages]
    return [posted for posted, attachment in found if attachment["contentType"] == kind]


def attachment(posted: Posted) -> Json:
    (found,) = posted.activity["attachments"]
    return found  # type: ignore[no-any-return]


async def drafted(at: AtWork, door: Door, *, opens_windows: bool = True) -> tuple[Screen, CaseId]:
    case = door.further()
    head = sits(at, door.at, "head", opens_windows=opens_windows)
    await head.press_old(Press(Verb.DRAFT_LETTER, case, STEP, 1))
    await at.settled()
    return head, case


def upload_info(at: AtWork, **more: str) -> Json:
    return {
        "contentUrl": f"{at.teams.onedrive}/personal/head/letter.docx",
        "name": "letter.docx",
        "uploadUrl": f"{at.teams.onedrive}/upload/s1?tempauth=x",
        "uniqueId": "1150D938-8870-4044-9F2C-5BBDEBA70C8C",
        "fileType": "docx",
        "etag": "123",
        **more,
    }


async def answers(
    at: AtWork, me: Screen, card: Posted, upload: Json | None, who: Screen | None = None
) -> tuple[int, object]:
    """Allows or declines what a card asks for."""
    side = "acceptContext" if upload is not None else "declineContext"
    context = attachment(card)["content"][side]
    sender = (who or me).user.sender
    return await at.done(me.user.line.send(sender.consented(card.id, context, upload)))


@pytest.mark.parametrize("opens_windows", [True, False], ids=["dialogs", "the chat"])
async def test_a_draft_is_offered_and_nothing_of_it_stands_in_the_chat(
    at: AtWork, door: Door, opens_windows: bool
) -> None:
    head, case = await drafted(at, door, opens_windows=opens_windows)
    (card,) = files_in(head)
    shown = attachment(card)
    assert shown["name"] == f"host-request-{door.at.state(case).reference}.docx"
    content = shown["content"]
    assert content["description"] == Say.LETTER_READY.value
    assert content["sizeInBytes"] == len(a_word_file("host-request, draft 1"))
    assert content["acceptContext"] == content["declineContext"]
    assert list(content["acceptContext"]) == [OURS]
    assert head.shows(Say.HANDED_IN_CHAT.value) or Say.HANDED_IN_CHAT.value in said_in_chat(head)
    at.no_failures()


async def test_with_consent_it_is_put_into_their_onedrive(at: AtWork, door: Door) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    status, body = await answers(at, head, card, upload_info(at))
    assert (status, body) == (200, None)
    assert at.teams.drive.files == {"s1": a_word_file("host-request, draft 1")}
    (seen,) = files_in(head, INFO)
    assert attachment(seen) == {
        "contentType": INFO,
        "contentUrl": f"{at.teams.onedrive}/personal/head/letter.docx",
        "name": "letter.docx",
        "content": {"uniqueId": "1150D938-8870-4044-9F2C-5BBDEBA70C8C", "fileType": "docx"},
    }
    assert files_in(head) == []
    assert at.teams.drive.problems == []
    at.no_failures()


async def test_who_declines_gets_nothing_and_the_card_is_gone(at: AtWork, door: Door) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    await answers(at, head, card, None)
    assert (at.teams.drive.files, files_in(head)) == ({}, [])
    assert Say.FILE_DECLINED.value in said_in_chat(head)
    at.no_failures()


async def test_permission_is_asked_again_when_consent_comes(at: AtWork, door: Door) -> None:
    head, case = await drafted(at, door)
    (card,) = files_in(head)
    door.at.work("deputy", case, Exclude(door.at.id_of("head"), WHY))
    await answers(at, head, card, upload_info(at))
    assert (at.teams.drive.files, files_in(head)) == ({}, [])
    assert Say.NOT_FOR_YOU.value in said_in_chat(head)
    assert door.refusals(case) == 1
    at.no_failures()


async def test_somebody_elses_card_gives_nothing(at: AtWork, door: Door) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    staff = sits(at, door.at, "staff")
    await answers(at, head, card, upload_info(at), who=staff)
    assert at.teams.drive.files == {}
    assert Say.NOT_FOR_YOU.value in said_in_chat(staff)
    assert len(files_in(head)) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500, 503])
async def test_if_onedrive_does_not_take_it_that_is_said_and_can_be_tried_again(
    at: AtWork, door: Door, status: int
) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    at.teams.drive.failing = [status]
    await answers(at, head, card, upload_info(at))
    assert Say.SOMETHING_WENT_WRONG.value in said_in_chat(head)
    assert [what for what, _ in at.failures] == ["putting a file into OneDrive"]
    assert (at.teams.drive.files, len(files_in(head))) == ({}, 1)
    await answers(at, head, card, upload_info(at))
    assert (len(at.teams.drive.files), files_in(head)) == (1, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"uploadUrl": "https://example.com/upload/s1"},
        {"uploadUrl": "https://sharepoint.com.example.com/upload/s1"},
        {"uploadUrl": "https://x@sharepoint.com/upload/s1"},
        {"uploadUrl": "http://school.sharepoint.com/upload/s1"},
        {"uploadUrl": "file:///etc/passwd"},
        {"uploadUrl": ""},
        {"contentUrl": "https://example.com/letter.docx"},
        {"contentUrl": ""},
    ],
    ids=str,
)
async def test_no_other_host_gets_a_byte(at: AtWork, door: Door, wrong: dict[str, str]) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    await answers(at, head, card, upload_info(at, **wrong))
    assert at.teams.drive.files == {}
    assert [str(error) for _, error in at.failures] == ["upload: 0 not-microsofts-host"]
    assert Say.SOMETHING_WENT_WRONG.value in said_in_chat(head)


@pytest.mark.parametrize("url", ["https://smba.trafficmanager.net/uk/", "https://x.sharepoint.us."])
def test_only_onedrive_is_a_place_for_files(url: str) -> None:
    assert not MICROSOFT.is_onedrive(url)
    assert MICROSOFT.is_onedrive("https://school-my.sharepoint.com/personal/upload")


async def test_a_large_file_goes_in_pieces_without_a_token() -> None:
    async with at_the_door() as at:
        content = bytes(range(256)) * (UPLOADED // 256) + b"the rest"
        await at.client.upload(f"{at.teams.onedrive}/upload/s2", content)
        assert at.teams.drive.files == {"s2": content}
        assert at.teams.drive.problems == []
        with pytest.raises(TeamsRefused):
            await at.client.upload(at.teams.service_url, b"x")


async def test_two_clicks_put_it_there_once(at: AtWork, door: Door) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    context = attachment(card)["content"]["acceptContext"]
    for _ in range(2):
        await head.user.line.send(head.user.sender.consented(card.id, context, upload_info(at)))
    await at.settled()
    assert len(files_in(head, INFO)) == 1
    at.no_failures()


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"action": "accept"},
        {"action": "accept", "context": {}},
        {"action": "accept", "context": {OURS: {"file": 5}}},
        {"action": "opens", "context": {OURS: {"file": "letter:x"}}},
        [],
        "accept",
    ],
    ids=str,
)
def test_an_answer_that_is_not_to_our_card_is_not_ours(value: object) -> None:
    with pytest.raises(NotOurs):
        read_consent(value)


async def test_a_made_up_file_is_refused(at: AtWork, door: Door) -> None:
    head, _ = await drafted(at, door)
    (card,) = files_in(head)
    for ref in ("", "nothing", 'letter:["a","b"]', "case:[]", "person:x"):
        context = {OURS: {"file": ref}}
        sent = head.user.sender.consented(card.id, context, upload_info(at))
        await at.done(head.user.line.send(sent))
    assert at.teams.drive.files == {}
    assert Say.NOT_FOR_YOU.value in said_in_chat(head)


async def test_if_it_cannot_be_offered_that_is_said(at: AtWork, door: Door) -> None:
    at.teams.fails("send", Failure(500))
    head, _ = await drafted(at, door)
    assert Say.SOMETHING_WENT_WRONG.value in said_in_chat(head)
    assert [what for what, _ in at.failures] == ["offering a file in Teams"]
    assert files_in(head) == []


# An own version, sent into the chat


async def sends(me: Screen, content: bytes, name: str = "letter.docx") -> None:
    sent = [uploaded(me.at.teams.add_file(content, pasted=False), name)]
    await me.step(me.user.say("", sent), begins=True)


async def test_an_own_version_is_sent_into_the_chat_and_approved(at: AtWork, door: Door) -> None:
    head, case = await drafted(at, door, opens_windows=False)
    head.user.close()
    await sends(head, a_word_file("Our own"))
    assert head.shows(Say.LETTER_APPROVED.value)
    assert door.events(case)[-2:] == ["LetterIssued", "StepAnswered"]
    await sends(head, a_word_file("Once more"))
    assert head.shows(Say.PICTURE_FOR_NOTHING.value)
    at.no_failures()


async def test_what_is_no_letter_is_refused_with_its_reason(at: AtWork, door: Door) -> None:
    head, case = await drafted(at, door)
    head.user.close()
    await sends(head, b"MZ no letter")
    assert any("Word" in each for each in head.said)
    assert "LetterIssued" not in door.events(case)
    at.no_failures()


async def test_the_forms_words_say_how_to_send_it(at: AtWork, door: Door) -> None:
    for opens_windows in (True, False):
        case = door.further()
        head = sits(at, door.at, "head", opens_windows=opens_windows)
        await head.press_old(Press(Verb.DRAFT_LETTER, case, STEP, 1))
        await at.settled()
        said = "\n".join([*head.texts, said_in_chat(head)])
        assert "a Word document or a PDF" in said
        assert "pictures here" not in said
