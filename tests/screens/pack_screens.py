"""Every screen of the Derwent Vale pack, made of one case that has a bit of everything."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.desk.render import Place, draw_form, draw_message, draw_view
from bot.app.act import Look, looking
from bot.app.asking import Asking
from bot.app.case_file import CaseFile
from bot.app.case_forms import form_for
from bot.app.contacts import stop_cards_of
from bot.app.inbound import Given
from bot.domain.events import NOT_NEEDED
from bot.domain.figures import DigestChart, Published, TermTotal, Timeliness
from bot.domain.ids import CategoryId, ContactId, OptionId, Reference, StepId
from bot.domain.permissions import Doing
from bot.screens import messages
from bot.screens.digest_body import digest_body
from bot.screens.facts import plain
from bot.screens.nodes import Form, Message, StepLine, View
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Words
from tests.app.at_the_page import PNG, a_school, files, page, report, text
from tests.desk_world import DeskWorld

PLACE = Place("head", "0" * 32)
AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
ONE, TWO = Reference("2026-014"), Reference("2026-015")


@dataclass(frozen=True)
class Pack:
    """A school with one case, and somebody who looks at it."""

    world: DeskWorld
    look: Look
    file: CaseFile
    words: Words


@contextmanager
def a_pack() -> Iterator[Pack]:
    """The sample school with a case that was accepted."""
    with a_school() as world:
        case = report(
            world,
            content=("racist", "allegation", "complaint"),
            about=("staff-member",),
            links=text("https://www.facebook.com/groups/1/posts/2 https://example.com/3"),
            words=text("It says <b>something</b>."),
            poster_name=text("Pat Example"),
            screenshots=files(PNG),
        )
        head, school = world.at("head"), world.core.school
        with school.store.reading() as reading:
            look = looking(school, reading, head.person)
            file = look.file(case, Doing.VIEW)
            yield Pack(world, look, file, school.words())


def drawn(screen: Form | View | Message, words: Words) -> str:
    """The screen's HTML with nothing in it that is new every time."""
    match screen:
        case Form():
            html = str(draw_form(screen, words, PLACE))
        case View():
            html = str(draw_view(screen, words, PLACE))
        case Message():
            summary = f"<!-- {words.text(screen.summary)} -->\n"
            html = summary + str(draw_message(screen, words, "m1"))
    html = re.sub(r"base64,[^\"]*", "base64,…", html)
    known: dict[str, str] = {}
    for each in re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", html):
        known.setdefault(each, f"id-{len(known)}")
    for each, name in known.items():
        html = html.replace(each, name)
    return html


def step_forms(pack: Pack) -> Iterator[tuple[str, str, Form]]:
    """The form of every step with nothing chosen, and with each outcome."""
    for rule in pack.file.policy.steps:
        outcomes = ["", *(each.id.value for each in rule.outcomes)]
        if rule.may_be_not_needed:
            outcomes.append(NOT_NEEDED.value)
        for outcome in outcomes:
            given: dict[str, Given] = {"outcome": outcome} if outcome else {}
            if outcome and outcome != NOT_NEEDED.value:
                given |= {"link-0": outcome, "link-1": outcome}
            yield rule.id.value, outcome, form_of(pack, Verb.ANSWER, rule.id, given)


def small_forms(pack: Pack) -> Iterator[tuple[str, Form]]:
    """Every other form with which a case is worked."""
    for verb in (Verb.SNOOZE, Verb.EXTEND, Verb.NEW_ROUND, Verb.CORRECT):
        yield verb.value, form_of(pack, verb, StepId("acknowledge"), {})
    for verb in (
        Verb.FURTHER_ACTION,
        Verb.PASS_ON,
        Verb.EXCLUDE,
        Verb.NOTE,
        Verb.LINK,
        Verb.REOPEN,
    ):
        yield verb.value, form_of(pack, verb, None, {})


