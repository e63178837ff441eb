"""What stands in an entry, word for word: for a copy that is read where no screen helps."""

from collections.abc import Iterator

from bot.app.case_file import CaseFile
from bot.app.link_views import links_of
from bot.app.view_case import chosen
from bot.domain.answers import Answers
from bot.domain.events import (
    CaseOpened,
    EntryCorrected,
    Event,
    EvidenceAttached,
    LetterDrafted,
    LetterIssued,
    ReportJoined,
    StepAnswered,
)
from bot.domain.ids import QuestionId
from bot.domain.personal import Personal
from bot.screens.facts import OutcomeOf, PackText, plain
from bot.screens.say import Say
from bot.screens.wording import Words


def told_in_full(event: Event, file: CaseFile, words: Words) -> tuple[Personal, ...] | None:
    """Every answer with its question, each link with what became of it, and fingerprints.

    ``None`` for an entry of which a screen says all that it holds.
    """
    match event:
        case CaseOpened() | ReportJoined():
            return tuple(_answers(event.report.answers, file, words))
        case StepAnswered():
            reasons: tuple[Personal | None, ...] = (event.reason,)
            told = (*_answers(event.answers, file, words), *_per_link(event, file, words))
        case EntryCorrected():
            reasons = (event.reason, event.answer_reason)
            told = (*_answers(event.answers, file, words), *_per_link(event, file, words))
        case EvidenceAttached():
            ids = [each.evidence for each in file.state.evidence]
            name = words.text(plain(Say.EVIDENCE_LABEL, number=ids.index(event.evidence) + 1))
            return (Personal(f"{name}. {_fingerprint(event.sha256)}"),)
        case LetterDrafted() | LetterIssued():
            return (Personal(_fingerprint(event.sha256)),)
        case _:
            return None
    return (*told, *(each for each in reasons if each))


def _fingerprint(sha256: str) -> str:
    return f"SHA-256: {sha256}"


def _answers(answers: Answers, file: CaseFile, words: Words) -> Iterator[Personal]:
    """What was asked and what was answered."""
    # A step may ask again what a report asks, such as who posted it: that is one question.
    reported, asked_later = file.policy.questions, file.policy.asked_by_steps
    for question in {**reported, **asked_later, **reported}.values():
        value = answers.get(question.id)
        shown = chosen(question, value)
        asked = _asked(question.id, file, words)
        if shown is not None:
            yield Personal(f"{asked} {words.text(shown)}")
        elif isinstance(value, tuple):
            yield from (Personal(f"{asked} {text.reveal()}") for text in value)


def _asked(question: QuestionId, file: CaseFile, words: Words) -> str:
    by_report = question in file.policy.questions
    name = question if by_report else PackText(("asked", question.value, "label"))
    label = words.text(plain(Say.LABEL, label=name))
    return label if label.endswith(("?", ":")) else f"{label}:"


def _per_link(
    event: StepAnswered | EntryCorrected, file: CaseFile, words: Words
) -> Iterator[Personal]:
    # Later links are put behind those that there were, so that the first still are the first.
    for link, outcome in zip(links_of(file), event.per_link, strict=False):
        said = words.text(plain(Say.LABEL, label=OutcomeOf(event.step, outcome)))
        yield Personal(f"{link.reveal()}: {said}")
