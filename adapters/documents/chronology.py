"""Decides how the record of a case reads on paper: every entry in order, with its hash.

Corrections are entries of their own, so that the paper shows what was said first and what was said
later. The first signs of each hash stand beside its entry, the whole of it at the end.
"""

from datetime import datetime
from typing import Final

from adapters.documents.paper import Paper
from bot.app.documents import HandoverPack, RecordLine

_SHORT: Final = 12
"""Signs of a hash beside its entry: enough to find it in the list at the end."""


def draw_chronology(pack: HandoverPack) -> bytes:
    """The record as a PDF of A4 pages; the same pack gives the same bytes."""
    foot = f"{pack.school} · case {pack.reference}"
    paper = Paper(f"Chronology of case {pack.reference}", foot, pack.taken_at)
    paper.facts(_cover(pack))
    paper.hash_of("Hash of the last entry:", pack.lines[-1].sha256 if pack.lines else "none")
    paper.hash_of("The hash of the record’s last entry:", pack.head)
    paper.heading("What happened")
    for line in pack.lines:
        _draw(paper, line)
    paper.heading("Fingerprints of the entries")
    paper.text_of(
        "Each is a SHA-256 number over the entry and the fingerprint before it. If an entry is "
        "changed, taken out or put in, its own and all later ones no longer fit. The school can "
        "check them with: report-post verify",
        small=True,
    )
    paper.fingerprints((str(line.number), line.sha256) for line in pack.lines)
    return paper.content()


def local_time(moment: datetime) -> str:
    """A moment of the school's local time, such as "25 November 2026, 14:03 GMT"."""
    return f"{moment.day} {moment:%B %Y, %H:%M %Z}".strip()


def _cover(pack: HandoverPack) -> list[tuple[str, str]]:
    return [
        ("School", pack.school),
        ("Case", str(pack.reference)),
        ("Entries", _entries(pack)),
        ("Printed", local_time(pack.taken_at)),
        ("Times", "Local time in the United Kingdom (GMT, in summer BST)."),
        ("Corrections", "Each is an entry of its own. What it corrects still stands before it."),
    ]


def _entries(pack: HandoverPack) -> str:
    if not pack.lines:
        return "none"
    first, last = pack.lines[0], pack.lines[-1]
    return f"{len(pack.lines)}, from {local_time(first.at)} to {local_time(last.at)}"


def _draw(paper: Paper, line: RecordLine) -> None:
    moment = f"{line.at:%A} {local_time(line.at)}"
    who = f"{line.who}, {line.name.reveal()}" if line.name else line.who
    paper.head_line((str(line.number), moment, who), line.sha256[:_SHORT])
    paper.text_of(line.what[:1].upper() + line.what[1:])
    for text in line.told:
        if text:
            paper.text_of(text.reveal(), left=6)