def form_of(pack: Pack, verb: Verb, step: StepId | None, given: Mapping[str, Given]) -> Form:
    """A form of the case with what was given so far."""
    asked = Press(verb, pack.file.case, step.value if step else "", 1)
    return form_for(Asking(pack.look, pack.file, asked, given, {}))


def every_message(pack: Pack) -> Iterator[Message]:
    """One message of every kind."""
    shown = messages.ShownCase(
        "case",
        ONE,
        (CategoryId("racist"), CategoryId("threat")),
        OptionId("urgent"),
        AT,
        stop_cards_of(pack.look.school, pack.look.roster, pack.file),
        (StepId("acknowledge"), AT + timedelta(hours=7)),
    )
    lines = (_line("acknowledge", ONE, Say.STATE_DUE), _line("police", TWO, Say.STATE_OVERDUE))
    ring = (ContactId("dsl"), ContactId("lado"))
    yield messages.receipt(ONE)
    yield messages.new_case(shown)
    yield messages.urgent_case(shown, again=False)
    yield messages.urgent_case(shown, again=True)
    yield messages.dsl_alert(shown)
    yield messages.not_yet_seen(ONE, ring, nobody=False)
    yield messages.not_yet_seen(ONE, ring, nobody=True)
    yield messages.draft_reminder("draft")
    yield messages.outcome_to_reporter(ONE)
    yield messages.round_up(lines, len(lines))
    yield messages.round_up(lines[:1], 1)
    yield messages.overdue_to_deputy(lines)
    yield messages.overdue_to_chair({ONE: 5}, without_head={TWO: 1})
    for why in ("nobody-left", "calendar", "delivery", "overdue"):
        yield messages.admin_alert(why)
    yield messages.digest_held()
    body = digest_body(figures(), chart(), pack.file.policy)
    yield messages.digest_preview(body, AT)
    yield messages.digest(body)
    yield messages.help_message(Say.UNKNOWN_WORD, reports=True, leads=True, heads=True, runs=True)
    for why in ("delivery-refused", "delivery-fault", "digest-refused"):
        yield messages.admin_alert(why)


def figures() -> Published:
    """A digest with everything in it."""
    return Published(
        at=AT,
        term="Autumn 2026",
        new=5,
        open=0,
        total=10,
        by_category={CategoryId("racist"): True, CategoryId("threat"): False},
        conversation=1,
        removal=None,
        offers={},
        timeliness=Timeliness.SOME_LATE,
        terms=(TermTotal("Autumn 2026", 10),),
    )


def chart() -> DigestChart:
    """A chart of two weeks and a term."""
    weeks = ((date(2026, 11, 13), None), (date(2026, 11, 20), Timeliness.SOME_LATE))
    return DigestChart(weeks, (TermTotal("Autumn 2026", 10),))


def _line(step: str, reference: Reference, state: Say) -> StepLine:
    button = messages.open_button("case")
    return StepLine(StepId(step), reference, AT, plain(state, due=AT), (button,))


PAGES: Mapping[str, Mapping[str, Given]] = {
    "nothing": {},
    "every-danger": {
        "safety": (
            "hurt-soon",
            "may-harm-themselves",
            "adult-harmed-child",
            "child-harmed-otherwise",
            "sexual-image",
            "unsure",
        )
    },
    "about-the-head": {"safety": ("hurt-soon",), "about": ("head",)},
}


def report_pages(world: DeskWorld) -> Iterator[tuple[str, str]]:
    """Every page of the guided questions as it is drawn, by name."""
    me = world.at("staff-2")
    for name, given in PAGES.items():
        me.type("report-post")
        page(me, dict(given), "change")
        yield f"what-{name}", me.panel
    page(
        me, {"safety": ("hurt-soon",), "content": ("names-children", "threat"), "about": ("head",)}
    )
    yield "post", me.panel
    page(me, {"place": "public-page", "poster": "unknown", "screenshots": files(PNG)})
    yield "details", me.panel
    page(me, {"whose_child": "others"})
    yield "review", me.panel
