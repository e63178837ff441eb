"""What Microsoft refuses is a pause, a failure for now, or for good; files come from it alone."""

import asyncio
from collections.abc import Awaitable

import pytest

from adapters.teams.endpoints import MICROSOFT, Endpoints
from adapters.teams.references import NotAReference, Reference, read_reference
from adapters.teams.refusals import TeamsRefused

from .door import STAFF, AtTheDoor, at_the_door
from .stand_in import BOT, TENANT, Failure, too_many

HELLO = {"type": "message", "text": "Hello"}


async def refusal(asked: Awaitable[object]) -> TeamsRefused:
    with pytest.raises(TeamsRefused) as refused:
        await asked
    return refused.value


async def test_a_message_is_posted_updated_and_deleted() -> None:
    async with at_the_door() as at:
        sent = await at.client.send(at.chat, HELLO)
        (posted,) = at.teams.messages
        assert (posted.id, posted.conversation) == (sent, at.chat.conversation)
        assert posted.activity["recipient"] == {"id": STAFF}
        assert posted.activity["conversation"] == {"id": at.chat.conversation, "tenantId": TENANT}
        await at.client.update(at.chat, sent, {**HELLO, "text": "Good morning"})
        assert posted.activity["text"] == "Good morning"
        await at.client.delete(at.chat, sent)
        assert at.teams.messages == []
        assert at.teams.problems == []


async def test_nobodys_name_goes_with_a_message() -> None:
    async with at_the_door() as at:
        await at.client.send(at.channel, HELLO)
        (said,) = at.teams.said
        assert set(said) == {
            *HELLO, "channelId", "serviceUrl", "from", "conversation", "channelData",
        }  # fmt: skip
        assert said["channelData"] == {"tenant": {"id": TENANT}}


async def test_ids_of_any_form_stand_in_an_address() -> None:
    async with at_the_door() as at:
        odd = "29:1aBj/Vi5?x=1#%2f é"
        at.teams.chats[odd] = "a:1pL6/i0?&#%"
        at.teams.members[odd] = {"id": odd}
        chat = await at.client.chat_with(at.channel, odd)
        sent = await at.client.send(chat, HELLO)
        await at.client.update(chat, sent, HELLO)
        assert await at.client.member(chat, odd) == {"id": odd}


async def test_somebodys_chat_is_asked_for_once() -> None:
    async with at_the_door() as at:
        for _ in range(2):
            assert await at.client.chat_with(at.channel, STAFF) == at.chat
        (asked,) = at.teams.called("chat")
        assert (asked["bot"], asked["members"]) == ({"id": BOT}, [{"id": STAFF}])


async def test_a_chat_with_somebody_without_the_app_is_refused() -> None:
    async with at_the_door() as at:
        refused = await refusal(at.client.chat_with(at.channel, "29:nobody"))
        assert refused.is_not_in_this_chat
        assert refused.permanent


# Refusals


async def delivery_of(at: AtTheDoor, failure: Failure) -> tuple[bool, float | None]:
    # A connection that breaks is tried once more where that can do no harm; a POST never is.
    at.teams.fails("send", failure)
    error = (await refusal(at.client.send(at.chat, HELLO))).as_delivery_error()
    return error.permanent, error.wait_seconds


@pytest.mark.parametrize(
    "failure",
    [
        Failure(403, "BotDisabledByAdmin"),
        Failure(403, "BotNotInConversationRoster"),
        Failure(403, "ConversationBlockedByUser"),
        Failure(403, "NotEnoughPermissions"),
        Failure(404, "ConversationNotFound"),
        Failure(404, "ActivityNotFoundInConversation"),
        Failure(400, "BadArgument"),
        Failure(413, "MessageSizeTooBig"),
    ],
    ids=lambda each: each.code,
)
async def test_what_will_never_work_is_permanent(failure: Failure) -> None:
    async with at_the_door() as at:
        assert await delivery_of(at, failure) == (True, None)


