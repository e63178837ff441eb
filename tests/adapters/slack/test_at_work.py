"""Slack in a running process: Socket Mode, who holds the roles, and which secrets it takes."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import cast

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.hosts import PATH
from adapters.slack.payloads import PLATFORM
from adapters.slack.server import SlackServer
from bot.app.addresses import address_of
from bot.app.intents import ToRole
from bot.app.remind import tick
from bot.app.school import School
from bot.app.schools import Schools
from bot.compose.holders_watch import HoldersWatch
from bot.compose.running import RunningSchools
from bot.compose.slack import SlackAtWork
from bot.compose.slack_identity import SlackNotUsable
from bot.config.secrets import SlackSecrets, slack_secrets
from bot.domain.errors import SettingsNotAccepted
from bot.domain.ids import MessageKind
from tests.builders import SchoolAtWork, account_on
from tests.claiming import claim_in
from tests.fakes import Here
from tests.running_trial import ROOT, done

from .at_work import AtWork, slack_host
from .member import signed
from .stand_in import APP_TOKEN, TOKEN, Failure


async def test_over_socket_mode_the_same_is_answered(at: AtWork) -> None:
    server = SlackServer(at.workspace, app_token=APP_TOKEN)
    staff = at.member("staff")
    server.connect()
    await at.slack.envelopes.put(
        {
            "envelope_id": "e1",
            "type": "slash_commands",
            "accepts_response_payload": True,
            "payload": staff.command_payload("status"),
        }
    )
    ack = await asyncio.wait_for(at.slack.acks.get(), 5)
    assert ack["envelope_id"] == "e1"
    await at.slack.envelopes.put(None)
    await server.close()
    assert len(at.slack.called("views.open")) == 1


def slack_of(at: AtWork, school: School) -> SlackAtWork:
    return SlackAtWork(slack_host(school), at.client, SlackSecrets(TOKEN, APP_TOKEN, "secret"))


async def test_a_token_that_slack_does_not_take_is_told_before_anything_runs(
    at: AtWork, school: SchoolAtWork
) -> None:
    at.slack.fails("auth.test", Failure("invalid_auth"))
    with pytest.raises(SlackNotUsable, match="SLACK_BOT_TOKEN"):
        await slack_of(at, school.school).open()


@pytest.mark.parametrize(
    "code", ["not_allowed_token_type", "missing_scope", "org_login_required", "ekm_access_denied"]
)
async def test_whatever_waiting_does_not_mend_is_told_before_anything_runs(
    at: AtWork, school: SchoolAtWork, code: str
) -> None:
    at.slack.fails("auth.test", Failure(code))
    with pytest.raises(SlackNotUsable, match=code):
        await slack_of(at, school.school).open()


@pytest.mark.parametrize("code", ["internal_error", "service_unavailable", "request_timeout"])
async def test_a_fault_of_slacks_own_is_waited_for(
    at: AtWork, school: SchoolAtWork, code: str
) -> None:
    at.slack.fails("auth.test", Failure(code))
    slack = slack_of(at, school.school)
    await slack.open()
    assert await slack.why_away() == "it has not reached Slack yet"


async def test_holders_are_looked_up_as_soon_as_slack_is_reached(
    at: AtWork, school: SchoolAtWork
) -> None:
    pauses = Pauses()
    secrets = SlackSecrets(TOKEN, "", "secret")
    slack = SlackAtWork(slack_host(school.school), at.client, secrets, pause=pauses)
    here = cast("RunningSchools", Here())
    watch = HoldersWatch(Schools((school.school,)), here, {PLATFORM: slack})
    at.slack.fails("auth.test", Failure(status=500), Failure(status=500))
    await slack.open()
    watch.start()
    slack.start()
    await asyncio.wait_for(pauses.begun.wait(), 5)
    head = school.id_of("head")
    assert account_on(school.school, PLATFORM, head) is None
    pauses.may_end.set()
    async with asyncio.timeout(5):
        while await asyncio.to_thread(account_on, school.school, PLATFORM, head) is None:
            pass
    await watch.close()
    await slack.close()


@dataclass
class Pauses:
    """Pauses that are over at once, as soon as they may be."""

    made: list[float] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, seconds: float) -> None:
        self.made.append(seconds)
        self.begun.set()
        await self.may_end.wait()


async def status_of(client: "TestClient[web.Request, web.Application]") -> int:
    async with client.post(PATH, data=b"") as answer:
        return answer.status


async def test_slack_that_is_away_at_the_start_is_asked_until_it_is_back(
    at: AtWork, school: SchoolAtWork
) -> None:
    pauses = Pauses()
    secrets = SlackSecrets(TOKEN, "", "secret")
    slack = SlackAtWork(slack_host(school.school), at.client, secrets, pause=pauses)
    at.slack.fails("auth.test", *[Failure(status=500)] * 3, Failure("invalid_auth"))
    app = web.Application()
    with structlog.testing.capture_logs() as logs:
        app.add_routes(await slack.open())
        async with TestClient(TestServer(app)) as client:
            slack.start()
            assert await slack.why_away() == "it has not reached Slack yet"
            assert await slack.accounts(["head@derwentvale.example"]) == {}
            assert await status_of(client) == 503  # an event comes again
            pauses.may_end.set()
            async with asyncio.timeout(5):
                while (status := await status_of(client)) == 503:
                    pass
            assert status == 401  # it is asked for its signature
            assert await slack.why_away() == ""
            await slack.close()
    told = [(each["event"], each["code"]) for each in logs if "code" in each]
    refused = [("platform not reached", "unreachable")] * 3
    assert told == [*refused, ("platform not reached", "invalid_auth")]
    assert pauses.made == [5, 10, 20, 40]


async def test_slack_that_never_comes_back_holds_up_no_end(
    at: AtWork, school: SchoolAtWork
) -> None:
    secrets = SlackSecrets(TOKEN, APP_TOKEN, "")
    pauses, before = Pauses(), asyncio.all_tasks()
    slack = SlackAtWork(slack_host(school.school), at.client, secrets, pause=pauses)
    at.slack.fails("auth.test", Failure(nothing=True))
    await slack.open()
    slack.start()
    async with asyncio.timeout(5):
        await pauses.begun.wait()
        assert asyncio.all_tasks() > before
        await slack.close()
    assert pauses.made == [5], "it is still in its first pause"
    assert asyncio.all_tasks() == before


async def test_what_slack_did_not_sign_is_counted_and_told_without_a_word_of_it(
    at: AtWork, school: SchoolAtWork
) -> None:
    host = slack_host(school.school)
    slack = SlackAtWork(host, at.client, SlackSecrets(TOKEN, "", "another secret"))
    app = web.Application()
    with structlog.testing.capture_logs() as logs:
        app.add_routes(await slack.open())
        async with TestClient(TestServer(app)) as client:
            slack.start()
            for _ in range(3):
                body = b"text=Pat+Example"
                async with client.post(PATH, data=body, headers=signed(body)) as answer:
                    assert answer.status == 401
            await slack.close()
    told = [each for each in logs if each["event"] == "requests turned away"]
    assert told == [
        {
            "event": "requests turned away",
            "log_level": "warning",
            "entrance": "slack",
            "requests": 1,
        }
    ]


async def test_a_look_says_whether_every_platform_gave_an_answer(
    at: AtWork, school: SchoolAtWork
) -> None:
    slack, here = slack_of(at, school.school), cast("RunningSchools", Here())
    watch = HoldersWatch(Schools((school.school,)), here, {PLATFORM: slack})
    assert not await watch.look()  # nobody was asked yet
    await slack.open()
    at.slack.fails("users.lookupByEmail", Failure(status=500))
    assert not await watch.look()
    assert await watch.look()
    await slack.close()


async def looked_up(at: AtWork, school: SchoolAtWork) -> int:
    """How many alerts to the administrator wait after a look at the holders."""
    slack = slack_of(at, school.school)
    await slack.open()
    here = cast("RunningSchools", Here())
    await HoldersWatch(Schools((school.school,)), here, {PLATFORM: slack}).look()
    await slack.close()
    tick(school.school)
    with school.school.store.writing() as writing:
        now = school.school.clock
        claimed = claim_in(writing, now.now(), now.machine_now(), 100)
        for each in claimed:
            writing.drop(each, "seen")
    alerts = [e.intent for e in claimed if e.intent.kind is MessageKind.ADMIN_ALERT]
    assert all(isinstance(each.to, ToRole) for each in alerts)
    assert {each.facts["why"] for each in alerts} <= {"holder-without-account"}
    return len(alerts)


async def test_those_who_hold_a_role_are_reached_before_they_ever_wrote(
    at: AtWork, school: SchoolAtWork
) -> None:
    assert await looked_up(at, school) == 0
    assert account_on(school.school, PLATFORM, school.id_of("head")) == "U0HEAD"
    assert account_on(school.school, PLATFORM, school.id_of("staff")) is None
    with school.school.store.reading() as reading:
        assert address_of(reading, school.id_of("head"), "teams") is None


async def test_a_head_who_was_renamed_is_one_alert_to_the_administrator(
    at: AtWork, school: SchoolAtWork
) -> None:
    at.slack.users["U0HEAD"]["profile"]["email"] = "new.name@derwentvale.example"
    assert await looked_up(at, school) == 1
    assert await looked_up(at, school) == 0


async def test_a_head_who_was_removed_comes_back_and_goes_again(
    at: AtWork, school: SchoolAtWork
) -> None:
    head = at.slack.users["U0HEAD"]
    counts: list[int] = []
    for deleted in (True, True, False, True):
        head["deleted"] = deleted
        school.clock.at = school.clock.at.replace(second=len(counts))
        counts.append(await looked_up(at, school))
    assert counts == [1, 0, 0, 1]


async def test_where_slack_gives_no_answer_nobody_is_missed(
    at: AtWork, school: SchoolAtWork
) -> None:
    at.slack.fails("users.lookupByEmail", *[Failure(status=500)] * 20)
    assert await looked_up(at, school) == 0


BOT, APP, SIGNING = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"


def test_without_any_secret_there_is_no_slack() -> None:
    assert slack_secrets({}) is None
    assert slack_secrets({BOT: " ", APP: ""}) is None


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({BOT: "xoxb-1"}, [APP]),
        ({APP: "xapp-1"}, [BOT]),
        ({SIGNING: "secret"}, [BOT]),
        ({BOT: "xoxp-1", APP: "xapp-1"}, [BOT]),
        ({BOT: "xapp-1", APP: "xoxb-1"}, [BOT, APP]),
    ],
    ids=str,
)
def test_a_secret_that_is_missing_or_in_the_wrong_place_is_named(
    environment: dict[str, str], names: list[str]
) -> None:
    with pytest.raises(SettingsNotAccepted) as refused:
        slack_secrets(environment)
    said = str(refused.value)
    assert [name for name in (BOT, APP) if re.search(f", {name}[: ]", said)] == names
    assert not any(value in said for value in environment.values())


def test_the_secrets_are_not_in_their_repr() -> None:
    secrets = slack_secrets({BOT: "xoxb-1", APP: "xapp-1", SIGNING: "sign"})
    assert repr(secrets) == "SlackSecrets()"


def test_serving_without_a_platform_says_what_to_set(tmp_path: object) -> None:
    config = str(ROOT / "bot" / "sample_school.toml")
    empty = {BOT: "", APP: "", SIGNING: "", "REPORT_POST_DATA": str(tmp_path)}
    ended = done("serve", "--config", config, **empty)
    assert ended.returncode == 2
    assert BOT in ended.stderr
    assert "report-post try" in ended.stderr
