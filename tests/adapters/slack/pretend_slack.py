"""What Slack sends back for a view that somebody filled in, in the shape of its payloads."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from adapters.slack.fields import JOINED, named
from adapters.slack.texts import Block
from bot.app.inbound import Given
from bot.domain.personal import Personal

Files = Mapping[str, tuple[str, ...]]


def inputs(view: Block) -> Iterator[tuple[str, Block]]:
    """The input blocks with their elements, by block id."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    for block in blocks:
        if block["type"] == "input":
            yield block["block_id"], block["element"]


def sent_back(
    view: Block, answers: Mapping[str, Given] | None = None, files: Files | None = None
) -> Block:
    """The view as a ``view_submission`` carries it: as shown, or with these answers typed in."""
    values: dict[str, Block] = {}
    for name, element in inputs(view):
        found = named(name)
        assert found is not None
        state = shown(element)
        if answers is not None and found.field in answers and not found.joint:
            state = filled(element, answers[found.field])
        elif answers is not None and found.field in answers:
            state = {"type": element["type"], "value": None}
        if element["type"] == "file_input":
            ids = (files or {}).get(found.field, ())
            state = {"type": "file_input", "files": [{"id": each, "name": "x"} for each in ids]}
        values[name] = {str(element["action_id"]): state}
    sent: Block = json.loads(json.dumps({**view, "state": {"values": values}, "id": "V1"}))
    return sent


def shown(element: Block) -> Block:
    """The state of an element that nobody touched."""
    state = filled(element, None)
    for name in ("initial_value", "initial_date", "initial_date_time"):
        if name in element:
            key = {"initial_value": "value"}.get(name, name.replace("initial", "selected"))
            state[key] = element[name]
    if "initial_option" in element:
        state["selected_option"] = element["initial_option"]
    if "initial_options" in element:
        state["selected_options"] = element["initial_options"]
    return state


def filled(element: Block, given: Given) -> Block:
    """The state of an element after somebody answered."""
    state: Block = {"type": element["type"]}
    match element["type"]:
        case "radio_buttons" | "static_select":
            state["selected_option"] = next(
                (each for each in _options(element) if each["value"] == given), None
            )
        case "checkboxes" | "multi_static_select":
            chosen = given if isinstance(given, tuple) else ()
            state["selected_options"] = [e for e in _options(element) if e["value"] in chosen]
        case "datepicker":
            state["selected_date"] = given.reveal()[:10] if isinstance(given, Personal) else None
        case "datetimepicker":
            moment = datetime.fromisoformat(given.reveal()) if isinstance(given, Personal) else None
            state["selected_date_time"] = int(moment.timestamp()) if moment else None
        case "plain_text_input":
            state["value"] = given.reveal() or None if isinstance(given, Personal) else None
    return state


def _options(element: Block) -> list[Block]:
    groups = element.get("option_groups")
    if isinstance(groups, list):
        return [option for group in groups for option in group["options"]]
    options = element["options"]
    assert isinstance(options, list)
    return options


def whole_text(view: Block, field: str) -> str:
    """A text as it stands in the view's inputs."""
    found = ""
    for name, element in inputs(view):
        said = named(name)
        if said and said.field == field:
            found += JOINED.get(said.joint, "") + str(element.get("initial_value", ""))
    return found
