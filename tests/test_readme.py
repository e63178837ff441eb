"""The README names every command and every setting: nothing has to be found by reading code."""

import re
from pathlib import Path

from typer.main import get_command

from bot.__main__ import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def commands(command: object, so_far: str = "report-post") -> list[str]:
    """Every command below this one, as it is typed."""
    below: dict[str, object] = getattr(command, "commands", {})
    return [c for name, one in below.items() for c in commands(one, f"{so_far} {name}")] or [so_far]


def variables() -> set[str]:
    """Every environment variable of ours that the program reads."""
    return {
        found
        for package in ("bot", "adapters", "storage")
        for path in (ROOT / package).rglob("*.py")
        for found in re.findall(r"\bREPORT_POST_[A-Z_]+\b", path.read_text("utf-8"))
    }


def test_the_readme_names_every_command() -> None:
    found = commands(get_command(app))
    assert len(found) > 1
    assert [command for command in found if command not in README] == []


def test_the_readme_names_every_environment_variable() -> None:
    assert [name for name in sorted(variables()) if name not in README] == []


def test_every_picture_and_file_that_the_readme_links_to_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert linked
    assert [each for each in linked if not (ROOT / each).exists()] == []
