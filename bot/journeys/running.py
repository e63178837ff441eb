"""Whether a journey goes in a world as it says; what does not is a mismatch in plain English."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.errors import ReportPostError
from bot.domain.ids import CaseId
from bot.journeys import comparing
from bot.journeys.answers import moment_of
from bot.journeys.comparing import Difference
from bot.journeys.doing import NotNamed, case_named, deed_of
from bot.journeys.keys import FACTS
from bot.journeys.matching import of_the_messages
from bot.journeys.story import OPENING, Journey, JourneyStep
from bot.journeys.world import Happened, MakeWorld, SentMessage, World


@dataclass(frozen=True)
class Mismatch:
    """Where a journey and the world differ. ``step`` counts from 1; ``None`` is the start."""

    place: str
    step: int | None
    says: str
    """The step in a few words."""
    about: str
    """The key of ``expect``, ``does`` or ``at``."""
    expected: str
    came: str

    def __str__(self) -> str:
        where = "the start" if self.step is None else f"step {self.step} ({self.says})"
        came = self.came.removesuffix(".")
        return f"{self.place}, {where}: {self.about}: expected {self.expected}; came: {came}."


def run_journey(journey: Journey, make_world: MakeWorld) -> tuple[Mismatch, ...]:
    """Every mismatch, in order. Errors that are not Report Post's own propagate.

    One of Report Post's own is a mismatch, and ends the journey: what follows would only repeat it.
    """
    try:
        world = make_world(journey)
    except ReportPostError as error:
        return (Mismatch(journey.place, None, "", "policy", "a school", str(error)),)
    try:
        return tuple(_mismatches(journey, world))
    finally:
        world.close()


def _mismatches(journey: Journey, world: World) -> Iterator[Mismatch]:
    run = _Run(world)
    for step in journey.steps:
        try:
            for each in run.through(step):
                yield Mismatch(
                    journey.place, step.number, step.says, each.about, each.expected, each.came
                )
        except ReportPostError as error:
            came = f"{type(error).__name__}: {error} The journey ends here"
            yield Mismatch(journey.place, step.number, step.says, "does", "no error", came)
            return


@dataclass
class _Run:
    """How far a journey has come: the names of its cases, and the messages seen."""

    world: World
    cases: dict[str, CaseId] = field(default_factory=dict)
    seen: int = 0

    def through(self, step: JourneyStep) -> Iterator[Difference]:
        """The step's differences. The clock moves, then the deed is done and its mail delivered."""
        if step.at:
            self.world.move_to(moment_of(step.at, self.world.zone))
        before = dict(self.cases)
        try:
            deed = deed_of(step, self.cases, self.world.policy, self.world.zone)
            looked_at = case_named(step.case, self.cases) if step.case else None
        except NotNamed as error:
            self._new_messages()
            yield Difference("case", f"a case called {error.name}", "none was opened as that")
            return
        happened = self.world.do(step.who, deed) if step.who and deed else Happened()
        self.world.settle()
        if happened.case is not None and step.named:
            self.cases[step.named] = happened.case
        if happened == Happened() and step.does in OPENING:
            yield Difference("case", "one to come of it", "the world named none")
        yield from comparing.of_the_deed(step.expect, happened)
        if happened.case is not None and step.expect.joined:
            yield from comparing.of_the_case_joined(step.expect.joined, happened.case, before)
        yield from self._differences(step, looked_at or happened.case)

    def _differences(self, step: JourneyStep, case: CaseId | None) -> Iterator[Difference]:
        new = self._new_messages()
        expect = step.expect
        if case is not None and any(getattr(expect, key) is not None for key in FACTS):
            yield from comparing.of_the_facts(expect, self.world.facts(case), self.cases)
        if expect.lists is not None and step.who:
            listed = self.world.listed(step.who)
            yield from comparing.of_cases("lists", expect.lists, listed, self.cases)
        if expect.sent is not None:
            yield from of_the_messages(expect.sent, new, self.cases)
        if expect.digest is not None:
            yield from comparing.of_the_digest(expect.digest, self.world.digest())

    def _new_messages(self) -> tuple[SentMessage, ...]:
        """Everything sent since this was last asked."""
        sent = self.world.sent()
        new, self.seen = sent[self.seen :], len(sent)
        return new
