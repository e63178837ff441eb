"""Somebody at Teams in a journey: what is before them, what they fill in, press and are told.

They work in dialogs or, if none opens for them, in the cards of their chat; the button on the first
card that they get says which.
"""

import itertools
from collections.abc import Callable, Coroutine, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from adapters.teams.carried import OURS, TIME, Did
from bot.app.inbound import Given, Upload
from bot.domain.personal import Personal
from bot.domain.policy import Policy
from bot.journeys.world import Happened
from bot.screens.field_names import Kind
from bot.screens.press import FormRef, Press, Verb, read_form_ref, read_press
from bot.screens.say import Say
from tests.adapters.teams.activities import pasted
from tests.adapters.teams.at_work import AtWork
from tests.adapters.teams.client_cards import buttons_in, elements_of, input_called, texts_in
from tests.adapters.teams.stand_in import Json, Posted
from tests.adapters.teams.teams_user import TeamsUser
from tests.desk_fields import Typed, kind_in

_WRONG = tuple(each.value.partition("{")[0] for each in Say if each.name.startswith("WRONG_"))
_ANSWERED_ALREADY = Say.ALREADY_ANSWERED.value.partition("{")[0]
_RED = "❗ "
_REFUSED = (Say.NOT_FOR_YOU.value, Say.NOT_A_MEMBER.value)
_FORBIDDEN = 403


class Stuck(AssertionError):
    """Teams shows something that a person could not go on from."""


