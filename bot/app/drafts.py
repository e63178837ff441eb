"""A report that is being written: kept after every page, resumed, sent once or thrown away."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.app.act import Act, Look
from bot.app.file_report import Filed, alert_now, file_report
from bot.app.ports import DraftMovedOn
from bot.app.records import pack, unpack
from bot.app.stored import Draft
from bot.domain.answers import Answers
from bot.domain.changed import changed
from bot.domain.errors import Invalid, Why
from bot.domain.evaluate import holds_in_answers
from bot.domain.events import EvidenceAttached
from bot.domain.ids import CaseId, Cause, DraftId, EvidenceId, MessageKind
from bot.domain.permissions import Doing
from bot.domain.policy import Policy
from bot.domain.questionnaire import is_danger
from bot.domain.reminders import as_timedelta
from bot.domain.uploads import UploadNotAccepted, check_upload, media_type


def _sent_as(draft: DraftId) -> Cause:
    """Remembered as an answered cause is: the upkeep forgets it after 30 days."""
    return Cause(f"sent-draft:{draft}")


@dataclass(frozen=True)
class Content:
    """What a draft holds: the answers so far and the files in the vault."""

    answers: Answers
    files: tuple[EvidenceAttached, ...] = ()
    danger: bool = False
    """A danger was ticked at some time, so its writer is or was reminded."""


def content_of(draft: Draft) -> Content:
    """What the draft holds."""
    kept = json.loads(draft.answers)
    return Content(unpack(kept["answers"]), unpack(kept["files"]), kept["danger"])


def _written(content: Content) -> bytes:
    kept = {
        "answers": pack(content.answers),
        "files": pack(content.files),
        "danger": content.danger,
    }
    return json.dumps(kept).encode()


def begin_draft(act: Act, answers: Answers) -> Draft:
    """A new draft with what is known already, such as links."""
    act.ask(Doing.REPORT)
    draft = Draft(DraftId(uuid.uuid4().hex), act.who.person, act.now, 0, answers=b"")
    return save_draft(act, draft, Content(answers))


def save_draft(act: Act, draft: Draft, content: Content) -> Draft:
    """The draft with this content. A danger sets its reminder, once.

    Whoever saved last is right: a page holds all of its answers. Raises ``Invalid`` if the draft
    was sent or thrown away meanwhile.
    """
    try:
        return _put(act, draft, content)
    except DraftMovedOn:
        stored = act.reading.draft(draft.draft)
    if stored is None:
        raise Invalid({"": Why.DRAFT_GONE})
    # It was saved since it was read.
    draft = replace(draft, revision=stored.revision, remind_at=stored.remind_at)
    try:
        return _put(act, draft, content)
    except DraftMovedOn as moved:
        raise Invalid({"": Why.OUT_OF_DATE}) from moved


def _put(act: Act, draft: Draft, content: Content) -> Draft:
    """The draft with this content, one revision on. Raises ``DraftMovedOn``."""
    policy = act.school.pack.policy
    danger = is_danger(policy, content.answers)
    remind_at = draft.remind_at
    if danger and not content.danger:
        remind_at = _reminded_at(act, policy)
    content = changed(content, danger=content.danger or danger)
    revision, answers = draft.revision + 1, _written(content)
    draft = changed(draft, revision=revision, answers=answers, remind_at=remind_at)
    act.writing.put_draft(draft)
    return draft


def _reminded_at(act: Act, policy: Policy) -> datetime | None:
    """When the writer of a danger is reminded; never, in a pack that has no rule for it."""
    rules = (rule for rule in policy.reminders if rule.kind is MessageKind.DRAFT_REMINDER)
    after = next((rule.after for rule in rules if rule.after), None)
    return act.now + as_timedelta(after[0]) if after else None


def own_draft(look: Look, draft: DraftId) -> Draft:
    """The person's own draft. Raises ``Invalid``, alike whether it is gone or somebody else's."""
    look.ask(Doing.REPORT)
    found = look.reading.draft(draft)
    if found is None or found.person != look.who.person:
        raise Invalid({"": Why.DRAFT_GONE})
    return found


def open_drafts(look: Look) -> Sequence[Draft]:
    """The person's own drafts, oldest first."""
    return look.reading.drafts_of(look.who.person)


def keep_file(act: Act, draft: Draft, content: bytes) -> Draft:
    """Puts a file in the vault for the draft. Raises ``Invalid`` with a sentence that says why not.

    The type is found from the content. Nothing else of the draft is lost.
    """
    held = content_of(draft)
    _ask_about_files(act, held.answers)
    attached = file_kept(act, draft.draft, content, len(held.files))
    return save_draft(act, draft, replace(held, files=(*held.files, attached)))


def _ask_about_files(act: Act, answers: Answers) -> None:
    policy = act.school.pack.policy
    if policy.files is None or holds_in_answers(policy.files_forbidden, answers):
        field = policy.files.value if policy.files else ""
        raise Invalid({field: Why.FILES_FORBIDDEN})


def file_kept(act: Act, owner: DraftId | CaseId, content: bytes, already: int) -> EvidenceAttached:
    """A file in the vault of a draft or a case, after a look at its content. Raises ``Invalid``."""
    policy = act.school.pack.policy
    try:
        kind = check_upload(content, already)
    except UploadNotAccepted as wrong:
        field = policy.files.value if policy.files else ""
        raise Invalid({field: Why.FILE_REFUSED}, because=wrong) from None
    evidence = EvidenceId(uuid.uuid4().hex)
    kept = act.writing.keep_file(evidence, owner, content, media_type(kind))
    return EvidenceAttached(evidence, kept.media_type, kept.size, kept.sha256)


def remove_file(act: Act, draft: Draft, evidence: EvidenceId) -> Draft:
    """Takes a file out of the draft and the vault."""
    held = content_of(draft)
    if evidence not in {each.evidence for each in held.files}:
        return draft
    act.writing.delete_file(evidence)
    left = tuple(each for each in held.files if each.evidence != evidence)
    return save_draft(act, draft, replace(held, files=left))


def withdraw_draft(act: Act, draft: Draft) -> None:
    """Throws the draft away."""
    act.writing.delete_draft(draft.draft)


def alert_from_draft(act: Act, draft: Draft) -> Filed:
    """*Alert now*: opens the case at once; pressed twice, it is opened once."""
    # Under the lock: another process may be answering the second click at this moment.
    act.writing.lock_school()
    draft = replace(draft, case=own_draft(act, draft.draft).case)
    if draft.case is not None:
        row = act.reading.case_row(draft.case)
        if row is not None:
            return Filed(row.case, row.reference, joined=True)
    content = content_of(draft)
    filed = alert_now(act, content.answers)
    save_draft(act, replace(draft, case=filed.case), content)
    return filed


def file_from_draft(act: Act, draft: Draft) -> Filed:
    """Sends the draft. Raises ``Invalid`` if something that is needed has no answer yet."""
    content = content_of(draft)
    policy = act.school.pack.policy
    shows = next(
        (
            value
            for question, value in content.answers.items()
            if question == policy.shows_reporter and isinstance(value, bool)
        ),
        False,
    )
    evidence = [replace(each, shows_reporter=shows) for each in content.files]
    filed = file_report(act, content.answers, draft=draft, evidence=evidence)
    act.writing.remember(_sent_as(draft.draft), filed.case.encode(), act.now)
    return filed


def sent_as(look: Look, draft: DraftId) -> str | None:
    """The case that a draft was sent as, if it was."""
    found = look.reading.remembered(_sent_as(draft))
    return found.decode() if found else None
