"""What a copy of a whole case holds: the record with its hashes, the evidence, the letters."""

from collections.abc import Callable
from functools import partial

from bot.app.act import Look
from bot.app.case_file import CaseFile
from bot.app.documents import HandoverPack, PackedFile, RecordLine
from bot.app.told_in_full import told_in_full
from bot.domain.evaluate import holds_in_answers
from bot.domain.events import CaseHandedOver, Entry
from bot.domain.ids import EvidenceId
from bot.screens.chronology import line_of, who_did
from bot.screens.wording import Words


def handover_of(look: Look, file: CaseFile, asked: Entry) -> HandoverPack:
    """The copy that an entry of the record asked for."""
    event, words = asked.event, look.school.words(file.policy)
    if not isinstance(event, CaseHandedOver):
        message = "Only a handing over asks for a copy."
        raise TypeError(message)
    withheld = holds_in_answers(file.policy.files_forbidden, file.state.answers)
    return HandoverPack(
        school=look.school.name,
        reference=file.state.reference,
        taken_by=words.text(who_did(asked.by)),
        taken_by_name=asked.by.name,
        taken_at=look.school.calendar.local(asked.at),
        for_whom=event.for_whom,
        why=event.why,
        lines=_lines(look, file, words),
        evidence=() if withheld else _evidence(look, file),
        withheld=withheld and bool(file.state.evidence),
        letters=_letters(look, file),
        head=look.reading.head_hash(),
    )


def _lines(look: Look, file: CaseFile, words: Words) -> tuple[RecordLine, ...]:
    hashes = look.reading.entry_hashes(file.case)
    found = []
    for entry, sha256 in zip(file.entries, hashes, strict=True):
        line = line_of(entry)
        at = look.school.calendar.local(entry.at)
        who, what = words.text(line.who), words.text(line.what)
        name = entry.by.name
        shown = line.told[1:] if name else line.told
        full = told_in_full(entry.event, file, words)
        told = shown if full is None else full
        found.append(RecordLine(entry.number, at, who, name, what, told, sha256))
    return tuple(found)


def _evidence(look: Look, file: CaseFile) -> tuple[PackedFile, ...]:
    return tuple(
        PackedFile(
            number,
            each.media_type,
            each.size,
            each.sha256,
            _reader(look, each.evidence),
            each.shows_reporter,
        )
        for number, each in enumerate(file.state.evidence, start=1)
    )


def _letters(look: Look, file: CaseFile) -> tuple[PackedFile, ...]:
    found = []
    for number, each in enumerate((each for each in file.state.letters if each.issued), start=1):
        kept = look.reading.file(each.file)
        if kept is not None:
            read = _reader(look, each.file)
            name = str(each.letter)
            found.append(
                PackedFile(number, kept.media_type, kept.size, kept.sha256, read, name=name)
            )
    return tuple(found)


def _reader(look: Look, evidence: EvidenceId) -> Callable[[], bytes]:
    return partial(look.reading.file_content, evidence)
