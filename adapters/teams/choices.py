"""Decides how a choice is offered: one option below the other, or a menu, or numbers for a list.

Teams reads the title of an option as Markdown. Where a title has any sign that could mean something
there, or was told by a person, the options stand numbered above, letter by letter, and the numbers
are what is chosen from.
"""

from adapters.teams import sizes
from adapters.teams.blocks import Drawing, lines, may_be_opened
from adapters.teams.texts import YES, Element, is_plain, told_number
from bot.domain.personal import Personal
from bot.screens.nodes import Choice, ChooseMany, ChooseOne, FormField


def choice_set(field: ChooseOne | ChooseMany, at: Drawing) -> Element:
    """The input, without its name and label."""
    chosen = [field.chosen] if isinstance(field, ChooseOne) else list(field.chosen)
    value = ",".join(each.value for each in field.options if each.value in chosen)
    made: Element = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if len(field.options) <= sizes.OPTIONS_SHOWN else "compact",
        "wrap": True,
        "choices": [
            {"title": title, "value": each.value}
            for title, each in zip(_titles(field, at), field.options, strict=True)
        ],
    }
    if isinstance(field, ChooseMany):
        made["isMultiSelect"] = True
    return {**made, "value": value} if value else made


def legend(field: FormField, at: Drawing) -> list[Element]:
    """The options in full, numbered, where their words cannot be titles."""
    if not isinstance(field, ChooseOne | ChooseMany) or not _needs_legend(field, at):
        return []
    return [
        each
        for number, option in enumerate(field.options, 1)
        for each in lines(f"{number}. {_words_of(option, number, at)}", spacing="Small")
    ]


def is_tick(field: FormField, at: Drawing) -> bool:
    """One option that says what the label says, so that the box to tick needs no other label."""
    if not isinstance(field, ChooseMany) or len(field.options) != 1:
        return False
    label = at.words.text(field.label)
    return is_plain(label) and _words_of(field.options[0], 1, at, hinted=False) == label


def _titles(field: ChooseOne | ChooseMany, at: Drawing) -> list[str]:
    numbered = _needs_legend(field, at)
    options = enumerate(field.options, 1)
    titles = [str(n) if numbered else _words_of(each, n, at) for n, each in options]
    label = at.words.text(field.label)
    # One box below its own words: "Yes" is enough, whatever signs those words have.
    return [YES] if len(titles) == 1 and titles[0] == label and not is_tick(field, at) else titles


def _needs_legend(field: ChooseOne | ChooseMany, at: Drawing) -> bool:
    if all(_says_yes(each, field, at) for each in field.options):
        return False
    told = any(isinstance(each.label, Personal) for each in field.options)
    shown = [_words_of(each, number, at) for number, each in enumerate(field.options, 1)]
    return (told and not at.withholds) or not all(is_plain(each) for each in shown)


def _says_yes(choice: Choice, field: ChooseOne | ChooseMany, at: Drawing) -> bool:
    """The only option, which repeats the label."""
    repeats = _words_of(choice, 1, at) == at.words.text(field.label)
    return repeats and len(field.options) == 1 and not isinstance(choice.label, Personal)


def _words_of(choice: Choice, number: int, at: Drawing, *, hinted: bool = True) -> str:
    """The option's words; in the chat only a number for what a person told."""
    hint = f" – {at.words.text(choice.hint)}" if hinted and choice.hint else ""
    if not isinstance(choice.label, Personal):
        return f"{at.words.text(choice.label)}{hint}"
    told = choice.label.reveal()
    if at.withholds:
        at.withheld = True
        return f"{told_number(number, link=may_be_opened(told))}{hint}"
    return f"{told}{hint}"
