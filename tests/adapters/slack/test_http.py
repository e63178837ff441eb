"""Only what Slack signed, and not long ago, is read; everything else is refused."""

import json
from urllib.parse import urlencode

import pytest

from adapters.slack.hosts import PATH

from .at_work import AtWork
from .member import signed

FORM = "application/x-www-form-urlencoded"


async def posted(at: AtWork, body: bytes, headers: dict[str, str]) -> int:
    given = {"Content-Type": FORM, **headers}
    async with at.line.session.post(at.line.origin + PATH, data=body, headers=given) as answer:
        return answer.status


def a_command(at: AtWork) -> bytes:
    return urlencode(at.member("staff").command_payload("status")).encode()


async def test_a_signed_request_is_taken(at: AtWork) -> None:
    assert await posted(at, a_command(at), signed(a_command(at))) == 401  # another body
    body = a_command(at)
    assert await posted(at, body, signed(body)) == 200
    await at.settled()
    assert len(at.slack.called("views.open")) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Signature": "v0=é", "X-Slack-Request-Timestamp": "1790000000"},
        {"X-Slack-Signature": "", "X-Slack-Request-Timestamp": ""},
    ],
    ids=["none", "no time", "no signature", "not ASCII", "empty"],
)
async def test_a_request_without_a_signature_is_refused(
    at: AtWork, headers: dict[str, str]
) -> None:
    assert await posted(at, a_command(at), headers) == 401
    assert at.slack.calls == []


async def test_a_request_signed_with_another_secret_is_refused(at: AtWork) -> None:
    body = a_command(at)
    assert await posted(at, body, signed(body, "another secret")) == 401


async def test_a_request_with_another_time_than_the_signed_one_is_refused(at: AtWork) -> None:
    body = a_command(at)
    headers = signed(body, at=at.clock() - 200)
    headers["X-Slack-Request-Timestamp"] = str(int(at.clock()))
    assert await posted(at, body, headers) == 401


@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (310, 401), (-310, 401)])
async def test_a_request_is_refused_when_it_is_more_than_five_minutes_old(
    at: AtWork, age: int, status: int
) -> None:
    body = a_command(at)
    assert await posted(at, body, signed(body, at=at.clock() - age)) == status


async def test_a_request_that_was_cut_short_or_lengthened_is_refused(at: AtWork) -> None:
    body = a_command(at)
    headers = signed(body)
    assert [await posted(at, body[:cut], headers) for cut in (0, 1, len(body) - 1)] == [401] * 3
    assert await posted(at, body + b"&x=1", headers) == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        *((each, 200) for each in (b"{", b"payload=%7B", b"payload=%5B%5D", b"{" * 100_000)),
        *((each, 404) for each in (b"[]", b"")),
        (b"\xff\xfe", 401),
    ],
)
async def test_a_signed_request_that_says_nothing_does_nothing(
    at: AtWork, body: bytes, status: int
) -> None:
    assert await posted(at, body, signed(body)) == status
    assert [name for name, _ in at.slack.calls if name != "auth.test"] == []


async def test_slack_may_ask_whether_the_address_is_ours(at: AtWork) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    status, text = await at.line.send(body, "application/json")
    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1a"})


async def test_a_command_in_whose_text_payload_stands_is_answered(at: AtWork) -> None:
    staff = at.member("staff")
    await at.done(staff.command("https://example.org/payload?payload=1"))
    assert staff.modal.view["callback_id"] == "form"
    at.no_failures()


async def test_an_event_that_nobody_asked_for_is_acknowledged(at: AtWork) -> None:
    body = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "team_join"}}
    assert (await at.line.send_event(body))[0] in {200, 404}
