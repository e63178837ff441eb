"""Two schools of a trust in one installation, with people of one, of both and of none."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bot.app.inbound import Act, Asked, Inbound, Person, Pressed
from bot.app.school import Holder
from bot.app.schools import Schools
from bot.app.which_school import respond_in
from bot.compose.schools import open_the_stores, schools_of
from bot.config import Settings, sample_settings
from bot.domain.ids import Cause, PersonId, Role, SchoolId
from bot.domain.personal import Personal
from bot.screens.nodes import Action, Actions, Form, Message, Reply, StepLine, View
from bot.screens.press import Press
from storage import SqlStore
from tests.builders import STARTS, SchoolAtWork, school_time
from tests.fakes import FakeClock, FakePlatform

HILL, MILL = SchoolId("hill-top"), SchoolId("mill-lane")
NAMES: Final = {HILL: "Hill Top Primary School", MILL: "Mill Lane Primary School"}
DOMAINS: Final = {HILL: "hilltop.example", MILL: "milllane.example"}

BOTH: Final = ("pat@trust.example", "chair@trust.example", "admin@trust.example")
"""A teacher, a chair of governors and the administrator, each of both schools."""
NOBODY: Final = ("visitor@elsewhere.example", "head@derwentvale.example")
_AT_HOME: Final = ("teacher", "helper", "head", "deputy", "dsl")
GUESTS: Final = frozenset({"chair@trust.example"})


def people_of(school: SchoolId) -> tuple[str, ...]:
    """Those who belong to that school alone."""
    return tuple(f"{who}@{DOMAINS[school]}" for who in _AT_HOME)


def person(email: str) -> Person:
    """Somebody of the trust, or from elsewhere."""
    return Person(PersonId(f"U{email}"), email, email not in GUESTS, Personal(f"Name of {email}"))


@dataclass
class Trust:
    """Both schools, and the one door."""

    schools: Schools
    stores: Mapping[SchoolId, SqlStore]
    clock: FakeClock
    _causes: Iterator[int] = field(default_factory=itertools.count)

    def at(self, school: SchoolId) -> "OneOfThem":
        """One of them, for what is done there without a door."""
        found = self.schools.named(school)
        assert found is not None
        return OneOfThem(found, self.clock, FakePlatform(str), self._causes)

    def act(self, email: str, act: Act, cause: str = "") -> Reply:
        """What somebody's act is answered with."""
        named = Cause(cause or f"act-{next(self._causes)}")
        return respond_in(self.schools, Inbound(person(email), named, act))

    def type(self, email: str, text: str) -> Reply:
        return self.act(email, Asked(Personal(text), ""))

    def press(self, email: str, press: Press) -> Reply:
        return self.act(email, Pressed(press))


@dataclass
class OneOfThem(SchoolAtWork):
    """A school whose people are named by their addresses."""

    def person(self, label: str) -> Person:
        return person(label)


@contextmanager
def a_trust(folder: Path, *, apart: bool = False) -> Iterator[Trust]:
    """The trust; ``apart``: each school with a database and a key of its own."""
    settings = [settings_of(each, folder / (each if apart else "both")) for each in (HILL, MILL)]
    clock = FakeClock(school_time(STARTS))
    with open_the_stores(settings, {}) as stores:
        yield Trust(schools_of(settings, stores, clock), stores, clock)


def settings_of(school: SchoolId, folder: Path) -> Settings:
    """What the school's file would say."""
    domain = DOMAINS[school]
    holders = {
        Role.HEAD: f"head@{domain}",
        Role.DEPUTY: f"deputy@{domain}",
        Role.DSL: f"dsl@{domain}",
        Role.CHAIR: "chair@trust.example",
        Role.ADMIN: "admin@trust.example",
    }
    return replace(
        sample_settings(folder),
        id=school,
        name=NAMES[school],
        staff=frozenset({domain, "pat@trust.example"}),
        holders={
            role: (Holder(email, Personal(f"Name of {email}")),) for role, email in holders.items()
        },
    )


def buttons_in(reply: Reply) -> list[Action]:
    """Every button of an answer."""
    shown = [each for each in (reply.show, reply.say) if isinstance(each, Form | View | Message)]
    found: list[Action] = []
    for each in shown:
        nodes = (Actions(each.actions), *each.intro) if isinstance(each, Form) else each.nodes
        for node in nodes:
            if isinstance(node, Actions | StepLine):
                found += node.actions
    return found


def choice_of(reply: Reply, school: SchoolId) -> Press:
    """The button of a school in the question which school it is."""
    (found,) = [e.press for e in buttons_in(reply) if e.press.school == school]
    return found
