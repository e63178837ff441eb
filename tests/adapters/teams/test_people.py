"""Who somebody is comes from their own tenant alone: members, guests, and everybody else."""

from collections.abc import Sequence
from typing import Any

import pytest
from botbuilder.core import TurnContext

from adapters.teams.people import KEPT_SECONDS, People, account_of
from adapters.teams.refusals import TeamsRefused
from bot.app.inbound import Person

from .activities import a_message, chat_of_two, group_chat
from .door import CHANNEL, STAFF, AtTheDoor, at_the_door
from .stand_in import TENANT, Failure, Json

HEAD = "head@derwentvale.example"


def a_member(**more: Any) -> Json:  # noqa: ANN401 - JSON
    return {
        "id": "29:1",
        "name": "Ada Grant",
        "email": HEAD,
        "userPrincipalName": "agrant@derwentvale.example",
        "tenantId": TENANT,
        "userRole": "user",
        **more,
    }


def test_a_full_member_is_one_and_has_two_addresses() -> None:
    account = account_of(a_member(), TENANT)
    assert (account.id, account.member) == ("29:1", True)
    assert account.addresses == (HEAD, "agrant@derwentvale.example")
    assert account.name is not None
    assert account.name.reveal() == "Ada Grant"


@pytest.mark.parametrize(
    "more",
    [
        {"userPrincipalName": "jo_example.org#EXT#@derwentvale.onmicrosoft.com"},
        {"userPrincipalName": "jo_example.org#ext#@derwentvale.onmicrosoft.com"},
        {"userRole": "guest"},
        {"userRole": "Guest"},
    ],
    ids=str,
)
def test_a_guest_is_no_member_and_keeps_the_address_that_a_role_names(more: Json) -> None:
    account = account_of(a_member(email="chair@example.org", **more), TENANT)
    assert (account.addresses, account.member) == (("chair@example.org",), False)


def test_a_guest_without_an_address_has_none_by_their_principal_name() -> None:
    principal = "head_derwentvale.example#EXT#@derwentvale.onmicrosoft.com"
    account = account_of(a_member(email=None, userPrincipalName=principal), TENANT)
    assert (account.addresses, account.member) == ((), False)


@pytest.mark.parametrize(
    "more",
    [
        {"tenantId": "another"},
        {"tenantId": None},
        {"tenantId": ""},
        {"email": None, "userPrincipalName": None},
        {"email": "", "userPrincipalName": " "},
        {"email": 5, "userPrincipalName": ["head@derwentvale.example"]},
        {"userRole": "anonymous", "email": None},
        {"userRole": "anonymous", "email": None, "userPrincipalName": None},
    ],
    ids=str,
)
def test_others_are_nobody_whatever_address_they_show(more: Json) -> None:
    account = account_of(a_member(**more), TENANT)
    assert (account.addresses, account.member) == ((), False)


def test_an_account_with_but_one_address_is_known_by_it() -> None:
    assert account_of(a_member(email=None), TENANT).addresses == ("agrant@derwentvale.example",)
    assert account_of(a_member(userPrincipalName=HEAD), TENANT).addresses == (HEAD,)


def test_a_name_may_be_in_two_parts_or_missing() -> None:
    parts = account_of(a_member(name=None, givenName="Larry", surname="Brown"), TENANT)
    assert parts.name is not None
    assert parts.name.reveal() == "Larry Brown"
    assert account_of(a_member(name=None), TENANT).name is None


# Through TeamsInfo


class FakeHost:
    """A school that knows one address."""

    def __init__(self, named: str = "") -> None:
        self._named = named

    def known_as(self, addresses: Sequence[str]) -> str:
        return self._named if self._named in addresses else addresses[0]


def people_at(at: AtTheDoor, named: str = "") -> People:
    host: Any = FakeHost(named)
    return People(at.client, host, TENANT, seconds=at.now)


