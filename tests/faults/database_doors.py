"""What somebody is told in Slack and in Teams while the database fails, and that they can go on."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.screens.say import Say
from tests.adapters.slack import at_work as slack
from tests.adapters.teams import at_work as teams
from tests.adapters.teams import sitting
from tests.builders import SchoolAtWork

Failing = Callable[[], AbstractContextManager[object]]
"""The database fails for as long as the block runs."""

REPORTS = 2
"""How many reports are filed at the doors in the end."""

_TEAMS_SAYS_IT = 500
"""With this answer Teams says itself that it did not work, and keeps the dialog open."""
_FIRST = {"safety": ["none"], "content": ["offensive"], "about": ["staff-member"]}
_SECOND = {"place": "closed-group", "poster": "parent-or-carer"}


def told_at_the_doors(work: SchoolAtWork, failing: Failing) -> list[str]:
    """What was wrong: no kind word, something that was lost, or a report that went nowhere."""
    return asyncio.run(_in_slack(work, failing)) + asyncio.run(_in_teams(work, failing))


async def _in_slack(work: SchoolAtWork, failing: Failing) -> list[str]:
    wrong = []
    async with slack.at_work(work.school) as at:
        me = at.member("staff-2")
        await at.done(me.command(""))
        for page in (_FIRST, _SECOND):
            for name, value in page.items():
                await me.fill(name, value)
                await at.settled()
            if page is _FIRST:
                await at.done(me.submit())
        with failing():
            _, text = await at.done(me.submit())
        if Say.SOMETHING_WENT_WRONG.value not in json.loads(text).get("errors", {}).values():
            wrong.append("Slack's modal did not say that it failed")
        if at.slack.top(me.user) is None:
            return [*wrong, "the modal in Slack was closed with all that it held"]
        before = _cases(work)
        _, text = await at.done(me.submit())
        if _cases(work) != before + 1:
            wrong.append("the report in Slack's modal was not taken when sent again")
    return wrong


async def _in_teams(work: SchoolAtWork, failing: Failing) -> list[str]:
    wrong = []
    async with teams.at_work(work.school) as at:
        me = sitting.sits(at, work, "staff-3")
        await sitting.to_the_second_page(me)
        me.fill(dict(sitting.SECOND))
        dialog, before = me.user.dialog, _cases(work)
        with failing():
            status, _ = await at.done(me.user.press(me.main))
        if status != _TEAMS_SAYS_IT or me.user.dialog is not dialog:
            wrong.append("the dialog in Teams did not stay with all that it held")
            return wrong
        me.user.failed = 0
        with failing():
            await at.done(me.user.say("report-post"))
        if Say.SOMETHING_WENT_WRONG.value not in sitting.said_in_chat(me):
            wrong.append("Teams's chat did not say that it failed")
        await me.submit(begins=True)
        if _cases(work) != before + 1:
            wrong.append("the report in Teams's dialog was not taken when sent again")
    return wrong


def _cases(work: SchoolAtWork) -> int:
    with work.school.store.reading() as reading:
        return len(reading.case_rows())
