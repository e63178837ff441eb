"""Every screen of the pack that comes with the bot, made by a sample school as people use it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app.drafts import begin_draft, file_from_draft, keep_file
from bot.app.home import Which, home_of
from bot.app.inbound import (
    Act,
    Asked,
    Changed,
    Forwarded,
    Given,
    Inbound,
    Pressed,
    Submitted,
    Upload,
)
from bot.app.respond import respond
from bot.domain.commands import OpenFurtherAction
from bot.domain.ids import CaseId, Cause
from bot.domain.personal import Personal
from bot.journeys.answers import report_answers
from bot.journeys.sample import ZONE, file_named
from bot.screens.nodes import Done, FieldErrors, Form, Message, MessageNode, Reply, View
from bot.screens.press import FormRef, Press, Verb
from bot.screens.wording import Words
from tests.builders import SchoolAtWork, a_school, accepted, an_answer, raw

Show = Form | View | Done


@dataclass
class Gathered:
    """Screens by name, each with its words."""

    forms: dict[str, tuple[Form, Words]] = field(default_factory=dict)
    views: dict[str, tuple[View, Words]] = field(default_factory=dict)
    dones: dict[str, tuple[Done, Words]] = field(default_factory=dict)
    messages: dict[str, tuple[Message, Words]] = field(default_factory=dict)
    homes: dict[str, tuple[tuple[MessageNode, ...], Words]] = field(default_factory=dict)

    def take(self, name: str, reply: Reply) -> Show | None:
        """Keeps what was shown and said."""
        if reply.say is not None:
            self.messages[name] = (reply.say, reply.words)
        match reply.show:
            case Form():
                self.forms[name] = (reply.show, reply.words)
            case View():
                self.views[name] = (reply.show, reply.words)
            case Done():
                self.dones[name] = (reply.show, reply.words)
            case FieldErrors() | None:
                return None
        return reply.show


@dataclass
class Visit:
    """People use the bot, and what they see is gathered."""

    at_work: SchoolAtWork
    found: Gathered = field(default_factory=Gathered)
    causes: int = 0

    def act(self, who: str, act: Act) -> Reply:
        self.causes += 1
        person = self.at_work.person(who)
        return respond(self.at_work.school, Inbound(person, Cause(f"visit-{self.causes}"), act))

    def see(self, name: str, who: str, act: Act) -> Show | None:
        return self.found.take(name, self.act(who, act))

    def press(self, name: str, who: str, press: Press) -> Show | None:
        return self.see(name, who, Pressed(press))


@cache
def gather() -> Gathered:
    """Everything: a report's pages, every form of every step, lists, case views, all messages.

    It takes half a minute and is done once.
    """
    with TemporaryDirectory() as folder:
        return _gathered(Path(folder))


def _gathered(folder: Path) -> Gathered:
    visit = Visit(a_school(folder))
    _report_pages(visit)
    _commands(visit)
    case = _a_full_case(visit)
    _forms_of_steps(visit, case)
    _lists(visit, case)
    _letters_and_copies(visit, case)
    _messages(visit)
    visit.at_work.school.store.close()
    return visit.found


COMMON: Mapping[str, Given] = {
    "safety": ("none",),
    "content": ("offensive", "names-children", "threat"),
    "about": ("staff-member", "school"),
}
POST: Mapping[str, Given] = {
    "links": Personal("https://www.facebook.com/groups/1/posts/2 http://x.com/a?b=c&d=<e>"),
    "place": "closed-group",
    "poster": "parent-or-carer",
    "words": Personal("*Disgrace* <!channel> " + "so many words " * 300),
    "poster_name": Personal("Pat & Sam <Example>"),
    "seen_at": Personal("2026-11-22T18:30"),
}


def _report_pages(visit: Visit) -> None:
    first = visit.see("report-what", "staff", Forwarded((Personal("https://x.com/a/1"),)))
    assert isinstance(first, Form)
    empty = visit.see("report-what-missing", "staff", Submitted(first.ref, dict.fromkeys(COMMON)))
    assert isinstance(empty, Form)
    danger = {**COMMON, "safety": ("hurt-soon", "sexual-image", "adult-harmed-child")}
    visit.see("report-what-danger", "staff", Changed(first.ref, danger))
    second = visit.see("report-post", "staff", Submitted(first.ref, COMMON))
    assert isinstance(second, Form)
    wrong = {**POST, "links": Personal("not-a-link.example/x"), "place": None}
    visit.see("report-post-wrong", "staff", Submitted(second.ref, wrong))
    third = visit.see("report-details", "staff", Submitted(second.ref, POST))
    assert isinstance(third, Form)
    visit.see("report-back", "staff", Submitted(third.ref, {}, back=True))
    visit.see("report-again", "staff", Asked(Personal("")))
    visit.see("report-sent", "staff", Submitted(third.ref, {"whose_child": "unsure"}))
    _urgent_pages(visit)


def _urgent_pages(visit: Visit) -> None:
    first = visit.see("urgent-what", "staff-2", Asked(Personal("")))
    assert isinstance(first, Form)
    danger = {**COMMON, "safety": ("hurt-soon",)}
    second = visit.see("urgent-post", "staff-2", Submitted(first.ref, danger))
    assert isinstance(second, Form)
    visit.press("urgent-alerted", "staff-2", Press(Verb.ALERT_NOW, second.ref.press.subject))
    third = visit.see("urgent-details", "staff-2", Submitted(second.ref, POST))
    assert isinstance(third, Form)
    review = visit.see("urgent-review", "staff-2", Submitted(third.ref, {"whose_child": "unsure"}))
    assert isinstance(review, Form)
    visit.see("urgent-sent", "staff-2", Submitted(review.ref, {}))


def _commands(visit: Visit) -> None:
    for who in ("staff", "head", "dsl", "admin", "guest"):
        for word in (
            "help",
            "nonsense",
            "status",
            "cases",
            "case",
            "case 2026-999",
            "away",
            "back",
        ):
            visit.see(f"{who}-{word.replace(' ', '-')}", who, Asked(Personal(word)))
    visit.see("away-until", "head", Asked(Personal("away until 24 December 2026")))
    visit.see("away-back", "head", Asked(Personal("back")))


def _a_full_case(visit: Visit) -> CaseId:
    """A case that has much to show: files, several links, answers, a chronology."""
    links = [f"https://www.facebook.com/groups/1/posts/{n}" for n in range(10)]
    told = {
        "safety": ["none"],
        "content": ["names-children", "offensive", "racist", "defamatory", "complaint"],
        "about": ["staff-member", "school"],
        "links": links,
        "place": "school-page",
        "poster": "parent-or-carer",
        "poster_name": "Pat Example",
        "whose_child": "others",
        "words": "<@U1> *bold* :smile: ~x~ `y` > z & @here #general https://evil.example",
    }
    answers = report_answers(raw(told), visit.at_work.school.pack.policy, ZONE)[0]
    with visit.at_work.acting("staff") as act:
        draft = begin_draft(act, answers)
        draft = keep_file(act, draft, file_named("screenshot.png"))
        case = file_from_draft(act, draft).case
    visit.at_work.settle()
    return case


def _forms_of_steps(visit: Visit, case: CaseId) -> None:
    policy = visit.at_work.school.pack.policy
    decided = an_answer(
        "acknowledge",
        "accepted",
        fair_concern="yes",
        gravely_offensive="yes",
        protected_complaint="unsure",
    )
    visit.at_work.work("head", case, decided)
    visit.at_work.work("head", case, an_answer("speak-to-parent", "agreed-to-remove"))
    of_a_step = (Verb.SNOOZE, Verb.EXTEND, Verb.CORRECT, Verb.NEW_ROUND)
    for step in policy.steps:
        _every_outcome(visit, Press(Verb.ANSWER, case, step.id.value))
    # These look alike for every step but for its name.
    longest = max(policy.steps, key=lambda step: len(step.label)).id.value
    for step_id in ("acknowledge", "speak-to-parent", longest):
        for verb in of_a_step:
            visit.press(f"{verb}-{step_id}", "head", Press(verb, case, step_id))
    _every_outcome(visit, Press(Verb.CORRECT, case, "acknowledge"))
    of_a_case = (Verb.NOTE, Verb.LINK, Verb.FURTHER_ACTION, Verb.PASS_ON, Verb.EXCLUDE, Verb.REOPEN)
    for verb in of_a_case:
        _every_outcome(visit, Press(verb, case))


def _every_outcome(visit: Visit, press: Press) -> None:
    """The form, with what each outcome asks for, and with what is missing."""
    name = f"{press.verb}-{press.step}" if press.step else str(press.verb)
    shown = visit.press(name, "head", press)
    if not isinstance(shown, Form):
        return
    outcome = next((each for each in shown.fields if each.id == "outcome"), None)
    for option in getattr(outcome, "options", ()):
        visit.see(f"{name}-{option.value}", "head", Changed(shown.ref, {"outcome": option.value}))
    if press.step in ("", "acknowledge", "speak-to-parent"):
        visit.see(f"{name}-missing", "head", Submitted(shown.ref, dict.fromkeys(_ids(shown))))


def _ids(form: Form) -> Iterator[str]:
    yield from (each.id for each in (*form.fields, *form.more))


def _lists(visit: Visit, case: CaseId) -> None:
    visit.press("case", "head", Press(Verb.OPEN_CASE, case))
    why = visit.at_work.state(case).rounds
    for step in why:
        visit.press(f"why-{step.value}", "head", Press(Verb.WHY_DATE, case, step.value, 1))
    added = visit.press("add", "staff", Press(Verb.ADD, case))
    assert isinstance(added, Form)
    late = {"seen_at": Personal("2030-01-01T09:00"), "note": Personal("n")}
    visit.see("add-wrong", "staff", Submitted(added.ref, late))
    visit.see("add-done", "staff", Submitted(added.ref, {"note": Personal("more")}))
    for who in ("staff", "head", "dsl", "chair", "admin", "guest"):
        visit.press(f"{who}-my-reports", who, Press(Verb.MY_REPORTS))
        visit.press(f"{who}-open-cases", who, Press(Verb.CASES))
        for which in Which:
            home = home_of(visit.at_work.school, visit.at_work.person(who), which)
            visit.found.homes[f"{who}-{which}"] = (home.nodes, home.words)
    note = FormRef(Press(Verb.NOTE, case), "", visit.at_work.state(case).entries)
    visit.see("case-after-note", "head", Submitted(note, {"text": Personal("n" * 10_000)}))
    visit.press("interest", "deputy", Press(Verb.DECLARE_INTEREST, case))


def _letters_and_copies(visit: Visit, full: CaseId) -> None:
    """What is drafted, approved, handed over and found; the case shows it all at the end."""
    case = visit.at_work.report("staff", links=["https://x.com/d/1"])
    visit.at_work.work("head", case, accepted())
    visit.at_work.work("head", case, OpenFurtherAction(Personal("It goes on")))
    for step in visit.at_work.school.pack.policy.steps:
        press = Press(Verb.DRAFT_LETTER, case, step.id.value)
        shown = visit.press(f"draft-letter-{step.id.value}", "head", press)
        if isinstance(shown, Form):
            wrong: dict[str, Given] = {"version": "own", "file": (Upload(b"MZ"),)}
            visit.see(f"letter-{step.id.value}-wrong", "head", Submitted(shown.ref, wrong))
            given: dict[str, Given] = {"version": "as-drafted", "answer": "later"}
            visit.see(f"letter-{step.id.value}-later", "head", Submitted(shown.ref, given))
    for verb in (Verb.HAND_OVER, Verb.WHO_KNOWS, Verb.LEGAL_HOLD):
        _every_outcome(visit, Press(verb, full))
    visit.press("moved-to-file", "dsl", Press(Verb.MOVED_TO_FILE, full))
    asked = visit.press("find-person", "head", Press(Verb.FIND_PERSON))
    assert isinstance(asked, Form)
    visit.see("find-person-missing", "head", Submitted(asked.ref, {}))
    found = visit.see("find-person-found", "head", Submitted(asked.ref, {"who": Personal("Pat")}))
    assert isinstance(found, View)
    visit.press("find-person-taken", "head", replace(found.here, what="take"))
    visit.press("case-with-letters", "head", Press(Verb.OPEN_CASE, case))


def _messages(visit: Visit) -> None:
    """A school's messages of eight days: alerts, round-ups, escalations, a digest."""
    at_work = visit.at_work
    for number in range(4):
        at_work.report("staff-2", links=[f"https://x.com/b/{number}"], content={"threat"})
    calm = at_work.report("staff", links=["https://x.com/c/1"])
    at_work.work("head", calm, accepted())
    at_work.clock.at += timedelta(minutes=1)
    at_work.move_to("2026-11-24T09:00")
    for moment in ("26T16:05", "27T09:01", "27T15:31", "30T16:05"):
        at_work.jump_to(f"2026-11-{moment}")
    at_work.jump_to("2026-12-02T16:05")
    words = at_work.school.words()
    for number, each in enumerate(at_work.platform.taken):
        visit.found.messages.setdefault(f"{each.kind}", (each.message, words))
        visit.found.messages[f"{each.kind}-{number}"] = (each.message, words)
