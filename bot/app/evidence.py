"""A piece of evidence is shown to whoever may see it, and to nobody else."""

from bot.app.act import Look, RefusedOnRecord, looking, put_on_record
from bot.app.case_file import read_case
from bot.app.drafts import content_of
from bot.app.inbound import Person
from bot.app.school import School
from bot.app.stored import KeptFile
from bot.domain.errors import Refused
from bot.domain.evaluate import holds_in_answers
from bot.domain.ids import Cause, EvidenceId
from bot.domain.permissions import Doing


def read_evidence(school: School, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
    """The original bytes and the type found from them.

    Raises ``Refused``, alike whether the file exists or not. A file of a case in which pictures are
    forbidden (PRODUCT 2.2) is shown to nobody.
    """
    try:
        return _read(school, person, evidence)
    except RefusedOnRecord as refused:
        cause = Cause(f"evidence:{evidence}:{person.id}:{school.now().isoformat()}")
        put_on_record(school, person, refused, cause)
        raise Refused from refused


def _read(school: School, person: Person, evidence: EvidenceId) -> tuple[bytes, str]:
    with school.store.reading() as reading:
        look = looking(school, reading, person)
        kept = reading.file(evidence)
        if kept is None:
            raise Refused
        if not _may_see(look, kept):
            raise RefusedOnRecord(kept.case, Doing.SEE_EVIDENCE) if kept.case else Refused
        return reading.file_content(evidence), kept.media_type


def _may_see(look: Look, kept: KeptFile) -> bool:
    if kept.draft is not None:
        draft = look.reading.draft(kept.draft)
        if draft is None or draft.person != look.who.person:
            return False
        rule = look.school.pack.policy.files_forbidden
        return not holds_in_answers(rule, content_of(draft).answers)
    row = look.reading.case_row(kept.case) if kept.case else None
    if row is None:
        return False
    file = read_case(look.school, look.reading, row)
    forbidden = holds_in_answers(file.policy.files_forbidden, file.state.answers)
    return look.may_do(Doing.SEE_EVIDENCE, file) and not forbidden
