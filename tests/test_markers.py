"""No personal text in anything that is posted, logged, counted, raised or stored in clear (DESIGN).

Every field that somebody types in gets a marker of its own. The markers are looked for everywhere
that they must not be, and in the view of the permitted, where they must.
"""

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.desk.messenger import DeskMessenger
from adapters.logs import set_up_logs
from adapters.metrics import CountedMessenger, Metrics, Waiting
from bot.domain.answers import Answers
from bot.domain.ids import (
    CaseId,
    OptionId,
    OutcomeId,
    PersonId,
    QuestionId,
    ResolutionId,
    Role,
    StepId,
)
from bot.domain.personal import Personal
from bot.journeys import deeds
from bot.journeys.deeds import Deed
from bot.journeys.sample import file_named
from bot.journeys.story import Journey
from bot.journeys.world import Happened
from bot.screens.nodes import Message
from bot.screens.wording import Words
from tests.desk_page import DrawnPostbox
from tests.desk_world import DeskWorld, desk_world

STARTS = datetime(2026, 11, 23, 9, 5)  # noqa: DTZ001 - a journey starts in the school's local time
NASTY = st.text(st.sampled_from("<b>&\"'{0}%s*_`@#|~\u202e\u05d0\U0001f600 "), max_size=8)
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


class KeptPostbox(DrawnPostbox):
    """Everything goes to the page's own messenger too, which keeps it in a file, and is counted."""

    def __init__(self, labels: dict[PersonId, str], messenger: CountedMessenger) -> None:
        super().__init__(labels)
        self._messenger = messenger

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        await super().send(to, message, words)
        ref = await self._messenger.send(to, message, words)
        self.log.keep(ref, self.messages[-1][0], message, words)
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        await super().update(message_ref, message, words)
        await self._messenger.update(message_ref, message, words)


@dataclass
class Marked:
    """A school in which every typed text is a marker."""

    world: DeskWorld
    marks: Markers
    metrics: Metrics
    errors: list[str] = field(default_factory=list)

    def do(self, who: str, deed: Deed, expected: Happened = Happened()) -> CaseId | None:  # noqa: B008 - frozen
        """Does it at the page."""
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


def work(school: Marked, case: CaseId) -> None:
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


def close(school: Marked, case: CaseId) -> None:
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
    school: Marked,
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


def go_wrong(school: Marked, case: CaseId) -> None:
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
    for typed in ("{}", "case {}", "away until {}", "help {}", "cases {}", "status {}", "{}:{}"):
        school.world.at("head").type(typed.format(new().reveal(), new().reveal()))


@contextmanager
def marked_school(marks: Markers) -> Iterator[Marked]:
    """A school of its own, with the page's messenger and metrics."""
    journey = Journey("Markers", "derwent-vale", STARTS, (), "markers")
    world = desk_world(journey)

    async def now() -> datetime:
        return world.core.clock.now()

    core, metrics = world.core, Metrics()
    kept = Path(core.folder.name) / "messages.sqlite"
    messenger = DeskMessenger(kept, list(core.people.values()), now)

    def report(_what: str, error: Exception) -> None:
        raise error

    counted = CountedMessenger(messenger, metrics, report)
    labels = {person: label for label, person in core.people.items()}
    core.post = KeptPostbox(labels, counted)  # type: ignore[assignment] # it sends and updates
    for label in ("staff", "head", "dsl"):
        me = world.at(label)
        me.person = replace(me.person, name=marks.new())
    try:
        yield Marked(world, marks, metrics)
    finally:
        messenger.close()
        world.close()


def posted(school: Marked) -> Iterator[str]:
    """Everything that a platform keeps, and what is said in passing."""
    reader = school.world.at("admin")
    for _, message, words in school.world.post.log.messages.values():
        sheet = reader.message(message, words)
        yield sheet.text
        yield words.text(message.summary)
        yield from (each.do for each in sheet.buttons)
    for visitor in school.world.visitors.values():
        yield from visitor.told
    yield from school.errors


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


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged, as the running bot logs it, down to every detail."""
    lines = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", lines)
    set_up_logs(quiet=False)
    root.setLevel(logging.DEBUG)
    yield lines
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)


# An example is a term of work of a whole school and takes five seconds, so one more of them is
# little and one with forty texts is much. There are two: Hypothesis begins with the simplest, in
# which all but the script are empty, and only the second is drawn at random.
@settings(
    max_examples=2,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(around=st.lists(st.tuples(NASTY, NASTY), min_size=40, max_size=40))
def test_what_is_typed_is_nowhere_but_in_the_view_of_the_permitted(
    around: list[tuple[str, str]], logged: io.StringIO
) -> None:
    with marked_school(Markers([SCRIPT, *around])) as school:
        world, marks = school.world, school.marks
        case = school.report("staff")
        work(school, case)
        world.settle()
        world.do("head", deeds.ViewCase(case))
        missing = set(marks.made) - found(marks.made, [world.at("head").sheet.text])
        go_wrong(school, case)
        close(school, case)
        world.move_to(world.core.clock.now() + timedelta(days=7))
        counts = school.metrics.text(Waiting(timedelta(0), timedelta(0))).decode()
        assert not missing
        assert len(marks.made) > 40
        assert not found(marks.made, posted(school))
        assert not found(marks.made, [logged.getvalue(), counts])
        every_byte = list(stored(Path(world.core.folder.name)))
        assert not found(marks.made, (each.decode("latin-1") for each in every_byte))
        assert not any(file_named("letter.pdf") in each for each in every_byte)


def test_the_search_for_markers_finds_one_that_is_there() -> None:
    assert found(["zqx001qxz", "zqx002qxz"], ["a ZQX001QXZ b"]) == {"zqx001qxz"}
