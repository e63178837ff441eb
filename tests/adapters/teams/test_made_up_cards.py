"""Whatever comes back from a card, made up or changed by hand, is answered and does nothing."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams.carried import OURS, Did
from bot.domain.ids import DraftId
from bot.journeys.story import Journey
from bot.screens.press import FormRef, NotOurs, Press, Verb
from tests.teams_world import TeamsWorld, teams_world

from .activities import Sender
from .stand_in import Json

STARTS = datetime(2026, 11, 23, 9, 5)  # noqa: DTZ001 - a journey starts in the school's local time
DEEP = "[" * 20_000
WAYS = ("submitted in the chat", "executed", "opening a dialog", "in a dialog", "forwarding")


@pytest.fixture(scope="module")
def world() -> Iterator[TeamsWorld]:
    """One school for all of it: nothing that is made up may change it."""
    made = teams_world(Journey("Made up", "derwent-vale", STARTS, (), "made-up"))
    yield made
    made.close()


def activity_of(sender: Sender, way: str, data: Json) -> Json:
    """Teams sends that data so."""
    match way:
        case "submitted in the chat":
            return sender.submitted_in_chat(data, "1790000000001")
        case "executed":
            return sender.executed({"type": "Action.Execute", "verb": "x"}, data, "1790000000001")
        case "opening a dialog":
            return sender.dialog_opened(data, "1790000000001")
        case "in a dialog":
            return sender.dialog_submitted(data)
        case _:
            return sender.forward_submitted(data)


def expect_nothing(world: TeamsWorld, label: str, way: str, data: Json) -> None:
    """Sends it; it is answered as Teams can show it, and nothing of ours fails or follows."""
    at = world.at
    at.failures.clear()
    sender = world.screen(label).user.sender
    status, body = world.now(at.done(at.line.send(activity_of(sender, way, data))))
    assert status == 200
    if way == "submitted in the chat":
        assert body is None
    elif way == "executed":
        assert body["statusCode"] == 200
    else:
        assert body is None or body["task"]["type"] in ("message", "continue")
    assert "Traceback" not in json.dumps(body)
    assert [what for what, error in at.failures if not isinstance(error, NotOurs)] == []
    assert at.teams.problems == []
    with world.core.school.store.reading() as reading:
        assert reading.case_rows() == ()


def press(verb: str = "open-case", subject: str = "x", step: str = "", **more: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps([verb, subject, step, more.get("round", 0), more.get("what", "")])


def form(page: str = "post", **more: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps([press("report", **more), page, 1])


OURS_MADE_UP: list[Any] = [
    None,
    [],
    "press",
    {},
    {"did": None},
    {"did": ["press"]},
    {"did": "fly"},
    {"did": "press"},
    {"did": "press", "press": None},
    {"did": "press", "press": "not JSON"},
    {"did": "press", "press": DEEP},
    {"did": "press", "press": press("fly")},
    {"did": "press", "press": press(step="../..")},
    {"did": "press", "press": press(round="1")},
    {"did": "press", "press": press(round=10**400)},
    {"did": "press", "press": press(subject="\x00")},
    {"did": "submit"},
    {"did": "submit", "form": DEEP},
    {"did": "submit", "form": "[]"},
    {"did": "submit", "form": form("nowhere")},
    {"did": "submit", "form": form("review")},
    {"did": "submit", "form": form(), "asks": "many.safety"},
    {"did": "submit", "form": form(), "asks": [1, None]},
    {"did": "submit", "form": form(), "asks": ["fly.x", "one."]},
    {"did": "submit", "form": form(), "asks": ["files.screenshots"], "kept": ["x"]},
    {"did": "submit", "form": json.dumps([press("open-case"), "", 0])},
    {"did": "back", "form": json.dumps([press("note"), "", 0])},
    {"did": "back", "form": form("what")},
    {"did": "change", "form": form("what")},
    {"did": "turn", "here": press(), "page": -1},
    {"did": "turn", "here": press(), "page": 1.5},
    {"did": "turn", "here": press(), "page": True},
    {"did": "turn", "here": press("cases"), "page": 10**30},
    {"did": "turn", "here": press("report")},
    {"did": "picture", "here": press(), "evidence": "../../etc/passwd"},
    {"did": "picture", "here": press(), "evidence": "\x00"},
    {"did": "picture", "here": press(), "evidence": "0" * 32, "page": 3},
    {"did": "picture", "here": press("withdraw"), "evidence": "0" * 32},
    {"did": "see", "form": form()},
    {"did": "see", "form": json.dumps([press("add"), "", 0])},
    {"did": "see", "form": json.dumps([press("note"), "", 0])},
    {"did": "keep", "form": form()},
    {"did": "keep", "form": json.dumps([press("note"), "", 0])},
    {"did": "close", "here": press("my-words")},
    {"did": "close", "here": press()},
    {"did": "here", "press": press("my-words")},
    {"did": "here", "press": press(), "fallback": True},
]


def short(made: object) -> str:
    return json.dumps(made)[:60]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ours", OURS_MADE_UP, ids=short)
def test_a_button_that_the_bot_never_made_does_nothing(
    world: TeamsWorld, way: str, ours: object
) -> None:
    expect_nothing(world, "staff", way, {OURS: ours})


@pytest.mark.parametrize("way", ["executed", "in a dialog"])
@pytest.mark.parametrize("data", [{}, {"rp ": {}}, {"msteams": {"type": "task/fetch"}}], ids=short)
def test_a_card_of_somebody_elses_does_nothing(world: TeamsWorld, way: str, data: Json) -> None:
    expect_nothing(world, "staff", way, data)


@pytest.mark.parametrize("verb", list(Verb))
def test_a_press_about_nothing_does_nothing(world: TeamsWorld, verb: Verb) -> None:
    step = "acknowledge" if verb in (Verb.ANSWER, Verb.SNOOZE, Verb.EXTEND) else ""
    for subject in ("", "0" * 32, "no such thing\n" * 40):
        held = Press(verb, subject, step, 1)
        for way in WAYS:
            ours = {"did": "press", "press": held.encode()}
            expect_nothing(world, "head", way, {OURS: ours})
            ours = {"did": "submit", "form": FormRef(held).encode()}
            expect_nothing(world, "head", way, {OURS: ours})


FIELDS = [
    ("many.safety", "none,hurt-soon,fly"),
    ("many.safety", ",,,,"),
    ("many.safety", True),
    ("many.safety", ["none"]),
    ("one.place", "closed-group,closed-group"),
    ("one.place", "\x00"),
    ("one.place", 7),
    ("text.words", "x" * 300_000),
    ("text.words", {"text": "x"}),
    ("text.words", "\x00\u202e"),
    ("links.links", "https://a.example/\n" * 500),
    ("links.links", "javascript:alert(1)"),
    ("when.seen_at", "9999-99-99"),
    ("when.seen_at", "2026-10-25"),
    ("when.seen_at~time", "01:30"),
    ("when.seen_at~time", "25:61"),
    ("when.seen_at~time~time", "01:30"),
    ("files.screenshots", "abc"),
    ("text.never_asked", "x"),
    ("one.poster_name", "x"),
    ("clear.text.words", "perhaps"),
    ("", "x"),
    (".", "x"),
    ("text.", "x"),
]


@pytest.mark.parametrize("way", ["submitted in the chat", "executed", "in a dialog", "forwarding"])
@pytest.mark.parametrize(("name", "value"), FIELDS, ids=short)
def test_a_field_with_anything_in_it_is_answered(
    world: TeamsWorld, way: str, name: str, value: object
) -> None:
    me = world.screen("staff")
    world.now(me.type("report-post"))
    assert me.form is not None
    ref = FormRef(Press(Verb.REPORT, DraftId(me.form.press.subject)), "post", 1)
    asks = [name] if name.partition(".")[2] and "~" not in name and "clear" not in name else []
    for did in (Did.SUBMIT, Did.BACK, Did.CHANGE, Did.KEEP, Did.SEE):
        ours = {"did": did.value, "form": ref.encode(), "asks": asks}
        expect_nothing(world, "staff", way, {OURS: ours, name: value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ["did", "press", "form", "here", "page", "evidence", "asks", "kept", "fallback"]
PRESSES = st.sampled_from([press(verb.value) for verb in Verb] + [form(), form("what")])
MADE_UP = st.fixed_dictionaries(
    {"did": st.sampled_from([each.value for each in Did]) | JSON},
    optional={key: PRESSES | JSON for key in KEYS if key != "did"},
)
NAMES = st.sampled_from(["many.safety", "one.place", "text.words", "when.seen_at", "x"])


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(ours=MADE_UP, fields=st.dictionaries(NAMES, JSON, max_size=3), way=st.sampled_from(WAYS))
def test_whatever_comes_is_answered(world: TeamsWorld, ours: Json, fields: Json, way: str) -> None:
    expect_nothing(world, "staff", way, {**fields, OURS: ours})
