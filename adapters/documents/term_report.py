"""Decides how the termly report is laid out: a Word document, or a table for a spreadsheet.

Both are made of the same nodes as the view and the weekly digest, so all of them say the same.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from typing import Final

from adapters.documents.chart import draw_chart
from adapters.documents.word import WordDocument
from adapters.documents.written import in_one_line
from bot.app.termly_report import TermlyReport
from bot.domain.digest_shown import shown_count
from bot.screens.chart_text import WEEK_WORDS, chart_text
from bot.screens.nodes import Bullets, Chart, Facts, Heading, Paragraph

_BOM: Final = "\ufeff"
"""Without it Excel reads a file of its own accord in the old Windows code, and ’ becomes â€™."""

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""

_ON_TIME: Final = "Were the policy’s steps on time? Week to Friday"
_EACH_TERM: Final = "Cases each term"


def title_of(report: TermlyReport) -> str:
    """What stands above the report."""
    return f"Posts about the school: {report.term.label}"


def as_word(report: TermlyReport) -> bytes:
    """The report as a Word document, with the chart as a picture and in words."""
    made_on = f"{report.made_on.day} {report.made_on:%B %Y}"
    document = WordDocument(title_of(report), school=report.school, note=f"Made on {made_on}")
    for node in report.nodes:
        match node:
            case Heading(text):
                document.heading(report.words.text(text))
            case Paragraph(text):
                document.paragraph(report.words.text(text))
            case Bullets(lines):
                document.bullets(report.words.text(each) for each in lines)
            case Facts(pairs):
                rows = [[report.words.text(each) for each in pair] for pair in pairs]
                document.table(["What", "How many, or how long"], rows, widths=[2, 1])
            case Chart(chart, name):
                said = chart_text(chart)
                document.heading(report.words.text(name))
                document.picture(draw_chart(chart), said)
                document.paragraph(said)
            case _:
                raise TypeError(f"{type(node).__name__} has no place in a report.")
    return document.bytes()


def as_csv(report: TermlyReport) -> bytes:
    """The report as comma-separated values: UTF-8 with a mark for Excel, a line for each figure."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(["About", "What", "Value"])
    writer.writerow([_cell(each) for each in (title_of(report), "School", report.school)])
    writer.writerow([_cell(title_of(report)), "Made on", report.made_on.isoformat()])
    for line in _lines(report):
        writer.writerow([_cell(each) for each in line])
    return f"{_BOM}{table.getvalue()}".encode()


def _lines(report: TermlyReport) -> Iterator[tuple[str, str, str]]:
    about = title_of(report)
    for node in report.nodes:
        match node:
            case Heading(text):
                about = report.words.text(text)
            case Paragraph(text):
                yield title_of(report), "Note", report.words.text(text)
            case Bullets(lines):
                yield from ((about, "Note", report.words.text(each)) for each in lines)
            case Facts(pairs):
                for name, value in pairs:
                    yield about, report.words.text(name), report.words.text(value)
            case Chart(chart):
                for friday, timeliness in chart.weeks:
                    yield _ON_TIME, friday.isoformat(), WEEK_WORDS[timeliness]
                for term in chart.terms:
                    yield _EACH_TERM, term.name, shown_count(term.total)
            case _:
                raise TypeError(f"{type(node).__name__} has no place in a report.")


def _cell(text: str) -> str:
    """The text as a spreadsheet shows it, whatever it begins with."""
    line = in_one_line(text)
    return f"'{line}" if line.startswith(_STARTS_A_FORMULA) else line


FORMATS: Final[Mapping[str, Callable[[TermlyReport], bytes]]] = {".docx": as_word, ".csv": as_csv}
"""How the report is written, by the ending of its file."""
