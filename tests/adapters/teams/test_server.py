"""How activities are answered: by status, and invokes by what the bot gave."""

import asyncio
import json
import logging
from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ActivityTypes
from botbuilder.schema.teams import TaskModuleMessageResponse

from adapters.teams.server import MOST_BYTES

from .door import CHANNEL, AtTheDoor, at_the_door
from .signing import claims, token
from .stand_in import Failure, Json

MARKER = "Pat Example"


async def posted(
    at: AtTheDoor, body: bytes, kind: str = "application/json; charset=utf-8"
) -> tuple[int, str]:
    """A request with a good token, whatever else it is."""
    signed = token(claims(at.teams.service_url))
    headers = {"Authorization": f"Bearer {signed}", "Content-Type": kind}
    url = f"{at.line.origin}/api/messages"
    async with at.line.session.post(url, data=body, headers=headers) as came:
        return came.status, await came.text()


async def test_a_message_is_acknowledged_without_a_body() -> None:
    async with at_the_door() as at:
        assert await posted(at, json.dumps(at.staff.message("status")).encode()) == (200, "")
        assert len(at.turns) == 1


async def test_the_bot_gets_the_activity_as_it_came() -> None:
    async with at_the_door() as at:
        activity = at.staff.message_in_channel("help", CHANNEL) | {"new": {"deep": [1, None]}}
        await at.line.send(activity)
        assert at.turns == [activity]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_what_is_no_json_is_unsupported(kind: str) -> None:
    async with at_the_door() as at:
        body = json.dumps(at.staff.message("status")).encode()
        assert await posted(at, body, kind) == (415, "")
        assert at.turns == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"status"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"type": "message", "text": ' + b"1" * 5000 + b"}",
        b'{"type": "message", "timestamp": "yesterday"}',
        b'{"type": "message", "membersAdded": 5}',
        b'{"type": "message", "from": "Ada"}',
    ],
    ids=lambda each: each[:40].decode("latin-1"),
)
async def test_json_that_is_no_activity_is_a_bad_request(body: bytes) -> None:
    async with at_the_door() as at:
        assert await posted(at, body) in {(400, ""), (401, "")}
        assert at.turns == []
        assert at.failures == []


async def test_half_a_character_is_a_bad_request() -> None:
    async with at_the_door() as at:
        body = json.dumps(at.staff.message(f"Look {chr(0xD83D)}")).encode()
        assert await posted(at, body) == (400, "")
        assert at.turns == []


async def test_a_character_of_two_halves_is_one() -> None:
    async with at_the_door() as at:
        activity = at.staff.message("😀")
        assert b"\\ud83d" in json.dumps(activity).encode()
        assert (await posted(at, json.dumps(activity).encode()))[0] == 200


async def test_too_much_is_not_read() -> None:
    async with at_the_door() as at:
        activity = at.staff.message("x" * MOST_BYTES)
        assert await posted(at, json.dumps(activity).encode()) == (413, "")
        assert at.turns == []


