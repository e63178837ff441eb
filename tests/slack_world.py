"""The world of a journey in which everybody does everything in Slack (DESIGN, Journeys).

Every deed is typed, ticked and pressed in the modals and messages that the adapter sends to a
stand-in of Slack, and goes as the signed payload that Slack would send. Messages leave through the
adapter's messenger. The store, and what is looked at afterwards, are the core world's.
"""

import asyncio
import json
import re
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from adapters.slack.messenger import SlackMessenger
from adapters.slack.payloads import PLATFORM
from bot.app.deliver import Deliverer
from bot.app.inbound import Given, Upload
from bot.compose.core_world import CoreWorld, core_world, run_here
from bot.compose.moving import moments_until, settle
from bot.domain.ids import CaseId, PersonId, Reference
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.journeys import deeds
from bot.journeys.deeds import Deed
from bot.journeys.sample import CHANNEL, PEOPLE, file_named
from bot.journeys.story import Journey
from bot.journeys.world import CaseFacts, DigestFacts, Happened, SentMessage
from bot.screens.field_names import Kind
from bot.screens.messages import cases_in, steps_in
from bot.screens.nodes import Message
from bot.screens.press import Verb, read_form_ref
from bot.screens.say import Say
from bot.screens.wording import Words
from tests.adapters.slack.at_work import AtWork, account_of, at_work
from tests.adapters.slack.member import Member, buttons_in, texts_in
from tests.adapters.slack.stand_in import Posted
from tests.builders import account_on
from tests.desk_fields import Typed, files_of, kind_in, typed_of

REFERENCE = re.compile(r"\b20\d\d-\d{3,}\b")
GOVERNORS = "C0GOVERNORS"
_WRONG = tuple(each.value.partition("{")[0] for each in Say if each.name.startswith("WRONG_"))
_ANSWERED_ALREADY = Say.ALREADY_ANSWERED.value.partition("{")[0]
_PNG = file_named("chart.png")

Result = TypeVar("Result")
Button = dict[str, Any]


class Stuck(AssertionError):
    """Slack shows something that a person could not go on from."""


@dataclass
class Post:
    """The adapter's messenger, and what left through it first."""

    messenger: SlackMessenger
    labels: dict[PersonId, str]
    sent: list[tuple[str, Message]] = field(default_factory=list)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        ref = await self.messenger.send(to, message, words)
        self.sent.append((self.labels[to] if to else CHANNEL, message))
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        await self.messenger.update(message_ref, message, words)


@dataclass
class Screen:
    """Somebody at Slack: what was new after their last act."""

    label: str
    member: Member
    said: list[str] = field(default_factory=list)
    """What was said to them since they began the act."""
    seen: list[dict[str, Any]] = field(default_factory=list)
    """Every button that they ever saw."""

    @property
    def view(self) -> Button | None:
        """The modal that is open."""
        top = self.member.slack.top(self.member.user)
        return top.view if top else None

    @property
    def form_page(self) -> str | None:
        """Which page of a form is open; ``None`` if it is no form."""
        if self.view is None or self.view["callback_id"] not in ("form", "more"):
            return None
        return read_form_ref(json.loads(self.view["private_metadata"])[0]).page

    @property
    def texts(self) -> list[str]:
        """What the modal says."""
        return texts_in([self.view]) if self.view else []

    def shows(self, sentence: str) -> bool:
        """Whether a sentence stands in the modal, or was said."""
        return any(sentence in each for each in (*self.said, *self.texts))


