"""Every role, action and case, walked through all three entrances: the same is refused at each."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from rich.console import Console
from sqlalchemy import select

from bot.app.act import acting
from bot.app.case_file import read_case
from bot.app.case_forms import DOINGS
from bot.app.drafts import begin_draft
from bot.app.retention import erase_case
from bot.compose.core_world import CoreWorld, person_of
from bot.domain.answers import Answers
from bot.domain.events import AccessRefused
from bot.domain.ids import CaseId, Cause, OptionId, OutcomeId, QuestionId, Role, StepId
from bot.domain.permissions import Allowed, doing_of, may
from bot.domain.personal import Personal
from bot.journeys import deeds
from bot.journeys.sample import PEOPLE
from bot.screens.press import FormRef, Press, Verb
from storage import SqlStore
from storage.tables import heads
from tests.faults.doors import NO_MEMBER, REFUSED, Entrance, Heard, a_school, entrances
from tests.faults.fault import Fault, Outcome, Scale
from tests.faults.recorded import findings
from tests.faults.schools_apart import apart
from tests.faults.verbs import LAST, NAMES_MORE, NONE, OF_A_WRITER, OF_CASES, OF_NONE, STEP, TYPED

_CASES: Final = (
    *("ordinary", "about the head", "about the dsl", "safeguarding", "the deputy is excluded"),
    *("closed", "erased", "none"),
)
_TOLD_EVERY: Final = 500
"""Deeds, at which it says how far it is."""


@dataclass(frozen=True)
class Deed:
    """Who does what in which case: presses a button, or sends its form."""

    who: str
    verb: Verb
    case: str
    sends: bool

    def __str__(self) -> str:
        how = "sends the form of" if self.sends else "presses"
        return f"{self.who} {how} {self.verb} ({self.case})"


@dataclass
class _Cases:
    """The cases of one school, by what they are called here."""

    ids: Mapping[str, str]
    draft: str
    """A draft of ``staff``."""


def _entrances(scale: Scale) -> Outcome:
    schools = [a_school() for _ in range(3)]
    try:
        cases = [_set_up(each) for each in schools]
        walk = list(_deeds() if scale is Scale.FULL else _some())
        return asyncio.run(_walked(walk, schools, cases))
    finally:
        for each in schools:
            each.close()


def _deeds() -> Iterator[Deed]:
    """Everybody, everything, everywhere."""
    verbs = [*(each for each in Verb if each not in LAST), *LAST]
    for verb, sends in itertools.product(verbs, (False, True)):
        cases = _CASES if verb in OF_CASES or verb is Verb.ANSWER else ("ordinary",)
        for case, who in itertools.product(cases, PEOPLE):
            yield Deed(who, verb, case, sends)


def _some() -> Iterator[Deed]:
    """A sample in which every person, every action and every case comes once at least."""
    drawn = random.Random(6)  # noqa: S311 - a sample
    people, cases = itertools.cycle(PEOPLE), itertools.cycle(_CASES)
    for verb in [*(each for each in Verb if each not in LAST), *LAST]:
        yield Deed(next(people), verb, next(cases), drawn.random() < 0.5)


async def _walked(walk: list[Deed], schools: list[CoreWorld], set_up: list[_Cases]) -> Outcome:
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    said = Console(stderr=True)
    async with entrances(schools) as doors:
        cases = {door.name: each for door, each in zip(doors, set_up, strict=True)}
        for number, deed in enumerate(walk, 1):
            if number % _TOLD_EVERY == 0:
                said.print(f"  {number:,} of {len(walk):,} deeds")
            heard = [await _done(door, cases[door.name], deed, wrong) for door in doors]
            counted["acts"] += len(heard)
            counted["refused"] += heard[0].became in (REFUSED, NO_MEMBER)
            if len({each.became for each in heard}) > 1:
                told = {door.name: each.became for door, each in zip(doors, heard, strict=True)}
                wrong.append(f"{deed}: not the same at each door: {told}")
            counted["told apart"] += await _told_apart(doors, cases, deed, heard, wrong)
    for door in doors:
        wrong += [f"{door.name}: {each}" for each in findings(door.core)]
    counted["wrong"] = len(wrong)
    tried = f"{len(walk):,} deeds of {len(PEOPLE)} people in {len(_CASES)} cases, at 3 doors"
    return Outcome(tried, counted, tuple(wrong[:30]))


async def _done(door: Entrance, cases: _Cases, deed: Deed, wrong: list[str]) -> Heard:
    """Does it at one door, and looks whether it should have been refused, and what it changed."""
    press = _press_of(deed, cases)
    should = _should_be(door.core, cases, deed)
    before = _lengths(door.core)
    heard = await _act(door, deed.who, press, sends=deed.sends)
    refused = heard.became in (REFUSED, NO_MEMBER)
    if heard.became.startswith("answered with"):
        wrong.append(f"{deed} at {door.name}: {heard.became}")
    if should is False and not refused:
        wrong.append(f"{deed} at {door.name}: was not refused")
    if should is True and refused:
        wrong.append(f"{deed} at {door.name}: was refused to somebody who may")
    if refused:
        wrong += [f"{deed} at {door.name}: {each}" for each in _changes(door.core, before)]
    return heard


async def _act(door: Entrance, who: str, press: Press, *, sends: bool) -> Heard:
    if not sends:
        return await door.press(who, press)
    page = door.core.policy.pages[0].id.value if press.verb is Verb.REPORT else ""
    return await door.submit(who, FormRef(press, page, 0))


async def _told_apart(
    doors: list[Entrance],
    cases: Mapping[str, _Cases],
    deed: Deed,
    heard: list[Heard],
    wrong: list[str],
) -> int:
    """Whether a refusal reads otherwise than one about a case, or a draft, that does not exist."""
    theirs = deed.verb in OF_A_WRITER and deed.who != "staff"
    if not theirs and (heard[0].became != REFUSED or deed.verb not in OF_CASES):
        return 0
    apart = 0
    for door, told in zip(doors, heard, strict=True):
        press = _press_of(deed, replace(cases[door.name], draft=NONE), "none")
        nothing = await _act(door, deed.who, press, sends=deed.sends)
        if nothing != told:
            wrong.append(f"{deed} at {door.name}: the refusal tells that it exists")
            apart += 1
    return apart


def _press_of(deed: Deed, cases: _Cases, case: str = "") -> Press:
    subject = ""
    if deed.verb in OF_CASES or deed.verb is Verb.ANSWER:
        subject = cases.ids[case or deed.case]
    elif deed.verb in OF_A_WRITER or (deed.verb is Verb.REPORT and deed.sends):
        subject = cases.draft
    step = STEP if deed.verb in OF_CASES or deed.verb is Verb.ANSWER else ""
    return Press(deed.verb, subject, step, 1 if step else 0)


def _should_be(core: CoreWorld, cases: _Cases, deed: Deed) -> bool | None:
    """Whether it is permitted (``bot.domain.permissions``); ``None`` where more decides."""
    school = core.school
    with school.store.reading() as reading:
        roster = school.roster(reading)
        who = school.who(person_of(deed.who), reading, roster)
        if not who.roles:
            return False
        if deed.verb in TYPED:
            return False
        if deed.verb in OF_A_WRITER or (deed.verb is Verb.REPORT and deed.sends):
            return None  # somebody else's draft is gone, as one that never was
        if deed.verb not in {*OF_NONE, *OF_CASES, Verb.ANSWER}:
            return None
        if deed.verb in OF_NONE:
            allowed = isinstance(may(who, OF_NONE[deed.verb], roster), Allowed)
        else:
            row = reading.case_row(CaseId(cases.ids[deed.case]))
            if row is None:
                return False
            file = read_case(school, reading, row)
            doing = OF_CASES.get(deed.verb) or doing_of(file.policy.steps_by_id[StepId(STEP)])
            answer = may(who, doing, roster, file.state, file.policy, school.today())
            allowed = isinstance(answer, Allowed)
    if not allowed:
        return False
    # A button that only shows or does something has no form to send.
    more = deed.verb in NAMES_MORE or (deed.sends and deed.verb not in DOINGS)
    return None if more else True


Lengths = Mapping[str, int]
"""How many entries each stream has, by its id."""


def _lengths(core: CoreWorld) -> Lengths:
    """As it is now. What a case is follows from its entries, which are only ever added."""
    with cast("SqlStore", core.school.store).reading() as reading:
        rows = reading.connection.execute(select(heads.c.stream, heads.c.number))
        return {row.stream: row.number for row in rows}


def _changes(core: CoreWorld, before: Lengths) -> Iterator[str]:
    """What a refused act changed beside the record of the refusal."""
    after = _lengths(core)
    if set(after) != set(before):
        yield "a refused act opened or erased a case"
    for stream in [each for each in before if after.get(each, 0) != before[each]]:
        if after.get(stream) != before[stream] + 1:
            yield f"a refused act wrote {after.get(stream, 0) - before[stream]} entries"
        elif not _is_a_refusal(core, CaseId(stream)):
            yield "a refused act wrote something else than its refusal"


def _is_a_refusal(core: CoreWorld, case: CaseId) -> bool:
    with core.school.store.reading() as reading:
        row = reading.case_row(case)
        last = read_case(core.school, reading, row).entries[-1].event if row else None
    return isinstance(last, AccessRefused)


# The cases


def _set_up(core: CoreWorld) -> _Cases:
    """Opens the cases in a school, and a draft."""
    ids: dict[str, str] = {"none": NONE}
    ids["ordinary"] = reported(core, about="school")
    ids["about the head"] = reported(core, about="head")
    ids["about the dsl"] = reported(core, about="dsl", safety="unsure")
    ids["safeguarding"] = reported(core, safety="unsure")
    ids["the deputy is excluded"] = reported(core)
    ids["closed"] = reported(core)
    ids["erased"] = reported(core)
    case, why = CaseId(ids["the deputy is excluded"]), Personal("because")
    _do(core, deeds.PassOn(case, Role.DEPUTY, None, why))
    _do(core, deeds.ExcludePerson(case, "deputy", why))
    no: Answers = {QuestionId("fair_concern"): OptionId("no")}
    closes = OutcomeId("not-inappropriate")
    _do(core, deeds.Answer(CaseId(ids["closed"]), StepId(STEP), closes, no))
    core.settle()
    with core.school.store.writing() as writing:
        act = acting(core.school, writing, person_of("staff"), Cause("a-draft"))
        draft = begin_draft(act, {}).draft
        row = writing.case_row(CaseId(ids["erased"]))
        if row is None:
            raise LookupError("erased")
        writing.lock_school()
        writing.lock_case(row.case)
        erase_case(core.school, writing, read_case(core.school, writing, row))
    return _Cases(ids, draft)


_LINKS = itertools.count(1)


def reported(core: CoreWorld, about: str = "school", safety: str = "none") -> str:
    one = {"place": "closed-group", "poster": "parent-or-carer"}
    some = {"safety": safety, "content": "offensive", "about": about}
    link = f"https://www.facebook.com/groups/1/posts/{1_000 + next(_LINKS)}"
    answers: Answers = {
        **{QuestionId(name): frozenset({OptionId(option)}) for name, option in some.items()},
        **{QuestionId(name): OptionId(option) for name, option in one.items()},
        QuestionId("links"): (Personal(link),),
    }
    happened = core.do("staff", deeds.Report(answers))
    if happened.case is None:
        raise LookupError(happened.why)
    return happened.case


def _do(core: CoreWorld, deed: deeds.Deed) -> None:
    happened = core.do("head", deed)
    if happened.refused or happened.invalid:
        raise LookupError(happened.why)


FAULTS: Final = (
    Fault("role × action × case at every entrance", _entrances),
    Fault("another school of the trust at every entrance", apart),
)
