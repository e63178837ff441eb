"""What stands in somebody's home on a platform: report a post, own reports, the cases they work.

A platform keeps it, so it holds no personal detail: references, steps and dates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.app.act import Look, looking
from bot.app.case_file import OPEN
from bot.app.inbound import Person
from bot.app.listing import ListedCase, listed_cases
from bot.app.school import School
from bot.domain.permissions import Standing, standing_of
from bot.screens.facts import plain
from bot.screens.messages import find_button, open_button, report_button, term_report_button
from bot.screens.nodes import Action, Actions, Facts, Heading, MessageNode, Paragraph
from bot.screens.press import Press, Verb
from bot.screens.say import Say
from bot.screens.wording import Words

ON_A_PAGE = 15
"""Cases shown at once."""


class Which(StrEnum):
    """Which of the open cases are shown."""

    ALL = "all"
    TODAY = "today"
    OVERDUE = "overdue"


_LABELS = {
    Which.ALL: Say.OPEN_CASES,
    Which.TODAY: Say.HOME_DUE_TODAY,
    Which.OVERDUE: Say.HOME_OVERDUE,
}


@dataclass(frozen=True)
class Home:
    """A home with its words."""

    nodes: tuple[MessageNode, ...]
    words: Words
    here: Press | None = None
    """What shows it again, where it is one school's of several."""


def press_of_home(press: Press) -> tuple[Which, int] | None:
    """What to show, if the button is one of the home's own: a filter, or another page."""
    if press.verb is not Verb.CASES or press.subject not in set(Which):
        return None
    page = press.what
    return Which(press.subject), int(page) if page.isascii() and page.isdecimal() else 0


def home_of(school: School, person: Person, which: Which = Which.ALL, page: int = 0) -> Home:
    """The home of a person, with one page of the open cases they work, if they work any."""
    with school.store.reading() as reading:
        look = looking(school, reading, person)
        standing = standing_of(look.who)
        if not look.who.roles:
            return Home((Paragraph(plain(Say.NOT_A_MEMBER)),), school.words())
        nodes: list[MessageNode] = []
        if Standing.STAFF in standing:
            mine = Action(plain(Say.MY_REPORTS), Press(Verb.MY_REPORTS))
            nodes.append(Actions((report_button(), mine)))
        policies = []
        if Standing.LEADS in standing:
            listed = listed_cases(look, status=OPEN)
            nodes += _cases(look, listed, which, page)
            policies = list({id(each.file.policy): each.file.policy for each in listed}.values())
        if Standing.HEADS in standing:
            nodes.append(Actions((find_button(), term_report_button())))
        nodes.append(Paragraph(plain(Say.HELP_DANGER)))
    return Home(tuple(nodes), school.words(*policies))


def _cases(
    look: Look, listed: Sequence[ListedCase], which: Which, page: int
) -> Iterable[MessageNode]:
    yield Heading(plain(_LABELS[which]))
    filters = [each for each in Which if each is not which]
    yield Actions(tuple(Action(plain(_LABELS[each]), home_press(each)) for each in filters))
    shown = [each for each in listed if _is_one(look, each, which)]
    if not shown:
        yield Paragraph(plain(Say.NOTHING_FOUND if listed else Say.CASES_NONE))
        return
    first = min(page, (len(shown) - 1) // ON_A_PAGE) * ON_A_PAGE
    here = shown[first : first + ON_A_PAGE]
    if len(shown) > len(here):
        last = first + len(here)
        yield Paragraph(plain(Say.HOME_COUNT, first=first + 1, last=last, count=len(shown)))
    for each in here:
        yield from _case(each)
    turns = []
    if first:
        turns.append(Action(plain(Say.HOME_EARLIER), home_press(which, first // ON_A_PAGE - 1)))
    if first + len(here) < len(shown):
        turns.append(Action(plain(Say.HOME_LATER), home_press(which, first // ON_A_PAGE + 1)))
    if turns:
        yield Actions(tuple(turns))


def home_press(which: Which, page: int = 0) -> Press:
    """The button that shows these cases, and that page of them."""
    return Press(Verb.CASES, which.value, what=str(page))


def _is_one(look: Look, listed: ListedCase, which: Which) -> bool:
    due = _due_at(listed)
    if which is Which.ALL:
        return True
    if due is None:
        return False
    if which is Which.OVERDUE:
        return due < look.now
    return due >= look.now and look.school.calendar.local_date(due) == look.today


def _due_at(listed: ListedCase) -> datetime | None:
    return listed.first.due.at if listed.first and listed.first.due else None


def _case(listed: ListedCase) -> Iterable[MessageNode]:
    line = plain(Say.CASE_LINE_NOTHING)
    due = _due_at(listed)
    if listed.first is not None and due is not None:
        line = plain(Say.CASE_LINE_DUE, step=listed.first.step, due=due)
    yield Facts(((plain(Say.REFERENCE, reference=listed.file.state.reference), line),))
    yield Actions((open_button(listed.file.case),))