@pytest.mark.parametrize(
    "failure",
    [
        Failure(500, "ServiceError"),
        Failure(502, "ServiceError"),
        Failure(503),
        Failure(504),
        Failure(412, "PreconditionFailed"),
        Failure(408),
        Failure(409),
        # Our own secret: a new one mends it, and nothing may be lost until then.
        Failure(401, "BotNotRegistered"),
        Failure(302, headers={"Location": "http://127.0.0.1:9/"}),
        Failure(200, body="<html>sign in"),
        Failure(200, body="{" * 100_000),
        Failure(nothing=True),
    ],
    ids=lambda each: f"{each.status}{'-nothing' if each.nothing else ''}",
)
async def test_what_may_work_later_is_tried_again(failure: Failure) -> None:
    async with at_the_door() as at:
        assert await delivery_of(at, failure) == (False, None)


async def test_an_answer_that_does_not_come_in_time_is_tried_again() -> None:
    async with at_the_door(patience=0.1) as at:
        assert await delivery_of(at, Failure(slow=True)) == (False, None)


async def test_nobody_there_is_tried_again() -> None:
    async with at_the_door() as at:
        nowhere = Reference("http://127.0.0.1:9/uk/", "a:1", BOT, TENANT)
        refused = await refusal(at.client.send(nowhere, HELLO))
        assert (refused.status, refused.code, refused.permanent) == (0, "unreachable", False)


async def test_a_pause_is_kept_for_its_conversation_and_for_no_other() -> None:
    async with at_the_door() as at:
        assert await delivery_of(at, too_many(30)) == (False, 30)
        at.now.at = 10
        assert (await refusal(at.client.send(at.chat, HELLO))).wait_seconds == 20
        assert len(at.teams.called("send")) == 1  # Microsoft was left alone
        await at.client.send(at.channel, HELLO)
        await at.client.member(at.chat, STAFF)
        at.now.at = 30
        await at.client.send(at.chat, HELLO)


@pytest.mark.parametrize(
    ("said", "waits"),
    [(None, 30), ("soon", 30), ("nan", 30), ("0", 1), ("-5", 1), ("1e9", 3600), ("2.5", 2.5)],
)
async def test_a_pause_without_a_sensible_length_is_one_all_the_same(
    said: str | None, waits: float
) -> None:
    async with at_the_door() as at:
        headers = {"Retry-After": said} if said is not None else {}
        assert await delivery_of(at, Failure(429, headers=headers)) == (False, waits)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            '{"error": {"code": "BotNotInConversationRoster", "message": "Ada"}}',
            "BotNotInConversationRoster",
        ),
        (
            '{"errorCode": 209, "message": "{\\"subCode\\": \\"MessageWritesBlocked\\"}"}',
            "MessageWritesBlocked",
        ),
        ('{"error": {"code": "Ada Grant said: no"}}', ""),
        ('{"error": {"code": 5}}', ""),
        ("Ada Grant", ""),
        ("[" * 100_000, ""),
        ("[]", ""),
        ("", ""),
    ],
)
async def test_of_what_microsoft_says_only_its_own_word_is_kept(body: str, code: str) -> None:
    async with at_the_door() as at:
        at.teams.fails("send", Failure(403, body=body))
        refused = await refusal(at.client.send(at.chat, HELLO))
        assert refused.code == code
        assert str(refused) == f"send: 403 {code}"


# The bot's own token


async def test_a_token_is_used_until_it_ends() -> None:
    async with at_the_door() as at:
        await asyncio.gather(*(at.client.send(at.chat, HELLO) for _ in range(3)))
        at.now.at = 3600 - 301
        await at.client.send(at.chat, HELLO)
        assert len(at.teams.called("token")) == 1
        at.now.at = 3600 - 300
        await at.client.send(at.chat, HELLO)
        assert len(at.teams.called("token")) == 2


