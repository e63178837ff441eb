"""A school whose people sit at the local page, for tests of what the one door answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from adapters.desk.inbound import Payload
from bot.app.case_file import read_case
from bot.app.inbound import Given, Upload
from bot.domain.ids import CaseId, EvidenceId, Reference
from bot.domain.personal import Personal
from bot.journeys.sample import file_named
from bot.journeys.story import Journey
from tests.adapters.desk.pretend_browser import PretendForm
from tests.desk_fields import fill
from tests.desk_page import Visitor
from tests.desk_world import REFERENCE, DeskWorld, desk_world

STARTS = datetime(2026, 11, 23, 9, 5)  # noqa: DTZ001 - a journey starts in the school's local time

PNG, PDF = file_named("screenshot.png"), file_named("letter.pdf")

FIRST: dict[str, Given] = {
    "safety": ("none",),
    "content": ("offensive",),
    "about": ("staff-member",),
}
SECOND: dict[str, Given] = {"place": "closed-group", "poster": "parent-or-carer"}


@contextmanager
def a_school(starts: datetime = STARTS) -> Iterator[DeskWorld]:
    """The sample school on a Monday morning in term."""
    world = desk_world(Journey("A test", "derwent-vale", starts, (), "a test"))
    try:
        yield world
    finally:
        world.close()


def typed(me: Visitor, text: str) -> Visitor:
    """The person types it to the bot."""
    me.type(text)
    return me


def page(
    me: Visitor, given: dict[str, Given] | None = None, do: str = "submit", more: Payload = ()
) -> PretendForm:
    """Fills in the form in the panel, posts it, and returns the form as it was."""
    form = me.form
    fill(form, given or {})
    me.post((*form.payload(do), *more))
    return form


def begin(me: Visitor, given: dict[str, Given] | None = None) -> None:
    """A report whose first page is done."""
    me.type("report-post")
    page(me, {**FIRST, **(given or {})})


def report(world: DeskWorld, who: str = "staff", **given: Given) -> CaseId:
    """A whole report; ``given`` goes to the page that asks it."""
    me = world.at(who)
    me.type("report-post")
    every = {**FIRST, **SECOND, **given}
    for _ in range(5):
        if not me.panel:
            break
        page(me, {name: every[name] for name in me.form.asked if name in every})
    world.settle()
    return case_of(world, reference_in(me.passing))


def reference_in(text: str) -> str:
    """The reference that stands in a text."""
    found = REFERENCE.search(text)
    assert found, text
    return found[0]


def case_of(world: DeskWorld, reference: str) -> CaseId:
    """The case of a reference, whoever asks."""
    with world.core.school.store.reading() as reading:
        row = reading.case_by_reference(Reference(reference))
    assert row is not None
    return row.case


def reference_of(world: DeskWorld, case: CaseId) -> str:
    """The reference of a case, whoever asks."""
    with world.core.school.store.reading() as reading:
        row = reading.case_row(case)
    assert row is not None
    return str(row.reference)


def open_case(world: DeskWorld, who: str, case: CaseId) -> Visitor:
    """Opens the case by its reference."""
    return typed(world.at(who), f"case {reference_of(world, case)}")


def press(me: Visitor, label: str, beside: str = "") -> str:
    """Presses a button of the panel that begins with this label, and returns what it posted."""
    do = next(
        each.do
        for each in me.sheet.buttons
        if each.label.startswith(label) and beside in each.beside
    )
    if "data-form" in me.panel:
        me.post(me.form.payload(do))
    else:
        me.press(do)
    return do


def accept(world: DeskWorld, case: CaseId, who: str = "head") -> None:
    """The head accepts the case."""
    me = open_case(world, who, case)
    press(me, "Answer")
    page(me, {"outcome": "accepted"}, "change")
    page(me, {"fair_concern": "no", "gravely_offensive": "no"})
    assert not me.sheet.errors, me.sheet.errors


def errors(me: Visitor) -> list[str]:
    """What the page says is wrong."""
    return me.sheet.errors


def text(value: str) -> Personal:
    """A typed text."""
    return Personal(value)


def files(*contents: bytes) -> tuple[Upload, ...]:
    """Chosen files."""
    return tuple(Upload(each) for each in contents)


def evidence_of(world: DeskWorld, case: CaseId) -> tuple[EvidenceId, ...]:
    """The files of a case."""
    with world.core.school.store.reading() as reading:
        row = reading.case_row(case)
        assert row is not None

        state = read_case(world.core.school, reading, row).state
    return tuple(each.evidence for each in state.evidence)


def cases(world: DeskWorld) -> int:
    """How many cases there are."""
    with world.core.school.store.reading() as reading:
        return len(reading.case_rows())
