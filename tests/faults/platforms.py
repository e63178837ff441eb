"""Platforms that misbehave: what is due arrives all the same, and nobody waits for another."""

import asyncio
import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from bot.domain.ids import MessageKind
from tests.builders import school_time
from tests.claiming import waiting_in
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.rough_platforms import Rule, Trouble
from tests.faults.rough_school import RoughSchool, Which, rough_school

MONDAY: Final = "2026-11-23T14:00"
BEFORE, BACK, LATER = "2026-11-24T07:50", "2026-11-24T08:50", "2026-11-24T09:20"
"""The platform goes away before the round-up of 08:15, and comes back an hour later."""
AN_HOUR: Final = (Trouble.DOWN, Trouble.CUT, Trouble.TOO_MANY)
SHORTLY: Final = {Which.SLACK: Trouble.DOWN}
QUICK: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of our own in it
"""In memory where there is such a place: how fast a disk is plays no part here."""
UNREACHED: Final = (Trouble.GONE, Trouble.CUT, Trouble.DOWN, Trouble.SILENT)
BRIEFLY: Final = {Which.SLACK: Trouble.SILENT, Which.TEAMS: Trouble.GONE}
ONCE: Final = frozenset({MessageKind.RECEIPT, MessageKind.NEW_CASE, MessageKind.DSL_ALERT})
"""What somebody is told once of a report or a case."""
OTHERS: Final = 9
"""Five receipts, and four cases about the head for the chair."""
SOON_ENOUGH: Final = timedelta(minutes=10)
"""After the platform is back."""
PATIENCE: Final = 0.4
"""Seconds that the bot waits for an answer where one is slow; ten where it is at work."""


@dataclass
class Found:
    """What came of it, over several schools."""

    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def outcome(self, tried: str) -> Outcome:
        """The same as a line of the table."""
        return Outcome(tried, dict(self.counted), tuple(dict.fromkeys(self.wrong)))


Story = Callable[[RoughSchool], Awaitable[None]]


def _played(
    which: Which, story: Story, *, patience: float = 5.0, every: timedelta = timedelta(seconds=30)
) -> RoughSchool:
    async def play() -> RoughSchool:
        with tempfile.TemporaryDirectory(prefix="report-post-rough-", dir=QUICK) as folder:
            async with rough_school(
                Path(folder), which, starts=MONDAY, patience=patience, every=every
            ) as school:
                await story(school)
                school.left = _overdue(school)
                school.given_up = school.count_given_up()
                return school

    return asyncio.run(play())


def _reports(school: RoughSchool, many: int) -> None:
    """Posts about the school and its staff, and one about the head, which the chair gets."""
    for number in range(many):
        link = f"https://www.facebook.com/groups/1/posts/{number}"
        school.school.report(f"staff-{number % 2 + 1}" if number % 2 else "staff", links={link})
    school.school.report("staff", about={"head"}, links={"https://example.com/head"})


async def _morning(school: RoughSchool, rule: Rule, many: int) -> timedelta:
    """From Monday afternoon to Tuesday morning; how long after the outage the last one came."""
    _reports(school, many)
    await school.settle()
    school.jump_to(BEFORE)
    await school.settle()
    school.platform.rough.rule = rule
    await school.until("2026-11-24T08:20")
    school.school.report("staff-2", safety={"hurt-soon"}, links={"https://example.com/danger"})
    await school.until(BACK)
    school.platform.rough.rule = _all_is_well
    waited = await school.until(LATER, lambda: not _overdue(school))
    return waited - school_time(BACK)


def _overdue(school: RoughSchool) -> int:
    """Messages that were due before the platform was back and have not been taken."""
    with school.school.school.store.reading() as reading:
        return waiting_in(reading, min(school_time(BACK), school.school.clock.at))


def _all_is_well(_call: str, _about: str) -> Trouble | None:
    return None


def outage(scale: Scale) -> Outcome:
    """An hour without the platform, over the round-up, in each way in which it can be away."""
    found, tried = Found(), 0
    every = timedelta(seconds=15 if scale is Scale.FULL else 180)
    full = scale is Scale.FULL
    ways = (
        dict.fromkeys(Which, AN_HOUR) if full else {each: (way,) for each, way in SHORTLY.items()}
    )
    for many in (3, 12, 40) if full else (1,):
        usual = _played(Which.SLACK, _plain(many), every=every)
        for which, troubles in ways.items():
            for trouble in troubles:
                _one_outage(found, which, trouble, many, usual)
                tried += 1
    return found.outcome(f"{tried} hours without Slack or Teams over the 08:15 round-up")


def _plain(many: int) -> Story:
    async def story(school: RoughSchool) -> None:
        await _morning(school, _all_is_well, many)

    return story


