"""The page for whoever is called at night, and THREATS.md, name what there is, and all of it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.diary import Line
from adapters.metrics import Entrance, Metrics
from bot.__main__ import app

ROOT = Path(__file__).parents[2]
AT_NIGHT = ROOT / "docs" / "at-night.md"
THREATS = ROOT / "THREATS.md"
METRIC = re.compile(r"\breport_post_[a-z_]+")
LINK = re.compile(r"\]\(([^)#:]+)\)")
COMMAND = re.compile(r"`(?:\n)?report-post ([a-z-]+)")


def metrics() -> set[str]:
    counted = Metrics()
    counted.connections[Entrance.SLACK] = lambda: True
    text = counted.text(None).decode()
    return {line.partition("{")[0].partition(" ")[0] for line in text.splitlines()}


def test_the_page_names_every_line_of_the_log() -> None:
    text = AT_NIGHT.read_text("utf-8")
    assert [each.value for each in Line if f"`{each.value}`" not in text] == []


def test_every_number_that_the_page_names_is_counted() -> None:
    named = set(METRIC.findall(AT_NIGHT.read_text("utf-8")))
    # Of a histogram with a label nothing is shown before the first act.
    there = metrics() | {"report_post_act_seconds"}
    bare = {each.removesuffix("_bucket") for each in there}
    assert named - there - bare == set()
    assert len(named) > 8


@pytest.mark.parametrize("page", [AT_NIGHT, THREATS], ids=["at-night", "threats"])
def test_every_file_that_the_pages_link_to_is_there(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [each for each in links if not (page.parent / each).exists()] == []
    assert links


@pytest.mark.parametrize("page", [AT_NIGHT, THREATS], ids=["at-night", "threats"])
def test_every_command_that_the_pages_name_exists(page: Path) -> None:
    named = set(COMMAND.findall(page.read_text("utf-8"))) - {"serve"}
    assert named
    for each in named:
        assert CliRunner().invoke(app, [each, "--help"]).exit_code == 0, each


def test_every_fault_that_the_pages_name_exists() -> None:
    from tests.faults.__main__ import MODULES  # noqa: PLC0415 - the faults need a database server

    told = " ".join(re.findall(r"`make faults`: ([^|]+)", THREATS.read_text("utf-8")))
    named = set(re.findall(r"`([a-z]+)`", told))
    assert named == set(MODULES)
