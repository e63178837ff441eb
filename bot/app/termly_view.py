"""The head's own view of a term's report: the same figures and the same words."""

import re
from typing import Final

from bot.app.act import Look
from bot.app.termly_report import find_term, report_nodes
from bot.domain.permissions import Doing
from bot.screens.facts import plain
from bot.screens.nodes import Paragraph, View, ViewNode
from bot.screens.press import Press, Verb
from bot.screens.say import Say

_YEAR: Final = re.compile(r"\b2\d{3}\Z")


def term_report_view(look: Look, typed: str = "") -> View:
    """The report of the term that was typed, such as "autumn" or "autumn 2026".

    Without a name it is the term that began last. Raises ``Refused`` for anybody but the head.
    """
    look.ask(Doing.SEE_TERM_REPORT)
    typed = typed.strip()
    found = _YEAR.search(typed)
    name, year = (typed[: found.start()].rstrip(), int(found[0])) if found else (typed, None)
    term = find_term(look.school, look.reading, name, year)
    here = Press(Verb.TERM_REPORT, what=f"{term.name} {term.year}" if term else "")
    nodes: tuple[ViewNode, ...] = (Paragraph(plain(Say.TERM_UNKNOWN)),)
    if term is not None:
        said = report_nodes(look.school, look.reading, term)
        nodes = said or (Paragraph(plain(Say.TERM_NO_DIGEST)),)
    return View(plain(Say.TERM_REPORT_TITLE), nodes, here)
