"""The example of docs/own-policy.md: a fresh copy of the bundled pack, with the page's blocks."""

import re
from datetime import date
from pathlib import Path

from bot.compose.own_pack import own_pack

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "own-policy.md"
PACK = DOCS / "example-policy" / "hill-top.toml"
JOURNEY = DOCS / "example-policy" / "journey.toml"

_EDIT = re.compile(
    r"<!-- (?P<how>after|before|replace): (?P<anchor>.+?) -->\n```toml\n(?P<block>.*?)```",
    re.DOTALL,
)


def example_pack() -> str:
    """What the page makes of a fresh copy, each of its blocks where its remark says."""
    text = own_pack("hill-top", date(2026, 11, 22))
    edits = list(_EDIT.finditer(PAGE.read_text("utf-8")))
    assert len(edits) == 6
    for edit in edits:
        text = _edited(text, edit["how"], edit["anchor"], edit["block"])
    return text


def _edited(text: str, how: str, anchor: str, block: str) -> str:
    lines = text.splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if line.startswith(anchor)]
    assert len(found) == 1, anchor
    (at,) = found
    begin, end = {"after": (at + 1, at + 1), "before": (at, at), "replace": (at, at + 1)}[how]
    return "".join([*lines[:begin], block, *lines[end:]])
