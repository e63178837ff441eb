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


def choice_of(field: ChooseOne | ChooseMany, at: Drawing) -> tuple[list[Element], Element]:
    """What stands above the input, and the input, without its name and label.

    Above it stand the options in full, numbered, where their words cannot be titles.
    """
    shown = [_words_of(each, number, at) for number, each in enumerate(field.options, 1)]
    numbered = _needs_legend(field, shown, at)
    above = [
        each
        for number, words in enumerate(shown if numbered else (), 1)
        for each in lines(f"{number}. {words}", spacing="Small")
    ]
    titles = [str(number) for number, _ in enumerate(shown, 1)] if numbered else shown
    return above, _choice_set(field, _titles(field, titles, at))


def _choice_set(field: ChooseOne | ChooseMany, titles: list[str]) -> Element:
    chosen = [field.chosen] if isinstance(field, ChooseOne) else list(field.chosen)
    value = ",".join(each.value for each in field.options if each.value in chosen)
    made: Element = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if len(field.options) <= sizes.OPTIONS_SHOWN else "compact",
        "wrap": True,
        "choices": [
            {"title": title, "value": each.value}
            for title, each in zip(titles, field.options, strict=True)
        ],
    }
    if isinstance(field, ChooseMany):
        made["isMultiSelect"] = True
    return {**made, "value": value} if value else made


def is_tick(field: FormField, at: Drawing) -> bool:
    """One option that says what the label says, so that the box to tick needs no other label."""
    if not isinstance(field, ChooseMany) or len(field.options) != 1:
        return False
    label = at.words.text(field.label)
    return is_plain(label) and _words_of(field.options[0], 1, at, hinted=False) == label


def _titles(field: ChooseOne | ChooseMany, titles: list[str], at: Drawing) -> list[str]:
    if len(titles) != 1 or titles[0] != at.words.text(field.label) or is_tick(field, at):
        return titles
    # One box below its own words: "Yes" is enough, whatever signs those words have.
    return [YES]


def _needs_legend(field: ChooseOne | ChooseMany, shown: list[str], at: Drawing) -> bool:
    if _says_yes(field, shown, at):
        return False
    told = any(isinstance(each.label, Personal) for each in field.options)
    return (told and not at.withholds) or not all(is_plain(each) for each in shown)


def _says_yes(field: ChooseOne | ChooseMany, shown: list[str], at: Drawing) -> bool:
    """The only option, which repeats the label."""
    if len(shown) != 1 or isinstance(field.options[0].label, Personal):
        return False
    return shown[0] == at.words.text(field.label)


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
