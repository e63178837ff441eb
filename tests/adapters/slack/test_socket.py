"""The line to Slack: whether it is up is known, a lost one is made anew, and a refusal is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.socket import SlackSocket
from tests.fakes import RunningClock
from tests.markers import everything_logged

from .stand_in import APP_TOKEN, TOKEN, Failure, StandIn

LIMIT = 20


@asynccontextmanager
async def a_line(app_token: str = APP_TOKEN) -> AsyncIterator[tuple[SlackSocket, StandIn]]:
    slack = StandIn(RunningClock())
    async with slack.server() as server:
        slack.origin = f"http://127.0.0.1:{server.port}"
        client = AsyncWebClient(TOKEN, base_url=f"{slack.origin}/api/")
        socket = SlackSocket(AsyncApp(client=client, signing_secret="s"), app_token, lambda _: {})
        yield socket, slack
        closing = asyncio.create_task(socket.close())
        for _ in range(3):
            slack.envelopes.put_nowait(None)
        await closing


async def until(asked: Callable[[], Awaitable[bool]]) -> None:
    """Asks again and again, giving everybody else a turn."""
    async with asyncio.timeout(LIMIT):
        while not await asked():  # noqa: ASYNC110 - the library tells of it by no event
            await asyncio.sleep(0)


async def test_the_line_is_down_until_it_is_up_and_is_made_anew_when_slack_ends_it() -> None:
    async with a_line() as (socket, slack):
        assert await socket.connection() == "it has not connected to Slack yet"
        socket.open()

        async def is_ready() -> bool:
            return await socket.connection() == ""

        await until(is_ready)
        slack.envelopes.put_nowait(None)  # Slack ends the line, as it does every few hours

        async def is_made_anew() -> bool:
            return len(slack.called("apps.connections.open")) > 1 and socket.connection.is_up

        await until(is_made_anew)


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked"])
async def test_a_refused_line_is_told_with_slacks_own_word_and_without_the_token(code: str) -> None:
    with everything_logged() as logged:
        async with a_line("xapp-revoked-marker") as (socket, slack):
            if code != "invalid_auth":
                slack.failing["apps.connections.open"] = [Failure(code)] * 50
            socket.open()

            async def is_told() -> bool:
                return "does not let us connect" in logged.getvalue()

            await until(is_told)
            assert await socket.connection() == "it has not connected to Slack yet"
    events = [json.loads(line) for line in logged.getvalue().splitlines()]
    told = [each for each in events if each["event"] == "platform does not let us connect"]
    assert {(each["platform"], each["code"]) for each in told} == {("slack", code)}
    assert "revoked-marker" not in logged.getvalue()
