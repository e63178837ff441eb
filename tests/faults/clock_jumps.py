"""A clock is set wrong by a day, and mended: nobody gets anything twice, and nothing is lost."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.commands import AddNote
from bot.domain.ids import MessageKind
from bot.domain.personal import Personal
from tests.builders import accepted
from tests.claiming import claim_in
from tests.fakes import out_of_order
from tests.faults.clock_school import ClockSchool, Sent, a_clock_school
from tests.faults.fault import Outcome, Scale

_STEP: Final = {Scale.FULL: timedelta(minutes=1), Scale.SHORT: timedelta(minutes=30)}
_MOST_AT_ONCE: Final = 5
"""Messages that somebody may get at one moment: each of the cases here, and a round-up."""
_SOON: Final = timedelta(hours=1, minutes=1)
"""Within which a message that failed while the clock was wrong leaves once it is right again."""
_STARTS: Final = "2026-11-25T09:00"
_ENDS: Final = "2026-11-27T12:00"


@dataclass(frozen=True)
class Jump:
    """By how much the clock is wrong for a while."""

    name: str
    by: timedelta


JUMPS: Final = (
    Jump("a clock a day ahead, then mended", timedelta(days=1)),
    Jump("a clock a day behind, then mended", timedelta(days=-1)),
)


def jumped(jump: Jump, scale: Scale) -> Outcome:
    """People act before, in and after it; in it a platform fails, and a process dies."""
    with a_clock_school(_STARTS) as school:
        work = school.work
        first = work.report(about={"staff-member"})
        urgent = work.report("staff-2", safety={"hurt-soon"})
        school.settle()
        right = work.clock.at + timedelta(minutes=16)
        wrong = right + jump.by
        work.platform.failing["deputy"] = out_of_order()
        school.set(wrong)
        school.set(wrong + timedelta(seconds=30))
        work.platform.failing.clear()
        in_it = work.report(about={"governor"})
        work.work("head", first, accepted())
        _dies_with_a_message(school)
        school.set(right + timedelta(minutes=1))
        after = work.report("staff-2", about={"other-parent"})
        work.work("head", first, AddNote(Personal("Written after the clock was mended")))
        mended = work.clock.at
        school.walk("2026-11-25T12:00", timedelta(minutes=1))
        school.walk(_ENDS, _STEP[scale])
        reports = {first: "staff", urgent: "staff-2", in_it: "staff", after: "staff-2"}
        for case, who in reports.items():
            receipts = school.of(MessageKind.RECEIPT, who, case)
            school.must(len(receipts) == 1, f"{len(receipts)} receipts for one report")
        for case in (first, in_it, after):
            told = school.of(MessageKind.NEW_CASE, "head", case)
            school.must(len(told) == 1, f"the head heard {len(told)} times of a new case")
        calls = school.of(MessageKind.URGENT_CASE, "deputy", urgent)
        school.must(1 <= len(calls) <= 3, f"the deputy was called {len(calls)} times")
        late = [each for each in calls if each.at > mended + _SOON]
        school.must(not late, f"the deputy was called at {[each.local for each in late]}")
        days = [str(day) for day in (26, 27)]
        mornings = school.of(MessageKind.ROUND_UP, "head")
        school.must(len(mornings) == len(days), f"{len(mornings)} round-ups for two mornings")
        flood = _most_at_once(school.sent)
        school.must(flood <= _MOST_AT_ONCE, f"somebody got {flood} messages at once")
        numbers = [each.number for each in work.file(first).entries]
        school.must(numbers == sorted(numbers), "the record is not in the order of what was done")
        school.record_holds()
        counted = Counter(str(each.kind) for each in school.sent)
        tried = f"{jump.by.days:+} day at {right:%A %H:%M}, mended a minute later"
        return Outcome(tried, dict(counted.most_common()), tuple(school.wrong))


def _dies_with_a_message(school: ClockSchool) -> None:
    """A process claims what is due and is killed; its leases were dated by the wrong clock."""
    clock = school.work.clock
    with school.store.writing() as writing:
        claimed = claim_in(writing, clock.now(), clock.machine_now(), 20)
    school.must(claimed, "nothing was on its way when the process died")


def _most_at_once(sent: list[Sent]) -> int:
    return max(Counter((each.at, each.to) for each in sent).values())
