"""Decides what a button is: what stands on it, what it does where, and what is asked before."""

from collections.abc import Iterable, Mapping, Sequence

from adapters.teams import sizes
from adapters.teams.blocks import Drawing, Shell, button_rows, lines
from adapters.teams.carried import FALLBACK, OURS, Did, carried
from adapters.teams.texts import ANSWER, Element, or_dash, shortened
from bot.screens.nodes import Action
from bot.screens.say import Say


def actions(given: Sequence[Action], at: Drawing, *, in_list: bool = False) -> list[Element]:
    """A row of buttons; what a button has no room for stands above it in full."""
    return [
        *left_out(given, at, in_list=in_list),
        *button_rows([button(each, at, in_list=in_list) for each in given]),
    ]


def left_out(given: Iterable[Action], at: Drawing, *, in_list: bool = False) -> list[Element]:
    """What the buttons have no room for."""
    found: list[Element] = []
    for each in given:
        label = label_in_list(each, at) if in_list else at.words.text(each.label)
        asked = at.words.text(each.confirm) if each.confirm else ""
        found += lines(label, spacing="Small") if len(label) > sizes.BUTTON else []
        found += lines(asked, spacing="Small") if len(asked) > sizes.RICH else []
    return found


def label_in_list(action: Action, at: Drawing) -> str:
    """What stands on the button beside a line that names the step already."""
    return ANSWER if action.label.key is Say.ANSWER else at.words.text(action.label)


def button(action: Action, at: Drawing, *, in_list: bool = False) -> Element:
    """A button that carries its press. ``in_list``: beside a line that says what it is about.

    One that cannot be undone opens its question, with the button that does it.
    """
    label = at.words.text(action.label)
    short = label_in_list(action, at) if in_list else label
    made = pressed(short, carried(Did.PRESS, at.on, press=action.press), at.shell)
    if short != label or len(short) > sizes.BUTTON:
        made = styled(made, tooltip=shortened(label, sizes.ALT_TEXT))
    # One loud button on a screen helps; one on every line of a list does not.
    if action.danger or (action.primary and not in_list):
        made = styled(made, style="destructive" if action.danger else "positive")
    return _asked_first(made, at.words.text(action.confirm)) if action.confirm else made


def _asked_first(made: Element, question: str) -> Element:
    body = lines(shortened(question, sizes.RICH))
    asked = {"type": "AdaptiveCard", "body": body, "actions": [made]}
    shows: Element = {"type": "Action.ShowCard", "title": made["title"], "card": asked}
    return {**shows, **{name: made[name] for name in ("tooltip", "style") if name in made}}


def styled(made: Element, **more: object) -> Element:
    """The button with more to it, and so what stands for it where there is no Action.Execute."""
    if "fallback" in made:
        made = {**made, "fallback": {**made["fallback"], **more}}
    return {**made, **more}


def pressed(label: str, data: Mapping[str, object], shell: Shell | None) -> Element:
    """A button: in a message it opens a dialog, in a dialog it submits, in the chat it executes."""
    title = or_dash(shortened(label, sizes.BUTTON))
    submit: Element = {"type": "Action.Submit", "title": title, "data": dict(data)}
    match shell:
        case None:
            return opening(submit)
        case Shell.DIALOG | Shell.MESSAGE:
            return submit
        case Shell.CHAT:
            return executing(submit)


def opening(submit: Element) -> Element:
    """The button that asks for a dialog (task-modules-bots, ``task/fetch``)."""
    return {**submit, "data": {**submit["data"], "msteams": {"type": "task/fetch"}}}


def executing(submit: Element) -> Element:
    """The button whose answer takes the card's place, and what it is in older clients."""
    ours = submit["data"][OURS]
    older = {**submit, "data": {OURS: {**ours, FALLBACK: True}}}
    return {**submit, "type": "Action.Execute", "verb": ours["did"], "fallback": older}
