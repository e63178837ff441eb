"""A made-up copy of a case for the tests of the handover pack."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.documents import HandoverPack, PackedFile, RecordLine
from bot.domain.ids import Reference
from bot.domain.letter_files import WORD
from bot.domain.personal import Personal

LONDON = ZoneInfo("Europe/London")
BEGAN_AT = datetime(2026, 10, 22, 9, 5, tzinfo=LONDON)
TOLD = "Rang twice.\nNo answer: Ελένη, Łukasz, Ирина, עברית and عبد الرحمن. 💩 王芳"
LONG = "A long note that goes on. " * 400


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def a_line(number: int, what: str, *told: str, days: float = 0) -> RecordLine:
    """An entry of the head's."""
    return RecordLine(
        number,
        BEGAN_AT + timedelta(days=days),
        "the headteacher",
        Personal("Ruth Calder"),
        what,
        tuple(Personal(text) for text in told),
        sha256_of(str(number).encode()),
    )


LINES = (
    a_line(1, "opened the case with a report"),
    a_line(2, "Speak with the parent: No answer", TOLD, days=1),
    a_line(
        3, "Correction. Speak with the parent: They refuse", "I pressed the wrong one.", days=1.1
    ),
    a_line(4, "note", LONG, days=5),
    *(a_line(number, "looked at the case", days=number) for number in range(5, 40)),
)


def a_file(
    number: int,
    content: bytes = b"\x89PNG picture",
    media_type: str = "image/png",
    *,
    read: Callable[[], bytes] | None = None,
    shows_reporter: bool = False,
    name: str = "",
) -> PackedFile:
    """A file that the school keeps."""
    return PackedFile(
        number,
        media_type,
        len(content),
        sha256_of(content),
        read or (lambda: content),
        shows_reporter,
        name,
    )


def a_pack(
    *,
    lines: tuple[RecordLine, ...] = LINES,
    evidence: tuple[PackedFile, ...] = (),
    letters: tuple[PackedFile, ...] = (),
    withheld: bool = False,
    why: str = "They asked for it under their number 55/26.",
) -> HandoverPack:
    """A copy for the police."""
    return HandoverPack(
        school="Derwent Vale Primary School",
        reference=Reference("2026-014"),
        taken_by="the headteacher",
        taken_by_name=Personal("Ruth Calder"),
        taken_at=BEGAN_AT + timedelta(days=50),
        for_whom=Personal("PC 1234 Sample, Derwent Police"),
        why=Personal(why),
        lines=lines,
        evidence=evidence,
        withheld=withheld,
        letters=letters,
        head=sha256_of(b"head"),
    )


FULL_PACK = a_pack(
    evidence=(
        a_file(1),
        a_file(2, b"\xff\xd8\xff photo", "image/jpeg", shows_reporter=True),
        a_file(3, b"%PDF-1.7", "application/pdf"),
    ),
    letters=(a_file(1, b"PK letter", WORD, name="warning-letter"),),
)