async def test_a_token_that_is_not_taken_any_more_is_asked_for_anew() -> None:
    async with at_the_door() as at:
        await at.client.send(at.chat, HELLO)
        at.teams.forgets_tokens()
        refused = await refusal(at.client.send(at.chat, HELLO))
        assert refused.is_our_secret
        assert not refused.permanent
        await at.client.send(at.chat, HELLO)


@pytest.mark.parametrize(
    "failure",
    [
        Failure(401, body='{"error": "invalid_client", "error_description": "Ada"}'),
        Failure(400, body='{"error": "unauthorized_client"}'),
        Failure(404),
        Failure(500),
        Failure(302, headers={"Location": "http://127.0.0.1:9/"}),
        Failure(200, body="{}"),
        Failure(200, body="[]"),
        Failure(200, body='{"access_token": "x", "expires_in": "soon"}'),
        Failure(200, body="<html>"),
        Failure(nothing=True),
    ],
    ids=lambda each: f"{each.status} {each.body}",
)
async def test_without_a_token_it_is_tried_again(failure: Failure) -> None:
    async with at_the_door() as at:
        at.teams.fails("token", failure)
        refused = await refusal(at.client.send(at.chat, HELLO))
        assert (refused.method, refused.permanent) == ("token", False)
        assert "Ada" not in str(refused)
        assert at.teams.called("send") == []
        await at.client.send(at.chat, HELLO)


async def test_a_pause_of_the_login_is_one_of_ours() -> None:
    async with at_the_door() as at:
        at.teams.fails("token", too_many(7))
        assert (await refusal(at.client.send(at.chat, HELLO))).wait_seconds == 7


async def test_while_the_login_asks_for_a_pause_nothing_is_asked_of_it() -> None:
    async with at_the_door() as at:
        at.teams.fails("token", too_many(7))
        await refusal(at.client.send(at.chat, HELLO))
        at.now.at = 4
        assert (await refusal(at.client.send(at.chat, HELLO))).wait_seconds == 3
        assert len(at.teams.called("token")) == 1
        at.now.at = 7
        await at.client.send(at.chat, HELLO)


async def test_of_many_who_wait_for_a_token_one_finds_out_that_there_is_none() -> None:
    async with at_the_door() as at:
        at.teams.fails("token", Failure(nothing=True))
        sending = (refusal(at.client.send(at.chat, HELLO)) for _ in range(5))
        assert {each.method for each in await asyncio.gather(*sending)} == {"token"}
        assert len(at.teams.called("token")) == 1
        await at.client.send(at.chat, HELLO)