def _one_outage(
    found: Found, which: Which, trouble: Trouble, many: int, usual: RoughSchool
) -> None:
    waits: list[timedelta] = []

    async def story(school: RoughSchool) -> None:
        waits.append(await _morning(school, lambda _call, _about: trouble, many))

    after = _played(which, story, every=usual.every)
    found.counted["calls refused"] += after.platform.rough.refused.total()
    found.counted["messages"] += len(after.kept.sent)
    found.counted["repeats"] += after.platform.rough.repeats
    where = f"{which.value}, {trouble.value}"
    lost = _lost(usual, after)
    found.counted["lost"] += len(lost)
    found.counted["given up"] += after.given_up
    slowest = int(max(waits).total_seconds())
    found.counted["slowest after it was back, s"] = max(
        found.counted["slowest after it was back, s"], slowest
    )
    if lost:
        found.wrong.append(f"{where}: never arrived: {sorted(lost)}")
    if after.given_up:
        found.wrong.append(f"{where}: {after.given_up} messages were given up")
    if after.round_ups() != usual.round_ups() or max(after.round_ups().values()) > 1:
        found.wrong.append(f"{where}: somebody did not get exactly one round-up")
    if after.platform.rough.repeats:
        whom = sorted(after.platform.rough.repeated())
        found.wrong.append(f"{where}: messages came twice to {whom}")
    if flooded := _flooded(after, usual):
        found.wrong.append(f"{where}: more messages than on a usual morning for {flooded}")
    if after.platform.rough.early:
        found.wrong.append(f"{where}: it did not wait as long as it was asked to")
    if max(waits) > SOON_ENOUGH:
        found.wrong.append(f"{where}: the last message came {max(waits)} after the platform")
    if after.platform.rough.refused[trouble] == 0:
        found.wrong.append(f"{where}: the outage was never met")


def _lost(usual: RoughSchool, after: RoughSchool) -> list[str]:
    """What came on a usual morning and never came on this one.

    What is told once comes as often; of what is told again and again the newest is enough.
    """
    missing = [each for each in usual.sent - after.sent if each[1] in ONCE or not after.sent[each]]
    return [f"{kind} for {to}" for to, kind in missing]


def _flooded(after: RoughSchool, usual: RoughSchool) -> list[str]:
    """Who got more than on a usual morning, but for what the admin is told of the outage."""
    got, before = (Counter(to for to, _ in each.kept.sent) for each in (after, usual))
    return sorted(to for to in got if to != "admin" and got[to] > before[to])


def storm(scale: Scale) -> Outcome:
    """429 for most calls, each with Retry-After: all wait that long, and nobody is lost."""
    found, times = Found(), 1 if scale is Scale.SHORT else 20
    whiches = (Which.TEAMS,) if scale is Scale.SHORT else tuple(Which)
    for which in whiches:
        for seed in range(times):
            chance = random.Random(seed)  # noqa: S311 - no secret

            def rule(_call: str, _about: str, chance: random.Random = chance) -> Trouble | None:
                return Trouble.TOO_MANY if chance.random() < 0.8 else None

            after = _played(which, partial(_an_afternoon, rule=rule, reports=3))
            rough = after.platform.rough
            _nothing_waits(found, after, f"{which.value}, storm {seed}", 3)
            found.counted["429"] += rough.refused[Trouble.TOO_MANY]
            found.counted["asked again too early"] += rough.early
            found.counted["repeats"] += rough.repeats
            if rough.early or rough.repeats:
                found.wrong.append(f"{which.value}: a pause was not kept, or a message repeated")
            if after.sent["admin", MessageKind.ADMIN_ALERT]:
                found.wrong.append(f"{which.value}: the admin was told of a mere pause")
    return found.outcome(f"{len(whiches) * times} storms of 429, four calls of five")


async def _an_afternoon(school: RoughSchool, *, rule: Rule, reports: int) -> None:
    """So many reports come in while the platform behaves so, until all that is due has left."""
    school.platform.rough.rule = rule
    _reports(school, reports)
    await school.settle()
    await school.until("2026-11-23T15:00", lambda: not _overdue(school))


def answers_lost(scale: Scale) -> Outcome:
    """Some messages are taken and the answer never comes: none is lost, repeats are those alone."""
    found, times = Found(), 1 if scale is Scale.SHORT else 20
    whiches = (Which.SLACK,) if scale is Scale.SHORT else tuple(Which)
    for which in whiches:
        for seed in range(times):
            chance = random.Random(seed)  # noqa: S311 - no secret

            def rule(call: str, _about: str, chance: random.Random = chance) -> Trouble | None:
                sends = call in ("send", "chat.postMessage")
                return Trouble.LOST if sends and chance.random() < 0.4 else None

            after = _played(which, partial(_an_afternoon, rule=rule, reports=4))
            rough = after.platform.rough
            _nothing_waits(found, after, f"{which.value}, answers lost {seed}", 4)
            found.counted["answers lost"] += rough.refused[Trouble.LOST]
            found.counted["repeats"] += rough.repeats
            if rough.repeats > rough.refused[Trouble.LOST]:
                found.wrong.append(f"{which.value}: a message was repeated though it was answered")
    return found.outcome(f"{len(whiches) * times} afternoons on which answers are lost")


