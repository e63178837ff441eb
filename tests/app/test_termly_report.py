"""The termly report: which term is meant, what it says, who may see it, and what the files hold."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from adapters.documents.on_disk import NotWritten
from adapters.documents.term_report import as_csv, as_word
from bot.app.digest_record import digest_record, put_digest_record
from bot.app.termly_report import NamedTerm, NoTermReport, TermlyReport, termly_report
from bot.app.termly_view import term_report_view
from bot.compose.term_report import ReportNotMade, write_term_report
from bot.config import read_settings
from bot.domain.calendar import SchoolCalendar
from bot.domain.errors import Refused
from bot.domain.figures import TermTotal
from bot.domain.ids import MessageKind
from bot.domain.terms import Term
from bot.screens.chart_text import chart_text
from bot.screens.facts import plain
from bot.screens.nodes import Chart, Facts, Heading, Paragraph, View
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from tests.builders import SchoolAtWork, at_work, school_time, the_same_school
from tests.school_files import changed


def a_school(folder: Path, detail: str = "suppressed") -> SchoolAtWork:
    """The sample school with this detail, on Monday 23 November."""
    file = folder / "school.toml"
    file.write_text(changed(('detail = "suppressed"', f'detail = "{detail}"')), "utf-8")
    school = at_work(read_settings(file, {}))
    school.jump_to("2026-11-23T09:06")
    return school


def reports(school: SchoolAtWork, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        school.report(links={f"https://example.com/{number}"})


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> SchoolAtWork:
    """Twelve reports and two Friday digests, on the Saturday after the second."""
    school = a_school(tmp_path_factory.mktemp("school"))
    reports(school, 12)
    school.move_to("2026-12-05T09:00")
    return school


def later(reported: SchoolAtWork, moment: str, folder: Path) -> SchoolAtWork:
    """Another school of which the same was printed, at a later time."""
    school = a_school(folder)
    with reported.school.store.reading() as reading:
        record = digest_record(reading)
    with school.school.store.writing() as writing:
        put_digest_record(writing, record)
    school.clock.at = school_time(moment)
    return school


def facts_of(report: TermlyReport) -> dict[str, str]:
    text = report.words.text
    pairs = [pair for node in report.nodes if isinstance(node, Facts) for pair in node.pairs]
    return {text(name): text(value) for name, value in pairs}


def sentences(report: TermlyReport) -> str:
    nodes = (node for node in report.nodes if isinstance(node, Heading | Paragraph))
    return "\n".join(report.words.text(node.text) for node in nodes)


def view_of(school: SchoolAtWork, typed: str = "", who: str = "head") -> View:
    with school.acting(who) as act:
        return term_report_view(act, typed)


def test_it_says_what_the_digests_said(reported: SchoolAtWork) -> None:
    report = termly_report(reported.school, "autumn")

    said = facts_of(report)
    assert said["Cases this term"] == "10"
    assert said["Open at the last digest"] == "10"
    assert said["Negative or offensive comments"] == "5 or more"
    assert said["Racist comments"] == "fewer than 5"
    assert "The term is not over" in sentences(report)
    assert "Friday 4 December 2026" in sentences(report)
    assert "Wednesday 2 September 2026 to Friday 18 December 2026" in sentences(report)


def test_it_does_not_change_when_the_cases_do(reported: SchoolAtWork) -> None:
    before = termly_report(reported.school, "autumn")
    reports(reported, 9, first=20)
    reported.report(about={"dsl"})

    assert termly_report(reported.school, "autumn").nodes == before.nodes


def test_a_term_that_is_over_says_so_and_has_what_a_later_digest_added(
    reported: SchoolAtWork, tmp_path: Path
) -> None:
    school = later(reported, "2027-01-15T16:00", tmp_path)
    with school.school.store.writing() as writing:
        record = digest_record(writing)
        now = (TermTotal("2026-autumn", 15), TermTotal("2027-spring", 0))
        at = school.clock.at.astimezone(UTC)
        spring = replace(record.printed[-1], at=at, term="2027-spring", total=0, terms=now)
        put_digest_record(writing, replace(record, printed=(*record.printed, spring)))
    report = termly_report(school.school, "autumn")

    assert facts_of(report)["Cases this term"] == "15"
    assert "about the first 10 cases of the term" in sentences(report)
    assert "The term is not over" not in sentences(report)
    (chart,) = (node.chart for node in report.nodes if isinstance(node, Chart))
    assert chart.terms == (TermTotal("Autumn 2026", 15),)


def test_a_school_with_plain_numbers_gets_their_sum(tmp_path: Path) -> None:
    school = a_school(tmp_path, "totals")
    reports(school, 2)
    school.jump_to("2026-11-27T16:00")
    school.jump_to("2026-11-30T09:00")
    reports(school, 1, first=9)
    school.jump_to("2026-12-04T16:00")
    said = facts_of(termly_report(school.school, "autumn"))

    assert said == {
        "New cases this term": "3",
        "Open at the last digest": "3",
        "Closed cases this term": "0",
    }


@pytest.mark.parametrize(
    ("name", "year", "told"),
    [
        ("autum", None, 'Did you mean "autumn"?'),
        ("michaelmas", None, "Use one of: autumn, spring, summer."),
        ("autumn", 2031, "Name another year: 2026."),
        ("summer", None, "No weekly digest has gone out in the term Summer 2027 yet"),
        ("spring", 2027, "No weekly digest has gone out in the term Spring 2027 yet"),
    ],
)
def test_a_term_that_cannot_be_reported_on_is_said_with_what_to_do(
    reported: SchoolAtWork, name: str, year: int | None, told: str
) -> None:
    with pytest.raises(NoTermReport) as refused:
        termly_report(reported.school, name, year)
    assert told in str(refused.value)


def test_before_the_first_digest_there_is_nothing_to_report(tmp_path: Path) -> None:
    school = a_school(tmp_path)
    reports(school, 12)
    with pytest.raises(NoTermReport, match="Ask again after the first one"):
        termly_report(school.school, "Autumn")


def test_a_term_that_left_the_calendar_is_still_known_by_its_digests(
    reported: SchoolAtWork, tmp_path: Path
) -> None:
    school = later(reported, "2027-08-20T09:00", tmp_path)
    now = SchoolCalendar(
        zone=school.school.calendar.zone,
        terms=(Term("autumn", date(2027, 9, 2), date(2027, 12, 17), None),),
        inset_days=frozenset(),
        bank_holidays=frozenset(),
    )
    moved_on = the_same_school(school, calendar=now).school
    report = termly_report(moved_on, "autumn")

    assert report.term == NamedTerm("autumn", 2026)
    assert facts_of(report)["Cases this term"] == "10"
    assert "Friday 27 November 2026 to Friday 4 December 2026" in sentences(report)
    with pytest.raises(NoTermReport, match="Autumn 2027"):
        termly_report(moved_on, "autumn", 2027)


def test_the_head_sees_the_same(reported: SchoolAtWork) -> None:
    report = termly_report(reported.school, "autumn")
    for typed in ("", "autumn", " Autumn ", "autumn 2026"):
        view = view_of(reported, typed)
        assert view.nodes == report.nodes
        assert view.here == Press(Verb.TERM_REPORT, what="autumn 2026")


def test_the_head_is_told_of_a_term_that_there_is_not(reported: SchoolAtWork) -> None:
    assert view_of(reported, "rob@example.com").nodes == (Paragraph(plain(Say.TERM_UNKNOWN)),)
    assert view_of(reported, "rob@example.com").here == Press(Verb.TERM_REPORT)
    assert view_of(reported, "autumn 2031").nodes == (Paragraph(plain(Say.TERM_UNKNOWN)),)
    assert view_of(reported, "spring").nodes == (Paragraph(plain(Say.TERM_NO_DIGEST)),)


@pytest.mark.parametrize("who", ["staff", "deputy", "dsl", "chair", "admin"])
def test_nobody_but_the_head_sees_it(reported: SchoolAtWork, who: str) -> None:
    with pytest.raises(Refused):
        view_of(reported, "autumn", who)


def test_the_chart_says_the_weeks_of_the_digests(reported: SchoolAtWork) -> None:
    (chart,) = (n.chart for n in view_of(reported).nodes if isinstance(n, Chart))
    assert [friday for friday, _ in chart.weeks] == [date(2026, 11, 27), date(2026, 12, 4)]
    assert len(reported.sent(MessageKind.DIGEST)) == 2


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read UTF-8"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_table_has_a_line_for_each_figure(reported: SchoolAtWork) -> None:
    report = termly_report(reported.school, "autumn")
    lines = read_csv(as_csv(report))

    assert lines[0] == ["About", "What", "Value"]
    assert {len(line) for line in lines} == {3}
    found = {(what, value) for _, what, value in lines}
    assert facts_of(report).items() <= found
    assert {("2026-11-27", "some late"), ("Autumn 2026", "10")} <= found
    assert as_csv(report).count(b"\r\n") == len(lines)


def test_nothing_in_the_table_is_a_formula(reported: SchoolAtWork) -> None:
    report = termly_report(reported.school, "autumn")
    nasty = replace(report, school="=HYPERLINK(1)", term=NamedTerm("@SUM(1)", 2026))
    (chart,) = (node for node in nasty.nodes if isinstance(node, Chart))
    terms = tuple(replace(each, name="\t-1+cmd|' /C calc'!A0") for each in chart.chart.terms)
    there = replace(chart, chart=replace(chart.chart, terms=terms))
    nasty = replace(nasty, nodes=tuple(there if n is chart else n for n in nasty.nodes))
    cells = [cell for line in read_csv(as_csv(nasty)) for cell in line]

    assert "'=HYPERLINK(1)" in cells
    assert "'-1+cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_the_document_says_it_in_words_and_in_a_described_picture(reported: SchoolAtWork) -> None:
    report = termly_report(reported.school, "autumn")
    content = as_word(report)
    document = Document(io.BytesIO(content))
    text = "\n".join(each.text for each in document.paragraphs)
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    (chart,) = (node.chart for node in report.nodes if isinstance(node, Chart))

    assert text.startswith("Posts about the school: Autumn 2026")
    assert set(sentences(report).splitlines()) <= set(text.splitlines())
    assert chart_text(chart) in text
    assert facts_of(report).keys() | facts_of(report).values() <= cells
    with ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("word/document.xml").decode()
    assert 'descr="Were the policy' in xml
    assert content == as_word(report)


def test_no_format_names_anybody(reported: SchoolAtWork) -> None:
    report = termly_report(reported.school, "autumn")
    with ZipFile(io.BytesIO(as_word(report))) as parts:
        word = "".join(parts.read(each).decode("utf-8", "replace") for each in parts.namelist())
    for text in (word, as_csv(report).decode("utf-8-sig")):
        assert "2026-001" not in text
        assert "example.com" not in text
        assert "Calder" not in text


def test_a_file_is_replaced_whole_or_not_at_all(reported: SchoolAtWork, tmp_path: Path) -> None:
    place = tmp_path / "out" / "Report.CSV"
    with pytest.raises(NotWritten, match="There is no folder"):
        write_term_report(reported.school, "autumn", None, place)
    place.parent.mkdir()
    place.write_text("an older one", "utf-8")
    with pytest.raises(NoTermReport):
        write_term_report(reported.school, "spring", None, place)
    assert place.read_text("utf-8") == "an older one"

    report = write_term_report(reported.school, "autumn", 2026, place)
    assert place.read_bytes() == as_csv(report)
    assert list(place.parent.iterdir()) == [place]
    with pytest.raises(ReportNotMade, match=r"neither \.docx nor \.csv"):
        write_term_report(reported.school, "autumn", None, tmp_path / "report.pdf")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(NotWritten, match="is a folder"):
        write_term_report(reported.school, "autumn", None, tmp_path / "folder.csv")
