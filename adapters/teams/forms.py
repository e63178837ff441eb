"""Decides how a form stands on a card, in a dialog or in the chat.

A dialog shows what was answered, for as long as it is open. In the chat Teams keeps the card:
nothing that a person told stands on it. A text that was written is "kept" there, and shown on
demand; leaving its field empty changes nothing. A dialog does the same with texts for which an
answer to Teams has no room.
"""

from collections.abc import Iterator
from typing import Final

from adapters.teams import sizes
from adapters.teams.blocks import Drawing, Shell, card_of, container, heading, warning, weight
from adapters.teams.buttons import actions, pressed, styled
from adapters.teams.carried import Did, Inputs, carried
from adapters.teams.fields import Asking, TextField, ask, is_asked, is_kept, value_of
from adapters.teams.nodes import draw_nodes
from adapters.teams.texts import LOOK_BELOW, MORE, SEE_TOLD, SEE_WROTE, Card, Element
from bot.screens.facts import plain
from bot.screens.field_names import name_of
from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    Form,
    FormField,
    Links,
    LongText,
    PickDate,
    ShortText,
)
from bot.screens.press import Verb, what_was_told
from bot.screens.say import Say
from bot.screens.wording import Words

MORE_ID: Final = "more"
"""The box of the folded fields."""


class TooLong(ValueError):
    """A form has more than Teams takes; it is one card and cannot be cut."""


def form_card(form: Form, words: Words, shell: Shell) -> Card:
    """The form's page. Raises ``TooLong`` where even without its texts there is too much."""
    room = sizes.CARD_BYTES if shell is Shell.CHAT else sizes.ANSWER_BYTES
    taken = 0
    for card in _ways(form, words, shell):
        taken = weight(card)
        if taken <= room:
            return card
    raise TooLong(
        f"A form needs {taken} bytes, and Teams takes {room}: "
        "ask fewer questions on one page of the policy."
    )


def _ways(form: Form, words: Words, shell: Shell) -> Iterator[Card]:
    """The card as it should be, then ever smaller."""
    yield _card(form, Drawing(words, shell, withholds=shell is Shell.CHAT))
    if shell is Shell.CHAT:
        yield _card(form, Drawing(words, shell, withholds=True, sparing=True))
        return
    unseen: set[str] = set()
    for field in _not_needed(form):
        unseen.add(field.id)
        yield _card(form, Drawing(words, shell), frozenset(unseen))


def _not_needed(form: Form) -> list[TextField]:
    """The texts that are kept without the card, as a report's are in its draft; longest first."""
    if form.ref.press.verb is not Verb.REPORT:
        return []
    fields = (*form.fields, *form.more)
    texts = [each for each in fields if isinstance(each, ShortText | LongText | Links)]
    return sorted(texts, key=lambda field: len(value_of(field)), reverse=True)


def _card(form: Form, at: Drawing, too_long: frozenset[str] = frozenset()) -> Card:
    words = at.words
    asking = Asking(at, form.errors, too_long)
    at.on = _inputs(form, asking)
    title = words.text(form.title)
    titled = at.withholds or len(title) > sizes.TITLE
    body = [
        *(heading(title) if titled else ()),
        *_what_is_wrong(form, words),
        *(each for piece in draw_nodes(form.intro, at) for each in piece.drawn()),
        *actions(form.actions, at),
        *(ask(each, asking) for each in form.fields),
        *_folded(form, asking),
    ]
    return card_of(body, title, _feet(form, at))


def _inputs(form: Form, asking: Asking) -> Inputs:
    asked = [each for each in (*form.fields, *form.more) if is_asked(each)]
    kept = [name_of(each) for each in asked if is_kept(each, asking)]
    return Inputs(form.ref, [name_of(each) for each in asked], kept)


def _what_is_wrong(form: Form, words: Words) -> list[Element]:
    """With the whole form; else where to look, because the page begins anew at its top."""
    whole = form.errors.get("")
    if whole:
        return warning(words.text(whole))
    return warning(LOOK_BELOW) if form.errors else []


def _folded(form: Form, asking: Asking) -> list[Element]:
    if not form.more:
        return []
    opens = any(each.id in form.errors or _is_answered(each) for each in form.more)
    toggle = {"type": "Action.ToggleVisibility", "title": MORE, "targetElements": [MORE_ID]}
    box = container([ask(each, asking) for each in form.more], id=MORE_ID)
    row: Element = {"type": "ActionSet", "spacing": "Large", "actions": [toggle]}
    return [row, box if opens else {**box, "isVisible": False}]


def _is_answered(field: FormField) -> bool:
    match field:
        case ChooseOne(chosen=chosen):
            return chosen is not None
        case ChooseMany(chosen=several):
            return bool(several)
        case ShortText() | LongText() | Links():
            return bool(value_of(field))
        case PickDate(value=value):
            return value is not None
        case AddFiles(kept=kept):
            return bool(kept)


def _feet(form: Form, at: Drawing) -> list[Element]:
    """The form's own buttons; drawn last, because they say whether something was withheld."""
    submit = pressed(at.words.text(form.submit), carried(Did.SUBMIT, at.on), at.shell)
    buttons = [styled(submit, style="positive")]
    if form.back:
        label = at.words.text(plain(Say.BACK))
        buttons.append(pressed(label, carried(Did.BACK, at.on), at.shell))
    if at.withheld and what_was_told(form.ref):
        wrote = isinstance(at.on, Inputs) and at.on.kept
        see = SEE_WROTE if wrote else SEE_TOLD
        buttons.append(pressed(see, carried(Did.SEE, at.on), at.shell))
    return buttons
