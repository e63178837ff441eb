"""In which school a piece of evidence or a document is looked for, where there are several."""

from dataclasses import replace
from typing import Final

from bot.app.documents import Document
from bot.app.evidence import read_evidence
from bot.app.handed import read_document
from bot.app.inbound import Person
from bot.app.school import School
from bot.app.schools import Schools
from bot.domain.errors import Refused
from bot.domain.ids import EvidenceId
from bot.screens.nodes import Handed

_BETWEEN: Final = "/"
"""Between a school and the reference of a document that is handed over."""


def handed_by(school: School, handed: Handed) -> Handed:
    """What a school hands over, so that it is known as the school's."""
    return replace(handed, ref=f"{school.id}{_BETWEEN}{handed.ref}")


def evidence_in(
    schools: Schools, person: Person, evidence: EvidenceId, school: str
) -> tuple[bytes, str]:
    """As ``read_evidence``, in the school that the screen names, if the person belongs to it."""
    theirs = schools.of(person)
    if schools.are_several and school:
        theirs = tuple(each for each in theirs if each.id == school)
    elif schools.are_several:
        theirs = tuple(each for each in theirs if _holds(each, evidence))
    if not theirs:
        raise Refused
    return read_evidence(theirs[0], person, evidence)


def document_in(schools: Schools, person: Person, ref: str) -> Document:
    """As ``read_document``, in the school that handed it over, if the person belongs to it."""
    found = named_in_document(schools, ref)
    if found is None or found[0] not in schools.of(person):
        raise Refused
    return read_document(found[0], person, found[1])


def named_in_document(schools: Schools, ref: str) -> tuple[School, str] | None:
    """The school that a document's reference names, and the reference as that school knows it."""
    if not schools.are_several:
        return schools.first, ref
    named, _, rest = ref.partition(_BETWEEN)
    school = schools.named(named)
    return (school, rest) if school else None


def _holds(school: School, evidence: EvidenceId) -> bool:
    with school.store.reading() as reading:
        return reading.file(evidence) is not None
