"""``doctor --send-test``: one message each, that says it is a test and why they get it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.compose.doctor.findings import Area
from tests.adapters.slack.at_work import account_of as slack_account
from tests.adapters.slack.stand_in import Failure
from tests.adapters.teams.at_work import account_of as teams_account

from .at_hand import at_hand
from .platforms import HOLDERS, SLACK_SECRETS, TEAMS_SECRETS, Both, about, begin, both


@pytest.fixture
async def there() -> AsyncIterator[Both]:
    async with both() as made:
        yield made


async def test_everybody_gets_one_message_that_says_it_is_a_test(
    there: Both, tmp_path: Path
) -> None:
    at = at_hand(tmp_path, environment=SLACK_SECRETS)
    begin(at)
    findings = await there.findings(at, send_test=True)
    assert about(findings, Area.TEST) == [
        "ok: A test message went to 6 people. Ask whether it arrived."
    ]
    assert sorted(each.channel for each in there.slack.messages) == sorted(
        there.slack.chat_of(slack_account(label)) for label in HOLDERS
    )
    said = json.dumps([each.blocks for each in there.slack.messages])
    assert said.count("This is a test of Report Post") == 6
    assert "the headteacher" in said
    assert there.slack.problems == []


@pytest.mark.parametrize("several", [True, False])
async def test_where_there_are_several_schools_the_message_says_which_it_is_of(
    there: Both, tmp_path: Path, several: bool
) -> None:
    at = replace(at_hand(tmp_path, environment=SLACK_SECRETS), several=several)
    begin(at)
    await there.findings(at, send_test=True)
    named = [at.settings.name in json.dumps(each.blocks) for each in there.slack.messages]
    assert named == [several] * 6
    assert there.slack.problems == []


async def test_each_is_written_to_where_they_acted_last(there: Both, tmp_path: Path) -> None:
    at = at_hand(tmp_path, environment={**SLACK_SECRETS, **TEAMS_SECRETS})
    begin(at, chats={label: there.teams_chat(label) for label in ("head", "dsl")})
    findings = await there.findings(at, send_test=True)
    assert "6 people" in about(findings, Area.TEST)[0]
    assert len(there.slack.messages) == 4
    assert {each.conversation for each in there.teams.messages} == {
        there.teams.chats[teams_account(label)] for label in ("head", "dsl")
    }
    assert there.teams.problems == []


async def test_a_message_that_was_not_taken_is_told_by_the_role(
    there: Both, tmp_path: Path
) -> None:
    at = at_hand(tmp_path, environment=SLACK_SECRETS)
    begin(at)
    there.slack.fails("chat.postMessage", Failure("restricted_action"))
    findings = await there.findings(at, send_test=True)
    said = about(findings, Area.TEST)
    assert len(said) == 2
    assert said[0].startswith("fails: Slack did not take the message to somebody in the role:")
    assert "5 people" in said[1]
    assert "@" not in str(findings)


async def test_without_a_platform_no_message_is_sent(there: Both, tmp_path: Path) -> None:
    findings = await there.findings(at_hand(tmp_path), send_test=True)
    assert about(findings, Area.TEST) == ["fails: No test message was sent."]