def slow_answers(scale: Scale) -> Outcome:
    """Everybody's answers are slow, shorter and longer than the bot waits: all arrives, once."""
    found, tried = Found(), 0
    whiches = tuple(Which) if scale is Scale.FULL else (Which.TEAMS,)
    for which, trouble in itertools.product(whiches, (Trouble.SLOW, Trouble.LATE)):
        for many in (3, 12) if scale is Scale.FULL else (1,):
            _one_slow_afternoon(found, which, trouble, many)
            tried += 1
    return found.outcome(f"{tried} afternoons of slow answers, on every second too late ones")


def _one_slow_afternoon(found: Found, which: Which, trouble: Trouble, many: int) -> None:
    async def story(school: RoughSchool) -> None:
        school.platform.rough.rule = lambda _call, _about: trouble
        _reports(school, many)
        await school.settle()
        await school.until("2026-11-23T14:02")
        school.platform.rough.rule = _all_is_well
        await school.until("2026-11-23T15:00", lambda: not _overdue(school))

    is_late = trouble is Trouble.LATE
    after = _played(
        which, story, patience=PATIENCE / 2 if is_late else 5.0, every=timedelta(minutes=1)
    )
    rough, where = after.platform.rough, f"{which.value}, {trouble.value}"
    _nothing_waits(found, after, where, many)
    found.counted["slow answers"] += rough.refused[trouble]
    found.counted["repeats"] += rough.repeats
    if rough.repeats > after.kept.failed:
        found.wrong.append(f"{where}: a message was repeated though its answer came")
    if not is_late and after.kept.failed:
        found.wrong.append(f"{where}: an answer was not waited for")
    if rough.refused[trouble] < many:
        found.wrong.append(f"{where}: hardly any answer was slow")
    if not is_late and after.sent["admin", MessageKind.ADMIN_ALERT]:
        found.wrong.append(f"{where}: the admin was told of answers that came")


def one_person(scale: Scale) -> Outcome:
    """Nothing reaches one person: all others get everything before that is even found out."""
    found, tried = Found(), 0
    ways = {each: UNREACHED if scale is Scale.FULL else (way,) for each, way in BRIEFLY.items()}
    for which, troubles in ways.items():
        for trouble in troubles:
            _without_one(found, which, trouble)
            tried += 1
    return found.outcome(f"{tried} schools in which nothing reaches the head")


def _without_one(found: Found, which: Which, trouble: Trouble) -> None:
    async def story(school: RoughSchool) -> None:
        head = school.platform.place("head")
        school.platform.rough.rule = lambda _, about: trouble if about == head else None
        school.school.report("staff", links={"https://example.com/school"})
        for number in range(4):
            school.school.report("staff", about={"head"}, links={f"https://example.com/{number}"})
        await school.settle()
        await school.until("2026-11-23T14:10")

    patience = PATIENCE if trouble is Trouble.SILENT else 5.0
    after = _played(which, story, patience=patience, every=timedelta(minutes=1))
    where = f"{which.value}, {trouble.value}"
    waited = after.kept.waited_for["head"] if trouble is Trouble.SILENT else 0
    others = sum(count for (to, _), count in after.sent.items() if to not in ("head", "admin"))
    alerts = after.sent["admin", MessageKind.ADMIN_ALERT]
    failing = after.platform.rough.refused.total()
    found.counted["others' messages"] += others
    found.counted["of these waited for the head's"] += waited
    found.counted["failures"] += failing
    found.counted["alerts to the admin"] += alerts
    if waited:
        found.wrong.append(f"{where}: {waited} messages of others waited for the head's")
    if others != OTHERS:
        found.wrong.append(f"{where}: {others} messages for others, and not {OTHERS}")
    if after.sent["head", MessageKind.NEW_CASE]:
        found.wrong.append(f"{where}: it did reach the head")
    if alerts != 1:
        found.wrong.append(f"{where}: the admin was told {alerts} times, and not once")
    if failing == 0:
        found.wrong.append(f"{where}: it was never tried")


def _nothing_waits(found: Found, school: RoughSchool, where: str, many: int) -> None:
    """Everything arrived of so many posts about the school, and of the one about the head."""
    due = Counter(
        {
            ("staff", MessageKind.RECEIPT): (many + 1) // 2 + 1,
            ("staff-2", MessageKind.RECEIPT): many // 2,
            ("head", MessageKind.NEW_CASE): many,
            ("chair", MessageKind.NEW_CASE): 1,
        }
    )
    lost = due - Counter((to, kind) for to, kind in school.kept.sent if kind is not None)
    found.counted["messages"] += len(school.kept.sent)
    found.counted["lost"] += lost.total()
    if lost:
        missing = sorted(f"{kind} for {to}" for to, kind in lost)
        found.wrong.append(f"{where}: never arrived: {missing}")
    if school.left:
        found.wrong.append(f"{where}: {school.left} messages are due and still wait")
    if school.given_up:
        found.wrong.append(f"{where}: {school.given_up} messages were given up")


FAULTS = (
    Fault("an hour without the platform over the round-up", outage),
    Fault("429 storms with Retry-After", storm),
    Fault("messages taken, answers lost", answers_lost),
    Fault("slow answers", slow_answers),
    Fault("nothing reaches one person", one_person),
)