async def test_too_much_in_pieces_is_not_read_either() -> None:
    async with at_the_door() as at:
        signed = token(claims(at.teams.service_url))

        async def pieces() -> Any:  # noqa: ANN401 - an async generator
            for _ in range(3):
                yield b" " * (MOST_BYTES // 2)

        headers = {"Authorization": f"Bearer {signed}", "Content-Type": "application/json"}
        url = f"{at.line.origin}/api/messages"
        async with at.line.session.post(url, data=pieces(), headers=headers) as came:
            assert came.status == 413


@pytest.mark.parametrize("part", ["from", "recipient", "conversation", "type"])
@pytest.mark.parametrize("value", [None, {}, {"id": ""}, {"id": None}])
async def test_an_event_from_nobody_and_nowhere_is_acknowledged(
    part: str, value: Json | None
) -> None:
    async with at_the_door() as at:
        activity = at.staff.message("status") | {part: value}
        assert (await at.line.send(activity))[0] in {200, 400}
        assert at.turns == []
        assert at.failures == []


async def test_an_event_of_a_new_kind_is_acknowledged() -> None:
    async with at_the_door() as at:
        activity = at.staff.message("") | {"type": "somethingNew", "name": "application/vnd"}
        assert await at.line.send(activity) == (200, None)


# Invokes


async def test_an_invoke_is_answered_with_what_the_bot_gave() -> None:
    async with at_the_door() as at:
        assert await at.line.send(at.staff.dialog_opened({"rp": {}}, "1")) == (200, at.answer)


@pytest.mark.parametrize("answer", [[], [1, 2], {}, {"a": "é<&>"}], ids=str)
async def test_a_body_may_be_any_json(answer: object) -> None:
    async with at_the_door() as at:
        at.answer = answer
        assert await at.line.send(at.staff.dialog_submitted({})) == (200, answer)


async def test_a_body_of_the_sdks_is_serialised() -> None:
    async with at_the_door() as at:
        at.answer = TaskModuleMessageResponse(value="Hello")
        status, body = await at.line.send(at.staff.dialog_submitted({}))
        assert (status, body["value"]) == (200, "Hello")


async def test_an_invoke_that_the_bot_does_not_answer_is_not_implemented() -> None:
    async with at_the_door() as at:
        at.answer = None
        assert await at.line.send(at.staff.dialog_submitted({})) == (501, None)


async def test_an_invoke_from_nobody_is_not_implemented() -> None:
    async with at_the_door() as at:
        activity = at.staff.dialog_submitted({}) | {"recipient": None}
        assert await at.line.send(activity) == (501, None)


@pytest.mark.parametrize("error", [ValueError, PermissionError, KeyError, RuntimeError])
async def test_a_turn_that_fails_is_reported_and_says_nothing(
    error: type[Exception], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with at_the_door() as at:

        async def fails(_context: TurnContext) -> None:
            raise error(MARKER)

        at.then = fails
        data = {"rp": {}, "text.note": MARKER}
        for activity in (at.staff.message(MARKER), at.staff.dialog_submitted(data)):
            assert await at.line.send(activity) == (500, None)
        assert [type(each) for _, each in at.failures] == [error, error]
    assert MARKER not in caplog.text + "".join(capfd.readouterr())


# What the SDK asks, asked by our client


async def test_what_the_sdk_sends_goes_through_our_client() -> None:
    async with at_the_door() as at:

        async def talks(context: TurnContext) -> None:
            sent = await context.send_activity("Hello")
            again = Activity(id=sent.id, type=ActivityTypes.message, text="Good morning")
            await context.update_activity(again)
            gone = await context.send_activity("Good night")
            await context.delete_activity(gone.id)

        at.then = talks
        assert (await at.line.send(at.staff.message("status")))[0] == 200
        assert at.failures == []
        (kept,) = at.teams.messages
        assert kept.activity["text"] == "Good morning"
        assert kept.conversation == at.chat.conversation
        assert len(at.teams.called("delete")) == 1


async def test_a_conversation_is_continued_from_what_was_kept() -> None:
    async with at_the_door() as at:
        references = list[Any]()

        async def keeps(context: TurnContext) -> None:
            references.append(TurnContext.get_conversation_reference(context.activity))

        async def greets(context: TurnContext) -> None:
            await context.send_activity("Good morning")

        at.then = keeps
        await at.line.send(at.staff.message("status"))
        sdk = await at.adapter.sdk()
        await sdk.continue_conversation(references[0], greets, "the-app")
        assert [each.activity["text"] for each in at.teams.messages] == ["Good morning"]


async def test_many_are_answered_at_once() -> None:
    async with at_the_door() as at:
        all_here, here = asyncio.Event(), list[int]()

        async def waits_for_all(_context: TurnContext) -> None:
            here.append(1)
            if len(here) == 20:
                all_here.set()
            await all_here.wait()

        at.then = waits_for_all
        answers = [at.line.send(at.staff.dialog_submitted({})) for _ in range(20)]
        assert [status for status, _ in await asyncio.gather(*answers)] == [200] * 20


async def test_no_library_tells_what_came(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with at_the_door() as at:
        activity = at.staff.message(MARKER, [{"contentType": 5, "content": MARKER}])
        activity |= {"timestamp": MARKER, "strange": MARKER}
        await at.line.send(activity)
        await at.line.send(at.staff.message(MARKER) | {"strange": MARKER})
        at.teams.fails("openid", Failure(body=MARKER))
        at.now.at = 1e9
        await at.line.send(at.staff.message(MARKER))
    assert MARKER not in caplog.text
