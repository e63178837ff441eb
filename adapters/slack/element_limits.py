"""Decides whether an element of a block (a button, an input, its options) keeps Slack's limits."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from adapters.slack import sizes
from adapters.slack.texts import size

Found = Iterator[str]
Object = Mapping[str, object]


def element_problems(where: str, element: Object, allowed: frozenset[str]) -> Found:
    """What is wrong with an element; only the ``allowed`` types may stand there."""
    kind = str(element.get("type"))
    yield from length_within(
        f"{where}.action_id", element.get("action_id", "-"), sizes.IDENTIFIER, least=1
    )
    if kind not in allowed:
        yield f"{where}: {kind!r} does not belong here"
        return
    if "placeholder" in element:
        yield from plain_within(f"{where}.placeholder", element["placeholder"], sizes.PLACEHOLDER)
    if "confirm" in element:
        yield from _confirm(f"{where}.confirm", object_in(element["confirm"]))
    yield from _ELEMENTS[kind](where, element)


def _confirm(where: str, confirm: Object) -> Found:
    yield from plain_within(f"{where}.title", confirm.get("title"), sizes.CONFIRM_TITLE)
    yield from plain_within(f"{where}.text", confirm.get("text"), sizes.CONFIRM_TEXT)
    for name in ("confirm", "deny"):
        yield from plain_within(f"{where}.{name}", confirm.get(name), sizes.CONFIRM_BUTTON)


def _button(where: str, element: Object) -> Found:
    yield from plain_within(f"{where}.text", element.get("text"), sizes.BUTTON)
    yield from length_within(f"{where}.value", element.get("value", ""), sizes.BUTTON_VALUE)
    yield from length_within(
        f"{where}.accessibility_label", element.get("accessibility_label", ""), sizes.BUTTON
    )
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"{where}.style: {element['style']!r} is none"


def _shown(where: str, element: Object) -> Found:
    yield from _options(where, element, sizes.OPTIONS_SHOWN)


def _listed(where: str, element: Object) -> Found:
    groups = objects_in(element.get("option_groups"))
    if ("options" in element) == ("option_groups" in element):
        yield f"{where}: needs either options or option_groups"
    elif groups:
        yield from count_within(f"{where}.option_groups", groups, 1, sizes.OPTIONS_LISTED)
    for number, group in enumerate(groups):
        yield from plain_within(
            f"{where}.option_groups[{number}].label", group.get("label"), sizes.GROUP_LABEL
        )
    yield from _options(where, element, sizes.OPTIONS_LISTED)


def _options(where: str, element: Object, most: int) -> Found:
    lists = [objects_in(each.get("options")) for each in objects_in(element.get("option_groups"))]
    lists = lists or [objects_in(element.get("options"))]
    for options in lists:
        yield from count_within(f"{where}.options", options, 1, most)
        for number, option in enumerate(options):
            yield from _option(f"{where}.options[{number}]", option)
    offered = [option for options in lists for option in options]
    yield from twice(f"{where}.options", [option.get("value") for option in offered])
    initial = objects_in(element.get("initial_options"))
    initial += [object_in(element["initial_option"])] if "initial_option" in element else []
    if "initial_options" in element:
        yield from count_within(f"{where}.initial_options", initial, 1, most)
    if any(each not in offered for each in initial):
        yield f"{where}: what is chosen is not among the options"


def _option(where: str, option: Object) -> Found:
    yield from plain_within(f"{where}.text", option.get("text"), sizes.OPTION)
    yield from length_within(f"{where}.value", option.get("value"), sizes.OPTION_VALUE, least=1)
    if "description" in option:
        yield from plain_within(f"{where}.description", option["description"], sizes.OPTION)


def _typed(where: str, element: Object) -> Found:
    most = element.get("max_length", sizes.TYPED)
    if not (isinstance(most, int) and 1 <= most <= sizes.TYPED):
        yield f"{where}.max_length: {most!r} is not 1 to {sizes.TYPED}"
        most = sizes.TYPED
    yield from length_within(f"{where}.initial_value", element.get("initial_value", ""), most)


def _date(where: str, element: Object) -> Found:
    initial = element.get("initial_date", "2026-01-01")
    if not (isinstance(initial, str) and len(initial) == len("YYYY-MM-DD")):
        yield f"{where}.initial_date: {initial!r} is no YYYY-MM-DD"


def _moment(where: str, element: Object) -> Found:
    # elements/datetime-picker-element: "a UNIX timestamp … 10 digits"
    initial = element.get("initial_date_time", 10**9)
    if not (isinstance(initial, int) and 10**9 <= initial < 10**10):
        yield f"{where}.initial_date_time: {initial!r} has not 10 digits"


def _files(where: str, element: Object) -> Found:
    most = element.get("max_files", sizes.FILES)
    if not (isinstance(most, int) and 1 <= most <= sizes.FILES):
        yield f"{where}.max_files: {most!r} is not 1 to {sizes.FILES}"
    types = element.get("filetypes", ["png"])
    if not isinstance(types, list) or not types or not all(map(_is_ending, types)):
        yield f"{where}.filetypes: {types!r} are no endings of files"


def _is_ending(given: object) -> bool:
    """As in ``docx``, without a dot."""
    return isinstance(given, str) and given.isalnum() and given == given.lower()


_ELEMENTS: Final[Mapping[str, Callable[[str, Object], Found]]] = {
    "button": _button,
    "radio_buttons": _shown,
    "checkboxes": _shown,
    "static_select": _listed,
    "multi_static_select": _listed,
    "plain_text_input": _typed,
    "datepicker": _date,
    "datetimepicker": _moment,
    "file_input": _files,
}
PRESSED: Final = frozenset({"button"})
ASKED: Final = frozenset(_ELEMENTS) - PRESSED
"""file_input is among them: it stands in an input block only (elements/file-input-element)."""


def twice(name: str, given: Sequence[object]) -> Found:
    """What stands more than once and must not."""
    for each, times in Counter(given).items():
        if times > 1:
            yield f"{name}: {each!r} stands {times} times"


def plain_within(where: str, text: object, most: int) -> Found:
    """A ``plain_text`` object of at most that length, and not blank."""
    found = object_in(text)
    if found.get("type") != "plain_text":
        yield f"{where}: is no plain_text"
    else:
        yield from length_within(where, found.get("text"), most, least=1)


def length_within(where: str, text: object, most: int, *, least: int = 0) -> Found:
    """A text of that length; with ``least`` it is not blank either."""
    if not isinstance(text, str):
        yield f"{where}: is missing"
    elif not least <= size(text) <= most or (least and not text.strip()):
        yield f"{where}: {size(text)} characters, not {least} to {most}"


def count_within(where: str, items: Sequence[object] | Object, least: int, most: int) -> Found:
    """So many of them."""
    if not least <= len(items) <= most:
        yield f"{where}: {len(items)} of them, not {least} to {most}"


def object_in(value: object) -> Object:
    """The value if it is an object; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def objects_in(value: object) -> list[Object]:
    """The objects of a list; none if it is no list."""
    return [object_in(each) for each in value] if isinstance(value, list | tuple) else []
