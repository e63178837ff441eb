"""What the buttons about the record do: letters, and what is held on a person."""

from collections.abc import Mapping

from bot.app.act import Act
from bot.app.answered import Answer
from bot.app.find_person import TAKE, find_form, find_person, found_again, take_copy
from bot.app.inbound import Given, Pressed
from bot.app.letters import draft_letter, get_letter
from bot.app.view_case import case_view
from bot.app.work_case import work_case
from bot.domain.commands import RecordMovedToFile
from bot.domain.ids import CaseId
from bot.domain.permissions import Doing
from bot.screens.facts import plain
from bot.screens.nodes import Done
from bot.screens.press import Press, Verb
from bot.screens.say import Say


def pressed_of_letter(act: Act, what: Pressed) -> Answer:
    """Drafts a letter, or gives one again."""
    if what.press.verb is Verb.GET_FILE:
        return get_letter(act, what.press, what.form, what.answers or {})
    return draft_letter(act, what.press)


def moved_to_file(act: Act, case: CaseId) -> Answer:
    """Notes that what concerns a child is in the child protection file."""
    file = work_case(act, case, RecordMovedToFile())
    if not act.may_do(Doing.VIEW, file):
        return Answer(Done(plain(Say.ANSWERED_DONE)))
    return Answer(case_view(act, file), policy=file.policy, again=case)


def pressed_of_person(act: Act, press: Press) -> Answer:
    """Opens the search, shows its list again, or makes a copy."""
    if not press.subject:
        return Answer(find_form(act, {}))
    view = found_again(act, press.subject)
    if press.what != TAKE:
        return Answer(view)
    hand = take_copy(act, press.subject)
    return Answer(view, again=hand.says, hand=hand)


def submitted_of_person(act: Act, given: Mapping[str, Given]) -> Answer:
    """Looks for somebody."""
    return Answer(find_person(act, given))
