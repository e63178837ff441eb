"""Two schools of a trust behind each entrance: people of one get at nothing of the other's.

The page is not among the entrances here: it shows one school, on one computer.
"""

import asyncio
import itertools
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from rich.console import Console
from sqlalchemy import select

from bot.app.act import acting
from bot.app.drafts import begin_draft
from bot.compose.core_world import CoreWorld
from bot.domain.ids import Cause
from bot.screens.press import FormRef, Press, Verb
from storage import SqlVerifier
from storage.tables import heads
from tests.adapters.slack.at_work import account_of as slack_account
from tests.adapters.slack.at_work import at_work as slack_at_work
from tests.adapters.teams.at_work import account_of as teams_account
from tests.adapters.teams.at_work import at_work as teams_at_work
from tests.builders import an_answer
from tests.faults.doors import ANSWERED, NO_MEMBER, REFUSED, Heard, SlackEntrance, TeamsEntrance
from tests.faults.fault import Outcome, Scale
from tests.faults.verbs import LAST, NONE, OF_A_WRITER, OF_CASES, STEP
from tests.two_schools import GUESTS, HILL, MILL, NAMES, Trust, a_trust, person

_OF_MILL: Final = ("teacher", "head", "deputy", "dsl")
_PEOPLE: Final[Mapping[str, str]] = {
    **{f"mill-{who}": f"{who}@milllane.example" for who in _OF_MILL},
    "chair-of-both": "chair@trust.example",
    "visitor": "visitor@elsewhere.example",
    "hill-head": "head@hilltop.example",
}
"""By what they are called at the doors: their addresses."""
_OWNER: Final = "hill-head"
_IN_MILLS_NAME: Final = "chair-of-both"
"""Is of both schools; in the name of the one there is nothing of the other's."""
_TEACHER: Final = "teacher@hilltop.example"
_TOLD: Final = {
    "poster_name": "Quintessa Marker",
    "words": "What Quintessa wrote",
    "links": ["https://www.facebook.com/groups/1/posts/quintessa"],
}
"""At Hill Top, and at no other school."""
_MARKS: Final = ("uintessa", NAMES[HILL])
_TOLD_EVERY: Final = 500


@dataclass(frozen=True)
class _Deed:
    """Somebody of another school presses a button, or sends its form, in a school's name."""

    who: str
    verb: Verb
    subject: str
    school: str
    sends: bool

    def __str__(self) -> str:
        how = "sends the form of" if self.sends else "presses"
        return f"{self.who} {how} {self.verb} ({self.subject}) as of {self.school or 'no school'}"


@dataclass
class _Door:
    """An entrance to both schools, and what Hill Top has."""

    entrance: SlackEntrance | TeamsEntrance
    trust: Trust
    subjects: Mapping[str, str]

    async def act(self, deed: _Deed, subject: str = "") -> Heard:
        """Does it, about another thing if one is given."""
        about = subject or self.subjects[deed.subject]
        step = STEP if deed.verb in OF_CASES or deed.verb is Verb.ANSWER else ""
        press = Press(deed.verb, about, step, 1 if step else 0, school=deed.school)
        if deed.sends:
            return await self.entrance.submit(deed.who, FormRef(press, "", 0))
        return await self.entrance.press(deed.who, press)

    def lengths(self) -> dict[str, int]:
        """How many entries each of Hill Top's streams has."""
        with self.trust.stores[HILL].reading() as reading:
            rows = reading.connection.execute(
                select(heads.c.stream, heads.c.number).where(heads.c.school == HILL)
            )
            return {row.stream: row.number for row in rows}


def apart(scale: Scale) -> Outcome:
    """Walks people of one school, of both and of none through all that is another school's."""
    with tempfile.TemporaryDirectory(prefix="report-post-trust-") as made:
        walk = list(_deeds() if scale is Scale.FULL else _some())
        return asyncio.run(_walked(Path(made), walk))


def _deeds() -> Iterator[_Deed]:
    for verb, sends, who in itertools.product(_in_order(), (False, True), _PEOPLE):
        for subject, school in itertools.product(_subjects_of(verb), _schools_of(who)):
            yield _Deed(who, verb, subject, school, sends)


