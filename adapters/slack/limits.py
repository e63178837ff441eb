"""Decides whether Slack would take a payload: every documented limit, and no id twice.

No validator finds all of these (FACTS): slack_sdk's models know about half, and none sees that a
``block_id`` or an ``action_id`` stands twice. The numbers and their sources are in ``sizes``.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from adapters.slack import sizes
from adapters.slack.element_limits import (
    ASKED,
    PRESSED,
    Found,
    Object,
    count_within,
    element_problems,
    length_within,
    object_in,
    objects_in,
    plain_within,
    twice,
)
from adapters.slack.texts import size


def problems_in(payload: Mapping[str, object]) -> tuple[str, ...]:
    """What Slack would not take: of a view, a message, or the answer to a submission."""
    if "response_action" in payload:
        return tuple(_answer(payload))
    found = _view(payload) if payload.get("type") in {"modal", "home"} else _message(payload)
    return tuple(found)


def _answer(payload: Object) -> Found:
    match payload["response_action"]:
        case "update" | "push":
            yield from _view(object_in(payload.get("view")))
        case "errors":
            errors = object_in(payload.get("errors"))
            yield from count_within("errors", errors, 1, sizes.VIEW_BLOCKS)
            for block_id, text in errors.items():
                yield from length_within(f"errors.{block_id}", text, sizes.SECTION, least=1)
        case "clear":
            return
        case other:
            yield f"response_action: {other!r} is none"


def _message(payload: Object) -> Found:
    blocks = objects_in(payload.get("blocks"))
    yield from count_within("blocks", blocks, 1, sizes.MESSAGE_BLOCKS)
    yield from length_within("text", payload.get("text", ""), sizes.MESSAGE_TEXT, least=1)
    yield from _blocks(blocks, "message")
    signs = sum(size(text) for block in blocks for text in _texts(block))
    if signs > sizes.MESSAGE_SIGNS:
        yield f"blocks: {signs} characters in all, more than {sizes.MESSAGE_SIGNS}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in {"text", "alt_text"} and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _view(view: Object) -> Found:
    blocks = objects_in(view.get("blocks"))
    yield from count_within("blocks", blocks, 1, sizes.VIEW_BLOCKS)
    yield from length_within("private_metadata", view.get("private_metadata", ""), sizes.METADATA)
    yield from length_within("callback_id", view.get("callback_id", ""), sizes.CALLBACK_ID)
    if view.get("type") == "modal":
        yield from plain_within("title", view.get("title"), sizes.VIEW_TITLE)
        for name in ("submit", "close"):
            if name in view:
                yield from plain_within(name, view[name], sizes.VIEW_TITLE)
        if "submit" not in view and any(each.get("type") == "input" for each in blocks):
            yield "submit: is missing, though there are input blocks"
    elif "title" in view or "submit" in view or "close" in view:
        yield "home: has no title, submit or close"
    yield from _blocks(blocks, str(view.get("type")))
    taken = len(json.dumps(view).encode())
    if taken > sizes.VIEW_BYTES:
        yield f"view: {taken} bytes, more than {sizes.VIEW_BYTES}"


def _blocks(blocks: Sequence[Object], surface: str) -> Found:
    yield from twice("block_id", [each["block_id"] for each in blocks if "block_id" in each])
    yield from twice("action_id", [found for each in blocks for found in _action_ids(each)])
    for number, block in enumerate(blocks):
        where = f"blocks[{number}]"
        yield from length_within(
            f"{where}.block_id", block.get("block_id", "-"), sizes.IDENTIFIER, least=1
        )
        check = _BLOCKS.get(str(block.get("type")))
        if check is None:
            yield f"{where}: {block.get('type')!r} is no block that we use"
        elif block["type"] == "input" and surface != "modal":
            yield f"{where}: an input block belongs into a modal"
        else:
            yield from check(where, block)


def _action_ids(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        if "action_id" in value:
            yield value["action_id"]
        for inner in value.values():
            yield from _action_ids(inner)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _action_ids(each)


def _header(where: str, block: Object) -> Found:
    yield from plain_within(f"{where}.text", block.get("text"), sizes.HEADER)


def _section(where: str, block: Object) -> Found:
    if "text" in block:
        yield from plain_within(f"{where}.text", block["text"], sizes.SECTION)
    elif "fields" not in block:
        yield f"{where}: neither text nor fields"
    fields = objects_in(block.get("fields"))
    yield from count_within(f"{where}.fields", fields, 0, sizes.SECTION_FIELDS)
    for number, each in enumerate(fields):
        yield from plain_within(f"{where}.fields[{number}]", each, sizes.SECTION_FIELD)
    if "accessory" in block:
        yield from element_problems(f"{where}.accessory", object_in(block["accessory"]), PRESSED)


def _context(where: str, block: Object) -> Found:
    elements = objects_in(block.get("elements"))
    yield from count_within(f"{where}.elements", elements, 1, sizes.CONTEXT)
    for number, each in enumerate(elements):
        yield from plain_within(f"{where}.elements[{number}]", each, sizes.CONTEXT_TEXT)


def _actions(where: str, block: Object) -> Found:
    elements = objects_in(block.get("elements"))
    yield from count_within(f"{where}.elements", elements, 1, sizes.ACTIONS)
    for number, each in enumerate(elements):
        yield from element_problems(f"{where}.elements[{number}]", each, PRESSED)


def _input(where: str, block: Object) -> Found:
    yield from plain_within(f"{where}.label", block.get("label"), sizes.LABEL)
    if "hint" in block:
        yield from plain_within(f"{where}.hint", block["hint"], sizes.HINT)
    yield from element_problems(f"{where}.element", object_in(block.get("element")), ASKED)
    if block.get("dispatch_action") and object_in(block.get("element")).get("type") == "file_input":
        yield f"{where}: a file_input is not dispatched"


def _image(where: str, block: Object) -> Found:
    yield from length_within(f"{where}.alt_text", block.get("alt_text"), sizes.ALT_TEXT, least=1)
    if "title" in block:
        yield from plain_within(f"{where}.title", block["title"], sizes.IMAGE_TITLE)
    if ("image_url" in block) == ("slack_file" in block):
        yield f"{where}: needs either an image_url or a slack_file"
    if "image_url" in block:
        yield from length_within(f"{where}.image_url", block["image_url"], sizes.URL, least=1)
    if "slack_file" in block and not ({"id", "url"} & set(object_in(block["slack_file"]))):
        yield f"{where}.slack_file: has neither id nor url"


def _rich_text(where: str, block: Object) -> Found:
    elements = objects_in(block.get("elements"))
    yield from count_within(f"{where}.elements", elements, 1, 1_000)
    if (signs := sum(size(each) for each in _texts(block))) > sizes.SECTION:
        yield f"{where}: {signs} characters, more than {sizes.SECTION}"
    for number, each in enumerate(elements):
        yield from _rich(f"{where}.elements[{number}]", each)


_RICH: Final = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}


def _rich(where: str, element: Object) -> Found:
    kind = element.get("type")
    if kind in _RICH:
        inner = objects_in(element.get("elements"))
        yield from count_within(f"{where}.elements", inner, 1, 1_000)
        for number, each in enumerate(inner):
            yield from _rich(f"{where}.elements[{number}]", each)
    elif kind == "text":
        # Only an empty text is wrong: a blank between two others is common there.
        if not element.get("text"):
            yield f"{where}.text: is empty"
    elif kind == "link":
        yield from length_within(f"{where}.url", element.get("url"), sizes.URL, least=1)
    elif kind != "emoji":
        yield f"{where}: {kind!r} is no element that we use"


def _divider(_where: str, _block: Object) -> Found:
    return iter(())


_BLOCKS: Final[Mapping[str, Callable[[str, Object], Found]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": _rich_text,
    "divider": _divider,
}
