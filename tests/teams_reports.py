"""How people of a journey report posts in Teams: page by page, with pictures, or *Alert now*."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.app.inbound import Given, Upload
from bot.compose.core_world import CoreWorld
from bot.domain.ids import CaseId, Reference
from bot.journeys.world import Happened
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.desk_fields import Typed
from tests.teams_screen import Screen, Stuck

REFERENCE = re.compile(r"\b20\d\d-\d{3,}\b")


@dataclass
class Reports:
    """Reports to the core world's school."""

    core: CoreWorld
    settled: Callable[[], Awaitable[None]]
    """Delivers what is due."""
    alerted: set[str] = field(default_factory=set)
    """Who pressed *Alert now* and has not sent the report yet."""

    async def report(self, me: Screen, given: Typed) -> Happened:
        """Answers the questions, and sends the report."""
        await me.type("report-post")
        if me.form is None:
            return me.became()
        if me.label in self.alerted:
            await self._resume(me)
        await self._through_the_pages(me, given)
        became = me.became()
        if became != Happened():
            await self._throw_away(me)
            return became
        self.alerted.discard(me.label)
        return Happened(case=await self._case_of_receipt(me))

    async def alert(self, me: Screen, given: Typed) -> Happened:
        """Tells of a danger, and presses *Alert now*, which comes with the next page."""
        before = await self.listed(me)
        await me.type("report-post")
        if me.form is None:
            return me.became()
        me.fill(dict(given))
        await me.submit()
        found = me.pressing(Verb.ALERT_NOW)
        if found:
            await me.press(found[0], begins=True)
        elif me.form is not None:
            await me.press_hidden(Press(Verb.ALERT_NOW, me.form.press.subject))
        became = me.became()
        if became != Happened():
            return became
        if not me.shows(Say.ALERTED.value):
            raise Stuck("\n".join(me.texts))
        me.user.close()
        self.alerted.add(me.label)
        (case,) = await self.listed(me) - before
        return Happened(case=case)

    async def listed(self, me: Screen) -> frozenset[CaseId]:
        """The cases whose references stand in somebody's lists."""
        found: set[str] = set()
        for word in ("status", "cases"):
            await me.type(word)
            more = True
            while more:
                found |= set(REFERENCE.findall("\n".join(me.texts)))
                more = await me.next_page()
        return frozenset(self.case_of(each) for each in found)

    def case_of(self, reference: str) -> CaseId:
        """The case that is called so."""
        with self.core.school.store.reading() as reading:
            row = reading.case_by_reference(Reference(reference))
        if row is None:
            raise LookupError(reference)
        return row.case

    async def _resume(self, me: Screen) -> None:
        (resume,) = me.pressing(Verb.RESUME)
        await me.press(resume)
        while back := [each for each in me.buttons if each.get("title") == Say.BACK.value]:
            await me.press(back[0])

    async def _through_the_pages(self, me: Screen, given: Typed) -> None:
        left = dict(given)
        while me.form is not None and not me.errors:
            before = me.form.page, len(left)
            await self._one_page(me, left)
            if me.became() != Happened():
                return
            if me.form is not None and (me.form.page, len(left)) == before:
                raise Stuck("\n".join(me.texts))

    async def _one_page(self, me: Screen, left: Typed) -> None:
        assert me.form is not None
        me.fill(left)
        page = me.form.page
        files = next((name for name, value in left.items() if _is_files(value)), None)
        if files and page == self._page_of(files):
            await me.send(_files_in(left.pop(files)))
            if me.user.opens_windows:
                return  # another page may have come
        last = me.main["title"] == Say.SEND_REPORT.value
        for name in [each for each in left if last or self._page_of(each) == page]:
            me.smuggle(name, left.pop(name))
        await me.submit()

    def _page_of(self, name: str) -> str:
        for page in self.core.policy.pages:
            if any(each.value == name for each in page.questions):
                return page.id.value
        return ""

    async def _throw_away(self, me: Screen) -> None:
        """What was not accepted is thrown away by its writer."""
        if me.label in self.alerted:
            return
        await me.type("status")
        while drop := me.pressing(Verb.WITHDRAW):
            await me.press(drop[0])
            await me.type("status")

    async def _case_of_receipt(self, me: Screen) -> CaseId:
        await self.settled()
        start = Say.RECEIPT_SUMMARY.value.partition("{")[0]
        summaries = [str(each.activity.get("summary")) for each in me.user.messages]
        receipts = [each for each in summaries if each.startswith(start)]
        found = REFERENCE.search(receipts[-1]) if receipts else None
        if found is None:
            raise Stuck("\n".join((*me.said, *me.texts)))
        return self.case_of(found[0])


def _is_files(given: Given) -> bool:
    return isinstance(given, tuple) and any(isinstance(each, Upload) for each in given)


def _files_in(given: Given) -> tuple[Upload, ...]:
    every = given if isinstance(given, tuple) else ()
    return tuple(each for each in every if isinstance(each, Upload))
