"""Decides what comes back from a view or a button that we made; anything else is not ours."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from adapters.slack.fields import JOINED, Named, named
from adapters.slack.forms import BACK, KEPT_ACTION, MORE_ACTION
from adapters.slack.frames import Callback
from adapters.slack.paging import TURN, Turn, read_turn
from bot.app.inbound import Given
from bot.domain.personal import Personal
from bot.screens.field_names import Kind
from bot.screens.press import FormRef, NotOurs, Press, read_form_ref, read_press

_Object = Mapping[str, object]


@dataclass(frozen=True)
class FromView:
    """What a view carries back: what it is of, and how its fields stand now."""

    form: FormRef | None = None
    press: Press | None = None
    """What shows a View again."""
    answers: Mapping[str, Given] = field(default_factory=dict)
    """By field; an empty field is there, with nothing in it. Files are not among them."""
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The ids of the uploaded files, by field of files."""
    kind: Callback = Callback.FORM
    page: int = 0

    @property
    def holds_files(self) -> bool:
        """Whether there is a field of files on it; such a view is not updated."""
        return bool(self.files)


class Did(StrEnum):
    """What a block action is."""

    PRESS = "press"
    BACK = "back"
    MORE = "more"
    KEPT = "kept"
    TURN = "turn"
    CHANGE = "change"
    """A choice that reveals or hides other fields."""


def what_was_done(action: _Object) -> Did:
    """Which of a view's or message's controls was used. Raises ``NotOurs``."""
    name = action.get("action_id")
    if not isinstance(name, str):
        raise NotOurs
    if action.get("type") != "button":
        if named(name) is None:
            raise NotOurs
        return Did.CHANGE
    exact = {BACK: Did.BACK, MORE_ACTION: Did.MORE, KEPT_ACTION: Did.KEPT}
    if name in exact:
        return exact[name]
    return Did.TURN if name.startswith(f"{TURN}.") else Did.PRESS


def read_action(action: _Object) -> Press:
    """What a button asks for. Raises ``NotOurs``."""
    value = action.get("value")
    if action.get("type") != "button" or not isinstance(value, str):
        raise NotOurs
    try:
        return read_press(value)
    except RecursionError as wrong:  # JSON with a thousand brackets
        raise NotOurs from wrong


def read_page_turn(action: _Object) -> Turn:
    """What *Next* and *Previous* ask for. Raises ``NotOurs``."""
    if action.get("type") != "button":
        raise NotOurs
    return read_turn(action.get("value"))


def read_view(view: _Object) -> FromView:
    """What a modal or App Home is of and holds. Raises ``NotOurs`` for one that we did not make."""
    try:
        kind = Callback(str(view.get("callback_id")))
        parts = json.loads(str(view.get("private_metadata")))
    except (ValueError, RecursionError) as wrong:
        raise NotOurs from wrong
    match kind, parts:
        case ((Callback.FORM | Callback.MORE | Callback.KEPT), [str(ref)]):
            answers, files = _answers(view)
            return FromView(read_form_ref(ref), None, answers, files, kind)
        case Callback.SAVING, [str(ref)]:
            return FromView(read_form_ref(ref) if ref else None, kind=kind)
        case Callback.VIEW, [str(press), int(page)]:
            return FromView(press=read_press(press), kind=kind, page=page)
        case Callback.DONE, [str()]:
            return FromView(kind=kind)
        case Callback.HOME, [str(), int(page)]:
            return FromView(kind=kind, page=page)
        case _:
            raise NotOurs


def _answers(view: _Object) -> tuple[dict[str, Given], dict[str, tuple[str, ...]]]:
    answers: dict[str, Given] = {}
    files: dict[str, tuple[str, ...]] = {}
    for name, value in _inputs(view):
        if name.kind is Kind.FILES:
            files[name.field] = _files(value)
        elif name.joint:
            before = answers.get(name.field)
            held = before.reveal() if isinstance(before, Personal) else ""
            answers[name.field] = Personal(held + JOINED[name.joint] + _text(value))
        else:
            answers[name.field] = _given(name.kind, value)
    return answers, files


def _inputs(view: _Object) -> Iterator[tuple[Named, _Object]]:
    """Every input of the view with its state; of one that was never touched it is empty."""
    values = _object(_object(view.get("state")).get("values"))
    blocks = view.get("blocks")
    names = [
        str(block.get("block_id"))
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, Mapping) and block.get("type") == "input"
    ]
    for name in dict.fromkeys((*names, *values)):
        found = named(name)
        if found is None:
            raise NotOurs
        yield found, _object(_object(values.get(name)).get(name))


def _given(kind: Kind, value: _Object) -> Given:
    match kind:
        case Kind.ONE:
            chosen = _object(value.get("selected_option")).get("value")
            return chosen if isinstance(chosen, str) else None
        case Kind.MANY:
            ticked = value.get("selected_options")
            found = (
                [_object(each).get("value") for each in ticked] if isinstance(ticked, list) else []
            )
            return tuple(each for each in found if isinstance(each, str))
        case Kind.TEXT | Kind.LINKS:
            return Personal(_text(value))
        case Kind.WHEN:
            return Personal(_when(value))
        case Kind.FILES:
            return None
        case _:
            assert_never(kind)


def _text(value: _Object) -> str:
    typed = value.get("value")
    return typed if isinstance(typed, str) else ""


def _when(value: _Object) -> str:
    """The day, or the moment with its offset, in ISO form."""
    day, moment = value.get("selected_date"), value.get("selected_date_time")
    if isinstance(day, str):
        return day
    if type(moment) is int:
        try:
            return datetime.fromtimestamp(moment, UTC).isoformat()
        except (OverflowError, OSError, ValueError) as wrong:
            raise NotOurs from wrong
    return _text(value)


def _files(value: _Object) -> tuple[str, ...]:
    files = value.get("files")
    found = [_object(each).get("id") for each in files] if isinstance(files, list) else []
    return tuple(each for each in found if isinstance(each, str))


def _object(value: object) -> _Object:
    return value if isinstance(value, Mapping) else {}
