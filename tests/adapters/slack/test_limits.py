"""Each of Slack's limits is kept at its edge, and its breach is named."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from adapters.slack import sizes
from adapters.slack.limits import problems_in
from adapters.slack.texts import plain

Payload = dict[str, Any]


def an_option(value: str = "a", text: str = "A") -> Payload:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Payload]:
    return [an_option(str(number)) for number in range(count)]


def a_button(**more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    return {"type": "button", "action_id": "b", "text": plain("B"), "value": "v", **more}


def asked(element: Payload, **more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    block = {"type": "input", "block_id": "i", "label": plain("L"), **more}
    return {**block, "element": {"action_id": "e", **element}}


def a_view(*blocks: Payload, **more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    view = {"type": "modal", "title": plain("T"), "submit": plain("S"), "close": plain("C")}
    return {**view, "blocks": list(blocks) or [section()], **more}


def a_message(*blocks: Payload, text: str = "Said") -> Payload:
    return {"blocks": list(blocks) or [section()], "text": text}


def section(text: str = "Text", **more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    return {"type": "section", "text": plain(text), **more}


def rich(*elements: Payload) -> Payload:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def confirm(**more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    names = ("title", "text", "confirm", "deny")
    return a_button(confirm={**{name: plain("x") for name in names}, **more})


def actions(*buttons: Payload) -> Payload:
    return {"type": "actions", "elements": list(buttons)}


def context(*texts: str) -> Payload:
    return {"type": "context", "elements": [plain(each) for each in texts]}


def image(**more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    return {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A", **more}


def choice(kind: str, **more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    return asked({"type": kind, **more})


def typed(**more: Any) -> Payload:  # noqa: ANN401 - any part of a payload
    return asked({"type": "plain_text_input", **more})


# What is named, and how it is made with a size: the largest that fits, and one more does not.
EDGES: dict[str, tuple[int, Callable[[int], Payload]]] = {
    "blocks of a message": (50, lambda n: a_message(*[section()] * n)),
    "blocks of a view": (100, lambda n: a_view(*[section()] * n)),
    "text of a message": (4_000, lambda n: a_message(text="x" * n)),
    "title": (24, lambda n: a_view(title=plain("x" * n))),
    "submit": (24, lambda n: a_view(submit=plain("x" * n))),
    "close": (24, lambda n: a_view(close=plain("x" * n))),
    "private_metadata": (3_000, lambda n: a_view(private_metadata="x" * n)),
    "callback_id": (255, lambda n: a_view(callback_id="x" * n)),
    "block_id": (255, lambda n: a_view(section(block_id="x" * n))),
    "action_id": (255, lambda n: a_view(actions(a_button(action_id="x" * n)))),
    "header": (150, lambda n: a_view({"type": "header", "text": plain("x" * n)})),
    "section": (3_000, lambda n: a_view(section("x" * n))),
    "fields": (10, lambda n: a_view({"type": "section", "fields": [plain("x")] * n})),
    "a field": (2_000, lambda n: a_view({"type": "section", "fields": [plain("x" * n)]})),
    "context": (10, lambda n: a_view(context(*["x"] * n))),
    "a text of context": (3_000, lambda n: a_view(context("x" * n))),
    "actions": (25, lambda n: a_view(actions(*[a_button(action_id=str(m)) for m in range(n)]))),
    "label": (2_000, lambda n: a_view(typed() | {"label": plain("x" * n)})),
    "hint": (2_000, lambda n: a_view(typed() | {"hint": plain("x" * n)})),
    "alt_text": (2_000, lambda n: a_view(image(alt_text="x" * n))),
    "title of a picture": (2_000, lambda n: a_view(image(title=plain("x" * n)))),
    "button": (75, lambda n: a_view(actions(a_button(text=plain("x" * n))))),
    "value": (2_000, lambda n: a_view(actions(a_button(value="x" * n)))),
    "accessibility": (75, lambda n: a_view(actions(a_button(accessibility_label="x" * n)))),
    "confirm title": (100, lambda n: a_view(actions(confirm(title=plain("x" * n))))),
    "confirm text": (300, lambda n: a_view(actions(confirm(text=plain("x" * n))))),
    "confirm button": (30, lambda n: a_view(actions(confirm(confirm=plain("x" * n))))),
    "deny button": (30, lambda n: a_view(actions(confirm(deny=plain("x" * n))))),
    "radio buttons": (10, lambda n: a_view(choice("radio_buttons", options=options(n)))),
    "checkboxes": (10, lambda n: a_view(choice("checkboxes", options=options(n)))),
    "menu": (100, lambda n: a_view(choice("static_select", options=options(n)))),
    "menu of many": (100, lambda n: a_view(choice("multi_static_select", options=options(n)))),
    "option": (75, lambda n: a_view(choice("radio_buttons", options=[an_option("a", "x" * n)]))),
    "option value": (150, lambda n: a_view(choice("radio_buttons", options=[an_option("x" * n)]))),
    "description": (
        75,
        lambda n: a_view(
            choice("checkboxes", options=[an_option() | {"description": plain("x" * n)}])
        ),
    ),
    "placeholder": (150, lambda n: a_view(typed(placeholder=plain("x" * n)))),
    "max_length": (3_000, lambda n: a_view(typed(max_length=n))),
    "initial_value": (3_000, lambda n: a_view(typed(initial_value="x" * n))),
    "max_files": (10, lambda n: a_view(asked({"type": "file_input", "max_files": n}))),
    "rich text": (3_000, lambda n: a_view(rich({"type": "text", "text": "x" * n}))),
    "address": (3_000, lambda n: a_view(rich({"type": "link", "url": "x" * n}))),
    "error": (3_000, lambda n: {"response_action": "errors", "errors": {"i": "x" * n}}),
    "all of a message": (8_000, lambda n: a_message(*[section("x" * (n // 8))] * 8)),
}


@pytest.mark.parametrize("name", EDGES)
def test_a_limit_is_kept_at_its_edge_and_named_beyond(name: str) -> None:
    most, made = EDGES[name]
    assert problems_in(made(most)) == ()
    assert len(problems_in(made(most + (8 if name == "all of a message" else 1)))) == 1


GROUPS = [{"label": plain("G"), "options": options(2)}]
# What Slack refuses whatever its size, and a word of what is said.
WRONG: dict[str, Payload] = {
    "block_id: 'a' stands 2": a_view(section(block_id="a"), section(block_id="a")),
    "action_id: 'b' stands 2": a_view(actions(a_button()), actions(a_button())),
    "action_id: 'e' stands 2": a_view(typed(), typed() | {"block_id": "j"}),
    "submit: is missing": {**{k: v for k, v in a_view(typed()).items() if k != "submit"}},
    "an input block belongs": a_message(typed()),
    "home: has no title": a_view() | {"type": "home"},
    "does not belong here": a_view(section(accessory={"type": "file_input", "action_id": "f"})),
    "'image' does not belong": a_view(asked({"type": "image"})),
    "is not dispatched": a_view(asked({"type": "file_input"}, dispatch_action=True)),
    "is no block that we use": a_view({"type": "video"}),
    "is no element that we use": a_view(rich({"type": "user", "user_id": "U1"})),
    "'broadcast' is no element": a_view(rich({"type": "broadcast", "range": "channel"})),
    "text: is empty": a_view(rich({"type": "text", "text": ""})),
    "elements: 0 of them": a_view({"type": "rich_text", "elements": []}),
    "blocks: 0 of them": {"blocks": [], "text": "Said"},
    "text: 0 characters": a_message(text=""),
    "is no plain_text": a_view({"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}),
    "text: is missing": a_view(section() | {"text": {"type": "plain_text"}}),
    "text: 1 characters": a_view(section() | {"text": {"type": "plain_text", "text": " "}}),
    "neither text nor fields": a_view({"type": "section"}),
    "either an image_url or": a_view(image(image_url="https://x.example/a.png")),
    "has neither id nor url": a_view(image(slack_file={})),
    "style: 'green' is none": a_view(actions(a_button(style="green"))),
    "options: '0' stands 2": a_view(choice("checkboxes", options=options(1) * 2)),
    "not among the options": a_view(
        choice("radio_buttons", options=options(2), initial_option=an_option("z"))
    ),
    "initial_options: 0 of them": a_view(
        choice("checkboxes", options=options(2), initial_options=[])
    ),
    "either options or": a_view(choice("static_select", options=options(1), option_groups=GROUPS)),
    "is no YYYY-MM-DD": a_view(asked({"type": "datepicker", "initial_date": "1 May"})),
    "has not 10 digits": a_view(asked({"type": "datetimepicker", "initial_date_time": 5})),
    "max_length: 0": a_view(typed(max_length=0)),
    "max_files: 0": a_view(asked({"type": "file_input", "max_files": 0})),
    "filetypes: ['.docx']": a_view(asked({"type": "file_input", "filetypes": [".docx"]})),
    "filetypes: []": a_view(asked({"type": "file_input", "filetypes": []})),
    "bytes, more than": a_view(*[section("é" * 3_000)] * 30),
    "'sing' is none": {"response_action": "sing"},
    "errors: 0 of them": {"response_action": "errors", "errors": {}},
}


@pytest.mark.parametrize("said", WRONG)
def test_what_slack_refuses_is_named(said: str) -> None:
    found = problems_in(WRONG[said])
    assert any(said in each for each in found), found


@pytest.mark.parametrize("action", ["update", "push"])
def test_a_view_in_an_answer_is_looked_at_too(action: str) -> None:
    good: Payload = {"response_action": action, "view": a_view()}
    bad = copy.deepcopy(good)
    bad["view"]["title"] = plain("x" * 25)
    assert problems_in(good) == ()
    assert problems_in(bad) == ("title: 25 characters, not 1 to 24",)
    assert problems_in({"response_action": "clear"}) == ()


def test_a_menu_in_groups_is_looked_at_too() -> None:
    assert problems_in(a_view(choice("static_select", option_groups=GROUPS))) == ()
    wrong = [{"label": plain("x" * 76), "options": [an_option("a", "x" * 76)]}]
    found = problems_in(a_view(choice("static_select", option_groups=wrong)))
    assert len(found) == 2


def test_what_slack_may_count_longer_is_counted_longer() -> None:
    assert problems_in(a_view(title=plain("&" * 4))) == ()
    assert problems_in(a_view(title=plain("&" * 5))) != ()
    assert problems_in(a_view(title=plain("😀" * 12))) == ()
    assert problems_in(a_view(title=plain("😀" * 13))) != ()


def test_every_number_is_one_that_was_looked_at() -> None:
    numbers = {value for name, value in vars(sizes).items() if name.isupper()}
    tested = {most for most, _ in EDGES.values()}
    # Not a payload's: the bytes of a view are above, and views on one another are the other half's.
    assert numbers - tested == {sizes.VIEW_BYTES, sizes.STACK}
