"""No personal text in anything that is posted, logged, counted, raised or stored in clear (DESIGN).

Every field that somebody types in gets a marker of its own. The markers are looked for everywhere
that they must not be, and in the view of the permitted, where they must.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.counted import CountedMessenger
from adapters.desk.messenger import DeskMessenger
from adapters.metrics import Metrics, Waiting
from bot.domain.ids import PersonId
from bot.journeys import deeds
from bot.journeys.sample import file_named
from bot.screens.nodes import Message
from bot.screens.wording import Words
from tests.desk_page import DrawnPostbox
from tests.desk_world import DeskWorld, desk_world
from tests.markers import (
    JOURNEY,
    SCRIPT,
    Marked,
    Markers,
    close,
    everything_logged,
    found,
    go_wrong,
    mistyped,
    stored,
    work,
)

NASTY = st.text(st.sampled_from("<b>&\"'{0}%s*_`@#|~\u202e\u05d0\U0001f600 "), max_size=8)


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


@contextmanager
def marked_school(marks: Markers) -> Iterator[Marked[DeskWorld]]:
    """A school of its own, with the page's messenger and metrics."""
    world = desk_world(JOURNEY)

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


def posted(school: Marked[DeskWorld]) -> Iterator[str]:
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


# An example is a term of work of a whole school and takes five seconds, so one more of them is
# little and one with forty texts is much. There are two: Hypothesis begins with the simplest, in
# which all but the script are empty, and only the second is drawn at random.
@settings(
    max_examples=2,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(around=st.lists(st.tuples(NASTY, NASTY), min_size=40, max_size=40))
def test_what_is_typed_is_nowhere_but_in_the_view_of_the_permitted(
    around: list[tuple[str, str]],
) -> None:
    with everything_logged() as logged, marked_school(Markers([SCRIPT, *around])) as school:
        world, marks = school.world, school.marks
        case = school.report("staff")
        work(school, case)
        world.settle()
        world.do("head", deeds.ViewCase(case))
        missing = set(marks.made) - found(marks.made, [world.at("head").sheet.text])
        go_wrong(school, case)
        for text in mistyped(marks):
            world.at("head").type(text)
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
