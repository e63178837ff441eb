"""Texts that are each unlike any other, typed into everything a school can be told.

They are looked for wherever no personal text may be (DESIGN), whichever platform it was typed on.
"""

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import structlog

from adapters.logs import set_up_logs
from adapters.metrics import Metrics
from bot.compose.core_world import CoreWorld
from bot.domain.answers import Answers
from bot.domain.ids import (
    CaseId,
    OptionId,
    OutcomeId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.personal import Personal
from bot.journeys import deeds
from bot.journeys.deeds import Deed
from bot.journeys.story import Journey
from bot.journeys.world import Happened, World

STARTS = datetime(2026, 11, 23, 9, 5)  # noqa: DTZ001 - a journey starts in the school's local time
JOURNEY = Journey("Markers", "derwent-vale", STARTS, (), "markers")
SCRIPT = ("<script>", "</script>{reference}%s &amp; *x*")


@dataclass
class Markers:
    """Texts that are each unlike any other, with something nasty around them: each pair in turn."""

    around: Sequence[tuple[str, str]]
    made: list[str] = field(default_factory=list)

    def new(self) -> Personal:
        """A text with a new marker in it."""
        before, after = self.around[len(self.made) % len(self.around)]
        self.made.append(f"zqx{len(self.made):03}qxz")
        return Personal(f"{before}{self.made[-1]}{after}")

    def link(self) -> Personal:
        """A link with a new marker in it, and nothing that a link may not have."""
        self.made.append(f"zqx{len(self.made):03}qxz")
        return Personal(f"https://www.facebook.com/groups/1/posts/{self.made[-1]}")


class MarkedWorld(World, Protocol):
    """A world whose school can be asked directly too."""

    core: CoreWorld


W_co = TypeVar("W_co", bound=MarkedWorld, covariant=True)


@dataclass
class Marked(Generic[W_co]):
    """A school in which every typed text is a marker."""

    world: W_co
    marks: Markers
    metrics: Metrics
    errors: list[str] = field(default_factory=list)

    def do(self, who: str, deed: Deed, expected: Happened = Happened()) -> CaseId | None:  # noqa: B008 - frozen
        """Does it in the world."""
        came = self.world.do(who, deed)
        self.errors.append(came.why)
        assert (came.refused, came.invalid) == (expected.refused, expected.invalid), (deed, came)
        return came.case

    def raise_in_core(self, who: str, deed: Deed) -> None:
        """The same mistake without a screen: what the error itself says."""
        came = self.world.core.do(who, deed)
        assert came.refused or came.invalid, deed
        self.errors.append(came.why)

    def report(self, who: str) -> CaseId:
        """A report with a marker in every field that is typed."""
        answers: Answers = {
            _q("safety"): frozenset({OptionId("none")}),
            _q("content"): frozenset({OptionId("offensive"), OptionId("names-children")}),
            _q("about"): frozenset({OptionId("staff-member")}),
            _q("place"): OptionId("closed-group"),
            _q("poster"): OptionId("unknown"),
            _q("whose_child"): OptionId("others"),
            _q("links"): (self.marks.link(), self.marks.link()),
            _q("words"): (self.marks.new(),),
            _q("about_names"): (self.marks.new(), self.marks.new()),
            _q("note"): (self.marks.new(),),
            _q("shows_reporter"): True,
        }
        case = self.do(who, deeds.Report(answers, ("screenshot.png", "letter.pdf")))
        assert case is not None
        return case


REFUSED, INVALID = Happened(refused=True), Happened(invalid=True)


def _q(name: str) -> QuestionId:
    return QuestionId(name)


def work(school: Marked[Any], case: CaseId) -> None:
    """Works a case with a marker in everything that is typed."""
    new = school.marks.new
    yes, no = OptionId("yes"), OptionId("no")
    accepted: Answers = {_q("fair_concern"): no, _q("gravely_offensive"): yes}
    _answer(school, case, "acknowledge", "accepted", answers=accepted)
    school.do("head", deeds.Note(case, new()))
    school.do("head", deeds.Extend(case, StepId("identify-poster"), date(2026, 12, 1), new()))
    school.do("head", deeds.Snooze(case, StepId("identify-poster"), 1, new()))
    school.do("dsl", deeds.Note(case, new()))
    identified: Answers = {_q("poster"): OptionId("parent-or-carer"), _q("poster_name"): (new(),)}
    _answer(school, case, "identify-poster", "identified", answers=identified)
    corrected: Answers = {_q("poster"): OptionId("relative"), _q("poster_name"): (new(),)}
    school.do(
        "head",
        deeds.Correct(case, StepId("identify-poster"), OutcomeId("identified"), corrected, new()),
    )
    school.do("staff", deeds.Add(case, {_q("note"): (new(),), _q("words"): (new(),)}))
    school.do("head", deeds.OpenFurtherAction(case, new()))
    school.do("head", deeds.PassOn(case, Role.DEPUTY, None, new()))
    school.do("deputy", deeds.Note(case, new()))
    school.do("head", deeds.ExcludePerson(case, "chair-2", new()))


def close(school: Marked[Any], case: CaseId) -> None:
    """Everything that is left is not needed, for reasons that are each a marker."""
    for _ in range(12):
        pending = school.world.facts(case).pending
        if not pending or school.world.facts(case).status == "closed":
            break
        step = min(pending - {"review-and-close"} or pending)
        if step in ("inform-dsl", "make-safe"):
            _answer(school, case, step, "done")
        elif step == "review-and-close":
            resolution = ResolutionId("no-further-action")
            _answer(school, case, step, "closed", resolution=resolution)
        else:
            _answer(school, case, step, "not-needed")
    assert school.world.facts(case).status == "closed"
    school.do("head", deeds.ReopenCase(case, school.marks.new()))


def _answer(
    school: Marked[Any],
    case: CaseId,
    step: str,
    outcome: str,
    *,
    answers: Answers | None = None,
    resolution: ResolutionId | None = None,
) -> None:
    reason = school.marks.new()
    deed = deeds.Answer(case, StepId(step), OutcomeId(outcome), answers or {}, reason, resolution)
    school.do("head", deed)


def go_wrong(school: Marked[Any], case: CaseId) -> None:
    """Markers in what is not accepted, not permitted or not understood."""
    new = school.marks.new
    too_long = Personal(new().reveal() * 1_200)
    for bad in (
        {_q("links"): (Personal(f"javascript:{new().reveal()}"),)},
        {_q("poster_name"): (too_long,)},
        {_q("words"): (too_long,)},
        {_q("content"): frozenset({OptionId("zqx998qxz")})},
        {_q("zqx997qxz"): (new(),)},
    ):
        deed = deeds.Add(case, bad)
        school.do("staff", deed, INVALID)
        school.raise_in_core("staff", deed)
    school.do("head", deeds.Note(case, too_long), INVALID)
    school.raise_in_core("head", deeds.Note(case, too_long))
    school.do("staff-2", deeds.Note(case, new()), REFUSED)
    school.raise_in_core("staff-2", deeds.Note(case, new()))


def mistyped(marks: Markers) -> Iterator[str]:
    """What is typed to the bot with a marker in it."""
    for typed in ("{}", "case {}", "away until {}", "help {}", "cases {}", "status {}", "{}:{}"):
        yield typed.format(marks.new().reveal(), marks.new().reveal())


def stored(folder: Path) -> Iterator[bytes]:
    """The bytes and the name of every file of the data folder."""
    for path in folder.rglob("*"):
        yield str(path).encode()
        if path.is_file():
            yield path.read_bytes()


def found(marks: Iterable[str], texts: Iterable[str]) -> set[str]:
    """The markers that stand in any of the texts."""
    folded = "\n".join(texts).casefold()
    return {each for each in marks if each in folded}


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as the running bot logs it, down to every detail."""
    lines = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with redirect_stderr(lines):
        set_up_logs(quiet=False)
        root.setLevel(logging.DEBUG)
        try:
            yield lines
        finally:
            root.handlers[:] = before
            root.setLevel(level)
            structlog.reset_defaults()
            logging.captureWarnings(capture=False)
