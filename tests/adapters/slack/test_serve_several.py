"""A folder of two schools at work in a process of its own, on the stand-in for Slack."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.screens.say import Say
from tests.fakes import RunningClock
from tests.school_files import changed
from tests.test_config_together import NO_STAFF

from .member import Line, Member, button_called, texts_in
from .served import LIMIT, a_process
from .stand_in import Posted, StandIn

LINK = "https://www.facebook.com/groups/1/posts/2"
SCHOOLS = {"elm": "Elm Primary School", "oak": "Oak Primary School"}
PAT = "pat@trust.example"


def write_folder(folder: Path) -> Path:
    """Two files, each with people, a data folder and a key of its own."""
    folder.mkdir()
    for name, called in SCHOOLS.items():
        text = changed(
            ('id = "derwent-vale"  ', f'id = "{name}"  '),
            ('name = "Derwent Vale Primary School"', f'name = "{called}"'),
            (NO_STAFF, f'addresses = ["{name}.example", "{PAT}"]'),
            ('# data_folder = "/srv/report-post"', f'data_folder = "../{name}"'),
        )
        text = _CALENDAR.sub(lambda _: calendar_of_today(), text)
        (folder / f"{name}.toml").write_text(text.replace("derwentvale.example", f"{name}.example"))
    return folder


_CALENDAR = re.compile(r"(?<=\[calendar\]\n).*?(?=\n# -----)", re.DOTALL)


def calendar_of_today() -> str:
    """A term about today, since the process looks at the real clock."""
    today = datetime.now(UTC).date()
    first, last = today - timedelta(days=60), today + timedelta(days=120)
    off, on = today + timedelta(days=50), today + timedelta(days=54)
    return (
        "inset = []\n[[calendar.terms]]\n"
        f'name = "autumn"\nfirst = {first}\nlast = {last}\n'
        f"half_term = {{ first = {off}, last = {on} }}\n"
    )


def account(email: str) -> str:
    return "U0" + "".join(each for each in email.upper() if each.isalnum())


@dataclass
class Served:
    """The process, the stand-in that it talks to, and where it answers."""

    process: asyncio.subprocess.Process
    slack: StandIn
    line: Line

    def member(self, email: str) -> Member:
        return Member(self.slack, self.line, account(email))

    async def seen(self, me: Member, sentence: str) -> None:
        """Waits until somebody reads a sentence."""
        await self.until(lambda: sentence in read(me))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(LIMIT), self.slack.whispered:
            await self.slack.whispered.wait_for(holds)


def read(me: Member) -> str:
    told = [text for body in me.told for text in texts_in(body["blocks"])]
    chat = [text for each in me.messages for text in texts_in(each.blocks)]
    top = me.slack.top(me.user)
    return "\n".join([*told, *chat, *texts_in(top.view if top else None)])


def has_shown_anew(slack: StandIn, times: int) -> bool:
    return len(slack.called("views.update")) == times


def asks(me: Member, name: str) -> bool:
    return me.input_of(name) is not None


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    slack = StandIn(RunningClock())
    people = [f"{who}@{name}.example" for name in SCHOOLS for who in ("head", "deputy", "dsl")]
    for email in (*people, PAT):
        slack.add_user(account(email), email)
    async with a_process(slack, folder, {}) as (process, line):
        yield Served(process, slack, line)


@pytest.mark.slow
async def test_a_report_of_one_who_works_at_both_reaches_the_head_of_the_chosen_school(
    tmp_path: Path,
) -> None:
    async with served(write_folder(tmp_path / "schools")) as at:
        pat = at.member(PAT)
        assert await pat.command(LINK) == (200, "")
        await at.seen(pat, Say.WHICH_SCHOOL.value)
        (asked,) = pat.told
        shown = Posted(at.slack.chat_of(pat.user), "1.0", [], "", {})
        await pat.press_in(shown, button_called(asked["blocks"], SCHOOLS["oak"]))
        await at.seen(pat, f"{SCHOOLS['oak']}: ")
        # A danger is told at once, at any hour.
        first = {"safety": ["hurt-soon"], "content": ["offensive"], "about": ["school"]}
        for number, (name, ticked) in enumerate(first.items(), 1):
            assert await pat.fill(name, ticked), name
            await at.until(partial(has_shown_anew, at.slack, number))
        await pat.submit()
        for name, chosen in {"place": "closed-group", "poster": "parent-or-carer"}.items():
            await at.until(partial(asks, pat, name))
            assert await pat.fill(name, chosen), name
        while at.slack.top(pat.user) is not None:
            await pat.submit()  # the last page says once more what will be sent
            assert not pat.errors
        heads = {name: at.member(f"head@{name}.example") for name in SCHOOLS}
        await at.seen(heads["oak"], "Urgent: ")
        await at.seen(pat, "Your report is")
        assert SCHOOLS["oak"] in read(heads["oak"])
        at.process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(at.process.communicate(), LIMIT)
        assert at.process.returncode == 0, errors.decode()
        assert read(heads["elm"]) == ""
        assert {each.channel for each in at.slack.messages} == {
            at.slack.chat_of(each.user)
            for each in (pat, heads["oak"], at.member("dsl@oak.example"))
        }
    kept = {name: {each.name for each in (tmp_path / name).iterdir()} for name in SCHOOLS}
    for name in SCHOOLS:
        assert {"master.key", "report-post.sqlite3"} <= kept[name]
    keys = {(tmp_path / name / "master.key").read_bytes() for name in SCHOOLS}
    assert len(keys) == 2
