"""Decides how each kind of field is asked on the page, and what it shows as answered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from markupsafe import Markup

from adapters.desk.drawing import Drawing, draw
from adapters.desk.nodes import words_of
from bot.screens.facts import Plain
from bot.screens.field_names import name_of
from bot.screens.nodes import (
    AddFiles,
    Choice,
    ChooseMany,
    ChooseOne,
    FormField,
    KeptFileLine,
    Links,
    LongText,
    PickDate,
    ShortText,
)

_T = "fields.html"
_KINDS: Final = {
    "image/png": "Picture (PNG)",
    "image/jpeg": "Picture (JPEG)",
    "image/webp": "Picture (WebP)",
    "application/pdf": "PDF",
}


def draw_field(
    field: FormField, errors: Mapping[str, Plain], at: Drawing, *, folded: bool = False
) -> Markup:
    """The field with its label, the reason why it is asked, its answer and what is wrong with it.

    ``folded``: what it stands under says already that it may be left out.
    """
    error = errors.get(field.id)
    head: dict[str, object] = {
        "id": f"f-{field.id}",
        "name": name_of(field),
        "label": at.text(field.label),
        "told": field.told.reveal() if field.told else "",
        "why": at.text(field.why) if field.why else "",
        "optional": not field.required and not folded,
        "error": at.text(error) if error else "",
    }
    match field:
        case ChooseOne():
            chosen = (field.chosen,) if field.chosen is not None else ()
            return _choices("radio", field, chosen, head, at)
        case ChooseMany():
            return _choices("checkbox", field, field.chosen, head, at)
        case ShortText():
            value = field.value.reveal() if field.value is not None else ""
            return draw(_T, "short_text", head=head, value=value)
        case LongText():
            value = field.value.reveal() if field.value is not None else ""
            return draw(_T, "long_text", head=head, value=value, rows=4, links=False)
        case Links():
            value = "\n".join(link.reveal() for link in field.value)
            return draw(_T, "long_text", head=head, value=value, rows=2, links=True)
        case PickDate():
            return _pick_date(field, head, at)
        case AddFiles():
            return _add_files(field, head)
        case _:
            assert_never(field)


def _choices(
    kind: str,
    field: ChooseOne | ChooseMany,
    chosen: tuple[str, ...],
    head: dict[str, object],
    at: Drawing,
) -> Markup:
    options = [_option(option, chosen, at) for option in field.options]
    lone_tick = kind == "checkbox" and len(field.options) == 1
    return draw(
        _T,
        "choices",
        head=head,
        kind=kind,
        options=options,
        reveals=field.reveals,
        tick=lone_tick and options[0]["label"] == head["label"],
        hints=any(option["hint"] for option in options),
    )


def _option(option: Choice, chosen: tuple[str, ...], at: Drawing) -> dict[str, object]:
    return {
        "value": option.value,
        "label": words_of(option.label, at),
        "hint": at.text(option.hint) if option.hint else "",
        "alone": option.alone,
        "chosen": option.value in chosen,
    }


def _pick_date(field: PickDate, head: dict[str, object], at: Drawing) -> Markup:
    kind = "datetime-local" if field.with_time else "date"
    value = _local(field.value, at.words.zone, with_time=field.with_time)
    return draw(_T, "pick_date", head=head, kind=kind, value=value)


def _local(value: datetime | date | None, zone: ZoneInfo, *, with_time: bool) -> str:
    """As a browser's date field takes it: local, to the minute (HTML, "Dates and times")."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(zone) if value.tzinfo else value
        return f"{local:%Y-%m-%dT%H:%M}" if with_time else f"{local:%Y-%m-%d}"
    return f"{value.isoformat()}T00:00" if with_time else value.isoformat()


def _add_files(field: AddFiles, head: dict[str, object]) -> Markup:
    if field.letters:
        return draw(_T, "add_letter", head=head)
    kept = [_kept(number, file) for number, file in enumerate(field.kept, 1)]
    return draw(_T, "add_files", head=head, kept=kept)


def _kept(number: int, file: KeptFileLine) -> dict[str, object]:
    return {
        "number": number,
        "kind": _KINDS.get(file.media_type, "File"),
        "size": _size(file.size),
        "do": f"press:{file.remove.encode()}",
    }


def _size(size: int) -> str:
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, round(size / 1024))} KB"