# Where the token and the messages go


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net.example.org/uk/",
        "https://example.org/smba.trafficmanager.net/",
        "https://evil-smba.trafficmanager.net/uk/",
        "https://other.trafficmanager.net/uk/",
        "http://smba.trafficmanager.net/uk/",
        "https://bot@smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net:8443/uk/",
        "https://example.org\\@smba.trafficmanager.net/",
        "ftp://127.0.0.1/",
        "http://192.0.2.1/uk/",
        "http://[::1/uk/",
        "",
    ],
)
async def test_messages_go_to_no_other_service(url: str) -> None:
    assert not MICROSOFT.is_service(url)
    async with at_the_door() as at:
        where = Reference(url, "a:1", BOT, TENANT)
        assert (await refusal(at.client.send(where, HELLO))).code == "not-microsofts-host"
        assert at.teams.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/emea/b28fdbfd-2b78-4f93-b0f8-8881793f0f8f/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc/",
        "https://canary.botapi.skype.com/amer/",
    ],
)
def test_the_connectors_own_hosts_are_known(url: str) -> None:
    assert MICROSOFT.is_service(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3978/", "http://localhost/", "http://[::1]:9/"])
def test_this_computer_counts_only_where_it_is_said(url: str) -> None:
    assert not MICROSOFT.is_service(url)
    assert Endpoints(loopback=True).is_service(url)


# Files


async def fetched(at: AtTheDoor, content: bytes, *, pasted: bool, most: int = 100) -> bytes:
    url = at.teams.add_file(content, pasted=pasted)
    return await at.client.fetch(url, most, at.teams.service_url)


async def test_a_pasted_picture_comes_with_the_bots_token() -> None:
    async with at_the_door() as at:
        assert await fetched(at, b"a picture", pasted=True) == b"a picture"
        assert "Authorization" in at.teams.called("file")[0]


async def test_onedrive_never_sees_the_bots_token() -> None:
    async with at_the_door() as at:
        assert await fetched(at, b"a picture", pasted=False) == b"a picture"
        assert "Authorization" not in at.teams.called("file")[0]
        assert at.teams.called("token") == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x",
        "https://sharepoint.com.example.org/x",
        "https://evilsharepoint.com/x",
        "https://school.sharepoint.com@example.org/x",
        "http://school.sharepoint.com/x",
        "file:///etc/passwd",
        "http://169.254.169.254/metadata",
        "data:image/png;base64,AAAA",
        "http://[::1/x",
        "",
    ],
)
async def test_files_come_from_no_other_host(url: str) -> None:
    assert not MICROSOFT.is_file(url, "https://smba.trafficmanager.net/uk/")
    async with at_the_door() as at:
        refused = await refusal(at.client.fetch(url, 100, at.teams.service_url))
        assert refused.code == "not-microsofts-host"
        assert at.teams.calls == []


def test_a_file_lies_in_onedrive_or_with_the_connector_of_its_chat() -> None:
    here = "https://smba.trafficmanager.net/uk/"
    assert MICROSOFT.is_file("https://school-my.sharepoint.com/personal/x?tempauth=1", here)
    assert MICROSOFT.is_file("https://smba.trafficmanager.net/uk/v3/attachments/0-weu", here)
    assert not MICROSOFT.is_connectors("https://smba.infra.gcc.teams.microsoft.com/x", here)
    assert not MICROSOFT.is_file("https://example.org/x", "https://example.org/")


@pytest.mark.parametrize("pasted", [True, False])
async def test_a_redirection_is_not_followed(pasted: bool) -> None:
    async with at_the_door() as at:
        elsewhere = {"Location": at.teams.add_file(b"another", pasted=True)}
        at.teams.fails("file", Failure(302, headers=elsewhere))
        assert (await refusal(fetched(at, b"a picture", pasted=pasted))).code == "http-302"
        assert len(at.teams.called("file")) == 1


async def test_a_page_to_sign_in_is_no_file() -> None:
    async with at_the_door() as at:
        at.teams.fails("file", Failure(200, headers={"Content-Type": "text/html"}, body="<html>"))
        assert (await refusal(fetched(at, b"a picture", pasted=False))).method == "fetch"


async def test_of_a_file_that_is_too_large_no_more_is_read_than_shows_it() -> None:
    async with at_the_door() as at:
        assert len(await fetched(at, b"x" * 100, pasted=False)) == 100
        assert len(await fetched(at, b"x" * 5_000_000, pasted=False)) == 101


async def test_a_file_that_does_not_come_in_time_is_refused() -> None:
    async with at_the_door(patience=0.1) as at:
        at.teams.fails("file", Failure(slow=True))
        assert (await refusal(fetched(at, b"a picture", pasted=False))).code == "unreachable"


# References


def test_a_reference_is_read_as_it_was_written() -> None:
    whole = Reference("https://x/", "19:a@thread.tacv2", "28:b", "t", "29:ü\n", "19:a")
    assert read_reference(whole.encode()) == whole
    assert "\n" not in whole.encode()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "[1,2,3,4]", '["","","",""]', "[" * 9999, "null", '["a"]', "1" * 9999]
)
def test_another_text_is_no_reference(text: str) -> None:
    with pytest.raises(NotAReference):
        read_reference(text)
