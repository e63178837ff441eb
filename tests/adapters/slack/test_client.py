"""What Slack refuses is a pause, a failure for now, or for good; files come from its host alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest

from adapters.slack.client import SlackClient
from adapters.slack.refusals import SlackRefused
from tests.fakes import RunningClock

from .at_work import stand_in_client
from .stand_in import TOKEN, Failure, StandIn, too_many

BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Hello"}}]


@dataclass
class Now:
    """A clock moved by hand."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Calling:
    """A client and whom it calls."""

    slack: StandIn
    client: SlackClient
    now: Now


@asynccontextmanager
async def calling(token: str = TOKEN) -> AsyncIterator[Calling]:
    slack, now = StandIn(RunningClock()), Now()
    async with slack.server() as server, aiohttp.ClientSession() as session:
        slack.origin = f"http://127.0.0.1:{server.port}"
        client = stand_in_client(slack, session, token=token)
        client._seconds = now  # noqa: SLF001
        yield Calling(slack, client, now)


async def refusal_of(at: Calling, channel: str = "D1") -> SlackRefused:
    with pytest.raises(SlackRefused) as refused:
        await at.client.post(channel, BLOCKS, "Hello")
    return refused.value


async def test_a_pause_is_kept_for_its_channel_and_for_no_other() -> None:
    async with calling() as at:
        at.slack.fails("chat.postMessage", too_many(30))
        delivery = (await refusal_of(at)).as_delivery_error()
        assert (delivery.permanent, delivery.wait_seconds) == (False, 30)
        at.now.at = 10
        assert (await refusal_of(at)).wait_seconds == 20
        assert len(at.slack.called("chat.postMessage")) == 1  # Slack was left alone
        await at.client.post("D2", BLOCKS, "Hello")
        at.now.at = 30
        await at.client.post("D1", BLOCKS, "Hello")


async def test_a_pause_of_one_method_is_none_of_another() -> None:
    async with calling() as at:
        ts = await at.client.post("D1", BLOCKS, "Hello")
        at.slack.fails("chat.postMessage", too_many())
        await refusal_of(at)
        await at.client.update("D1", ts, BLOCKS, "Hello")
        assert len(at.slack.called("chat.update")) == 1


async def test_a_pause_without_a_length_is_one_all_the_same() -> None:
    async with calling() as at:
        at.slack.fails("chat.postMessage", Failure("ratelimited", 429))
        assert (await refusal_of(at)).wait_seconds == 30


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "not_in_channel",
        "user_disabled",
        "is_archived",
        "user_not_found",
    ],
)
async def test_what_will_never_work_is_permanent(code: str) -> None:
    async with calling() as at:
        at.slack.fails("chat.postMessage", Failure(code))
        delivery = (await refusal_of(at)).as_delivery_error()
        assert (delivery.permanent, delivery.wait_seconds) == (True, None)


@pytest.mark.parametrize(
    "failure",
    [
        Failure("internal_error"),
        Failure("service_unavailable"),
        Failure("something_new"),
        # Our own token: a new one mends it, and nothing may be lost until then.
        Failure("account_inactive"),
        Failure("token_revoked"),
        Failure("invalid_auth"),
        Failure(status=500),
        Failure(status=503),
        Failure(status=200),
        Failure(nothing=True),
    ],
    ids=lambda failure: failure.error or ("nothing" if failure.nothing else str(failure.status)),
)
async def test_what_may_work_later_is_tried_again(failure: Failure) -> None:
    async with calling() as at:
        at.slack.fails("chat.postMessage", failure)
        delivery = (await refusal_of(at)).as_delivery_error()
        assert (delivery.permanent, delivery.wait_seconds) == (False, None)


async def test_nobody_there_is_tried_again() -> None:
    async with calling() as at:
        at.client.web.base_url = "http://127.0.0.1:9/api/"
        assert not (await refusal_of(at)).permanent


async def test_a_wrong_token_is_refused_by_slack() -> None:
    async with calling(token="xoxb-another") as at:
        assert (await refusal_of(at)).code == "invalid_auth"


async def test_links_are_not_unfolded() -> None:
    async with calling() as at:
        await at.client.post("D1", BLOCKS, "Hello")
        given = at.slack.messages[0].given
        assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)


async def fetched(at: Calling, content: bytes, url: str | None = None, most: int = 100) -> bytes:
    return await at.client.fetch_file(at.slack.add_file(content, url), most)


async def test_a_file_comes_with_the_bots_token() -> None:
    async with calling() as at:
        assert await fetched(at, b"a picture") == b"a picture"


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com.example.org/x",
        "https://example.org/files.slack.com",
        "https://bot@127.0.0.1/x",
        "ftp://127.0.0.1/x",
        "http://[::1/x",
        "",
    ],
)
async def test_the_bots_token_goes_to_no_other_host(url: str) -> None:
    async with calling() as at:
        with pytest.raises(SlackRefused, match="not-slacks-host"):
            await fetched(at, b"a picture", url)
        assert at.slack.called("GET file") == []


async def test_a_redirection_is_not_followed() -> None:
    async with calling() as at:
        elsewhere = {"Location": f"{at.slack.origin}/files/F1"}
        at.slack.fails("GET file", Failure(status=302, headers=elsewhere))
        with pytest.raises(SlackRefused, match="http-302"):
            await fetched(at, b"a picture")
        assert len(at.slack.called("GET file")) == 1


async def test_a_page_that_asks_for_a_password_is_no_file() -> None:
    async with calling() as at:
        at.slack.fails("GET file", Failure(status=200))
        with pytest.raises(SlackRefused):
            await fetched(at, b"a picture")


async def test_of_a_file_that_is_too_large_no_more_is_read_than_shows_it() -> None:
    async with calling() as at:
        assert len(await fetched(at, b"x" * 100)) == 100
        assert len(await fetched(at, b"x" * 5_000_000)) == 101


async def test_an_answer_goes_to_slacks_own_address_only() -> None:
    async with calling() as at:
        with pytest.raises(SlackRefused, match="not-slacks-host"):
            await at.client.respond("https://example.org/commands/1", {"text": "Hello"})
