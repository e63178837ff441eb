"""How each reason for which an input is not accepted is told, beside its field."""

from collections.abc import Iterable, Mapping

from bot.domain.errors import Invalid, Why
from bot.domain.letter_files import LetterNotAccepted
from bot.domain.links import LinkNotAccepted
from bot.domain.uploads import UploadNotAccepted
from bot.screens.facts import Plain, Sentence, plain
from bot.screens.nodes import FormField
from bot.screens.say import Say

_SAYS: Mapping[Why, Say] = {
    Why.MISSING: Say.WRONG_MISSING,
    Why.NOT_ASKED: Say.WRONG_NOT_ASKED,
    Why.NOT_AN_OPTION: Say.WRONG_NOT_AN_OPTION,
    Why.ALONE: Say.WRONG_ALONE,
    Why.TOO_LONG: Say.WRONG_TOO_LONG,
    Why.TOO_MANY: Say.WRONG_TOO_MANY,
    Why.NOT_A_LINK: Say.WRONG_NOT_A_LINK,
    Why.NOT_A_DATE: Say.WRONG_NOT_A_DATE,
    Why.IN_THE_PAST: Say.WRONG_IN_THE_PAST,
    Why.IN_THE_FUTURE: Say.WRONG_IN_THE_FUTURE,
    Why.REASON_NEEDED: Say.WRONG_REASON_NEEDED,
    Why.NOT_PENDING: Say.WRONG_NOT_PENDING,
    Why.ALREADY_ANSWERED: Say.WRONG_NOT_PENDING,
    Why.CASE_CLOSED: Say.WRONG_CASE_CLOSED,
    Why.CASE_OPEN: Say.WRONG_CASE_OPEN,
    Why.NO_SUCH_CASE: Say.WRONG_NO_SUCH_CASE,
    Why.NO_SUCH_STEP: Say.WRONG_NO_SUCH_STEP,
    Why.NO_SUCH_OUTCOME: Say.WRONG_NOT_AN_OPTION,
    Why.CANNOT_SNOOZE: Say.WRONG_CANNOT_SNOOZE,
    Why.NOT_AN_ACTION: Say.WRONG_NOT_AN_ACTION,
    Why.NOT_YET_STILL_UP: Say.WRONG_NOT_YET_STILL_UP,
    Why.FURTHER_ACTION_CLOSED: Say.WRONG_FURTHER_CLOSED,
    Why.FURTHER_ACTION_OPEN: Say.WRONG_FURTHER_OPEN,
    Why.NOBODY_HOLDS_IT: Say.WRONG_NOBODY_HOLDS_IT,
    Why.EXCLUDED_THERE: Say.WRONG_EXCLUDED_THERE,
    Why.NOTHING_TO_CORRECT: Say.WRONG_NOTHING_TO_CORRECT,
    Why.ALREADY_HELD: Say.WRONG_ALREADY_HELD,
    Why.NO_DIGEST_WAITING: Say.WRONG_NO_DIGEST,
    Why.FILES_FORBIDDEN: Say.WRONG_FILES_FORBIDDEN,
    Why.FILE_REFUSED: Say.WRONG_FILE_REFUSED,
    Why.DRAFT_GONE: Say.WRONG_DRAFT_GONE,
    Why.OUT_OF_DATE: Say.WRONG_OUT_OF_DATE,
    Why.NOT_A_DANGER: Say.WRONG_NOT_A_DANGER,
    Why.SAME_CASE: Say.WRONG_SAME_CASE,
    Why.CALENDAR_ENDS: Say.WRONG_CALENDAR_ENDS,
    Why.HOLD_ALREADY: Say.WRONG_HOLD_ALREADY,
    Why.NO_HOLD: Say.WRONG_NO_HOLD,
    Why.NO_CHILD_CONCERNED: Say.WRONG_NO_CHILD,
    Why.NO_LETTER: Say.WRONG_NO_LETTER,
    Why.LETTER_REFUSED: Say.WRONG_FILE_REFUSED,
    Why.LETTER_NOT_CHOSEN: Say.WRONG_LETTER_NOT_CHOSEN,
    Why.TOO_MANY_LETTERS: Say.WRONG_ONE_LETTER,
    Why.TEMPLATE_UNUSABLE: Say.WRONG_TEMPLATE,
}

_SPECIFIC = frozenset({Why.NOT_A_LINK, Why.FILE_REFUSED, Why.LETTER_REFUSED})


def says(why: Why) -> Plain:
    """The sentence for a reason."""
    return plain(_SAYS[why])


def beside(errors: Mapping[str, Plain], fields: Iterable[FormField]) -> Mapping[str, Plain]:
    """Each sentence beside its field; one whose field the form does not have is for the whole."""
    ids = {each.id for each in fields}
    placed = {field: says for field, says in errors.items() if field in ids}
    others = [says for field, says in errors.items() if field not in ids]
    return {"": others[0], **placed} if others else placed


def errors_of(wrong: Invalid) -> Mapping[str, Plain]:
    """The sentences for every field of an input that was not accepted."""
    because = wrong.facts.get("because")
    specific = (
        plain(Say.TEXT, text=Sentence(because))
        if isinstance(because, LinkNotAccepted | UploadNotAccepted | LetterNotAccepted)
        else None
    )
    return {
        field: specific if specific and why in _SPECIFIC else says(why)
        for field, why in wrong.problems.items()
    }
