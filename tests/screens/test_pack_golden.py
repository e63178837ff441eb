"""How every screen of the Derwent Vale pack looks at the page, beside how it was when last read."""

import re
from collections.abc import Callable, Iterator

import pytest

from bot.app.list_views import cases_view, own_reports_view
from bot.app.view_case import case_view, why_view
from bot.domain.ids import StepId
from tests.desk_page import Sheet
from tests.screens.pack_screens import (
    Pack,
    a_pack,
    drawn,
    every_message,
    report_pages,
    small_forms,
    step_forms,
)

Golden = Callable[[str, str], None]


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with a_pack() as made:
        yield made


@pytest.fixture(scope="module")
def screens(pack: Pack) -> dict[str, str]:
    """Every screen by the name of its golden file."""
    found: dict[str, str] = {}
    for number, message in enumerate(every_message(pack)):
        kind = message.kind.value if message.kind else "help"
        found[f"message-{number:02}-{kind}"] = drawn(message, pack.words)
    for step, outcome, form in step_forms(pack):
        html = f"<!-- {outcome or 'nothing chosen'} -->\n{drawn(form, pack.words)}\n"
        found[f"step-{step}"] = found.get(f"step-{step}", "") + html
    for verb, form in small_forms(pack):
        found[f"form-{verb}"] = drawn(form, pack.words)
    found["view-case"] = drawn(case_view(pack.look, pack.file), pack.words)
    why = why_view(pack.look, pack.file.case, StepId("acknowledge"), 1)
    found["view-why-this-date"] = drawn(why, pack.words)
    found["view-cases"] = drawn(cases_view(pack.look), pack.words)
    found["view-own-reports"] = drawn(own_reports_view(pack.look), pack.words)
    return found


def test_every_screen_of_the_pack_is_drawn_as_before(
    screens: dict[str, str], check_golden: Golden
) -> None:
    assert len(screens) > 50
    for name, html in screens.items():
        check_golden(f"pack/{name}.html", html)


def test_every_page_of_a_report_is_drawn_as_before(check_golden: Golden) -> None:
    with a_pack() as made:
        for name, html in report_pages(made.world):
            check_golden(f"pack/page-{name}.html", _steady(html))


def _steady(html: str) -> str:
    known: dict[str, str] = {}
    for each in re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", html):
        html = html.replace(each, known.setdefault(each, f"id-{len(known)}"))
    return html


def test_nobody_reads_an_id_a_brace_or_an_empty_sentence(screens: dict[str, str]) -> None:
    ids = _ids_of(screens)
    for name, html in screens.items():
        sheet = Sheet(html)
        words = set(re.findall(r"[a-z0-9]+(?:[-_][a-z0-9]+)+", sheet.text))
        assert not words & ids, name
        assert not set(sheet.text) & set("{}"), name
        assert not re.search(r"\bNone\b(?! of)", sheet.text), name


def _ids_of(screens: dict[str, str]) -> set[str]:
    """Whatever stands in an attribute and has the form of an id of the pack."""
    found = set(
        re.findall(r'(?:value|name|id)="(?:f-)?([a-z0-9]+(?:[-_][a-z0-9]+)+)"', str(screens))
    )
    assert "names-children" in found or "not-needed" in found
    # Words that people use too.
    return found - {"low-level", "half-term"}
