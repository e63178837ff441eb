"""No personal text in anything that Teams keeps, and none of it shown to anybody who may not see.

Every field that somebody types in gets a marker of its own, in dialogs and in the cards of the
chat. The markers are looked for in every activity that the bot ever sent, in its logs, its figures
and its files; and in each answer to each press.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.counted import CountedMessenger
from adapters.metrics import Metrics, Waiting
from adapters.teams.carried import Did
from bot.journeys import deeds
from tests.markers import (
    JOURNEY,
    SCRIPT,
    Marked,
    Markers,
    close,
    everything_logged,
    found,
    go_wrong,
    mistyped,
    stored,
    work,
)
from tests.teams_screen import Screen
from tests.teams_world import TeamsWorld, teams_world

from .at_work import account_of
from .client_cards import buttons_in
from .sitting import ours_of
from .stand_in import Json
from .teams_user import Answer, Line

NASTY = (
    SCRIPT,
    ("<at>", "</at>&nbsp;"),
    ("**", "**[x](https://evil.example)"),
    ("{{DATE(", ",SHORT)}}"),
    ("", ""),
    ("\u202e", "\U0001f600"),
    ('"}],"text":"', "\\"),
)
LEADERS = ("head", "dsl", "deputy")


@dataclass(frozen=True)
class HeardLine(Line):
    """Keeps what went over it: who sent what, and what it was answered with."""

    heard: list[tuple[str, Json, object]] = field(default_factory=list)

    async def send(self, activity: Json, token: str | None = None) -> Answer:
        """The same, kept."""
        status, body = await super().send(activity, token)
        self.heard.append((activity["from"]["id"], activity, body))
        return status, body


@contextmanager
def marked_school(*, opens_windows: bool) -> Iterator[tuple[Marked[TeamsWorld], HeardLine]]:
    """A school in Teams; its people's names are markers as well."""
    world = teams_world(JOURNEY, opens_windows=opens_windows)
    marks, metrics = Markers(NASTY), Metrics()
    marks.made += [f"name of {account_of(label)}" for label in ("staff", "head", "dsl")]
    world.post.messenger = CountedMessenger(world.post.messenger, metrics, world.at.tenant.report)
    heard = HeardLine(world.at.line.session, world.at.line.origin)
    world.at.line = heard
    for each in world.screens.values():
        each.user.line = heard
    try:
        yield Marked(world, marks, metrics), heard
    finally:
        world.close()


def as_text(found_there: object) -> str:
    """JSON as it is read."""
    return json.dumps(found_there, ensure_ascii=False)


async def read_all(me: Screen) -> list[str]:
    """Every page of a view."""
    texts = list(me.texts)
    while await me.next_page():
        texts += me.texts
    return texts


def is_a_view(body: object) -> bool:
    """Whether a press in the chat was answered with a view, which can be closed."""
    card = body["value"] if isinstance(body, dict) and "value" in body else {}
    if not isinstance(card, dict):
        return False
    return any(ours_of(each).get("did") == Did.CLOSE.value for each in buttons_in(card))


@pytest.mark.slow
@pytest.mark.parametrize("opens_windows", [True, False], ids=["dialogs", "the chat"])
def test_what_is_typed_is_nowhere_but_in_what_the_permitted_open(opens_windows: bool) -> None:
    at_school = marked_school(opens_windows=opens_windows)
    with everything_logged() as logged, at_school as (school, line):
        world, marks = school.world, school.marks
        case = school.report("staff")
        work(school, case)
        world.settle()
        world.do("head", deeds.ViewCase(case))
        missing = set(marks.made) - found(marks.made, world.now(read_all(world.screen("head"))))
        go_wrong(school, case)
        for text in mistyped(marks):
            world.now(world.screen("head").type(text))
        close(school, case)
        world.move_to(world.core.clock.now() + timedelta(days=7))
        counts = school.metrics.text(Waiting(timedelta(0), timedelta(0))).decode()
        assert not missing
        assert len(marks.made) > 40
        assert not found(marks.made, [as_text(each) for each in world.at.teams.said])
        assert not found(marks.made, [logged.getvalue(), counts, *school.errors])
        every_byte = list(stored(Path(world.core.folder.name)))
        assert not found(marks.made, (each.decode("latin-1") for each in every_byte))
        assert world.at.teams.said
        expect_only_the_permitted_saw(marks, line)


def expect_only_the_permitted_saw(marks: Markers, line: HeardLine) -> None:
    """Others see what they typed themselves; and in the chat only views show anything."""
    seen: dict[str, set[str]] = {}
    typed: dict[str, set[str]] = {}
    for who, activity, body in line.heard:
        told = {key: activity.get(key) for key in ("text", "value")}
        typed.setdefault(who, set()).update(found(marks.made, [as_text(told)]))
        shown = found(marks.made, [as_text(body)])
        seen.setdefault(who, set()).update(shown)
        if shown and activity.get("name") == "adaptiveCard/action":
            assert is_a_view(body)
        if activity["type"] == "message":
            assert body is None
    leaders = {account_of(label) for label in LEADERS}
    assert any(seen[each] for each in leaders)
    for who in set(seen) - leaders:
        assert seen[who] <= typed[who], who
