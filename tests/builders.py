"""Makes valid things short: a report's answers, a school with its people, a case at work."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bot.app.act import Act, acting, view_of
from bot.app.addresses import address_of
from bot.app.case_file import CaseFile, read_case
from bot.app.deliver import Deliverer
from bot.app.drafts import begin_draft, file_from_draft, keep_file
from bot.app.inbound import Person
from bot.app.remind import tick
from bot.app.school import Holder, School
from bot.app.work_case import work_case
from bot.compose.moving import moments_until
from bot.compose.schools import open_the_store, school_of
from bot.config import Settings, sample_settings
from bot.domain.answers import Answers
from bot.domain.case import CaseState
from bot.domain.commands import AnswerStep, Command
from bot.domain.ids import CaseId, Cause, MessageKind, OutcomeId, PersonId, Role, StepId
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.journeys.answers import report_answers, step_answers
from bot.journeys.sample import ZONE, file_named
from bot.journeys.story import RawAnswer
from bot.policies.parse import load_pack
from tests.fakes import FakeClock, FakePlatform, SentHere

STARTS = "2026-11-23T09:05"
"""A Monday morning in term."""
GUESTS = frozenset({"chair", "chair-2", "guest", "stranger"})
NO_CONCERN: Mapping[str, RawAnswer] = {"fair_concern": "no", "gravely_offensive": "no"}

Told = str | Iterable[str] | bool


def raw(told: Mapping[str, Told]) -> dict[str, RawAnswer]:
    """Answers as a journey's file has them."""
    return {
        name: value if isinstance(value, str | bool) else tuple(sorted(value))
        for name, value in told.items()
    }


@cache
def derwent_vale() -> Policy:
    """The pack that comes with the bot."""
    return load_pack("derwent-vale").policy


def a_report(*, policy: Policy | None = None, **told: Told) -> Answers:
    """The answers of the commonest report, with these in their place."""
    common: dict[str, Told] = {
        "safety": {"none"},
        "content": {"offensive"},
        "about": {"school"},
        "place": "closed-group",
        "poster": "parent-or-carer",
    }
    return answers_of(policy or derwent_vale(), {**common, **told})


def answers_of(policy: Policy, told: Mapping[str, Told]) -> Answers:
    """A report's answers from plain words."""
    return report_answers(raw(told), policy, ZONE)[0]


def an_answer(
    step: str, outcome: str, *, policy: Policy | None = None, reason: str = "", **told: Told
) -> AnswerStep:
    """The command that answers a step."""
    return AnswerStep(
        StepId(step),
        OutcomeId(outcome),
        answers=step_answers(raw(told), policy or derwent_vale(), ZONE),
        reason=Personal(reason) if reason else None,
    )


def accepted(**told: Told) -> AnswerStep:
    """*It falls under the policy*, of a case whose content asks no more."""
    return an_answer("acknowledge", "accepted", **{**NO_CONCERN, **told})  # type: ignore[arg-type]


