"""The sample school is the one of the settings, and what no journey tells of is listed."""

import tomllib
from pathlib import Path

import pytest

from bot.domain.ids import (
    Role,
)
from bot.domain.uploads import FileKind, recognise
from bot.journeys import sample
from bot.journeys.reading import read_journey
from bot.journeys.story import Verb
from tests.builders import derwent_vale
from tests.journey_coverage import fewest_that_tell_all, missing_from
from tests.journey_fakes import (
    REPORT,
    REPORT_B,
    VIEW,
    a_journey,
    a_policy,
)

ROOT = Path(__file__).parents[1]


def test_the_people_are_those_of_the_sample_school() -> None:
    school = tomllib.loads((ROOT / "bot/sample_school.toml").read_text("utf-8"))
    named = {
        role: [sample.PEOPLE[label].email for label in sample.holders_of(Role(role))]
        for role in school["roles"]
    }
    written = {
        role: [person.partition("<")[2].rstrip(">") for person in people]
        for role, people in school["roles"].items()
    }
    assert named == written


def test_everybody_has_the_roles_that_their_label_says() -> None:
    roles = {label: {role.value for role in one.roles} for label, one in sample.PEOPLE.items()}
    assert roles == {
        "staff": {"staff"},
        "staff-2": {"staff"},
        "staff-3": {"staff"},
        "head": {"head", "staff"},
        "deputy": {"deputy", "staff"},
        "dsl": {"dsl", "staff"},
        "chair": {"chair"},
        "chair-2": {"chair"},
        "admin": {"admin", "staff"},
        "guest": set(),
        "stranger": set(),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.png", FileKind.PNG), ("b.pdf", FileKind.PDF), ("c.txt", None), ("empty.png", None)],
)
def test_a_file_is_what_its_name_says(name: str, kind: FileKind | None) -> None:
    content = sample.file_named(name)
    assert recognise(content) is kind
    assert bool(content) is not name.startswith("empty")


def test_what_no_journey_tells_of_is_listed() -> None:
    journey = a_journey(
        REPORT + 'expect = { severity = "grave", pending = ["look"] }',
        VIEW.replace("view", "answer") + 'step = "look"\noutcome = "seen"',
        VIEW.replace("view", "answer") + 'step = "look"\noutcome = "gone"\nexpect.invalid = true',
        REPORT_B.replace("{}", '{ place = "school" }') + "expect = { refused = true }",
    )
    missing = missing_from([journey], a_policy())
    verbs = missing.pop("verbs")
    assert set(verbs) == {verb.value for verb in Verb} - {"report", "answer"}
    assert missing == {
        "steps": ("close",),
        "outcomes": ("close closed", "look gone", "not-needed"),
        "resolutions": ("mended",),
        "stop cards": ("call",),
        "exclusions": ("place school",),
        "messages": ("receipt",),
    }


def test_the_journeys_tell_of_everything_in_the_pack_that_comes_with_the_bot() -> None:
    files = sorted((ROOT / "tests/journeys").glob("*.toml"))
    journeys = [read_journey(each.read_text("utf-8"), each.name) for each in files]
    assert missing_from(journeys, derwent_vale()) == {}


def test_a_few_of_them_tell_of_all_of_it() -> None:
    files = sorted((ROOT / "tests/journeys").glob("*.toml"))
    journeys = [read_journey(each.read_text("utf-8"), each.name) for each in files]
    few = fewest_that_tell_all(journeys, derwent_vale())
    assert missing_from(few, derwent_vale()) == {}
    assert len(few) < len(journeys)


def test_nothing_is_listed_when_everything_is_told() -> None:
    closing = 'step = "close"\noutcome = "closed"\n'
    answer = VIEW.replace("view", "answer")
    told = a_journey(
        REPORT.replace("{}", '{ place = "school" }') + 'expect = { severity = "grave" }',
        answer + 'step = "look"\noutcome = "seen"\nexpect = { stop_cards = ["call"] }',
        answer + 'step = "look"\noutcome = "gone"\nexpect = { sent = [{ kind = "receipt" }] }',
        answer + 'step = "look"\noutcome = "not-needed"',
        answer + closing + 'expect = { resolution = "mended" }',
    )
    assert missing_from([told], a_policy()).keys() == {"verbs"}