async def looked_up(
    at: AtTheDoor, people: People, activity: Json | None = None
) -> Person | TeamsRefused:
    """Who the bot thinks sent an activity."""
    found = list[Person | TeamsRefused]()

    async def look(context: TurnContext) -> None:
        try:
            found.append(await people.person(context))
        except TeamsRefused as refused:
            found.append(refused)

    at.then = look
    status, _ = await at.line.send(activity or at.staff.message("status"))
    assert (status, at.failures) == (200, [])
    return found[0]


async def person(at: AtTheDoor, people: People, activity: Json | None = None) -> Person:
    found = await looked_up(at, people, activity)
    assert isinstance(found, Person)
    return found


async def test_somebody_is_known_by_the_address_that_the_school_named() -> None:
    async with at_the_door() as at:
        at.teams.add_member(STAFF, HEAD, userPrincipalName="agrant@derwentvale.example")
        assert (await person(at, people_at(at))).email == HEAD
        named = people_at(at, "agrant@derwentvale.example")
        found = await person(at, named)
        assert (found.id, found.email, found.member) == (STAFF, "agrant@derwentvale.example", True)


async def test_two_people_without_an_address_are_two() -> None:
    async with at_the_door() as at:
        people, other = people_at(at), "29:other"
        at.teams.add_member(STAFF, HEAD, tenantId="another")
        first = await person(at, people)
        at.teams.add_member(other, HEAD, tenantId="another")
        activity = at.staff.message("status") | {"from": {"id": other}}
        second = await person(at, people, activity)
        assert first.email == f"{STAFF}@teams.invalid"
        assert second.email == f"{other}@teams.invalid"
        assert (first.member, second.member) == (False, False)


async def test_an_account_is_asked_about_once_a_minute() -> None:
    async with at_the_door() as at:
        people = people_at(at)
        assert (await person(at, people)).member
        at.teams.members[STAFF]["userRole"] = "guest"
        assert (await person(at, people)).member
        at.now.at = KEPT_SECONDS
        assert not (await person(at, people)).member
        assert len(at.teams.called("member")) == 2


async def test_in_a_channel_somebody_is_looked_up_there() -> None:
    async with at_the_door() as at:
        activity = at.staff.message_in_channel("digest-here", CHANNEL)
        assert (await person(at, people_at(at), activity)).member
        assert at.teams.called("chat") == []


@pytest.mark.parametrize("chat", [group_chat(), chat_of_two()], ids=["group", "two"])
async def test_where_the_bot_is_not_somebody_is_looked_up_in_their_own_chat(chat: Json) -> None:
    async with at_the_door() as at:
        activity = at.staff.forwarded(a_message("<p>Look</p>"), chat)
        found = await person(at, people_at(at), activity)
        assert (found.email, found.member) == ("staff@derwentvale.example", True)
        assert len(at.teams.called("chat")) == 1


async def test_who_does_not_have_the_app_is_unknown_for_good() -> None:
    async with at_the_door() as at:
        activity = at.staff.forwarded(a_message("<p>Look</p>"))
        del at.teams.chats[STAFF]
        refused = await looked_up(at, people_at(at), activity)
        assert isinstance(refused, TeamsRefused)
        assert refused.permanent


async def test_a_failure_is_no_reason_to_ask_elsewhere() -> None:
    async with at_the_door() as at:
        at.teams.fails("member", Failure(503))
        activity = at.staff.forwarded(a_message("<p>Look</p>"))
        refused = await looked_up(at, people_at(at), activity)
        assert isinstance(refused, TeamsRefused)
        assert not refused.permanent
        assert at.teams.called("chat") == []
        assert isinstance(await looked_up(at, people_at(at), activity), Person)


async def test_in_the_bots_own_chat_the_chats_tenant_is_the_persons() -> None:
    async with at_the_door() as at:
        del at.teams.members[STAFF]["tenantId"]
        assert (await person(at, people_at(at))).member
        in_channel = at.staff.message_in_channel("digest-here", CHANNEL)
        assert not (await person(at, people_at(at), in_channel)).member


async def test_an_activity_without_channel_data_is_one_all_the_same() -> None:
    async with at_the_door() as at:
        activity = at.staff.message("status") | {"channelData": None}
        assert (await person(at, people_at(at), activity)).member
