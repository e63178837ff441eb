"""Decides how each kind of field is asked on a card, and under which names its answer comes back.

The names are ``bot.screens.field_names``'; a moment's time has a name of its own beside its day's.
Nothing is required of a client: *Back* must work on an empty page, and what is wrong is said by us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, assert_never

from adapters.teams.attach import add_files
from adapters.teams.blocks import Drawing, container, line, lines, may_be_opened, small, warning
from adapters.teams.carried import CLEAR
from adapters.teams.carried import TIME as TIME_SUFFIX
from adapters.teams.choices import choice_of, is_tick
from adapters.teams.texts import (
    CLEAR as CLEAR_LABEL,
)
from adapters.teams.texts import (
    KEPT_LONG,
    KEPT_TEXT,
    NOTHING_TO_CHOOSE,
    OPTIONAL,
    TIME,
    Element,
    or_dash,
    told_number,
)
from bot.screens.facts import Plain
from bot.screens.field_names import name_of
from bot.screens.nodes import (
    AddFiles,
    ChooseMany,
    ChooseOne,
    FormField,
    Links,
    LongText,
    PickDate,
    ShortText,
)

TextField = ShortText | LongText | Links


@dataclass(frozen=True)
class Asking:
    """How a form's fields are asked."""

    at: Drawing
    errors: Mapping[str, Plain]
    too_long: frozenset[str] = frozenset()
    """Fields whose text a dialog has no room to show."""


def value_of(field: TextField) -> str:
    """The text that a field of text holds."""
    if isinstance(field, Links):
        return "\n".join(link.reveal() for link in field.value)
    return field.value.reveal() if field.value is not None else ""


def is_kept(field: FormField, asking: Asking) -> bool:
    """Whether the field holds a text that is not shown."""
    if not isinstance(field, ShortText | LongText | Links) or not value_of(field).strip():
        return False
    return asking.at.withholds or field.id in asking.too_long


def is_asked(field: FormField) -> bool:
    """Whether it has an input: not where nothing is offered, and cards have none for files."""
    match field:
        case ChooseOne(options=options) | ChooseMany(options=options):
            return bool(options)
        case AddFiles():
            return False
        case _:
            return True


def ask(field: FormField, asking: Asking) -> Element:
    """The field: what is wrong, what it is about, its input, and why it is asked."""
    at = asking.at
    error = asking.errors.get(field.id)
    items = [
        *(warning(at.words.text(error)) if error else ()),
        *_about(field, at),
        *_asked(field, asking),
        *(small(at.words.text(field.why)) if field.why else ()),
    ]
    return container(items, spacing="Large")


def _about(field: FormField, at: Drawing) -> list[Element]:
    """What the label alone does not say, such as the link that is asked about."""
    if field.told is None:
        return []
    told = field.told.reveal()
    if at.withholds:
        at.withheld = True
        shown = told_number(next(at.told_numbers), link=may_be_opened(told))
        return [line(shown)]
    return lines(told)


def _asked(field: FormField, asking: Asking) -> list[Element]:
    match field:
        case ChooseOne() | ChooseMany():
            return _choose(field, asking.at)
        case ShortText() | LongText() | Links():
            return _typed(field, asking)
        case PickDate():
            return _pick_date(field, asking.at)
        case AddFiles():
            return add_files(field, label_of(field, asking.at), asking.at)
        case _:
            assert_never(field)


def label_of(field: FormField, at: Drawing) -> str:
    """The question, and whether it may be left out."""
    label = or_dash(at.words.text(field.label))
    return label if field.required or is_tick(field, at) else f"{label} {OPTIONAL}"


def _choose(field: ChooseOne | ChooseMany, at: Drawing) -> list[Element]:
    if not is_asked(field):
        return [*lines(label_of(field, at), weight="Bolder"), line(NOTHING_TO_CHOOSE)]
    above, choice = choice_of(field, at)
    made = {"id": name_of(field), **choice}
    if not is_tick(field, at):
        made["label"] = label_of(field, at)
    return [*above, made]


_LINES_OF_LINKS: Final = 20_000
"""Characters for links; how many they may be is said by the product."""


def _typed(field: TextField, asking: Asking) -> list[Element]:
    value = value_of(field)
    kept = is_kept(field, asking)
    most = _LINES_OF_LINKS if isinstance(field, Links) else field.most
    made: Element = {
        "type": "Input.Text",
        "id": name_of(field),
        "label": label_of(field, asking.at),
        "isMultiline": not isinstance(field, ShortText) or "\n" in value or "\r" in value,
        # Clients count in UTF-16, and a text that is there already must fit.
        "maxLength": max(most, len(value.encode("utf-16-le")) // 2),
    }
    if not kept:
        return [{**made, "value": value} if value else made]
    if asking.at.withholds:
        asking.at.withheld = True
    said = KEPT_TEXT if asking.at.withholds else KEPT_LONG
    clear = {
        "type": "Input.Toggle",
        "id": f"{CLEAR}{name_of(field)}",
        "title": CLEAR_LABEL,
        "value": "false",
        "spacing": "None",
    }
    return [made, *small(said), clear]


def _pick_date(field: PickDate, at: Drawing) -> list[Element]:
    value = field.value
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=at.words.zone)
        local: datetime | None = zoned.astimezone(at.words.zone)
    else:
        local = datetime.combine(value, time(), at.words.zone) if value else None
    day: Element = {"type": "Input.Date", "id": name_of(field), "label": label_of(field, at)}
    if local:
        day["value"] = local.date().isoformat()
    if not field.with_time:
        return [day]
    hour: Element = {"type": "Input.Time", "id": f"{name_of(field)}{TIME_SUFFIX}", "label": TIME}
    if local:
        hour["value"] = f"{local:%H:%M}"
    columns = [
        {"type": "Column", "width": width, "items": [each], "verticalContentAlignment": "Bottom"}
        for each, width in ((day, 2), (hour, 1))
    ]
    return [{"type": "ColumnSet", "columns": columns}]