def school_time(text: str) -> datetime:
    """An instant from the school's local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class SchoolAtWork:
    """A sample school with a store of its own, people by label, and a platform that takes all."""

    school: School
    clock: FakeClock
    platform: FakePlatform
    causes: Iterator[int] = field(default_factory=itertools.count)
    seen: int = 0

    def person(self, label: str) -> Person:
        return Person(PersonId(label), address(label), label not in GUESTS)

    def id_of(self, label: str) -> PersonId:
        with self.school.store.reading() as reading:
            return self.school.person_of(address(label), reading)

    @contextmanager
    def acting(self, label: str) -> Iterator[Act]:
        with self.school.store.writing() as writing:
            cause = Cause(f"cause-{next(self.causes)}")
            yield acting(self.school, writing, self.person(label), cause)

    def report(self, who: str = "staff", files: Iterable[str] = (), **told: Told) -> CaseId:
        """Files a report through a draft, and says into which case it went."""
        answers = a_report(policy=self.school.pack.policy, **told)
        with self.acting(who) as act:
            draft = begin_draft(act, answers)
            for each in files:
                draft = keep_file(act, draft, file_named(each))
            return file_from_draft(act, draft).case

    def work(self, who: str, case: CaseId, command: Command) -> CaseFile:
        with self.acting(who) as act:
            return work_case(act, case, command)

    def view(self, who: str, case: CaseId) -> CaseFile:
        with self.acting(who) as act:
            return view_of(act, case)

    def file(self, case: CaseId) -> CaseFile:
        with self.school.store.reading() as reading:
            row = reading.case_row(case)
            assert row is not None
            return read_case(self.school, reading, row)

    def state(self, case: CaseId) -> CaseState:
        return self.file(case).state

    def settle(self) -> None:
        """Writes and delivers what is due now."""
        tick(self.school)
        self.deliver()

    def deliver(self) -> None:
        asyncio.run(self._deliver())

    async def _deliver(self) -> None:
        deliverer = Deliverer(self.school, self.platform, run_here, lambda person: person)
        await deliverer.deliver_due()
        await deliverer.update_stale()

    def move_to(self, text: str) -> None:
        """Moves the clock there, doing what falls due on the way."""
        for at in moments_until(self.school, school_time(text), self.settle):
            self.clock.at = at
        self.settle()

    def jump_to(self, text: str) -> None:
        """Moves the clock there at once, as if nothing had run meanwhile."""
        self.clock.at = school_time(text)
        self.clock.machine_waits(timedelta(hours=2))
        self.settle()

    def news(self) -> list[tuple[str, str]]:
        """To whom what kind of message went since this was last asked."""
        new, self.seen = self.platform.taken[self.seen :], len(self.platform.taken)
        return sorted((each.to, str(each.kind)) for each in new)

    def sent(self, kind: MessageKind) -> list[SentHere]:
        return [each for each in self.platform.taken if each.kind is kind]


def address(label: str) -> str:
    """The e-mail address of a label."""
    return f"{label}@derwentvale.example"


def a_school(
    folder: Path,
    *,
    starts: str = STARTS,
    pack: str | Path = "derwent-vale",
    held: Mapping[Role, tuple[str, ...]] | None = None,
) -> SchoolAtWork:
    """The sample school, at that time of its clocks; ``held`` names other holders of roles."""
    settings = replace(sample_settings(folder), policy=pack)
    holders = dict(settings.holders)
    for role, labels in (held or {}).items():
        holders[role] = tuple(Holder(address(each), Personal(f"Name {each}")) for each in labels)
    return at_work(replace(settings, holders=holders), starts=starts)


def at_work(settings: Settings, *, starts: str = STARTS) -> SchoolAtWork:
    """The school of these settings, at that time of its clocks."""
    clock = FakeClock(school_time(starts))
    school = school_of(settings, open_the_store(settings, {}), clock)
    there = SchoolAtWork(school, clock, FakePlatform(_label_of(school)))
    there.settle()
    return there


def the_same_school(before: SchoolAtWork, **changes: object) -> SchoolAtWork:
    """The school after its ``school.toml`` or its pack changed, on the same store."""
    school = replace(before.school, **changes)  # type: ignore[arg-type]
    return SchoolAtWork(school, before.clock, before.platform, before.causes, before.seen)


def _label_of(school: School) -> Callable[[PersonId], str]:
    labels = [
        *("staff", "staff-2", "staff-3", "head", "head-2", "deputy", "deputy-2", "dsl", "dsl-2"),
        *("chair", "chair-2", "admin", "guest", "stranger"),
    ]
    with school.store.reading() as reading:
        known = {school.person_of(address(each), reading): each for each in labels}
    return known.__getitem__


async def run_here(work: Callable[[], object]) -> object:
    """Does the work at once."""
    return work()


def account_on(school: School, platform: str, person: PersonId) -> PersonId | None:
    """The account by which somebody of the records is reached on a platform."""
    with school.store.reading() as reading:
        return address_of(reading, person, platform)
