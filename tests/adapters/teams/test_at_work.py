"""Teams in a running process: who is reached there, where, and who never opened the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.payloads import PLATFORM
from adapters.teams.references import read_reference
from bot.app.intents import ToRole
from bot.app.remind import tick
from bot.app.schools import Schools
from bot.compose.holders_watch import HoldersWatch
from bot.compose.notes import Notes
from bot.compose.platforms import Whereabouts
from bot.compose.running import RunningSchools
from bot.compose.teams import TeamsAtWork, teams_at_work
from bot.config.teams_secrets import TeamsSecrets
from bot.domain.ids import MessageKind
from bot.screens.messages import one_line
from bot.screens.say import Say
from tests.builders import SchoolAtWork, account_on, address
from tests.claiming import claim_in
from tests.fakes import Here

from .at_work import LABELS, AtWork
from .client_cards import texts_in
from .signing import APP
from .sitting import FIRST, report, said_in_chat, sits
from .stand_in import SECRET, TENANT, Failure
from .teams_user import Line

HERE = cast("RunningSchools", Here())


@asynccontextmanager
async def as_composed(at: AtWork, school: SchoolAtWork) -> AsyncIterator[tuple[TeamsAtWork, Line]]:
    """Teams as ``serve`` puts it together, on the stand-in for Microsoft."""
    whereabouts = Whereabouts(Schools((school.school,)), HERE)
    secrets = TeamsSecrets(APP, SECRET, TENANT)
    composed = teams_at_work(
        Schools((school.school,)), HERE, whereabouts, secrets, at.teams.endpoints
    )
    async with composed as (teams, messenger), aiohttp.ClientSession() as session:
        app = web.Application()
        app.add_routes(await teams.open())
        async with TestServer(app) as ours:
            line = Line(session, f"http://127.0.0.1:{ours.port}")
            at.line = line
            teams.start()
            yield teams, line
            await teams.close()
        head = account_on(school.school, PLATFORM, school.id_of("head"))
        if head is not None:
            await messenger(school.school).send(
                head, one_line(Say.HELP_DANGER), school.school.words()
            )


async def test_what_serve_puts_together_answers_and_sends(at: AtWork, school: SchoolAtWork) -> None:
    async with as_composed(at, school):
        head = sits(at, school, "head")
        await head.type("cases")
        assert head.shows(Say.CASES_NONE.value)
    assert said_in_chat(head).endswith(Say.HELP_DANGER.value)
    assert at.teams.problems == []


def told_in_numbers(line: str) -> float:
    numbers = HERE.metrics.text(None).decode().splitlines()
    return next(float(each.rpartition(" ")[2]) for each in numbers if each.startswith(line))


async def test_who_is_not_the_connector_or_of_another_tenant_is_counted(
    at: AtWork, school: SchoolAtWork
) -> None:
    name = 'report_post_turned_away_total{entrance="teams"}'
    before = told_in_numbers(name)
    async with as_composed(at, school) as (_, line):
        head = at.user("head").sender
        assert (await line.send(head.message("status"), "no token"))[0] == 401
        elsewhere = replace(head, tenant="another-tenant")
        assert (await line.send(elsewhere.message("status")))[0] == 403
    assert told_in_numbers(name) - before == 2


async def test_a_page_that_is_kept_is_answered_though_nothing_can_be_noted_beside_it(
    at: AtWork, school: SchoolAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    name = 'report_post_failures_total{job="other"}'
    before = told_in_numbers(name)
    async with as_composed(at, school):
        head = sits(at, school, "head")
        await head.type("report-post")
        head.fill(dict(FIRST))
        with monkeypatch.context() as patched:
            patched.setattr(Notes, "keep", full)
            await head.submit()
        assert head.form is not None
        assert head.form.page == "post"  # which takes pictures
    assert told_in_numbers(name) - before == 1


async def test_keys_of_microsofts_that_cannot_be_fetched_are_a_failed_job(
    at: AtWork, school: SchoolAtWork
) -> None:
    name = 'report_post_failures_total{job="other"}'
    before = told_in_numbers(name)
    async with as_composed(at, school) as (_, line):
        at.teams.fails("openid", Failure(500))
        assert (await line.send(at.user("head").sender.message("status")))[0] == 503
    assert told_in_numbers(name) - before == 1


async def alerts_after_a_look(school: SchoolAtWork, teams: TeamsAtWork) -> int:
    """How many alerts to the administrator wait."""
    await HoldersWatch(Schools((school.school,)), HERE, {PLATFORM: teams}).look()
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


async def test_holders_who_never_opened_the_app_are_one_alert_to_the_administrator(
    at: AtWork, school: SchoolAtWork
) -> None:
    async with as_composed(at, school) as (teams, _):
        assert await alerts_after_a_look(school, teams) == 1
        assert await alerts_after_a_look(school, teams) == 0
        for label in LABELS:
            await sits(at, school, label).user.install()
        found = await teams.accounts([address("head"), address("nobody")])
        assert found[address("nobody")] is None
        assert read_reference(found[address("head")] or "").user == "29:head"
        assert await alerts_after_a_look(school, teams) == 0


async def test_a_chat_that_moved_is_where_the_next_message_goes(
    at: AtWork, school: SchoolAtWork
) -> None:
    """A region or an app that was installed anew gives another conversation."""
    staff, head = sits(at, school), sits(at, school, "head")
    await head.user.install()
    at.teams.chats["29:head"] = "a:another-chat"
    head.user.sender = replace(head.user.sender, chat="a:another-chat")
    await head.type("help")
    await report(staff)
    await at.deliver(school.school)
    (new_case,) = at.teams.in_conversation("a:another-chat")[-1:]
    assert "A new case: 2026-001" in new_case.activity["summary"]
    at.no_failures()


async def test_the_summary_of_a_message_is_its_notification(
    at: AtWork, school: SchoolAtWork
) -> None:
    staff, head = sits(at, school), sits(at, school, "head")
    await head.user.install()
    await report(staff)
    await at.deliver(school.school)
    newest = head.user.messages[-1]
    assert newest.activity["summary"] == newest.card["fallbackText"] == newest.card["speak"]
    assert "Open case" in texts_in(newest.card)
    at.no_failures()
