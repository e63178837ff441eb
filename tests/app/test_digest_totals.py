"""A school that chose plain weekly numbers: from its ``school.toml`` to what the channel shows."""

from pathlib import Path

import pytest

from adapters.desk.render import draw_message
from bot.config import read_settings
from bot.domain.commands import Exclude
from bot.domain.ids import MessageKind
from bot.domain.personal import Personal
from bot.screens.chart_text import chart_text
from bot.screens.nodes import Chart
from tests.builders import SchoolAtWork, an_answer, at_work
from tests.desk_page import Sheet
from tests.school_files import changed

WHY = Personal("because")
REFUSED = an_answer("acknowledge", "not-inappropriate", fair_concern="no")


def a_school(folder: Path, detail: str) -> SchoolAtWork:
    """The sample school with this line in its file, a minute after it began."""
    file = folder / "school.toml"
    file.write_text(changed(('detail = "suppressed"', f'detail = "{detail}"')), "utf-8")
    school = at_work(read_settings(file, {}))
    school.jump_to("2026-11-23T09:06")
    return school


def report(school: SchoolAtWork, number: int) -> None:
    """A report of a post of its own, with two categories."""
    school.report(links={f"https://example.com/{number}"}, content={"threat", "offensive"})


def posted(school: SchoolAtWork) -> list[str]:
    """Everything that can be read in the newest digest, as the local page draws it."""
    newest = school.sent(MessageKind.DIGEST)[-1]
    assert newest.to == "governors"
    return Sheet(str(draw_message(newest.message, school.school.words(), "m1"))).texts


def read_aloud(school: SchoolAtWork, kind: MessageKind = MessageKind.DIGEST) -> str:
    """The alt text of the newest digest's chart."""
    nodes = school.sent(kind)[-1].message.nodes
    (chart,) = (each for each in nodes if isinstance(each, Chart))
    return chart_text(chart.chart)


def figure(texts: list[str], name: str) -> str:
    """What stands beside a name."""
    return texts[texts.index(name) + 1]


def figures(texts: list[str]) -> tuple[str, str, str]:
    return (
        figure(texts, "New cases"),
        figure(texts, "Open cases"),
        figure(texts, "Closed cases"),
    )


def category_labels(school: SchoolAtWork) -> list[str]:
    policy = school.school.pack.policy
    return [each.label for each in policy.questions[policy.categories].options]


def test_the_channel_reads_the_plain_numbers_of_each_week(tmp_path: Path) -> None:
    school = a_school(tmp_path, "totals")
    for number in range(3):
        report(school, number)
    school.work("head", school.report("staff-2", links={"https://example.com/closed"}), REFUSED)
    school.move_to("2026-11-27T15:31")
    assert figures(posted(school)) == ("4", "3", "1")
    report(school, 9)
    school.move_to("2026-12-04T15:31")
    assert figures(posted(school)) == ("1", "4", "0")


def test_no_number_is_hidden_and_none_is_of_a_category(tmp_path: Path) -> None:
    school = a_school(tmp_path, "totals")
    for number in range(12):
        report(school, number)
    school.move_to("2026-11-27T15:31")
    texts = posted(school)
    assert figures(texts) == ("12", "12", "0")
    assert "Cases this term" not in texts
    assert "By category, this term" not in texts
    shown = "\n".join((*texts, read_aloud(school)))
    assert "fewer than 5" not in shown
    assert "complete fives, so that" not in shown
    assert not [each for each in category_labels(school) if each in shown]


def test_the_same_school_with_hidden_numbers_has_the_table(tmp_path: Path) -> None:
    school = a_school(tmp_path, "suppressed")
    for number in range(12):
        report(school, number)
    school.move_to("2026-11-27T15:31")
    texts = posted(school)
    assert (figure(texts, "New cases"), figure(texts, "Cases this term")) == ("10", "10")
    assert "Closed cases" not in texts
    assert set(category_labels(school)) <= set(texts)


@pytest.mark.parametrize("kind", [MessageKind.DIGEST_PREVIEW, MessageKind.DIGEST])
def test_the_chart_stays_in_complete_fives(tmp_path: Path, kind: MessageKind) -> None:
    school = a_school(tmp_path, "totals")
    for number in range(7):
        report(school, number)
    school.move_to("2026-11-27T15:31")
    terms = "Cases each term, in complete fives:\nAutumn 2026: 5"
    assert read_aloud(school, kind).endswith(terms)


def test_a_case_from_which_somebody_is_out_is_in_no_plain_number(tmp_path: Path) -> None:
    school = a_school(tmp_path, "totals")
    report(school, 1)
    school.report(links={"https://example.com/about"}, about={"dsl"})
    excluded = school.report(links={"https://example.com/out"})
    school.work("head", excluded, Exclude(school.id_of("deputy"), WHY))
    school.work("head", excluded, REFUSED)
    school.move_to("2026-11-27T15:31")
    assert figures(posted(school)) == ("1", "1", "0")