def _some() -> Iterator[_Deed]:
    """A sample in which every person, every action and every case comes once at least."""
    people, sends = itertools.cycle(_others()), itertools.cycle((False, True, True, False))
    for number, verb in enumerate(_in_order()):
        subjects, who = _subjects_of(verb), next(people)
        schools = _schools_of(who)
        yield _Deed(
            who,
            verb,
            subjects[number % len(subjects)],
            schools[number // 2 % len(schools)],
            next(sends),
        )


def _in_order() -> list[Verb]:
    return [*(each for each in Verb if each not in LAST), *LAST]


def _others() -> list[str]:
    return [each for each in _PEOPLE if each != _OWNER]


def _schools_of(who: str) -> tuple[str, ...]:
    if who == _OWNER:
        return ()
    return (MILL,) if who == _IN_MILLS_NAME else (HILL, MILL, "")


def _subjects_of(verb: Verb) -> tuple[str, ...]:
    if verb in OF_CASES or verb is Verb.ANSWER:
        return ("a case", "a case about the head", "a closed case")
    return ("a draft",) if verb in OF_A_WRITER else ("nothing",)


async def _walked(folder: Path, walk: list[_Deed]) -> Outcome:
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    said = Console(stderr=True)
    async with _doors(folder) as doors:
        for door in doors:
            await _its_own_are_let_in(door, wrong)
            for number, deed in enumerate(walk, 1):
                if number % _TOLD_EVERY == 0:
                    said.print(f"  {door.entrance.name}: {number:,} of {len(walk):,} deeds")
                counted["acts"] += 1
                await _done(door, deed, counted, wrong)
            for school, store in door.trust.stores.items():
                found = list(SqlVerifier(store).findings())
                wrong += [f"{school}: verify: {each.says}" for each in found]
    counted["wrong"] = len(wrong)
    tried = f"{len(walk):,} deeds of {len(_others())} people of another school, at Slack and Teams"
    return Outcome(tried, counted, tuple(wrong[:30]))


async def _its_own_are_let_in(door: _Door, wrong: list[str]) -> None:
    """What is kept from others is there: else nothing would be tried."""
    own = await door.act(_Deed(_OWNER, Verb.OPEN_CASE, "a case", HILL, sends=False))
    if own.became != ANSWERED or not any(_MARKS[0] in each for each in own.texts):
        wrong.append(f"{door.entrance.name}: the school's own head does not see the case")


async def _done(door: _Door, deed: _Deed, counted: Counter[str], wrong: list[str]) -> None:
    where, before = f"{deed} at {door.entrance.name}", door.lengths()
    heard = await door.act(deed)
    refused = heard.became in (REFUSED, NO_MEMBER)
    counted["refused"] += refused
    if any(mark in each for mark in _MARKS for each in heard.texts):
        wrong.append(f"{where}: something of the other school is to be read")
    if door.lengths() != before:
        wrong.append(f"{where}: the other school's record has changed")
    # Somebody else's draft is gone, as one that never was; of nobody's there is each one's own.
    if not refused and (deed.school == HILL or deed.subject not in ("a draft", "nothing")):
        wrong.append(f"{where}: was not refused: {heard.became}")
    if deed.subject != "nothing":
        counted["compared with what does not exist"] += 1
        if await door.act(deed, NONE) != heard:
            wrong.append(f"{where}: the refusal tells that it exists")


# The schools


@asynccontextmanager
async def _doors(folder: Path) -> AsyncIterator[list[_Door]]:
    """Slack and Teams, each with two schools of its own behind it."""
    async with AsyncExitStack() as stack:
        trusts = [stack.enter_context(a_trust(folder / each)) for each in ("slack", "teams")]
        slack = await stack.enter_async_context(slack_at_work(trusts[0].schools))
        teams = await stack.enter_async_context(teams_at_work(trusts[1].schools))
        for label, email in _PEOPLE.items():
            guest = email in GUESTS
            slack.slack.add_user(slack_account(label), email, is_restricted=guest)
            role = {"userRole": "guest"} if guest else {}
            teams.teams.add_member(teams_account(label), email, **role)
        nobody = cast("CoreWorld", None)  # the schools are the trust's
        yield [
            _Door(SlackEntrance(nobody, slack), trusts[0], _set_up(trusts[0])),
            _Door(TeamsEntrance(nobody, teams), trusts[1], _set_up(trusts[1])),
        ]


def _set_up(trust: Trust) -> dict[str, str]:
    """Hill Top has cases and a draft; Mill Lane has a case of its own."""
    hill = trust.at(HILL)
    closed = hill.report(_TEACHER, poster_name="Quintessa Marker")
    hill.work(
        "head@hilltop.example",
        closed,
        an_answer("acknowledge", "not-inappropriate", fair_concern="no"),
    )
    found = {
        "nothing": "",
        "a closed case": closed,
        "a case": hill.report(_TEACHER, **_TOLD),
        "a case about the head": hill.report(_TEACHER, about={"head"}, poster_name="Quintessa"),
    }
    with hill.school.store.writing() as writing:
        act = acting(hill.school, writing, person(_TEACHER), Cause("a-draft"))
        found["a draft"] = begin_draft(act, {}).draft
    trust.at(MILL).report("teacher@milllane.example")
    return found
