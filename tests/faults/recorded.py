"""A school at work behind one of its doors, everything that came in by it, and a way to send more.

People of a journey do everything by that door first, so that what came in is all a valid payload of
this very school: its cases, drafts, forms and buttons.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from bot.app.act import acting
from bot.app.drafts import begin_draft
from bot.compose.core_world import CoreWorld, person_of
from bot.domain.ids import Cause
from bot.journeys.reading import read_journey
from bot.journeys.running import _Run
from bot.journeys.story import Journey
from storage import SqlStore
from storage.verify import SqlVerifier
from tests.faults.hostile_values import Ids, Json

JOURNEYS: Final = Path(__file__).parents[1] / "journeys"
SECONDS: Final = 5.0
"""The most of a processor that any answer may take: the machine may have other work."""

Result = TypeVar("Result")


class Door(Protocol):
    """A door that hostile payloads are brought to."""

    name: str
    fine: frozenset[int]
    """Statuses that a payload may be answered with."""

    @property
    def core(self) -> CoreWorld: ...
    @property
    def valid(self) -> list[Json]: ...
    @property
    def failures(self) -> list[tuple[str, Exception]]: ...
    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...
    def fresh(self, payload: Json, person: str) -> Json:
        """As a new act of that person's."""

    def send(self, payload: Json, person: str) -> int:
        """Brings it as that person would, and waits until everything of it is done; the status."""

    def settle(self) -> None:
        """Delivers what is due now."""

    def kept(self) -> Iterator[str]:
        """Everything that the platform keeps of the bot's."""

    def close(self) -> None: ...


def a_journey(name: str) -> Journey:
    """One of tests/journeys."""
    return read_journey((JOURNEYS / f"{name}.toml").read_text("utf-8"), name)


def walk(world: Any, journey: Journey) -> None:  # noqa: ANN401 - one of three worlds
    run = _Run(world)
    for step in journey.steps:
        for _ in run.through(step):
            pass  # that journeys go as they say is tested elsewhere


def typed_in(journey: Journey) -> set[str]:
    """What people typed in it that is like nothing else: names, links, quotes and reasons."""
    told: list[object] = []
    for step in journey.steps:
        told += [step.reason, step.text]
        for answer in step.answers.values():
            told += answer if isinstance(answer, tuple) else [answer]
    typed = [each for each in told if isinstance(each, str)]
    # Links are shortened to what tells posts apart; ids of choices have no spaces.
    links = {urlsplit(each).path for each in typed if "://" in each}
    return links | {each for each in typed if " " in each and "://" not in each}


def ids_of(core: CoreWorld) -> Ids:
    """What payloads of this school can be about."""
    policy, store = core.policy, core.school.store
    drafts = []
    with store.writing() as writing:
        cases = [str(each.case) for each in writing.case_rows()]
        for who in ("staff", "staff-2", "head"):
            act = acting(core.school, writing, person_of(who), Cause(f"draft-of-{who}"))
            drafts.append(str(begin_draft(act, {}).draft))
    outcomes = {each.id.value for step in policy.steps for each in step.outcomes}
    steps = [each.value for each in policy.steps_by_id]
    return Ids(cases, drafts, ["", "0" * 32, "another-school"], steps, sorted(outcomes))


def findings(core: CoreWorld) -> list[str]:
    """What ``verify`` finds."""
    verifier = SqlVerifier(cast("SqlStore", core.school.store))
    return [f"verify: {each.stream}: {each.says}" for each in verifier.findings()]