@dataclass
class SlackWorld:
    """The core world's school, in whose workspace everybody has an account."""

    core: CoreWorld
    loop: asyncio.AbstractEventLoop
    stack: AsyncExitStack
    at: AtWork
    post: Post
    screens: dict[str, Screen] = field(default_factory=dict)
    alerted: set[str] = field(default_factory=set)
    """Who pressed *Alert now* and has not sent the report yet."""

    @property
    def policy(self) -> Policy:
        return self.core.policy

    @property
    def zone(self) -> ZoneInfo:
        return self.core.zone

    def move_to(self, moment: datetime) -> None:
        for at in moments_until(self.core.school, moment, self.settle):
            self.core.clock.at = at
        self.settle()

    def settle(self) -> None:
        school = self.core.school
        addresses = partial(account_on, school, PLATFORM)
        self._now(settle(school, Deliverer(school, self.post, run_here, addresses)))
        for _, error in self.at.failures:
            raise error
        assert self.at.slack.problems == []

    def sent(self) -> tuple[SentMessage, ...]:
        return tuple(
            SentMessage(to, message.kind, self._cases(message), steps_in(message))
            for to, message in self.post.sent
            if message.kind
        )

    def _cases(self, message: Message) -> tuple[CaseId, ...]:
        with self.core.school.store.reading() as reading:
            rows = [reading.case_by_reference(each) for each in cases_in(message)]
        return tuple(row.case for row in rows if row)

    def facts(self, case: CaseId) -> CaseFacts:
        return self.core.facts(case)

    def digest(self) -> DigestFacts | None:
        return self.core.digest()

    def close(self) -> None:
        self._now(self.stack.aclose())
        self.loop.close()
        self.core.close()

    def listed(self, who: str) -> frozenset[CaseId]:
        """The cases whose references stand in the lists that Slack shows."""
        return self._now(self._listed(self.screen(who)))

    def do(self, who: str, deed: Deed) -> Happened:
        """Does it in Slack."""
        return self._now(self._do(self.screen(who), deed))

    def screen(self, label: str) -> Screen:
        """Somebody's screen."""
        if label not in self.screens:
            self.screens[label] = Screen(label, self.at.member(label))
        return self.screens[label]

    def _now(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    async def _do(self, me: Screen, deed: Deed) -> Happened:
        match deed:
            case deeds.Report(answers, files):
                given = typed_of(answers, self.policy, self.zone)
                return await self._report(me, given | self._files(files))
            case deeds.AlertNow(answers):
                return await self._alert(me, typed_of(answers, self.policy, self.zone))
            case deeds.Away(until):
                await self._type(me, f"away until {until.day} {until:%B %Y}")
                return self._became(me)
            case deeds.Back():
                await self._type(me, "back")
                return self._became(me)
            case deeds.HoldDigest():
                return await self._of_the_preview(me, Verb.HOLD_DIGEST)
            case deeds.PostDigest():
                return await self._of_the_preview(me, Verb.POST_DIGEST)
            case deeds.ViewCase(case):
                await self._type(me, f"case {self._reference(case)}")
                return self._became(me)
            case _:
                return await self._of_a_case(me, deed)

    # What they do, and what comes of it

    async def _type(self, me: Screen, text: str) -> None:
        """A command, with no modal open before."""
        slack = me.member.slack
        for each in list(slack.stacks.get(me.member.user, ())):
            del slack.modals[each]
        slack.stacks[me.member.user] = []
        await self._step(me, me.member.command(text), begins=True)

    async def _step(
        self, me: Screen, act: Coroutine[Any, Any, Any], *, begins: bool = False
    ) -> None:
        """One click, with everything that follows from it on the screen."""
        self.at.clock.ahead += 2  # nobody clicks twice within a second and a half
        before = len(me.member.told), len(me.member.messages)
        await act
        await self.at.settled()
        if begins:
            me.said = []
        for body in me.member.told[before[0] :]:
            me.said += texts_in(body["blocks"])
            me.seen += buttons_in(body["blocks"])
        for posted in me.member.messages[before[1] :]:
            me.said += texts_in(posted.blocks)
        me.seen += buttons_in(me.view)

    async def _press(self, me: Screen, button: dict[str, Any], *, begins: bool = False) -> None:
        """A button of the modal if it stands there, else one of an old message."""
        top = me.member.slack.top(me.member.user)
        if top is not None and any(each == button for each in buttons_in(top.view)):
            await self._step(me, me.member.press(button), begins=begins)
        else:
            old = Posted(me.member.slack.chat_of(me.member.user), f"{len(me.seen)}.0", [], "", {})
            await self._step(me, me.member.press_in(old, button), begins=begins)

    def _became(self, me: Screen) -> Happened:
        """What Slack shows of what was just done."""
        if me.shows(Say.NOT_FOR_YOU.value) or me.shows(Say.NOT_A_MEMBER.value):
            return Happened(refused=True, why=Say.NOT_FOR_YOU.value)
        if me.member.errors:
            return Happened(invalid=True, why=" ".join(me.member.errors.values()))
        for each in (*me.said, *me.texts):
            if each.strip().startswith((*_WRONG, _ANSWERED_ALREADY)):
                return Happened(invalid=True, why=each)
        return Happened()

    # Reports

    async def _report(self, me: Screen, given: Typed) -> Happened:
        await self._type(me, "")
        if me.view is None:
            return self._became(me)
        if me.label in self.alerted:
            await self._resume(me)
        await self._through_the_pages(me, given)
        became = self._became(me)
        if became != Happened():
            await self._throw_away(me)
            return became
        self.alerted.discard(me.label)
        return Happened(case=await self._case_of_receipt(me))

    async def _resume(self, me: Screen) -> None:
        await self._press(me, self._button(me, Say.RESUME_REPORT.value))
        while any(each["action_id"] == "back" for each in buttons_in(me.view)):
            await self._press(me, self._button(me, Say.BACK.value))

    async def _through_the_pages(self, me: Screen, given: Typed) -> None:
        left = dict(given)
        while me.view is not None and not me.member.errors:
            before = me.form_page, len(left)
            if before[0] is None:
                return
            await self._one_page(me, left)
            if self._became(me) != Happened():
                return
            if me.view is not None and (me.form_page, len(left)) == before:
                raise Stuck("\n".join(me.texts))

    async def _one_page(self, me: Screen, left: Typed) -> None:
        await self._fill(me, left)
        if any(each["action_id"] == "more" for each in buttons_in(me.view)) and left:
            await self._press(me, next(e for e in buttons_in(me.view) if e["action_id"] == "more"))
            await self._fill(me, left)
            await self._step(me, me.member.submit())
            if self._became(me) != Happened():
                return
        page = me.form_page
        last = me.view is not None and me.view["submit"]["text"] == Say.SEND_REPORT.value
        for name in list(left):
            if last or self._page_of(name) == page:
                self._smuggle(me, name, left.pop(name))
        await self._step(me, me.member.submit())

    async def _fill(self, me: Screen, left: Typed) -> None:
        """Fills in what is asked, and what is asked once that was told."""
        again = True
        while again:
            again = False
            for name in list(left):
                block = me.member.input_of(name)
                if block is not None:
                    value = self._value(block["element"], left.pop(name))
                    await self._step(me, me.member.fill(name, value))
                    again = True

    def _value(self, element: dict[str, Any], given: Given) -> Any:  # noqa: ANN401
        """A value as the element takes it."""
        match given:
            case Personal() if element["type"] == "datetimepicker":
                local = datetime.fromisoformat(given.reveal()).replace(tzinfo=self.zone)
                return int(local.timestamp())
            case Personal():
                return given.reveal()
            case tuple() if element["type"] == "file_input":
                slack = self.at.slack
                return [slack.add_file(each.content) for each in given if isinstance(each, Upload)]
            case _:
                return given

    def _smuggle(self, me: Screen, name: str, given: Given) -> None:
        """What the form does not ask is sent all the same, as a changed program would."""
        kind = Kind(kind_in(self.policy, name))
        element = {"type": _ELEMENTS[kind], "options": []}
        value = self._value(element, given)
        me.member.smuggle(f"{kind}.{name}", element, value)

    def _page_of(self, name: str) -> str:
        for page in self.policy.pages:
            if any(each.value == name for each in page.questions):
                return page.id.value
        return ""

    async def _throw_away(self, me: Screen) -> None:
        """What was not accepted is thrown away by its writer."""
        if me.label in self.alerted:
            return
        await self._type(me, "status")
        while drop := self._labelled(me, Say.WITHDRAW_REPORT.value):
            await self._press(me, drop[0])
            await self._type(me, "status")

    async def _alert(self, me: Screen, given: Typed) -> Happened:
        before = await self._listed(me)
        await self._type(me, "")
        if me.view is None:
            return self._became(me)
        await self._fill(me, dict(given))
        button = self._labelled(me, Say.ALERT_NOW.value)
        if button:
            await self._press(me, button[0])
        else:
            draft = read_form_ref(json.loads((me.view or {})["private_metadata"])[0]).press.subject
            await self._press_hidden(me, [Verb.ALERT_NOW.value, draft, "", 0, ""])
        became = self._became(me)
        if became != Happened():
            return became
        if not me.shows(Say.ALERTED.value):
            raise Stuck("\n".join(me.texts))
        await self._step(me, me.member.close())
        self.alerted.add(me.label)
        (case,) = await self._listed(me) - before
        return Happened(case=case)

    async def _press_hidden(self, me: Screen, press: list[Any]) -> None:
        """A button that the modal does not show, pressed in it all the same."""
        await self._step(me, me.member.press(made(press)))

    async def _case_of_receipt(self, me: Screen) -> CaseId:
        school = self.core.school
        addresses = partial(account_on, school, PLATFORM)
        await settle(school, Deliverer(school, self.post, run_here, addresses))
        start = Say.RECEIPT_SUMMARY.value.partition("{")[0]
        found = [each for each in me.member.messages if each.text.startswith(start)]
        if not found:
            raise Stuck("\n".join((*me.said, *me.texts)))
        return self._case_in(found[-1].text)

    # Cases

    async def _of_a_case(self, me: Screen, deed: Deed) -> Happened:
        match deed:
            case deeds.Answer(case, step, outcome, answers, reason, resolution, of):
                await self._open(me, case, Verb.ANSWER, step.value, of)
                given = typed_of(answers, self.policy, self.zone) | _text("reason", reason)
                given |= {"resolution": resolution.value} if resolution else {}
                return await self._answer(me, outcome.value, given, of)
            case deeds.Correct(case, step, outcome, answers, reason):
                await self._open(me, case, Verb.CORRECT, step.value)
                given = typed_of(answers, self.policy, self.zone) | _text("reason", reason)
                return await self._answer(me, outcome.value, given, None)
            case deeds.Add(case, answers, files):
                await self._type(me, "status")
                add = await self._offered(me, [Verb.ADD.value, case, ""])
                button = add or self._old(Verb.ADD, case)
                await self._press(me, button, begins=True)
                given = typed_of(answers, self.policy, self.zone)
                return await self._form(me, given | self._files(files))
            case deeds.DeclareInterest(case):
                await self._open(me, case, Verb.DECLARE_INTEREST)
                return self._became(me)
            case _:
                verb, of_step, given = self._small_form(deed)
                await self._open(me, deed.case, verb, of_step)  # type: ignore[union-attr]
                return await self._form(me, given)

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

    async def _answer(
        self, me: Screen, outcome: str, given: Typed, other: CaseId | None
    ) -> Happened:
        if me.form_page is None:
            return self._became(me)
        asked = [each["block_id"].partition(".")[2] for each in _inputs(me)]
        links = [name for name in asked if name.startswith("link-")]
        told: Typed = dict.fromkeys(links or ["outcome"], outcome)
        if links and outcome == "not-needed":
            told = {"outcome": outcome}
        await self._fill(me, told)
        if other is not None and me.member.input_of("of"):
            given = {**given, "of": Personal(str(self._reference(other)))}
        return await self._form(me, {**told, **given})

    async def _form(self, me: Screen, given: Typed) -> Happened:
        """Fills in the form that was opened, if one was, and sends it."""
        if me.form_page is None:
            return self._became(me)
        left = dict(given)
        await self._fill(me, left)
        for name, value in left.items():
            self._smuggle(me, name, value)
        before = me.view
        await self._step(me, me.member.submit(), begins=True)
        if not me.member.errors and me.view == before:
            raise Stuck("\n".join(me.texts))
        return self._became(me)

    # Buttons

    async def _open(
        self, me: Screen, case: CaseId, verb: Verb, step: str = "", of: CaseId | None = None
    ) -> None:
        """Presses what the case's view has for it, else some button that was seen before."""
        await self._type(me, f"case {self._reference(case)}")
        beside = str(self._reference(of)) if of else ""
        button = await self._offered(me, [verb.value, case, step], beside)
        await self._press(me, button or self._old(verb, case, step), begins=True)

    async def _offered(
        self, me: Screen, parts: list[str], beside: str = ""
    ) -> dict[str, Any] | None:
        """A button of the view, on whichever page it stands."""
        first: dict[str, Any] | None = None
        while me.view is not None:
            fitting = [each for each in buttons_in(me.view) if _parts(each)[:3] == parts]
            exact = [each for each in fitting if beside and beside in _before(me, each)]
            if exact or (fitting and not beside):
                return (exact or fitting)[0]
            first = first or (fitting[0] if fitting else None)
            forward = self._labelled(me, "Next", "turn.")
            if not forward:
                break
            await self._press(me, forward[0])
        return first

    def _old(self, verb: Verb, case: str = "", step: str = "") -> Button:
        """An old button of that kind; where there never was one, another one's, changed by hand."""
        for screen in self.screens.values():
            for each in screen.seen[::-1]:
                held, subject, of_step = (str(part) for part in _parts(each)[:3])
                if (held, of_step) == (verb, step) and case in ("", subject):
                    return each
        return made([verb.value, case, step, 0, ""])

    def _button(self, me: Screen, label: str) -> dict[str, Any]:
        found = self._labelled(me, label)
        if not found:
            raise Stuck(label + "\n" + "\n".join(me.texts))
        return found[0]

    def _labelled(self, me: Screen, label: str, action: str = "") -> list[dict[str, Any]]:
        return [
            each
            for each in buttons_in(me.view)
            if each["text"]["text"] == label and each["action_id"].startswith(action)
        ]

    async def _of_the_preview(self, me: Screen, verb: Verb) -> Happened:
        for posted in reversed(me.member.messages):
            for each in buttons_in(posted.blocks):
                if _parts(each)[0] == verb:
                    await self._step(me, me.member.press_in(posted, each), begins=True)
                    return self._became(me)
        await self._press(me, self._old(verb), begins=True)
        return self._became(me)

    async def _listed(self, me: Screen) -> frozenset[CaseId]:
        found: set[str] = set()
        for word in ("status", "cases"):
            await self._type(me, word)
            while me.view is not None:
                found |= set(REFERENCE.findall("\n".join(me.texts)))
                forward = self._labelled(me, "Next", "turn.")
                if not forward:
                    break
                await self._press(me, forward[0])
        return frozenset(self._case_of(each) for each in found)

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


_ELEMENTS = {
    Kind.ONE: "radio_buttons",
    Kind.MANY: "checkboxes",
    Kind.TEXT: "plain_text_input",
    Kind.LINKS: "plain_text_input",
    Kind.WHEN: "datetimepicker",
    Kind.FILES: "file_input",
}


def slack_world(journey: Journey) -> SlackWorld:
    """A world at the journey's start: everybody has an account, the digest has its channel."""
    core = core_world(journey)
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    at = loop.run_until_complete(stack.enter_async_context(at_work(core.school)))
    for label, person in PEOPLE.items():
        at.slack.add_user(account_of(label), person.email, is_restricted=not person.member)
    labels = {PersonId(account_of(label)): label for label in PEOPLE}
    messenger = SlackMessenger(
        at.client,
        partial(at.host.governors_channel, at.host.schools.first),
        lambda what, error: at.failures.append((what, error)),
        draw=lambda _: _PNG,
    )
    world = SlackWorld(core, loop, stack, at, Post(messenger, labels))
    loop.run_until_complete(_begin(world))
    return world


async def _begin(world: SlackWorld) -> None:
    """Those who hold a role are found by their addresses; the head says where the digest goes."""
    for label in PEOPLE:
        await world.at.workspace.person(account_of(label))
    await world.at.member("head").command("digest-here", GOVERNORS)
    await world.at.settled()


def made(press: list[Any]) -> dict[str, Any]:
    """A button that the bot never drew."""
    value = json.dumps(press, separators=(",", ":"))
    return {
        "type": "button",
        "action_id": f"press.0.{press[0]}",
        "text": {"type": "plain_text", "text": press[0]},
        "value": value,
    }


def _inputs(me: Screen) -> list[dict[str, Any]]:
    return [each for each in (me.view or {}).get("blocks", []) if each["type"] == "input"]


def _parts(button: dict[str, Any]) -> list[Any]:
    if not str(button.get("action_id")).startswith("press."):
        return ["", "", ""]
    parts: list[Any] = json.loads(button["value"])
    return parts


def _before(me: Screen, button: dict[str, Any]) -> str:
    """The text that stands before a button, back to the row of buttons before it."""
    blocks = (me.view or {})["blocks"]
    at = next(n for n, each in enumerate(blocks) if any(b == button for b in buttons_in(each)))
    found: list[str] = texts_in([blocks[at]])
    for each in reversed(blocks[:at]):
        if each["type"] == "actions":
            break
        found += texts_in([each])
    return "\n".join(found)


def _text(name: str, text: Personal | None) -> Typed:
    return {name: text} if text else {}
