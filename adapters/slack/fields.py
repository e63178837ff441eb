"""Decides how each kind of field is asked in a modal, and under which ids its answer comes back.

An input block is called ``kind.field``, so that an answer can be read without knowing the form. A
text of more than 3,000 characters stands in several inputs, ``text.field~1s`` and so on, with their
number and how they are joined again (``n`` by a new line, ``s`` by a blank, ``x`` by nothing).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, assert_never

from adapters.slack import sizes
from adapters.slack.blocks import Drawing, bold, emoji, paragraph, rich, section, text
from adapters.slack.choices import choose_many, choose_one, legend
from adapters.slack.texts import (
    KEPT_FULL,
    NOTHING_TO_CHOOSE,
    Block,
    fits,
    pieces,
    plain,
    shortened,
    size,
)
from bot.domain.personal import Personal
from bot.screens.facts import Plain
from bot.screens.field_names import Kind, name_of
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

FILETYPES: Final = ("png", "jpg", "jpeg", "webp", "pdf")
LETTER_FILETYPES: Final = ("docx", "pdf")
"""What the picker offers; what really came is looked at again (bot.domain.uploads)."""


@dataclass(frozen=True)
class Asking:
    """How a form's fields are asked: with what is wrong, and whether a choice is told at once."""

    at: Drawing
    errors: Mapping[str, Plain]
    tells: bool = True


def is_asked(field: FormField) -> bool:
    """Whether the field has an input at all: not where nothing is offered or no more is taken."""
    match field:
        case ChooseOne(options=options) | ChooseMany(options=options):
            return bool(options)
        case AddFiles(kept=kept, most=most):
            return len(kept) < most
        case _:
            return True


def ask(field: FormField, asking: Asking) -> list[Block]:
    """The field's blocks: what is wrong, what the label has no room for, and its input."""
    words = asking.at.words
    error = asking.errors.get(field.id)
    above = warning(words.text(error)) if error else []
    label = words.text(field.label)
    told = field.told.reveal() if field.told else ""
    whole = f"{label}: {told}" if told else label
    hint = words.text(field.why) if field.why else ""
    if not fits(whole, sizes.LABEL):
        above += paragraph(whole)
    if not fits(hint, sizes.HINT):
        above += paragraph(hint)
    if not is_asked(field):
        nothing = KEPT_FULL if isinstance(field, AddFiles) else NOTHING_TO_CHOOSE
        return [*above, *rich(section(bold(shortened(whole, sizes.LABEL)))), *paragraph(nothing)]
    inputs = _inputs(field, asking)
    above += legend(field, asking.at)
    return [*above, *_labelled(field, inputs, shortened(whole, sizes.LABEL), hint, asking)]


def _labelled(
    field: FormField, inputs: Sequence[tuple[str, Block]], label: str, hint: str, asking: Asking
) -> list[Block]:
    blocks: list[Block] = []
    for number, (name, element) in enumerate(inputs):
        block: Block = {
            "type": "input",
            "block_id": name,
            "label": plain(label if number == 0 else f"{shortened(label, 200)} ({number + 1})"),
            "element": {**element, "action_id": name},
            "optional": number > 0 or not _is_needed(field),
        }
        if hint and number == 0 and fits(hint, sizes.HINT):
            block["hint"] = plain(hint)
        if asking.tells and isinstance(field, ChooseOne | ChooseMany) and field.reveals:
            block["dispatch_action"] = True
        blocks.append(block)
    return blocks


def _is_needed(field: FormField) -> bool:
    return field.required and not (isinstance(field, AddFiles) and field.kept)


def warning(sentence: str) -> list[Block]:
    """What is wrong, where Slack's own red line cannot say it."""
    said = [section(bold(each)) for each in pieces(sentence, sizes.SECTION - 100)]
    return (
        rich(section(emoji("warning")), *said)
        if len(said) > 1
        else rich(section(emoji("warning"), text(" "), bold(sentence)))
    )


def _inputs(field: FormField, asking: Asking) -> list[tuple[str, Block]]:
    name = name_of(field)
    match field:
        case ChooseOne():
            return [(name, choose_one(field, asking.at))]
        case ChooseMany():
            return [(name, choose_many(field, asking.at))]
        case ShortText():
            return _typed(name, _revealed(field.value), field.most, multiline=False)
        case LongText():
            return _typed(name, _revealed(field.value), field.most, multiline=True)
        case Links():
            value = "\n".join(link.reveal() for link in field.value)
            return _typed(name, value, sizes.TYPED, multiline=True)
        case PickDate():
            return [(name, _pick_date(field, asking.at))]
        case AddFiles():
            most = max(1, min(sizes.FILES, field.most - len(field.kept)))
            types = list(LETTER_FILETYPES if field.letters else FILETYPES)
            return [(name, {"type": "file_input", "filetypes": types, "max_files": most})]
        case _:
            assert_never(field)


def _revealed(value: Personal | None) -> str:
    return value.reveal() if value is not None else ""


def _typed(name: str, value: str, most: int, *, multiline: bool) -> list[tuple[str, Block]]:
    """One input, or as many as the text needs that is there already."""
    found = []
    for number, (joint, part) in enumerate(_parts(value)):
        element: Block = {
            "type": "plain_text_input",
            "multiline": multiline or "\n" in value or "\r" in value,
            "max_length": min(sizes.TYPED, max(most, size(part), 1)),
        }
        if part:
            element["initial_value"] = part
        found.append((f"{name}~{number}{joint}" if number else name, element))
    return found


_JOINTS: Final = {"\n": "n", " ": "s"}
JOINED: Final = {"n": "\n", "s": " ", "x": ""}
"""What stood between two parts of a long text."""


def _parts(value: str) -> list[tuple[str, str]]:
    """The text in parts, each with what joins it to the part before."""
    found: list[tuple[str, str]] = []
    joint = ""
    for part in pieces(value, sizes.TYPED):
        # A blank at a part's end would be lost if Slack trims what comes back.
        tail = _JOINTS.get(part[-1:], "x")
        found.append((joint, part if tail == "x" else part[:-1]))
        joint = tail
    if joint != "x" and value:
        last, part = found[-1]
        found[-1] = (last, part + JOINED[joint])
    return found


_FIRST: Final = 10**9
"""Slack's picker takes Unix times of 10 digits (elements/datetime-picker-element): 2001 to 2286."""


def _pick_date(field: PickDate, at: Drawing) -> Block:
    value = field.value
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=at.words.zone)
    if not field.with_time:
        day = value.astimezone(at.words.zone).date() if isinstance(value, datetime) else value
        return {"type": "datepicker", **({"initial_date": day.isoformat()} if day else {})}
    if value is None:
        return {"type": "datetimepicker"}
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), at.words.zone)
    seconds = int(value.timestamp())
    if not _FIRST <= seconds < 10 * _FIRST:
        return {"type": "plain_text_input", "initial_value": value.isoformat()}
    return {"type": "datetimepicker", "initial_date_time": seconds}


_NAME: Final = re.compile(
    r"(?P<kind>[a-z]+)\.(?P<field>[^~]+)(?:~(?P<number>\d+)(?P<joint>[nsx]))?"
)


@dataclass(frozen=True)
class Named:
    """What an input block's name says."""

    kind: Kind
    field: str
    joint: str = ""
    """How this part of a long text is joined to the one before; nothing for the first."""


def named(name: str) -> Named | None:
    """The field of an input block; ``None`` for a block that is none of ours."""
    found = _NAME.fullmatch(name)
    if not found or found["kind"] not in set(Kind):
        return None
    return Named(Kind(found["kind"]), found["field"], found["joint"] or "")
