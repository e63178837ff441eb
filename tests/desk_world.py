"""The world of a journey in which everybody does everything at the local page.

Every deed is typed, ticked and pressed in the HTML that the page draws, and goes as the payload
that a browser posts through ``adapters.desk.inbound`` to ``respond``. Messages, clock and
what is looked at afterwards are the core world's (DESIGN, Journeys).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.desk.inbound import Payload
from bot.compose.core_world import CoreWorld, core_world, person_of
from bot.domain.ids import CaseId, Reference
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.journeys import deeds
from bot.journeys.deeds import Deed
from bot.journeys.sample import file_named
from bot.journeys.story import Journey
from bot.journeys.world import CaseFacts, DigestFacts, Happened, SentMessage
from bot.screens.press import Verb, read_form_ref
from bot.screens.say import Say
from tests.adapters.desk.pretend_browser import PretendForm
from tests.desk_fields import Typed, files_of, fill, smuggled, typed_of
from tests.desk_page import DrawnPostbox, Visitor, became, old_press, parts_of

REFERENCE = re.compile(r"\b20\d\d-\d{3,}\b")
_OF_NO_CASE = (
    deeds.Report,
    deeds.AlertNow,
    deeds.Away,
    deeds.Back,
    deeds.HoldDigest,
    deeds.PostDigest,
)


class Stuck(AssertionError):
    """The page shows something that a person could not go on from."""


@dataclass
class DeskWorld:
    """The core world's school, at whose page everybody sits."""

    core: CoreWorld
    visitors: dict[str, Visitor] = field(default_factory=dict)
    alerted: set[str] = field(default_factory=set)
    """Who pressed *Alert now* and has not sent the report yet."""

    @property
    def policy(self) -> Policy:
        return self.core.policy

    @property
    def zone(self) -> ZoneInfo:
        return self.core.zone

    def move_to(self, moment: datetime) -> None:
        self.core.move_to(moment)

    def settle(self) -> None:
        self.core.settle()

    def sent(self) -> tuple[SentMessage, ...]:
        return self.core.sent()

    def facts(self, case: CaseId) -> CaseFacts:
        return self.core.facts(case)

    def digest(self) -> DigestFacts | None:
        return self.core.digest()

    def close(self) -> None:
        self.core.close()

    @property
    def post(self) -> DrawnPostbox:
        """Where every message comes."""
        post = self.core.post
        if not isinstance(post, DrawnPostbox):
            raise TypeError(type(post))
        return post

    def at(self, label: str) -> Visitor:
        """Somebody's tab."""
        if label not in self.visitors:
            self.visitors[label] = Visitor(self.core.school, label, person_of(label), self.post.log)
        return self.visitors[label]

    def listed(self, who: str) -> frozenset[CaseId]:
        """The cases whose references stand in the lists that the page shows."""
        me = self.at(who)
        found: set[str] = set()
        for word in ("status", "cases"):
            me.type(word)
            found |= set(REFERENCE.findall(me.sheet.text))
        return frozenset(self._case_of(each) for each in found)

    def do(self, who: str, deed: Deed) -> Happened:
        """Does it at the page."""
        me = self.at(who)
        match deed:
            case deeds.Report(answers, files):
                given = typed_of(answers, self.policy, self.zone)
                return self._report(me, given | self._files(files))
            case deeds.AlertNow(answers):
                return self._alert(me, typed_of(answers, self.policy, self.zone))
            case deeds.Away(until):
                me.type(f"/report-post away until {until.day} {until:%B %Y}")
                return became(me)
            case deeds.Back():
                me.type("back")
                return became(me)
            case deeds.HoldDigest():
                return self._of_the_preview(me, Verb.HOLD_DIGEST)
            case deeds.PostDigest():
                return self._of_the_preview(me, Verb.POST_DIGEST)
            case deeds.ViewCase(case):
                me.type(f"case {self._reference(case)}")
                return became(me)
            case _:
                return self._of_a_case(me, deed)

    # Reports

    def _report(self, me: Visitor, given: Typed) -> Happened:
        me.type("report-post")
        if not me.panel:
            return became(me)
        if me.label in self.alerted:
            self._resume(me)
        self._through_the_pages(me, given)
        outcome = became(me)
        if outcome != Happened():
            self._throw_away(me)
            return outcome
        self.alerted.discard(me.label)
        return Happened(case=self._case_in(me.passing))

    def _resume(self, me: Visitor) -> None:
        me.post(me.form.payload(me.form.button(Say.RESUME_REPORT.value)))
        while any(each.label == Say.BACK.value for each in me.form.buttons):
            me.post(me.form.payload("back"))

    def _through_the_pages(self, me: Visitor, given: Typed) -> None:
        left = dict(given)
        while me.panel and not me.sheet.errors:
            before = me.panel
            self._one_page(me, left)
            if _without_mark(me.panel) == _without_mark(before):
                raise Stuck(me.sheet.text)

    def _one_page(self, me: Visitor, left: Typed) -> None:
        """Fills in a page, as its script would tells the bot what was chosen, and goes on."""
        form = me.form
        here = {name: left.pop(name) for name in fill(form, left)}
        me.post((*form.payload("change"), *smuggled(form, here, self.policy)))
        if not me.panel:
            return
        form = me.form
        last = form.buttons[0].label == Say.SEND_REPORT.value
        page = read_form_ref(_held(form.payload(), "form")).page
        for name in [each for each in left if last or self._page_of(each) == page]:
            here[name] = left.pop(name)
        fill(form, _not_files(form, here))
        me.post((*form.payload(), *smuggled(form, here, self.policy)))

    def _page_of(self, name: str) -> str:
        for page in self.policy.pages:
            if any(each.value == name for each in page.questions):
                return page.id.value
        return ""

    def _throw_away(self, me: Visitor) -> None:
        """What was not accepted is thrown away by its writer."""
        if me.label in self.alerted:
            return
        kept = me.panel, me.passing, me.said
        me.type("status")
        for each in me.sheet.buttons:
            if each.label == Say.WITHDRAW_REPORT.value:
                me.press(each.do)
        me.panel, me.passing, me.said = kept

    def _alert(self, me: Visitor, given: Typed) -> Happened:
        before = self.listed(me.label)
        me.type("report-post")
        if not me.panel:
            return became(me)
        form = me.form
        fill(form, given)
        me.post((*form.payload("change"), *smuggled(form, given, self.policy)))
        form = me.form
        button = [each.value for each in form.buttons if each.label == Say.ALERT_NOW.value]
        me.post(form.payload(button[0] if button else self._old(me, Verb.ALERT_NOW)))
        outcome = became(me)
        if outcome != Happened():
            return outcome
        if not me.shows(Say.ALERTED.value):
            raise Stuck(me.sheet.text)
        me.post(me.form.payload("leave"))
        self.alerted.add(me.label)
        (case,) = self.listed(me.label) - before
        return Happened(case=case)

    # Cases

    def _of_a_case(self, me: Visitor, deed: Deed) -> Happened:
        match deed:
            case deeds.Answer(case, step, outcome, answers, reason, resolution, of):
                me.press(self._button(me, case, Verb.ANSWER, step.value, of=of))
                given = typed_of(answers, self.policy, self.zone) | _text("reason", reason)
                given |= {"resolution": resolution.value} if resolution else {}
                return self._answer(me, outcome.value, given, of)
            case deeds.Correct(case, step, outcome, answers, reason):
                me.press(self._button(me, case, Verb.CORRECT, step.value))
                given = typed_of(answers, self.policy, self.zone) | _text("reason", reason)
                return self._answer(me, outcome.value, given, None)
            case deeds.Add(case, answers, files):
                me.type("status")
                me.press(self._offered(me, case, Verb.ADD) or self._old(me, Verb.ADD, case))
                given = typed_of(answers, self.policy, self.zone)
                return self._form(me, given | self._files(files))
            case deeds.DeclareInterest(case):
                me.press(self._button(me, case, Verb.DECLARE_INTEREST))
                return became(me)
            case _:
                if isinstance(deed, _OF_NO_CASE):
                    raise TypeError(type(deed).__name__)
                verb, what, filled = self._small_form(deed)
                me.press(self._button(me, deed.case, verb, what))
                return self._form(me, filled)

    def _small_form(self, deed: Deed) -> tuple[Verb, str, Typed]:
        match deed:
            case deeds.Snooze(_, step, days, reason):
                return Verb.SNOOZE, step.value, {"days": str(days)} | _text("reason", reason)
            case deeds.Extend(_, step, until, reason):
                given = {"until": Personal(until.isoformat())} | _text("reason", reason)
                return Verb.EXTEND, step.value, given
            case deeds.NewRound(_, step, reason):
                return Verb.NEW_ROUND, step.value, _text("reason", reason)
            case deeds.OpenFurtherAction(_, reason):
                return Verb.FURTHER_ACTION, "", _text("reason", reason)
            case deeds.PassOn(_, to, person, reason):
                return Verb.PASS_ON, "", {"to": person or to.value} | _text("reason", reason)
            case deeds.ExcludePerson(_, whom, reason):
                return Verb.EXCLUDE, "", {"whom": whom} | _text("reason", reason)
            case deeds.Link(_, to):
                return Verb.LINK, "", {"of": Personal(str(self._reference(to)))}
            case deeds.ReopenCase(_, reason):
                return Verb.REOPEN, "", _text("reason", reason)
            case deeds.Note(_, text):
                return Verb.NOTE, "", {"text": text}
            case _:
                raise TypeError(type(deed).__name__)

    def _form(self, me: Visitor, given: Typed) -> Happened:
        """Fills in the form that was opened, if one was, and sends it."""
        if not me.sheet.buttons or "data-form" not in me.panel:
            return became(me)
        form = me.form
        fill(form, given)
        if "data-reveals" in me.panel:
            me.post((*form.payload("change"), *smuggled(form, given, self.policy)))
            form = me.form
            fill(form, _not_files(form, given))
        before = me.panel
        me.post((*form.payload(), *smuggled(form, given, self.policy)))
        if not me.sheet.errors and _without_mark(me.panel) == _without_mark(before):
            raise Stuck(me.sheet.text)
        return became(me)

    def _answer(self, me: Visitor, outcome: str, given: Typed, other: CaseId | None) -> Happened:
        if "data-form" not in me.panel:
            return became(me)
        links = [name for name in me.form.asked if name.startswith("link-")]
        told: Typed = dict.fromkeys(links or ["outcome"], outcome)
        if links and outcome == "not-needed":
            told = {"outcome": outcome}
        form = me.form
        fill(form, told)
        me.post((*form.payload("change"), *smuggled(form, told, self.policy)))
        if other is not None and "of" in me.form.asked:
            given = {**given, "of": Personal(str(self._reference(other)))}
        return self._form(me, {**told, **given})

    # Buttons

    def _button(
        self, me: Visitor, case: CaseId, verb: Verb, step: str = "", of: CaseId | None = None
    ) -> str:
        """What the case's view has for it, else what some button had that was drawn before."""
        me.type(f"case {self._reference(case)}")
        return self._offered(me, case, verb, step, of) or self._old(me, verb, case, step)

    def _offered(
        self,
        me: Visitor,
        case: CaseId,
        verb: Verb,
        step: str = "",
        of: CaseId | None = None,
    ) -> str | None:
        fitting = [
            each for each in me.sheet.buttons if parts_of(each)[:3] == [verb.value, case, step]
        ]
        beside = str(self._reference(of)) if of else ""
        exact = [each for each in fitting if beside and beside in each.beside]
        return next((each.do for each in exact or fitting), None)

    def _old(self, me: Visitor, verb: Verb, case: str = "", step: str = "") -> str:
        return old_press((me, *self.visitors.values()), verb, case, step)

    def _of_the_preview(self, me: Visitor, verb: Verb) -> Happened:
        for message, words in self.post.log.of(me.label):
            for each in (
                me.message(message, words).buttons if message.kind == "digest-preview" else ()
            ):
                if parts_of(each)[0] == verb:
                    me.press(each.do)
                    return became(me)
        me.press(self._old(me, verb))
        return became(me)

    # Names

    def _files(self, names: tuple[str, ...]) -> Typed:
        return files_of(self.policy, {each: file_named(each) for each in names})

    def _reference(self, case: CaseId) -> Reference:
        with self.core.school.store.reading() as reading:
            row = reading.case_row(case)
        if row is None:
            raise LookupError(case)
        return row.reference

    def _case_of(self, reference: str) -> CaseId:
        with self.core.school.store.reading() as reading:
            row = reading.case_by_reference(Reference(reference))
        if row is None:
            raise LookupError(reference)
        return row.case

    def _case_in(self, text: str) -> CaseId:
        found = REFERENCE.search(text)
        if found is None:
            raise Stuck(text)
        return self._case_of(found[0])


def desk_world(journey: Journey) -> DeskWorld:
    """A world at the journey's start, with nobody at the page yet."""
    core = core_world(journey)
    core.post = DrawnPostbox({person: label for label, person in core.people.items()})  # type: ignore[assignment]
    return DeskWorld(core)


def _text(name: str, text: Personal | None) -> Typed:
    return {name: text} if text else {}


def _held(payload: Payload, name: str) -> str:
    return next(value for key, value in payload if key == name and isinstance(value, str))


def _without_mark(html: str) -> str:
    return re.sub(r'(name="mark"|name="form"|data-form)[^>]*', "", html)


def _not_files(form: PretendForm, given: Typed) -> Typed:
    """Files are kept with the page already; a browser does not choose them again."""
    return {name: value for name, value in given.items() if form.asked.get(name) != "files"}
