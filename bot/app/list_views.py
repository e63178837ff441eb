"""The lists as they are shown: own reports, and the cases somebody may work."""

from collections.abc import Sequence

from bot.app.act import Look
from bot.app.case_file import OPEN
from bot.app.drafts import content_of, open_drafts
from bot.app.listing import ListedCase, listed_cases, own_reports
from bot.domain.ids import Reference
from bot.domain.permissions import Standing, standing_of
from bot.screens.facts import Plain, plain
from bot.screens.messages import find_button, open_button, report_button, term_report_button
from bot.screens.nodes import Action, Actions, Facts, Heading, Paragraph, View, ViewNode
from bot.screens.press import Press, Verb
from bot.screens.say import Say

MOST_CLOSED = 20
"""Closed cases on one screen, the newest ones."""


def own_reports_view(look: Look) -> View:
    """Own reports: reference, date and coarse status; and what is not sent yet."""
    rows = own_reports(look)
    nodes: list[ViewNode] = []
    for draft in open_drafts(look):
        if content_of(draft).answers:
            nodes.append(Paragraph(plain(Say.DRAFT_LINE, at=draft.started_at)))
            resume = Action(plain(Say.RESUME_REPORT), Press(Verb.RESUME, draft.draft))
            withdraw = Press(Verb.WITHDRAW, draft.draft)
            drop = Action(plain(Say.WITHDRAW_REPORT), withdraw, danger=True)
            nodes.append(Actions((resume, drop)))
    for row in rows:
        on = look.school.calendar.local_date(row.opened_at)
        line = plain(Say.MY_REPORT_LINE, reference=row.reference, on=on)
        is_open = row.status == OPEN
        status = plain(Say.STATUS_OPEN if is_open else Say.STATUS_CLOSED)
        nodes.append(Facts(((line, status),)))
        if is_open:
            add = Action(plain(Say.ADD_SOMETHING), Press(Verb.ADD, row.case))
            nodes.append(Actions((add,)))
    if not nodes:
        nodes.append(Paragraph(plain(Say.NOTHING_FOUND)))
    nodes.append(Actions((report_button(),)))
    return View(plain(Say.MY_REPORTS_TITLE), tuple(nodes), Press(Verb.MY_REPORTS))


def cases_view(look: Look) -> View:
    """The cases somebody may work: the open ones by due date, then the newest closed ones."""
    listed = listed_cases(look)
    still_open = [each for each in listed if not each.file.state.closed]
    ended = [each for each in listed if each.file.state.closed]
    nodes: list[ViewNode] = []
    if not still_open:
        nodes.append(Paragraph(plain(Say.CASES_NONE)))
    for each in still_open:
        nodes += _listed(look, each)
    if ended:
        nodes.append(Heading(plain(Say.CASES_CLOSED_TITLE)))
    for each in sorted(ended, key=_reference, reverse=True)[:MOST_CLOSED]:
        nodes += _listed(look, each)
    if Standing.HEADS in standing_of(look.who):
        nodes.append(Actions((find_button(), term_report_button())))
    return View(plain(Say.CASES_TITLE), tuple(nodes), Press(Verb.CASES))


def _reference(each: ListedCase) -> Reference:
    return each.file.state.reference


def _listed(look: Look, each: ListedCase) -> Sequence[ViewNode]:
    name = plain(Say.REFERENCE, reference=each.file.state.reference)
    return (
        Facts(((name, _due(look, each)),)),
        Actions((open_button(each.file.case),)),
    )


def _due(look: Look, each: ListedCase) -> Plain:
    closed = each.file.state.closed
    if closed:
        return plain(Say.CASE_STATUS_CLOSED, resolution=closed.resolution)
    if each.first is None or each.first.due is None:
        return plain(Say.CASE_LINE_NOTHING)
    late = each.first.due.at < look.now
    key = Say.CASE_LINE_OVERDUE if late else Say.CASE_LINE_DUE
    return plain(key, step=each.first.step, due=each.first.due.at)
