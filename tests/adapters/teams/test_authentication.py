"""Only what Microsoft signed for our app, of our own tenant, reaches the bot."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.authentication import SingleTenantAuthentication
from adapters.teams.signing_keys import (
    FAILED_SECONDS,
    FRESH_SECONDS,
    KEPT_SECONDS,
    UNKNOWN_SECONDS,
    KeysNotThere,
    SigningKeys,
)

from .door import AtTheDoor, at_the_door
from .signing import KEY, claims, jwk, sign, token
from .stand_in import Failure, Json

Made = Callable[[str], str]


def a_message(at: AtTheDoor) -> Json:
    return at.staff.message("status")


async def status_of(at: AtTheDoor, activity: Json, given: str | None = None) -> int:
    status, body = await at.line.send(activity, given)
    assert body is None or activity["type"] == "invoke", "a refusal says nothing"
    return status


async def test_what_the_connector_signed_reaches_the_bot() -> None:
    async with at_the_door() as at:
        assert await status_of(at, a_message(at)) == 200
        assert [each["text"] for each in at.turns] == ["status"]
        assert at.failures == []


FALSE: dict[str, Made] = {
    "expired": lambda url: token(claims(url, exp=int(time.time()) - 301)),
    "without an end": lambda url: token(claims(url, exp=None)),
    "not yet begun": lambda url: token(claims(url, nbf=int(time.time()) + 400)),
    "for another app": lambda url: token(claims(url, aud="another-app")),
    "for several apps": lambda url: token(claims(url, aud=[claims(url)["aud"], "another-app"])),
    "for no app": lambda url: token(claims(url, aud=None)),
    "of another issuer": lambda url: token(claims(url, iss="https://api.botframework.example")),
    "of no issuer": lambda url: token(claims(url, iss=None)),
    "of issuers": lambda url: token(claims(url, iss=[claims(url)["iss"]])),
    "signed by another key": lambda url: token(claims(url), signed_by="another-key"),
    "signed by an unknown key": lambda url: token(
        claims(url), signed_by="another-key", kid="another-key"
    ),
    "without a key's name": lambda url: token(claims(url), kid=None),
    "with a key's name that is none": lambda url: token(claims(url), kid=["the-connectors-key"]),
    "about another service": lambda _: token(claims("https://smba.trafficmanager.net/emea/")),
    "about no service": lambda url: token(claims(url, serviceurl=None)),
    "not signed": lambda url: token(claims(url), alg="none"),
    "signed with a public secret": lambda url: token(claims(url), alg="HS256"),
    "signed otherwise": lambda url: token(claims(url), alg="RS384"),
    "of a skill": lambda url: token(
        claims(
            url,
            iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/",
            ver="1.0",
            appid="another-bot",
        )
    ),
    "of the emulator": lambda url: token(
        claims(
            url,
            iss="https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a/v2.0",
            ver="2.0",
            azp=claims(url)["aud"],
        )
    ),
    "no token": lambda _: "status",
    "two parts": lambda url: token(claims(url)).rpartition(".")[0],
    "four parts": lambda url: token(claims(url)) + ".x",
    "no JSON": lambda _: "eyJhbGciOi.eyJhbGciOi.eyJhbGciOi",
    "a list": lambda _: "W10.W10.W10",
    "no base64": lambda _: "é.é.é".encode().decode("latin-1"),
    "nothing": lambda _: "",
    "blanks": lambda _: "a b c",
    "cut short": lambda url: token(claims(url))[:-5],
}


@pytest.mark.parametrize("make", FALSE.values(), ids=FALSE)
async def test_a_false_token_is_turned_away(make: Made) -> None:
    async with at_the_door() as at:
        assert await status_of(at, a_message(at), make(at.teams.service_url)) == 401
        assert at.turns == []
        assert at.failures == []


@pytest.mark.parametrize("scheme", ["", "Basic", "bearer", "Bearer Bearer"])
async def test_a_token_in_another_scheme_is_turned_away(scheme: str) -> None:
    async with at_the_door() as at:
        activity = a_message(at)
        headers = {"Authorization": f"{scheme} {sign(activity)}".strip()}
        url = f"{at.line.origin}/api/messages"
        async with at.line.session.post(url, json=activity, headers=headers) as came:
            assert (came.status, await came.text()) == (401, "")
        assert at.turns == []


async def test_a_missing_token_is_turned_away_before_anything_is_read() -> None:
    async with at_the_door() as at:
        url = f"{at.line.origin}/api/messages"
        async with at.line.session.post(url, data=b"\xff no JSON") as came:
            assert (came.status, await came.text()) == (401, "")
        assert at.teams.called("keys") == []


@pytest.mark.parametrize(
    "more",
    [
        {"channelId": "webchat"},
        {"channelId": None},
        {"channelId": ""},
        {"serviceUrl": "https://smba.trafficmanager.example/uk/"},
        {"serviceUrl": None},
    ],
    ids=str,
)
async def test_an_activity_that_its_token_is_not_about_is_turned_away(more: Json) -> None:
    async with at_the_door() as at:
        signed = sign(a_message(at))
        assert await status_of(at, a_message(at) | more, signed) == 401
        assert at.turns == []


async def test_a_service_that_is_not_microsofts_is_never_answered() -> None:
    async with at_the_door() as at:
        activity = a_message(at) | {"serviceUrl": "https://smba.trafficmanager.net.example.org/"}
        assert await status_of(at, activity, sign(activity)) == 401


@pytest.mark.parametrize("endorsements", [None, (), ("webchat", "skype")], ids=str)
async def test_a_key_that_may_not_speak_for_teams_is_turned_away(
    endorsements: tuple[str, ...] | None,
) -> None:
    async with at_the_door(keys=[jwk(endorsements=endorsements)]) as at:
        assert await status_of(at, a_message(at)) == 401


@pytest.mark.parametrize(
    "more",
    [
        {"channelData": {"tenant": {"id": "another"}}, "conversation": {"id": "a:1"}},
        {"channelData": {"tenant": {"id": "another"}}},  # the conversation names ours
        {"channelData": {}, "conversation": {"id": "a:1"}},
        {"channelData": None, "conversation": None},
        {"channelData": {"tenant": "ours"}, "conversation": {"id": "a:1", "tenantId": 5}},
    ],
    ids=str,
)
async def test_another_tenant_is_turned_away(more: Json) -> None:
    async with at_the_door() as at:
        assert await status_of(at, a_message(at) | more) == 403
        assert at.turns == []


async def test_a_tenant_is_the_same_in_large_letters() -> None:
    async with at_the_door() as at:
        activity = a_message(at)
        activity["channelData"]["tenant"]["id"] = activity["conversation"]["tenantId"].upper()
        assert await status_of(at, activity) == 200


def test_without_an_app_id_nobody_is_let_in() -> None:
    keys: Any = None
    with pytest.raises(ValueError, match="app id"):
        SingleTenantAuthentication("", keys, None)


# Microsoft's keys


async def test_the_keys_are_fetched_once_and_kept_a_day() -> None:
    async with at_the_door() as at:
        await asyncio.gather(*(at.line.send(a_message(at)) for _ in range(5)))
        at.now.at = FRESH_SECONDS - 1
        await at.line.send(a_message(at))
        assert len(at.turns) == 6
        assert len(at.teams.called("openid")) == len(at.teams.called("keys")) == 1
        at.now.at = FRESH_SECONDS
        await at.line.send(a_message(at))
        assert len(at.teams.called("keys")) == 2


async def test_while_the_keys_are_fetched_everything_else_goes_on() -> None:
    async with at_the_door() as at:
        at.teams.fails("openid", Failure(slow=True))
        waits = asyncio.create_task(at.line.send(a_message(at)))
        await at.teams.slowed.wait()
        async with at.line.session.get(f"{at.line.origin}/nowhere") as came:
            assert came.status == 404
        assert not waits.done()
        at.teams.released.set()
        assert (await waits)[0] == 503


async def test_while_fresh_keys_are_fetched_the_old_ones_hold() -> None:
    async with at_the_door() as at:
        await at.line.send(a_message(at))
        at.now.at = FRESH_SECONDS
        at.teams.fails("openid", Failure(slow=True))
        waits = asyncio.create_task(at.line.send(a_message(at)))
        await at.teams.slowed.wait()
        assert await status_of(at, a_message(at)) == 200
        assert not waits.done()
        at.teams.released.set()
        assert (await waits)[0] == 200


async def test_a_new_key_is_fetched_within_the_hour_and_not_more_often() -> None:
    async with at_the_door() as at:
        await at.line.send(a_message(at))
        at.teams.keys.append(jwk("new-key"))

        async def asked() -> int:
            activity = a_message(at)
            signed = token(claims(activity["serviceUrl"]), signed_by="new-key", kid="new-key")
            return await status_of(at, activity, signed)

        assert await asked() == 401
        assert len(at.teams.called("keys")) == 1
        at.now.at = UNKNOWN_SECONDS
        assert await asked() == 200
        assert len(at.teams.called("keys")) == 2


DOWN = [
    Failure(500),
    Failure(404),
    Failure(302, headers={"Location": "http://127.0.0.1/keys"}),
    Failure(nothing=True),
    Failure(200, body="<html>"),
    Failure(200, body="[]"),
    Failure(200, body="[" * 100_000),
    Failure(200, body='{"jwks_uri": "http://example.org/keys", "keys": "none"}'),
    Failure(200, body='{"jwks_uri": 5, "keys": [5, {}, {"kid": "k", "n": "", "e": "AQAB"}]}'),
]


@pytest.mark.parametrize("call", ["openid", "keys"])
@pytest.mark.parametrize("failure", DOWN, ids=lambda each: (each.body or str(each.status))[:20])
async def test_without_keys_nobody_is_let_in_and_it_is_said_that_it_will_pass(
    call: str, failure: Failure
) -> None:
    async with at_the_door() as at:
        # A connection that breaks is tried once more.
        at.teams.fails(call, *[failure] * (2 if failure.nothing else 1))
        assert await status_of(at, a_message(at)) == 503
        assert at.turns == []
        assert [what for what, _ in at.failures] == ["fetching Microsoft's keys"]
        asked = len(at.teams.called("openid"))
        assert await status_of(at, a_message(at)) == 503  # and nobody was asked again at once
        assert len(at.teams.called("openid")) == asked
        assert len(at.failures) == 1  # nor does the log hear of each request
        at.now.at = FAILED_SECONDS
        assert await status_of(at, a_message(at)) == 200


async def test_keys_are_asked_for_over_https_alone() -> None:
    async with at_the_door() as at:
        elsewhere = replace(at.teams.endpoints, loopback=False)
        with pytest.raises(KeysNotThere):
            await SigningKeys(at.line.session, endpoints=elsewhere).get(KEY)
        assert at.teams.calls == []


async def test_keys_that_do_not_come_in_time_are_not_waited_for() -> None:
    async with at_the_door(patience=0.1) as at:
        at.teams.fails("keys", Failure(slow=True))
        assert await status_of(at, a_message(at)) == 503


async def test_old_keys_hold_while_microsoft_cannot_be_reached_but_not_for_ever() -> None:
    async with at_the_door() as at:
        await at.line.send(a_message(at))
        at.teams.fails("openid", *[Failure(500)] * 3)
        at.now.at = FRESH_SECONDS
        assert await status_of(at, a_message(at)) == 200
        at.now.at = KEPT_SECONDS
        assert await status_of(at, a_message(at)) == 503


# Without any token: tests and the Playground


async def post_from_here(at: AtTheDoor, **headers: str) -> int:
    url = f"{at.line.origin}/api/messages"
    async with at.line.session.post(url, json=a_message(at), headers=headers) as came:
        return came.status


async def test_the_open_door_lets_in_what_comes_from_this_computer() -> None:
    async with at_the_door(open_to_all=True) as at:
        assert await post_from_here(at) == 200
        assert len(at.turns) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "report-post.example.org"},
        {"Host": ""},
    ],
    ids=str,
)
async def test_the_open_door_turns_away_what_was_passed_on(headers: dict[str, str]) -> None:
    async with at_the_door(open_to_all=True) as at:
        assert await post_from_here(at, **headers) == 403
        assert at.turns == []


async def test_the_open_door_answers_only_here() -> None:
    async with at_the_door(open_to_all=True) as at:
        activity = a_message(at) | {"serviceUrl": "https://smba.trafficmanager.net/uk/"}
        assert await status_of(at, activity, "") == 401
        assert at.turns == []
