"""How a step of a case stands in a message or a view: its state, its deadline, its button."""

from datetime import datetime

from bot.app.case_file import CaseFile
from bot.domain.case import Round
from bot.domain.deadlines import DueStep
from bot.domain.ids import StepId
from bot.screens.facts import plain
from bot.screens.nodes import Action, StepLine
from bot.screens.press import Press, Verb
from bot.screens.say import Say


def is_pending(file: CaseFile, step: StepId, number: int) -> bool:
    """Whether the round still waits for an answer."""
    return any(pending == step and each.number == number for pending, each in file.state.pending())


def step_line(file: CaseFile, due: DueStep, now: datetime) -> StepLine:
    """A pending step with its deadline and its button."""
    at = due.due.at if due.due else None
    if at is None:
        state = plain(Say.STATE_NO_DATE)
    else:
        state = plain(Say.STATE_OVERDUE if at < now else Say.STATE_DUE, due=at)
    return StepLine(
        due.step, file.state.reference, at, state, (answer_button(file, due.step, due.round),)
    )


def answer_button(file: CaseFile, step: StepId, round_: Round) -> Action:
    """The button that opens the form of a step."""
    press = Press(Verb.ANSWER, file.case, step.value, round_.number)
    return Action(plain(Say.ANSWER, step=step), press, primary=True)
