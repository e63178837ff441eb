"""Documents that are handed to somebody: which they are, who may have them, and for how long.

A document is named by a reference that says nothing; its bytes are made or read when it is fetched,
and permission is asked then as well.
"""

import json
from datetime import timedelta
from typing import Final

from bot.app.act import Act, Look, RefusedOnRecord, acting, looking, put_on_record
from bot.app.case_file import CaseFile, read_case
from bot.app.documents import Document
from bot.app.find_person import SEARCH, all_held, search_of
from bot.app.handover_pack import handover_of
from bot.app.inbound import Person
from bot.app.letter_names import letter_file_name
from bot.app.person_copy import person_copy_of
from bot.app.school import School
from bot.domain.case import Letter
from bot.domain.errors import Refused
from bot.domain.events import CaseHandedOver, DocumentFetched, Fetched
from bot.domain.ids import CaseId, Cause, EvidenceId
from bot.domain.permissions import Doing
from bot.screens.facts import PackText, plain
from bot.screens.nodes import Handed
from bot.screens.press import NotOurs, is_plain
from bot.screens.say import Say

HANDED_FOR: Final = timedelta(hours=24)
"""A copy can be fetched for a day; after that it is asked for again."""

_CASE: Final = "case:"
_LETTER: Final = "letter:"
_FETCHED: Final = {
    _CASE: (Doing.HAND_OVER, Fetched.COPY),
    _LETTER: (Doing.WRITE_LETTERS, Fetched.LETTER),
}
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP: Final = "application/zip"
_ENDINGS: Final = {DOCX: ".docx", ZIP: ".zip", "application/pdf": ".pdf"}


def handed_case(act: Act, case: CaseId) -> Handed:
    """The copy of a case that was just asked for."""
    entry = _last_handing(act.file(case, Doing.HAND_OVER))
    return handed_again(act, f"{_CASE}{json.dumps([case, entry])}")


def handed_letter(file: CaseFile, evidence: EvidenceId) -> Handed:
    """A letter of a case. Raises ``Refused`` if it has no such letter."""
    letter = letter_in(file, evidence)
    label = PackText(("letter", letter.letter.value))
    name = plain(Say.FILE_OF_LETTER, letter=label, reference=file.state.reference)
    says = plain(Say.LETTER_APPROVED_HERE if letter.issued else Say.LETTER_READY)
    return Handed(f"{_LETTER}{json.dumps([file.case, evidence])}", name, says)


def letter_in(file: CaseFile, evidence: EvidenceId) -> Letter:
    """The letter of a case that is in this file; as it was drafted, where that was approved.

    Raises ``Refused``.
    """
    found = next((each for each in file.state.letters if each.file == evidence), None)
    if found is None:
        raise Refused
    return found


def handed_again(look: Look, ref: str) -> Handed:
    """What was handed by that reference. Raises ``Refused`` and ``NotOurs``."""
    if ref.startswith(_CASE):
        file = look.file(CaseId(_two(ref.removeprefix(_CASE))[0]), Doing.HAND_OVER)
        name = plain(Say.REFERENCE, reference=file.state.reference)
        return Handed(ref, name, plain(Say.HAND_OVER_READY))
    if ref.startswith(_LETTER):
        case, evidence = _two(ref.removeprefix(_LETTER))
        return handed_letter(look.file(CaseId(case), Doing.WRITE_LETTERS), EvidenceId(evidence))
    search_of(look, ref.removeprefix(SEARCH))
    return Handed(ref, plain(Say.FILE_OF_PERSON), plain(Say.FIND_PERSON_READY))


def read_document(school: School, person: Person, ref: str) -> Document:
    """The document; that it left is an entry of its case.

    Raises ``Refused``, alike whether there is one or not.
    """
    cause = Cause(f"document:{ref}:{person.id}:{school.now().isoformat()}")
    try:
        document = _read(school, person, ref)
        _put_fetched(school, person, ref, cause)
    except RefusedOnRecord as refused:
        put_on_record(school, person, refused, cause)
        raise Refused from refused
    return document


def _put_fetched(school: School, person: Person, ref: str, cause: Cause) -> None:
    """Of what is held on a person, every case has its entry from when the copy was asked for."""
    for beginning, (doing, what) in _FETCHED.items():
        if ref.startswith(beginning):
            case, _ = _two(ref.removeprefix(beginning))
            with school.store.writing() as writing:
                act = acting(school, writing, person, cause)
                act.recorder.record(act.locked(CaseId(case), doing), (DocumentFetched(what),))


def _read(school: School, person: Person, ref: str) -> Document:
    with school.store.reading() as reading:
        look = looking(school, reading, person)
        try:
            if ref.startswith(_CASE):
                return _case(look, ref.removeprefix(_CASE))
            if ref.startswith(_LETTER):
                return _letter(look, ref.removeprefix(_LETTER))
            if ref.startswith(SEARCH):
                return _person(look, ref.removeprefix(SEARCH))
        except NotOurs as wrong:
            raise Refused from wrong
    raise Refused


def is_still_needed(school: School, ref: str) -> bool:
    """Whether what a platform holds of a letter may stay: until its step is answered."""
    if not ref.startswith(_LETTER):
        return True
    case, evidence = _two(ref.removeprefix(_LETTER))
    with school.store.reading() as reading:
        row = reading.case_row(CaseId(case))
        if row is None:
            return False
        state = read_case(school, reading, row).state
        letter = next((each for each in state.letters if each.file == evidence), None)
        if letter is None:
            return False
        rounds = state.rounds.get(letter.step, ())
        return any(each.number == letter.round and each.is_open for each in rounds)


def _two(text: str) -> tuple[str, str]:
    try:
        one, two = json.loads(text)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise NotOurs from wrong
    if not (is_plain(str(one)) and is_plain(str(two))):
        raise NotOurs
    return str(one), str(two)


def _case(look: Look, named: str) -> Document:
    case, entry = _two(named)
    file = look.file(CaseId(case), Doing.HAND_OVER)
    asked = next((each for each in file.entries if str(each.number) == entry), None)
    if asked is None or not isinstance(asked.event, CaseHandedOver):
        raise NotOurs
    if asked.by.person != look.who.person or look.now - asked.at > HANDED_FOR:
        raise Refused
    content = look.school.documents.handover(handover_of(look, file, asked))
    return Document(f"case-{file.state.reference}.zip", ZIP, content)


def _letter(look: Look, named: str) -> Document:
    case, evidence = _two(named)
    file = look.file(CaseId(case), Doing.WRITE_LETTERS)
    letter = letter_in(file, EvidenceId(evidence))
    kept = look.reading.file(letter.file)
    if kept is None:
        raise NotOurs
    ending = _ENDINGS.get(kept.media_type, "")
    name = letter_file_name(letter.letter, file.state.reference, ending)
    return Document(name, kept.media_type, look.reading.file_content(letter.file))


def _person(look: Look, token: str) -> Document:
    search = search_of(look, token)
    found = tuple(all_held(look, search.name))
    content = look.school.documents.person(person_copy_of(look, search, found))
    return Document("held-on-a-person.docx", DOCX, content)


def _last_handing(file: CaseFile) -> int:
    return max(each.number for each in file.entries if isinstance(each.event, CaseHandedOver))
