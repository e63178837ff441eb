"""What doctor says of Slack, Microsoft Teams, and of who can be reached on them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.rights import SCOPES
from bot.compose.doctor.findings import Area, AtHand, Level
from tests.adapters.slack.at_work import account_of as slack_account
from tests.adapters.slack.stand_in import Failure
from tests.adapters.teams.at_work import account_of as teams_account
from tests.adapters.teams.stand_in import Failure as TeamsFailure
from tests.test_manifest import the_manifest

from .at_hand import at_hand
from .platforms import (
    CHANNEL,
    HOLDERS,
    SLACK_SECRETS,
    TEAMS_CHANNEL,
    TEAMS_SECRETS,
    Both,
    about,
    begin,
    both,
    failing,
)

GUEST = {"is_restricted": True}


@pytest.fixture
async def there() -> AsyncIterator[Both]:
    async with both() as made:
        yield made


@pytest.fixture
def in_slack(tmp_path: Path) -> AtHand:
    """A school that works in Slack."""
    at = at_hand(tmp_path, environment=SLACK_SECRETS)
    begin(at)
    return at


def in_teams(tmp_path: Path, there: Both, *known: str, channel: str = "") -> AtHand:
    """A school that works in Teams, in which these have opened the app."""
    at = at_hand(tmp_path, environment=TEAMS_SECRETS)
    chats = {label: there.teams_chat(label) for label in known or HOLDERS}
    begin(at, channel or there.teams_channel(), chats)
    return at


def test_the_scopes_are_those_of_the_manifest() -> None:
    assert set(the_manifest()["oauth_config"]["scopes"]["bot"]) == SCOPES


# Slack


async def test_slack_in_order(there: Both, in_slack: AtHand) -> None:
    findings = await there.findings(in_slack)
    assert about(findings, Area.SLACK) == [
        "ok: SLACK_BOT_TOKEN is accepted.",
        "ok: The app has the scopes of manifest.json, and no others.",
        "ok: SLACK_APP_TOKEN may connect (Socket Mode).",
    ]
    assert about(findings, Area.PEOPLE) == [
        "ok: Can be reached: head, deputy, dsl, chair and admin."
    ]
    (channel,) = (each for each in findings if "channel is there, in Slack" in each.says)
    assert channel.level is Level.WARNING
    assert "/invite and my name" in channel.mend
    assert about(findings, Area.CLOCK) == ["ok: This computer's clock is right."]
    assert failing(findings) == []
    assert there.slack.messages == []


async def test_a_token_that_slack_does_not_take_fails(there: Both, in_slack: AtHand) -> None:
    there.slack.fails("auth.test", Failure("token_revoked"))
    findings = await there.findings(in_slack)
    assert failing(findings) == ["Slack does not accept the SLACK_BOT_TOKEN (token_revoked)."]
    assert "no answer whether they can be reached" in str(about(findings, Area.PEOPLE))


async def test_a_slack_that_cannot_be_reached_fails(there: Both, in_slack: AtHand) -> None:
    there.slack.fails("auth.test", Failure(nothing=True))
    assert failing(await there.findings(in_slack)) == ["Slack cannot be reached from here."]


async def test_missing_scopes_fail_and_others_are_told(there: Both, in_slack: AtHand) -> None:
    there.slack.scopes = (set(SCOPES) - {"files:read", "im:write"}) | {"channels:history"}
    said = about(await there.findings(in_slack), Area.SLACK)
    assert "fails: The app lacks these scopes: files:read, im:write." in said
    assert "warning: The app has scopes that it does not use: channels:history." in said


async def test_an_app_token_that_may_not_connect_fails(there: Both, in_slack: AtHand) -> None:
    there.slack.fails("apps.connections.open", Failure("missing_scope"))
    (said,) = failing(await there.findings(in_slack))
    assert said == "Slack does not let the SLACK_APP_TOKEN connect (missing_scope)."


async def test_over_http_it_is_said_that_slack_must_come(there: Both, in_slack: AtHand) -> None:
    secrets = {"SLACK_BOT_TOKEN": SLACK_SECRETS["SLACK_BOT_TOKEN"], "SLACK_SIGNING_SECRET": "s"}
    said = about(await there.findings(replace(in_slack, environment=secrets)), Area.SLACK)
    assert any(each.startswith("note: Slack comes to /slack/events") for each in said)


async def test_a_channel_that_is_gone_fails(there: Both, in_slack: AtHand) -> None:
    there.slack.channels.discard(CHANNEL)
    (said,) = failing(await there.findings(in_slack))
    assert said == "The governors' channel is not there for the bot any more."


async def test_a_role_without_an_account_fails_and_one_of_two_is_a_warning(
    there: Both, in_slack: AtHand
) -> None:
    there.slack.users[slack_account("head")]["deleted"] = True
    there.slack.users[slack_account("chair-2")]["team_id"] = "T0OTHER"
    findings = await there.findings(in_slack)
    assert about(findings, Area.PEOPLE) == [
        "fails: roles.head[1]: nobody in this role can be reached.",
        "warning: roles.chair[2]: cannot be reached.",
        "ok: Can be reached: deputy, dsl and admin.",
    ]


async def test_a_deputy_without_an_account_is_a_warning(there: Both, in_slack: AtHand) -> None:
    del there.slack.users[slack_account("deputy")]
    assert failing(await there.findings(in_slack)) == []


async def test_a_guest_who_is_named_is_mentioned(there: Both, in_slack: AtHand) -> None:
    there.slack.users[slack_account("chair")] |= GUEST
    said = about(await there.findings(in_slack), Area.PEOPLE)
    assert "note: roles.chair[1] is a guest: admitted to this role, and to nothing else." in said


async def test_nobody_is_named(there: Both, in_slack: AtHand) -> None:
    there.slack.users.clear()
    said = str(await there.findings(in_slack))
    assert "derwentvale.example" not in said
    assert "Calder" not in said
    assert SLACK_SECRETS["SLACK_BOT_TOKEN"] not in said


# Microsoft Teams


async def test_teams_in_order(there: Both, tmp_path: Path) -> None:
    findings = await there.findings(in_teams(tmp_path, there))
    assert failing(findings) == []
    assert about(findings, Area.PEOPLE) == [
        "ok: Can be reached: head, deputy, dsl, chair and admin."
    ]
    said = about(findings, Area.TEAMS, Area.GOVERNORS)
    assert "ok: TEAMS_APP_ID and TEAMS_APP_PASSWORD are accepted." in said
    assert "ok: The governors' channel is there, in Teams." in said
    assert any("pupils are often in the same tenant" in each for each in said)
    assert any("When the client secret expires is not known" in each for each in said)
    assert there.teams.messages == []
    assert there.teams.problems == []


async def test_a_secret_that_microsoft_does_not_take_fails(there: Both, tmp_path: Path) -> None:
    at = in_teams(tmp_path, there)
    environment = {**TEAMS_SECRETS, "TEAMS_APP_PASSWORD": "an-old-secret"}
    (said,) = failing(await there.findings(replace(at, environment=environment)))
    assert said.startswith("Microsoft gives the bot no token (invalid_client): the secret has")


async def test_a_microsoft_that_cannot_be_reached_fails(there: Both, tmp_path: Path) -> None:
    there.teams.fails("token", TeamsFailure(nothing=True))
    (said,) = failing(await there.findings(in_teams(tmp_path, there)))
    assert said == "Microsoft cannot be reached from here."


async def test_whoever_never_opened_the_app_cannot_be_reached(there: Both, tmp_path: Path) -> None:
    findings = await there.findings(in_teams(tmp_path, there, "head", "dsl", "chair"))
    assert about(findings, Area.PEOPLE) == [
        "warning: roles.deputy[1]: nobody in this role can be reached.",
        "warning: roles.chair[2]: cannot be reached.",
        "fails: roles.admin[1]: nobody in this role can be reached.",
        "ok: Can be reached: head and dsl.",
    ]
    (mend,) = {each.mend for each in findings if each.area is Area.PEOPLE and each.mend}
    assert "open Report Post once and write help" in mend


async def test_whoever_took_the_app_away_cannot_be_reached(there: Both, tmp_path: Path) -> None:
    at = in_teams(tmp_path, there)
    del there.teams.chats[teams_account("dsl")]
    (said,) = failing(await there.findings(at))
    assert said == "roles.dsl[1]: nobody in this role can be reached."


async def test_no_answer_is_not_taken_for_a_no(there: Both, tmp_path: Path) -> None:
    at = in_teams(tmp_path, there)
    there.teams.fails("member", *[TeamsFailure(500)] * len(HOLDERS))
    findings = await there.findings(at)
    levels = {each.level for each in findings if each.area is Area.PEOPLE}
    assert levels == {Level.NOTE}


async def test_a_channel_that_the_bot_is_not_in_any_more_fails(there: Both, tmp_path: Path) -> None:
    at = in_teams(tmp_path, there)
    there.teams.channels.discard(TEAMS_CHANNEL)
    (said,) = failing(await there.findings(at))
    assert said == "The bot is not in the governors' channel any more."


@pytest.mark.parametrize(("ends", "level"), [("2020-01-01", "fails"), ("2099-01-01", "ok")])
async def test_the_end_of_the_secret_is_told(
    there: Both, tmp_path: Path, ends: str, level: str
) -> None:
    line = ("# secret_expires = 2028-11-01", f"secret_expires = {ends}")
    at = at_hand(tmp_path, line, environment=TEAMS_SECRETS)
    begin(at, there.teams_channel(), {each: there.teams_chat(each) for each in HOLDERS})
    said = about(await there.findings(at), Area.TEAMS)
    assert next(each for each in said if "client secret" in each).startswith(level)


# Both


async def test_somebody_who_is_on_one_of_two_platforms_can_be_reached(
    there: Both, tmp_path: Path
) -> None:
    at = at_hand(tmp_path, environment={**SLACK_SECRETS, **TEAMS_SECRETS})
    begin(at, chats={"chair": there.teams_chat("chair")})
    del there.slack.users[slack_account("chair")]
    findings = await there.findings(at)
    assert about(findings, Area.PEOPLE) == [
        "ok: Can be reached: head, deputy, dsl, chair and admin."
    ]


async def test_a_channel_on_a_platform_that_is_off_fails(there: Both, tmp_path: Path) -> None:
    at = at_hand(tmp_path, environment=SLACK_SECRETS)
    begin(at, there.teams_channel())
    (said,) = failing(await there.findings(at))
    assert said == "The digest's channel is in Teams, whose secrets are not set here."


async def test_secrets_that_are_mistaken_are_told_and_the_rest_is_looked_at(
    there: Both, tmp_path: Path
) -> None:
    environment = {"SLACK_BOT_TOKEN": "xapp-the-wrong-one", "TEAMS_APP_ID": "none"}
    findings = await there.findings(at_hand(tmp_path, environment=environment))
    assert len(about(findings, Area.SLACK)) == 2
    assert len(about(findings, Area.TEAMS)) == 3
    assert about(findings, Area.CALENDAR)
    assert "xapp-the-wrong-one" not in str(findings)


async def test_without_secrets_everything_else_is_looked_at(there: Both, tmp_path: Path) -> None:
    findings = await there.findings(at_hand(tmp_path))
    assert failing(findings) == [
        "This environment holds no platform's secrets: the bot would not start in it."
    ]
    assert about(findings, Area.CALENDAR)
    assert about(findings, Area.CONTACTS)
    assert about(findings, Area.RECORD)
    assert "was not looked at" in str(about(findings, Area.PEOPLE))


async def test_settings_that_cannot_be_used_are_all_that_is_told(
    there: Both, tmp_path: Path
) -> None:
    at = at_hand(tmp_path)
    at.config.write_text("[school]\nname = 1\n", "utf-8")
    findings = await there.findings(at)
    assert {each.area for each in findings} == {Area.SETTINGS}
    assert len([each for each in findings if each.level is Level.FAILS]) > 5


async def test_this_computers_clock_is_compared_with_theirs(there: Both, tmp_path: Path) -> None:
    there.slack.now += timedelta(minutes=7)
    at = at_hand(tmp_path, environment=SLACK_SECRETS)
    (said,) = about(await there.findings(at), Area.CLOCK)
    assert said == "fails: This computer's clock is 7 minutes off."
    there.teams.now += timedelta(minutes=2)
    at = at_hand(tmp_path, environment=TEAMS_SECRETS)
    (said,) = about(await there.findings(at), Area.CLOCK)
    assert said == "warning: This computer's clock is 2 minutes off."


async def test_the_lines_come_area_by_area_in_order(there: Both, in_slack: AtHand) -> None:
    areas = [list(Area).index(each.area) for each in await there.findings(in_slack)]
    assert areas == sorted(areas)
