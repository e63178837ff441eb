"""The forms about a case's record: a copy for outside, who knows of it, how long it stays."""

from bot.app.asking import REASON, Asking
from bot.app.reading import text_in
from bot.app.who_knows import knows_of
from bot.domain import commands
from bot.domain.commands import Command
from bot.domain.questionnaire import LONGEST_LINE, LONGEST_TEXT
from bot.screens.facts import plain
from bot.screens.nodes import Form, LongText, Paragraph, ShortText, ViewNode
from bot.screens.say import Say

FOR_WHOM, WHY, TOLD = "for_whom", "why", "told"
LIFT = "lift"
"""What a legal hold is asked for with, that is to be lifted."""


def hand_over_form(asking: Asking) -> Form:
    """For whom a copy of the whole case is, and why."""
    intro: list[ViewNode] = [
        Paragraph(plain(Say.HAND_OVER_INTRO)),
        Paragraph(plain(Say.HAND_OVER_NAMES)),
    ]
    shows = sum(each.shows_reporter for each in asking.file.state.evidence)
    if shows:
        intro.append(Paragraph(plain(Say.HAND_OVER_SHOWS, count=shows)))
    intro += knows_of(asking.look, asking.file)
    whom = ShortText(
        id=FOR_WHOM,
        label=plain(Say.HAND_OVER_WHOM),
        why=plain(Say.HAND_OVER_WHOM_WHY),
        required=True,
        value=text_in(asking.given.get(FOR_WHOM)),
        most=LONGEST_LINE,
    )
    why = LongText(
        id=WHY,
        label=plain(Say.HAND_OVER_WHY),
        required=True,
        value=text_in(asking.given.get(WHY)),
        most=LONGEST_TEXT,
    )
    return asking.form(plain(Say.HAND_OVER), whom, why, intro=tuple(intro))


def read_hand_over(asking: Asking) -> Command:
    """The copy that is asked for."""
    return commands.HandOver(text_in(asking.given.get(FOR_WHOM)), text_in(asking.given.get(WHY)))


def who_knows_form(asking: Asking) -> Form:
    """Which governors know details, how many are left, and room for one more."""
    name = ShortText(
        id=TOLD,
        label=plain(Say.WHO_KNOWS_NAME),
        why=plain(Say.WHO_KNOWS_NAME_WHY),
        required=True,
        value=text_in(asking.given.get(TOLD)),
        most=LONGEST_LINE,
    )
    why = LongText(
        id=WHY,
        label=plain(Say.WHO_KNOWS_REASON),
        required=True,
        value=text_in(asking.given.get(WHY)),
        most=LONGEST_TEXT,
    )
    intro = tuple(knows_of(asking.look, asking.file))
    return asking.form(plain(Say.WHO_KNOWS_TITLE), name, why, intro=intro)


def read_who_knows(asking: Asking) -> Command:
    """What is noted."""
    governor = text_in(asking.given.get(TOLD))
    return commands.RecordGovernorTold(governor, text_in(asking.given.get(WHY)))


def hold_form(asking: Asking) -> Form:
    """Why the case is to be kept, or need not be any more."""
    lifts = asking.press.what == LIFT
    return asking.form(plain(Say.LEGAL_HOLD_LIFT if lifts else Say.LEGAL_HOLD), asking.reason())


def read_hold(asking: Asking) -> Command:
    """Puts the hold on, or lifts it, as the button said: somebody else may have done so since."""
    reason = text_in(asking.given.get(REASON))
    return commands.SetLegalHold(asking.press.what != LIFT, reason)
