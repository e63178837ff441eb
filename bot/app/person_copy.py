"""A copy of what is held on a person, made to be looked through before it is given out.

What names somebody else is marked to be blacked out; every other text that they did not write
themselves is marked to be read first, since it may tell of somebody else.
"""

from collections.abc import Iterable, Iterator

from bot.app.act import Look
from bot.app.case_file import CaseFile
from bot.app.case_keys import name_key
from bot.app.documents import FileToSee, Mark, MarkedCase, MarkedEntry, MarkedText, PersonCopy
from bot.app.find_person import Search
from bot.app.held_on_person import HeldCase, HeldEntry, HeldText
from bot.domain.events import EvidenceAttached
from bot.domain.subject_access import answer_by
from bot.screens.chronology import what_happened, who_did
from bot.screens.facts import PackText, plain
from bot.screens.say import Say


def person_copy_of(look: Look, search: Search, found: Iterable[HeldCase]) -> PersonCopy:
    """The copy of what a search found."""
    calendar = look.school.calendar
    return PersonCopy(
        look.school.name,
        search.name,
        calendar.local(look.now),
        answer_by(look.today, calendar),
        tuple(_case(look, each) for each in found),
    )


def _case(look: Look, held: HeldCase) -> MarkedCase:
    state = held.file.state
    opened_on = look.school.calendar.local_date(state.opened_at)
    others = frozenset(map(name_key, held.others))
    entries = tuple(_entry(look, held, each, others) for each in held.entries)
    return MarkedCase(state.reference, opened_on, entries, tuple(_files(look, held.file)))


def _files(look: Look, file: CaseFile) -> Iterator[FileToSee]:
    """The files and letters of a case: no search finds a name in a picture."""
    words, local = look.school.words(file.policy), look.school.calendar.local_date
    added = {
        each.event.evidence: local(each.at)
        for each in file.entries
        if isinstance(each.event, EvidenceAttached)
    }
    for number, each in enumerate(file.state.evidence, start=1):
        name = words.text(plain(Say.EVIDENCE_LABEL, number=number))
        yield FileToSee(name, each.media_type, each.size, added[each.evidence])
    for letter in file.state.letters:
        kept = look.reading.file(letter.file)
        if kept is not None:
            name = words.text(plain(Say.LABEL, label=PackText(("letter", letter.letter.value))))
            yield FileToSee(name, kept.media_type, kept.size, local(letter.at))


def _entry(look: Look, held: HeldCase, each: HeldEntry, others: frozenset[str]) -> MarkedEntry:
    words, entry = look.school.words(held.file.policy), each.entry
    return MarkedEntry(
        entry.number,
        look.school.calendar.local(entry.at),
        words.text(who_did(entry.by)),
        words.text(what_happened(entry.event)),
        tuple(_marked(each.texts, others)),
    )


def _marked(texts: Iterable[HeldText], others: frozenset[str]) -> Iterator[MarkedText]:
    for each in texts:
        key = name_key(each.text)
        if any(other in key for other in others):
            yield MarkedText(each.text, Mark.BLACK_OUT)
        elif each.ours and each.is_name:
            yield MarkedText(each.text, Mark.OWN)
        else:
            yield MarkedText(each.text, Mark.READ_FIRST)
