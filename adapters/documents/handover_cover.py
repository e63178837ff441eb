"""Decides what the cover of a handover pack says: for whom, what is in it, how to check it."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.documents.chronology import local_time
from adapters.documents.letter_context import size_in_words
from adapters.documents.paper import Paper
from bot.app.documents import HandoverPack, PackedFile

CHRONOLOGY = "chronology.pdf"
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Packed:
    """A file of the pack under the name that it has there; ``missing`` if it could not be read."""

    name: str
    file: PackedFile
    missing: bool = False


def draw_cover(pack: HandoverPack, evidence: Sequence[Packed], letters: Sequence[Packed]) -> bytes:
    """The cover as a PDF of A4 pages; the same pack gives the same bytes."""
    foot = f"{pack.school} · case {pack.reference} · confidential"
    paper = Paper(f"Case {pack.reference}: copy for handing over", foot, pack.taken_at)
    paper.facts(_who_and_why(pack))
    paper.warning(
        "Confidential. This pack names people, among them those who told the school. Give it to "
        "nobody but the person it is for, and keep it as you would keep a child’s file."
    )
    _warn(paper, pack, evidence)
    paper.heading("What is in it")
    paper.points(_contents(evidence, letters))
    _check(paper, pack)
    return paper.content()


def _who_and_why(pack: HandoverPack) -> list[tuple[str, str]]:
    name = (
        f"{pack.taken_by_name.reveal()}, {pack.taken_by}" if pack.taken_by_name else pack.taken_by
    )
    return [
        ("School", pack.school),
        ("Case", str(pack.reference)),
        ("For", pack.for_whom.reveal()),
        ("Why", pack.why.reveal()),
        ("Taken out by", name),
        ("On", f"{pack.taken_at:%A} {local_time(pack.taken_at)}"),
    ]


def _warn(paper: Paper, pack: HandoverPack, evidence: Sequence[Packed]) -> None:
    if pack.withheld:
        paper.warning(
            "The pictures of this case are not in the pack: one may be a sexual image of a child. "
            "They are copied for nobody. The police tell the school what to do with them."
        )
    shown = [each.name for each in evidence if each.file.shows_reporter and not each.missing]
    if shown:
        paper.warning(
            f"Who took the picture can be seen in it: {', '.join(shown)}. Show it to nobody who "
            "should not know who told the school."
        )
    lost = [each.name for each in evidence if each.missing]
    if lost:
        paper.warning(
            f"Not in the pack, because the school’s copy is damaged or missing: {', '.join(lost)}."
        )


def _contents(evidence: Sequence[Packed], letters: Sequence[Packed]) -> list[str]:
    lines = [f"{CHRONOLOGY}: everything that happened in the case, entry by entry"]
    lines += [
        f"{each.name}: {size_in_words(each.file.size)}" for each in evidence if not each.missing
    ]
    if not evidence:
        lines.append("No pictures or files")
    lines += [
        f"{each.name}: as it was approved, {size_in_words(each.file.size)}"
        for each in letters
        if not each.missing
    ]
    lines.append(f"{SUMS}: the fingerprint (SHA-256) of each file in the pack")
    return lines


def _check(paper: Paper, pack: HandoverPack) -> None:
    paper.heading("How to check that nothing was changed")
    paper.text_of(
        "Unpack everything into one folder. Then open a command line in that folder and type, on "
        f"Linux: sha256sum -c {SUMS}; on a Mac: shasum -a 256 -c {SUMS}. Each line must end in OK. "
        "On Windows, type in PowerShell: Get-FileHash evidence\\* and compare the numbers with "
        f"those in {SUMS}; it opens in Notepad."
    )
    paper.text_of(
        "The numbers of the pictures and files are those that the school recorded when it received "
        "them. The school’s own record is a chain in which every entry holds the hash of the one "
        "before. Compare these two with what the school finds with: report-post verify"
    )
    last = pack.lines[-1].sha256 if pack.lines else "none"
    paper.hash_of("The last entry of this case:", last)
    paper.hash_of("The hash of the record’s last entry:", pack.head)
