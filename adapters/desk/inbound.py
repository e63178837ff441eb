"""Decides what a posted form of the page means: the act, its cause and its answers.

Every field is posted under ``kind.id`` and announced by a hidden ``asks``, so that a payload can be
read without knowing the form, and a choice with nothing chosen is told from a question not asked.
Each kind comes back as one type of ``Given`` (``bot.app.inbound``). Nothing in it is trusted.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.app.inbound import Act, Asked, Changed, Given, Left, Pressed, Submitted, Upload
from bot.domain.ids import Cause
from bot.domain.personal import Personal
from bot.screens.field_names import Kind
from bot.screens.press import FormRef, NotOurs, read_form_ref, read_press

Payload = Sequence[tuple[str, str | Upload]]
"""What a browser posts: names with texts or files, in order; a name may come several times."""


class Do(StrEnum):
    """Which of the page's buttons, or what else, posted the form."""

    SAY = "say"
    SUBMIT = "submit"
    BACK = "back"
    CHANGE = "change"
    LEAVE = "leave"
    PRESS = "press"
    """Followed by a colon and the encoded press."""


@dataclass(frozen=True)
class Came:
    """An act with its cause; a double click has the same cause."""

    cause: Cause
    act: Act


def read(payload: Payload) -> Came:
    """The act that was posted. Raises ``NotOurs`` for anything that the page did not make."""
    do, _, code = _text(payload, "do").partition(":")
    try:
        return Came(_cause(payload), _act(do, code, payload))
    except RecursionError as wrong:  # JSON with a thousand brackets
        raise NotOurs from wrong


def read_answers(payload: Payload) -> dict[str, Given]:
    """The form's answers by field id. Raises ``NotOurs``."""
    asked = [value for name, value in payload if name == "asks"]
    answers: dict[str, Given] = {}
    for name in asked:
        if not isinstance(name, str) or "." not in name:
            raise NotOurs
        kind, field = name.split(".", 1)
        if kind not in set(Kind) or field in answers:
            raise NotOurs
        answers[field] = _given(Kind(kind), [value for key, value in payload if key == name])
    return answers


_COMMAND = re.compile(r"\A\s*+/?report-post(?:\s++|$)", re.IGNORECASE)


def _act(do: str, code: str, payload: Payload) -> Act:
    match do:
        case Do.SAY:
            typed = _lines(_text(payload, "text"))
            return Asked(Personal(_COMMAND.sub("", typed, count=1).strip()))
        case Do.PRESS:
            press, form = read_press(code), _form_or_none(payload)
            return Pressed(press, form, read_answers(payload)) if form else Pressed(press)
        case Do.SUBMIT | Do.BACK:
            return Submitted(_form(payload), read_answers(payload), back=do == Do.BACK)
        case Do.CHANGE:
            return Changed(_form(payload), read_answers(payload))
        case Do.LEAVE:
            return Left(_form(payload), read_answers(payload))
        case _:
            raise NotOurs


def _form(payload: Payload) -> FormRef:
    return read_form_ref(_text(payload, "form"))


def _form_or_none(payload: Payload) -> FormRef | None:
    return _form(payload) if any(name == "form" for name, _ in payload) else None


def _text(payload: Payload, name: str) -> str:
    values = [value for key, value in payload if key == name]
    if len(values) != 1 or not isinstance(values[0], str):
        raise NotOurs
    return values[0]


def _given(kind: Kind, values: list[str | Upload]) -> Given:
    texts = tuple(value for value in values if isinstance(value, str))
    uploads = tuple(value for value in values if isinstance(value, Upload))
    if kind is Kind.FILES:
        return uploads
    if uploads:
        raise NotOurs
    if kind is Kind.MANY:
        return tuple(dict.fromkeys(texts))
    if len(texts) > 1:
        raise NotOurs
    if kind is Kind.ONE:
        return texts[0] if texts else None
    return Personal(_lines(texts[0])) if texts else None


def _lines(text: str) -> str:
    """With plain line ends: browsers post CR LF (HTML, "Constructing the entry list")."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


_MARK = re.compile(r"[0-9a-f]{32}")


def _cause(payload: Payload) -> Cause:
    """The random mark of the page and all that was posted: only a repeat is a repeat.

    The mark alone would not do: answers corrected on the same page are a new act.
    """
    mark = _text(payload, "mark")
    if not _MARK.fullmatch(mark):
        raise NotOurs
    digest = hmac.new(mark.encode(), digestmod=hashlib.sha256)
    for name, value in payload:
        content = value.encode() if isinstance(value, str) else value.content
        digest.update(f"{len(name.encode())}:{name}:{len(content)}:".encode() + content)
    return Cause(f"desk:{digest.hexdigest()}")
