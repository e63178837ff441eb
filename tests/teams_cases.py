"""How people of a journey work cases in Teams: by the buttons of a case's view, form by form."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.app.inbound import Upload
from bot.compose.core_world import CoreWorld
from bot.domain.answers import Answers
from bot.domain.ids import CaseId, OutcomeId, Reference, StepId
from bot.domain.personal import Personal
from bot.domain.step_rules import Needs, OutcomeRule
from bot.journeys import deeds
from bot.journeys.deeds import Deed
from bot.journeys.sample import file_named
from bot.journeys.world import Happened
from bot.screens.press import Press, Verb
from tests.adapters.teams.client_cards import buttons_in, texts_in
from tests.adapters.teams.stand_in import Json
from tests.desk_fields import Typed, typed_of
from tests.teams_screen import Screen, Stuck, press_of


@dataclass
class Cases:
    """Cases of the core world's school."""

    core: CoreWorld
    screens: Mapping[str, Screen]
    """Everybody's, by label."""

    async def work(self, me: Screen, deed: Deed) -> Happened:
        """Does it by the buttons of the case."""
        match deed:
            case deeds.Answer(case, step, outcome, answers, reason, resolution, of):
                await self._open(me, case, Verb.ANSWER, step.value, of)
                given = self._typed(answers) | _text("reason", reason)
                given |= {"resolution": resolution.value} if resolution else {}
                return await self._answer(me, step.value, outcome.value, given, of)
            case deeds.Correct(case, step, outcome, answers, reason):
                await self._open(me, case, Verb.CORRECT, step.value)
                given = self._typed(answers) | _text("reason", reason)
                return await self._answer(me, step.value, outcome.value, given, None)
            case deeds.Add(case, answers, files):
                await me.type("status")
                await self._press(me, Verb.ADD, case)
                return await self._add(me, self._typed(answers), files)
            case deeds.DeclareInterest(case):
                await self._open(me, case, Verb.DECLARE_INTEREST)
                return me.became()
            case _:
                verb, of_step, given = self._small_form(deed)
                await self._open(me, deed.case, verb, of_step)  # type: ignore[union-attr]
                return await self._form(me, given)

    def reference(self, case: CaseId) -> Reference:
        """How the case is called."""
        with self.core.school.store.reading() as reading:
            row = reading.case_row(case)
        if row is None:
            raise LookupError(case)
        return row.reference

    async def of_the_preview(self, me: Screen, verb: Verb) -> Happened:
        """Presses a button of the newest message that has one for it, else an old one."""
        for posted in reversed(me.user.messages):
            for each in buttons_in(posted.card_for(me.account)):
                if (press := press_of(each)) and press.verb is verb:
                    await me.step(me.user.press(each, posted), begins=True)
                    return me.became()
        await me.press_old(self._old(verb))
        return me.became()

    def _typed(self, answers: Answers) -> Typed:
        return typed_of(answers, self.core.policy, self.core.zone)

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
                return Verb.LINK, "", {"of": Personal(str(self.reference(to)))}
            case deeds.ReopenCase(_, reason):
                return Verb.REOPEN, "", _text("reason", reason)
            case deeds.Note(_, text):
                return Verb.NOTE, "", {"text": text}
            case _:
                raise TypeError(type(deed).__name__)

    # Forms

    async def _answer(
        self, me: Screen, step: str, outcome: str, given: Typed, other: CaseId | None
    ) -> Happened:
        if me.form is None:
            return me.became()
        links = [each for each in me.asked() if each.startswith("link-")]
        told: Typed = dict.fromkeys(links or ["outcome"], outcome)
        if links and outcome == "not-needed":
            told = {"outcome": outcome}
        rule = self._outcome(step, outcome)
        if other is not None and rule and Needs.OTHER_CASE in rule.needs:
            given = {**given, "of": Personal(str(self.reference(other)))}
        first = {**told, **{name: value for name, value in given.items() if me.asks(name)}}
        if rule and (rule.asks or rule.needs) and set(given) - set(first):
            # What an outcome asks for stands on the form only once the outcome was told.
            me.fill(first)
            await me.submit()
            given = {name: value for name, value in given.items() if name not in first}
            told = {}
        return await self._form(me, {**told, **given})

    def _outcome(self, step: str, outcome: str) -> OutcomeRule | None:
        rule = self.core.policy.steps_by_id.get(StepId(step))
        return rule.outcome(OutcomeId(outcome)) if rule else None

    async def _form(self, me: Screen, given: Typed) -> Happened:
        """Fills in the form that was opened, if one was, and sends it."""
        if me.form is None:
            return me.became()
        left = dict(given)
        me.fill(left)
        for name, value in left.items():
            me.smuggle(name, value)
        before = me.card
        await me.submit(begins=True)
        if me.card is before and not me.said:
            raise Stuck("\n".join(me.texts))
        return me.became()

    async def _add(self, me: Screen, given: Typed, names: tuple[str, ...]) -> Happened:
        """Adds to an own report: pictures at once, and what is typed with the form."""
        if me.form is None:
            return me.became()
        if names:
            await me.send(tuple(Upload(file_named(each)) for each in names))
            if not given or me.became() != Happened():
                return me.became()
        return await self._form(me, given)

    # Buttons

    async def _open(
        self, me: Screen, case: CaseId, verb: Verb, step: str = "", of: CaseId | None = None
    ) -> None:
        await me.type(f"case {self.reference(case)}")
        await self._press(me, verb, case, step, of)

    async def _press(
        self, me: Screen, verb: Verb, case: CaseId, step: str = "", of: CaseId | None = None
    ) -> None:
        """Presses what the view has for it, else some button that was seen before."""
        beside = str(self.reference(of)) if of else ""
        button = await _offered(me, (verb, case, step), beside)
        if button is not None:
            await me.press(button, begins=True)
        else:
            await me.press_old(self._old(verb, case, step))

    def _old(self, verb: Verb, case: str = "", step: str = "") -> Press:
        """What an old button of that kind was for; one that never was is made up."""
        for screen in self.screens.values():
            for each in reversed(screen.seen):
                if (each.verb, each.step) == (verb, step) and case in ("", each.subject):
                    return each
        return Press(verb, case, step)


async def _offered(me: Screen, wanted: tuple[Verb, str, str], beside: str) -> Json | None:
    """A button of the view, on whichever page it stands."""
    first: Json | None = None
    more = True
    while more:
        fitting = [each for each in me.pressing(wanted[0]) if _parts(each) == wanted]
        exact = [each for each in fitting if beside and beside in _before(me, each)]
        if exact or (fitting and not beside):
            return (exact or fitting)[0]
        first = first or (fitting[0] if fitting else None)
        more = await me.next_page()
    return first


def _parts(button: Json) -> tuple[Verb, str, str] | None:
    press = press_of(button)
    return (press.verb, press.subject, press.step) if press else None


def _before(me: Screen, button: Json) -> str:
    """The text that stands before a button, back to whatever has a button before it."""
    body = (me.card or {"body": []})["body"]
    at = next(n for n, each in enumerate(body) if any(b is button for b in buttons_in(each)))
    found = texts_in(body[at])
    for each in reversed(body[:at]):
        if buttons_in(each):
            break
        found += texts_in(each)
    return "\n".join(found)


def _text(name: str, text: Personal | None) -> Typed:
    return {name: text} if text else {}
