"""Decides what a person at the local page sees in its HTML, and what their browser then posts.

Nothing here knows the application's screens: buttons, fields, errors and sentences are found in
what was drawn, and every act goes back as a payload.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser

from adapters.desk.inbound import Payload, read
from adapters.desk.render import Place, draw_message, draw_show
from bot.app.inbound import Inbound, Person
from bot.app.respond import respond
from bot.app.school import School
from bot.domain.ids import PersonId
from bot.journeys.sample import CHANNEL
from bot.journeys.world import Happened
from bot.screens.nodes import Message, Reply
from bot.screens.press import Verb
from bot.screens.say import Say
from bot.screens.wording import Words
from tests.adapters.desk.pretend_browser import PretendForm

_PRESS = "press:"


@dataclass(frozen=True)
class Button:
    """A button that posts something: ``beside`` is the text that stands before it."""

    label: str
    do: str
    beside: str


class Sheet(HTMLParser):
    """What can be read and pressed in a drawn view, form or message."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.errors: list[str] = []
        self.buttons: list[Button] = []
        self.title = ""
        self._before: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._do = ""
        self._label = ""
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return "\n".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in ("input", "img", "br"):
            self._open.append((tag, given.get("class", "")))
        if tag == "button" and given.get("name") == "do":
            self._do, self._label = given["value"], ""

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            return
        self.texts.append(words)
        self._before.append(words)
        self._label += words
        looks = {look for _, look in self._open}
        if any("error" in look.split() for look in looks) and words != "Error:":
            self.errors.append(words)
        if any("sheet-title" in look.split() for look in looks):
            self.title += words

    def handle_endtag(self, tag: str) -> None:
        look = ""
        while self._open and (opened := self._open.pop())[0]:
            look = opened[1]
            if opened[0] == tag:
                break
        if tag == "button" and self._do:
            self.buttons.append(Button(self._label, self._do, " ".join(self._before)))
            self._do = ""
        if "actions" in look.split():
            self._before = []


@dataclass
class PageLog:
    """The messages that the page keeps, drawn when somebody looks (charts take their time)."""

    messages: dict[str, tuple[str, Message, Words]] = field(default_factory=dict)

    def keep(self, ref: str, to: str, message: Message, words: Words) -> None:
        """A message, or the same one shown anew."""
        self.messages[ref] = (to, message, words)

    def of(self, to: str) -> list[tuple[Message, Words]]:
        """The messages of one box, the newest first."""
        return [(m, words) for box, m, words in reversed(self.messages.values()) if box == to]


class DrawnPostbox:
    """A platform that takes every message; what was sent first is told to the journey."""

    def __init__(self, labels: dict[PersonId, str]) -> None:
        self._labels = labels
        self.messages: list[tuple[str, Message]] = []
        self.log = PageLog()

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        label = self._labels[to] if to else CHANNEL
        self.messages.append((label, message))
        ref = str(len(self.messages))
        self.log.keep(ref, label, message, words)
        return ref

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        to, _, _ = self.log.messages[message_ref]
        self.log.keep(message_ref, to, message, words)


@dataclass
class Visitor:
    """Somebody at their tab of the page: what it shows now, and what they post from it."""

    school: School
    label: str
    person: Person
    log: PageLog
    panel: str = ""
    passing: str = ""
    said: str = ""
    seen: list[str] = field(default_factory=list)
    """What every button that was ever drawn for them posts, the oldest first."""
    told: list[str] = field(default_factory=list)
    """Everything that was ever said to them, in their log or in passing."""
    mark: str = field(default_factory=partial(secrets.token_hex, 16))

    @property
    def sheet(self) -> Sheet:
        """What the panel shows."""
        return Sheet(self.panel)

    @property
    def form(self) -> PretendForm:
        """The form in the panel, to be filled in."""
        return PretendForm(self.panel)

    def message(self, message: Message, words: Words) -> Sheet:
        """A message of the log as it is drawn."""
        sheet = Sheet(str(draw_message(message, words, "m1")))
        self.seen += [each.do for each in sheet.buttons]
        return sheet

    def type(self, text: str) -> None:
        """Types a word or a link to the bot."""
        self.post((("mark", self.mark), ("text", text), ("do", "say")))

    def press(self, do: str) -> None:
        """Presses a button outside a form."""
        self.post((("mark", self.mark), ("do", do)))

    def post(self, payload: Payload) -> None:
        """Posts it; the page is drawn anew with the answer."""
        came = read(payload)
        self.show(respond(self.school, Inbound(self.person, came.cause, came.act)))

    def show(self, reply: Reply) -> None:
        """The page with the answer."""
        self.mark = secrets.token_hex(16)
        self.panel = self.passing = self.said = ""
        if reply.say is not None:
            self.said = str(draw_message(reply.say, reply.words, "m0"))
        if reply.show is not None:
            place = Place(self.label, self.mark)
            drawn = draw_show(reply.show, reply.words, place, reply.hand)
            self.panel, self.passing = str(drawn.panel), drawn.passing
        self.told += [self.passing, self.said]
        self.seen += [each.do for html in (self.panel, self.said) for each in Sheet(html).buttons]

    def shows(self, sentence: str) -> bool:
        """Whether a sentence stands anywhere in the answer."""
        return sentence in self.passing or sentence in Sheet(self.panel + self.said).text


_WRONG = tuple(each.value for each in Say if each.name.startswith("WRONG_"))
_ANSWERED_ALREADY = Say.ALREADY_ANSWERED.value.partition("{")[0]


def became(me: Visitor) -> Happened:
    """What the page says of what was just done."""
    if me.shows(Say.NOT_FOR_YOU.value) or me.shows(Say.NOT_A_MEMBER.value):
        return Happened(refused=True, why=me.passing)
    sheet = me.sheet
    if sheet.errors:
        return Happened(invalid=True, why=" ".join(sheet.errors))
    for each in (me.passing, *sheet.texts[1:2]):
        if each.startswith((*_WRONG, _ANSWERED_ALREADY)):
            return Happened(invalid=True, why=each)
    return Happened()


def parts_of(button: Button) -> list[object]:
    """What a button asks for: verb, subject, step, round and what."""
    if not button.do.startswith(_PRESS):
        return ["", "", "", 0, ""]
    parts: list[object] = json.loads(button.do.removeprefix(_PRESS))
    return parts


def old_press(visitors: Iterable[Visitor], verb: Verb, case: str, step: str) -> str:
    """What an old button of that kind posts, whoever saw it; else a forged one does."""
    for visitor in visitors:
        for do in reversed(visitor.seen):
            if parts_of(Button("", do, ""))[:3] == [verb.value, case, step]:
                return do
    return _PRESS + json.dumps([verb.value, case, step, 0, ""], separators=(",", ":"))