@dataclass
class Screen:
    """Somebody at Teams: what was new after their last act."""

    label: str
    user: TeamsUser
    at: AtWork
    policy: Policy
    said: list[str] = field(default_factory=list)
    """What was said to them since they began the act."""
    seen: list[Press] = field(default_factory=list)
    """What every button that they ever saw was for."""
    place: Posted | None = None
    """The card of the chat in which a form or a view stands."""
    shut_out: bool = False
    """The door did not open for them."""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def account(self) -> str:
        """Who they are."""
        return self.user.sender.user

    @property
    def card(self) -> Json | None:
        """The form or the view that is before them, in a dialog or in the chat."""
        if self.user.dialog is not None:
            return self.user.dialog.card
        return self.place.card_for(self.account) if self.place else None

    @property
    def buttons(self) -> list[Json]:
        """What they can press there."""
        return buttons_in(self.card) if self.card else []

    @property
    def form(self) -> FormRef | None:
        """Which form is before them; ``None`` if it is none."""
        found = [_ours(each)["form"] for each in self.buttons if "form" in _ours(each)]
        return read_form_ref(found[0]) if found else None

    @property
    def texts(self) -> list[str]:
        """What stands there."""
        return texts_in(self.card) if self.card else []

    @property
    def errors(self) -> list[str]:
        """What is wrong with the form, in red."""
        return [each for each in self.texts if each.startswith(_RED)] if self.form else []

    def shows(self, sentence: str) -> bool:
        """Whether a sentence stands there, or was said."""
        return any(sentence in each for each in (*self.said, *self.texts))

    def became(self) -> Happened:
        """What Teams shows of what was just done."""
        if self.shut_out or any(self.shows(each) for each in _REFUSED):
            return Happened(refused=True, why=Say.NOT_FOR_YOU.value)
        if self.errors:
            return Happened(invalid=True, why=" ".join(self.errors))
        for each in (*self.said, *self.texts):
            if each.strip().startswith((*_WRONG, _ANSWERED_ALREADY)):
                return Happened(invalid=True, why=each)
        return Happened()

    # What they do

    async def type(self, text: str) -> None:
        """A command, with nothing before them any more."""
        self.user.close()
        self.place = None
        await self.step(self.user.say(text), begins=True)

    async def press(self, button: Json, *, begins: bool = False) -> None:
        """A button of what is before them."""
        place = None if self.user.dialog else self.place
        await self.step(self.user.press(button, place), begins=begins)

    async def press_old(self, press: Press) -> None:
        """A button of an old message."""
        await self._press_loose({"did": Did.PRESS.value, "press": press.encode()})

    async def press_hidden(self, press: Press) -> None:
        """A button that the form does not show, pressed in it all the same."""
        hidden = deepcopy(self.main)
        for each in elements_of(hidden):
            for action in (each, each.get("fallback") or {}):
                if OURS in action.get("data", {}):
                    ours = {"did": Did.PRESS.value, "press": press.encode()}
                    action["data"][OURS] |= ours
        await self.press(hidden)

    async def submit(self, *, begins: bool = False) -> None:
        """The form's main button."""
        await self.press(self.main, begins=begins)

    @property
    def main(self) -> Json:
        """The form's main button."""
        return self.one(lambda each: _ours(each).get("did") == Did.SUBMIT.value)

    def sent(self, button: Json) -> Json:
        """What a press of a button would send."""
        filled = self.user.screens[self.place.id] if self.place else None
        if self.user.dialog is not None:
            filled = self.user.dialog.filled
        inputs = filled.inputs_for(button, leaves_out_empty=False) if filled else {}
        return {**button["data"], **inputs}

    def one(self, wanted: Callable[[Json], bool]) -> Json:
        """The first button of that kind."""
        found = [each for each in self.buttons if wanted(each)]
        if not found:
            raise Stuck("\n".join((*self.said, *self.texts)))
        return found[0]

    def doing(self, did: Did) -> list[Json]:
        """The buttons that do that."""
        return [each for each in self.buttons if _ours(each).get("did") == did.value]

    def pressing(self, verb: Verb) -> list[Json]:
        """The buttons that are for that."""
        return [each for each in self.buttons if (press := press_of(each)) and press.verb is verb]

    async def next_page(self) -> bool:
        """The next page of a view, if it has one."""
        forward = [each for each in self.doing(Did.TURN) if each["title"] == "Next"]
        if forward:
            await self.press(forward[0])
        return bool(forward)

    async def send(self, files: tuple[Upload, ...]) -> None:
        """Pictures into the chat; a dialog is left for it, and opened again."""
        keep = self.doing(Did.KEEP)
        if keep:
            await self.press(keep[0])
        self.user.close()
        sent = [pasted(self.at.teams.add_file(each.content, pasted=True)) for each in files]
        await self.step(self.user.say("", sent))
        if self.place is None:
            await self._go_on()

    async def _go_on(self) -> None:
        """Presses the button below what was said of the picture, unless there is none."""
        newest = self.user.messages[-1]
        for each in buttons_in(newest.card_for(self.account)):
            press = press_of(each)
            if press and press.verb in (Verb.RESUME, Verb.ADD):
                await self.step(self.user.press(each, newest))
                return

    async def step(
        self, act: Coroutine[Any, Any, tuple[int, Any]], *, begins: bool = False
    ) -> None:
        """One click, with everything that follows from it on the screen."""
        before = {each.id: each.card_for(self.account) for each in self.user.messages}
        told = len(self.user.told)
        status, _ = await self.at.done(act)
        if self.user.failed:
            raise Stuck("Teams said that something went wrong.")
        self.shut_out = status == _FORBIDDEN
        if begins:
            self.said = []
        self.said += self.user.told[told:]
        await self._look(before)

    async def _look(self, before: Mapping[str, Json]) -> None:
        """Takes in what is new in the chat and in the dialog, and opens what waits to be opened."""
        messages = self.user.messages
        cards = [(each, each.card_for(self.account)) for each in messages]
        new = [(each, card) for each, card in cards if before.get(each.id) is not card]
        for posted, card in new:
            if any({"form", "here"} & set(_ours(each)) for each in buttons_in(card)):
                self.place = posted
                continue
            self.said += texts_in(card)
            if posted is self.place:
                self.place = None
        for each in (*(card for _, card in new), self.card):
            self.seen += [press for b in buttons_in(each or {}) if (press := press_of(b))]
        for posted, card in new:
            if waits := self._what_opens(card):
                await self.step(self.user.press(waits, posted))

    def _what_opens(self, card: Json) -> Json | None:
        """The button of a card that only offers something."""
        buttons = buttons_in(card)
        here = [each for each in buttons if _ours(each).get("did") == Did.HERE.value]
        if here and not self.user.opens_windows:
            return here[0]
        if here:
            return next(each for each in buttons if "msteams" in each["data"])
        if len(buttons) == 1 and buttons[0]["type"] == "Action.Execute":
            ours = _ours(buttons[0])
            return buttons[0] if set(ours) == {"did", "press"} else None
        return None

    async def _press_loose(self, ours: Mapping[str, str]) -> None:
        data: Json = {OURS: dict(ours)}
        if self.user.opens_windows:
            data["msteams"] = {"type": "task/fetch"}
        button = {"type": "Action.Submit", "title": "An old button", "data": data}
        card = {"type": "AdaptiveCard", "body": [], "actions": [button]}
        activity = {"attachments": [{"content": card}]}
        old = Posted(f"old-{next(self._numbers)}", self.user.sender.chat, activity)
        await self.step(self.user.press(button, old), begins=True)

    # What they fill in

    def fill(self, left: Typed) -> None:
        """Fills in what is asked; what was filled in is left no more."""
        for name in list(left):
            if self._fill(name, left[name]):
                del left[name]

    def asks(self, name: str) -> bool:
        """Whether there is an input for a field."""
        return self.card is not None and input_called(self.card, name) is not None

    def asked(self) -> list[str]:
        """The names of the fields that the form asks."""
        form = [_ours(each) for each in self.buttons if "asks" in _ours(each)]
        return [each.partition(".")[2] for each in form[0]["asks"]] if form else []

    def _fill(self, name: str, given: Given) -> bool:
        element = input_called(self.card, name) if self.card else None
        if element is None:
            return False
        place = None if self.user.dialog else self.place
        if element["type"] == "Input.ChoiceSet":
            values = [given] if isinstance(given, str) else [str(each) for each in _all(given)]
            offered = {each["value"] for each in element["choices"]}
            if not set(values) <= offered or (len(values) > 1 and "isMultiSelect" not in element):
                self.user.smuggle(element["id"], ",".join(values), place)
            else:
                self.user.fill(name, values, place)
            return True
        text = given.reveal() if isinstance(given, Personal) else str(given)
        if element["type"] == "Input.Date":
            day, _, time = text.partition("T")
            self.user.fill(name, day, place)
            if time:
                self.user.fill(f"{name}{TIME}", time, place)
            return True
        self.user.fill(name, text, place)
        return True

    def smuggle(self, name: str, given: Given) -> None:
        """What the form does not ask is sent all the same, as a changed program would."""
        kind = Kind(kind_in(self.policy, name))
        place = None if self.user.dialog else self.place
        match given:
            case Personal():
                value = given.reveal()
            case tuple():
                value = ",".join(each for each in given if isinstance(each, str))
            case _:
                value = str(given)
        self.user.smuggle(f"{kind}.{name}", value, place)


def press_of(button: Json) -> Press | None:
    """What a button is for, if it is for something of the product's."""
    ours = _ours(button)
    if ours.get("did") not in (Did.PRESS.value, Did.HERE.value):
        return None
    return read_press(ours["press"])


def _ours(button: Json) -> Json:
    data = button.get("data")
    ours: Json = data.get(OURS, {}) if isinstance(data, dict) else {}
    return ours


def _all(given: Given) -> tuple[object, ...]:
    if isinstance(given, tuple):
        return given
    return (given.reveal(),) if isinstance(given, Personal) else (given,)
