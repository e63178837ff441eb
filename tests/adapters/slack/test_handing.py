"""A document comes as a file into the person's chat, and Slack keeps it no longer than it must."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.slack.handing import NOTES, HandedFiles
from bot.compose.slack import SlackAtWork
from bot.config.secrets import SlackSecrets
from bot.domain.ids import CaseId
from bot.screens.say import Say
from tests.app.at_the_door import Door, a_door, a_word_file
from tests.builders import an_answer

from .at_work import AtWork, at_work
from .member import Member, button_called, buttons_in, texts_in
from .stand_in import APP_TOKEN, TOKEN, Failure

STEP = "ask-host"
CHAT = "D0HEAD"
DAY = timedelta(hours=24)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path)


@pytest_asyncio.fixture
async def at(door: Door) -> AsyncIterator[AtWork]:
    async with at_work(door.at.school) as running:
        yield running


def files_in(at: AtWork, chat: str = CHAT) -> list[dict[str, Any]]:
    """The files that stand in a chat."""
    return [each for each in at.slack.files.values() if each.get("channel") == chat]


async def notes(at: AtWork) -> list[str]:
    return list(await at.host.kept(NOTES))


def said_to(me: Member) -> str:
    return "\n".join(text for each in me.messages for text in texts_in(each.blocks))


async def open_case(at: AtWork, door: Door, case: CaseId) -> Member:
    head = at.member("head")
    at.clock.ahead += 2
    await at.done(head.command(f"case {door.at.state(case).reference}"))
    return head


async def press(at: AtWork, me: Member, verb: str, step: str = "") -> None:
    """The button of the modal, on whichever of its pages it stands."""
    for _ in range(9):
        for each in buttons_in(me.modal.view):
            if f'"{verb}"' in each.get("value", "") and step in each["value"]:
                at.clock.ahead += 2
                await at.done(me.press(each))
                return
        at.clock.ahead += 2
        await at.done(me.press(button_called(me.modal.view, "Next")))
    raise AssertionError(verb)


async def drafted(at: AtWork, door: Door) -> tuple[Member, CaseId]:
    case = door.further()
    head = await open_case(at, door, case)
    await press(at, head, "draft-letter", STEP)
    return head, case


async def test_a_draft_comes_into_the_chat_of_who_asked_for_it(at: AtWork, door: Door) -> None:
    head, case = await drafted(at, door)
    (file,) = files_in(at)
    reference = str(door.at.state(case).reference)
    assert file["name"] == f"host-request-{reference}.docx"
    assert file["title"] == f"Request to the site {reference}"
    assert texts_in(file["blocks"]) == [Say.LETTER_READY.value]
    assert at.slack.contents[file["id"]] == a_word_file("host-request, draft 1")
    shown = texts_in(head.modal.view)
    assert Say.HANDED_IN_CHAT.value in shown
    assert Say.LETTER_WHICH.value in shown
    assert await notes(at) == [f"{NOTES}{file['id']}"]
    at.no_failures()


async def test_an_own_version_is_taken_from_the_form(at: AtWork, door: Door) -> None:
    head, case = await drafted(at, door)
    files = head.input_of("file")
    assert files is not None
    assert (files["element"]["filetypes"], files["element"]["max_files"]) == (["docx", "pdf"], 1)
    await head.fill("version", "own")
    await head.fill("file", [at.slack.add_file(a_word_file("Our own"))])
    await head.fill("answer", "now")
    await at.done(head.submit())
    assert door.events(case)[-2:] == ["LetterIssued", "StepAnswered"]
    at.no_failures()


async def test_it_stays_until_its_step_is_answered(at: AtWork, door: Door) -> None:
    _, case = await drafted(at, door)
    await at.workspace.handed.sweep()
    assert len(files_in(at)) == 1
    door.at.work("head", case, an_answer(STEP, "reported"))
    await at.workspace.handed.sweep()
    assert files_in(at) == []
    assert await notes(at) == []
    at.no_failures()


async def test_it_is_gone_after_a_day_whatever_became_of_the_step(at: AtWork, door: Door) -> None:
    await drafted(at, door)
    door.at.clock.at += DAY - timedelta(seconds=1)
    await at.workspace.handed.sweep()
    assert len(files_in(at)) == 1
    door.at.clock.at += timedelta(seconds=1)
    await at.workspace.handed.sweep()
    assert (files_in(at), await notes(at)) == ([], [])


async def test_one_that_is_asked_for_after_the_answer_stays_its_day(at: AtWork, door: Door) -> None:
    _, case = await drafted(at, door)
    door.at.work("head", case, an_answer(STEP, "reported"))
    await at.workspace.handed.sweep()
    head = await open_case(at, door, case)
    await press(at, head, "get-file")
    assert texts_in(head.modal.view)[-1] == Say.HANDED_IN_CHAT.value
    await at.workspace.handed.sweep()
    assert len(files_in(at)) == 1
    door.at.clock.at += DAY
    await at.workspace.handed.sweep()
    assert files_in(at) == []
    at.no_failures()


async def test_an_erased_case_leaves_no_letter_in_slack(at: AtWork, door: Door) -> None:
    _, case = await drafted(at, door)
    with door.at.school.store.writing() as writing:
        writing.lock_school()
        writing.lock_case(case)
        writing.erase_case(case, door.at.clock.now(), figures=b"", entry=b"{}")
    await at.workspace.handed.sweep()
    assert (files_in(at), await notes(at)) == ([], [])


async def test_the_draft_that_is_fetched_again_leaves_the_form_as_it_is(
    at: AtWork, door: Door
) -> None:
    head, _ = await drafted(at, door)
    await head.fill("version", "own")
    before = head.modal.hash
    await press(at, head, "get-file")
    assert head.modal.hash == before
    assert len(files_in(at)) == 2
    at.no_failures()


async def test_a_copy_of_a_case_comes_with_the_case_as_it_is_then(at: AtWork, door: Door) -> None:
    case = door.at.report(files=("chart.png",))
    head = await open_case(at, door, case)
    await press(at, head, "hand-over")
    await head.fill("for_whom", "The police")
    await head.fill("why", "They asked for it")
    await at.done(head.submit())
    (file,) = files_in(at)
    reference = str(door.at.state(case).reference)
    assert (file["name"], file["title"]) == (f"case-{reference}.zip", f"Case {reference}")
    assert texts_in(head.modal.view)[1] == Say.HANDED_IN_CHAT.value
    door.at.clock.at += DAY
    await at.workspace.handed.sweep()
    assert files_in(at) == []
    at.no_failures()


@pytest.mark.parametrize(
    ("method", "failure"),
    [
        ("files.getUploadURLExternal", Failure("internal_error")),
        ("upload", Failure(status=500)),
        ("upload", Failure(nothing=True)),
        ("files.completeUploadExternal", Failure("internal_error")),
        ("files.completeUploadExternal", Failure(status=503)),
        ("conversations.open", Failure("internal_error")),
    ],
)
async def test_if_it_cannot_be_uploaded_that_is_said_and_nothing_is_left(
    at: AtWork, door: Door, method: str, failure: Failure
) -> None:
    at.slack.fails(method, failure)
    head, case = await drafted(at, door)
    assert Say.SOMETHING_WENT_WRONG.value in said_to(head)
    assert (files_in(at), await notes(at)) == ([], [])
    assert [what for what, _ in at.failures] == ["handing a file over in Slack"]
    assert "LetterDrafted" in door.events(case)
    await press(at, head, "get-file")
    assert len(files_in(at)) == 1


async def test_what_cannot_be_deleted_is_reported_and_tried_again(at: AtWork, door: Door) -> None:
    await drafted(at, door)
    door.at.clock.at += DAY
    at.slack.fails("files.delete", Failure("internal_error"))
    await at.workspace.handed.sweep()
    assert [what for what, _ in at.failures] == ["deleting a file from Slack"]
    assert (len(files_in(at)), len(await notes(at))) == (1, 1)
    await at.workspace.handed.sweep()
    assert (files_in(at), await notes(at)) == ([], [])


async def test_one_that_cannot_be_deleted_does_not_keep_another(at: AtWork, door: Door) -> None:
    head, _ = await drafted(at, door)
    await press(at, head, "get-file")
    door.at.clock.at += DAY
    at.slack.fails("files.delete", Failure("internal_error"))
    await at.workspace.handed.sweep()
    assert (len(files_in(at)), len(await notes(at))) == (1, 1)


@pytest.mark.parametrize("code", ["file_not_found", "file_deleted"])
async def test_one_that_somebody_deleted_is_done_with(at: AtWork, door: Door, code: str) -> None:
    await drafted(at, door)
    door.at.clock.at += DAY
    at.slack.fails("files.delete", Failure(code))
    await at.workspace.handed.sweep()
    assert await notes(at) == []
    at.no_failures()


async def test_a_file_is_noted_before_its_bytes_leave(at: AtWork, door: Door) -> None:
    """A process that ends in between leaves a note, and the next one deletes the file."""
    at.slack.fails("upload", Failure(status=500))
    at.slack.fails("files.delete", Failure("internal_error"))
    await drafted(at, door)
    assert len(await notes(at)) == 1
    workspace = at.workspace
    next_one = HandedFiles(at.client, at.host, workspace.showing, workspace.report)
    door.at.clock.at += DAY
    await next_one.sweep()
    assert await notes(at) == []


async def test_nothing_of_the_case_is_in_the_notes(at: AtWork, door: Door) -> None:
    _, case = await drafted(at, door)
    ((_, text),) = (await at.host.kept(NOTES)).items()
    ref, _ = json.loads(text)
    assert ref.startswith("letter:")
    assert case in ref


async def test_a_running_process_sweeps_by_itself(at: AtWork, door: Door) -> None:
    await drafted(at, door)
    door.at.clock.at += DAY
    slack = SlackAtWork(at.host, at.client, SlackSecrets(TOKEN, APP_TOKEN, ""), sweep_seconds=0.01)
    deleted, delete = asyncio.Event(), at.client.delete_file

    async def seen(file: str) -> None:
        await delete(file)
        deleted.set()

    at.client.delete_file = seen  # type: ignore[method-assign]
    await slack.open()
    at.slack.fails("files.delete", Failure("internal_error"))
    slack.start()
    await asyncio.wait_for(deleted.wait(), 10)
    await slack.close()
    assert (files_in(at), await notes(at)) == ([], [])
