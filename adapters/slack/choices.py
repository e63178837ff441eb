"""Decides how a choice is offered: as buttons or a menu, and where long options stand in full."""

from adapters.slack import sizes
from adapters.slack.blocks import RICH, Drawing, rich, section, text
from adapters.slack.texts import YES, Block, fits, pieces, plain, shortened
from bot.domain.personal import Personal
from bot.screens.nodes import Choice, ChooseMany, ChooseOne, FormField


def choose_one(field: ChooseOne, at: Drawing) -> Block:
    """Radio buttons, or a menu where they are too many."""
    options = _offered(field, at)
    chosen = [each for each in options if each["value"] == field.chosen]
    initial: Block = {"initial_option": chosen[0]} if chosen else {}
    if len(options) <= sizes.OPTIONS_SHOWN:
        return {"type": "radio_buttons", "options": options, **initial}
    return {"type": "static_select", **_listed(options), **initial}


def choose_many(field: ChooseMany, at: Drawing) -> Block:
    """Boxes to tick, or a menu where they are too many."""
    options = _offered(field, at)
    chosen = [each for each in options if each["value"] in field.chosen]
    initial: Block = {"initial_options": chosen} if chosen else {}
    if len(options) <= sizes.OPTIONS_SHOWN:
        return {"type": "checkboxes", "options": options, **initial}
    return {"type": "multi_static_select", **_listed(options), **initial}


def _listed(options: list[Block]) -> Block:
    most = sizes.OPTIONS_LISTED
    if len(options) <= most:
        return {"options": options}
    groups = [
        {"label": plain(f"{start + 1}–{start + most}"), "options": options[start : start + most]}
        for start in range(0, len(options), most)
    ]
    return {"option_groups": groups}


def _offered(field: ChooseOne | ChooseMany, at: Drawing) -> list[Block]:
    """The options; where one is too long for Slack they are numbered and listed in full above."""
    numbered = _needs_legend(field, at)
    tick = _is_tick(field, at)
    return [
        _option(number, each, at, numbered=numbered, tick=tick)
        for number, each in enumerate(field.options, 1)
    ]


def _option(number: int, choice: Choice, at: Drawing, *, numbered: bool, tick: bool) -> Block:
    label = YES if tick else _label_of(choice, at)
    shown = shortened(f"{number}. {label}" if numbered else label, sizes.OPTION)
    option: Block = {"text": plain(shown), "value": choice.value}
    if choice.hint and not numbered:
        option["description"] = plain(at.words.text(choice.hint))
    return option


def _label_of(choice: Choice, at: Drawing) -> str:
    """An option's words, which may be what a person told."""
    return (
        choice.label.reveal() if isinstance(choice.label, Personal) else at.words.text(choice.label)
    )


def _is_tick(field: ChooseOne | ChooseMany, at: Drawing) -> bool:
    """One option that says what the label says: *Yes* is enough."""
    options = field.options
    return len(options) == 1 and _label_of(options[0], at) == at.words.text(field.label)


def _needs_legend(field: ChooseOne | ChooseMany, at: Drawing) -> bool:
    # A tick says no more than "Yes", but what is hinted at beside it may still be too long.
    texts = [] if _is_tick(field, at) else [_label_of(each, at) for each in field.options]
    texts += [at.words.text(each.hint) for each in field.options if each.hint]
    return not all(fits(each, sizes.OPTION) for each in texts)


def legend(field: FormField, at: Drawing) -> list[Block]:
    """The options in full, numbered, where the buttons have no room for them."""
    if not isinstance(field, ChooseOne | ChooseMany) or not _needs_legend(field, at):
        return []
    lines = []
    for number, each in enumerate(field.options, 1):
        hint = f" ({at.words.text(each.hint)})" if each.hint else ""
        lines += [
            section(text(part)) for part in pieces(f"{number}. {_label_of(each, at)}{hint}", RICH)
        ]
    return rich(*lines)
