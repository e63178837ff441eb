"""Who is a member of the school, by what Slack says of the account."""

from typing import Any

import pytest

from adapters.slack.people import KEPT_SECONDS, People, person_of

from .stand_in import TEAM
from .test_client import calling


def an_account(**flags: Any) -> dict[str, Any]:  # noqa: ANN401
    profile = {"real_name": "Ada Grant", "email": "head@derwentvale.example"}
    return {"id": "U1", "team_id": TEAM, "profile": profile, **flags}


def test_a_full_member_is_one() -> None:
    person = person_of(an_account(), TEAM)
    assert (person.id, person.email, person.member) == ("U1", "head@derwentvale.example", True)
    assert person.name is not None
    assert person.name.reveal() == "Ada Grant"


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted"])
def test_a_guest_is_no_member_and_keeps_the_role_that_names_them(flag: str) -> None:
    person = person_of(an_account(**{flag: True}), TEAM)
    assert (person.email, person.member) == ("head@derwentvale.example", False)


@pytest.mark.parametrize(
    "flags",
    [
        {"deleted": True},
        {"is_bot": True},
        {"is_app_user": True},
        {"is_stranger": True},
        {"is_workflow_bot": True},
        {"team_id": "T0OTHER"},
        {"team_id": None},
        {"id": "USLACKBOT"},
    ],
    ids=str,
)
def test_others_are_nobody_whatever_address_they_show(flags: dict[str, Any]) -> None:
    person = person_of(an_account(**flags), TEAM)
    assert not person.member
    assert person.email.endswith("@slack.invalid")


def test_two_people_without_an_address_are_two() -> None:
    first = person_of(an_account(profile={}), TEAM)
    second = person_of({**an_account(profile={}), "id": "U2"}, TEAM)
    assert first.email != second.email


async def test_an_account_is_asked_about_once_a_minute() -> None:
    async with calling() as at:
        at.slack.add_user("U1", "staff@derwentvale.example")
        people = People(at.client, TEAM, seconds=at.now)
        assert (await people.person("U1")).member
        at.slack.users["U1"]["deleted"] = True
        assert (await people.person("U1")).member
        at.now.at = KEPT_SECONDS + 1
        assert not (await people.person("U1")).member
        assert len(at.slack.called("users.info")) == 2


async def test_an_address_leads_to_an_account_of_ours_or_to_none() -> None:
    async with calling() as at:
        at.slack.add_user("U1", "head@derwentvale.example")
        at.slack.add_user("U2", "chair@derwentvale.example", team_id="T0OTHER")
        people = People(at.client, TEAM)
        assert await people.account_of("head@derwentvale.example") == "U1"
        assert await people.account_of("chair@derwentvale.example") is None
        assert await people.account_of("nobody@derwentvale.example") is None
